import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { createLogger } from '../../shared/logger.ts'
import { ManualClock } from '../../shared/testing/manual-clock.ts'
import type { FeedQuote } from './feed.ts'
import { HttpFeed } from './http-feed.ts'
import type { HttpFeedOptions } from './http-feed-options.ts'
import { ProviderError } from './quote-provider.ts'
import { LateClock } from './testing/late-clock.ts'
import { answerOf, ScriptedProvider, settled } from './testing/scripted-provider.ts'

test('it polls at once and then every second, and emits what is news with the market’s time', async () => {
  const { clock, provider, quotes, observed, feed } = setUp({})
  const timeMs = clock.wallMs() - 3_000
  await feed.run()
  const full = { symbol: 'A', price: 10, previousClose: 9, bid: 9.9, ask: 10.1, volume: 5 }
  provider.last.answer(
    answerOf([
      { ...full, marketTimeMs: timeMs },
      { symbol: 'B', price: 2 },
    ]),
  )
  await settled()
  expect(quotes).toEqual([
    { ...full, timestampMs: timeMs },
    { symbol: 'B', price: 2, timestampMs: clock.wallMs() },
  ])
  await advance(clock, 999)
  expect(provider.requests.length).toBe(1)
  await advance(clock, 1)
  expect(provider.requests.map((request) => request.symbols)).toEqual([
    ['A', 'B'],
    ['A', 'B'],
  ])
  expect(observed).toEqual(['polled'])
  feed.stop()
})

test('a slow poll is not overlapped, and the next one starts on the grid', async () => {
  const { clock, provider, feed } = setUp({ timeoutMs: 60_000 })
  await feed.run()
  await advance(clock, 2_300)
  expect(provider.requests.length).toBe(1)
  provider.last.answer(answerOf([{ symbol: 'A', price: 1 }]))
  await advance(clock, 699)
  expect(provider.requests.length).toBe(1)
  await advance(clock, 1)
  expect(provider.requests.length).toBe(2)
  feed.stop()
})

test('late timers do not shift the grid', async () => {
  const clock = new LateClock()
  clock.latenessMs = () => 300
  const { provider, feed } = setUp({}, clock)
  provider.respond = (symbols) => answerOf(symbols.map((symbol) => ({ symbol, price: 1 })))
  await feed.run()
  for (let ms = 0; ms < 10_400; ms += 100) await advance(clock, 100)
  expect(provider.requests.length).toBe(11)
  feed.stop()
})

test('symbols go in batches, a bounded number of requests at once, and one that hangs holds up no other', async () => {
  const { clock, provider, feed } = setUp({
    symbols: ['A', 'B', 'C', 'D', 'E'],
    maxSymbolsPerRequest: 2,
    maxRequests: 2,
  })
  await feed.run()
  expect(provider.requests.map((request) => request.symbols)).toEqual([
    ['A', 'B'],
    ['C', 'D'],
  ])
  provider.requests[1]?.answer(answerOf([{ symbol: 'C', price: 1 }]))
  await settled()
  expect(provider.last.symbols).toEqual(['E'])
  provider.last.answer(answerOf([{ symbol: 'E', price: 1 }]))
  await advance(clock, 1_000)
  expect(provider.requests.slice(3).map((request) => request.symbols)).toEqual([['C', 'D']])
  feed.stop()
})

test('unchanged prices are not emitted again; a moved bid is a change, more volume is none', async () => {
  const quote = { symbol: 'A', price: 1, bid: 0.9, volume: 1 }
  const answers = [quote, quote, { ...quote, volume: 2 }, { ...quote, bid: 0.8 }, { ...quote, bid: 0.8, price: 2 }]
  expect((await emissions({}, answers)).map(({ price, bid }) => [price, bid])).toEqual([
    [1, 0.9],
    [1, 0.8],
    [2, 0.8],
  ])
})

test('with emitUnchanged every answer is emitted', async () => {
  const quote = { symbol: 'A', price: 1 }
  expect((await emissions({ emitUnchanged: true }, [quote, quote, quote])).length).toBe(3)
})

