/**
 * What Redis holds for connection-counts-redis.ts, and the scripts that change it.
 *
 * Keys: `quotewire:{limits}:gateway:ID`, a hash of user → connections on that gateway, which lives for 3 s after the last
 * change or heartbeat; `quotewire:{limits}:gateways`, a sorted set of gateway ids by the end of that life. The tag keeps
 * them on one node of a Cluster, where one script may read all of them.
 * In:  exchange, register, remove; the caller sends one at a time.
 * Out: Redis's own answer; rejects where there is none within 500 ms.
 * Bound: at most 100 users an exchange, 1,000 a part of a registration: a script holds up everybody else in Redis.
 *
 * Every change names the version it follows and sets the next one. So a change that Redis runs late, or twice, or after it
 * lost others (emptied, or a replica that was behind became master) does nothing, and the gateway registers anew. A count
 * changed by INCR and DECR would be wrong for good after one lost answer.
 */
import type { Clock } from '../shared/clock.ts'
import type { RedisConnection } from '../shared/redis.ts'
import { RedisScript } from '../shared/redis-script.ts'

export interface CountChange {
  readonly userId: string
  /** Connections of the user on this gateway, without the wanted ones. */
  readonly held: number
  readonly wanted: number
  /** Over all gateways. */
  readonly limit: number
}

export interface ConnectionCountStoreOptions {
  readonly redis: RedisConnection
  readonly clock: Clock
  /** Of one run of one process: a name that comes again would be taken for its predecessor for 3 s. */
  readonly gatewayId: string
}

/** With 20 gateways 2 to 3 ms of Redis: `usec_per_call` in INFO commandstats after 10,000 enters at once, on one core. */
export const maxChanges = 100
const usersPerPart = 1_000
const lifeMs = 3_000
const answerMs = 500

const gatewaysKey = 'quotewire:{limits}:gateways'
const gatewayKeyPrefix = 'quotewire:{limits}:gateway:'

const nowMs = `(function()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end)()`

/** The sorted set ends with its last gateway. */
const live = `
redis.call('PEXPIRE', KEYS[1], lifeMs)
redis.call('ZADD', KEYS[2], nowMs + lifeMs, id)
redis.call('PEXPIRE', KEYS[2], lifeMs)`

/** Returns how many of the wanted ones each user gets; nothing where the version is another. */
const exchangeScript = new RedisScript(`
local id, lifeMs, version, nextVersion, prefix = unpack(ARGV, 1, 5)
if redis.call('HGET', KEYS[1], 'version') ~= version then return false end
local nowMs = ${nowMs}
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', nowMs)
local others = {}
for _, other in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  if other ~= id then others[#others + 1] = prefix .. other end
end
local entered = {}
for i = 6, #ARGV, 4 do
  local user, held, wanted = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  local free = tonumber(ARGV[i + 3]) - held
  for _, other in ipairs(wanted > 0 and others or {}) do
    free = free - tonumber(redis.call('HGET', other, user) or '0')
  end
  local more = math.max(0, math.min(wanted, free))
  if held + more > 0 then redis.call('HSET', KEYS[1], user, held + more) else redis.call('HDEL', KEYS[1], user) end
  entered[#entered + 1] = more
end
redis.call('HSET', KEYS[1], 'version', nextVersion)
${live}
return entered`)

/** Part by part into a key of its own, which then takes the place of the other: nobody sees half of the users. */
const registerScript = new RedisScript(`
local id, lifeMs, version, part, parts = unpack(ARGV, 1, 5)
if tonumber(redis.call('HGET', KEYS[1], 'version') or '0') >= tonumber(version) then return 0 end
if part == '1' then
  redis.call('DEL', KEYS[3])
  redis.call('HSET', KEYS[3], 'version', version)
elseif redis.call('EXISTS', KEYS[3]) == 0 then return 0 end
if #ARGV > 5 then redis.call('HSET', KEYS[3], unpack(ARGV, 6)) end
redis.call('PEXPIRE', KEYS[3], lifeMs)
if part ~= parts then return 1 end
redis.call('RENAME', KEYS[3], KEYS[1])
local nowMs = ${nowMs}
${live}
return 1`)

const removeScript = new RedisScript(`
redis.call('DEL', KEYS[1])
return redis.call('ZREM', KEYS[2], ARGV[1])`)

export class ConnectionCountStore {
  readonly #options: ConnectionCountStoreOptions
  readonly #keys: readonly [string, string]
  /** The last one given to Redis, and the one it has as far as we know. */
  #lastVersion = 0
  #version = 0

  constructor(options: ConnectionCountStoreOptions) {
    this.#options = options
    this.#keys = [gatewayKeyPrefix + options.gatewayId, gatewaysKey]
  }

  /**
   * Stores what is held and as many of the wanted ones as there is room for, and keeps the gateway alive. Returns the number
   * let in for each change; undefined, and nothing is changed, where this gateway has to register.
   */
  async exchange(changes: readonly CountChange[]): Promise<readonly number[] | undefined> {
    const next = ++this.#lastVersion
    const args = changes.flatMap(({ userId, held, wanted, limit }) => [fieldOf(userId), held, wanted, limit])
    const { gatewayId } = this.#options
    const fixed = [gatewayId, lifeMs, this.#version, next, gatewayKeyPrefix]
    const reply = await this.#run(exchangeScript, this.#keys, [...fixed, ...args])
    if (!Array.isArray(reply)) return undefined
    this.#version = next
    return reply.map(Number)
  }

  /** Replaces whatever Redis has of this gateway. */
  async register(users: readonly (readonly [string, number])[]): Promise<void> {
    const version = ++this.#lastVersion
    const { gatewayId } = this.#options
    const keys = [...this.#keys, `quotewire:{limits}:registration:${gatewayId}:${version}`]
    const parts = Math.max(1, Math.ceil(users.length / usersPerPart))
    for (let part = 1; part <= parts; part++) {
      const some = users.slice((part - 1) * usersPerPart, part * usersPerPart)
      const args = some.flatMap(([userId, count]) => [fieldOf(userId), count])
      const reply = await this.#run(registerScript, keys, [gatewayId, lifeMs, version, part, parts, ...args])
      if (reply !== 1) throw new Error('Redis lost a part of the registration, or has a newer one')
    }
    this.#version = version
  }

  async remove(): Promise<void> {
    await this.#run(removeScript, this.#keys, [this.#options.gatewayId])
  }

  async #run(script: RedisScript, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const cancel = this.#options.clock.after(answerMs, () => reject(new Error(`no answer within ${answerMs} ms`)))
    try {
      return await Promise.race([script.run(this.#options.redis, keys, args), late])
    } finally {
      cancel()
    }
  }
}

/** JSON: never the field `version`, and half a surrogate pair stays apart from any other, which as UTF-8 it would not. */
function fieldOf(userId: string): string {
  return JSON.stringify(userId)
}
