/** Redis, two market-data processes with one tiers file, and gateways. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { RedisServer } from '../../shared/testing/redis-server.ts'
import { CountingSession } from './counting-session.ts'
import { type Service, startGateway, startMarketData, tokenOf } from './platform.ts'

export class TieredPlatform implements AsyncDisposable {
  readonly redis: RedisServer
  readonly redisClient: Redis
  readonly marketData: readonly Service[]
  readonly gateway: Service
  readonly #folder: string
  readonly #stack: AsyncDisposableStack

  private constructor(
    parts: Pick<TieredPlatform, 'redis' | 'redisClient' | 'marketData' | 'gateway'>,
    folder: string,
    stack: AsyncDisposableStack,
  ) {
    this.redis = parts.redis
    this.redisClient = parts.redisClient
    this.marketData = parts.marketData
    this.gateway = parts.gateway
    this.#folder = folder
    this.#stack = stack
  }

  static async start(tiers: unknown): Promise<TieredPlatform> {
    await using stack = new AsyncDisposableStack()
    const folder = mkdtempSync(join(tmpdir(), 'quotewire-tiers-'))
    stack.defer(() => rmSync(folder, { recursive: true }))
    writeTiers(folder, tiers)
    const redis = stack.use(await RedisServer.start())
    const redisClient = new Redis(redis.url)
    stack.defer(() => redisClient.disconnect())
    const marketData: Service[] = []
    for (let i = 0; i < 2; i++) {
      marketData.push(stack.use(await startMarketData(redis, { TIERS_FILE: join(folder, 'tiers.json') })))
    }
    const gateway = stack.use(await startGateway(marketData))
    return new TieredPlatform({ redis, redisClient, marketData, gateway }, folder, stack.move())
  }

  setTiers(tiers: unknown): void {
    writeTiers(this.#folder, tiers)
  }

  /** Each of its own user with the claim `tier: basic`, subscribed to all of `symbols`. */
  async sessions(count: number, symbols: readonly string[]): Promise<CountingSession[]> {
    const sessions = Array.from({ length: count }, (_, i) => {
      return this.#stack.use(new CountingSession({ port: this.gateway.port, token: tokenOf(`user-${i}`) }))
    })
    for (const session of sessions) {
      await session.message('connected')
      session.send({ type: 'subscribe', symbols })
    }
    return sessions
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
  }
}

/** In one step, so that nobody reads half of it. */
function writeTiers(folder: string, tiers: unknown): void {
  writeFileSync(join(folder, 'next.json'), JSON.stringify(tiers))
  renameSync(join(folder, 'next.json'), join(folder, 'tiers.json'))
}
