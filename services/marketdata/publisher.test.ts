import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import type { FeedQuote } from './feeds/feed.ts'
import { Publisher } from './publisher.ts'
import type { Quote } from './quote.ts'
import { FencedError, type PublisherLease } from './quote-bus.ts'

const msPerDay = 86_400_000

test('quotes leave in the order of the feed, in batches of at most 1,000, one batch at a time', async () => {
  const { bus, publisher } = setUp()
  publisher.offer(feedQuotes('AAPL', 2_500))
  await settled()
  expect(bus.batches.map((batch) => batch.length)).toEqual([1_000])
  await settled()
  expect(bus.batches).toHaveLength(1)
  await bus.confirmAll()
  expect(bus.batches.map((batch) => batch.length)).toEqual([1_000, 1_000, 500])
  expect(bus.confirmed.map(({ price }) => price)).toEqual(Array.from({ length: 2_500 }, (_, i) => i + 1))
})

test('what is offered while a batch is under way leaves with the next one', async () => {
  const { bus, publisher } = setUp()
  publisher.offer(feedQuotes('AAPL', 1))
  await settled()
  publisher.offer(feedQuotes('MSFT', 1))
  publisher.offer(feedQuotes('IBM', 1))
  await bus.confirmAll()
  expect(bus.batches.map((batch) => batch.map(({ symbol }) => symbol))).toEqual([['AAPL'], ['MSFT', 'IBM']])
})

test('seq counts each symbol from 1 on, under one epoch', async () => {
  const { bus, publisher } = setUp()
  publisher.offer(['AAPL', 'MSFT', 'AAPL'].map((symbol) => feedQuote({ symbol })))
  publisher.offer(['MSFT', 'AAPL'].map((symbol) => feedQuote({ symbol })))
  await bus.confirmAll()
  const seqs = bus.confirmed.map(({ symbol, epoch, seq }) => `${symbol} ${epoch} ${seq}`)
  expect(seqs).toEqual(['AAPL 500 1', 'MSFT 500 1', 'AAPL 500 2', 'MSFT 500 2', 'AAPL 500 3'])
})

test('change is measured against the previous close where the feed knows it', async () => {
  const { bus, publisher } = setUp()
  publisher.offer([feedQuote({ price: 110, previousClose: 100 }), feedQuote({ price: 99.5, previousClose: 100 })])
  await bus.confirmAll()
  expect(bus.confirmed).toMatchObject([
    { change: 10, changePercent: 10 },
    { change: -0.5, changePercent: -0.5 },
  ])
  expect(bus.confirmed[0]).not.toHaveProperty('previousClose')
})

test('else against the first price of the UTC day', async () => {
  const { bus, publisher } = setUp()
  const midnightMs = 20_000 * msPerDay
  publisher.offer([
    feedQuote({ price: 200, timestampMs: midnightMs - 2_000 }),
    feedQuote({ price: 202, timestampMs: midnightMs - 1_000 }),
    feedQuote({ price: 205, timestampMs: midnightMs }),
    feedQuote({ price: 204.1, timestampMs: midnightMs + 1 }),
  ])
  await bus.confirmAll()
  const changes = bus.confirmed.map(({ change, changePercent }) => [change, changePercent])
  expect(changes).toEqual([
    [0, 0],
    [2, 1],
    [0, 0],
    [-0.9, -0.439],
  ])
})

test('a previous close of 0 gives a change without a percentage', async () => {
  const { bus, publisher } = setUp()
  publisher.offer([feedQuote({ price: 1, previousClose: 0 })])
  await bus.confirmAll()
  expect(bus.confirmed[0]?.change).toBe(1)
  expect(bus.confirmed[0]).not.toHaveProperty('changePercent')
})

test('bid, ask, volume and timestamp pass through', async () => {
  const { bus, publisher } = setUp()
  const offered = { symbol: 'AAPL', price: 5, bid: 4, ask: 6, volume: 7, timestampMs: 8 }
  publisher.offer([offered])
  await bus.confirmAll()
  expect(bus.confirmed).toEqual([{ ...offered, change: 0, changePercent: 0, seq: 1, epoch: 500 }])
})

