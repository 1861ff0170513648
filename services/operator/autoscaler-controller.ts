/**
 * Of the operator: one look at a QuotewireAutoscaler after another. It gathers what the pure reconcilers need, does what
 * they decide, and tells it by status, events and metrics.
 *
 * In:  a name, from the work queue; copies of the cluster's objects; the gateways' own words.
 * Out: actions on pods and the scale; the name again, after `tickMs`.
 * Bound: one memory for each autoscaler that there is; numbers in a status are written every 15 s at most.
 *
 * A pod is removed only by a second look at lists that were asked for just then: a watch may be late.
 */
import type { Clock } from '../shared/clock.ts'
import { type Refusal, refusalOf } from './autoscaler-refusal.ts'
import { autoscalerStatus, changeEvents, isFrozen, isSameButForNumbers, refusedStatus } from './autoscaler-status.ts'
import { carryOut } from './carry-out.ts'
import { type Cluster, ClusterError } from './cluster.ts'
import type { Event, Events } from './events.ts'
import type { GatewayPods } from './gateway-pods.ts'
import type { Pod } from './kubernetes-objects.ts'
import type { OperatorMetrics } from './metrics.ts'
import { type ClusterView, observeFleet, podsOf } from './observe-fleet.ts'
import { Rebalancer } from './rebalancer.ts'
import {
  type Action,
  type Decision,
  firstMemory,
  type Memory,
  type ObservedFleet,
  reconcileAutoscaler,
  undo,
} from './reconcile-autoscaler.ts'
import { type Autoscaler, type AutoscalerStatus, autoscalerKind, group, resourcePath, version } from './resources.ts'

export interface AutoscalerControllerOptions {
  readonly cluster: Pick<Cluster, 'request'>
  readonly namespace: string
  readonly gateways: GatewayPods
  readonly events: Events
  readonly metrics: OperatorMetrics
  readonly clock: Clock
  readonly isDryRun: boolean
  readonly isLeading: () => boolean
  readonly autoscalers: () => readonly Autoscaler[]
  /** By the watches. */
  readonly view: () => ClusterView
  /** By lists, now. */
  readonly freshView: () => Promise<ClusterView>
}

interface Look {
  readonly fleet: ObservedFleet
  readonly decision: Decision
  readonly pods: readonly Pod[]
}

interface Known {
  /** As it was seen last. */
  autoscaler: Autoscaler
  isRefused: boolean
  /** Of the target Deployment: another one of its name is another fleet. */
  targetUid: string | undefined
  failed: { readonly message: string; readonly atMs: number } | undefined
  memory: Memory
  readonly rebalancer: Rebalancer
  status: AutoscalerStatus | undefined
  statusMs: number
  /** Of a dry run, that it says each thing once. */
  said: string
  /** The pod whose drain was an event already. */
  announced: string | undefined
}

export const tickMs = 2_000
const numbersEveryMs = 15_000
const failureStaysMs = 60_000

export class AutoscalerController {
  readonly #options: AutoscalerControllerOptions
  readonly #known = new Map<string, Known>()

  constructor(options: AutoscalerControllerOptions) {
    this.#options = options
  }

  get frozen(): number {
    return [...this.#known.values()].filter(({ status }) => isFrozen({ reason: status?.reason ?? '' })).length
  }

  /** A new leader knows nothing: what it must know, it reads from the pods. */
  forgetAll(): void {
    this.#known.clear()
  }

  /** False: there is no such autoscaler any more. */
  async reconcile(name: string): Promise<boolean> {
    const { autoscalers, view, isLeading } = this.#options
    const autoscaler = autoscalers().find(({ metadata }) => metadata.name === name)
    if (!autoscaler) {
      await this.#gone(name)
      return false
    }
    if (!isLeading()) return true
    const known = await this.#knownOf(name, autoscaler)
    const refusal = refusalOf(autoscaler, autoscalers(), view())
    await this.#settle(known, refusal, targetUidOf(autoscaler, view()))
    if (refusal) await this.#refuse(autoscaler, known, refusal)
    else await this.#look(autoscaler, known)
    return true
  }

  /** What was seen before a refusal, or of another Deployment, counts no more; what was begun is undone, unless it is another's. */
  async #settle(known: Known, refusal: Refusal | undefined, targetUid: string | undefined): Promise<void> {
    const wasRefused = known.isRefused
    const isOther = known.targetUid !== undefined && known.targetUid !== targetUid
    known.isRefused = refusal !== undefined
    known.targetUid = targetUid
    if (isOther || known.isRefused !== wasRefused) known.memory = firstMemory(this.#options.clock.nowMs())
    if (!wasRefused && refusal && refusal.reason !== 'TargetTaken') await this.#undo(known)
  }

  async #look(autoscaler: Autoscaler, known: Known): Promise<void> {
    const { gateways, view } = this.#options
    const pods = podsOf(view(), autoscaler.spec.scaleTargetRef.name)
    await gateways.poll(pods.filter(({ status }) => status?.podIP !== undefined))
    this.#keepGateways()
    const fleet = this.#observe(autoscaler, view())
    if (!fleet) return
    const decision = await this.#decide(autoscaler, fleet, known.memory)
    known.memory = decision.memory
    let failure: unknown
    try {
      if (decision.actions.length > 0) known.failed = undefined
      await this.#do(autoscaler, decision.actions, pods, known)
      const { rebalance } = autoscaler.spec
      if (rebalance) {
        const spec = { band: rebalance.bandPercent / 100, sessionsPerSecond: rebalance.sessionsPerSecond }
        await known.rebalancer.look({ regarding: withKind(autoscaler), fleet, pods }, spec)
      }
    } catch (error) {
      failure = error
      known.failed = {
        message: error instanceof Error ? error.message : String(error),
        atMs: this.#options.clock.nowMs(),
      }
    }
    await this.#tell(autoscaler, known, { fleet, decision, pods })
    if (failure !== undefined) throw failure
  }