test('an older market time is dropped, and one from the future does not hold back what follows', async () => {
  const nowMs = new ManualClock().wallMs()
  const answers = [
    { symbol: 'A', price: 1, marketTimeMs: nowMs - 1_000 },
    { symbol: 'A', price: 2, marketTimeMs: nowMs - 2_000 },
    { symbol: 'A', price: 3, marketTimeMs: nowMs + 86_400_000 },
    { symbol: 'A', price: 4, marketTimeMs: nowMs + 3_000 },
  ]
  const quotes = await emissions({}, answers)
  expect(quotes.map((quote) => quote.price)).toEqual([1, 3, 4])
  expect(quotes.map((quote) => quote.timestampMs - nowMs)).toEqual([-1_000, 2_000, 3_000])
})

test('a poll without an answer is aborted after the timeout, even where the provider does not listen', async () => {
  const { clock, provider, observed, feed } = setUp({ random: () => 0 })
  await feed.run()
  await advance(clock, 4_999)
  expect(provider.last.signal.aborted).toBe(false)
  await advance(clock, 1)
  expect(provider.requests[0]?.signal.aborted).toBe(true)
  expect(observed).toEqual(['failed: timeout'])
  provider.requests[0]?.answer(answerOf([{ symbol: 'A', price: 1 }]))
  await advance(clock, 1_000)
  expect(provider.requests.length).toBe(2)
  expect(observed).toEqual(['failed: timeout'])
  feed.stop()
})

test('a failing batch waits ever longer, alone, up to the cap, and is quick again after a success', async () => {
  const { clock, provider, logged, feed } = setUp({
    symbols: ['BAD', 'GOOD'],
    maxSymbolsPerRequest: 1,
    random: () => 0.999_999,
  })
  provider.respond = ([symbol = '']) =>
    symbol === 'BAD' ? new ProviderError('http_status', 'HTTP 500') : answerOf([{ symbol, price: 1 }])
  await feed.run()
  const startedMs: number[] = []
  for (let ms = 0; ms <= 100_000; ms += 1_000) {
    const bad = provider.requests.filter((request) => request.symbols[0] === 'BAD').length
    if (bad > startedMs.length) startedMs.push(ms)
    await advance(clock, 1_000)
  }
  expect(startedMs).toEqual([0, 2_000, 6_000, 14_000, 30_000, 60_000, 90_000])
  expect(provider.requests.length - startedMs.length).toBe(102)
  provider.respond = ([symbol = '']) => answerOf([{ symbol, price: 1 }])
  await advance(clock, 30_000)
  provider.requests.length = 0
  await advance(clock, 5_000)
  expect(provider.requests.length).toBe(10)
  expect(logged).toEqual(['warn polling failed', 'info polling works again'])
  provider.respond = () => new ProviderError('http_status', 'HTTP 500')
  await advance(clock, 1_000)
  provider.requests.length = 0
  await advance(clock, 2_000)
  expect(provider.requests.length).toBe(2)
  feed.stop()
})

test('after a 429 no batch asks before Retry-After, and jitter comes on top', async () => {
  const { clock, provider, observed, feed } = setUp({ maxSymbolsPerRequest: 1, maxRequests: 1, random: () => 0.5 })
  provider.respond = () => new ProviderError('rate_limited', 'HTTP 429', { retryAfterMs: 10_000 })
  await feed.run()
  await advance(clock, 10_999)
  expect(provider.requests.length).toBe(1)
  await advance(clock, 1)
  expect(provider.requests.length).toBe(2)
  expect(observed).toEqual(['failed: rate_limited', 'failed: rate_limited'])
  feed.stop()
})

test('a 429 without Retry-After waits ever longer, until an answer', async () => {
  const { clock, provider, feed } = setUp({ random: () => 0.999_999 })
  const limited = new ProviderError('rate_limited', 'HTTP 429')
  const responses = [limited, limited, answerOf([{ symbol: 'A', price: 1 }]), limited, answerOf([])]
  const startedMs: number[] = []
  provider.respond = () => {
    startedMs.push(clock.nowMs())
    return responses[startedMs.length - 1]
  }
  await feed.run()
  await advance(clock, 9_000)
  feed.stop()
  expect(startedMs.slice(0, 5)).toEqual([0, 2_000, 6_000, 7_000, 9_000])
})