test('a failed batch is published again with the same seqs, after growing waits, until it succeeds', async () => {
  const { clock, bus, publisher, counts } = setUp()
  publisher.offer(feedQuotes('AAPL', 3))
  await settled()
  for (const waitMs of [25, 50, 100, 200, 400, 800, 1_000, 1_000]) {
    await bus.refuse()
    expect(clock.pending).toBe(1)
    const tries = bus.batches.length
    clock.advance(waitMs - 1)
    await settled()
    expect(bus.batches).toHaveLength(tries)
    clock.advance(1)
    await settled()
    expect(bus.batches).toHaveLength(tries + 1)
  }
  await bus.confirmAll()
  expect(new Set(bus.batches.map((batch) => JSON.stringify(batch))).size).toBe(1)
  // Only so does the bus know that they are one batch.
  expect(bus.repeated).toBe(8)
  expect(bus.confirmed.map(({ seq }) => seq)).toEqual([1, 2, 3])
  expect(counts).toEqual({ published: 3, failed: 8, conflated: 0, dropped: 0 })
  publisher.offer(feedQuotes('AAPL', 1))
  await settled()
  await bus.refuse()
  clock.advance(25)
  await bus.confirmAll()
  expect(bus.confirmed.at(-1)?.seq).toBe(4)
})

test('a batch that is fenced off ends the publisher: it is not tried again, and nothing after it leaves', async () => {
  const { clock, bus, publisher, counts, fenced } = setUp()
  publisher.offer(feedQuotes('AAPL', 1_001))
  await settled()
  bus.fence()
  await settled()
  expect([fenced(), publisher.pending, clock.pending]).toEqual([1, 0, 0])
  publisher.offer(feedQuotes('AAPL', 1))
  await settled()
  expect(bus.batches).toHaveLength(1)
  expect(counts.failed).toBe(0)
})

test('when the bound is reached only the newest quote of each symbol waits, and seqs show no hole', async () => {
  const { bus, publisher, counts } = setUp({ maxPending: 10 })
  publisher.offer([feedQuote({ symbol: 'AAPL', price: 1 })])
  await settled()
  publisher.offer([...feedQuotes('AAPL', 5), ...feedQuotes('MSFT', 5)])
  expect(publisher.pending).toBe(10)
  publisher.offer([feedQuote({ symbol: 'AAPL', price: 7 })])
  expect(publisher.pending).toBe(2)
  await bus.confirmAll()
  expect(bus.confirmed.map(({ symbol, price, seq }) => [symbol, price, seq])).toEqual([
    ['AAPL', 1, 1],
    ['MSFT', 5, 1],
    ['AAPL', 7, 2],
  ])
  expect(counts).toEqual({ published: 3, failed: 0, conflated: 9, dropped: 0 })
})

test('with more symbols than the bound, two quotes a symbol may wait', async () => {
  const { publisher } = setUp({ maxPending: 10 })
  const symbols = Array.from({ length: 50 }, (_, i) => `S${i}`)
  // The first round leaves at once and is under way from then on.
  for (let round = 0; round < 3; round++) publisher.offer(symbols.map((symbol) => feedQuote({ symbol })))
  expect(publisher.pending).toBe(100)
  publisher.offer([feedQuote({ symbol: 'S0' })])
  expect(publisher.pending).toBe(50)
})

test('quotes of symbols beyond the limit are dropped and counted; known ones go on', async () => {
  const { bus, publisher, counts } = setUp({ maxSymbols: 2 })
  publisher.offer(['AAPL', 'MSFT', 'IBM', 'IBM', 'AAPL'].map((symbol) => feedQuote({ symbol })))
  await bus.confirmAll()
  expect(bus.confirmed.map(({ symbol }) => symbol)).toEqual(['AAPL', 'MSFT', 'AAPL'])
  expect(counts.dropped).toBe(2)
})

test('stop during a backoff leaves no timer and publishes nothing more', async () => {
  const { clock, bus, publisher } = setUp()
  publisher.offer(feedQuotes('AAPL', 1))
  await settled()
  await bus.refuse()
  expect(clock.pending).toBe(1)
  publisher.stop()
  await settled()
  expect(clock.pending).toBe(0)
  publisher.offer(feedQuotes('AAPL', 1))
  await settled()
  expect(bus.batches).toHaveLength(1)
})

test('stop while a batch is under way leaves no timer when that batch fails', async () => {
  const { clock, bus, publisher } = setUp()
  publisher.offer(feedQuotes('AAPL', 1))
  await settled()
  publisher.stop()
  await bus.refuse()
  expect(clock.pending).toBe(0)
  expect(bus.batches).toHaveLength(1)
})

test('a day’s last quotes that still wait at midnight keep that day’s reference', async () => {
  const { bus, publisher } = setUp()
  const midnightMs = 20_000 * msPerDay
  publisher.offer([feedQuote({ price: 100, timestampMs: midnightMs - 2 })])
  await settled()
  publisher.offer([feedQuote({ price: 101, timestampMs: midnightMs - 1 })])
  publisher.offer([feedQuote({ price: 200, timestampMs: midnightMs })])
  await bus.confirmAll()
  expect(bus.confirmed.map(({ change }) => change)).toEqual([0, 1, 0])
})

