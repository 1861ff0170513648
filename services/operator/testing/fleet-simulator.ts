/**
 * A cluster of gateways in seconds of its own time, random by seed: a ReplicaSet with its own order of removal, clients that
 * come, go and come back, pods that are slow, die, stop answering or are evicted, rollouts, and an operator that is late,
 * crashes and is replaced. Everything the operator did wrong is in `faults`.
 */
import {
  type Action,
  type AutoscalerSpec,
  firstMemory,
  type Guard,
  type Memory,
  type ObservedFleet,
  type ObservedPod,
  reconcileAutoscaler,
  type Told,
} from '../reconcile-autoscaler.ts'
import { randomOf } from './random.ts'
import { type Ranked, removalOrder } from './removal-order.ts'

interface Pod {
  readonly name: string
  readonly bornS: number
  node: number | undefined
  isReady: boolean
  /** Its containers run, or ran: until then its phase is Pending. */
  hasStarted: boolean
  /** Until then it is not ready whatever else: starting, or restarted. */
  upAtS: number
  connections: number
  cost: number
  terminatesAtS: number | undefined
  leaseEndsS: number
  /** Since when the lease that it has is held. */
  drainBeganS: number | undefined
  /** Its admin port does not answer until then. */
  silentUntilS: number
}

interface Operator {
  memory: Memory
  /** Of its clock, which began at any number. */
  readonly clockMs: number
}

export interface Simulated {
  readonly faults: readonly string[]
  readonly removals: number
  readonly seconds: number
}

const spec: AutoscalerSpec = {
  minReplicas: 2,
  maxReplicas: 8,
  loadPerPod: 100,
  scaleDownAfterMs: 20_000,
  removalEveryMs: 30_000,
  drainMs: 8_000,
  drainDeadlineMs: 40_000,
  mostAdded: 2,
}
const horizonS = 300
const leaseS = 60
const nodes = 3
const terminationS = 6
const reconcileEveryS = 2
/** Longest time from a look to what is done about it. */
const latestActionS = 2
/** As many may come between a look and the next one. */
const burst = 50

export function simulateFleet(seed: number, without?: Guard): Simulated {
  const simulator = new FleetSimulator(seed, without)
  for (let second = 1; second <= horizonS; second++) simulator.second(second)
  return { faults: simulator.faults, removals: simulator.removals, seconds: horizonS }
}

class FleetSimulator {
  readonly faults: string[] = []
  removals = 0
  readonly #random: () => number
  readonly #without: Guard | undefined
  readonly #pods: Pod[] = []
  readonly #pending: { readonly atS: number; readonly action: Action; readonly fleet: ObservedFleet }[] = []
  #nowS = 0
  #made = 0
  #replicas: number
  #loadTrend = 0
  #rolloutLeft: Pod[] = []
  #isPaused = false
  #owner: string | undefined
  #hasForeignCosts = false
  #cordoned: number | undefined
  #operator: Operator | undefined
  #operatorBackAtS = 0
  #loweredS: number | undefined
  /** When a pod less would not have been enough. */
  #neededS = 0

