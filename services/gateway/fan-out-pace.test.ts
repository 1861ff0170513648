/** Fan-out to those who may not have all quotes at once: what each pace shows, and moves between paces. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isLive, livePace, type Pace, paceName } from '../shared/pacing.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { type MemberPace, unlimited } from './course.ts'
import { FanOut } from './fan-out.ts'
import type { Quote } from './quote.ts'
import { DirectMember } from './testing/direct-member.ts'
import { readFrames } from './testing/frames.ts'
import { quoteOf } from './testing/manual-upstream.ts'
import { RecordedMember } from './testing/recorded-member.ts'
import { TierRates } from './testing/tier-rates.ts'

const limited = tierPace({ intervalMs: 100 })
const delayed = tierPace({ delayMs: 1_000 })
const delayedAndLimited = tierPace({ delayMs: 1_000, intervalMs: 100 })
/** By the client's own wish. */
const own: MemberPace = { ...unlimited, intervalMs: 100 }
const delayedAndOwn: MemberPace = { ...delayed, intervalMs: 100 }

test('a member with a rate of its own gets the newest of each interval, its snapshot from others of that rate', () => {
  const { fanOut, member, clock } = setUp()
  const [ann, late] = [member(), member()]
  fanOut.open('AAPL', quoteOf('AAPL', 1))
  fanOut.join('AAPL', ann, { pace: own })
  for (let seq = 2; seq <= 11; seq++) {
    fanOut.quote(quoteOf('AAPL', seq))
    clock.advance(10)
  }
  fanOut.quote(quoteOf('AAPL', 12))
  fanOut.join('AAPL', late, { pace: own })
  expect(ann.messages).toMatchObject([{ seq: 1, snapshot: true }, { seq: 2 }, { seq: 11 }])
  expect(ann.messages[1]).not.toHaveProperty('delayed')
  expect(late.messages).toMatchObject([{ seq: 11, snapshot: true }])
  clock.advance(100)
  expect([ann.messages.at(-1), late.messages.at(-1)]).toMatchObject([{ seq: 12 }, { seq: 12 }])
})

test('a delayed member sees the value it found a delay later, then each quote a delay after it came', () => {
  const { fanOut, member, clock, told } = setUp()
  const ann = member()
  fanOut.open('AAPL', quoteOf('AAPL', 1))
  fanOut.join('AAPL', ann, { pace: delayed })
  clock.advance(300)
  fanOut.quote(quoteOf('AAPL', 2))
  clock.advance(699)
  expect(ann.frames).toEqual([])
  clock.advance(1)
  expect(ann.messages).toMatchObject([{ seq: 1, snapshot: true, delayed: true }])
  clock.advance(299)
  expect(ann.frames).toHaveLength(1)
  clock.advance(1)
  expect(ann.messages[1]).toMatchObject({ seq: 2, delayed: true })
  expect(ann.messages[1]).not.toHaveProperty('snapshot')
  expect(told).toEqual(['delivered to 1', 'delivered to 1'])
})

test('who joins a delayed symbol that has run for a while is sent its last value at once, and never a newer one', () => {
  const { fanOut, member, clock } = setUp()
  const [first, second, slow] = [member(), member(), member()]
  fanOut.open('AAPL', quoteOf('AAPL', 1))
  fanOut.join('AAPL', first, { pace: delayed })
  clock.advance(500)
  fanOut.quote(quoteOf('AAPL', 2))
  clock.advance(500)
  fanOut.leave('AAPL', first, delayed)
  clock.advance(10)
  fanOut.join('AAPL', second, { pace: delayed })
  // Another rate of the same delay does not begin anew.
  fanOut.join('AAPL', slow, { pace: delayedAndLimited })
  expect([second, slow].map(({ messages }) => messages)).toMatchObject(
    Array(2).fill([{ seq: 1, snapshot: true, delayed: true }]),
  )
  expect(first.frames).toHaveLength(1)
})

test('delayed and limited: both hold', () => {
  const { fanOut, member, clock } = setUp()
  const ann = member()
  fanOut.open('AAPL', undefined)
  fanOut.join('AAPL', ann, { pace: delayedAndLimited })
  for (let seq = 1; seq <= 20; seq++) {
    fanOut.quote(quoteOf('AAPL', seq))
    clock.advance(10)
  }
  clock.advance(799)
  expect(ann.frames).toEqual([])
  clock.advance(1_000)
  expect(ann.messages).toMatchObject([{ seq: 1, delayed: true }, { seq: 10 }, { seq: 20 }])
})

