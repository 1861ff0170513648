/** Limits over several gateways, and revocations, with real processes and a real Redis. */
import { Redis } from 'ioredis'
import { expect, test, vi } from 'vitest'
import { describeWithRedis, RedisServer } from '../shared/testing/redis-server.ts'
import { Browser } from './testing/browser.ts'
import { type Service, startGateway, startMarketData, tokenOf } from './testing/platform.ts'

describeWithRedis('limits over two gateways', () => {
  test('the sixth connection of a user is refused with 4030 and retryAfterMs, and admitted within 5 s after a gateway was killed (rule 14)', async () => {
    await using platform = await TwoGateways.start()
    const [first, second] = platform.gateways
    await platform.connect('ann', [first, first, first, second, second])
    for (const gateway of [first, second]) {
      const { code, error } = await platform.refusal('ann', gateway)
      expect(code).toBe(4030)
      expect(error).toMatchObject({ error: 'connection_limit', code: 'connection_limit' })
      expect(error?.retryAfterMs).toBeGreaterThan(0)
      expect(await gateway.metric('quotewire_session_closes_total{code="connection_limit"}')).toBe(1)
    }
    await platform.connect('bob', [second])
    first.child.kill('SIGKILL')
    const killedMs = performance.now()
    // Three places are free again, not four.
    await vi.waitFor(() => platform.connect('ann', [second]), { timeout: 5_000, interval: 50 })
    expect(performance.now() - killedMs).toBeLessThan(5_000)
    await platform.connect('ann', [second, second])
    expect((await platform.refusal('ann', second)).code).toBe(4030)
  })

  test('a gateway that is drained frees its places at once, and a closed connection frees its own (rule 14)', async () => {
    await using platform = await TwoGateways.start()
    const [first, second] = platform.gateways
    const browsers = await platform.connect('ann', [first, first, second, second, second])
    await browsers[4]?.[Symbol.asyncDispose]()
    await vi.waitFor(() => platform.connect('ann', [first]), { timeout: 2_000, interval: 20 })
    first.child.kill('SIGTERM')
    expect(await first.child.exited).toEqual({ code: 0, signal: null })
    await platform.connect('ann', [second, second, second])
    expect((await platform.refusal('ann', second)).code).toBe(4030)
  })

  test('after Redis came back empty the connections are counted again (rule 14)', async () => {
    await using platform = await TwoGateways.start()
    const [first, second] = platform.gateways
    await platform.connect('ann', [first, first, first, second, second])
    await platform.redis.restart()
    for (const gateway of [first, second]) {
      await vi.waitFor(
        async () => expect(await gateway.metric('quotewire_connection_counts_registrations_total')).toBe(2),
        { timeout: 10_000, interval: 50 },
      )
    }
    expect((await platform.refusal('ann', second)).code).toBe(4030)
    expect((await platform.refusal('ann', first)).code).toBe(4030)
  })

  test('while Redis is away a gateway lets in by its own count, or nobody where it is told so (rule 14)', async () => {
    await using platform = await TwoGateways.start({ CONNECTION_LIMIT_WITHOUT_REDIS: 'closed' })
    const [open, closed] = platform.gateways
    await platform.connect('ann', [open, open, open, open, closed])
    platform.redis.kill('SIGKILL')
    for (const gateway of platform.gateways) {
      await vi.waitFor(async () => expect(await gateway.metric('quotewire_connection_counts_outages_total')).toBe(1), {
        timeout: 10_000,
        interval: 50,
      })
    }
    await platform.connect('ann', [open])
    expect((await platform.refusal('ann', open)).code).toBe(4030)
    const { code, error } = await platform.refusal('ann', closed)
    expect([code, error?.code]).toEqual([1013, 'limits_unavailable'])
    expect(await closed.metric('quotewire_session_closes_total{code="limits_unavailable"}')).toBe(1)
    expect(await open.metric('quotewire_session_closes_total{code="limits_unavailable"}')).toBe(0)
  })

  test('a message on quotewire:revoke ends a user’s sessions on every gateway with 4502, and his old tokens are refused (rule 1)', async () => {
    await using platform = await TwoGateways.start()
    const browsers = await platform.connect('ann', [...platform.gateways])
    const [bob] = await platform.connect('bob', [platform.gateways[0]])
    await using publisher = disconnecting(new Redis(platform.redis.url))
    expect(await publisher.redis.publish('quotewire:revoke', '{"user":"ann"}')).toBe(3)
    for (const browser of browsers) expect((await browser.closed).code).toBe(4502)
    expect((await platform.refusal('ann', platform.gateways[1])).code).toBe(4500)
    await bob?.roundTrip()
  })
})

class TwoGateways implements AsyncDisposable {
  readonly redis: RedisServer
  readonly gateways: readonly [Service, Service]
  readonly #others: AsyncDisposable[]
  readonly #browsers: Browser[] = []

  private constructor(redis: RedisServer, gateways: readonly [Service, Service], others: AsyncDisposable[]) {
    this.redis = redis
    this.gateways = gateways
    this.#others = others
  }

  /** `settings` are for the second. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<TwoGateways> {
    const redis = await RedisServer.start()
    const marketData = await startMarketData(redis)
    const common = { REDIS_URL: redis.url, DRAIN_WINDOW_MS: '100' }
    const first = await startGateway([marketData], common)
    const second = await startGateway([marketData], { ...common, ...settings })
    for (const { child } of [first, second]) {
      await child.line((line) => (line.includes('listening for revocations') ? true : undefined))
    }
    return new TwoGateways(redis, [first, second], [marketData, redis])
  }

  /** One connection to each of `gateways`. */
  async connect(userId: string, gateways: readonly Service[]): Promise<Browser[]> {
    const connected: Browser[] = []
    for (const { port } of gateways) {
      const browser = await Browser.connect(port, tokenOf(userId))
      this.#browsers.push(browser)
      connected.push(browser)
    }
    return connected
  }

  async refusal(userId: string, gateway: Service) {
    await using browser = new Browser(`ws://127.0.0.1:${gateway.port}/ws?token=${tokenOf(userId)}`)
    const { code } = await browser.closed
    return { code, error: browser.messages.find(({ type }) => type === 'error') }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of [...this.#browsers, ...this.gateways, ...this.#others]) await each[Symbol.asyncDispose]()
  }
}

function disconnecting(redis: Redis) {
  return { redis, [Symbol.asyncDispose]: async () => redis.disconnect() }
}
