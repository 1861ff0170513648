/**
 * The platform as Kubernetes wires it: market-data processes with an address each on one port, gateways that know them
 * only by a DNS name, sessions that count.
 *
 * Bound: market-data addresses from 127.0.1.1 on, at most 254; 127.0.0.0/8 is all loopback on Linux.
 * Closed by: the test.
 */
import { Redis } from 'ioredis'
import { shardKeys } from '../../marketdata/shards.ts'
import { logged } from '../../shared/testing/child.ts'
import { RedisServer } from '../../shared/testing/redis-server.ts'
import { DnsServer } from './dns-server.ts'
import { OwnResolver } from './own-resolver.ts'
import { type Service, startGateway, startMarketData, startPublisher, tokenOf } from './platform.ts'
import { SeqSession } from './seq-session.ts'

export interface DnsPlatformOptions {
  readonly symbols: readonly string[]
  readonly quotesPerSecond: number
  readonly gateways: number
  /** Market-data processes at the start, all of them in the DNS. */
  readonly marketData: number
}

/** A market-data process and the address under which the DNS knows it. */
export interface Pod {
  readonly address: string
  readonly service: Service
}

interface Parts extends Pick<DnsPlatform, 'symbols' | 'dns' | 'publisher'> {
  readonly redis: RedisServer
  readonly redisClient: Redis
  /** Ends everything that was started. */
  readonly stack: AsyncDisposableStack
}

const name = 'quotewire.test'

export class DnsPlatform implements AsyncDisposable {
  readonly symbols: readonly string[]
  readonly sessions: SeqSession[] = []
  readonly gateways: Service[] = []
  readonly pods: Pod[] = []
  readonly dns: DnsServer
  readonly publisher: Service
  readonly #redis: RedisServer
  readonly #redisClient: Redis
  #stack: AsyncDisposableStack

  private constructor(parts: Parts) {
    this.symbols = parts.symbols
    this.dns = parts.dns
    this.publisher = parts.publisher
    this.#redis = parts.redis
    this.#redisClient = parts.redisClient
    this.#stack = parts.stack
  }

  static async start({ symbols, quotesPerSecond, gateways, marketData }: DnsPlatformOptions): Promise<DnsPlatform> {
    // What started is ended even where the rest does not start.
    await using started = new AsyncDisposableStack()
    const redis = started.use(await RedisServer.start())
    const redisClient = started.adopt(new Redis(redis.url), (client) => client.disconnect())
    const dns = started.use(await DnsServer.start(name))
    const feed = {
      FEED: 'simulated',
      SIMULATED_SYMBOLS: symbols.join(','),
      SIMULATED_QUOTES_PER_SECOND: String(quotesPerSecond),
    }
    const publisher = started.use(await startPublisher(redis, feed))
    const platform = new DnsPlatform({ symbols, redis, redisClient, dns, publisher, stack: started })
    await platform.#startPods(marketData)
    await platform.#startGateways(gateways)
    platform.#stack = started.move()
    return platform
  }

  /** More market-data processes, ready but not in the DNS yet. */
  async addPods(count: number): Promise<Pod[]> {
    const [first] = this.pods
    const port = String(first?.service.port ?? 0)
    const added = await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const address = `127.0.1.${this.pods.length + i + 1}`
        const settings = { MARKETDATA_HOST: address, MARKETDATA_PORT: port }
        return { address, service: this.#stack.use(await startMarketData(this.#redis, settings)) }
      }),
    )
    this.pods.push(...added)
    return added
  }

  /** What the DNS says from now on. */
  publishAddresses(pods: readonly Pod[]): void {
    this.dns.answer(pods.map(({ address }) => address))
  }

  /** Spread over the gateways; each is subscribed and acknowledged, with neighbouring symbols in turn. */
  async connect(count: number, symbolsPerSession: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const gateway = this.gateways[i % this.gateways.length] as Service
      const first = (i * symbolsPerSession) % this.symbols.length
      const symbols = [...this.symbols, ...this.symbols].slice(first, first + symbolsPerSession)
      this.sessions.push(this.#stack.use(new SeqSession({ port: gateway.port, token: tokenOf(`u${i}`), symbols })))
    }
    await Promise.all(this.sessions.map(({ subscribed }) => subscribed))
  }

  /** How many symbols each reads from Redis. */
  async loadsOf(pods: readonly Pod[]): Promise<number[]> {
    return await Promise.all(pods.map(({ service }) => service.metric('redis_subscriptions')))
  }

  /** How many streams of gateways each has, and has had. */
  async streamsOf(pods: readonly Pod[]): Promise<{ open: number; ended: number }[]> {
    return await Promise.all(
      pods.map(async ({ service }) => ({
        open: await service.metric('quotewire_grpc_streams'),
        ended: await service.metric('grpc_stream_duration_seconds_count'),
      })),
    )
  }

  /** Per symbol the newest seq that was published. */
  async published(): Promise<Map<string, number>> {
    const values = await this.#redisClient.hgetall(shardKeys(0, 1).last)
    return new Map(Object.entries(values).map(([symbol, payload]) => [symbol, Number(JSON.parse(payload).seq)]))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
  }

  async #startPods(count: number): Promise<void> {
    // The first takes a free port; the others share it.
    await this.addPods(1)
    await this.addPods(count - 1)
    this.publishAddresses(this.pods)
  }

  async #startGateways(count: number): Promise<void> {
    const resolver = this.#stack.use(new OwnResolver(this.dns))
    const settings = { MARKETDATA_ADDRESSES: `dns:///${name}:${this.pods[0]?.service.port}` }
    for (let i = 0; i < count; i++) {
      const gateway = this.#stack.use(await startGateway([], settings, resolver.prefix))
      this.gateways.push(gateway)
      for (const { address, service } of this.pods) {
        const isReady = logged('upstream ready', 'address')
        await gateway.child.line((line) => (isReady(line) === `${address}:${service.port}` ? true : undefined))
      }
    }
  }
}