test("a client's rate goes with its last member, a delay later, and closing leaves no timer", () => {
  const { fanOut, member, clock } = setUp()
  const members = [member(), member()]
  fanOut.open('AAPL', quoteOf('AAPL', 1))
  for (const pace of [own, delayed, delayedAndOwn]) {
    for (const each of members) fanOut.join('AAPL', each, { pace })
  }
  expect([fanOut.keepMsOf('AAPL'), fanOut.keepMsOf('NONE')]).toEqual([1_000, 0])
  fanOut.quote(quoteOf('AAPL', 2))
  fanOut.quote(quoteOf('AAPL', 3))
  expect(clock.pending).toBe(2)
  for (const each of members) fanOut.leave('AAPL', each, own)
  expect(clock.pending).toBe(1)
  for (const pace of [delayed, delayedAndOwn]) for (const each of members) fanOut.leave('AAPL', each, pace)
  // The line's, and the end of the course.
  expect([clock.pending, fanOut.keepMsOf('AAPL')]).toEqual([2, 1_000])
  fanOut.close('AAPL')
  expect([clock.pending, fanOut.keepMsOf('AAPL')]).toEqual([0, 0])
})

test('closing a symbol stops what waits for its interval and for its delay', () => {
  for (const pace of [own, limited, delayed, delayedAndLimited, delayedAndOwn]) {
    const { fanOut, member, clock } = setUp()
    const ann = member()
    fanOut.open('AAPL', undefined)
    fanOut.join('AAPL', ann, { pace })
    for (const seq of [1, 2]) fanOut.quote(quoteOf('AAPL', seq))
    clock.advance(pace.tier.delayMs)
    fanOut.quote(quoteOf('AAPL', 3))
    const before = ann.frames.length
    fanOut.close('AAPL')
    expect(clock.pending).toBe(0)
    clock.advance(5_000)
    expect(ann.frames).toHaveLength(before)
  }
})

test('rule 7: gaps go to live and limited members, not to delayed ones', () => {
  const { fanOut, member } = setUp()
  const paces = [unlimited, own, limited, delayed, delayedAndLimited]
  const members = paces.map(() => member())
  fanOut.open('AAPL', undefined)
  members.forEach((each, i) => {
    fanOut.join('AAPL', each, { pace: paces[i] ?? unlimited })
  })
  fanOut.gap('AAPL', { epoch: 1, fromSeq: 2, toSeq: 3 })
  expect(members.map(({ frames }) => frames.length)).toEqual([1, 1, 1, 0, 0])
})

test('rule 12: stale and fresh go to members of every pace', () => {
  const { fanOut, member } = setUp()
  const paces = [unlimited, own, limited, delayed, delayedAndLimited]
  const members = paces.map(() => member())
  fanOut.open('AAPL', undefined)
  members.forEach((each, i) => {
    fanOut.join('AAPL', each, { pace: paces[i] ?? unlimited })
  })
  fanOut.tell('stale', ['AAPL'])
  for (const { messages } of members) expect(messages).toEqual([{ type: 'stale', symbols: ['AAPL'] }])
})

test('unlimited to limited: silent until something newer is due', () => {
  const { fanOut, member, clock } = setUp()
  const [ann, other] = [member(), member()]
  fanOut.open('AAPL', quoteOf('AAPL', 1))
  fanOut.join('AAPL', other, { pace: own })
  fanOut.join('AAPL', ann)
  for (const seq of [2, 3]) fanOut.quote(quoteOf('AAPL', seq))
  fanOut.move('AAPL', ann, { from: unlimited, to: own })
  // The channel has 2, and 3 waits: ann has both.
  clock.advance(100)
  expect(other.messages.at(-1)).toMatchObject({ seq: 3 })
  expect(ann.messages).toHaveLength(3)
  clock.advance(100)
  fanOut.quote(quoteOf('AAPL', 4))
  expect(ann.messages.slice(3)).toMatchObject([{ seq: 4 }])
})

