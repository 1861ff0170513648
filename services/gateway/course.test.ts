/** A tier with a rate: whoever comes, goes or changes its own rate, one quote an interval. */
import { expect, test } from 'vitest'
import { delayBudget } from '../shared/delay-budget.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { type MemberPace, nameOf, stepsOf, unlimited } from './course.ts'
import { FanOut } from './fan-out.ts'
import type { Member } from './member-group.ts'
import { quoteOf } from './testing/manual-upstream.ts'
import { RecordedMember } from './testing/recorded-member.ts'

const limited: MemberPace = { tier: { delayMs: 0, intervalMs: 100 }, intervalMs: 0 }

test("the way to a pace: the tier's delay, its interval, and the client's own only where it is more", () => {
  const tier = { delayMs: 1_000, intervalMs: 100 }
  expect(stepsOf(unlimited)).toEqual([])
  expect(nameOf(stepsOf({ tier, intervalMs: 0 }))).toBe('delay 1000 tierInterval 100')
  expect(nameOf(stepsOf({ tier, intervalMs: 100 }))).toBe('delay 1000 tierInterval 100')
  expect(nameOf(stepsOf({ tier, intervalMs: 101 }))).toBe('delay 1000 tierInterval 100 ownInterval 101')
  expect(nameOf(stepsOf({ ...unlimited, intervalMs: 100 }))).not.toBe(nameOf(stepsOf(limited)))
})

test("the first of a limited tier sees the last value; the tier's interval begins with it, and all others see what it sees", () => {
  const { fanOut, member, clock } = setUp()
  const [ann, late, slow] = [member(), member(), member()]
  fanOut.open('AAPL', quoteOf('AAPL', 1))
  fanOut.join('AAPL', ann, { pace: limited })
  for (let seq = 2; seq <= 11; seq++) {
    fanOut.quote(quoteOf('AAPL', seq))
    if (seq === 6) fanOut.join('AAPL', late, { pace: limited })
    clock.advance(10)
  }
  fanOut.quote(quoteOf('AAPL', 12))
  fanOut.join('AAPL', slow, { pace: { ...limited, intervalMs: 300 } })
  for (const { messages } of [ann, late]) expect(messages).toMatchObject([{ seq: 1, snapshot: true }, { seq: 11 }])
  expect(slow.messages).toMatchObject([{ seq: 11, snapshot: true }])
})

test("a client that changes its own rate, or leaves and comes back, sees no more than its tier's rate", () => {
  const restless: readonly ((fanOut: FanOut, ann: Member, i: number) => void)[] = [
    (fanOut, ann, i) => {
      const [from, to] = [
        { ...limited, intervalMs: 110 + (i % 2) },
        { ...limited, intervalMs: 111 - (i % 2) },
      ]
      fanOut.move('AAPL', ann, { from, to })
    },
    (fanOut, ann) => {
      fanOut.leave('AAPL', ann, { ...limited, intervalMs: 110 })
      fanOut.join('AAPL', ann, { pace: { ...limited, intervalMs: 110 } })
    },
  ]
  for (const act of restless) {
    const { fanOut, member, clock } = setUp()
    const ann = member()
    fanOut.open('AAPL', quoteOf('AAPL', 1))
    fanOut.join('AAPL', ann, { pace: { ...limited, intervalMs: 110 } })
    for (let i = 0; i < 100; i++) {
      fanOut.quote(quoteOf('AAPL', i + 2))
      act(fanOut, ann, i)
      clock.advance(10)
    }
    const seqs = new Set(ann.messages.map((message) => (message as { seq: number }).seq))
    expect([...seqs]).toEqual([1, 11, 21, 31, 41, 51, 61, 71, 81, 91, 101].slice(0, seqs.size))
    expect(seqs.size).toBeGreaterThanOrEqual(10)
  }
})

test("a tier's interval outlives its last member by that interval, and not longer", () => {
  const { fanOut, member, clock } = setUp()
  const [ann, bob, eve] = [member(), member(), member()]
  fanOut.open('AAPL', quoteOf('AAPL', 1))
  fanOut.join('AAPL', ann, { pace: limited })
  fanOut.quote(quoteOf('AAPL', 2))
  clock.advance(50)
  fanOut.leave('AAPL', ann, limited)
  // Of who is no member: the interval is not begun anew.
  clock.advance(40)
  fanOut.leave('AAPL', ann, limited)
  expect(fanOut.keepMsOf('AAPL')).toBe(100)
  fanOut.join('AAPL', bob, { pace: limited })
  expect(bob.messages).toMatchObject([{ seq: 1 }])
  fanOut.leave('AAPL', bob, limited)
  clock.advance(99)
  fanOut.quote(quoteOf('AAPL', 3))
  expect([fanOut.keepMsOf('AAPL'), clock.pending]).toEqual([100, 2])
  clock.advance(1)
  expect([fanOut.keepMsOf('AAPL'), clock.pending]).toEqual([0, 0])
  fanOut.join('AAPL', eve, { pace: limited })
  expect(eve.messages).toMatchObject([{ seq: 3, snapshot: true }])
})

