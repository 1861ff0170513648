import { expect, test } from 'vitest'
import {
  firstMemory,
  type Guard,
  guardNames,
  type ObservedFleet,
  type ObservedPod,
  reconcileAutoscaler,
} from './reconcile-autoscaler.ts'
import { simulateFleet } from './testing/fleet-simulator.ts'

const clusters = 10_000

/** A cluster in which something goes wrong without it, and what. */
const neededIn: Record<Guard, { readonly seed: number; readonly fault: string }> = {
  paused: { seed: 1, fault: 'acts while paused' },
  owned: { seed: 2, fault: 'writes /scale beside HorizontalPodAutoscaler' },
  rollout: { seed: 81, fault: 'removes a pod during a rollout' },
  'foreign costs': { seed: 5, fault: 'removes a pod while somebody else writes costs' },
  'pods missing': { seed: 25, fault: 'removes a pod while another one goes or comes' },
  'pods leaving': { seed: 166, fault: 'removes a pod while a node is emptied' },
  'others unready': { seed: 37, fault: 'removes a pod while another one is not ready' },
  'stale metrics': { seed: 55, fault: 'removes a pod without knowing what the others have' },
  floor: { seed: 19, fault: 'below the floor' },
  'no room': { seed: 180, fault: 'leaves 4 pods for 467 connections' },
  'not stable': { seed: 811, fault: 'removes what was needed' },
  'new leader': { seed: 693, fault: 'two removals within' },
  window: { seed: 2, fault: 'two removals within' },
  'still ready': { seed: 2, fault: 'which is not drained, marked and unready' },
  'cost not lowest': { seed: 82, fault: 'which is not drained, marked and unready' },
  'not empty': { seed: 3, fault: 'removes pod-1 with clients' },
}

test(`${clusters} clusters: never below the floor, never two removals in a window, nobody removed who was not drained or overdue`, () => {
  let removals = 0
  for (let seed = 1; seed <= clusters; seed++) {
    const simulated = simulateFleet(seed)
    expect(simulated.faults, `seed ${seed}`).toEqual([])
    removals += simulated.removals
  }
  // And it does its work.
  expect(removals).toBeGreaterThan(clusters / 2)
}, 120_000)

test.for([...new Set(guardNames)])('without its guard "%s" a cluster comes to harm', (guard) => {
  const { seed, fault } = neededIn[guard]
  expect(simulateFleet(seed).faults).toEqual([])
  expect(simulateFleet(seed, guard).faults.join('\n')).toContain(fault)
})

test('scales up before pods are full, by a few at once, whatever else is going on', () => {
  const pods = [podWith(100), podWith(100)]
  const busy = { isRollingOut: true, hasForeignCosts: true, pods: [...pods, { ...podWith(100), isReady: false }] }
  expect(decide({ pods }).actions).toEqual([])
  expect(decide({ pods: [podWith(101), podWith(100)] }).actions).toEqual([{ kind: 'scale', from: 2, to: 3 }])
  expect(decide({ pods: [podWith(900), podWith(900)] }).actions).toEqual([{ kind: 'scale', from: 2, to: 4 }])
  expect(decide({ ...busy, replicas: 2 }).actions).toEqual([{ kind: 'scale', from: 2, to: 3 }])
})

test('the emptiest is marked and drained, and removed when it is empty and unready', () => {
  const spec = { scaleDownAfterMs: 0, removalEveryMs: 0 }
  const pods = [podWith(40), podWith(10), podWith(60)]
  const [, small] = pods
  const first = decide({ pods, spec })
  expect(first.actions).toEqual([
    { kind: 'cost', pod: small?.name, cost: -1_000 },
    { kind: 'drain', pod: small?.name, windowMs: 8_000 },
  ])
  const drained = pods.map((pod) =>
    pod === small
      ? { ...pod, isReady: false, deletionCost: -1_000, told: { connections: 0, load: 0, isDraining: true } }
      : pod,
  )
  expect(decide({ pods: drained, spec }, first.memory).actions).toEqual([
    { kind: 'drain', pod: small?.name, windowMs: 8_000 },
    { kind: 'scale', from: 3, to: 2 },
  ])
})

test('beside an HPA it only writes coarse costs, once a minute a pod', () => {
  const pods = [podWith(40), podWith(14), podWith(0)]
  const owner = 'HorizontalPodAutoscaler gateway'
  const first = decide({ pods, owner })
  expect(first.actions.map((action) => action.kind === 'cost' && action.cost)).toEqual([4, 1])
  const grown = pods.map((pod) => ({ ...pod, told: { connections: 90, load: 90, isDraining: false } }))
  const written = grown.slice(0, 2)
  expect(decide({ pods: written, owner, nowMs: 59_999 }, first.memory).actions).toEqual([])
  expect(decide({ pods: written, owner, nowMs: 60_000 }, first.memory).actions).toHaveLength(2)
})

test('what it decided is the same for another operator that sees the same, but for the window it waits first', () => {
  const pods = [podWith(40), { ...podWith(0), isReady: false, deletionCost: -1_000 }, podWith(60)].map((pod, i) =>
    i === 1 ? { ...pod, told: { connections: 0, load: 0, isDraining: true } } : pod,
  )
  const found = decide({ pods })
  expect(found.reason).toBe('new leader')
  expect(found.actions.map(({ kind }) => kind)).toEqual(['drain'])
  const later = decide({ pods, nowMs: 30_000 }, found.memory)
  expect(later.actions.map(({ kind }) => kind)).toEqual(['drain', 'scale'])
})

let made = 0

function podWith(connections: number): ObservedPod {
  const name = `pod-${++made}`
  const states = { isScheduled: true, isReady: true, isTerminating: false, isLeaving: false }
  return {
    name,
    uid: name,
    ...states,
    deletionCost: 0,
    isOwnCost: true,
    told: { connections, load: connections, isDraining: false },
  }
}

type Given = Partial<Omit<ObservedFleet, 'spec' | 'pods'>> & {
  readonly pods: readonly ObservedPod[]
  readonly spec?: Partial<ObservedFleet['spec']>
}

function decide({ spec, pods, ...given }: Given, memory = firstMemory(0)) {
  const fleet: ObservedFleet = {
    ...{ nowMs: 0, isPaused: false, isRollingOut: false, owner: undefined, hasForeignCosts: false },
    ...{ replicas: pods.length, pods, ...given },
    spec: {
      ...{ minReplicas: 1, maxReplicas: 8, loadPerPod: 100, mostAdded: 2 },
      ...{ scaleDownAfterMs: 20_000, removalEveryMs: 30_000, drainMs: 8_000, drainDeadlineMs: 40_000 },
      ...spec,
    },
  }
  return reconcileAutoscaler(fleet, memory)
}
