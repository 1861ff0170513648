/**
 * Which publishers are present, in Redis: one sorted set, each publisher with the time until which it counts.
 *
 * In:  announce. Out: how many are present; rejects while disconnected.
 * Bound: the publishers of the last announced times; whoever announces removes those whose time is over, and the set
 * expires when nobody does.
 *
 * By the time of Redis, so that the clocks of publishers do not matter. One key, whatever the number of shards: a Cluster
 * keeps it on one node. A key for each publisher would have to be found with SCAN, on every node.
 */
import type { RedisConnection } from '../shared/redis.ts'
import { RedisScript } from '../shared/redis-script.ts'
import { presenceKey } from './shards.ts'

/** Above every time that is announced. */
const keyTtlMs = 60_000

const announceScript = new RedisScript(`
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZADD', KEYS[1], string.format('%.0f', now + tonumber(ARGV[2])), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return redis.call('ZCARD', KEYS[1])`)

export class RedisPresence {
  readonly #redis: RedisConnection

  constructor(options: { readonly redis: RedisConnection }) {
    this.#redis = options.redis
  }

  async announce(publisherId: string, ttlMs: number): Promise<number> {
    return Number(await announceScript.run(this.#redis, [presenceKey], [publisherId, ttlMs, keyTtlMs]))
  }
}
