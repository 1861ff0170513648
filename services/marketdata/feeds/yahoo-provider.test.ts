import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ManualClock } from '../../shared/testing/manual-clock.ts'
import { silentLogger } from '../../shared/testing/silent-logger.ts'
import type { FeedQuote } from './feed.ts'
import { HttpFeed } from './http-feed.ts'
import { ProviderError } from './quote-provider.ts'
import { type Fault, refuse, sendRows, YahooServer, yahooRow } from './testing/yahoo-server.ts'
import { parseRetryAfterMs } from './yahoo-fetch.ts'
import { YahooProvider } from './yahoo-provider.ts'

const dance = ['GET /quote/AAPL', 'GET /v1/test/getcrumb']
const quotePath = '/v7/finance/quote'
const wallMs = Date.UTC(2025, 9, 27, 10, 30)
const never = new AbortController().signal

let server: YahooServer
const printed: unknown[] = []

beforeEach(async () => {
  server = new YahooServer()
  await server.start()
  printed.length = 0
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'dir'] as const) {
    vi.spyOn(console, method).mockImplementation((...words: unknown[]) => void printed.push(words))
  }
})

afterEach(async () => {
  vi.restoreAllMocks()
  await server.stop()
  expect(printed).toEqual([])
})

test('cookie and crumb are fetched once, and shown with each request for quotes', async () => {
  const provider = newProvider()
  server.rows.set('AAPL', yahooRow('AAPL'))
  const first = await provider.fetchQuotes(['AAPL'], never)
  await provider.fetchQuotes(['AAPL'], never)
  expect(server.requests).toEqual([...dance, 'GET /v7/finance/quote AAPL', 'GET /v7/finance/quote AAPL'])
  expect(first).toEqual({
    quotes: [
      {
        symbol: 'AAPL',
        price: 230.49,
        previousClose: 229.31,
        bid: 230.39,
        ask: 230.75,
        volume: 30_134_069,
        marketTimeMs: 1_756_324_801_000,
      },
    ],
    errors: [],
    marketOpen: new Map([['AAPL', true]]),
  })
})

test('the consent pages of Europe are passed', async () => {
  server.consent = true
  server.rows.set('AAPL', yahooRow('AAPL'))
  const { quotes } = await newProvider().fetchQuotes(['AAPL'], never)
  expect(quotes.length).toBe(1)
  expect(server.requests).toContain('POST /v2/collectConsent')
})

test('many symbols are one request, and each quote has the spelling that was asked for', async () => {
  server.rows.set('BRK-B', yahooRow('BRK-B'))
  server.rows.set('^GSPC', yahooRow('^GSPC', { quoteType: 'INDEX', bid: 0, ask: 0, regularMarketVolume: 0 }))
  server.rows.set('BTC-USD', yahooRow('BTC-USD', { quoteType: 'CRYPTOCURRENCY' }))
  const { quotes } = await newProvider().fetchQuotes(['brk-b', '^GSPC', 'BTC-USD'], never)
  expect(quotes.map((quote) => quote.symbol)).toEqual(['brk-b', '^GSPC', 'BTC-USD'])
  expect(server.requests.at(-1)).toBe('GET /v7/finance/quote brk-b,^GSPC,BTC-USD')
  expect(quotes[1]).toMatchObject({ volume: 0 })
  expect(quotes[1]).not.toHaveProperty('bid')
})

test('rows that do not fit the library’s schema lose nothing that can be used, and no other row', async () => {
  server.rows.set('AAPL', yahooRow('AAPL'))
  server.rows.set('ODD', yahooRow('ODD', { quoteType: 'NEWTYPE', regularMarketDayRange: 7, exchange: null }))
  server.rows.set('BAD', yahooRow('BAD', { regularMarketPrice: 'soon' }))
  server.rows.set('BARE', { symbol: 'BARE', regularMarketPrice: 2, regularMarketTime: 1_756_324_801 })
  server.rows.set('IBM', yahooRow('IBM', { regularMarketTime: 'yesterday' }))
  const answer = await newProvider().fetchQuotes(['AAPL', 'ODD', 'BAD', 'BARE', 'IBM'], never)
  expect(answer.quotes.map((quote) => [quote.symbol, quote.price, quote.marketTimeMs])).toEqual([
    ['AAPL', 230.49, 1_756_324_801_000],
    ['ODD', 230.49, 1_756_324_801_000],
    ['BARE', 2, 1_756_324_801_000],
    ['IBM', 230.49, undefined],
  ])
  expect(answer.errors).toEqual([{ symbol: 'BAD', code: 'invalid', message: 'a row without a price' }])
  expect([...answer.marketOpen.keys()]).not.toContain('BARE')
})

