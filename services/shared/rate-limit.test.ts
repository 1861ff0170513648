import fc from 'fast-check'
import { expect, test } from 'vitest'
import { retryAfterMs, take } from './rate-limit.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { TokenBucket } from './token-bucket.ts'

const limit = { perSecond: 10, burst: 5 }

test('it begins full, takes all or none, and says when to come again', () => {
  let state = take(0, 1_000, limit, 5)
  expect(state).toBe(1_500)
  expect(take(state ?? 0, 1_000, limit)).toBeUndefined()
  expect(retryAfterMs(state ?? 0, 1_000, limit)).toBe(100)
  expect(retryAfterMs(state ?? 0, 1_000, limit, 5)).toBe(500)
  state = take(state ?? 0, 1_100, limit)
  expect(state).toBe(1_600)
})

test.each([6, -1, Number.NaN])('a count of %d is never there', (count) => {
  expect(take(0, 0, limit, count)).toBeUndefined()
  expect(retryAfterMs(0, 0, limit, count)).toBe(Infinity)
})

test('it lets through exactly what a token bucket does', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 0, max: 6 })), { maxLength: 40 })
  fc.assert(
    fc.property(steps, (takes) => {
      const clock = new ManualClock()
      const bucket = new TokenBucket({ nowMs: () => clock.nowMs(), ...limit })
      let state = 0
      for (const [waitMs, count] of takes) {
        clock.advance(waitMs)
        expect(retryAfterMs(state, clock.nowMs(), limit, count)).toBe(bucket.retryAfterMs(count))
        const after = take(state, clock.nowMs(), limit, count)
        expect(after !== undefined).toBe(bucket.take(count))
        state = after ?? state
      }
    }),
  )
})
