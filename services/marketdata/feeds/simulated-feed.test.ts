import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FeedQuote, feedBatchLimit } from './feed.ts'
import { SimulatedFeed } from './simulated-feed.ts'
import { LateClock } from './testing/late-clock.ts'

const fiveSymbols = ['MSFT', 'AMZN', 'IBM', 'GOOG', 'AAPL']

test('a whole number of quotes a second comes out exactly, however late the ticks are', async () => {
  const rates = fc.integer({ min: 100, max: 2_000 })
  const latenesses = fc.array(fc.nat(900), { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(rates, latenesses, async (quotesPerSecond, latenessesMs) => {
      const { clock, quotes, batches, feed } = setUp({ quotesPerSecond })
      clock.latenessMs = takeInTurn(latenessesMs)
      await feed.run()
      clock.advance(5_000)
      const lastMs = (quotes.at(-1)?.timestampMs ?? 0) - clock.startWallMs
      expect(lastMs).toBeGreaterThan(5_000 - 911)
      expect(quotes.length).toBe(Math.floor((lastMs * quotesPerSecond) / 1_000))
      expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(feedBatchLimit)
      feed.stop()
    }),
    { numRuns: 30 },
  )
})

test('a slow feed emits each quote when it is due, and wakes for nothing else', async () => {
  const rates = fc.double({ min: 0.1, max: 100, noNaN: true })
  await fc.assert(
    fc.asyncProperty(rates, async (quotesPerSecond) => {
      const { clock, quotes, feed } = setUp({ quotesPerSecond })
      let wakings = 0
      clock.latenessMs = () => {
        wakings++
        return 0
      }
      await feed.run()
      clock.advance(60_000)
      expect(Math.abs(quotes.length - 60 * quotesPerSecond)).toBeLessThanOrEqual(1 + quotesPerSecond / 100)
      for (const [index, quote] of quotes.entries()) {
        const lateMs = quote.timestampMs - clock.startWallMs - ((index + 1) * 1_000) / quotesPerSecond
        expect(lateMs).toBeGreaterThan(-0.001)
        expect(lateMs).toBeLessThan(11)
      }
      expect(wakings).toBeLessThanOrEqual(quotes.length + 1)
      feed.stop()
    }),
    { numRuns: 30 },
  )
})

test('one quote in ten seconds is one timer in ten seconds', async () => {
  const { clock, quotes, feed } = setUp({ quotesPerSecond: 0.1 })
  await feed.run()
  clock.advance(9_999)
  expect(quotes.length).toBe(0)
  clock.advance(1)
  expect(quotes.length).toBe(1)
  clock.advance(90_000)
  expect(quotes.length).toBe(10)
})

test('100,000 quotes a second come in 100 batches of 1,000, symbols in turn', async () => {
  const { clock, quotes, batches, feed } = setUp({ quotesPerSecond: 100_000 })
  await feed.run()
  clock.advance(1_000)
  expect(batches.map((batch) => batch.length)).toEqual(Array(100).fill(1_000))
  expect(quotes.slice(0, 6).map((quote) => quote.symbol)).toEqual([...fiveSymbols, 'MSFT'])
  const shares = fiveSymbols.map((symbol) => quotes.filter((quote) => quote.symbol === symbol).length)
  expect(shares).toEqual(Array(5).fill(20_000))
})

test('after a stall one second is made up for, in full batches with room for other work between them', async () => {
  const { clock, quotes, batches, feed, whenQuotes } = setUp({ quotesPerSecond: 100_000 })
  clock.latenessMs = takeInTurn([3_000], 0)
  await feed.run()
  let otherWork = 0
  whenQuotes.push(() => clock.after(0, () => otherWork++))
  clock.advance(3_010)
  expect(quotes.length).toBe(100_000)
  expect(batches.every((batch) => batch.length === feedBatchLimit)).toBe(true)
  expect(otherWork).toBe(batches.length)
  clock.advance(10)
  expect(quotes.length).toBe(101_000)
})

test('after a stall a slow feed emits at least the quote that is due', async () => {
  const { clock, quotes, feed } = setUp({ quotesPerSecond: 0.5 })
  clock.latenessMs = takeInTurn([60_000], 0)
  await feed.run()
  clock.advance(62_000)
  expect(quotes.length).toBe(1)
  clock.advance(2_000)
  expect(quotes.length).toBe(2)
})

test('a symbol walks the same path whatever the timing, the rate, the stalls and the other symbols', async () => {
  const latenesses = fc.array(fc.nat(3_000), { minLength: 1, maxLength: 8 })
  const rates = fc.integer({ min: 1, max: 2_000 })
  await fc.assert(
    fc.asyncProperty(fc.integer(), latenesses, rates, async (seed, latenessesMs, quotesPerSecond) => {
      const steady = setUp({ quotesPerSecond: 100, seed })
      const other = setUp({ quotesPerSecond, seed, symbols: ['NVDA', 'IBM'] })
      other.clock.latenessMs = takeInTurn(latenessesMs)
      for (const { feed, clock } of [steady, other]) {
        await feed.run()
        clock.advance(6_000)
        feed.stop()
      }
      const [one, two] = [pathOf('IBM', steady.quotes), pathOf('IBM', other.quotes)]
      const length = Math.min(one.length, two.length)
      expect(one.slice(0, length)).toEqual(two.slice(0, length))
    }),
    { numRuns: 30 },
  )
})

test('another seed gives other prices', async () => {
  const [one, two] = [setUp({ seed: 1 }), setUp({ seed: 2 })]
  for (const { feed, clock } of [one, two]) {
    await feed.run()
    clock.advance(1_000)
  }
  expect(one.quotes.length).toBe(two.quotes.length)
  for (const symbol of fiveSymbols) expect(pathOf(symbol, one.quotes)).not.toEqual(pathOf(symbol, two.quotes))
})

test('quotes carry the time of their emission', async () => {
  const { clock, quotes, feed } = setUp({ quotesPerSecond: 100 })
  await feed.run()
  clock.advance(30)
  expect(quotes.map((quote) => quote.timestampMs - clock.startWallMs)).toEqual([10, 20, 30])
})

test('nothing is emitted before run or after stop, and stop leaves no timer', async () => {
  const { clock, quotes, feed } = setUp({ quotesPerSecond: 100_000 })
  clock.advance(1_000)
  expect(quotes.length).toBe(0)
  await feed.run()
  clock.advance(100)
  feed.stop()
  expect(clock.pending).toBe(0)
  clock.advance(1_000)
  expect(quotes.length).toBe(10_000)
})

test('stop inside a batch is the end, and so is stop before run', async () => {
  const inside = setUp({ quotesPerSecond: 1_000 })
  inside.whenQuotes.push(() => inside.feed.stop())
  await inside.feed.run()
  const before = setUp({})
  before.feed.stop()
  await before.feed.run()
  for (const { clock, batches } of [inside, before]) {
    clock.advance(1_000)
    expect(clock.pending).toBe(0)
    expect(batches.length).toBeLessThanOrEqual(1)
  }
})

test('the description says what is made up, and a repeated symbol counts once', () => {
  const { feed } = setUp({ symbols: ['IBM', 'IBM'], quotesPerSecond: 2.5, seed: 7 })
  expect(feed.description).toBe('simulation of 1 symbol, 2.5 quotes a second in all, seed 7')
})

test('a rate out of range or no symbols at all is refused', () => {
  for (const quotesPerSecond of [0, 0.09, 100_001, Number.NaN]) {
    expect(() => setUp({ quotesPerSecond })).toThrow(`0.1 to 100000 quotes a second, not ${quotesPerSecond}`)
  }
  expect(() => setUp({ symbols: [] })).toThrow('at least one symbol')
})

function setUp({ symbols = fiveSymbols, quotesPerSecond = 100, seed = 1 }) {
  const clock = Object.assign(new LateClock(), { startWallMs: new LateClock().wallMs() })
  const quotes: FeedQuote[] = []
  const batches: (readonly FeedQuote[])[] = []
  const whenQuotes: (() => void)[] = []
  const onQuotes = (batch: readonly FeedQuote[]) => {
    batches.push(batch)
    for (const quote of batch) quotes.push(quote)
    for (const task of whenQuotes) task()
  }
  const feed = new SimulatedFeed({ clock, symbols, quotesPerSecond, seed, onQuotes })
  return { clock, quotes, batches, whenQuotes, feed }
}

/** Gives the values in turn, from the first again after the last; with `thenMs`, that for ever after the last. */
function takeInTurn(valuesMs: readonly number[], thenMs?: number): () => number {
  let taken = 0
  return () => {
    const index = taken++
    return valuesMs[thenMs === undefined ? index % valuesMs.length : index] ?? thenMs ?? 0
  }
}

function pathOf(symbol: string, quotes: readonly FeedQuote[]) {
  return quotes.filter((quote) => quote.symbol === symbol).map(({ timestampMs: _, ...quote }) => quote)
}