test('symbols that are left out are unknown, and so are delisted ones; rows nobody asked for are ignored', async () => {
  server.fail(quotePath, ...dropRows([null, 7, {}, yahooRow('TSLA'), yahooRow('OLD', { quoteType: 'NONE' })]))
  const answer = await newProvider().fetchQuotes(['NOPE', 'OLD'], never)
  expect(answer.quotes).toEqual([])
  expect(answer.errors.map(({ symbol, code }) => [symbol, code])).toEqual([
    ['NOPE', 'unknown'],
    ['OLD', 'unknown'],
  ])
})

test.each(['PRE', 'POST', 'CLOSED', 'PREPRE', 'POSTPOST'])('the market counts as closed in %s', async (marketState) => {
  server.rows.set('AAPL', yahooRow('AAPL', { marketState }))
  const { marketOpen } = await newProvider().fetchQuotes(['AAPL'], never)
  expect(marketOpen.get('AAPL')).toBe(false)
})

test('a crumb that has expired is replaced within the call, once', async () => {
  const provider = newProvider()
  server.rows.set('AAPL', yahooRow('AAPL'))
  await provider.fetchQuotes(['AAPL'], never)
  server.crumb = 'new.crumb'
  server.requests.length = 0
  const { quotes } = await provider.fetchQuotes(['AAPL'], never)
  expect(quotes.length).toBe(1)
  expect(server.requests).toEqual(['GET /v7/finance/quote AAPL', ...dance, 'GET /v7/finance/quote AAPL'])
})

test('a crumb that is refused again is an error, after two dances at most', async () => {
  const no: Fault = (response) => refuse(response, 401, 'Unauthorized', 'Invalid Crumb')
  server.fail(quotePath, no, no, no)
  await expect(newProvider().fetchQuotes(['AAPL'], never)).rejects.toMatchObject({ reason: 'unauthorized' })
  expect(server.requests.length).toBe(6)
})

test('words instead of a crumb are no crumb', async () => {
  const words: Fault = (response) => response.end('Too Many Requests\r\n')
  server.fail('/v1/test/getcrumb', words, words)
  await expect(newProvider().fetchQuotes(['AAPL'], never)).rejects.toMatchObject({ reason: 'unauthorized' })
  expect(server.requests.some((request) => request.includes(quotePath))).toBe(false)
})

test.each(['/quote/AAPL', '/v1/test/getcrumb', quotePath])('429 with Retry-After at %s says how long', async (path) => {
  server.fail(path, (response) => response.writeHead(429, { 'retry-after': '17' }).end('Too Many Requests\r\n'))
  await expect(newProvider().fetchQuotes(['AAPL'], never)).rejects.toMatchObject({
    reason: 'rate_limited',
    retryAfterMs: 17_000,
  })
})

const html = `<!DOCTYPE html><html><body>${'sorry '.repeat(5_000)}</body></html>`
const faults: [string, Fault, string][] = [
  ['500', (response) => response.writeHead(500).end(html), 'http_status'],
  ['503 with JSON', (response) => refuse(response, 503, 'Unavailable', 'later'), 'http_status'],
  ['404', (response) => response.writeHead(404).end(), 'http_status'],
  ['HTML instead of JSON', (response) => response.end(html), 'bad_answer'],
  ['an empty body', (response) => response.end(), 'bad_answer'],
  ['JSON of another shape', (response) => response.end('{"a":{},"b":1}'), 'bad_answer'],
  ['a refusal with 200', (response) => refuse(response, 200, 'Bad Request', 'Missing symbols'), 'bad_answer'],
  ['half of the JSON', (response) => response.end('{"quoteResponse":{"result":[{"symbol":"AA'), 'bad_answer'],
  ['null', (response) => response.end('null'), 'bad_answer'],
  ['half a body', (response) => halfBody(response), 'network'],
  ['a reset connection', (response) => response.socket?.resetAndDestroy(), 'network'],
  ['an endless body', (response) => endlessBody(response), 'bad_answer'],
]