  /** Before a removal, once more by what is true now. */
  async #decide(autoscaler: Autoscaler, fleet: ObservedFleet, memory: Memory): Promise<Decision> {
    const decision = reconcileAutoscaler(fleet, memory)
    if (!decision.actions.some((action) => action.kind === 'scale' && action.to < action.from)) return decision
    const view = await this.#options.freshView()
    const now = await this.#fresh(autoscaler, view)
    const fresh = now && this.#observe(now, view)
    return fresh ? reconcileAutoscaler(fresh, memory) : { ...decision, actions: [], memory, reason: 'no target' }
  }

  /** It may have been paused, raised, deleted or given another target just now. */
  async #fresh(autoscaler: Autoscaler, view: ClusterView): Promise<Autoscaler | undefined> {
    const { cluster, namespace } = this.#options
    const { metadata } = autoscaler
    try {
      const path = resourcePath(autoscalerKind.plural, namespace, metadata.name)
      const found = await cluster.request<Autoscaler>({ path })
      const isRefused = refusalOf(found, this.#options.autoscalers(), view) !== undefined
      return isSameTask(autoscaler, found) && !found.metadata.deletionTimestamp && !isRefused ? found : undefined
    } catch (error) {
      if (error instanceof ClusterError && error.status === 404) return undefined
      throw error
    }
  }

  #observe(autoscaler: Autoscaler, view: ClusterView): ObservedFleet | undefined {
    const { gateways, clock } = this.#options
    const unit = autoscaler.spec.target.connectionsPerPod === undefined ? 'deliveries' : 'connections'
    const told = (uid: string) => gateways.told(uid, unit)
    return observeFleet({ autoscaler, view, told, nowMs: clock.nowMs() })
  }

  async #do(autoscaler: Autoscaler, actions: readonly Action[], pods: readonly Pod[], known: Known): Promise<void> {
    const { cluster, gateways, namespace, isLeading, isDryRun, metrics } = this.#options
    if (isDryRun) return await this.#say(autoscaler, actions, known)
    const events: Event[] = []
    const options = { cluster, gateways, namespace, pods, mayAct: isLeading }
    const deployment = autoscaler.spec.scaleTargetRef.name
    try {
      await carryOut(actions, { ...options, deployment }, (action) => {
        metrics.did(action.kind)
        events.push(...eventsOf(action, known.announced))
        if (action.kind === 'drain') known.announced = action.pod
        if (action.kind === 'release') known.announced = undefined
      })
    } finally {
      for (const event of events) await this.#options.events.write(withKind(autoscaler), event)
    }
  }

  async #say(autoscaler: Autoscaler, actions: readonly Action[], known: Known): Promise<void> {
    const said = actions.map(describe).join(', ')
    if (said === '') return
    if (said !== known.said) {
      await this.#options.events.write(withKind(autoscaler), {
        type: 'Normal',
        reason: 'DryRun',
        note: `would: ${said}`,
      })
    }
    known.said = said
  }

  async #tell(autoscaler: Autoscaler, known: Known, { fleet, decision, pods }: Look): Promise<void> {
    const { gateways, isDryRun, clock, events } = this.#options
    const failed = pods.map(({ metadata }) => [metadata.name, gateways.failure(metadata.uid ?? '')] as const)
    const failures = new Map(failed.flatMap(([name, failure]) => (failure === undefined ? [] : [[name, failure]])))
    const now = new Date(clock.wallMs()).toISOString()
    const generation = autoscaler.metadata.generation ?? 0
    const status = autoscalerStatus(known.status, {
      ...{ fleet, decision, isDryRun, generation, now, failures },
      failure: this.#failureOf(known),
    })
    for (const event of changeEvents(known.status, status)) await events.write(withKind(autoscaler), event)
    await this.#writeStatus(autoscaler, known, status)
  }

  /** It stays for a while: the next look may have nothing to do, and mended nothing. */
  #failureOf({ failed }: Known): string | undefined {
    return failed && this.#options.clock.nowMs() - failed.atMs < failureStaysMs ? failed.message : undefined
  }

  async #refuse(autoscaler: Autoscaler, known: Known, refusal: Refusal): Promise<void> {
    const now = new Date(this.#options.clock.wallMs()).toISOString()
    const generation = autoscaler.metadata.generation ?? 0
    await this.#writeStatus(autoscaler, known, refusedStatus(known.status, { ...refusal, now, generation }))
  }

  async #writeStatus({ metadata }: Autoscaler, known: Known, status: AutoscalerStatus): Promise<void> {
    const { cluster, namespace, clock, isLeading } = this.#options
    const isSame = isSameButForNumbers(known.status, status)
    if (!isLeading() || (isSame && clock.nowMs() - known.statusMs < numbersEveryMs)) return
    if (JSON.stringify(known.status) === JSON.stringify(status)) return
    const path = `${resourcePath(autoscalerKind.plural, namespace, metadata.name)}/status`
    // A merge patch leaves what is not named.
    const body = { status: { draining: null, connections: null, load: null, pods: null, replicas: null, ...status } }
    await cluster.request({ method: 'PATCH', patch: 'merge', path, body })
    known.status = status
    known.statusMs = clock.nowMs()
  }

  /** Of that very autoscaler with that very target: what was seen of another fleet says nothing. */
  async #knownOf(name: string, autoscaler: Autoscaler): Promise<Known> {
    const { clock } = this.#options
    const before = this.#known.get(name)
    if (before && isSameTask(before.autoscaler, autoscaler)) {
      before.autoscaler = autoscaler
      return before
    }
    if (before) await this.#gone(name)
    const known: Known = {
      autoscaler,
      isRefused: false,
      targetUid: undefined,
      failed: undefined,
      memory: firstMemory(clock.nowMs()),
      rebalancer: new Rebalancer(this.#options),
      status: autoscaler.status,
      statusMs: Number.NEGATIVE_INFINITY,
      said: '',
      announced: undefined,
    }
    this.#known.set(name, known)
    return known
  }

  async #gone(name: string): Promise<void> {
    const known = this.#known.get(name)
    this.#known.delete(name)
    if (!known || known.isRefused) return
    await this.#undo(known)
    this.#keepGateways()
  }

  /** What was begun for it, once; where that fails the drain runs out by itself. */
  async #undo({ autoscaler }: Known): Promise<void> {
    const { cluster, gateways, namespace, isLeading, isDryRun, view, metrics } = this.#options
    const fleet = this.#observe(autoscaler, view())
    if (!fleet || isDryRun || !isLeading()) return
    const deployment = autoscaler.spec.scaleTargetRef.name
    const options = { cluster, gateways, namespace, deployment, pods: podsOf(view(), deployment), mayAct: isLeading }
    await carryOut(undo(fleet), options, ({ kind }) => metrics.did(kind))
  }

  #keepGateways(): void {
    const { view, autoscalers, gateways } = this.#options
    const fleets = autoscalers().flatMap(({ spec }) => podsOf(view(), spec.scaleTargetRef.name))
    gateways.keepOnly(new Set(fleets.map(({ metadata }) => metadata.uid ?? '')))
  }
}

