import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { connectInBackground, createRedis, type RedisConnection } from './redis.ts'
import { parseRedisUrl } from './redis-target.ts'
import { RevocationChannel, revocationChannel } from './revocation-channel.ts'
import { RecordedLog } from './testing/recorded-log.ts'
import { describeWithRedis, RedisServer } from './testing/redis-server.ts'
import { silentLogger } from './testing/silent-logger.ts'

const listening = 'listening for revocations'

describeWithRedis('the channel of revocations', () => {
  let server: RedisServer
  const opened: { stop(): Promise<void> }[] = []
  beforeAll(async () => {
    server = await RedisServer.start()
  })
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.stop()
  })
  afterAll(async () => server[Symbol.asyncDispose]())

  test('a message with a user revokes that user, in the order they come', async () => {
    const { listen, publish, revoked, told } = setUp()
    await listen()
    for (const user of ['ann', 'bob', 'ünï ☃ "quoted"', 'x'.repeat(256)]) await publish({ user })
    await publish({ user: 'ann', reason: 'keys that are not known are ignored' })
    await told(5)
    expect(revoked).toEqual(['ann', 'bob', 'ünï ☃ "quoted"', 'x'.repeat(256), 'ann'])
  })

  test('several processes hear the same message', async () => {
    const processes = [setUp(), setUp()]
    for (const { listen } of processes) await listen()
    expect(await processes[0]?.publish({ user: 'ann' })).toBe(2)
    for (const { told, revoked } of processes) {
      await told(1)
      expect(revoked).toEqual(['ann'])
    }
  })

  test('what is no revocation is logged, shortened, and ends nothing', async () => {
    const { log, listen, publish, revoked, told } = setUp()
    await listen()
    const bad = ['', 'ann', '"ann"', 'null', '[]', '{"user":', '{}', '{"user":""}', '{"user":7}', '{"user":null}']
    const long = [JSON.stringify({ user: 'x'.repeat(257) }), `{"user":["${'y'.repeat(10_000)}"]}`]
    for (const payload of [...bad, ...long]) await publish(payload)
    await publish({ user: 'ann' })
    await told(1)
    expect(revoked).toEqual(['ann'])
    const logged = log.lines.filter(({ msg }) => msg.startsWith('a revocation is not of the form'))
    expect(logged.map(({ payload }) => payload)).toEqual([...bad, ...long.map((payload) => payload.slice(0, 64))])
  })

  test('it listens again after Redis was restarted; what was only published meanwhile is missed', async () => {
    const { log, listen, publish, revoked, told } = setUp()
    await listen()
    await publish({ user: 'ann' })
    await told(1)
    const from = log.lines.length
    await server.restart()
    await log.line(({ msg }) => msg === listening, from)
    expect(await publish({ user: 'bob' })).toBe(1)
    await told(2)
    expect(revoked).toEqual(['ann', 'bob'])
  })

  test('it listens as soon as Redis is there, where it was not at the start', async () => {
    await server.crash()
    const { log, listen, publish, revoked, told } = setUp()
    const isListening = listen()
    await log.line(({ msg }) => msg === 'redis connection error')
    await server.restart()
    await isListening
    await publish({ user: 'ann' })
    await told(1)
    expect(revoked).toEqual(['ann'])
  })

  test('a SUBSCRIBE without an answer makes the link suspect: it is built anew', async () => {
    const { log, listen, redis, publish, told } = setUp()
    const { subscribe } = redis
    redis.subscribe = async () => {
      redis.subscribe = subscribe
      throw new Error('Command timed out')
    }
    await listen()
    expect(log.lines.map(({ msg }) => msg)).toEqual([
      ...['redis connected', 'cannot listen for revocations', 'redis connection closed', 'redis connected', listening],
    ])
    await publish({ user: 'ann' })
    await told(1)
  })

  test('a refusal of Redis is logged once, and the link is kept', async () => {
    const admin = await openAdmin()
    await admin.acl('SETUSER', 'deaf', 'on', '>pw', '+@all', '-subscribe', 'allchannels')
    const { log, run, redis } = setUp(`redis://deaf:pw@127.0.0.1:${server.port}`)
    await run()
    const { err } = await log.line(({ msg }) => msg === 'cannot listen for revocations')
    expect(err?.message).toContain('NOPERM')
    await redis.ping()
    expect(log.lines.map(({ msg }) => msg)).toEqual(['redis connected', 'cannot listen for revocations'])
  })

  test('stop ends the connection, and nothing is heard any more', async () => {
    const { listen, channel, publish, revoked, redis } = setUp()
    await listen()
    const ended = new Promise<void>((resolve) => void redis.once('end', resolve))
    await channel.stop()
    await ended
    expect(await publish({ user: 'ann' })).toBe(0)
    expect(revoked).toEqual([])
  })

  async function openAdmin(): Promise<RedisConnection> {
    const redis = createRedis({
      target: parseRedisUrl(server.url),
      name: 'admin',
      logger: silentLogger,
      random: () => 0,
    })
    opened.push({ stop: async () => redis.disconnect() })
    const ready = new Promise<void>((resolve) => void redis.once('ready', resolve))
    connectInBackground(redis)
    await ready
    return redis
  }

  function setUp(url = server.url) {
    const log = new RecordedLog()
    const revoked: string[] = []
    const { logger } = log
    const redis = createRedis({ target: parseRedisUrl(url), role: 'subscriber', name: 'test', logger, random: () => 0 })
    const channel = new RevocationChannel({ redis, logger, revoke: (userId) => revoked.push(userId) })
    opened.push(channel)
    const run = async () => await channel.run()
    return {
      ...{ log, redis, channel, revoked, run },
      listen: async () => {
        await channel.run()
        await log.line(({ msg }) => msg === listening)
      },
      /** How many heard it. */
      publish: async (message: object | string) => {
        const admin = await openAdmin()
        return await admin.publish(revocationChannel, typeof message === 'string' ? message : JSON.stringify(message))
      },
      /** Until the `count`-th user was revoked. */
      told: async (count: number) => {
        await log.line(() => log.lines.filter(({ msg }) => msg === 'user revoked').length >= count)
        expect(revoked).toHaveLength(count)
      },
    }
  }
})