test.each(faults)('%s is an error with a short message, and the next call works', async (_name, fault, reason) => {
  const provider = newProvider()
  server.rows.set('AAPL', yahooRow('AAPL'))
  server.fail(quotePath, fault)
  const error = await provider.fetchQuotes(['AAPL'], never).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ProviderError)
  expect(error).toMatchObject({ reason })
  expect(String(error).length).toBeLessThan(300)
  expect(String(error)).not.toContain(server.crumb)
  expect((await provider.fetchQuotes(['AAPL'], never)).quotes.length).toBe(1)
})

test('a server that is not there is a network error', async () => {
  const provider = newProvider()
  await server.stop()
  await expect(provider.fetchQuotes(['AAPL'], never)).rejects.toMatchObject({ reason: 'network' })
  await server.start()
})

test.each(['/quote/AAPL', '/v1/test/getcrumb', quotePath])('a hang at %s ends with the signal', async (path) => {
  const provider = newProvider()
  server.rows.set('AAPL', yahooRow('AAPL'))
  const closed = new Promise<void>((resolve) => {
    server.fail(path, (_response, request) => void request.socket.once('close', resolve))
  })
  const aborting = new AbortController()
  const answer = provider.fetchQuotes(['AAPL'], aborting.signal)
  const reason = new Error('enough')
  const rejected = expect(answer).rejects.toBe(reason)
  await server.received(1 + [...dance, quotePath].findIndex((request) => request.endsWith(path)))
  aborting.abort(reason)
  await rejected
  await closed
  expect((await provider.fetchQuotes(['AAPL'], never)).quotes.length).toBe(1)
})

test('the http feed times a silent server out, and is fed by it again', async () => {
  const clock = new ManualClock(wallMs)
  const provider = newProvider()
  server.rows.set('AAPL', yahooRow('AAPL'))
  server.fail(quotePath, () => undefined)
  const failures: string[] = []
  const failed = Promise.withResolvers<void>()
  const fed = Promise.withResolvers<readonly FeedQuote[]>()
  const feed = new HttpFeed({
    clock,
    random: () => 0,
    logger: silentLogger,
    provider,
    symbols: ['AAPL'],
    onQuotes: fed.resolve,
    observer: {
      polled: () => undefined,
      unknownSymbol: () => undefined,
      failed: (reason) => {
        failures.push(reason)
        failed.resolve()
      },
    },
  })
  await feed.run()
  await server.received(3)
  clock.advance(5_000)
  await failed.promise
  clock.advance(1_000)
  const quotes = await fed.promise
  feed.stop()
  expect(failures).toEqual(['timeout'])
  expect(quotes).toMatchObject([{ symbol: 'AAPL', price: 230.49, timestampMs: 1_756_324_801_000 }])
  expect(clock.pending).toBe(0)
})

test.each([
  ['0', 0],
  ['120', 120_000],
  [' 5 ', 5_000],
  ['Mon, 27 Oct 2025 10:31:00 GMT', 60_000],
  ['Mon, 27 Oct 2025 10:29:00 GMT', 0],
  ['-1', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['', undefined],
  [null, undefined],
])('Retry-After %j is %j ms', (value, expected) => {
  expect(parseRetryAfterMs(value, wallMs)).toBe(expected)
})

test('yahoo-finance2 is loaded by nothing but the first request', () => {
  const text = readFileSync(new URL('yahoo-provider.ts', import.meta.url), 'utf8')
  expect(text.match(/'yahoo-finance2\//g)?.length).toBe(3)
  expect(text.match(/^ {4}import\('yahoo-finance2\//gm)?.length).toBe(3)
})

function newProvider(): YahooProvider {
  return new YahooProvider({ logger: silentLogger, wallMs: () => wallMs, baseUrl: server.url, maxBodyBytes: 100_000 })
}

function dropRows(rows: readonly unknown[]): Fault[] {
  return [(response) => sendRows(response, rows)]
}

function halfBody(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 1_000 })
  response.write('{"quoteResponse":', () => response.socket?.destroy())
}

function endlessBody(response: ServerResponse): void {
  const chunk = Buffer.alloc(65_536, ' ')
  const write = () => void (response.destroyed || response.write(chunk, write))
  write()
}
