/** The settings of the feeds: which one publishes, and what each of them needs. */
import { z } from 'zod'
import { boolean, choice, custom, decimal, integer, list, text } from '../shared/config-schema.ts'
import { isSymbol, symbolRule } from '../shared/symbol.ts'
import { coinbaseUrl } from './feeds/exchange-feed.ts'
import { type ExchangeProduct, indexProducts, parseExchangeProduct } from './feeds/exchange-products.ts'
import { mostPolledSymbols } from './feeds/http-feed-options.ts'
import type { ReplayPace } from './feeds/replay-timeline.ts'

const symbol = z.string().refine(isSymbol, symbolRule)

const datePerSecond = z.literal('date-per-second').transform((): ReplayPace => ({ kind: 'date-per-second' }))
const multipleOfRealTime = z
  .string()
  .regex(/^\d+(\.\d+)?$/)
  .transform(Number)
  .pipe(z.number().positive())
  .transform((multiple): ReplayPace => ({ kind: 'real-time', multiple }))

const products = z.string().transform((text, context): readonly ExchangeProduct[] => {
  try {
    return [...indexProducts(text.split(',').map((entry) => parseExchangeProduct(entry.trim()))).values()]
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'unreadable' })
    return z.NEVER
  }
})

function urlOf(...protocols: string[]) {
  return z
    .string()
    .refine((text) => protocols.includes(URL.parse(text)?.protocol ?? ''), `not a URL of ${protocols.join(' or ')}`)
}

export const feedSettings = {
  FEED: choice({
    of: ['replay', 'simulated', 'http', 'exchange'],
    description: 'What a publisher publishes.',
    default: 'replay',
  }),
  REPLAY_FILE: text({
    description: 'CSV with the columns time, symbol, price.',
    default: '',
    shownDefault: 'real monthly share prices from the package vega-datasets',
    type: 'path',
    example: '/data/quotes.csv',
  }),
  REPLAY_PACE: custom<ReplayPace>({
    type: 'date-per-second or a number above 0',
    schema: z.union([datePerSecond, multipleOfRealTime]),
    description: '`date-per-second`, or how many times faster than real time the rows follow each other.',
    default: { kind: 'date-per-second' },
    shownDefault: 'date-per-second',
    example: '60',
  }),
  REPLAY_STEPS: integer({
    description:
      'Linear steps between two dates at `date-per-second`, so that prices move within the second; 0 turns them off.',
    default: 4,
    min: 0,
    max: 100,
  }),
  REPLAY_LOOP: boolean({ description: 'Begin again after the last row.', default: true }),
  SIMULATED_SYMBOLS: list({
    type: 'symbols, comma-separated',
    entry: symbol,
    minEntries: 1,
    default: ['AAPL', 'AMZN', 'GOOG', 'IBM', 'MSFT'],
    description: 'What the simulated feed walks.',
    example: 'AAPL,MSFT',
  }),
  SIMULATED_QUOTES_PER_SECOND: decimal({
    description: 'Over all symbols together.',
    default: 50,
    min: 0.1,
    max: 100_000,
  }),
  SIMULATED_SEED: integer({ description: 'Same seed, same walk.', default: 1, min: 0, max: 2 ** 32 - 1 }),
  HTTP_SYMBOLS: list({
    type: 'symbols, comma-separated',
    entry: symbol,
    minEntries: 1,
    maxEntries: mostPolledSymbols,
    default: ['AAPL', 'AMZN', 'GOOG', 'IBM', 'MSFT'],
    description: `What the http feed polls from Yahoo Finance; at most ${mostPolledSymbols}.`,
    example: 'AAPL,MSFT',
  }),
  HTTP_POLL_MS: integer({ description: 'How often.', default: 1_000, min: 100, max: 3_600_000 }),
  HTTP_CLOSED_POLL_MS: integer({
    description: 'How often while every market is closed.',
    default: 60_000,
    min: 1_000,
    max: 3_600_000,
  }),
  HTTP_TIMEOUT_MS: integer({ description: 'How long one request may take.', default: 5_000, min: 100, max: 60_000 }),
  HTTP_SYMBOLS_PER_REQUEST: integer({ description: 'Symbols of one request.', default: 50, min: 1, max: 500 }),
  HTTP_REQUESTS: integer({ description: 'Requests at once.', default: 2, min: 1, max: 20 }),
  HTTP_EMIT_UNCHANGED: boolean({ description: 'Publish prices that did not change as well.', default: false }),
  HTTP_BASE_URL: custom({
    type: 'http:// or https:// URL',
    schema: urlOf('http:', 'https:'),
    description: 'Where requests go instead of Yahoo’s hosts: a proxy of yours, say.',
    default: '',
    shownDefault: 'Yahoo’s hosts',
    example: 'http://quotes-proxy:8080',
  }),
  EXCHANGE_URL: custom({
    type: 'ws:// or wss:// URL',
    schema: urlOf('ws:', 'wss:'),
    description: 'WebSocket ticker with Coinbase Exchange’s messages.',
    default: coinbaseUrl,
    example: coinbaseUrl,
  }),
  EXCHANGE_PRODUCTS: custom<readonly ExchangeProduct[]>({
    type: 'products, comma-separated',
    schema: products,
    description: 'What the exchange feed subscribes to, each optionally `=SYMBOL`; at most 100.',
    default: ['BTC-USD', 'ETH-USD'].map(parseExchangeProduct),
    shownDefault: 'BTC-USD,ETH-USD',
    example: 'BTC-USD,ETH-USD=ETHUSD',
  }),
}