test('rule 17: a delay outlives its last member by itself, for who comes back meanwhile, and not longer', () => {
  const { fanOut, member, clock } = setUp()
  const [live, ann, bob, eve] = [member(), member(), member(), member()]
  const pace: MemberPace = { tier: { delayMs: 1_000, intervalMs: 0 }, intervalMs: 0 }
  fanOut.open('AAPL', quoteOf('AAPL', 1))
  fanOut.join('AAPL', live)
  fanOut.join('AAPL', ann, { pace })
  clock.advance(1_000)
  fanOut.quote(quoteOf('AAPL', 2))
  fanOut.leave('AAPL', ann, pace)
  clock.advance(999)
  fanOut.join('AAPL', bob, { pace })
  clock.advance(1_001)
  expect(bob.messages).toMatchObject([{ seq: 1, snapshot: true }, { seq: 2 }])
  fanOut.quote(quoteOf('AAPL', 3))
  fanOut.leave('AAPL', bob, pace)
  clock.advance(999)
  fanOut.quote(quoteOf('AAPL', 4))
  expect([fanOut.keepMsOf('AAPL'), delayBudget.held]).toEqual([1_000, 2])
  clock.advance(1)
  expect([fanOut.keepMsOf('AAPL'), delayBudget.held, clock.pending]).toEqual([0, 0, 0])
  fanOut.join('AAPL', eve, { pace })
  clock.advance(999)
  expect(eve.messages).toEqual([])
})

test('a delay that is shorter than a rate below it stays until that rate is over', () => {
  const { fanOut, member, clock } = setUp()
  const [ann, bob] = [member(), member()]
  const pace: MemberPace = { tier: { delayMs: 50, intervalMs: 200 }, intervalMs: 0 }
  fanOut.open('AAPL', quoteOf('AAPL', 1))
  fanOut.join('AAPL', ann, { pace })
  clock.advance(50)
  fanOut.quote(quoteOf('AAPL', 2))
  fanOut.leave('AAPL', ann, pace)
  clock.advance(150)
  fanOut.join('AAPL', bob, { pace })
  expect(bob.messages).toMatchObject([{ seq: 1, snapshot: true }])
  clock.advance(50)
  expect(bob.messages).toMatchObject([{ seq: 1 }, { seq: 2 }])
  fanOut.leave('AAPL', bob, pace)
  clock.advance(199)
  expect(fanOut.keepMsOf('AAPL')).toBe(200)
  clock.advance(1)
  expect([fanOut.keepMsOf('AAPL'), clock.pending]).toEqual([0, 0])
})

test('a symbol is kept for the longest of its delays and intervals', () => {
  const { fanOut, member } = setUp()
  const ann = member()
  fanOut.open('AAPL', quoteOf('AAPL', 1))
  for (const [delayMs, intervalMs, keepMs] of [
    [50, 0, 50],
    [50, 200, 200],
    [300, 100, 300],
  ] as const) {
    const pace = { tier: { delayMs, intervalMs }, intervalMs: 0 }
    fanOut.join('AAPL', ann, { pace })
    fanOut.leave('AAPL', ann, pace)
    expect(fanOut.keepMsOf('AAPL')).toBe(keepMs)
  }
})

test('a move to the pace that one has begins nothing anew', () => {
  const { fanOut, member, clock } = setUp()
  const ann = member()
  const own: MemberPace = { ...unlimited, intervalMs: 100 }
  fanOut.open('AAPL', undefined)
  fanOut.join('AAPL', ann, { pace: own })
  for (const seq of [1, 2, 3]) {
    fanOut.quote(quoteOf('AAPL', seq))
    fanOut.move('AAPL', ann, { from: own, to: { ...own } })
  }
  expect(ann.messages).toMatchObject([{ seq: 1 }])
  clock.advance(100)
  expect(ann.messages).toMatchObject([{ seq: 1 }, { seq: 3 }])
})

function setUp() {
  const clock = new ManualClock()
  const observer = { quote: () => {}, delivered: () => {}, conflated: () => {}, gap: () => {} }
  return { fanOut: new FanOut({ clock, observer }), clock, member: () => new RecordedMember() }
}
