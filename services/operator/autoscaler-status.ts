/**
 * Of the operator: what a look at a fleet came to → the status of its QuotewireAutoscaler, and what is worth an event. Pure.
 *
 * In:  the fleet, the decision, the status before.
 * Out: the status; events for what changed since.
 */
import { condition } from './condition.ts'
import type { Event } from './events.ts'
import { type Decision, drainGuards, type Guard, type ObservedFleet } from './reconcile-autoscaler.ts'
import type { AutoscalerStatus, Condition } from './resources.ts'

export interface StatusOptions {
  readonly fleet: ObservedFleet
  readonly decision: Decision
  readonly isDryRun: boolean
  readonly generation: number
  /** RFC 3339. */
  readonly now: string
  /** Of what was to be done. */
  readonly failure?: string | undefined
  /** Why pods do not answer, by name. */
  readonly failures: ReadonlyMap<string, string>
}

/** Those that are no fault of the fleet. */
const calmGuards: readonly string[] = ['floor', 'no room'] satisfies Guard[]
const freezes: readonly string[] = drainGuards.filter((guard) => !calmGuards.includes(guard))

export function isFrozen({ reason }: Pick<Decision, 'reason'>): boolean {
  return freezes.includes(reason)
}

export function autoscalerStatus(before: AutoscalerStatus | undefined, options: StatusOptions): AutoscalerStatus {
  const { fleet, decision, isDryRun, generation } = options
  const { pods, replicas, isPaused, owner } = fleet
  const answered = pods.flatMap(({ told }) => (told ? [told] : []))
  const loads = answered.flatMap(({ load }) => load ?? [])
  const draining = pods.find(({ told }) => told?.isDraining)?.name
  return {
    observedGeneration: generation,
    mode: isPaused ? 'Paused' : isDryRun ? 'DryRun' : owner === undefined ? 'Scale' : 'CostOnly',
    replicas,
    pods: pods.length,
    connections: answered.reduce((sum, { connections }) => sum + connections, 0),
    load: loads.length === 0 ? 0 : Math.round(loads.reduce((sum, load) => sum + load, 0) / loads.length),
    ...(draining === undefined ? {} : { draining }),
    reason: decision.reason,
    conditions: conditions(before, options),
  }
}

/** Of one whose spec cannot be followed. */
export function refusedStatus(
  before: AutoscalerStatus | undefined,
  { reason, message, ...options }: Pick<StatusOptions, 'generation' | 'now'> & { reason: string; message: string },
): AutoscalerStatus {
  const ready = condition(before?.conditions, options, { type: 'Ready', status: 'False', reason, message })
  return { observedGeneration: options.generation, mode: 'Refused', reason: message, conditions: [ready] }
}

/** Numbers alone are written now and then only. */
export function isSameButForNumbers(one: AutoscalerStatus | undefined, other: AutoscalerStatus): boolean {
  const words = (status: AutoscalerStatus | undefined) => {
    const { observedGeneration, mode, replicas, draining, reason, conditions: all } = status ?? {}
    return JSON.stringify([observedGeneration, mode, replicas, draining, reason, all])
  }
  return words(one) === words(other)
}

/** When a fleet freezes or thaws, and when what was to be done fails. */
export function changeEvents(before: AutoscalerStatus | undefined, after: AutoscalerStatus): Event[] {
  return [...freezeEvents(before, after), ...failureEvents(before, after)]
}

function failureEvents(before: AutoscalerStatus | undefined, after: AutoscalerStatus): Event[] {
  const ready = (status: AutoscalerStatus | undefined) => status?.conditions?.find(({ type }) => type === 'Ready')
  const [was, is] = [ready(before), ready(after)]
  if (is?.reason !== 'ActionFailed' || was?.message === is.message) return []
  return [{ type: 'Warning', reason: 'ActionFailed', note: is.message }]
}

function freezeEvents(before: AutoscalerStatus | undefined, after: AutoscalerStatus): Event[] {
  const frozen = (status: AutoscalerStatus | undefined) => status?.conditions?.find(({ type }) => type === 'Frozen')
  const [was, is] = [frozen(before), frozen(after)]
  if (is?.status === 'True' && (was?.status !== 'True' || was.reason !== is.reason)) {
    return [{ type: 'Warning', reason: 'Frozen', note: `no scale-down: ${is.message}` }]
  }
  if (is?.status === 'False' && was?.status === 'True') {
    return [{ type: 'Normal', reason: 'Thawed', note: `over: ${was.message}` }]
  }
  return []
}

function readyOf({ failure }: StatusOptions): Pick<Condition, 'type' | 'status' | 'reason' | 'message'> {
  if (failure === undefined) return { type: 'Ready', status: 'True', reason: 'Observed', message: '' }
  return { type: 'Ready', status: 'False', reason: 'ActionFailed', message: failure.slice(0, 500) }
}

function conditions(before: AutoscalerStatus | undefined, options: StatusOptions): Condition[] {
  const { decision, failures } = options
  const silent = [...failures].map(([pod, failure]) => `${pod}: ${failure}`).join('; ')
  const message =
    decision.reason === 'stale metrics' && silent !== '' ? `${decision.reason} (${silent})` : decision.reason
  const frozen = isFrozen(decision)
  return [
    condition(before?.conditions, options, readyOf(options)),
    condition(before?.conditions, options, {
      type: 'Frozen',
      status: frozen ? 'True' : 'False',
      reason: frozen ? word(decision.reason) : 'NotFrozen',
      message: frozen ? message.slice(0, 500) : '',
    }),
  ]
}

/** `stale metrics` → `StaleMetrics` */
function word(reason: string): string {
  return reason.replace(/(^| )([a-z])/g, (_, _space: string, letter: string) => letter.toUpperCase())
}
