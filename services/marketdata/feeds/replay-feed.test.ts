import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FeedQuote, feedBatchLimit } from './feed.ts'
import { defaultReplayRows } from './replay-csv.ts'
import { ReplayFeed, type ReplayFeedOptions, type ReplayRow } from './replay-feed.ts'
import { LateClock } from './testing/late-clock.ts'

const startWallMs = new LateClock().wallMs()
const dayMs = 86_400_000
const threeDates = [row(0, 'A', 10), row(0, 'B', 1), row(1, 'A', 20), row(2, 'A', 30), row(2, 'B', 2)]

test('each date comes out in one batch, a second after the one before it', async () => {
  const { clock, feed, log } = setUp({ rows: threeDates })
  await feed.run()
  clock.advance(10_000)
  expect(log).toEqual(['0: A 10 (-), B 1 (-)', '1000: A 20 (10)', '2000: A 30 (20), B 2 (1)', 'end'])
  expect(clock.pending).toBe(0)
})

test('steps come evenly inside the second', async () => {
  const { clock, feed, log } = setUp({ rows: threeDates, stepsPerDate: 1 })
  await feed.run()
  clock.advance(10_000)
  expect(log).toEqual([
    '0: A 10 (-), B 1 (-)',
    '500: A 15 (-), B 1.5 (-)',
    '1000: A 20 (10)',
    '1500: A 25 (10)',
    '2000: A 30 (20), B 2 (1)',
    'end',
  ])
})

test('a loop begins again a second after its last date, without steps or a previous close across the seam', async () => {
  const { clock, feed, log } = setUp({ rows: [row(0, 'A', 10), row(1, 'A', 20)], stepsPerDate: 1, loop: true })
  await feed.run()
  clock.advance(5_000)
  expect(log).toEqual([
    '0: A 10 (-)',
    '500: A 15 (-)',
    '1000: A 20 (10)',
    '2000: A 10 (-)',
    '2500: A 15 (-)',
    '3000: A 20 (10)',
    '4000: A 10 (-)',
    '4500: A 15 (-)',
    '5000: A 20 (10)',
  ])
})

test('real time keeps the gaps between rows, divided by the multiple', async () => {
  const rows = [row(1, 'A', 10), row(1, 'B', 1), row(1.5, 'A', 11), row(4, 'A', 12)]
  const { clock, feed, log } = setUp({ rows, pace: { kind: 'real-time', multiple: 24 }, loop: true })
  await feed.run()
  clock.advance(3 * 3_600_000 + 1_000)
  expect(log).toEqual([
    '0: A 10 (-), B 1 (-)',
    '1800000: A 11 (10)',
    '10800000: A 12 (11)',
    '10801000: A 10 (-), B 1 (-)',
  ])
})

