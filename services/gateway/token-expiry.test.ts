import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { TokenExpiry } from './token-expiry.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const longestTimerMs = 2 ** 31 - 1

test('the warning comes a minute ahead, the end at the end', () => {
  const { events, clock } = watching(hourMs)
  clock.advance(hourMs - 60_001)
  expect(events).toEqual([])
  clock.advance(60_001)
  expect(events).toEqual([`expiring at ${hourMs - 60_000} in 60000`, `expired at ${hourMs}`])
  expect(clock.pending).toBe(0)
})

test('a short token is warned of when half of it is left', () => {
  const { events, clock } = watching(1_000)
  clock.advance(1_000)
  expect(events).toEqual(['expiring at 500 in 500', 'expired at 1000'])
})

test('a token of 60 days ends after 60 days, and no timer is longer than Node allows', () => {
  const { events, clock } = watching(60 * dayMs)
  clock.advance(60 * dayMs - 1)
  expect(events).toEqual([`expiring at ${60 * dayMs - 60_000} in 60000`])
  clock.advance(1)
  expect(events).toHaveLength(2)
  expect(clock.longestDelayMs).toBeLessThan(longestTimerMs)
})

test('whatever the length, one warning and one end come on time, with one timer at most', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 * dayMs }), (lengthMs) => {
      const { events, clock } = watching(lengthMs)
      expect(clock.pending).toBe(1)
      clock.advance(lengthMs - 1)
      expect(events.filter((event) => event.startsWith('expired'))).toEqual([])
      clock.advance(1)
      expect(events.map((event) => event.split(' ')[0])).toEqual(['expiring', 'expired'])
      expect(clock.pending).toBe(0)
      expect(clock.longestDelayMs).toBeLessThan(longestTimerMs)
    }),
    { numRuns: 50 },
  )
})

test('a token without an end is never warned of', () => {
  const { clock, expiry } = watching(hourMs)
  expiry.watch(undefined)
  expect(clock.pending).toBe(0)
})

test('a refresh replaces the end, also between the warning and the end', () => {
  const { events, clock, expiry } = watching(hourMs)
  clock.advance(hourMs - 1)
  expiry.watch(clock.wallMs() + hourMs)
  clock.advance(2)
  expect(events).toHaveLength(1)
  clock.advance(hourMs)
  expect(events).toHaveLength(3)
})

test('an end that has passed already comes at once, without a warning or a negative wait', () => {
  for (const lengthMs of [0, -1, -5_000]) {
    const { events, clock } = watching(lengthMs)
    expect(events).toEqual([])
    clock.advance(0)
    expect(events).toEqual(['expired at 0'])
    expect([clock.pending, clock.shortestDelayMs]).toEqual([0, 0])
  }
})

test('stop leaves no timer', () => {
  const { clock, expiry } = watching(60 * dayMs)
  clock.advance(59 * dayMs)
  expiry.stop()
  expect(clock.pending).toBe(0)
})

class MeasuringClock extends ManualClock {
  longestDelayMs = 0
  shortestDelayMs = Infinity

  override after(delayMs: number, task: () => void): () => void {
    this.shortestDelayMs = Math.min(this.shortestDelayMs, delayMs)
    this.longestDelayMs = Math.max(this.longestDelayMs, delayMs)
    return super.after(delayMs, task)
  }
}

function watching(lengthMs: number) {
  const clock = new MeasuringClock()
  const events: string[] = []
  const expiry = new TokenExpiry({
    clock,
    onExpiring: (_, inMs) => events.push(`expiring at ${clock.nowMs()} in ${inMs}`),
    onExpired: () => events.push(`expired at ${clock.nowMs()}`),
  })
  expiry.watch(clock.wallMs() + lengthMs)
  return { clock, events, expiry }
}
