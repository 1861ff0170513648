import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { createLogger } from '../../shared/logger.ts'
import { ManualClock } from '../../shared/testing/manual-clock.ts'
import { ExchangeFeed, type ExchangeFeedOptions } from './exchange-feed.ts'
import { parseExchangeProduct } from './exchange-products.ts'
import type { FeedQuote } from './feed.ts'

const teardown: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const step of teardown.splice(0).reverse()) await step()
})

test('it subscribes to ticker and heartbeat, and tickers become quotes under their symbols', async () => {
  const { exchange, quotes, observed, feed, subscribed } = await setUp({})
  await subscribed()
  expect(exchange.received).toEqual([
    { type: 'subscribe', product_ids: ['BTC-USD', 'ETH-USD'], channels: ['ticker', 'heartbeat'] },
  ])
  exchange.send(ticker('BTC-USD', { sequence: 10, price: '30862.60' }), ticker('ETH-USD', { sequence: 3 }))
  await observed.until('quote ETH-USD')
  expect(quotes[0]).toEqual({
    symbol: 'BTCUSD',
    price: 30_862.6,
    previousClose: 1_310.79,
    bid: 1_285.04,
    ask: 1_285.27,
    volume: 245_532.79269678,
    timestampMs: Date.parse('2022-10-19T23:28:22.061Z'),
  })
  expect(feed.description).toBe(`ticker of 2 products from ${new URL(exchange.url).host}`)
})

test('a first ticker without a trade has the time of now and no more fields than it says', async () => {
  const { clock, exchange, quotes, observed, subscribed } = await setUp({})
  await subscribed()
  exchange.send({
    type: 'ticker',
    sequence: 1,
    product_id: 'BTC-USD',
    price: '5',
    open_24h: '0',
    best_bid: '',
    best_ask: '0',
  })
  await observed.until('quote BTCUSD')
  expect(quotes).toEqual([{ symbol: 'BTCUSD', price: 5, timestampMs: clock.wallMs() }])
})

test('repeated and overtaken tickers are dropped, for each product on its own', async () => {
  const { exchange, quotes, observed, subscribed } = await setUp({})
  await subscribed()
  for (const sequence of [5, 5, 4, 900, 6]) exchange.send(ticker('BTC-USD', { sequence, price: `${sequence}` }))
  exchange.send(ticker('ETH-USD', { sequence: 1, price: '1' }))
  await observed.until('quote ETH-USD')
  expect(quotes.map((quote) => quote.price)).toEqual([5, 900, 1])
  expect(observed.events.filter((event) => event === 'dropped out_of_order').length).toBe(3)
})

test('a lost ticker is a gap; a new connection may begin at any sequence', async () => {
  const { clock, exchange, quotes, observed, subscribed } = await setUp({})
  await subscribed()
  exchange.send(ticker('BTC-USD', { sequence: 100, trade_id: 10 }))
  for (const lastTradeId of [12, 12, 12]) exchange.send(heartbeat('BTC-USD', lastTradeId))
  for (const lastTradeId of [0, 7, 7]) exchange.send(heartbeat('ETH-USD', lastTradeId))
  exchange.send(ticker('ETH-USD', { sequence: 1, trade_id: 7 }))
  await observed.until('quote ETH-USD')
  exchange.socket?.close(1012)
  await observed.until('disconnected closed')
  clock.advance(500)
  await subscribed()
  exchange.send(ticker('BTC-USD', { sequence: 1, trade_id: 1, price: '7' }))
  await observed.until('quote BTCUSD', 2)
  expect(quotes.at(-1)?.price).toBe(7)
  expect(observed.events.filter((event) => event.startsWith('gap'))).toEqual(['gap BTCUSD'])
  expect(exchange.received.length).toBe(2)
})

test('five seconds of silence are the end of a connection, and a heartbeat is none', async () => {
  const { clock, exchange, observed, subscribed } = await setUp({})
  await subscribed()
  for (let i = 1; i <= 5; i++) {
    clock.advance(4_999)
    exchange.send(heartbeat('BTC-USD', i), ticker('BTC-USD', { sequence: i }))
    await observed.until('quote BTCUSD', i)
  }
  expect(observed.events).not.toContain('disconnected silent')
  const gone = once(exchange.socket as WebSocket, 'close')
  clock.advance(4_999)
  expect(observed.events).not.toContain('disconnected silent')
  clock.advance(1)
  expect(observed.events).toContain('disconnected silent')
  await gone
  clock.advance(500)
  await subscribed()
})

