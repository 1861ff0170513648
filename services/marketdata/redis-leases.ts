/**
 * Publisher leases in Redis, and publishing under them. The epoch is the token: it is unique to one tenure, and every
 * batch names it, so that a publisher which was paused past its lease publishes nothing when it goes on.
 *
 * In:  acquire; then publish, renew and release on the lease.
 * Out: true or false from Redis itself; rejects while disconnected.
 * Bound: one script a batch of at most 1,000 quotes; nothing is kept here.
 *
 * A check in the client before a plain pipeline would not do: the process can be stopped between the two.
 */
import type { RedisConnection } from '../shared/redis.ts'
import { RedisScript } from '../shared/redis-script.ts'
import { encodePayload, type Quote } from './quote.ts'
import { FencedError, type PublisherLease } from './quote-bus.ts'
import { type ShardKeys, shardKeys } from './shards.ts'

/** The new epoch, max(stored + 1, Redis time in ms), rises even where Redis was emptied. As text: Lua rounds large numbers. */
const acquireScript = new RedisScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then return false end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local epoch = math.max(tonumber(redis.call('GET', KEYS[2]) or '0') + 1, now)
local text = string.format('%.0f', epoch)
redis.call('SET', KEYS[2], text)
redis.call('SET', KEYS[1], text, 'PX', ARGV[1])
return text`)

/** Stored first: whoever subscribes and then reads finds a value at least as new as what it did not hear. */
const publishScript = new RedisScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[2], unpack(ARGV, 2))
for i = 2, #ARGV, 2 do redis.call('PUBLISH', 'quote:' .. ARGV[i], ARGV[i + 1]) end
return 1`)

const renewScript = new RedisScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`)

const releaseScript = new RedisScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`)

export class RedisLeases {
  readonly #redis: RedisConnection
  readonly #shards: number

  constructor(options: { readonly redis: RedisConnection; readonly shards: number }) {
    this.#redis = options.redis
    this.#shards = options.shards
  }

  async acquire(shard: number, ttlMs: number): Promise<PublisherLease | undefined> {
    const keys = shardKeys(shard, this.#shards)
    const epoch = await acquireScript.run(this.#redis, [keys.lease, keys.epoch], [ttlMs])
    return typeof epoch === 'string' ? this.#lease(keys, epoch) : undefined
  }

  #lease(keys: ShardKeys, token: string): PublisherLease {
    const run = async (script: RedisScript, ...args: (string | number)[]) =>
      (await script.run(this.#redis, [keys.lease], [token, ...args])) === 1
    return {
      epoch: Number(token),
      publish: async (quotes) => await this.#publish(keys, token, quotes),
      renew: (ttlMs) => run(renewScript, ttlMs),
      release: async () => void (await run(releaseScript)),
    }
  }

  async #publish(keys: ShardKeys, token: string, quotes: readonly Quote[]): Promise<void> {
    if (quotes.length === 0) return
    const stored = quotes.flatMap((quote) => [quote.symbol, encodePayload(quote)])
    const done = await publishScript.run(this.#redis, [keys.lease, keys.last], [token, ...stored])
    if (done !== 1) throw new FencedError('another publisher holds the lease')
  }
}