test('a Retry-After of days is an hour', async () => {
  const { clock, provider, feed } = setUp({ random: () => 0 })
  provider.respond = () => new ProviderError('http_status', 'HTTP 503', { retryAfterMs: 9e8 })
  await feed.run()
  await advance(clock, 3_599_000)
  expect(provider.requests.length).toBe(1)
  await advance(clock, 1_000)
  expect(provider.requests.length).toBe(2)
  feed.stop()
})

test('while all markets are closed it polls every minute; each change is said once', async () => {
  const { clock, provider, logged, feed } = setUp({})
  let open = false
  let price = 1
  provider.respond = (symbols) =>
    answerOf(
      symbols.map((symbol) => ({ symbol, price: price++ })),
      { open },
    )
  await feed.run()
  await advance(clock, 59_999)
  expect(provider.requests.length).toBe(1)
  await advance(clock, 60_001)
  expect(provider.requests.length).toBe(3)
  open = true
  await advance(clock, 60_000)
  await advance(clock, 5_000)
  expect(provider.requests.length).toBe(9)
  expect(logged).toEqual(['info all markets are closed', 'info a market is open'])
  feed.stop()
  expect(clock.pending).toBe(0)
})

test('one open market, or one of which nothing is known, keeps the pace', async () => {
  for (const known of [
    [
      ['A', false],
      ['B', true],
    ],
    [['A', false]],
  ] as const) {
    const { clock, provider, feed } = setUp({})
    const quotes = [
      { symbol: 'A', price: 1 },
      { symbol: 'B', price: 1 },
    ]
    provider.respond = () => ({ quotes, errors: [], marketOpen: new Map<string, boolean>(known) })
    await feed.run()
    for (let i = 0; i < 5; i++) await advance(clock, 1_000)
    expect(provider.requests.length).toBe(6)
    feed.stop()
  }
})

test('a symbol missing three times is unknown: said once, asked for rarely, and fed when it is there', async () => {
  const { clock, provider, quotes, logged, observed, feed } = setUp({ unknownRetryMs: 60_000 })
  provider.respond = () => answerOf([{ symbol: 'A', price: 1 }])
  await feed.run()
  await advance(clock, 1_000)
  expect(observed).not.toContain('unknown: B')
  for (let i = 0; i < 120; i++) await advance(clock, 1_000)
  const asked = provider.requests.filter((request) => request.symbols.includes('B')).length
  expect(asked).toBe(4)
  expect(observed.filter((event) => event !== 'polled')).toEqual(['unknown: B'])
  expect(logged).toEqual(['warn no quotes of this symbol'])
  provider.respond = (symbols) => answerOf(symbols.map((symbol) => ({ symbol, price: 1 })))
  await advance(clock, 60_000)
  expect(quotes.map((quote) => quote.symbol)).toEqual(['A', 'B'])
  await advance(clock, 1_000)
  expect(provider.last.symbols).toEqual(['A', 'B'])
  expect(logged.at(-1)).toBe('info the symbol has quotes now')
  provider.respond = () => answerOf([{ symbol: 'A', price: 1 }])
  await advance(clock, 2_000)
  expect(logged.at(-1)).toBe('info the symbol has quotes now')
  await advance(clock, 1_000)
  expect(logged.at(-1)).toBe('warn no quotes of this symbol')
  feed.stop()
})

test('unknown symbols do not keep closed markets open, and on their own they are no closed market', async () => {
  for (const quotes of [[{ symbol: 'A', price: 1 }], []]) {
    const { clock, provider, logged, feed } = setUp({})
    provider.respond = () => answerOf(quotes, { open: false })
    await feed.run()
    await advance(clock, 10_000)
    expect(logged.includes('info all markets are closed')).toBe(quotes.length === 1)
    feed.stop()
  }
})

test('an unusable row is said once and asked for at the same pace', async () => {
  const { clock, provider, logged, observed, feed } = setUp({})
  const errors = [{ symbol: 'B', code: 'invalid', message: 'a row without a price' }] as const
  provider.respond = () => answerOf([{ symbol: 'A', price: 1 }], { errors })
  await feed.run()
  for (let i = 0; i < 9; i++) await advance(clock, 1_000)
  expect(provider.last.symbols).toEqual(['A', 'B'])
  expect(provider.requests.length).toBe(10)
  expect(logged.length).toBe(1)
  expect(new Set(observed)).toEqual(new Set(['polled']))
  feed.stop()
})

