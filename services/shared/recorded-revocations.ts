/**
 * Revocations as Redis keeps them, for processes that did not hear the message: a sorted set of users by the time of
 * their revocation, in Unix milliseconds of Redis's clock.
 *
 * In:  `revokeScript`, run by whoever revokes: EVAL with the key `revokedUsersKey`, the user, and for how many seconds to
 *      keep it, which is the longest life of a token. One script, so that nobody hears what is not recorded.
 * Out: what is recorded, the longest revoked first.
 * Bound: the newest 100,000, by the script and by the read, which takes them in parts: one answer of that size would hold
 * up everybody else in Redis.
 */
import type { RedisConnection } from './redis.ts'
import { defaultMaxUsers, type Revocation } from './revocations.ts'

export const revocationChannel = 'quotewire:revoke'
export const revokedUsersKey = 'quotewire:{revoked}:users'
export const longestUserId = 256
const usersPerPart = 10_000

/** On one line, for redis-cli. */
export const revokeScript = [
  `local t = redis.call('TIME')`,
  `local now = t[1] * 1000 + math.floor(t[2] / 1000)`,
  `redis.call('ZADD', KEYS[1], now, ARGV[1])`,
  `redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2] * 1000)`,
  `redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -${defaultMaxUsers + 1})`,
  `return redis.call('PUBLISH', '${revocationChannel}', cjson.encode({user = ARGV[1]}))`,
].join(' ')

export async function readRevocations(redis: RedisConnection): Promise<readonly Revocation[]> {
  const newestFirst: Revocation[] = []
  // From the newest: what is added meanwhile only moves the others on, so that none is left out.
  for (let from = 0; from < defaultMaxUsers; from += usersPerPart) {
    const part = await redis.zrange(revokedUsersKey, from, from + usersPerPart - 1, 'REV', 'WITHSCORES')
    for (let i = 0; i + 1 < part.length; i += 2) {
      newestFirst.push({ userId: part[i] ?? '', revokedAtMs: Number(part[i + 1]) })
    }
    if (part.length < 2 * usersPerPart) break
  }
  return newestFirst.filter(({ userId }) => userId !== '' && userId.length <= longestUserId).reverse()
}