test('late timers add up to no drift: every quote is as late as its own timer', async () => {
  const latenesses = fc.array(fc.nat(900), { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(latenesses, fc.nat(4), async (latenessesMs, stepsPerDate) => {
      const rows = Array.from({ length: 50 }, (_, day) => row(day, 'A', day + 1))
      const { clock, feed, quotes } = setUp({ rows, stepsPerDate, loop: true })
      let timers = 0
      clock.latenessMs = () => latenessesMs[timers++ % latenessesMs.length] ?? 0
      await feed.run()
      clock.advance(120_000)
      const dates = quotes.filter((quote) => Number.isInteger(quote.price) && quote.price > 0)
      const firsts = dates.filter((quote, index) => index === 0 || quote.price !== dates[index - 1]?.price)
      for (const [index, quote] of firsts.entries()) {
        expect(quote.price).toBe((index % 50) + 1)
        const lateMs = quote.timestampMs - startWallMs - index * 1_000
        expect(lateMs).toBeGreaterThanOrEqual(0)
        expect(lateMs).toBeLessThanOrEqual(900)
      }
      expect(firsts.length).toBeGreaterThanOrEqual(119)
      feed.stop()
    }),
    { numRuns: 30 },
  )
})

test('a stall of up to a second is made up for, in order', async () => {
  const { clock, feed, log } = setUp({ rows: threeDates, stepsPerDate: 1 })
  clock.latenessMs = oneAfter(1, 900)
  await feed.run()
  clock.advance(10_000)
  expect(log).toEqual([
    '0: A 10 (-), B 1 (-)',
    '1400: A 15 (-), B 1.5 (-), A 20 (10)',
    '1500: A 25 (10)',
    '2000: A 30 (20), B 2 (1)',
    'end',
  ])
})

test('after a longer stall the replay goes on where it stopped, at its pace', async () => {
  const { clock, feed, log } = setUp({ rows: threeDates })
  clock.latenessMs = oneAfter(1, 60_000)
  await feed.run()
  clock.advance(100_000)
  expect(log).toEqual(['0: A 10 (-), B 1 (-)', '61000: A 20 (10)', '62000: A 30 (20), B 2 (1)', 'end'])
})

test('a date of 5,000 rows takes three batches, with room for other work between them, and no row is lost', async () => {
  const rows = Array.from({ length: 5_000 }, (_, index) => row(0, `S${index}`, 1 + index))
  const { clock, feed, quotes, batchSizes, log, whenQuotes } = setUp({ rows })
  let otherWork = 0
  whenQuotes.push(() => clock.after(0, () => otherWork++))
  await feed.run()
  clock.advance(0)
  expect(batchSizes).toEqual([feedBatchLimit, feedBatchLimit, 1_000])
  expect(quotes.map((quote) => quote.price)).toEqual(rows.map(({ price }) => price))
  expect(log.at(-1)).toBe('end')
  expect(otherWork).toBe(3)
})

test('whatever the rows, the pace and the lateness, every row comes out once and in order', async () => {
  const rows = fc.array(
    fc.record({ timeMs: fc.nat(50), symbol: fc.constantFrom('A', 'B'), price: fc.integer({ min: 1, max: 99 }) }),
    { minLength: 1, maxLength: 40 },
  )
  const pace = fc.oneof(
    fc.constant({ kind: 'date-per-second' } as const),
    fc.record({ kind: fc.constant('real-time' as const), multiple: fc.double({ min: 0.01, max: 1e6, noNaN: true }) }),
  )
  const latenesses = fc.array(fc.nat(5_000), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(rows, pace, latenesses, async (someRows, somePace, latenessesMs) => {
      const { clock, feed, quotes, log } = setUp({ rows: someRows, pace: somePace })
      let timers = 0
      clock.latenessMs = () => latenessesMs[timers++ % latenessesMs.length] ?? 0
      await feed.run()
      clock.advance(1_000_000)
      const expected = someRows.toSorted((a, b) => a.timeMs - b.timeMs)
      expect(quotes.map(({ symbol, price }) => [symbol, price])).toEqual(expected.map((r) => [r.symbol, r.price]))
      expect(log.filter((line) => line === 'end')).toEqual(['end'])
      expect(clock.pending).toBe(0)
    }),
  )
})

test('the default data is 68 dates of five symbols, and with four steps 25 quotes a second', async () => {
  const { clock, feed, quotes } = setUp({ rows: defaultReplayRows(), stepsPerDate: 4, loop: true })
  expect(feed.description).toBe(
    'replay of 5 symbols, 68 dates from 2004-08-01 to 2010-03-01, one date a second, 4 linear steps between dates, looped',
  )
  await feed.run()
  clock.advance(67_999)
  expect(quotes.length).toBe(67 * 25 + 5)
  expect(quotes.filter((quote) => quote.symbol === 'GOOG' && quote.previousClose === undefined).length).toBe(5)
  clock.advance(1)
  const restart = quotes.slice(-5)
  expect(restart).toEqual(quotes.slice(0, 5).map((quote) => ({ ...quote, timestampMs: startWallMs + 68_000 })))
})

test('the description of a replay in real time names its rows, its times and that it ends', () => {
  const rows = [row(0, 'A', 1), row(0.5, 'A', 2)]
  const describe = (multiple: number) => setUp({ rows, pace: { kind: 'real-time', multiple } }).feed.description
  const start = 'replay of 1 symbol, 2 rows from 1970-01-01 to 1970-01-01T12:00:00.000Z'
  expect(describe(1)).toBe(`${start}, in real time, once, then silent`)
  expect(describe(60)).toBe(`${start}, at 60 times real time, once, then silent`)
})

test('after stop nothing is emitted, there is no end, and no timer is left', async () => {
  const { clock, feed, log } = setUp({ rows: threeDates })
  await feed.run()
  clock.advance(1_500)
  feed.stop()
  expect(clock.pending).toBe(0)
  clock.advance(10_000)
  expect(log.length).toBe(2)
})

test('stop inside the last batch means no end, and stop before run means nothing at all', async () => {
  const inside = setUp({ rows: [row(0, 'A', 1)] })
  inside.whenQuotes.push(() => inside.feed.stop())
  await inside.feed.run()
  const before = setUp({ rows: threeDates })
  before.feed.stop()
  await before.feed.run()
  for (const { clock } of [inside, before]) clock.advance(10_000)
  expect(inside.log).toEqual(['0: A 1 (-)'])
  expect(before.log).toEqual([])
})

test('no rows, half a step or a multiple of zero are refused', async () => {
  await expect(setUp({ rows: [], loop: true }).feed.run()).rejects.toThrow('there are no rows to replay')
  expect(() => setUp({ stepsPerDate: 0.5 })).toThrow('not 0.5')
  expect(() => setUp({ stepsPerDate: -1 })).toThrow('not -1')
  expect(() => setUp({ pace: { kind: 'real-time', multiple: 0 } })).toThrow('above 0, not 0')
})

function row(day: number, symbol: string, price: number): ReplayRow {
  return { timeMs: day * dayMs, symbol, price }
}

function setUp(options: Partial<ReplayFeedOptions>) {
  const clock = new LateClock()
  const quotes: FeedQuote[] = []
  const batchSizes: number[] = []
  const whenQuotes: (() => void)[] = []
  const log: string[] = []
  const onQuotes = (batch: readonly FeedQuote[]) => {
    batchSizes.push(batch.length)
    quotes.push(...batch)
    const prices = batch.map(({ symbol, price, previousClose }) => `${symbol} ${price} (${previousClose ?? '-'})`)
    expect(batch.every((quote) => quote.timestampMs === clock.wallMs())).toBe(true)
    log.push(`${clock.nowMs()}: ${prices.join(', ')}`)
    for (const task of whenQuotes) task()
  }
  const feed = new ReplayFeed({
    clock,
    rows: threeDates,
    pace: { kind: 'date-per-second' },
    stepsPerDate: 0,
    loop: false,
    onQuotes,
    onEnd: () => log.push('end'),
    ...options,
  })
  return { clock, feed, quotes, batchSizes, whenQuotes, log }
}

/** Every timer is in time but the one after the first `count`. */
function oneAfter(count: number, latenessMs: number): () => number {
  let timers = 0
  return () => (timers++ === count ? latenessMs : 0)
}
