import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { FanOut } from './fan-out.ts'
import { HeldSymbols } from './held-symbols.ts'
import { provisionalTerms, type Terms } from './terms.ts'
import { quoteOf } from './testing/manual-upstream.ts'
import { RecordedMember } from './testing/recorded-member.ts'

const limits = { symbols: 500, connections: 5, messagesPerSecond: 100 }
const live = provisionalTerms('live', limits)
const slower: Terms = { ...live, tier: 'slower', pace: { delayMs: 0, intervalMs: 100 } }

test('whatever is added, left and moved, it knows what it holds, and each symbol that was left is released once', () => {
  const symbols = Array.from({ length: 80 }, (_, i) => `S${i}`)
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('add' as const),
      some: fc.uniqueArray(fc.constantFrom(...symbols), { maxLength: 40 }),
    }),
    fc.record({
      kind: fc.constant('leave' as const),
      some: fc.uniqueArray(fc.constantFrom(...symbols), { maxLength: 40 }),
    }),
    fc.record({
      kind: fc.constantFrom('leaveAll' as const, 'slower' as const, 'live' as const),
      some: fc.constant([]),
    }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const { held, released } = setUp(symbols)
      const expected = new Set<string>()
      let left = 0
      for (const { kind, some } of steps) {
        if (kind === 'add') {
          const added = some.filter((symbol) => !expected.has(symbol))
          held.add(new Map(added.map((symbol, i) => [symbol, i % 2 === 0 ? 0 : 50])), live)
          for (const symbol of added) expected.add(symbol)
        } else if (kind === 'leave') {
          for (const symbol of some) {
            expect(held.leave(symbol)).toBe(expected.has(symbol))
            if (expected.delete(symbol)) left++
          }
        } else if (kind === 'leaveAll') {
          held.leaveAll()
          left += expected.size
          expected.clear()
        } else {
          held.termsChanged(kind === 'live' ? live : slower)
        }
        expect([...held.names].sort()).toEqual([...expected].sort())
        expect(symbols.map((symbol) => held.has(symbol))).toEqual(symbols.map((symbol) => expected.has(symbol)))
        expect([held.size, released.length]).toEqual([expected.size, left])
      }
    }),
  )
})

test('an index that was made for many symbols still knows those that come when there are few', () => {
  const names = Array.from({ length: 41 }, (_, i) => `S${i}`)
  const { held } = setUp(names)
  held.add(new Map(names.slice(0, 40).map((symbol) => [symbol, 0])), live)
  for (const symbol of names.slice(0, 35)) held.leave(symbol)
  held.add(new Map([['S40', 0]]), live)
  expect([held.has('S40'), held.size]).toEqual([true, 6])
  expect(held.leave('S40')).toBe(true)
})

test('it is no member anywhere once it has left, whatever paces it had', () => {
  const { held, fanOut, member, clock } = setUp(['A', 'B'])
  held.add(
    new Map([
      ['A', 0],
      ['B', 200],
    ]),
    live,
  )
  for (const symbol of ['A', 'B']) held.join(symbol, undefined)
  held.termsChanged(slower)
  held.changeRate('A', 300)
  held.changeRate('B', 0)
  expect([held.intervalOf('A'), held.intervalOf('B')]).toEqual([300, 0])
  held.leaveAll()
  member.frames.length = 0
  for (let seq = 1; seq < 10; seq++) {
    for (const symbol of ['A', 'B']) fanOut.quote(quoteOf(symbol, seq))
    clock.advance(100)
  }
  expect(member.frames).toEqual([])
})

test('a send that ends the session amid a change of terms leaves it a member nowhere', () => {
  const { held, fanOut, member, clock } = setUp(['A', 'B', 'C'])
  held.add(new Map(['A', 'B', 'C'].map((symbol) => [symbol, 0])), live)
  for (const symbol of ['A', 'B', 'C']) {
    held.join(symbol, undefined)
    fanOut.quote(quoteOf(symbol, 1))
  }
  held.termsChanged(slower)
  clock.advance(1_000)
  for (const symbol of ['A', 'B', 'C']) fanOut.quote(quoteOf(symbol, 2))
  clock.advance(50)
  for (const symbol of ['A', 'B', 'C']) fanOut.quote(quoteOf(symbol, 3))
  const sendFrame = member.sendFrame.bind(member)
  member.sendFrame = (frame) => {
    sendFrame(frame)
    held.leaveAll()
  }
  // The first of them is sent the value that its slow pace has not shown yet.
  held.termsChanged(live)
  member.frames.length = 0
  clock.advance(1_000)
  for (const symbol of ['A', 'B', 'C']) fanOut.quote(quoteOf(symbol, 4))
  expect(member.frames).toEqual([])
})

function setUp(symbols: readonly string[]) {
  const clock = new ManualClock()
  const observer = { quote: () => {}, delivered: () => {}, conflated: () => {}, gap: () => {} }
  const fanOut = new FanOut({ clock, observer })
  for (const symbol of symbols) fanOut.open(symbol, undefined)
  const released: string[] = []
  const member = new RecordedMember()
  const subscriptions = { release: (symbol: string) => void released.push(symbol) }
  return { held: new HeldSymbols({ fanOut, subscriptions }, member), fanOut, member, clock, released }
}