  constructor(seed: number, without: Guard | undefined) {
    this.#random = randomOf(seed)
    this.#without = without
    this.#replicas = 2 + this.#upTo(6)
    for (let i = 0; i < this.#replicas; i++) this.#make(0)
    for (const pod of this.#pods)
      Object.assign(pod, { node: this.#upTo(nodes), isReady: true, hasStarted: true, upAtS: 0 })
    this.#arrive(this.#upTo(this.#replicas * spec.loadPerPod))
  }

  second(nowS: number): void {
    this.#nowS = nowS
    this.#load()
    this.#disturb()
    for (const pod of this.#pods) this.#live(pod)
    this.#runReplicaSet()
    if (this.#connections > (this.#replicas - 1) * spec.loadPerPod + burst) this.#neededS = nowS
    this.#runOperator()
  }

  /** Clients come and go, with a trend that lasts. */
  #load(): void {
    if (this.#chance(0.02)) this.#loadTrend = this.#upTo(21) - 10
    if (this.#loadTrend > 0) return this.#arrive(this.#upTo(this.#loadTrend))
    for (let left = this.#upTo(-this.#loadTrend + 1); left > 0; left--) {
      const pod = this.#pods[this.#upTo(this.#pods.length)]
      if (pod && pod.connections > 0) pod.connections--
    }
  }

  #disturb(): void {
    const pod = this.#pods[this.#upTo(this.#pods.length)]
    if (!pod) return
    if (this.#chance(0.004)) this.#restart(pod)
    if (this.#chance(0.004)) this.#vanish(pod)
    if (this.#chance(0.004)) pod.silentUntilS = this.#nowS + 1 + this.#upTo(30)
    // Its probe fails, while its clients stay.
    if (this.#chance(0.004)) pod.upAtS = this.#nowS + 1 + this.#upTo(20)
    if (this.#chance(0.002) && this.#rolloutLeft.length === 0) this.#rolloutLeft = [...this.#pods]
    if (this.#chance(0.002)) this.#cordoned = this.#cordoned === undefined ? this.#upTo(nodes) : undefined
    if (this.#chance(0.003)) this.#isPaused = !this.#isPaused
    if (this.#chance(0.002)) this.#owner = this.#owner ? undefined : 'HorizontalPodAutoscaler x'
    if (this.#chance(0.002)) this.#hasForeignCosts = !this.#hasForeignCosts
    if (this.#chance(0.01)) this.#crashOperator()
  }

  #live(pod: Pod): void {
    const nowS = this.#nowS
    if (pod.drainBeganS !== undefined && nowS >= pod.leaseEndsS) pod.drainBeganS = undefined
    if (pod.node !== undefined && nowS >= pod.upAtS) pod.hasStarted = true
    // The kubelet asks every second or two.
    const shouldBeReady = pod.node !== undefined && nowS >= pod.upAtS && pod.drainBeganS === undefined
    if (pod.isReady !== shouldBeReady && this.#chance(0.6)) pod.isReady = shouldBeReady
    if (pod.node === undefined && this.#chance(0.3)) pod.node = this.#upTo(nodes)
    if (pod.drainBeganS !== undefined) this.#drainSome(pod, spec.drainMs / 1_000 - (nowS - pod.drainBeganS))
    if (pod.terminatesAtS !== undefined) this.#drainSome(pod, pod.terminatesAtS - nowS)
    if (pod.terminatesAtS !== undefined && nowS >= pod.terminatesAtS) this.#pods.splice(this.#pods.indexOf(pod), 1)
  }

  /** Some do not listen to a drain: overdue pods are those that have such. */
  #drainSome(pod: Pod, leftS: number): void {
    const leaving = Math.min(pod.connections, Math.ceil(pod.connections / Math.max(1, leftS)))
    if (leaving === 0 || (pod.name.endsWith('3') && pod.terminatesAtS === undefined && pod.connections <= 2)) return
    pod.connections -= leaving
    this.#arrive(leaving)
  }

  #arrive(count: number): void {
    const ready = this.#pods.filter(({ isReady, terminatesAtS }) => isReady && terminatesAtS === undefined)
    for (let i = 0; i < count && ready.length > 0; i++) {
      const pod = ready[this.#upTo(ready.length)]
      if (pod) pod.connections++
    }
  }

  #runReplicaSet(): void {
    // A rollout replaces one pod a time, surge first.
    this.#rolloutLeft = this.#rolloutLeft.filter((pod) => this.#pods.includes(pod) && pod.terminatesAtS === undefined)
    const active = this.#pods.filter(({ terminatesAtS }) => terminatesAtS === undefined)
    const evicted = active.find(({ node }) => node !== undefined && node === this.#cordoned)
    if (evicted && this.#chance(0.1)) return this.#terminate(evicted)
    // It may have other things to do.
    if (active.length < this.#replicas && this.#chance(0.3)) return this.#make(2 + this.#upTo(10))
    const [old] = this.#rolloutLeft
    if (old && active.length === this.#replicas && this.#chance(0.2)) {
      this.#make(2 + this.#upTo(5))
      return this.#terminate(old)
    }
    if (active.length > this.#replicas && this.#chance(0.5)) this.#terminate(firstToGo(active))
  }

  #runOperator(): void {
    for (const due of this.#pending.filter(({ atS }) => atS <= this.#nowS)) {
      this.#pending.splice(this.#pending.indexOf(due), 1)
      this.#act(due.action, due.fleet)
    }
    // It looks again when what it decided is done.
    if (this.#nowS < this.#operatorBackAtS || this.#nowS % reconcileEveryS !== 0 || this.#pending.length > 0) return
    const clockMs = this.#operator?.clockMs ?? this.#upTo(1e9) - this.#nowS * 1_000
    this.#operator ??= { clockMs, memory: firstMemory(clockMs + this.#nowS * 1_000) }
    const fleet = this.#observed(this.#operator)
    const { actions, memory } = reconcileAutoscaler(fleet, this.#operator.memory, this.#without)
    this.#operator.memory = memory
    const atS = this.#nowS + this.#upTo(latestActionS + 1)
    for (const action of actions) this.#pending.push({ atS, action, fleet })
  }

  #observed({ clockMs }: Operator): ObservedFleet {
    const pods = this.#pods.map((pod): ObservedPod => {
      const isSilent = this.#nowS < pod.silentUntilS || pod.node === undefined
      return {
        name: pod.name,
        uid: pod.name,
        isScheduled: pod.node !== undefined,
        isReady: pod.isReady,
        isTerminating: pod.terminatesAtS !== undefined,
        isLeaving: pod.node !== undefined && pod.node === this.#cordoned,
        deletionCost: pod.cost,
        isOwnCost: true,
        told: isSilent ? undefined : toldBy(pod),
      }
    })
    return {
      nowMs: clockMs + this.#nowS * 1_000,
      spec,
      isPaused: this.#isPaused,
      replicas: this.#replicas,
      isRollingOut: this.#rolloutLeft.length > 0,
      owner: this.#owner,
      hasForeignCosts: this.#hasForeignCosts,
      pods,
    }
  }

  #act(action: Action, fleet: ObservedFleet): void {
    if (action.kind === 'scale') return this.#scale(action, fleet)
    const pod = this.#pods.find(({ name }) => name === action.pod)
    if (!pod) return
    if (action.kind === 'cost') pod.cost = action.cost
    else if (this.#nowS < pod.silentUntilS || pod.terminatesAtS !== undefined) return
    else if (action.kind === 'release') pod.drainBeganS = undefined
    else {
      pod.leaseEndsS = this.#nowS + leaseS
      pod.drainBeganS ??= this.#nowS
    }
  }

  /** What the fleet was when the operator looked is what it answers for; what the pod is now, the clients feel. */
  #scale({ from, to }: Extract<Action, { kind: 'scale' }>, fleet: ObservedFleet): void {
    if (this.#replicas !== from) return
    if (fleet.owner !== undefined) this.#fault(`writes /scale beside ${fleet.owner}`)
    if (fleet.isPaused) this.#fault('acts while paused')
    if (to < spec.minReplicas) this.#fault(`scales to ${to}, below the floor`)
    if (to > spec.maxReplicas && to > from) this.#fault(`scales to ${to}, above the ceiling`)
    this.#replicas = to
    if (to > from) return
    this.removals++
    if (from - to !== 1) this.#fault(`removes ${from - to} at once`)
    if (
      this.#loweredS !== undefined &&
      (this.#nowS - this.#loweredS) * 1_000 < spec.removalEveryMs - latestActionS * 1_000
    ) {
      this.#fault(`two removals within ${this.#nowS - this.#loweredS} s`)
    }
    this.#loweredS = this.#nowS
    if (fleet.isRollingOut) this.#fault('removes a pod during a rollout')
    if (fleet.hasForeignCosts) this.#fault('removes a pod while somebody else writes costs')
    if (fleet.pods.some(({ isLeaving }) => isLeaving)) this.#fault('removes a pod while a node is emptied')
    this.#checkVictim(fleet, to)
  }

  #checkVictim(fleet: ObservedFleet, to: number): void {
    const known = fleet.pods.map(({ name }) => this.#pods.find((pod) => pod.name === name))
    const room = to * spec.loadPerPod + burst
    if (to < spec.maxReplicas && this.#connections > room)
      this.#fault(`leaves ${to} pods for ${this.#connections} connections`)
    const neededAgoMs = (this.#nowS - this.#neededS) * 1_000
    if (to < spec.maxReplicas && neededAgoMs < spec.scaleDownAfterMs)
      this.#fault(`removes what was needed ${neededAgoMs} ms ago`)
    const victim = fleet.pods.toSorted((a, b) => removalOrder(asRanked(a, fleet), asRanked(b, fleet)))[0]
    if (fleet.pods.some(({ isTerminating }) => isTerminating) || known.length !== to + 1) {
      this.#fault('removes a pod while another one goes or comes')
    }
    const others = fleet.pods.filter((pod) => pod !== victim)
    if (others.some(({ isReady }) => !isReady)) this.#fault('removes a pod while another one is not ready')
    if (others.some(({ told }) => told === undefined)) this.#fault('removes a pod without knowing what the others have')
    const isCheapest = others.every(({ deletionCost }) => victim && victim.deletionCost < deletionCost)
    if (!victim?.told?.isDraining || victim.isReady || !isCheapest) {
      return this.#fault(`the one to go is ${victim?.name}, which is not drained, marked and unready`)
    }
    const pod = this.#pods.find(({ name }) => name === victim.name)
    const drainedS = this.#nowS - (pod?.drainBeganS ?? this.#nowS)
    const isOverdue = (drainedS + latestActionS) * 1_000 >= spec.drainDeadlineMs
    if (victim.told.connections > 0 && !isOverdue)
      this.#fault(`removes ${victim.name} with clients after ${drainedS} s`)
  }

  get #connections(): number {
    return this.#pods.reduce((sum, { connections }) => sum + connections, 0)
  }

  #make(upInS: number): void {
    const name = `pod-${++this.#made}`
    const upAtS = this.#nowS + upInS
    const times = {
      bornS: this.#nowS,
      upAtS,
      terminatesAtS: undefined,
      drainBeganS: undefined,
      leaseEndsS: 0,
      silentUntilS: 0,
    }
    this.#pods.push({ name, ...times, node: undefined, isReady: false, hasStarted: false, connections: 0, cost: 0 })
  }

  #terminate(pod: Pod | undefined): void {
    if (pod) Object.assign(pod, { terminatesAtS: this.#nowS + terminationS, isReady: false })
  }

  /** Its container: the pod, its node and its annotations stay. */
  #restart(pod: Pod): void {
    const { connections } = pod
    Object.assign(pod, {
      connections: 0,
      drainBeganS: undefined,
      isReady: false,
      upAtS: this.#nowS + 2 + this.#upTo(15),
    })
    this.#arrive(connections)
  }

  /** With its node, say. */
  #vanish(pod: Pod): void {
    this.#pods.splice(this.#pods.indexOf(pod), 1)
    this.#arrive(pod.connections)
  }

  #crashOperator(): void {
    this.#operator = undefined
    // In the middle of what it did; some of it may still arrive.
    this.#pending.splice(0, this.#pending.length, ...this.#pending.filter(() => this.#chance(0.5)))
    this.#operatorBackAtS = this.#nowS + 1 + this.#upTo(20)
  }

  #fault(what: string): void {
    this.faults.push(`${this.#nowS} s: ${what}`)
  }

  #chance(share: number): boolean {
    return this.#random() < share
  }

  /** 0 to below `limit`. */
  #upTo(limit: number): number {
    return Math.floor(this.#random() * limit)
  }
}

function firstToGo(pods: readonly Pod[]): Pod | undefined {
  const ranked = pods.map((pod) => ({
    pod,
    isScheduled: pod.node !== undefined,
    isPending: !pod.hasStarted,
    isReady: pod.isReady,
    cost: pod.cost,
    neighbours: pods.filter(({ node }) => node === pod.node).length,
    bornS: pod.bornS,
  }))
  return ranked.toSorted(removalOrder)[0]?.pod
}

/** As far as the operator sees it: a pod that is pending is not ready. */
function asRanked(pod: ObservedPod, { pods }: ObservedFleet): Ranked {
  const { isScheduled, isReady, deletionCost: cost } = pod
  return { isScheduled, isPending: false, isReady, cost, neighbours: 0, bornS: -pods.indexOf(pod) }
}

function toldBy({ connections, drainBeganS }: Pod): Told {
  return { connections, load: connections, isDraining: drainBeganS !== undefined }
}
