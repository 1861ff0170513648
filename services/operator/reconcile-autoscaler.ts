/**
 * Of the operator: what is seen of a fleet of gateways → what to do next. A pure function, called again whenever anything
 * changed and on a period; what it decided before it reads from the pods themselves, so another operator goes on with it.
 *
 * In:  the fleet as Kubernetes and its pods tell it; what this process remembers since it became the leader.
 * Out: actions, each harmless when repeated; what to remember; a reason, for the condition and an event.
 * Bound: one pod leaves in `removalEveryMs`; up by `mostAdded` pods at once.
 *
 * Up: before pods are full, whatever else is going on. Down: the emptiest pod gets the lowest deletion cost and is asked
 * to drain, which makes it the sole unready pod (in a ReplicaSet's order unready comes before cost); when it is empty, or
 * overdue, the scale goes down by one. Each guard below stands for something that would make another pod go, or the wrong
 * number of them; while one holds, a drain under way is given back. Nothing is measured by the clocks of two machines:
 * times are of this process, and a new leader waits a whole window before it removes anything.
 */
export interface AutoscalerSpec {
  readonly minReplicas: number
  readonly maxReplicas: number
  /** Load that a pod is to have at most: connections, or deliveries a second. */
  readonly loadPerPod: number
  /** A pod less has to have been enough for so long. */
  readonly scaleDownAfterMs: number
  readonly removalEveryMs: number
  /** Sessions of a pod that leaves are spread over it. */
  readonly drainMs: number
  /** From the beginning of the drain; then the pod goes with the sessions it has. */
  readonly drainDeadlineMs: number
  readonly mostAdded: number
}

export interface ObservedPod {
  readonly name: string
  readonly uid: string
  readonly isScheduled: boolean
  readonly isReady: boolean
  readonly isTerminating: boolean
  /** Its node is to be emptied, or the pod evicted. */
  readonly isLeaving: boolean
  /** 0: no annotation. */
  readonly deletionCost: number
  /** Written by an operator of ours. */
  readonly isOwnCost: boolean
  /** What the pod itself says; undefined: it does not answer, or what it said is too old. */
  readonly told: Told | undefined
}

export interface Told {
  readonly connections: number
  /** In the unit of `loadPerPod`; undefined: not measured yet, which takes some seconds of deliveries. */
  readonly load: number | undefined
  readonly isDraining: boolean
}

export interface ObservedFleet {
  /** Monotonic, of this process. */
  readonly nowMs: number
  readonly spec: AutoscalerSpec
  readonly isPaused: boolean
  /** Wanted, by /scale. */
  readonly replicas: number
  readonly isRollingOut: boolean
  /** An HPA or ScaledObject that has the same target. */
  readonly owner: string | undefined
  /** Somebody else writes deletion costs. */
  readonly hasForeignCosts: boolean
  readonly pods: readonly ObservedPod[]
}

/** Of this process, since it leads. */
export interface Memory {
  readonly leaderSinceMs: number
  readonly removedMs: number | undefined
  /** Since when a pod less would be enough. */
  readonly enoughSinceMs: number | undefined
  readonly drain: { readonly uid: string; readonly sinceMs: number } | undefined
  /** When the cost of a pod was written last, by uid. */
  readonly costWrittenMs: ReadonlyMap<string, number>
}

export type Action =
  | { readonly kind: 'cost'; readonly pod: string; readonly cost: number }
  /** Takes the lease, or renews it. */
  | { readonly kind: 'drain'; readonly pod: string; readonly windowMs: number }
  | { readonly kind: 'release'; readonly pod: string }
  /** Only where there are still `from`. */
  | { readonly kind: 'scale'; readonly from: number; readonly to: number }

export interface Decision {
  readonly actions: readonly Action[]
  readonly memory: Memory
  readonly reason: string
}

export type Guard = (typeof guardNames)[number]