test('an answer without any quote after good ones is a failure and makes no symbol unknown', async () => {
  const { clock, provider, observed, feed } = setUp({ random: () => 0 })
  provider.respond = (symbols) => answerOf(symbols.map((symbol) => ({ symbol, price: 1 })))
  await feed.run()
  await advance(clock, 0)
  provider.respond = () => answerOf([])
  for (let i = 0; i < 5; i++) await advance(clock, 1_000)
  expect(observed).toEqual(['polled', ...Array(5).fill('failed: bad_answer')])
  expect(provider.last.symbols).toEqual(['A', 'B'])
  feed.stop()
})

test('an answer that has nothing but an unusable row is no failure', async () => {
  const { clock, provider, observed, feed } = setUp({ symbols: ['A'] })
  provider.respond = () => answerOf([{ symbol: 'A', price: 1 }])
  await feed.run()
  const errors = [{ symbol: 'A', code: 'invalid', message: 'a row without a price' }] as const
  provider.respond = () => answerOf([], { errors })
  await advance(clock, 2_000)
  expect(observed).toEqual(['polled', 'polled', 'polled'])
  feed.stop()
})

test('symbols nobody asked for and repeated ones in an answer are ignored', async () => {
  const answer = answerOf([
    { symbol: 'X', price: 1 },
    { symbol: 'A', price: 2 },
    { symbol: 'A', price: 3 },
  ])
  const { provider, quotes, feed } = setUp({})
  provider.respond = () => answer
  await feed.run()
  await settled()
  expect(quotes.map(({ symbol, price }) => [symbol, price])).toEqual([['A', 2]])
  feed.stop()
})

test('stop aborts what is in flight, leaves no timer and emits nothing more', async () => {
  const { clock, provider, quotes, observed, feed } = setUp({ maxSymbolsPerRequest: 1, maxRequests: 1 })
  await feed.run()
  feed.stop()
  expect(provider.last.signal.aborted).toBe(true)
  provider.last.answer(answerOf([{ symbol: 'A', price: 1 }]))
  await settled()
  expect(clock.pending).toBe(0)
  await advance(clock, 10_000)
  await feed.run()
  expect([provider.requests.length, quotes, observed]).toEqual([1, [], []])
})

test('an answer that came just before stop is not emitted after it', async () => {
  const { provider, quotes, observed, feed } = setUp({})
  await feed.run()
  provider.last.answer(answerOf([{ symbol: 'A', price: 1 }]))
  feed.stop()
  await settled()
  expect([quotes, observed]).toEqual([[], []])
})

test('stop while an answer is read is the end, with news in it and the last market closed', async () => {
  const { clock, provider, quotes, whenever, feed } = setUp({})
  let price = 1
  whenever.push((event) => {
    if (event === 'unknown: B') feed.stop()
  })
  provider.respond = () => answerOf([{ symbol: 'A', price: price++ }], { open: false })
  await feed.run()
  await advance(clock, 10_000)
  expect(provider.requests.length).toBe(3)
  expect(quotes.map((quote) => quote.price)).toEqual([1, 2])
  expect(clock.pending).toBe(0)
})

test('stop inside of anything the feed calls is the end', async () => {
  for (const moment of ['polled', 'failed: timeout', 'unknown: A', 'quotes']) {
    const { clock, provider, whenever, feed } = setUp({ symbols: ['A'] })
    whenever.push((event) => {
      if (event === moment) feed.stop()
    })
    provider.respond = () => answerOf(moment === 'quotes' ? [{ symbol: 'A', price: 1 }] : [], { open: false })
    if (moment === 'failed: timeout') provider.respond = undefined
    await feed.run()
    for (let i = 0; i < 6; i++) await advance(clock, 1_000)
    expect(clock.pending).toBe(0)
    const { length } = provider.requests
    await advance(clock, 60_000)
    expect(provider.requests.length).toBe(length)
  }
})

test('stop before run is the end as well', async () => {
  const { clock, provider, feed } = setUp({})
  feed.stop()
  await feed.run()
  expect([clock.pending, provider.requests.length]).toEqual([0, 0])
})

