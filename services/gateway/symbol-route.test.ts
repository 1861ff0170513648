import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import type { Quote } from './quote.ts'
import { type Link, SymbolRoute } from './symbol-route.ts'
import { quoteOf } from './testing/manual-upstream.ts'

test('the first confirmation is told with its last value, then quotes in order', () => {
  const { route, a, events } = setUp()
  route.assign(a)
  route.onQuote(a, quote(4))
  route.onSubscribed(a, quote(5))
  route.onQuote(a, quote(6))
  expect(a.log).toEqual(['+AAPL'])
  expect(events).toEqual(['subscribed 5', '6'])
})

test('rule 6: a lower or equal (epoch, seq) is dropped, a higher epoch starts over', () => {
  const { route, a, events } = setUp()
  route.assign(a)
  route.onSubscribed(a, quote(5))
  for (const repeat of [quote(5), quote(4), quote(6), quote(6), quoteOf('AAPL', 1, 2), quote(7)])
    route.onQuote(a, repeat)
  expect(events).toEqual(['subscribed 5', '6', '1'])
})

test('rule 7: what was missed is told before the quote that shows it', () => {
  const { route, a, events } = setUp()
  route.assign(a)
  route.onSubscribed(a, quote(5))
  route.onQuote(a, quote(9))
  route.onQuote(a, quoteOf('AAPL', 3, 2))
  expect(events).toEqual(['subscribed 5', 'gap 6-8 of 1', '9', 'gap 1-2 of 2', '3'])
})

test('rule 6: quotes without seq skip de-duplication', () => {
  const { route, a, events } = setUp()
  route.assign(a)
  route.onSubscribed(a, quote(5))
  for (const each of [quote(), quote(), quote(6)]) route.onQuote(a, each)
  expect(events).toEqual(['subscribed 5', 'no seq', 'no seq', '6'])
})

test('rule 6: quotes without seq come only from the owner, before, in and after a move', () => {
  const { route, a, b, clock, events } = setUp()
  route.assign(a)
  route.onSubscribed(a, quote(5))
  const both = () => {
    route.onQuote(a, quote())
    route.onQuote(b, quote())
  }
  both()
  route.moveTo(b)
  both()
  route.onSubscribed(b, quote(9))
  both()
  clock.advance(1_000)
  both()
  expect(events).toEqual(['subscribed 5', 'no seq', 'no seq', 'no seq', 'moved to b', 'gap 6-8 of 1', '9', 'no seq'])
})

test('a move that the old link has caught up with hands over what the new one sent since', () => {
  const { route, a, b, clock, events } = setUp()
  route.assign(a)
  route.onSubscribed(a, quote(5))
  route.moveTo(b)
  route.onQuote(a, quote(6))
  route.onSubscribed(b, quote(8))
  for (const each of [quote(9), quote(), quote(10)]) route.onQuote(b, each)
  route.onQuote(a, quote(7))
  expect([events.at(-1), route.isMoving, b.log, a.log]).toEqual(['7', true, ['+AAPL'], ['+AAPL']])
  route.onQuote(a, quote(8))
  route.onQuote(a, quote(9))
  route.onQuote(b, quote(11))
  expect(events).toEqual(['subscribed 5', '6', '7', '8', 'moved to b', '9', 'no seq', '10', '11'])
  expect([route.owner, route.isMoving, a.log, clock.pending]).toEqual([b, false, ['+AAPL', '-AAPL'], 0])
})

test('a move to a link that is behind is handed over at once, and its repeats are dropped', () => {
  const { route, a, b, events } = setUp()
  route.assign(a)
  route.onSubscribed(a, quote(5))
  route.moveTo(b)
  route.onSubscribed(b, quote(3))
  for (const seq of [4, 5, 6]) route.onQuote(b, quote(seq))
  expect(events).toEqual(['subscribed 5', 'moved to b', '6'])
})