/** Below the 0 of pods without one, and low enough to be told from what people write. */
export const drainCost = -1_000
/** In tenths of `loadPerPod`: costs are coarse, and written once a minute, so that they are no load. */
const costSteps = 10
/** The API takes 32 bits. */
const highestCost = 1_000_000
const costEveryMs = 60_000
/** A pod less is enough while the others would not be fuller than this: else it would be added again at once. */
const fullestShare = 0.9

export function firstMemory(nowMs: number): Memory {
  const nothing = { removedMs: undefined, enoughSinceMs: undefined, drain: undefined }
  return { leaderSinceMs: nowMs, ...nothing, costWrittenMs: new Map() }
}

/** `without`: for tests that show what each guard is for. */
export function reconcileAutoscaler(fleet: ObservedFleet, before: Memory, without?: Guard): Decision {
  const memory = observe(fleet, before)
  const holds = (guard: Guard) => guard !== without && guards[guard](fleet, memory)
  const blocked = (names: readonly Guard[]) => names.find(holds)
  // Leases that are not renewed run out by themselves.
  if (holds('paused')) return { actions: [], memory, reason: 'paused' }
  if (holds('owned')) return costsOnly(fleet, memory)
  const needed = podsNeeded(fleet)
  if (needed > fleet.replicas) return scaleUp(fleet, memory, needed)
  const draining = drainingPod(fleet, memory)
  if (isRemoving(fleet)) return { actions: draining ? [renew(fleet, draining)] : [], memory, reason: 'removing' }
  // What another operator has begun goes on meanwhile.
  if (isMeasuring(fleet)) return { actions: draining ? [renew(fleet, draining)] : [], memory, reason: 'measuring' }
  const frozen = blocked(draining ? drainGuards : [...drainGuards, ...beginGuards])
  if (frozen) return giveBack(fleet, memory, frozen)
  if (!draining) return beginDrain(fleet, memory)
  const waitsFor = blocked(removeGuards)
  if (waitsFor) return keepDraining(fleet, memory, draining, waitsFor)
  const { replicas, nowMs } = fleet
  const actions = [renew(fleet, draining), { kind: 'scale', from: replicas, to: replicas - 1 } as const]
  return { actions, memory: { ...memory, removedMs: nowMs, enoughSinceMs: undefined }, reason: 'removes a pod' }
}

/** While one of these holds, no pod is drained. */
export const drainGuards = [
  'rollout',
  'foreign costs',
  'pods missing',
  'pods leaving',
  'others unready',
  'stale metrics',
  'floor',
  'no room',
] as const
/** And none begins to. */
const beginGuards = ['window', 'not stable'] as const
/** And no drained one is removed. */
const removeGuards = ['new leader', 'window', 'still ready', 'cost not lowest', 'not empty'] as const
export const guardNames = ['paused', 'owned', ...drainGuards, 'not stable', ...removeGuards] as const

const guards: Record<Guard, (fleet: ObservedFleet, memory: Memory) => boolean> = {
  paused: ({ isPaused }) => isPaused,
  owned: ({ owner }) => owner !== undefined,
  rollout: ({ isRollingOut }) => isRollingOut,
  'foreign costs': ({ hasForeignCosts }) => hasForeignCosts,
  /** Evicted, dead, or not made yet: the ReplicaSet is busy with something else. */
  'pods missing': ({ pods, replicas }) => pods.length !== replicas || pods.some(({ isTerminating }) => isTerminating),
  'pods leaving': ({ pods }) => pods.some(({ isLeaving }) => isLeaving),
  /** One that is not scheduled or not ready would go before the drained one. */
  'others unready': (fleet, memory) => {
    const draining = drainingPod(fleet, memory)
    return fleet.pods.some((pod) => !pod.isScheduled || (!pod.isReady && pod !== draining))
  },
  'stale metrics': ({ pods }) => pods.some(({ told }) => told === undefined),
  floor: ({ replicas, spec }) => replicas <= spec.minReplicas,
  'no room': (fleet) => !isEnough(fleet),
  window: ({ nowMs, spec }, { removedMs }) => removedMs !== undefined && nowMs - removedMs < spec.removalEveryMs,
  'not stable': ({ nowMs, spec }, { enoughSinceMs }) =>
    enoughSinceMs === undefined || nowMs - enoughSinceMs < spec.scaleDownAfterMs,
  'new leader': ({ nowMs, spec }, { leaderSinceMs }) => nowMs - leaderSinceMs < spec.removalEveryMs,
  'still ready': (fleet, memory) => drainingPod(fleet, memory)?.isReady !== false,
  'cost not lowest': (fleet, memory) => {
    const draining = drainingPod(fleet, memory)
    return fleet.pods.some((pod) => pod !== draining && pod.deletionCost <= (draining?.deletionCost ?? 0))
  },
  'not empty': (fleet, memory) => {
    const { nowMs, spec } = fleet
    const isOverdue = memory.drain !== undefined && nowMs - memory.drain.sinceMs >= spec.drainDeadlineMs
    return drainingPod(fleet, memory)?.told?.connections !== 0 && !isOverdue
  },
}

