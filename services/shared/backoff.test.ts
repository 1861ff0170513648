import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Backoff } from './backoff.ts'

test('the ceiling doubles from the base to the cap, and begins again after a success', () => {
  const backoff = new Backoff({ baseMs: 250, capMs: 3_000, random: () => 1 })
  expect(Array.from({ length: 6 }, () => backoff.nextMs())).toEqual([250, 500, 1_000, 2_000, 3_000, 3_000])
  backoff.reset()
  expect(backoff.nextMs()).toBe(250)
})

test('a wait is the random share of its ceiling, so that clients spread over all of it', () => {
  const shares = [0, 0.25, 0.999]
  const backoff = new Backoff({ baseMs: 100, capMs: 1_000, random: () => shares.shift() ?? 0 })
  expect([backoff.nextMs(), backoff.nextMs(), backoff.nextMs()]).toEqual([0, 50, 399.6])
})

test('however long it goes on, a wait stays finite and within the cap', () => {
  const parts = fc.record({ baseMs: fc.integer({ min: 1, max: 1e6 }), capMs: fc.integer({ min: 1, max: 1e9 }) })
  fc.assert(
    fc.property(parts, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (bounds, share) => {
      const backoff = new Backoff({ ...bounds, random: () => share })
      for (let attempt = 0; attempt < 2_000; attempt++) {
        const waitMs = backoff.nextMs()
        expect(waitMs >= 0 && waitMs <= bounds.capMs).toBe(true)
      }
    }),
    { numRuns: 20 },
  )
})
