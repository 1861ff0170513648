import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ObservedPod } from './reconcile-autoscaler.ts'
import { periodMs, reconcileRebalance } from './reconcile-rebalance.ts'
import { randomOf } from './testing/random.ts'

const spec = { band: 0.2, sessionsPerSecond: 50 }
const perPeriod = (spec.sessionsPerSecond * periodMs) / 1_000

test('after a scale-up from 1 to 3 it sheds until all are in the band, and then nothing more', () => {
  const counts = [600, 0, 0]
  let periods = 0
  for (; periods < 100; periods++) {
    const { sheds } = decide(counts)
    if (sheds.length === 0) break
    for (const { pod, sessions } of sheds) move(counts, Number(pod), sessions, (i) => i % counts.length)
  }
  expect(Math.max(...counts)).toBeLessThanOrEqual(240)
  // 400 have to leave and a third of them comes back: 600 at 250 a period.
  expect(periods).toBeLessThanOrEqual(5)
  expect(decide(counts).reason).toBe('in balance')
})

test('a pod that was added to many is filled, though none of the others is above the band', () => {
  const counts = [...Array.from({ length: 20 }, () => 2_000), 0]
  const { sheds } = decide(counts)
  expect(sumOf(sheds.map(({ sessions }) => sessions))).toBeGreaterThan(perPeriod * 0.9)
  expect(sheds.map(({ pod }) => pod)).not.toContain('20')
  const random = randomOf(1)
  for (let period = 0; period < 1_000 && decide(counts).sheds.length > 0; period++) {
    for (const { pod, sessions } of decide(counts).sheds) {
      move(counts, Number(pod), sessions, () => Math.floor(random() * counts.length))
    }
  }
  expect(Math.min(...counts)).toBeGreaterThan(1_500)
})

test('wherever they land: never more than the rate, only from pods above the mean and never below it, in the end in balance', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(counts, fc.integer(), (initial, seed) => {
      const fleet = [...initial]
      const random = randomOf(seed)
      const total = sumOf(fleet)
      const mean = total / fleet.length
      for (let period = 0; period < 500; period++) {
        const { sheds } = decide(fleet)
        if (sheds.length === 0) break
        expect(sumOf(sheds.map(({ sessions }) => sessions))).toBeLessThanOrEqual(perPeriod)
        for (const { pod, sessions, overMs } of sheds) {
          const before = fleet[Number(pod)] ?? 0
          expect(before).toBeGreaterThan(mean)
          expect(before - sessions).toBeGreaterThanOrEqual(Math.floor(mean))
          expect(overMs).toBe(periodMs)
        }
        // As by a Service: each lands anywhere.
        for (const { pod, sessions } of sheds) {
          move(fleet, Number(pod), sessions, () => Math.floor(random() * fleet.length))
        }
      }
      expect(sumOf(fleet)).toBe(total)
      expect(decide(fleet).sheds).toEqual([])
    }),
    { numRuns: 50 },
  )
})

test.for([
  ['a pod that does not answer', { told: undefined }],
  ['a pod that is not ready', { isReady: false }],
  ['a pod that is not scheduled', { isScheduled: false }],
  ['a pod that goes', { isTerminating: true }],
  ['a node that is emptied', { isLeaving: true }],
  ['a drain', { told: { connections: 0, load: 0, isDraining: true } }],
] as const)('nothing moves beside %s', ([, change]) => {
  const pods = podsOf([900, 0, 0]).map((pod, i) => (i === 2 ? { ...pod, ...change } : pod))
  expect(reconcileRebalance({ ...quiet, replicas: 3, pods }, spec)).toEqual({ sheds: [], reason: 'changing' })
})

test('nothing moves while paused, in a rollout, or where a pod is missing', () => {
  const pods = podsOf([900, 0, 0])
  expect(reconcileRebalance({ ...quiet, replicas: 3, pods, isPaused: true }, spec).reason).toBe('paused')
  expect(reconcileRebalance({ ...quiet, replicas: 3, pods, isRollingOut: true }, spec).reason).toBe('changing')
  expect(reconcileRebalance({ ...quiet, replicas: 4, pods }, spec).reason).toBe('changing')
})

test('few connections are spread by chance, which is no reason to move them; an empty fleet is in balance', () => {
  expect(decide([9, 0, 0]).sheds).toEqual([])
  expect(decide([]).reason).toBe('in balance')
})

const quiet = { isPaused: false, isRollingOut: false }

function decide(counts: readonly number[]) {
  return reconcileRebalance({ ...quiet, replicas: counts.length, pods: podsOf(counts) }, spec)
}

function podsOf(counts: readonly number[]): ObservedPod[] {
  const states = {
    isScheduled: true,
    isReady: true,
    isTerminating: false,
    isLeaving: false,
    deletionCost: 0,
    isOwnCost: true,
  }
  return counts.map((connections, i) => {
    return { name: String(i), uid: String(i), ...states, told: { connections, load: connections, isDraining: false } }
  })
}

function move(counts: number[], from: number, sessions: number, landing: (i: number) => number): void {
  counts[from] = (counts[from] ?? 0) - sessions
  for (let i = 0; i < sessions; i++) {
    const to = landing(i)
    counts[to] = (counts[to] ?? 0) + 1
  }
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
