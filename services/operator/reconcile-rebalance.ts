/**
 * Of the operator: what is seen of a fleet → which gateways send how many sessions elsewhere. Connections live where they
 * began, so pods that were added stay idle while the old ones are full. A pure function, called once in `periodMs`.
 *
 * In:  the fleet as its pods tell it.
 * Out: for each pod that has too many, how many to send away over the period; they land anywhere, here too.
 * Bound: `sessionsPerSecond` over all pods. Nothing while the fleet changes, or where somebody does not answer.
 *
 * Inside the band nothing moves. Where a pod is above it, or below it as one that was just added, all who are above the mean
 * are brought to it, so that chance alone does not begin it again.
 */
import type { ObservedFleet, ObservedPod } from './reconcile-autoscaler.ts'

export interface RebalanceSpec {
  /** So far above or below the mean a pod may be: 0.2 is a fifth. */
  readonly band: number
  readonly sessionsPerSecond: number
}

export interface Shed {
  readonly pod: string
  readonly sessions: number
  readonly overMs: number
}

export interface Rebalance {
  readonly sheds: readonly Shed[]
  readonly reason: string
}

/** Of how often it is called, and over which sessions leave: what was decided has happened before the next look. */
export const periodMs = 5_000
/** Not worth a reconnect: chance makes as much. */
const leastExcess = 10

export function reconcileRebalance(
  { isPaused, isRollingOut, replicas, pods }: Pick<ObservedFleet, 'isPaused' | 'isRollingOut' | 'replicas' | 'pods'>,
  { band, sessionsPerSecond }: RebalanceSpec,
): Rebalance {
  if (isPaused) return { sheds: [], reason: 'paused' }
  if (isRollingOut || pods.length !== replicas || !pods.every(isSettled)) return { sheds: [], reason: 'changing' }
  const counts = pods.map(({ name, told }) => ({ name, connections: told?.connections ?? 0 }))
  const mean = counts.reduce((sum, { connections }) => sum + connections, 0) / Math.max(1, counts.length)
  const isOutside = ({ connections }: { readonly connections: number }) =>
    Math.abs(connections - mean) > mean * band && Math.abs(connections - mean) >= leastExcess
  if (!counts.some(isOutside)) return { sheds: [], reason: 'in balance' }
  const hot = counts.filter(({ connections }) => connections > mean)
  const excess = hot.reduce((sum, { connections }) => sum + connections - mean, 0)
  const share = Math.min(1, (sessionsPerSecond * periodMs) / 1_000 / excess)
  const sheds = hot.map(({ name, connections }) => {
    return { pod: name, sessions: Math.floor((connections - mean) * share), overMs: periodMs }
  })
  return { sheds: sheds.filter(({ sessions }) => sessions > 0), reason: `${hot.length} above the mean` }
}

/** How full the emptiest of these pods was at best, and for how many periods of shedding it has not got fuller. */
export interface Stall {
  readonly pods: string
  readonly least: number
  readonly sheds: number
}

export const noStall: Stall = { pods: '', least: 0, sheds: 0 }
/** Half a minute; then nothing is shed until the pods are others, or the emptiest has more. */
export const mostFruitless = 6

export function nextStall(before: Stall, { pods }: Pick<ObservedFleet, 'pods'>, sheds: boolean): Stall {
  const uids = pods.map(({ uid }) => uid).toSorted()
  const least = Math.min(...pods.map(({ told }) => told?.connections ?? 0))
  const names = uids.join()
  if (names !== before.pods || least > before.least) return { pods: names, least, sheds: 0 }
  return { ...before, sheds: sheds ? before.sheds + 1 : 0 }
}

function isSettled({ isScheduled, isReady, isTerminating, isLeaving, told }: ObservedPod): boolean {
  return isScheduled && isReady && !isTerminating && !isLeaving && told !== undefined && !told.isDraining
}