test('whatever fails and conflates, each symbol arrives with seqs 1, 2, 3 … and ends with its newest price', async () => {
  const offer = fc.record({
    do: fc.constant('offer' as const),
    symbols: fc.array(fc.constantFrom('A', 'B', 'C', 'D'), { minLength: 1, maxLength: 8 }),
  })
  const other = fc.record({ do: fc.constantFrom('confirm' as const, 'refuse' as const, 'wait' as const) })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(offer, other), { maxLength: 40, size: 'max' }), async (steps) => {
      const { clock, bus, publisher } = setUp({ maxPending: 9 })
      const newest = new Map<string, number>()
      let price = 0
      for (const step of steps) {
        if (step.do === 'offer') {
          publisher.offer(step.symbols.map((symbol) => feedQuote({ symbol, price: ++price })))
          step.symbols.forEach((symbol, i) => void newest.set(symbol, price - step.symbols.length + 1 + i))
        } else if (step.do === 'confirm') bus.confirm()
        else if (step.do === 'refuse') bus.refuseOne()
        else clock.advance(2_000)
        await settled()
        expect(publisher.pending).toBeLessThanOrEqual(9)
      }
      clock.advance(2_000)
      await bus.confirmAll()
      for (const [symbol, last] of newest) {
        const heard = bus.confirmed.filter((quote) => quote.symbol === symbol)
        expect(heard.map(({ seq }) => seq)).toEqual(heard.map((_, i) => i + 1))
        expect(heard.at(-1)?.price).toBe(last)
      }
      expect(clock.pending).toBe(0)
    }),
    { numRuns: 200 },
  )
})

/** A lease that answers when it is told to. */
class ScriptedLease implements PublisherLease {
  readonly epoch = 500
  readonly batches: (readonly Quote[])[] = []
  readonly confirmed: Quote[] = []
  repeated = 0
  #open: { batch: readonly Quote[]; resolve: () => void; reject: (error: Error) => void } | undefined

  async publish(batch: readonly Quote[]): Promise<void> {
    await this.#send(batch)
  }

  async publishAgain(): Promise<void> {
    this.repeated++
    await this.#send(this.batches.at(-1) ?? [])
  }

  async #send(batch: readonly Quote[]): Promise<void> {
    if (this.#open) throw new Error('a second batch while one is under way')
    this.batches.push(structuredClone(batch))
    await new Promise<void>((resolve, reject) => {
      this.#open = { batch, resolve, reject }
    })
  }

  async renew(): Promise<boolean> {
    return true
  }

  async release(): Promise<void> {}

  confirm(): boolean {
    const open = this.#open
    this.#open = undefined
    if (open) this.confirmed.push(...open.batch)
    open?.resolve()
    return open !== undefined
  }

  refuseOne(error = new Error('refused')): void {
    const open = this.#open
    this.#open = undefined
    open?.reject(error)
  }

  fence(): void {
    this.refuseOne(new FencedError('somebody else publishes'))
  }

  async refuse(): Promise<void> {
    this.refuseOne()
    await settled()
  }

  async confirmAll(): Promise<void> {
    await settled()
    while (this.confirm()) await settled()
  }
}

function setUp(options: { maxPending?: number; maxSymbols?: number } = {}) {
  const clock = new ManualClock()
  const bus = new ScriptedLease()
  let fences = 0
  const counts = { published: 0, failed: 0, conflated: 0, dropped: 0 }
  const observer = {
    published(quotes: number) {
      counts.published += quotes
    },
    failed() {
      counts.failed++
    },
    conflated(quotes: number) {
      counts.conflated += quotes
    },
    dropped(quotes: number) {
      counts.dropped += quotes
    },
  }
  const onFenced = () => void fences++
  const shared = { clock, random: () => 0.5, logger: silentLogger, observer, onFenced }
  const publisher = new Publisher({ lease: bus, ...shared, ...options })
  return { clock, bus, publisher, counts, fenced: () => fences }
}

function feedQuote(fields: Partial<FeedQuote>): FeedQuote {
  return { symbol: 'AAPL', price: 100, timestampMs: 1_000, ...fields }
}

/** Prices 1 to `count`. */
function feedQuotes(symbol: string, count: number): FeedQuote[] {
  return Array.from({ length: count }, (_, i) => feedQuote({ symbol, price: i + 1 }))
}

/** Promise callbacks have run. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