test('a move does not wait longer than 1 s for the old link', () => {
  const { route, a, b, clock, events } = setUp()
  route.assign(a)
  route.onSubscribed(a, quote(5))
  route.moveTo(b)
  route.onSubscribed(b, quote(8))
  route.onQuote(b, quote(9))
  clock.advance(999)
  expect(route.owner).toBe(a)
  clock.advance(1)
  expect(events).toEqual(['subscribed 5', 'moved to b', 'gap 6-7 of 1', '8', '9'])
  expect(clock.pending).toBe(0)
})

test('a move keeps at most 1,000 quotes waiting', () => {
  const { route, a, b, clock, events } = setUp()
  route.assign(a)
  route.onSubscribed(a, quote(5))
  route.moveTo(b)
  route.onSubscribed(b, quote(7))
  for (let seq = 8; seq < 1_007; seq++) route.onQuote(b, quote(seq))
  expect(route.owner).toBe(a)
  route.onQuote(b, quote(1_007))
  expect([route.owner, events.length, clock.pending]).toEqual([b, 1 + 1 + 1 + 1_001, 0])
  expect(events.slice(0, 4)).toEqual(['subscribed 5', 'moved to b', 'gap 6-6 of 1', '7'])
})

test('a move whose target does not answer within 2 s is given up, and the owner serves on', () => {
  const { route, a, b, clock, events } = setUp()
  route.assign(a)
  route.onSubscribed(a, quote(5))
  route.moveTo(b)
  clock.advance(1_999)
  expect(route.isMoving).toBe(true)
  clock.advance(1)
  expect([route.isMoving, b.log, clock.pending]).toEqual([false, ['+AAPL', '-AAPL'], 0])
  route.onSubscribed(b, quote(9))
  route.onQuote(a, quote(6))
  expect([events, route.owner]).toEqual([['subscribed 5', '6'], a])
})

test('a rejected move is dropped, and the owner serves on', () => {
  const { route, a, b, clock, events } = setUp()
  route.assign(a)
  route.onSubscribed(a, quote(5))
  route.moveTo(b)
  route.onRejected(b, 'busy', 'no')
  route.onQuote(a, quote(6))
  expect([route.isMoving, route.owner, clock.pending]).toEqual([false, a, 0])
  expect(events).toEqual(['subscribed 5', '6'])
})

test('an owner that is lost makes the symbol stale; the next one makes it fresh, and tells the gap', () => {
  const { route, a, b, events } = setUp()
  route.assign(a)
  route.onSubscribed(a, quote(5))
  expect(route.linkLost(b)).toBe(false)
  expect(route.linkLost(a)).toBe(true)
  expect([route.owner, route.isConfirmed]).toEqual([undefined, false])
  route.assign(b)
  route.onQuote(a, quote(6))
  route.onSubscribed(b, quote(8))
  expect(events).toEqual(['subscribed 5', 'gap 6-7 of 1', '8', 'fresh'])
})

test('rule 5: a last value without seq is not sent again by the next owner', () => {
  const { route, a, b, events } = setUp()
  route.assign(a)
  route.onSubscribed(a, quote())
  route.linkLost(a)
  route.assign(b)
  route.onSubscribed(b, quote())
  expect(events).toEqual(['subscribed no seq', 'fresh'])
})

test('an owner lost before it confirmed is not told as stale', () => {
  const { route, a, b, events } = setUp()
  route.assign(a)
  expect(route.linkLost(a)).toBe(false)
  route.assign(b)
  route.onSubscribed(b, undefined)
  expect(events).toEqual(['subscribed nothing'])
})

test('an owner lost mid-move: the target takes over at once where it has confirmed', () => {
  const { route, a, b, clock, events } = setUp()
  route.assign(a)
  route.onSubscribed(a, quote(5))
  route.moveTo(b)
  route.onSubscribed(b, quote(7))
  route.onQuote(b, quote(8))
  expect(route.linkLost(a)).toBe(false)
  expect(events).toEqual(['subscribed 5', 'moved to b', 'gap 6-6 of 1', '7', '8'])
  expect([route.owner, clock.pending]).toEqual([b, 0])
})

