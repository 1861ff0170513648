/** Each value of FEED gives a feed that works, by settings alone, against a local server where it needs one. */
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { systemClock } from '../shared/clock.ts'
import { ConfigError } from '../shared/errors.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { loadConfig, type MarketDataConfig } from './config.ts'
import { type CreateFeedOptions, createFeed } from './create-feed.ts'
import type { FeedQuote, OnQuotes } from './feeds/feed.ts'
import { YahooServer, yahooRow } from './feeds/testing/yahoo-server.ts'
import { MarketDataMetrics } from './metrics.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

test.each(['replay', 'simulated'])('FEED=%s quotes by its defaults', async (FEED) => {
  expect(await firstQuote({ FEED })).toMatchObject({ symbol: expect.any(String), price: expect.any(Number) })
})

test('FEED=http polls what HTTP_BASE_URL names', async () => {
  const yahoo = new YahooServer()
  await yahoo.start()
  closers.push(() => yahoo.stop())
  yahoo.rows.set('AAPL', yahooRow('AAPL', { regularMarketPrice: 150.25 }))
  const quote = await firstQuote({ FEED: 'http', HTTP_SYMBOLS: 'AAPL', HTTP_BASE_URL: yahoo.url })
  expect(quote).toMatchObject({ symbol: 'AAPL', price: 150.25 })
})

test('FEED=exchange subscribes at EXCHANGE_URL and maps products to symbols', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  closers.push(() => server.close())
  server.on('connection', (socket) => {
    closers.push(() => socket.terminate())
    socket.on('message', (data) => {
      const { product_ids } = JSON.parse(String(data)) as { product_ids: string[] }
      socket.send(JSON.stringify({ type: 'subscriptions', channels: [{ name: 'ticker', product_ids }] }))
      socket.send(
        JSON.stringify({ type: 'ticker', sequence: 1, trade_id: 1, product_id: product_ids[0], price: '9.5' }),
      )
    })
  })
  const { port } = server.address() as AddressInfo
  const settings = { EXCHANGE_URL: `ws://127.0.0.1:${port}`, EXCHANGE_PRODUCTS: 'BTC-USD=BTCUSD' }
  expect(await firstQuote({ FEED: 'exchange', ...settings })).toMatchObject({ symbol: 'BTCUSD', price: 9.5 })
})

test.each([
  ['REPLAY_FILE', '/nowhere/quotes.csv'],
  ['EXCHANGE_PRODUCTS', 'bitcoin'],
  ['EXCHANGE_PRODUCTS', 'BTC-USD,BTC-USD'],
  ['EXCHANGE_URL', 'https://localhost'],
  ['HTTP_BASE_URL', 'localhost:80'],
  ['HTTP_SYMBOLS', 'a b'],
])('%s=%s stops the start with its name and an example', async (name, value) => {
  const start = firstQuote({ [name]: value })
  await expect(start).rejects.toThrow(ConfigError)
  await expect(start).rejects.toThrow(new RegExp(`^${name}: .*Example: ${name}=`, 's'))
})

test('a replay file is read once: later tenures need it no more', () => {
  const directory = mkdtempSync(join(tmpdir(), 'replay-'))
  closers.push(() => rmSync(directory, { recursive: true, force: true }))
  const file = join(directory, 'quotes.csv')
  writeFileSync(file, 'time,symbol,price\n1,A,1\n')
  const config = loadConfig({ MARKETDATA_ROLES: 'publish', FEED: 'replay', REPLAY_FILE: file })
  const { description } = createFeed(optionsOf(config))
  rmSync(file)
  expect(createFeed(optionsOf(config)).description).toBe(description)
})

async function firstQuote(settings: Record<string, string>): Promise<FeedQuote | undefined> {
  const config = loadConfig({ MARKETDATA_ROLES: 'publish', ...settings })
  return await new Promise((resolve, reject) => {
    const feed = createFeed(optionsOf(config, ([quote]) => resolve(quote)))
    closers.push(() => feed.stop())
    feed.run().catch(reject)
  })
}

function optionsOf(config: MarketDataConfig, onQuotes: OnQuotes = () => {}): CreateFeedOptions {
  const shared = { clock: systemClock, random: Math.random, logger: silentLogger }
  return { ...shared, config, metrics: new MarketDataMetrics(), onQuotes }
}
