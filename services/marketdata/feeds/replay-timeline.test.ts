import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Moment, type ReplayRow, ReplayTimeline } from './replay-timeline.ts'

const dayMs = 86_400_000
const datePerSecond = { kind: 'date-per-second' } as const

/** Few symbols and few times, so that rows meet, miss dates and repeat. */
const someRows = fc.array(
  fc.record({
    timeMs: fc.nat(9).map((day) => day * dayMs),
    symbol: fc.constantFrom('A', 'B', 'C'),
    price: fc.oneof(fc.double({ min: 0.000_01, max: 1e6, noNaN: true }), fc.constantFrom(0.000_04, 0.000_06, 100)),
  }),
  { minLength: 1, maxLength: 30 },
)

test('four steps lead evenly from one date to the next', () => {
  const rows = [row(0, 'A', 100), row(1, 'A', 110), row(0, 'B', 5), row(1, 'B', 4)]
  expect(momentsOf(rows, 4)).toEqual([
    '0 A 100 after nothing, B 5 after nothing',
    '200 A 102 after nothing, B 4.8 after nothing',
    '400 A 104 after nothing, B 4.6 after nothing',
    '600 A 106 after nothing, B 4.4 after nothing',
    '800 A 108 after nothing, B 4.2 after nothing',
    '1000 A 110 after 100, B 4 after 5',
  ])
})

test('steps keep the previous close of the row they start from, and are rounded to 4 decimals', () => {
  const rows = [row(0, 'A', 1), row(1, 'A', 2), row(2, 'A', 3)]
  expect(momentsOf(rows, 2)).toEqual([
    '0 A 1 after nothing',
    '333 A 1.3333 after nothing',
    '667 A 1.6667 after nothing',
    '1000 A 2 after 1',
    '1333 A 2.3333 after 1',
    '1667 A 2.6667 after 1',
    '2000 A 3 after 2',
  ])
})

test('a symbol that misses a date steps only in the second of its own row', () => {
  const rows = [row(0, 'A', 10), row(1, 'B', 7), row(2, 'A', 20), row(2, 'B', 8)]
  expect(momentsOf(rows, 1)).toEqual([
    '0 A 10 after nothing',
    '500 A 15 after nothing',
    '1000 B 7 after nothing',
    '1500 B 7.5 after nothing',
    '2000 A 20 after 10, B 8 after 7',
  ])
})

test('of two rows of one symbol at one date the later leads to the next date', () => {
  const rows = [row(0, 'A', 10), row(0, 'A', 12), row(1, 'A', 14)]
  expect(momentsOf(rows, 1)).toEqual(['0 A 10 after nothing, A 12 after 10', '500 A 13 after 10', '1000 A 14 after 12'])
})

test('in real time the gaps are those of the rows, divided, and there are no steps', () => {
  const rows = [row(3, 'A', 2), row(1, 'A', 1), row(5, 'A', 3)]
  const timeline = new ReplayTimeline({ rows, pace: { kind: 'real-time', multiple: dayMs / 100 }, stepsPerDate: 4 })
  expect([...timeline.moments()].map(print)).toEqual(['0 A 1 after nothing', '200 A 2 after 1', '400 A 3 after 2'])
  expect(timeline.periodMs).toBe(1_400)
})

test('every pass gives every row once, in the order of time, with the price before it', () => {
  fc.assert(
    fc.property(someRows, (rows) => {
      const timeline = new ReplayTimeline({ rows, pace: datePerSecond, stepsPerDate: 0 })
      const latest = new Map<string, number>()
      const expected = rows
        .toSorted((a, b) => a.timeMs - b.timeMs)
        .map(({ timeMs, symbol, price }) => {
          const previous = latest.get(symbol)
          latest.set(symbol, price)
          const offsetMs = timeline.datesMs.indexOf(timeMs) * 1_000
          return { offsetMs, symbol, price, ...(previous !== undefined && { previousClose: previous }) }
        })
      for (let pass = 0; pass < 2; pass++) expect(flat([...timeline.moments()])).toEqual(expected)
      expect(timeline.periodMs).toBe(timeline.datesMs.length * 1_000)
    }),
  )
})

test('steps stay between the prices that they lie between, and lead from one to the other', () => {
  fc.assert(
    fc.property(someRows, fc.integer({ min: 1, max: 9 }), (rows, stepsPerDate) => {
      const timeline = new ReplayTimeline({ rows, pace: datePerSecond, stepsPerDate })
      const quotes = flat([...timeline.moments()])
      const isRow = (quote: { offsetMs: number }) => quote.offsetMs % 1_000 === 0
      for (const [index, step] of quotes.entries()) {
        if (isRow(step)) continue
        const ofSymbol = (other: { symbol: string }) => other.symbol === step.symbol
        const from = quotes.slice(0, index).findLast((quote) => ofSymbol(quote) && isRow(quote))
        const to = quotes.slice(index).find((quote) => ofSymbol(quote) && isRow(quote))
        if (from === undefined || to === undefined) throw new Error('a step outside of two rows')
        expect(step.price).toBeGreaterThanOrEqual(Math.min(from.price, to.price))
        expect(step.price).toBeLessThanOrEqual(Math.max(from.price, to.price))
        const exact = from.price + ((to.price - from.price) * (step.offsetMs - from.offsetMs)) / 1_000
        expect(Math.abs(step.price - exact)).toBeLessThan(0.000_051)
        expect(step.previousClose).toBe(from.previousClose)
      }
    }),
  )
})

function row(day: number, symbol: string, price: number): ReplayRow {
  return { timeMs: day * dayMs, symbol, price }
}

function momentsOf(rows: readonly ReplayRow[], stepsPerDate: number): string[] {
  return [...new ReplayTimeline({ rows, pace: datePerSecond, stepsPerDate }).moments()].map(print)
}

function print({ offsetMs, quotes }: Moment): string {
  const prices = quotes.map((quote) => `${quote.symbol} ${quote.price} after ${quote.previousClose ?? 'nothing'}`)
  return `${Math.round(offsetMs)} ${prices.join(', ')}`
}

function flat(moments: readonly Moment[]) {
  return moments.flatMap(({ offsetMs, quotes }) => quotes.map((quote) => ({ offsetMs, ...quote })))
}
