/**
 * Of the operator: the rebalance of one fleet, every `periodMs`.
 *
 * In:  the fleet as it was just seen.
 * Out: requests to gateways to send sessions elsewhere, each with an event.
 * Bound: what reconcile-rebalance.ts decides. Where the emptiest pod does not get what is sent, it stops after
 *        `mostFruitless` periods, until the pods are others or that one has more.
 */
import type { Clock } from '../shared/clock.ts'
import type { ClusterObject } from './cluster.ts'
import type { Event, Events } from './events.ts'
import type { GatewayPods } from './gateway-pods.ts'
import type { Pod } from './kubernetes-objects.ts'
import type { OperatorMetrics } from './metrics.ts'
import type { ObservedFleet } from './reconcile-autoscaler.ts'
import {
  mostFruitless,
  nextStall,
  noStall,
  periodMs,
  type RebalanceSpec,
  reconcileRebalance,
  type Shed,
} from './reconcile-rebalance.ts'

export interface RebalancerOptions {
  readonly gateways: Pick<GatewayPods, 'shed'>
  readonly events: Events
  readonly metrics: OperatorMetrics
  readonly clock: Clock
  readonly isDryRun: boolean
  readonly isLeading: () => boolean
}

export interface RebalancedFleet {
  /** Whom the events are about. */
  readonly regarding: ClusterObject
  readonly fleet: ObservedFleet
  readonly pods: readonly Pod[]
}

const stalled: Event = {
  type: 'Warning',
  reason: 'RebalanceStalled',
  note: 'no more sessions are sent elsewhere: the emptiest pod does not get them; is it behind the Service?',
}

export class Rebalancer {
  readonly #options: RebalancerOptions
  #lastMs = Number.NEGATIVE_INFINITY
  #stall = noStall
  /** Of a dry run, that it says so once until all are in balance again. */
  #hasSaid = false

  constructor(options: RebalancerOptions) {
    this.#options = options
  }

  async look({ regarding, fleet, pods }: RebalancedFleet, spec: RebalanceSpec): Promise<void> {
    const { clock, events, isLeading } = this.#options
    if (clock.nowMs() - this.#lastMs < periodMs) return
    this.#lastMs = clock.nowMs()
    const { sheds } = reconcileRebalance(fleet, spec)
    this.#stall = nextStall(this.#stall, fleet, sheds.length > 0)
    if (this.#stall.sheds > mostFruitless) {
      if (this.#stall.sheds === mostFruitless + 1) await events.write(regarding, stalled)
      return
    }
    if (sheds.length === 0) this.#hasSaid = false
    for (const shed of sheds) {
      const pod = pods.find(({ metadata }) => metadata.name === shed.pod)
      if (!pod || !isLeading()) return
      await this.#send(regarding, pod, shed)
    }
    this.#hasSaid = sheds.length > 0
  }

  async #send(regarding: ClusterObject, pod: Pod, { sessions, overMs }: Shed): Promise<void> {
    const { gateways, events, metrics, isDryRun } = this.#options
    const note = `${sessions} sessions of ${pod.metadata.name} elsewhere over ${overMs / 1_000} s`
    if (isDryRun) {
      if (!this.#hasSaid)
        await events.write(regarding, { type: 'Normal', reason: 'DryRun', note: `would send ${note}` })
      return
    }
    await gateways.shed(pod, sessions, overMs)
    metrics.did('shed')
    await events.write(regarding, { type: 'Normal', reason: 'Shedding', note: `sends ${note}` })
  }
}