test('whatever fails and however long it takes: one request a batch, a bounded number, from the grid', async () => {
  const delays = fc.array(fc.nat(3_000), { minLength: 1, maxLength: 10 })
  const failing = fc.array(fc.boolean(), { minLength: 1, maxLength: 10 })
  await fc.assert(
    fc.asyncProperty(delays, failing, fc.integer({ min: 1, max: 4 }), async (delaysMs, fails, maxRequests) => {
      const { clock, provider, feed } = setUp({ symbols: ['A', 'B', 'C', 'D'], maxSymbolsPerRequest: 1, maxRequests })
      const underWay: string[] = []
      const seen = { repeated: 0, most: 0, offGrid: 0 }
      let turn = 0
      provider.respond = ([symbol = '']) => {
        if (underWay.includes(symbol)) seen.repeated++
        underWay.push(symbol)
        seen.most = Math.max(seen.most, underWay.length)
        if (clock.nowMs() % 1_000 !== 0) seen.offGrid++
        const request = provider.last
        const index = turn++
        clock.after(delaysMs[index % delaysMs.length] ?? 0, () => {
          underWay.splice(underWay.indexOf(symbol), 1)
          if (fails[index % fails.length]) request.fail(new ProviderError('network', 'reset'))
          else request.answer(answerOf([{ symbol, price: index + 1 }]))
        })
        return undefined
      }
      await feed.run()
      for (let i = 0; i < 200; i++) await advance(clock, 50)
      feed.stop()
      expect(turn).toBeGreaterThan(1)
      expect(seen.repeated).toBe(0)
      expect(seen.most).toBeLessThanOrEqual(maxRequests)
      // Where every batch may have a request of its own, none has to wait for another's.
      if (maxRequests === 4) expect(seen.offGrid).toBe(0)
    }),
    { numRuns: 25 },
  )
})

test('limits that make no sense are refused', () => {
  expect(() => setUp({ symbols: [] })).toThrow('1 to 2000 symbols, not 0')
  expect(() => setUp({ symbols: Array.from({ length: 2_001 }, (_, i) => `S${i}`) })).toThrow('not 2001')
  for (const options of [{ pollMs: 0 }, { timeoutMs: Number.NaN }, { maxRequests: 0 }, { maxSymbolsPerRequest: 0.5 }]) {
    expect(() => setUp(options)).toThrow(RangeError)
  }
  expect(setUp({ symbols: ['A', 'A'] }).feed.description).toBe('polling of 1 symbol at script, every 1000 ms')
})

async function emissions(
  options: Partial<HttpFeedOptions>,
  answers: readonly Parameters<typeof answerOf>[0][number][],
) {
  const { clock, provider, quotes, feed } = setUp({ symbols: ['A'], ...options })
  await feed.run()
  for (const quote of answers) {
    provider.last.answer(answerOf([quote]))
    await advance(clock, 1_000)
  }
  feed.stop()
  return quotes
}

/** In steps, so that what waits for a promise happens in between. */
async function advance(clock: ManualClock, byMs: number): Promise<void> {
  await settled()
  for (let leftMs = byMs; leftMs > 0; leftMs -= 1_000) {
    clock.advance(Math.min(leftMs, 1_000))
    await settled()
  }
}

function setUp(options: Partial<HttpFeedOptions>, clock = new ManualClock()) {
  const provider = new ScriptedProvider()
  const logger = createLogger({ service: 'test', level: 'silent' })
  const logged: string[] = []
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(logger, level).mockImplementation((...words: unknown[]) => void logged.push(`${level} ${words[1]}`))
  }
  const quotes: FeedQuote[] = []
  const observed: string[] = []
  const whenever: ((event: string) => void)[] = []
  const happened = (event: string) => {
    for (const task of whenever) task(event)
  }
  const observe = (event: string) => {
    observed.push(event)
    happened(event)
  }
  const feed = new HttpFeed({
    clock,
    random: Math.random,
    logger,
    provider,
    symbols: ['A', 'B'],
    onQuotes: (batch) => {
      quotes.push(...batch)
      happened('quotes')
    },
    observer: {
      polled: (ok) => (ok ? observe('polled') : undefined),
      failed: (reason) => observe(`failed: ${reason}`),
      unknownSymbol: (symbol) => observe(`unknown: ${symbol}`),
    },
    ...options,
  })
  return { clock, provider, logged, quotes, observed, whenever, feed }
}
