/** TLS and passwords of a real server, with certificates made for the test. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseSettings } from './config-schema.ts'
import { connectInBackground, createRedis, type RedisConnection } from './redis.ts'
import { redisAccess, redisSettings } from './redis-settings.ts'
import { RecordedLog } from './testing/recorded-log.ts'
import { RedisCertificates } from './testing/redis-certificates.ts'
import { describeWithRedis, RedisServer } from './testing/redis-server.ts'

const settings = redisSettings({ defaultUrl: '', purpose: 'Redis of a test.' })

describeWithRedis('TLS to Redis', () => {
  let ours: RedisCertificates
  let others: RedisCertificates
  let server: RedisServer
  let strict: RedisServer
  beforeAll(async () => {
    ours = new RedisCertificates()
    others = new RedisCertificates()
    server = await RedisServer.start({ args: ours.serverArgs() })
    strict = await RedisServer.start({ args: ours.serverArgs({ asksClients: true }) })
  })
  afterAll(async () => {
    await Promise.all([server, strict].map((each) => each[Symbol.asyncDispose]()))
    for (const each of [ours, others]) each[Symbol.dispose]()
  })

  test('a server whose certificate our authority signed is ready', async () => {
    using connection = open(server, { REDIS_TLS_CA_FILE: ours.caFile })
    await connection.ready
    expect(await connection.redis.ping()).toBe('PONG')
  })

  test('a certificate of another authority is refused, and the log names the setting', async () => {
    using connection = open(server, { REDIS_TLS_CA_FILE: others.caFile })
    expect((await connection.problem()).hint).toContain('REDIS_TLS_CA_FILE')
    await connection.triedAgain()
    expect(connection.wasReady).toBe(false)
  })

  test('without REDIS_TLS_CA_FILE our authority is as unknown as any', async () => {
    using connection = open(server, {})
    expect((await connection.problem()).hint).toContain('REDIS_TLS_CA_FILE')
    await connection.triedAgain()
    expect(connection.wasReady).toBe(false)
  })

  test('the certificate has to carry the host’s name, or that of REDIS_TLS_SERVER_NAME', async () => {
    const trusted = { REDIS_TLS_CA_FILE: ours.caFile }
    using right = open(server, { ...trusted, REDIS_TLS_SERVER_NAME: 'redis.test' })
    await right.ready
    using wrong = open(server, { ...trusted, REDIS_TLS_SERVER_NAME: 'redis.example' })
    expect((await wrong.problem()).hint).toContain('REDIS_TLS_SERVER_NAME')
    await wrong.triedAgain()
    expect(wrong.wasReady).toBe(false)
  })

  test('a server that asks for a certificate gets ours; without one we are never ready, and go on trying', async () => {
    const trusted = { REDIS_TLS_CA_FILE: ours.caFile }
    using shown = open(strict, { ...trusted, REDIS_TLS_CERT_FILE: ours.certFile, REDIS_TLS_KEY_FILE: ours.keyFile })
    await shown.ready
    using hidden = open(strict, trusted)
    await hidden.log.line(({ hint = '' }) => hint.includes('REDIS_TLS_CERT_FILE'))
    await hidden.triedAgain()
    expect(hidden.wasReady).toBe(false)
  })

  test('settings of TLS are never dropped for a target in the clear', () => {
    const { tls = {} } = redisAccess(parse({ REDIS_URL: 'rediss://h', REDIS_TLS_CA_FILE: ours.caFile }))
    const { target } = redisAccess(parse({ REDIS_URL: 'redis://h' }))
    const { logger } = new RecordedLog()
    expect(() => createRedis({ target, tls, name: 'test', logger, random: () => 0 })).toThrow('rediss://')
  })
})

describeWithRedis('a password of Redis', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await RedisServer.start({ args: ['--requirepass', 'the right one'] })
  })
  afterAll(async () => server[Symbol.asyncDispose]())

  test.each([
    ['a wrong one', { REDIS_PASSWORD: 'hunter2' }, /WRONGPASS/],
    ['none', {}, /NOAUTH/],
    ['that of an unknown user', { REDIS_USERNAME: 'x', REDIS_PASSWORD: 'the right one' }, /WRONGPASS/],
  ])('%s is never ready, and the log says why without it', async (_, credentials, why) => {
    using connection = open(server, { REDIS_URL: server.url, ...credentials })
    expect((await connection.problem()).err?.message).toMatch(why)
    await connection.triedAgain()
    expect(connection.wasReady).toBe(false)
    expect(JSON.stringify(connection.log.lines)).not.toContain('hunter2')
  })

  test('the right one is ready, also where the URL has a wrong one', async () => {
    const url = server.url.replace('//', '//:wrong@')
    using connection = open(server, { REDIS_URL: url, REDIS_PASSWORD: 'the right one' })
    await connection.ready
  })
})

function parse(environment: Record<string, string>) {
  return parseSettings(settings, environment)
}

function open({ port }: RedisServer, environment: Record<string, string>) {
  const log = new RecordedLog()
  const access = redisAccess(parse({ REDIS_URL: `rediss://127.0.0.1:${port}`, ...environment }))
  const redis: RedisConnection = createRedis({ ...access, name: 'test', logger: log.logger, random: () => 0 })
  const connection = {
    redis,
    log,
    wasReady: false,
    ready: new Promise<void>((resolve) => void redis.once('ready', resolve)),
    problem: () => log.line(({ msg }) => msg === 'redis connection error'),
    /** The link was given up twice. */
    async triedAgain() {
      const isClose = ({ msg }: { msg: string }) => msg === 'redis connection closed'
      const first = await log.line(isClose)
      await log.line(isClose, log.lines.indexOf(first) + 1)
    },
    [Symbol.dispose]: () => redis.disconnect(),
  }
  redis.on('ready', () => {
    connection.wasReady = true
  })
  connectInBackground(redis)
  return connection
}