test('a server that accepts and says nothing is given up after the connect timeout', async () => {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  teardown.push(() => void server.close())
  const connected = once(server, 'connection')
  const { clock, observed, feed } = await setUp({ url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` })
  const [socket] = await connected
  const closed = once(socket, 'close')
  socket.resume()
  clock.advance(9_999)
  expect(observed.events).toEqual([])
  clock.advance(1)
  expect(observed.events).toEqual(['disconnected connect_timeout'])
  await closed
  feed.stop()
  expect(clock.pending).toBe(0)
})

test('refused connections and refused upgrades are tried again with full jitter, ever later up to the cap', async () => {
  const server = createServer((_request, response) => response.writeHead(503).end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { clock, observed } = await setUp({ url, random: () => 0.999_999 })
  for (const [index, waitMs] of [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
    await observed.until('disconnected failed', index + 1)
    // From here on nobody listens at all.
    if (index === 3) server.close()
    clock.advance(waitMs - 1)
    expect(clock.pending).toBe(1)
    expect(observed.events.length).toBe(index + 1)
    clock.advance(1)
  }
})

test('a connection that is lost soon does not shorten the waits; one that lasted does', async () => {
  const { clock, exchange, logged, observed, subscribed } = await setUp({ random: () => 0.999_999 })
  const lose = async (count: number) => {
    exchange.socket?.terminate()
    await observed.until('disconnected closed', count)
    const waitMs = Number(logged.at(-1)?.fields.waitMs)
    clock.advance(waitMs)
    return waitMs
  }
  for (const [index, waitMs] of [500, 1_000, 2_000].entries()) {
    await subscribed()
    expect(await lose(index + 1)).toBe(waitMs)
  }
  await subscribed()
  for (let i = 1; i <= 8; i++) {
    clock.advance(4_000)
    exchange.send(ticker('BTC-USD', { sequence: i }))
    await observed.until('quote BTCUSD', i)
  }
  expect(await lose(4)).toBe(500)
})

test('one bad product silences no other: after the refusal each has a message of its own', async () => {
  const { clock, exchange, logged, quotes, observed } = await setUp({ products: ['BTC-USD', 'NO-PE', 'ETH-USD'] })
  exchange.unknownProducts.add('NO-PE')
  await observed.until('refused')
  for (let i = 0; i < 10; i++) clock.advance(20)
  await observed.until('refused', 2)
  await exchange.until(4)
  exchange.send(ticker('ETH-USD', { sequence: 1 }))
  await observed.until('quote ETH-USD')
  expect(exchange.received.map((message) => message.product_ids)).toEqual([
    ['BTC-USD', 'NO-PE', 'ETH-USD'],
    ['BTC-USD'],
    ['NO-PE'],
    ['ETH-USD'],
  ])
  expect(exchange.subscribedProducts).toEqual(['BTC-USD', 'ETH-USD'])
  expect(quotes.length).toBe(1)
  expect(logged.filter(({ level }) => level === 'warn')).toEqual([
    {
      level: 'warn',
      fields: { message: 'Failed to subscribe', reason: 'NO-PE is not a valid product' },
      message: 'the exchange sent an error',
    },
  ])
})

test('a flood of different errors leaves ten lines in the log', async () => {
  const { exchange, logged, observed, subscribed } = await setUp({})
  await subscribed()
  for (let i = 0; i < 100; i++)
    exchange.send({ type: 'error', message: 'ErrSlowConsume', reason: 'x'.repeat(1_000) + i })
  for (let i = 0; i < 100; i++) exchange.send({ type: 'error', message: `${i}` })
  await observed.until('refused', 200)
  expect(logged.filter(({ level }) => level === 'warn').length).toBe(10)
  expect(exchange.received.length).toBe(1)
})

test('products that the confirmation leaves out are named', async () => {
  const { exchange, logged, observed } = await setUp({})
  exchange.forgotten.add('ETH-USD')
  await exchange.until(1)
  exchange.send(ticker('BTC-USD', { sequence: 1 }))
  await observed.until('quote BTCUSD')
  expect(logged.at(-1)).toMatchObject({ fields: { products: ['ETH-USD'] }, message: 'the exchange left products out' })
})

test('garbage is counted and dropped, and the next ticker is fed', async () => {
  const { exchange, quotes, observed, subscribed } = await setUp({})
  await subscribed()
  const garbage = [
    '',
    '{',
    'null',
    '[]',
    '7',
    '"ticker"',
    '{"type":7}',
    '{"type":"ticker"}',
    '{"type":"subscriptions"}',
  ]
  for (const text of garbage) exchange.socket?.send(text)
  exchange.socket?.send(Buffer.from(JSON.stringify(ticker('BTC-USD', { sequence: 1 }))))
  for (const price of ['0', '-1', 'NaN', '1e400', '', ' 1', 5, null, '9'.repeat(400)]) {
    exchange.send(ticker('BTC-USD', { sequence: 2, price }))
  }
  for (const sequence of [-1, 1.5, '7', null, 2 ** 60]) exchange.send(ticker('BTC-USD', { sequence }))
  exchange.send(ticker('DOGE-USD', {}), ticker('__proto__', {}), heartbeat('DOGE-USD', 1), { type: 'heartbeat' })
  exchange.send({ type: 'l2update' }, { type: 'constructor' }, { type: 'ticker_batch' })
  exchange.send(ticker('BTC-USD', { sequence: 3, price: '3' }))
  await observed.until('quote BTCUSD')
  expect(quotes.map((quote) => quote.price)).toEqual([3])
  const dropped = Object.groupBy(observed.events, (event) => event)
  expect(dropped['dropped bad_json']?.length).toBe(2)
  expect(dropped['dropped bad_message']?.length).toBe(7 + 1 + 9 + 5 + 1)
  expect(dropped['dropped unknown_product']?.length).toBe(3)
  expect(observed.events.some((event) => event.startsWith('disconnected'))).toBe(false)
})

test('an oversize frame is counted and costs the connection, not the process', async () => {
  const { clock, exchange, quotes, observed, subscribed } = await setUp({ maxFrameBytes: 1_000 })
  await subscribed()
  exchange.send(ticker('BTC-USD', { sequence: 1, padding: 'x'.repeat(1_000) }))
  await observed.until('disconnected oversize')
  expect(observed.events).toEqual(['connected', 'dropped oversize', 'disconnected oversize'])
  clock.advance(500)
  await subscribed()
  exchange.send(ticker('BTC-USD', { sequence: 1 }))
  await observed.until('quote BTCUSD')
  expect(quotes.length).toBe(1)
})

test('a broken frame and a reset connection end in another connection', async () => {
  const { clock, exchange, observed, subscribed } = await setUp({})
  await subscribed()
  // Reserved bits set: no WebSocket frame.
  exchange.rawSocket.write(Buffer.from([0xf1, 0x01, 0x61]))
  await observed.until('disconnected failed')
  clock.advance(500)
  await subscribed()
  exchange.rawSocket.resetAndDestroy()
  await observed.until('disconnected', 2)
  clock.advance(1_000)
  await subscribed()
  expect(exchange.received.length).toBe(3)
})

test('whatever a frame says, nothing is thrown and what is emitted makes sense', async () => {
  const { exchange, quotes, observed, subscribed } = await setUp({})
  await subscribed()
  const value = fc.oneof(
    fc.constantFrom('BTC-USD', '1', '0', 'x', null, 0, 1, -1, 1.5, true),
    fc.string(),
    fc.integer(),
  )
  const keys = [
    'product_id',
    'sequence',
    'price',
    'time',
    'trade_id',
    'open_24h',
    'best_bid',
    'channels',
    'last_trade_id',
  ]
  const types = fc.constantFrom('ticker', 'heartbeat', 'subscriptions', 'error')
  const message = fc.tuple(types, fc.dictionary(fc.constantFrom(...keys), value))
  const frames = fc.sample(message, { numRuns: 2_000, seed: 7 })
  for (const [type, fields] of frames) exchange.send({ ...fields, type })
  exchange.send(ticker('ETH-USD', { sequence: 1 }))
  await observed.until('quote ETH-USD')
  for (const quote of quotes) {
    expect(quote.price).toBeGreaterThan(0)
    expect(Number.isFinite(quote.timestampMs)).toBe(true)
  }
  expect(observed.events).not.toContain('disconnected failed')
})

test('stop says goodbye, leaves no timer, and emits nothing more', async () => {
  const { clock, exchange, quotes, observed, feed, subscribed } = await setUp({})
  await subscribed()
  const closed = once(exchange.socket as WebSocket, 'close')
  exchange.send(ticker('BTC-USD', { sequence: 1 }))
  feed.stop()
  const [code] = await closed
  expect(code).toBe(1000)
  expect(clock.pending).toBe(0)
  clock.advance(60_000)
  await feed.run()
  expect(exchange.received.length).toBe(1)
  expect(quotes).toEqual([])
  feed.stop()
  expect([observed.events, observed.stops]).toEqual([['connected'], 1])
})

test('stop leaves no timer while connecting, while waiting, while subscribing one by one, and before run', async () => {
  const early = await setUp({})
  early.feed.stop()
  const waiting = await setUp({})
  await waiting.subscribed()
  waiting.exchange.socket?.terminate()
  await waiting.observed.until('disconnected closed')
  waiting.feed.stop()
  const alone = await setUp({ products: ['BTC-USD', 'NO-PE', 'ETH-USD'] })
  alone.exchange.unknownProducts.add('NO-PE')
  await alone.observed.until('refused')
  alone.feed.stop()
  const before = await setUp({}, { runs: false })
  before.feed.stop()
  await before.feed.run()
  for (const { clock } of [early, waiting, alone, before]) expect(clock.pending).toBe(0)
})

test('stop inside of onQuotes and of each callback is the end', async () => {
  for (const moment of ['connected', 'quote BTCUSD', 'dropped bad_json', 'refused', 'disconnected closed']) {
    const { clock, exchange, observed, feed } = await setUp({}, { runs: false })
    observed.whenever.push((event) => {
      if (event === moment) feed.stop()
    })
    exchange.onSubscribe = () => {
      exchange.send(ticker('BTC-USD', { sequence: 1 }))
      exchange.socket?.send('{')
      exchange.send({ type: 'error', message: 'no' })
      exchange.socket?.close()
    }
    await feed.run()
    await observed.until(moment)
    clock.advance(60_000)
    expect(clock.pending).toBe(0)
    expect(observed.events.at(-1)).toBe(moment)
  }
})

test('stop does not wait for an exchange that answers no goodbye', async () => {
  const { exchange, feed, subscribed } = await setUp({})
  await subscribed()
  const socket = exchange.rawSocket
  socket.removeAllListeners('data')
  socket.resume()
  const closed = new Promise((resolve) => socket.once('close', resolve))
  feed.stop()
  await closed
})

interface SetUpOptions extends Partial<Omit<ExchangeFeedOptions, 'products'>> {
  readonly products?: readonly string[]
}

async function setUp({ products = ['BTC-USD=BTCUSD', 'ETH-USD'], ...options }: SetUpOptions, { runs = true } = {}) {
  const clock = new ManualClock()
  const exchange = new LocalExchange()
  await exchange.start()
  const logger = createLogger({ service: 'test', level: 'silent' })
  const logged: { level: string; fields: Record<string, unknown>; message: unknown }[] = []
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(logger, level).mockImplementation((fields: unknown, message: unknown) => {
      logged.push({ level, fields: fields as Record<string, unknown>, message })
    })
  }
  const quotes: FeedQuote[] = []
  const observed = new Observed()
  const feed = new ExchangeFeed({
    clock,
    random: () => 0.999_999,
    logger,
    url: exchange.url,
    products: products.map(parseExchangeProduct),
    onQuotes: (batch) => {
      quotes.push(...batch)
      for (const { symbol } of batch) observed.happened(`quote ${symbol}`)
    },
    observer: {
      connected: () => observed.happened('connected'),
      disconnected: (reason) => observed.happened(`disconnected ${reason}`),
      dropped: (reason) => observed.happened(`dropped ${reason}`),
      gap: (symbol) => observed.happened(`gap ${symbol}`),
      refused: () => observed.happened('refused'),
      stopped: () => observed.stops++,
    },
    ...options,
  })
  teardown.push(
    () => exchange.stop(),
    () => {
      feed.stop()
      expect(clock.pending).toBe(0)
    },
  )
  if (runs) await feed.run()
  return { clock, exchange, logged, quotes, observed, feed, subscribed: () => exchange.resubscribed() }
}

/** What the feed told, in order; and a wait for it. */
class Observed {
  readonly events: string[] = []
  stops = 0
  readonly whenever: ((event: string) => void)[] = []
  #waiting: (() => void)[] = []

  happened(event: string): void {
    this.events.push(event)
    for (const task of this.whenever) task(event)
    for (const wake of this.#waiting.splice(0)) wake()
  }

  async until(start: string, count = 1): Promise<void> {
    while (this.events.filter((event) => event.startsWith(start)).length < count) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }
}

interface Subscribe {
  readonly type: string
  readonly product_ids: string[]
}

/** Speaks Coinbase Exchange's side of the protocol on a port of this machine. */
class LocalExchange {
  readonly received: Subscribe[] = []
  readonly unknownProducts = new Set<string>()
  /** Left out of confirmations. */
  readonly forgotten = new Set<string>()
  subscribedProducts: string[] = []
  socket: WebSocket | undefined
  onSubscribe: () => void = () => undefined
  #server: WebSocketServer | undefined
  #seen = 0
  #waiting: (() => void)[] = []

  async start(): Promise<void> {
    this.#server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
    await once(this.#server, 'listening')
    this.#server.on('connection', (socket) => {
      this.socket = socket
      this.subscribedProducts = []
      socket.on('error', () => undefined)
      socket.on('message', (data) => this.#receive(JSON.parse(data.toString())))
    })
  }

  async stop(): Promise<void> {
    for (const client of this.#server?.clients ?? []) client.terminate()
    await new Promise((resolve) => this.#server?.close(resolve))
  }

  get url(): string {
    const address = this.#server?.address() as AddressInfo
    return `ws://127.0.0.1:${address.port}`
  }

  /** Below the protocol. */
  get rawSocket(): Socket {
    return (this.socket as unknown as { readonly _socket: Socket })._socket
  }

  send(...messages: readonly object[]): void {
    for (const message of messages) this.socket?.send(JSON.stringify(message))
  }

  async until(count: number): Promise<void> {
    while (this.received.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** Until one more subscribe message came in than at the last call. */
  async resubscribed(): Promise<void> {
    this.#seen++
    await this.until(this.#seen)
  }

  #receive(message: Subscribe): void {
    this.received.push(message)
    const bad = message.product_ids.find((id) => this.unknownProducts.has(id))
    if (bad !== undefined) {
      this.send({ type: 'error', message: 'Failed to subscribe', reason: `${bad} is not a valid product` })
    } else {
      this.subscribedProducts.push(...message.product_ids)
      const product_ids = this.subscribedProducts.filter((id) => !this.forgotten.has(id))
      const channels = ['ticker', 'heartbeat'].map((name) => ({ name, product_ids, account_ids: null }))
      this.send({ type: 'subscriptions', channels })
    }
    this.onSubscribe()
    for (const wake of this.#waiting.splice(0)) wake()
  }
}

function ticker(productId: string, fields: Readonly<Record<string, unknown>>) {
  return {
    type: 'ticker',
    sequence: 37_475_248_783,
    product_id: productId,
    price: '1285.22',
    open_24h: '1310.79',
    volume_24h: '245532.79269678',
    low_24h: '1280.52',
    high_24h: '1313.8',
    volume_30d: '9788783.60117027',
    best_bid: '1285.04',
    best_bid_size: '0.46688654',
    best_ask: '1285.27',
    best_ask_size: '1.56637040',
    side: 'buy',
    time: '2022-10-19T23:28:22.061769Z',
    trade_id: 370_843_401,
    last_size: '11.4396987',
    ...fields,
  }
}

function heartbeat(productId: string, lastTradeId: number) {
  return {
    type: 'heartbeat',
    last_trade_id: lastTradeId,
    product_id: productId,
    sequence: 37_475_248_784,
    time: '2022-10-19T23:28:23.061769Z',
  }
}