test('an owner lost mid-move: the target takes over with its answer where it has not confirmed', () => {
  const { route, a, b, events } = setUp()
  route.assign(a)
  route.onSubscribed(a, quote(5))
  route.moveTo(b)
  expect(route.linkLost(a)).toBe(true)
  route.onSubscribed(b, quote(6))
  expect(events).toEqual(['subscribed 5', 'moved to b', '6', 'fresh'])
  expect(b.log).toEqual(['+AAPL'])
})

test('a target lost mid-move leaves the owner in place', () => {
  const { route, a, b, clock, events } = setUp()
  route.assign(a)
  route.onSubscribed(a, quote(5))
  route.moveTo(b)
  route.onSubscribed(b, quote(7))
  expect(route.linkLost(b)).toBe(false)
  route.onQuote(a, quote(6))
  expect([route.owner, route.isMoving, clock.pending]).toEqual([a, false, 0])
  expect(events).toEqual(['subscribed 5', '6'])
})

test('a rejection is told where nobody holds the symbol yet', () => {
  const { route, a, clock, events } = setUp()
  route.assign(a)
  route.onRejected(a, 'not_found', 'no such symbol')
  expect(events).toEqual(['rejected not_found'])
  expect(clock.pending).toBe(0)
})

test('a rejection after a loss is asked again each second until it is confirmed', () => {
  const { route, a, b, clock, events } = setUp()
  route.assign(a)
  route.onSubscribed(a, quote(5))
  route.linkLost(a)
  route.assign(b)
  for (let i = 0; i < 3; i++) {
    route.onRejected(b, 'busy', 'later')
    clock.advance(1_000)
  }
  expect(b.log).toEqual(['+AAPL', '+AAPL', '+AAPL', '+AAPL'])
  route.onSubscribed(b, quote(6))
  expect(events).toEqual(['subscribed 5', '6', 'fresh'])
  expect(clock.pending).toBe(0)
})

test('release lets go of both links and leaves no timer, whatever was under way', () => {
  const { route, a, b, clock } = setUp()
  route.assign(a)
  route.onSubscribed(a, quote(5))
  route.moveTo(b)
  route.onSubscribed(b, quote(9))
  route.release()
  expect([a.log.at(-1), b.log.at(-1), clock.pending]).toEqual(['-AAPL', '-AAPL', 0])

  const retried = setUp()
  retried.route.assign(retried.a)
  retried.route.onSubscribed(retried.a, quote(5))
  retried.route.onRejected(retried.a, 'busy', 'later')
  retried.route.onRejected(retried.a, 'busy', 'later')
  retried.route.release()
  expect(retried.clock.pending).toBe(0)
})

const transit = fc.array(fc.nat(300), { minLength: 1, maxLength: 20 })
const plan = fc.record({
  pausesMs: fc.array(fc.nat(40), { minLength: 1, maxLength: 60 }),
  transitOfA: transit,
  transitOfB: transit,
  moveAtMs: fc.nat(1_500),
  answerMs: fc.nat(300),
})

test('a planned move neither loses, repeats nor reorders, however late either link is', () => {
  fc.assert(
    fc.property(plan, (options) => {
      const { events, published, clock } = simulate(options)
      const live = events.filter((event) => /^\d+$/.test(event)).map(Number)
      expect(live).toEqual(upTo(published))
      expect(events.filter((event) => event.startsWith('gap'))).toEqual([])
      expect(clock.pending).toBe(0)
    }),
    { numRuns: 500 },
  )
})

test('when the owner dies at any time, quotes and gaps together name every seq once and in order', () => {
  fc.assert(
    fc.property(plan, fc.nat(2_500), fc.boolean(), (options, lostAtMs, isPlanned) => {
      const { events, published, clock } = simulate({ ...options, lostAtMs, isPlanned })
      const named = events.flatMap((event) => {
        const [from, to] = (/^gap (\d+)-(\d+) /.exec(event) ?? []).slice(1).map(Number)
        if (from !== undefined && to !== undefined) return Array.from({ length: to - from + 1 }, (_, i) => from + i)
        return /^\d+$/.test(event) ? [Number(event)] : []
      })
      expect(named).toEqual(upTo(published))
      expect(clock.pending).toBe(0)
    }),
    { numRuns: 500 },
  )
})

