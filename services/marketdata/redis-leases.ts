/**
 * Publisher leases in Redis, and publishing under them. The epoch is the token: it is unique to one tenure, and every
 * batch names it, so that a publisher which was paused past its lease publishes nothing when it goes on. Batches are
 * numbered from 1 in each tenure, so that one whose answer was lost may be sent again and is heard once.
 *
 * In:  acquire; then publish, publishAgain, renew and release on the lease.
 * Out: true or false from Redis itself; rejects while disconnected.
 * Bound: one script a batch of at most 1,000 quotes; the last batch is kept, as it is sent.
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
redis.call('SET', KEYS[3], '0')
redis.call('SET', KEYS[1], text, 'PX', ARGV[1])
return text`)

/**
 * 0: fenced off, 1: published, 2: was published before. Stored first: whoever subscribes and then reads finds a value at
 * least as new as what it did not hear. A number left out means that Redis forgot batches which it had confirmed (a
 * failover to a replica that lagged behind): the tenure ends there, and the next epoch tells everybody.
 */
const publishScript = new RedisScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local number, done = tonumber(ARGV[2]), tonumber(redis.call('GET', KEYS[2]) or '0')
if number <= done then return 2 end
if number > done + 1 then
  redis.call('DEL', KEYS[1])
  return 0
end
redis.call('HSET', KEYS[3], unpack(ARGV, 3))
for i = 3, #ARGV, 2 do redis.call('PUBLISH', 'quote:' .. ARGV[i], ARGV[i + 1]) end
redis.call('SET', KEYS[2], ARGV[2])
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
    const epoch = await acquireScript.run(this.#redis, [keys.lease, keys.epoch, keys.batch], [ttlMs])
    return typeof epoch === 'string' ? new RedisLease({ redis: this.#redis, keys, token: epoch }) : undefined
  }
}

interface RedisLeaseOptions {
  readonly redis: RedisConnection
  readonly keys: ShardKeys
  /** The epoch as Redis wrote it. */
  readonly token: string
}

class RedisLease implements PublisherLease {
  readonly epoch: number
  readonly #options: RedisLeaseOptions
  /** Number, then symbols and payloads in turn; empty before the first batch. */
  #lastBatch: readonly (string | number)[] = []
  #batches = 0

  constructor(options: RedisLeaseOptions) {
    this.#options = options
    this.epoch = Number(options.token)
  }

  async publish(quotes: readonly Quote[]): Promise<void> {
    if (quotes.length === 0) return
    const stored = quotes.flatMap((quote) => [quote.symbol, encodePayload(quote)])
    this.#batches++
    this.#lastBatch = [this.#batches, ...stored]
    await this.publishAgain()
  }

  async publishAgain(): Promise<void> {
    if (this.#lastBatch.length === 0) return
    const { lease, batch, last } = this.#options.keys
    const outcome = await this.#run(publishScript, [lease, batch, last], this.#lastBatch)
    if (outcome === 0) throw new FencedError('another publisher holds the lease, or Redis forgot batches')
  }

  async renew(ttlMs: number): Promise<boolean> {
    return (await this.#run(renewScript, [this.#options.keys.lease], [ttlMs])) === 1
  }

  async release(): Promise<void> {
    await this.#run(releaseScript, [this.#options.keys.lease], [])
  }

  async #run(script: RedisScript, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const { redis, token } = this.#options
    return await script.run(redis, keys, [token, ...args])
  }
}