/** What is seen now, remembered. */
function observe(fleet: ObservedFleet, memory: Memory): Memory {
  const { nowMs, pods } = fleet
  const draining = pods.find(({ told, uid }) => told?.isDraining && uid === memory.drain?.uid)
  const found = draining ?? emptiest(pods.filter(({ told }) => told?.isDraining))
  const isSame = found !== undefined && found.uid === memory.drain?.uid
  // That of another operator counts from when it was first seen: its clock is not this one's.
  const drain = found && (isSame ? memory.drain : { uid: found.uid, sinceMs: nowMs })
  const isStale = pods.some(({ told }) => told?.load === undefined)
  const enoughSinceMs = !isStale && isEnough(fleet) ? (memory.enoughSinceMs ?? nowMs) : undefined
  const uids = new Set(pods.map(({ uid }) => uid))
  const costWrittenMs = new Map([...memory.costWrittenMs].filter(([uid]) => uids.has(uid)))
  return { ...memory, drain, enoughSinceMs, costWrittenMs }
}

function drainingPod({ pods }: ObservedFleet, { drain }: Memory): ObservedPod | undefined {
  return pods.find(({ uid, told }) => uid === drain?.uid && told?.isDraining)
}

/** The scale is below what there is: a pod is about to go. */
function isRemoving({ pods, replicas }: ObservedFleet): boolean {
  return pods.filter(({ isTerminating }) => !isTerminating).length > replicas
}

/** All answer, and of some the load is not known yet. */
function isMeasuring({ pods }: ObservedFleet): boolean {
  return pods.every(({ told }) => told !== undefined) && pods.some(({ told }) => told?.load === undefined)
}

/** Those that do not answer count as empty: what the others have may already ask for more. */
function podsNeeded({ pods, spec }: ObservedFleet): number {
  const needed = Math.ceil(loadOf(pods) / spec.loadPerPod)
  return Math.min(spec.maxReplicas, Math.max(spec.minReplicas, needed))
}

/** By what is known; that all is known is a guard of its own. */
function isEnough({ pods, spec, replicas }: ObservedFleet): boolean {
  return replicas > spec.maxReplicas || loadOf(pods) <= (replicas - 1) * spec.loadPerPod * fullestShare
}

function loadOf(pods: readonly ObservedPod[]): number {
  return pods.reduce((sum, { told }) => sum + (told?.load ?? 0), 0)
}

function scaleUp(fleet: ObservedFleet, memory: Memory, needed: number): Decision {
  const { replicas, spec } = fleet
  const to = Math.min(needed, replicas + spec.mostAdded)
  const { actions } = giveBack(fleet, memory, '')
  // First what cannot wait: the rest may fail.
  return { actions: [{ kind: 'scale', from: replicas, to }, ...actions], memory, reason: 'adds pods' }
}