/** What follows the snapshot, whose seq is 1. */
function upTo(seq: number): number[] {
  return Array.from({ length: seq - 1 }, (_, i) => i + 2)
}

interface Simulation {
  readonly pausesMs: readonly number[]
  readonly transitOfA: readonly number[]
  readonly transitOfB: readonly number[]
  readonly moveAtMs: number
  /** From asking the new link until it reads the last value. */
  readonly answerMs: number
  readonly lostAtMs?: number
  /** Without a planned move the symbol goes to b when a is lost. */
  readonly isPlanned?: boolean
}

/** One publisher, two links that deliver its quotes in order but late, and a move from a to b. */
function simulate({ pausesMs, moveAtMs, answerMs, lostAtMs, isPlanned = true, ...transits }: Simulation) {
  const { route, a, b, clock, events } = setUp()
  let published = 1
  let isLost = false
  let isReadByB = false
  const toA = delivery(clock, transits.transitOfA)
  const toB = delivery(clock, transits.transitOfB)
  const askB = () =>
    clock.after(answerMs, () => {
      const last = quote(published)
      isReadByB = true
      toB(() => route.onSubscribed(b, last))
    })
  route.assign(a)
  route.onSubscribed(a, quote(published))
  let atMs = 0
  for (const pauseMs of pausesMs) {
    atMs += pauseMs
    clock.after(atMs, () => {
      const next = quote(++published)
      toA(() => !isLost && route.onQuote(a, next))
      if (isReadByB) toB(() => route.onQuote(b, next))
    })
  }
  if (isPlanned) {
    clock.after(moveAtMs, () => {
      if (isLost) return
      route.moveTo(b)
      askB()
    })
  }
  if (lostAtMs !== undefined) {
    clock.after(lostAtMs, () => {
      isLost = true
      if (route.owner === b) return
      route.linkLost(a)
      if (route.owner !== undefined) return
      route.assign(b)
      askB()
    })
  }
  clock.advance(10_000)
  return { events, published, clock }
}

/** First in, first out, each after its own time in transit. */
function delivery(clock: ManualClock, transitMs: readonly number[]) {
  let lastMs = 0
  let count = 0
  return (task: () => void) => {
    const ownMs = clock.nowMs() + (transitMs[count++ % transitMs.length] ?? 0)
    lastMs = Math.max(lastMs, ownMs)
    clock.after(lastMs - clock.nowMs(), task)
  }
}

class RecordedLink implements Link {
  readonly address: string
  readonly log: string[] = []

  constructor(address: string) {
    this.address = address
  }

  subscribe(symbol: string): void {
    this.log.push(`+${symbol}`)
  }

  unsubscribe(symbol: string): void {
    this.log.push(`-${symbol}`)
  }
}

function quote(seq?: number): Quote {
  return quoteOf('AAPL', seq)
}

function setUp() {
  const clock = new ManualClock()
  const events: string[] = []
  const route = new SymbolRoute({
    symbol: 'AAPL',
    clock,
    listener: {
      subscribed: (_, last) => events.push(`subscribed ${last ? (last.seq ?? 'no seq') : 'nothing'}`),
      rejected: (_, code) => events.push(`rejected ${code}`),
      quote: ({ seq }) => events.push(seq === undefined ? 'no seq' : String(seq)),
      gap: (_, { epoch, fromSeq, toSeq }) => events.push(`gap ${fromSeq}-${toSeq} of ${epoch}`),
      fresh: () => events.push('fresh'),
      moved: (_, to) => events.push(`moved to ${to.address}`),
    },
  })
  return { clock, events, route, a: new RecordedLink('a'), b: new RecordedLink('b') }
}