test('slower to live: a snapshot at once where it is newer, none where it is the same', () => {
  for (const from of [own, limited, delayed, delayedAndLimited, delayedAndOwn]) {
    const { fanOut, member, clock } = setUp()
    const [behind, level] = [member(), member()]
    fanOut.open('AAPL', quoteOf('AAPL', 1))
    for (const each of [behind, level]) fanOut.join('AAPL', each, { pace: from })
    for (const seq of [2, 3]) fanOut.quote(quoteOf('AAPL', seq))
    const before = behind.frames.length
    fanOut.move('AAPL', behind, { from, to: unlimited })
    expect(behind.messages.slice(before)).toMatchObject([{ seq: 3, snapshot: true }])
    expect(behind.messages.at(-1)).not.toHaveProperty('delayed')
    clock.advance(2_000)
    const settled = level.frames.length
    fanOut.move('AAPL', level, { from, to: unlimited })
    expect(level.frames).toHaveLength(settled)
    fanOut.quote(quoteOf('AAPL', 4))
    expect([behind, level].map(({ messages }) => messages.at(-1))).toMatchObject([{ seq: 4 }, { seq: 4 }])
    fanOut.close('AAPL')
    expect(clock.pending).toBe(0)
  }
})

test('live to delayed: silent until something newer than what was seen is due', () => {
  const { fanOut, member, clock } = setUp()
  const [ann, other] = [member(), member()]
  fanOut.open('AAPL', quoteOf('AAPL', 1))
  fanOut.join('AAPL', other, { pace: delayed })
  fanOut.join('AAPL', ann)
  clock.advance(1_000)
  fanOut.quote(quoteOf('AAPL', 2))
  fanOut.move('AAPL', ann, { from: unlimited, to: delayed })
  clock.advance(500)
  fanOut.quote(quoteOf('AAPL', 3))
  clock.advance(999)
  expect([ann.frames.length, other.messages.at(-1)]).toMatchObject([2, { seq: 2 }])
  clock.advance(1)
  expect(ann.messages.slice(2)).toMatchObject([{ seq: 3, delayed: true }])
})

test('what was seen live is remembered over several slower paces, and is not sent again on the way back', () => {
  const { fanOut, member, clock } = setUp()
  const [ann, other] = [member(), member()]
  const slower = tierPace({ delayMs: 2_000 })
  fanOut.open('AAPL', quoteOf('AAPL', 1))
  for (const pace of [delayed, slower]) fanOut.join('AAPL', other, { pace })
  clock.advance(2_000)
  fanOut.join('AAPL', ann)
  fanOut.quote(quoteOf('AAPL', 2))
  const route = [unlimited, slower, delayed, delayedAndLimited, delayed, unlimited]
  route.slice(1).forEach((to, i) => {
    fanOut.move('AAPL', ann, { from: route[i] ?? unlimited, to })
  })
  expect(ann.messages).toHaveLength(2)
})

test('who is not a member is not made one by a move, and no channel is left for it', () => {
  const { fanOut, member, clock } = setUp()
  const [ann, bob] = [member(), member()]
  fanOut.open('AAPL', quoteOf('AAPL', 1))
  fanOut.move('AAPL', ann, { from: delayed, to: unlimited })
  fanOut.move('NONE', ann, { from: delayed, to: unlimited })
  fanOut.join('AAPL', bob)
  fanOut.move('AAPL', bob, { from: limited, to: delayed })
  fanOut.quote(quoteOf('AAPL', 2))
  expect([ann.frames.length, bob.frames.length, clock.pending, fanOut.keepMsOf('AAPL')]).toEqual([0, 2, 0, 0])
})

const tiers: readonly Pace[] = [unlimited, limited, delayed, delayedAndLimited, tierPace({ delayMs: 2_000 })].map(
  ({ tier }) => tier,
)
const who = fc.nat(2)
const toPace = fc.record({ tier: fc.constantFrom(...tiers), intervalMs: fc.constantFrom(0, 0, 50, 100, 110, 300) })
const happening = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('quote' as const), isNumbered: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.oneof(fc.nat(30), fc.nat(700)) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pace' as const), who, pace: toPace }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), who }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('come back' as const), who }) },
)

const run = fc.record({
  isKnown: fc.boolean(),
  /** Somebody stays in every limited tier: nobody else there sees anything newer. */
  isWatched: fc.boolean(),
  happenings: fc.array(happening, { maxLength: 60, size: 'max' }),
})