/** Every lease and every low cost. */
function giveBack({ pods }: ObservedFleet, memory: Memory, reason: string): Decision {
  const staying = pods.filter(({ isTerminating }) => !isTerminating)
  const actions = staying.flatMap((pod): Action[] => [
    ...(pod.told?.isDraining ? [{ kind: 'release', pod: pod.name } as const] : []),
    ...(pod.isOwnCost && pod.deletionCost === drainCost ? [{ kind: 'cost', pod: pod.name, cost: 0 } as const] : []),
  ])
  return { actions, memory: { ...memory, drain: undefined }, reason }
}

function beginDrain(fleet: ObservedFleet, memory: Memory): Decision {
  const pod = emptiest(fleet.pods)
  if (!pod) return { actions: [], memory, reason: 'no pods' }
  const drain = { uid: pod.uid, sinceMs: fleet.nowMs }
  const actions = [{ kind: 'cost', pod: pod.name, cost: drainCost } as const, renew(fleet, pod)]
  return { actions, memory: { ...memory, drain }, reason: `drains ${pod.name}` }
}

function keepDraining(fleet: ObservedFleet, memory: Memory, draining: ObservedPod, reason: string): Decision {
  const costs = fleet.pods.flatMap((pod): Action[] => {
    const cost = pod === draining ? drainCost : 0
    const isRight = pod === draining ? pod.deletionCost === cost : pod.deletionCost !== drainCost
    return isRight ? [] : [{ kind: 'cost', pod: pod.name, cost }]
  })
  // Of two that drain, one goes on.
  const others = fleet.pods.filter((pod) => pod !== draining && pod.told?.isDraining)
  const releases = others.map(({ name }) => ({ kind: 'release', pod: name }) as const)
  return { actions: [...releases, ...costs, renew(fleet, draining)], memory, reason }
}

function renew({ spec }: ObservedFleet, { name }: ObservedPod): Action {
  return { kind: 'drain', pod: name, windowMs: spec.drainMs }
}

function emptiest(pods: readonly ObservedPod[]): ObservedPod | undefined {
  const connections = ({ told }: ObservedPod) => told?.connections ?? Number.POSITIVE_INFINITY
  return pods.toSorted((a, b) => connections(a) - connections(b) || a.name.localeCompare(b.name))[0]
}

/** Of a fleet that is not looked after any more: every lease, and every cost of ours. */
export function undo({ pods }: Pick<ObservedFleet, 'pods'>): Action[] {
  const staying = pods.filter(({ isTerminating }) => !isTerminating)
  return staying.flatMap((pod): Action[] => [
    ...(pod.told?.isDraining ? [{ kind: 'release', pod: pod.name } as const] : []),
    ...(pod.isOwnCost && pod.deletionCost !== 0 ? [{ kind: 'cost', pod: pod.name, cost: 0 } as const] : []),
  ])
}

/** Whoever scales down takes the emptiest. */
function costsOnly({ pods, spec, nowMs, owner, hasForeignCosts }: ObservedFleet, memory: Memory): Decision {
  const reason = `${owner} scales`
  const releases = pods
    .filter(({ told }) => told?.isDraining)
    .map(({ name }) => ({ kind: 'release', pod: name }) as const)
  if (hasForeignCosts) return { actions: releases, memory, reason: 'foreign costs' }
  const costWrittenMs = new Map(memory.costWrittenMs)
  const actions = pods.flatMap(({ name, uid, told, deletionCost }): Action[] => {
    if (told?.load === undefined || nowMs - (costWrittenMs.get(uid) ?? Number.NEGATIVE_INFINITY) < costEveryMs)
      return []
    const cost = Math.min(highestCost, Math.round((told.load / spec.loadPerPod) * costSteps))
    if (cost === deletionCost) return []
    costWrittenMs.set(uid, nowMs)
    return [{ kind: 'cost', pod: name, cost }]
  })
  return { actions: [...releases, ...actions], memory: { ...memory, costWrittenMs }, reason }
}