/** What a list gives has neither. */
function withKind(autoscaler: Autoscaler): Autoscaler {
  return { ...autoscaler, apiVersion: `${group}/${version}`, kind: autoscalerKind.kind }
}

function targetUidOf({ spec }: Autoscaler, view: ClusterView): string | undefined {
  return view.deployments.find(({ metadata }) => metadata.name === spec.scaleTargetRef.name)?.metadata.uid
}

function isSameTask(before: Autoscaler, now: Autoscaler): boolean {
  const isSameTarget = before.spec.scaleTargetRef.name === now.spec.scaleTargetRef.name
  return isSameTarget && before.metadata.uid === now.metadata.uid
}

function describe(action: Action): string {
  if (action.kind === 'scale') return `scale from ${action.from} to ${action.to}`
  if (action.kind === 'cost') return `give ${action.pod} the deletion cost ${action.cost}`
  return `${action.kind} ${action.pod}`
}

/** A renewal is none. */
function eventsOf(action: Action, announced: string | undefined): Event[] {
  if (action.kind === 'scale') {
    const reason = action.to > action.from ? 'ScaledUp' : 'ScaledDown'
    return [{ type: 'Normal', reason, note: `${action.from} → ${action.to} pods` }]
  }
  if (action.kind === 'cost') return [{ type: 'Normal', reason: 'DeletionCost', note: `${action.pod}: ${action.cost}` }]
  if (action.kind === 'release')
    return [{ type: 'Normal', reason: 'Released', note: `${action.pod} is in service again` }]
  if (announced === action.pod) return []
  return [{ type: 'Normal', reason: 'Draining', note: `${action.pod} is emptied, to be removed` }]
}
