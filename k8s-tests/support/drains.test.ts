/** The bounds by which the cluster tests judge a drain: those of the gateway's own code keep them, others do not. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Session } from '../../services/gateway/session.ts'
import { SessionSet } from '../../services/gateway/session-set.ts'
import { ManualClock } from '../../services/shared/testing/manual-clock.ts'
import { drainOf, drainsOf, fewestCloses, isStaggered, openedIn } from './drains.ts'
import type { End } from './fleet.ts'

const windowMs = 5_000
const random = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))

test('every drain of a gateway is staggered, by a client that sees each close up to 400 ms late as well', () => {
  fc.assert(
    fc.property(fc.integer({ min: fewestCloses, max: 300 }), random, (count, randoms) => {
      const next = () => randoms.next().value ?? 0
      const seen = drain(count, windowMs, next).map((ms) => ms + 400 * next())
      expect(isStaggered(drainOf(seen), windowMs), JSON.stringify(drainOf(seen))).toBe(true)
    }),
    { numRuns: 200 },
  )
})

describe('is not staggered:', () => {
  test.each([
    ['a drain that closes all at once', drain(100, 0)],
    ['one over two thirds of its window', drain(100, (windowMs * 2) / 3)],
    ['one that closes a third at its beginning', [...drain(67, windowMs), ...drain(33, 200)]],
    ['one that closes all but the last at its end', [0, ...drain(99, 500).map((ms) => windowMs - 500 + ms)]],
  ])('%s', (_what, atMs) => {
    expect(isStaggered(drainOf(atMs), windowMs)).toBe(false)
  })
})

test('two drains at once, one after the other or unequal are judged each by itself', () => {
  const places = new Map([
    ...Array.from({ length: 50 }, (_, i) => [`a-${i}`, 'a'] as const),
    ...Array.from({ length: 50 }, (_, i) => [`b-${i}`, 'b'] as const),
  ])
  const ends = [
    ...drain(50, windowMs).map((ms, i) => endOf(`a-${i}`, ms)),
    ...drain(50, 0).map((ms, i) => endOf(`b-${i}`, ms + windowMs)),
    endOf('opened later', 2 * windowMs),
  ]
  const drains = drainsOf(ends, places)
  const judged = [...drains].map(([pod, { closes, ...rest }]) => [
    pod,
    closes,
    isStaggered({ closes, ...rest }, windowMs),
  ])
  expect(judged).toEqual([
    ['a', 50, true],
    ['b', 50, false],
  ])
})

test('the log of a gateway tells which sessions it opened', () => {
  const line = (fields: object) => JSON.stringify({ level: 'info', time: 'now', service: 'gateway', ...fields })
  const log = [
    line({ port: 8_080, msg: 'serving WebSockets' }),
    line({ connection: 'c-1', user: 'ann', action: 'connect', msg: 'session opened' }),
    line({ connection: 'c-1', user: 'ann', symbols: ['S0'], action: 'subscribe', msg: 'subscribed' }),
    line({ connection: 'c-2', user: 'bob', action: 'connect', msg: 'session opened' }),
    line({ connection: 'c-1', user: 'ann', code: 'drain', msg: 'session closed' }),
    'a line of Node',
    '',
  ].join('\n')
  expect(openedIn(log)).toEqual(['c-1', 'c-2'])
})

/** When the sessions of a real drain are closed, in ms since it began. */
function drain(count: number, overMs: number, next: () => number = () => 0.5): number[] {
  const clock = new ManualClock()
  const sessions = new SessionSet({ clock, random: next, maxAgeMs: 0 })
  const closes: number[] = []
  for (let i = 0; i < count; i++) {
    const session = { announceDrain() {}, close: () => closes.push(clock.nowMs()) }
    sessions.add(session as unknown as Session)
  }
  void sessions.drain(overMs)
  clock.advance(overMs)
  return closes
}

function endOf(connectionId: string, atMs: number): End {
  return { connectionId, atMs, code: 4000, wasAnnounced: true, freshAfterMs: 100 }
}
