/** The whole platform as separate processes over real Redis and real gRPC. */
import { readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { shardKeys } from '../marketdata/shards.ts'
import { describeWithRedis, RedisServer } from '../shared/testing/redis-server.ts'
import { Browser } from './testing/browser.ts'
import { expectContinuity } from './testing/continuity-check.ts'
import { type Service, startGateway, startMarketData, startPublisher, tokenOf } from './testing/platform.ts'

const symbols = Array.from({ length: 50 }, (_, i) => `S${i}`)

describeWithRedis('the platform over Redis', () => {
  test('1,000 PUBLISHes of one price reach every subscriber on both gateways exactly 1,000 times (rule 5)', async () => {
    await using platform = await Platform.start({})
    await platform.connect(20, () => ['AAPL'])
    for (let i = 0; i < 1_000; i++) await platform.redisClient.publish('quote:AAPL', '{"price":150}')
    for (const browser of platform.browsers) {
      await browser.until(() => browser.quotes('AAPL').length >= 1_000)
      await browser.roundTrip()
      expect(browser.quotes('AAPL').map(({ price }) => price)).toEqual(Array.from({ length: 1_000 }, () => 150))
    }
  })

  test('200 browsers on 50 symbols cost one subscriber connection a market-data process and one socket a gateway and address', async () => {
    await using platform = await Platform.start({ quotesPerSecond: 100 })
    await platform.connect(200, (i) => [0, 1, 2, 3].map((k) => symbols[(i * 4 + k) % symbols.length] as string))
    await platform.everyoneHasEverySymbol()
    const clients = String(await platform.redisClient.client('LIST')).split('\n')
    expect(clients.filter((client) => client.includes('name=quotewire-subscriber'))).toHaveLength(2)
    const channels = (await platform.redisClient.pubsub('CHANNELS', 'quote:S*')) as string[]
    expect(channels).toHaveLength(50)
    for (const { port } of platform.marketData) expect(establishedTo(port)).toBe(platform.gateways.length)
    for (const browser of platform.browsers) {
      for (const symbol of browser.wanted) expect(expectContinuity(browser, symbol)).toBe(0)
    }
  })

  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    'after %s of a market-data process the next quotes reach everyone within 2 s, with gap where some were missed (rules 6, 7, 12, 13)',
    async (signal) => {
      await using platform = await Platform.start({ quotesPerSecond: 500 })
      await platform.connect(100, (i) => [0, 1, 2, 3].map((k) => symbols[(i * 4 + k) % symbols.length] as string))
      await platform.everyoneHasEverySymbol()
      platform.marketData[0]?.child.kill(signal)
      const published = await platform.nextPublished()
      const publishedMs = performance.now()
      for (const browser of platform.browsers) {
        for (const symbol of browser.wanted) {
          await browser.until(() => browser.quotes(symbol).some(({ seq = 0 }) => seq >= (published.get(symbol) ?? 0)))
        }
      }
      expect(performance.now() - publishedMs).toBeLessThan(2_000)
      const missed = platform.browsers.map((browser) =>
        browser.wanted.reduce((sum, symbol) => sum + expectContinuity(browser, symbol), 0),
      )
      // The frozen process held its symbols for over a second of quotes.
      if (signal === 'SIGSTOP') expect(Math.max(...missed)).toBeGreaterThan(0)
      const types = new Set(platform.browsers.flatMap(({ messages }) => messages.map(({ type }) => type)))
      expect(types).toContain('stale')
      expect(types).toContain('fresh')
      if (signal === 'SIGSTOP') platform.marketData[0]?.child.kill('SIGCONT')
    },
  )

  test('SIGTERM of a market-data process: its symbols move without a gap, stale or a closed session, within its drain (rules 7, 12, 13)', async () => {
    await using platform = await Platform.start({ quotesPerSecond: 500 })
    await platform.connect(100, (i) => [0, 1, 2, 3].map((k) => symbols[(i * 4 + k) % symbols.length] as string))
    await platform.everyoneHasEverySymbol()
    const [leaving] = platform.marketData
    const startedMs = performance.now()
    leaving?.child.kill('SIGTERM')
    expect(await leaving?.child.exited).toEqual({ code: 0, signal: null })
    expect(performance.now() - startedMs).toBeLessThan(10_000)
    const published = await platform.nextPublished()
    for (const browser of platform.browsers) {
      for (const symbol of browser.wanted) {
        await browser.until(() => browser.quotes(symbol).some(({ seq = 0 }) => seq >= (published.get(symbol) ?? 0)))
        expect(expectContinuity(browser, symbol)).toBe(0)
      }
      expect(browser.messages.filter(({ type }) => type === 'stale')).toEqual([])
    }
  })

  test('SIGTERM of a gateway: 200 sessions are told reconnect, all close with 4000, over at least half of the window (rule 11)', async () => {
    const windowMs = 2_000
    await using platform = await Platform.start({ gatewaySettings: { DRAIN_WINDOW_MS: String(windowMs) } })
    const [leaving] = platform.gateways as [Service, Service]
    const browsers = await platform.connectTo(leaving, 200, () => ['AAPL'])
    leaving.child.kill('SIGTERM')
    const closes = await Promise.all(browsers.map(({ closed }) => closed))
    expect(new Set(closes.map(({ code }) => code))).toEqual(new Set([4000]))
    for (const { messages } of browsers) expect(messages.at(-1)).toMatchObject({ type: 'reconnect' })
    const times = closes.map(({ atMs }) => atMs)
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(windowMs / 2)
    expect(await leaving.child.exited).toEqual({ code: 0, signal: null })
  })

  test('Redis restarted empty: sessions learn fresh and quotes go on by themselves (rules 6, 12)', async () => {
    await using platform = await Platform.start({ quotesPerSecond: 100 })
    await platform.connect(4, () => ['S0', 'S1'])
    await platform.everyoneHasEverySymbol()
    const before = platform.browsers[0]?.quotes('S0').at(-1)
    await platform.redis.restart()
    for (const browser of platform.browsers) {
      await browser.until(() => browser.messages.some(({ type }) => type === 'fresh'))
      await browser.until(() => (browser.quotes('S0').at(-1)?.seq ?? 0) > (before?.seq ?? 0) + 1)
    }
  })
})

