import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Readiness } from '../shared/readiness.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { DrainLease } from './drain-lease.ts'
import { type Opened, openIn } from './testing/opened-sessions.ts'

test('while the lease is held the pod is not ready, and its sessions leave evenly over the window, told a second before at most', () => {
  const { lease, open, readiness, wait, sessions } = setUp()
  const all = Array.from({ length: 200 }, open)
  expect(lease.hold({ leaseMs: 60_000, waitMs: 5_000, windowMs: 20_000 })).toEqual({
    ...{ held: true, renewed: false },
    ...{ leaseLeftMs: 60_000, emptyInMs: 25_000, sessions: 200 },
  })
  expect(readiness.waitingFor()).toEqual(['drain lease'])
  wait(5_000)
  expect(sessions.size).toBe(200)
  const left = [0, 1, 2, 3].map(() => {
    wait(5_000)
    return sessions.size
  })
  // Each second tells a twentieth, and closes those within the next.
  for (const [i, expected] of [150, 100, 50, 0].entries()) expect(Math.abs((left[i] ?? 0) - expected)).toBeLessThan(21)
  wait(1_000)
  expect(lease.state).toMatchObject({ held: true, sessions: 0 })
  for (const { connection } of all) {
    const told = connection.messages.filter(({ type }) => type === 'reconnect')
    expect(told).toHaveLength(1)
    expect(Number(told[0]?.afterMs)).toBeLessThanOrEqual(1_000)
    expect(connection.closes.map(({ code }) => code)).toEqual([4000])
  }
})

test('a lease that is renewed holds on; one that is not runs out, readiness is back and the others stay', () => {
  const { lease, open, readiness, wait, sessions, clock } = setUp()
  for (let i = 0; i < 100; i++) open()
  const timers = clock.pending
  lease.hold({ leaseMs: 10_000, waitMs: 0, windowMs: 100_000 })
  for (let i = 0; i < 5; i++) {
    wait(9_000)
    lease.hold({ leaseMs: 10_000, waitMs: 0, windowMs: 1_000 })
  }
  // Renewals do not change the window.
  expect(Math.abs(sessions.size - 55)).toBeLessThan(3)
  wait(9_000)
  expect(readiness.waitingFor()).toEqual(['drain lease'])
  wait(1_000)
  expect(readiness.waitingFor()).toEqual([])
  expect(lease.state).toMatchObject({ held: false, leaseLeftMs: 0 })
  wait(1_000)
  const stayed = sessions.size
  wait(60_000)
  expect(sessions.size).toBe(stayed)
  expect(stayed).toBeGreaterThan(40)
  expect(clock.pending).toBe(timers)
})

test('a release ends it at once, and another lease begins anew', () => {
  const { lease, open, readiness, wait, sessions } = setUp()
  for (let i = 0; i < 10; i++) open()
  lease.hold({ leaseMs: 60_000, waitMs: 0, windowMs: 10_000 })
  wait(3_000)
  expect(lease.release()).toMatchObject({ held: false })
  expect(readiness.waitingFor()).toEqual([])
  wait(1_000)
  const left = sessions.size
  expect(left).toBeGreaterThan(5)
  lease.hold({ leaseMs: 60_000, waitMs: 0, windowMs: 2_000 })
  wait(4_000)
  expect(sessions.size).toBe(0)
})

test('no lease is longer than 60 s, and one without sessions only holds readiness', () => {
  const { lease, readiness, wait, clock } = setUp()
  expect(lease.hold({ leaseMs: 3_600_000, waitMs: 0, windowMs: 0 }).leaseLeftMs).toBe(60_000)
  wait(59_000)
  expect(readiness.waitingFor()).toEqual(['drain lease'])
  wait(1_000)
  expect([readiness.waitingFor(), clock.pending]).toEqual([[], 0])
})

test('a renewal that comes too late begins anew and says so; a process that stops takes none', () => {
  const { lease, open, wait, readiness } = setUp()
  open()
  expect(lease.hold({ leaseMs: 5_000, waitMs: 0, windowMs: 100_000 }).renewed).toBe(false)
  wait(4_000)
  expect(lease.hold({ leaseMs: 5_000, waitMs: 0, windowMs: 100_000 })).toMatchObject({
    renewed: true,
    emptyInMs: 96_000,
  })
  wait(6_000)
  expect(lease.hold({ leaseMs: 5_000, waitMs: 0, windowMs: 100_000 })).toMatchObject({
    renewed: false,
    emptyInMs: 100_000,
  })
  lease.stop()
  wait(10_000)
  lease.release()
  expect(lease.hold({ leaseMs: 5_000, waitMs: 0, windowMs: 0 })).toMatchObject({ held: false, renewed: false })
  expect(readiness.waitingFor()).toEqual(['drain lease'])
})

test('who comes while it is held is sent elsewhere too', () => {
  const { lease, open, wait, sessions } = setUp()
  lease.hold({ leaseMs: 60_000, waitMs: 0, windowMs: 0 })
  wait(5_000)
  open()
  expect(sessions.size).toBe(1)
  wait(2_000)
  expect(sessions.size).toBe(0)
})

test('whatever is held, renewed and released when: nobody is told of an end that is more than a second away', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('hold'), ms: fc.integer({ min: 1_000, max: 60_000 }) }),
    fc.record({ kind: fc.constant('release'), ms: fc.constant(0) }),
    fc.record({ kind: fc.constant('wait'), ms: fc.integer({ min: 1, max: 20_000 }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { lease, open, wait, readiness } = setUp()
      const all: Opened[] = Array.from({ length: 20 }, open)
      for (const { kind, ms } of steps) {
        if (kind === 'hold') lease.hold({ leaseMs: ms, waitMs: 0, windowMs: ms })
        else if (kind === 'release') lease.release()
        else wait(ms)
        expect(readiness.waitingFor()).toEqual(lease.state.held ? ['drain lease'] : [])
      }
      for (const { connection } of all) {
        const told = connection.messages.filter(({ type }) => type === 'reconnect')
        expect(told.length).toBeLessThanOrEqual(1)
        for (const { afterMs } of told) expect(Number(afterMs)).toBeLessThanOrEqual(1_000)
      }
    }),
    { numRuns: 100 },
  )
})

function setUp() {
  const { harness, sessions, open, wait } = openIn(() => 0.5)
  const { clock } = harness
  const readiness = new Readiness([])
  const lease = new DrainLease({ clock, logger: silentLogger, readiness, sessions })
  return { lease, sessions, open, wait, readiness, clock }
}
