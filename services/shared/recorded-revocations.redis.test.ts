import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { readRevocations, revocationChannel, revokedUsersKey, revokeScript } from './recorded-revocations.ts'
import { connectInBackground, createRedis, type RedisConnection } from './redis.ts'
import { parseRedisUrl } from './redis-target.ts'
import { RevocationChannel } from './revocation-channel.ts'
import type { Revocation } from './revocations.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { RecordedLog } from './testing/recorded-log.ts'
import { RedisCluster } from './testing/redis-cluster.ts'
import { describeWithRedis, RedisServer } from './testing/redis-server.ts'
import { silentLogger } from './testing/silent-logger.ts'

const listening = 'listening for revocations'
const unreadable = 'cannot read the recorded revocations'
const hourS = 3_600

describeWithRedis('the record of revocations', () => {
  let server: RedisServer
  let admin: RedisConnection
  const opened: { stop(): Promise<void> }[] = []
  beforeAll(async () => {
    server = await RedisServer.start()
  })
  afterEach(async () => {
    await (await open(server.url)).flushall()
    for (const each of opened.splice(0)) await each.stop()
  })
  afterAll(async () => server[Symbol.asyncDispose]())

  test('one command records and publishes; who was away learns it, with the time of Redis', async () => {
    const [hearing, late] = [await setUp(), await setUp()]
    await hearing.listen()
    const beforeMs = await redisMs()
    expect(await revoke('ann "ünï"', hourS)).toBe(1)
    const afterMs = await redisMs()
    await hearing.log.line(({ user }) => user === 'ann "ünï"')
    await late.listen()
    await late.hasRead(1)
    const [learnt] = late.reads.at(-1) ?? []
    expect(learnt?.userId).toBe('ann "ünï"')
    expect(learnt?.revokedAtMs).toBeGreaterThanOrEqual(beforeMs)
    expect(learnt?.revokedAtMs).toBeLessThanOrEqual(afterMs)
    expect([hearing.revoked, late.revoked]).toEqual([['ann "ünï"'], []])
  })

  test('after each SUBSCRIBE the record is read again: what was published while the connection was down is learnt', async () => {
    const { redis, log, listen, hasRead, reads, revoked } = await setUp()
    await listen()
    await hasRead(0)
    const [from, before] = [log.lines.length, reads.length]
    const lost = new Promise<void>((resolve) => void redis.once('close', resolve))
    redis.disconnect(true)
    await lost
    expect(await revoke('ann', hourS)).toBe(0)
    await hasRead(1, from)
    expect(reads.slice(before).at(-1)).toMatchObject([{ userId: 'ann' }])
    expect(revoked).toEqual([])
  })

  test('a read that is asked for during another comes after it', async () => {
    const { redis, commands, log, listen, hasRead, reads } = await setUp()
    const [isRead, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const { zrange } = commands
    commands.zrange = (async (...args: Parameters<typeof zrange>) => {
      commands.zrange = zrange
      const early = await zrange.apply(commands, args)
      isRead.resolve()
      await go.promise
      return early
    }) as typeof zrange
    await listen()
    await isRead.promise
    await revoke('ann', hourS)
    const from = log.lines.length
    redis.disconnect(true)
    await log.line(({ msg }) => msg === listening, from)
    expect(reads).toEqual([])
    go.resolve()
    await hasRead(1)
    expect(reads).toMatchObject([[], [{ userId: 'ann' }]])
  })

  test('a read that failed is repeated with a growing wait, until one succeeds', async () => {
    const { redis, clock, log, listen, hasRead } = await setUp()
    await listen()
    await admin.set(revokedUsersKey, 'of another type')
    redis.disconnect(true)
    const failures = () => log.lines.filter(({ msg }) => msg === unreadable).length
    for (const [before, waitMs] of [1_000, 2_000, 4_000].entries()) {
      await log.line(() => failures() === before + 1)
      expect(clock.pending).toBe(1)
      clock.advance(waitMs - 1)
      expect(clock.pending).toBe(1)
      clock.advance(1)
      expect(clock.pending).toBe(0)
    }
    await log.line(() => failures() === 4)
    await admin.del(revokedUsersKey)
    const from = log.lines.length
    clock.advance(8_000)
    await hasRead(0, from)
    expect(clock.pending).toBe(0)
    await admin.set(revokedUsersKey, 'of another type')
    redis.disconnect(true)
    await log.line(() => failures() === 5)
    clock.advance(1_000)
    expect(clock.pending).toBe(0)
    await log.line(() => failures() === 6)
  })

  test('a new connection reads at once, and takes the place of the repetition', async () => {
    const { redis, commands, clock, log, listen, hasRead } = await setUp()
    await listen()
    await admin.set(revokedUsersKey, 'of another type')
    redis.disconnect(true)
    await log.line(({ msg }) => msg === unreadable)
    await admin.del(revokedUsersKey)
    const from = log.lines.length
    commands.disconnect(true)
    await hasRead(0, from)
    expect(clock.pending).toBe(0)
  })

  test('without a connection to read on nothing is tried; when there is one, it reads', async () => {
    const { commands, channel, log, hasRead } = await setUp()
    const { connect } = commands
    commands.connect = async () => {}
    await channel.run()
    await log.line(({ msg }) => msg === listening)
    await admin.ping()
    expect(log.lines.some(({ msg }) => msg === unreadable)).toBe(false)
    commands.connect = connect
    connectInBackground(commands)
    await hasRead(0)
  })

  test('the end closes both connections; a read that it broke is neither reported nor repeated', async () => {
    const { redis, commands, clock, log, channel, listen } = await setUp()
    await listen()
    const isAsked = Promise.withResolvers<void>()
    const broken = new Promise<never>((_, reject) => void commands.once('end', () => reject(new Error('closed'))))
    commands.zrange = (() => {
      isAsked.resolve()
      return broken
    }) as typeof commands.zrange
    redis.disconnect(true)
    await isAsked.promise
    const ended = new Promise<void>((resolve) => void redis.once('end', resolve))
    await channel.stop()
    await expect(broken).rejects.toThrow('closed')
    await ended
    expect(log.lines.some(({ msg }) => msg === unreadable)).toBe(false)
    expect(clock.pending).toBe(0)
  })

  test('the end takes a repetition with it', async () => {
    const { clock, log, channel, listen } = await setUp()
    await admin.set(revokedUsersKey, 'of another type')
    await listen()
    await log.line(({ msg }) => msg === unreadable)
    await channel.stop()
    await log.line(({ msg }) => msg === 'redis connection closed')
    expect(clock.pending).toBe(0)
  })

  test('the command keeps the newest, for the longest life of a token; 100,000 are read, oldest first', async () => {
    await setUp()
    await admin.zadd(revokedUsersKey, (await redisMs()) - 11_000, 'old', (await redisMs()) - 5_000, 'recent')
    await revoke('ann', 10)
    expect(await admin.zrange(revokedUsersKey, 0, -1)).toEqual(['recent', 'ann'])
    const startMs = (await redisMs()) - 1_000_000
    for (let from = 0; from < 110_000; from += 10_000) {
      const part = Array.from({ length: 10_000 }, (_, i) => [startMs + from + i, `u${from + i}`]).flat()
      await admin.zadd(revokedUsersKey, ...part)
    }
    const read = await readRevocations(admin)
    expect(read).toHaveLength(100_000)
    expect(read.slice(-2).map(({ userId }) => userId)).toEqual(['recent', 'ann'])
    expect(read[0]).toEqual({ userId: 'u10002', revokedAtMs: startMs + 10_002 })
    await revoke('bob', 86_400)
    expect(await admin.zcard(revokedUsersKey)).toBe(100_000)
    expect(await admin.zrange(revokedUsersKey, -1, -1)).toEqual(['bob'])
  })

  test('a short record is read at once; what can be no user’s is left out', async () => {
    await setUp()
    await admin.zadd(revokedUsersKey, 1, '', 2, 'x'.repeat(257), 3, 'x'.repeat(256))
    const zrange = vi.spyOn(admin, 'zrange')
    expect(await readRevocations(admin)).toEqual([{ userId: 'x'.repeat(256), revokedAtMs: 3 }])
    expect(zrange).toHaveBeenCalledTimes(1)
  })

  test('in a Cluster a process reads the record from its node, wherever it listens', async () => {
    await using cluster = await RedisCluster.start()
    const { listen, hasRead, reads } = await setUp(`redis+cluster://${cluster.hosts}`)
    await revoke('ann', hourS)
    await listen()
    await hasRead(1)
    expect(reads.at(-1)).toMatchObject([{ userId: 'ann' }])
  })

  test('the rights that docs/REDIS.md names for it are enough to revoke, and none is superfluous', async () => {
    await setUp()
    const rights = /`(~quotewire:\{revoked\}:users [^`]+)`/.exec(readFileSync('docs/REDIS.md', 'utf8'))?.[1] ?? ''
    const rules = rights.split(' ')
    const account = async (allowed: readonly string[]) => {
      await admin.acl('SETUSER', 'support', 'reset', 'on', '>pw', '+ping', '+client|setname', ...allowed)
      return await open(`redis://support:pw@127.0.0.1:${server.port}`)
    }
    expect(rules).toHaveLength(8)
    expect(await revoke('ann', hourS, await account(rules))).toBe(0)
    for (const rule of rules) {
      const lesser = await account(rules.filter((other) => other !== rule))
      await expect(revoke('ann', hourS, lesser)).rejects.toThrow(/NOPERM|user executing the script can't/)
    }
  })

  test('what is published is what processes listen to', () => {
    expect(revokeScript).toContain(`'${revocationChannel}'`)
    expect(revokeScript).not.toMatch(/\n|"/)
  })

  async function revoke(user: string, keepS: number, redis = admin): Promise<unknown> {
    return await redis.eval(revokeScript, 1, revokedUsersKey, user, keepS)
  }

  async function redisMs(): Promise<number> {
    const [seconds = 0, micros = 0] = await admin.time()
    return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000)
  }

  async function open(url: string): Promise<RedisConnection> {
    const redis = createRedis({ target: parseRedisUrl(url), name: 'admin', logger: silentLogger, random: () => 0 })
    opened.push({ stop: async () => redis.disconnect() })
    const ready = new Promise<void>((resolve) => void redis.once('ready', resolve))
    connectInBackground(redis)
    await ready
    return redis
  }

  async function setUp(url = server.url) {
    admin = await open(url)
    const log = new RecordedLog()
    const { logger } = log
    const [revoked, reads]: [string[], (readonly Revocation[])[]] = [[], []]
    const clock = new ManualClock()
    const redis = createRedis({ target: parseRedisUrl(url), role: 'subscriber', name: 'test', logger, random: () => 0 })
    const commands = createRedis({ target: parseRedisUrl(url), name: 'reads', logger: silentLogger, random: () => 0 })
    const isReady = new Promise<void>((resolve) => void commands.once('ready', resolve))
    const channel = new RevocationChannel({
      ...{ redis, logger, revoke: (userId: string) => revoked.push(userId) },
      recorded: { redis: commands, learn: (read) => void reads.push(read), clock, random: () => 1 },
    })
    opened.push(channel)
    return {
      ...{ log, clock, redis, commands, channel, revoked, reads },
      listen: async () => {
        await channel.run()
        await log.line(({ msg }) => msg === listening)
        await isReady
        // Each of the two caused a read; their answers come before these.
        for (let i = 0; i < 2; i++) await commands.ping()
      },
      hasRead: async (users: number, from = 0) => await log.line((line) => line.users === users, from),
    }
  }
})