test("whatever the moves: nothing twice, older, before its delay or beyond a tier's rate, and in the end everybody has the newest", () => {
  fc.assert(
    fc.property(run, ({ isKnown, isWatched, happenings }) => {
      const { fanOut, clock } = setUp()
      const market = new Market(clock, fanOut)
      fanOut.open('A', isKnown ? market.next(true) : undefined)
      if (isWatched) market.watch([limited, delayedAndLimited])
      const members = [0, 1, 2].map(() => new PacedMember(market))
      for (const each of happenings) {
        if (each.kind === 'quote') fanOut.quote(market.next(each.isNumbered))
        else if (each.kind === 'wait') clock.advance(each.ms)
        else if (each.kind === 'pace') members[each.who]?.take(each.pace)
        else if (each.kind === 'leave') members[each.who]?.leave()
        else members[each.who]?.comeBack()
        for (const { pace, seen } of members) if (pace && isUnlimited(pace)) expect(seen).toBe(market.cameMs.length)
      }
      clock.advance(5_000)
      for (const { pace, seen } of members) if (pace) expect(seen).toBe(market.cameMs.length)
      for (const each of members) each.leave()
      fanOut.close('A')
      expect(clock.pending).toBe(0)
    }),
    { numRuns: 1_500 },
  )
})

/** Quotes of one symbol, numbered by their price, and who has seen which. */
class Market {
  readonly clock: ManualClock
  readonly fanOut: FanOut
  readonly rates = new TierRates()
  /** When each quote came, by its number less one. */
  readonly cameMs: number[] = []
  readonly #watchers = new Map<string, PacedMember>()

  constructor(clock: ManualClock, fanOut: FanOut) {
    this.clock = clock
    this.fanOut = fanOut
  }

  next(isNumbered: boolean): Quote {
    const number = this.cameMs.push(this.clock.nowMs())
    return { ...quoteOf('A', isNumbered ? number : undefined), price: number }
  }

  watch(paces: readonly MemberPace[]): void {
    for (const pace of paces) {
      const watcher = new PacedMember(this)
      watcher.take(pace)
      this.#watchers.set(paceName(pace.tier), watcher)
    }
  }

  watcherOf(tier: Pace): PacedMember | undefined {
    return this.#watchers.get(paceName(tier))
  }
}

/** Checks every quote that it is sent. */
class PacedMember extends DirectMember {
  readonly #market: Market
  pace: MemberPace | undefined
  seen = 0
  #seenAtMs = Number.NEGATIVE_INFINITY

  constructor(market: Market) {
    super()
    this.#market = market
  }

  take(pace: MemberPace): void {
    const from = this.pace
    this.pace = pace
    if (from) this.#market.fanOut.move('A', this, { from, to: pace })
    else this.#market.fanOut.join('A', this, { pace })
  }

  /** In the hope of something newer. */
  comeBack(): void {
    const { pace } = this
    if (!pace) return
    this.#market.fanOut.quote(this.#market.next(true))
    this.leave()
    this.take(pace)
  }

  leave(): void {
    if (this.pace) this.#market.fanOut.leave('A', this, this.pace)
    this.pace = undefined
    this.seen = 0
  }

  sendFrame(frame: string): void {
    const [{ payload } = { payload: '' }] = readFrames(frame)
    const { price, delayed: isDelayed = false } = JSON.parse(payload) as { price: number; delayed?: boolean }
    const { clock, cameMs, rates } = this.#market
    const { tier } = this.pace ?? unlimited
    const atMs = clock.nowMs()
    expect(price).toBeGreaterThan(this.seen)
    expect(isDelayed).toBe(tier.delayMs > 0)
    expect(atMs - (cameMs[price - 1] ?? 0)).toBeGreaterThanOrEqual(tier.delayMs)
    rates.see({ pace: tier, symbol: 'A', seq: price, atMs })
    const watcher = this.#market.watcherOf(tier)
    if (watcher === this) expect(atMs - this.#seenAtMs).toBeGreaterThanOrEqual(tier.intervalMs)
    else if (watcher) expect(price).toBeLessThanOrEqual(watcher.seen)
    this.seen = price
    this.#seenAtMs = atMs
  }
}

function tierPace(tier: Partial<Pace>): MemberPace {
  return { tier: { ...livePace, ...tier }, intervalMs: 0 }
}

function isUnlimited({ tier, intervalMs }: MemberPace): boolean {
  return isLive(tier) && intervalMs === 0
}

function setUp() {
  const told: string[] = []
  const clock = new ManualClock()
  const fanOut = new FanOut({
    clock,
    observer: {
      quote: () => {},
      delivered: (sessions) => told.push(`delivered to ${sessions}`),
      conflated: () => {},
      gap: () => {},
    },
  })
  return { fanOut, told, clock, member: () => new RecordedMember() }
}
