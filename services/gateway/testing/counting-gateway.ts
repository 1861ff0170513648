/** The connection counts of one gateway over a real Redis, and a network that a test can upset. */
import { expect, vi } from 'vitest'
import { type Clock, systemClock } from '../../shared/clock.ts'
import { connectInBackground, createRedis, type RedisConnection } from '../../shared/redis.ts'
import { parseRedisUrl } from '../../shared/redis-target.ts'
import { silentLogger } from '../../shared/testing/silent-logger.ts'
import { RedisConnectionCounts } from '../connection-counts-redis.ts'

export interface TestedGateway extends AsyncDisposable {
  readonly counts: RedisConnectionCounts
  readonly gatewayId: string
  /** The number of users of each registration. */
  readonly registered: readonly number[]
  readonly outages: number
}

let gateways = 0

export interface GatewayOptions {
  readonly clock?: Clock
  readonly withoutRedis?: 'open' | 'closed'
  readonly port?: number
  readonly network?: MoodyNetwork
  readonly awaitRegistration?: boolean
}

export async function openGateway(
  server: { readonly url: string },
  options: GatewayOptions = {},
): Promise<TestedGateway> {
  const { clock = systemClock, withoutRedis = 'closed', port, network, awaitRegistration = true } = options
  const url = port === undefined ? server.url : `redis://127.0.0.1:${port}`
  const redis = createRedis({ target: parseRedisUrl(url), name: 'test', logger: silentLogger, random: () => 0.1 })
  const gatewayId = `gateway-${++gateways}`
  const registered: number[] = []
  const observed = { outages: 0 }
  const counts = new RedisConnectionCounts({
    redis: network ? network.between(redis) : redis,
    gatewayId,
    clock,
    logger: silentLogger,
    withoutRedis,
    observer: { unavailable: () => void observed.outages++, registered: (users) => void registered.push(users) },
  })
  connectInBackground(redis)
  await counts.run()
  if (awaitRegistration) await vi.waitFor(() => expect(registered).toHaveLength(1), { timeout: 10_000, interval: 20 })
  return {
    counts,
    gatewayId,
    registered,
    get outages() {
      return observed.outages
    },
    async [Symbol.asyncDispose]() {
      await counts.stop()
      redis.disconnect()
    },
  }
}

/** Loses the answer of a script, or delivers the script late. */
export class MoodyNetwork {
  /** Scripts sent, and those of them that were held up. */
  sent = 0
  held = 0
  #next: { skip: number; readonly act: (send: () => Promise<unknown>) => Promise<unknown> } | undefined

  loseNextAnswer(): void {
    this.#next = {
      skip: 0,
      act: (send) => {
        void send()
        return new Promise(() => {})
      },
    }
  }

  /** Holds a script up, after `skip` others, until the returned function is called; which resolves when Redis ran it. */
  holdNext(skip = 0): () => Promise<void> {
    const { promise: isDelivered, resolve: deliver } = Promise.withResolvers<void>()
    let answer: Promise<unknown> = Promise.resolve()
    this.#next = {
      skip,
      act: (send) => {
        this.held++
        answer = isDelivered.then(send)
        return answer
      },
    }
    return async () => {
      deliver()
      await answer
    }
  }

  between(redis: RedisConnection): RedisConnection {
    const evalsha = (...args: Parameters<RedisConnection['evalsha']>) => this.#pass(() => redis.evalsha(...args))
    return new Proxy(redis, {
      get: (target, name) => {
        if (name === 'evalsha') return evalsha
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  #pass(send: () => Promise<unknown>): Promise<unknown> {
    this.sent++
    const next = this.#next
    if (next === undefined || next.skip-- > 0) return send()
    this.#next = undefined
    return next.act(send)
  }
}