interface PlatformOptions {
  /** Of the publisher over S0 to S49; slow unless given. */
  readonly quotesPerSecond?: number
  readonly gatewaySettings?: Readonly<Record<string, string>>
}

class Watcher extends Browser {
  wanted: readonly string[] = []
}

class Platform implements AsyncDisposable {
  readonly browsers: Watcher[] = []
  readonly redis: RedisServer
  readonly redisClient: Redis
  readonly publisher: Service
  readonly marketData: readonly Service[]
  readonly gateways: readonly Service[]

  private constructor(parts: Pick<Platform, 'redis' | 'redisClient' | 'publisher' | 'marketData' | 'gateways'>) {
    this.redis = parts.redis
    this.redisClient = parts.redisClient
    this.publisher = parts.publisher
    this.marketData = parts.marketData
    this.gateways = parts.gateways
  }

  static async start({ quotesPerSecond = 1, gatewaySettings = {} }: PlatformOptions): Promise<Platform> {
    const redis = await RedisServer.start()
    const redisClient = new Redis(redis.url, { retryStrategy: () => 50 })
    redisClient.on('error', () => {})
    const feed = {
      FEED: 'simulated',
      SIMULATED_SYMBOLS: symbols.join(','),
      SIMULATED_QUOTES_PER_SECOND: String(quotesPerSecond),
    }
    const [publisher, ...marketData] = await Promise.all([
      startPublisher(redis, feed),
      startMarketData(redis),
      startMarketData(redis),
    ])
    const gateways = await Promise.all([1, 2].map(() => startGateway(marketData, gatewaySettings)))
    return new Platform({ redis, redisClient, publisher, marketData, gateways })
  }

  /** Spread over the gateways; each is subscribed and acknowledged. */
  async connect(count: number, wants: (i: number) => readonly string[]): Promise<void> {
    for (const [g, gateway] of this.gateways.entries()) {
      const share = Math.floor(count / this.gateways.length)
      await this.connectTo(gateway, share, (i) => wants(g * share + i))
    }
  }

  async connectTo(gateway: Service, count: number, wants: (i: number) => readonly string[]): Promise<Watcher[]> {
    const connected = await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const browser = new Watcher(`ws://127.0.0.1:${gateway.port}/ws?token=${tokenOf(`u${gateway.port}-${i}`)}`)
        browser.wanted = wants(i)
        await browser.opened()
        const ack = await browser.subscribe(...browser.wanted)
        expect(ack.symbols).toEqual(browser.wanted)
        return browser
      }),
    )
    this.browsers.push(...connected)
    return connected
  }

  async everyoneHasEverySymbol(): Promise<void> {
    for (const browser of this.browsers) {
      for (const symbol of browser.wanted) await browser.until(() => browser.quotes(symbol).length > 0)
    }
  }

  /** For each symbol a seq that was published after this was called. */
  async nextPublished(): Promise<Map<string, number>> {
    const before = await this.#published()
    for (;;) {
      const now = await this.#published()
      if (symbols.every((symbol) => (now.get(symbol) ?? 0) > (before.get(symbol) ?? 0))) return now
    }
  }

  async #published(): Promise<Map<string, number>> {
    const values = await this.redisClient.hgetall(shardKeys(0, 1).last)
    return new Map(Object.entries(values).map(([symbol, payload]) => [symbol, Number(JSON.parse(payload).seq)]))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.browsers.map((browser) => browser[Symbol.asyncDispose]()))
    this.redisClient.disconnect()
    const services = [...this.gateways, ...this.marketData, this.publisher]
    await Promise.all(services.map((service) => service[Symbol.asyncDispose]()))
    await this.redis[Symbol.asyncDispose]()
  }
}

/** TCP connections of this machine that lead to a local port, seen from their client side. */
function establishedTo(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , remote, state]) => remote?.endsWith(`:${hex}`) && state === '01').length
}
