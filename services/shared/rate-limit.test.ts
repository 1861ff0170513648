import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type RateLimit, retryAfterMs, take, usualLimit } from './rate-limit.ts'

const limit = { perSecond: 10, burst: 5 }

test('its state is the instant at which it is full again', () => {
  let state = take(0, 1_000, limit, 5)
  expect(state).toBe(1_500)
  expect(take(state ?? 0, 1_000, limit)).toBeUndefined()
  expect(retryAfterMs(state ?? 0, 1_000, limit)).toBe(100)
  expect(retryAfterMs(state ?? 0, 1_000, limit, 5)).toBe(500)
  state = take(state ?? 0, 1_100, limit)
  expect(state).toBe(1_600)
})

test('usually two seconds of the rate may come at once, one in any case', () => {
  expect([usualLimit(20), usualLimit(0.1)]).toEqual([
    { perSecond: 20, burst: 40 },
    { perSecond: 0.1, burst: 1 },
  ])
})

test('it begins full, gives the burst at once, and then what the rate brings', () => {
  const { bucket, at } = setUp({ perSecond: 10, burst: 3 })
  expect([bucket.take(), bucket.take(), bucket.take(), bucket.take()]).toEqual([true, true, true, false])
  at(99)
  expect(bucket.take()).toBe(false)
  at(100)
  expect([bucket.take(), bucket.take()]).toEqual([true, false])
})

test('asking in between does not lose a token to rounding', () => {
  const { bucket, at } = setUp({ perSecond: 10, burst: 1 })
  bucket.take()
  for (let ms = 10; ms < 100; ms += 10) {
    at(ms)
    expect(bucket.take()).toBe(false)
  }
  at(100)
  expect(bucket.take()).toBe(true)
})

test('a pause saves up the burst and no more', () => {
  const { bucket, at } = setUp({ perSecond: 10, burst: 3 })
  bucket.take(3)
  at(1e9)
  expect([bucket.take(3), bucket.take()]).toEqual([true, false])
})

test('a take is all or nothing: a refused one costs nothing', () => {
  const { bucket } = setUp({ perSecond: 1, burst: 5 })
  expect([bucket.take(3), bucket.take(3), bucket.take(2), bucket.take(0)]).toEqual([true, false, true, true])
})

test('more than the burst, less than 0 and what is no number are refused always, and cost nothing', () => {
  const { bucket, at } = setUp({ perSecond: 1, burst: 5 })
  for (const count of [5.000_000_1, 6, Infinity, -1, Number.NaN]) {
    expect([count, bucket.take(count), bucket.retryAfterMs(count)]).toEqual([count, false, Infinity])
  }
  at(1e9)
  expect([bucket.take(6), bucket.take(5), bucket.take()]).toEqual([false, true, false])
})

test('retryAfterMs is 0 for what is there, and else the time of what is missing, in whole milliseconds', () => {
  const { bucket, at } = setUp({ perSecond: 3, burst: 4 })
  expect([bucket.retryAfterMs(4), bucket.take(3)]).toEqual([0, true])
  expect([0, 1, 2, 3, 4].map((count) => bucket.retryAfterMs(count))).toEqual([0, 0, 334, 667, 1_000])
  at(300)
  expect([bucket.retryAfterMs(2), bucket.retryAfterMs()]).toEqual([34, 0])
})

test('whatever is asked and whenever: never more than the burst and the rate allow, and never less', () => {
  const steps = fc.array(fc.record({ waitMs: fc.double({ min: 0, max: 3_000, noNaN: true }), count: fc.nat(12) }))
  fc.assert(
    fc.property(bounds(), steps, ({ perSecond, burst }, asked) => {
      const { bucket, at, now } = setUp({ perSecond, burst })
      let tokens = burst
      for (const { waitMs, count } of asked) {
        at(now() + waitMs)
        tokens = Math.min(burst, tokens + (waitMs * perSecond) / 1_000)
        const isClear = Math.abs(tokens - count) > 1e-5
        const isTaken = bucket.take(count)
        if (isClear) expect(isTaken).toBe(count <= tokens)
        if (isTaken) tokens -= count
      }
    }),
  )
})

test('after retryAfterMs the take succeeds; more than a millisecond before, it does not', () => {
  const taken = fc.array(fc.nat(10), { maxLength: 5 })
  const start = fc.double({ min: 0, max: 1e9, noNaN: true })
  fc.assert(
    fc.property(bounds(), taken, fc.nat(10), start, ({ perSecond, burst }, counts, count, startMs) => {
      const { bucket, at, now } = setUp({ perSecond, burst, startMs })
      for (const each of counts) bucket.take(each)
      const waitMs = bucket.retryAfterMs(count)
      expect(waitMs === Infinity).toBe(count > burst)
      if (waitMs === Infinity) return
      if (waitMs > 1.1) {
        at(now() + waitMs - 1.1)
        expect(bucket.take(count)).toBe(false)
      }
      at(startMs + waitMs)
      expect(bucket.take(count)).toBe(true)
    }),
  )
})

function bounds() {
  return fc.record({
    perSecond: fc.double({ min: 0.1, max: 1_000, noNaN: true }),
    burst: fc.integer({ min: 1, max: 10 }),
  })
}

function setUp({ startMs = 0, ...limit }: RateLimit & { startMs?: number }) {
  let [nowMs, state] = [startMs, 0]
  const at = (ms: number) => {
    nowMs = ms
  }
  const bucket = {
    take: (count = 1) => {
      const after = take(state, nowMs, limit, count)
      state = after ?? state
      return after !== undefined
    },
    retryAfterMs: (count = 1) => retryAfterMs(state, nowMs, limit, count),
  }
  return { bucket, at, now: () => nowMs }
}
