/** The accounts of docs/REDIS.md are enough for each role, and nothing in them is superfluous. */
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ConnectionCountStore } from '../gateway/connection-count-store.ts'
import type { Quote } from '../marketdata/quote.ts'
import {
  type AclCommand,
  accountCommand,
  accountOf,
  aclCommands,
  refusals,
  run,
  targetFor,
} from '../marketdata/testing/redis-accounts.ts'
import { openRedisBus } from '../marketdata/testing/tested-redis-bus.ts'
import { TierResources } from '../marketdata/tier-resources.ts'
import { TierStore } from '../operator/tier-store.ts'
import { systemClock } from '../shared/clock.ts'
import { revokedUsersKey } from '../shared/recorded-revocations.ts'
import { connectInBackground, createRedis, type RedisConnection, type RedisRole } from '../shared/redis.ts'
import { RevocationChannel, revocationChannel } from '../shared/revocation-channel.ts'
import type { Revocation } from '../shared/revocations.ts'
import { describeWithRedis, RedisServer } from '../shared/testing/redis-server.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { tiersChannel } from '../shared/tier-document.ts'

const publisher = accountCommand('quotewire-publisher')
const server = accountCommand('quotewire-server')
const gateway = accountCommand('quotewire-gateway')
const operator = accountCommand('quotewire-operator')
const quote: Quote = { symbol: 'AAPL', price: 150, timestampMs: 1, seq: 1, epoch: 7 }

describeWithRedis('the accounts of docs/REDIS.md', () => {
  let redis: RedisServer
  let admin: Redis
  beforeAll(async () => {
    redis = await RedisServer.start()
    admin = new Redis(redis.url)
  })
  beforeEach(async () => {
    await admin.flushall()
    for (const command of [publisher, server, gateway]) await run(admin, command)
    await admin.call('ACL', 'LOG', 'RESET')
    await admin.set('private', 'x')
  })
  afterAll(async () => {
    admin.disconnect()
    await redis[Symbol.asyncDispose]()
  })

  test('a publisher publishes and a server hears it and reads it again, and Redis refuses neither anything', async () => {
    for (const shards of [1, 3]) {
      await using publishing = await open(publisher, { shards })
      await using serving = await open(server, { shards })
      serving.bus.subscribe(['AAPL'])
      await serving.listener.heard('subscribed AAPL')
      for (let shard = 0; shard < shards; shard++) await publish(publishing, shard)
      await serving.listener.heard('quote AAPL 150')
      expect((await serving.bus.lastValues(['AAPL'])).get('AAPL')).toMatchObject({ price: 150 })
      serving.bus.unsubscribe(['AAPL'])
      await expect.poll(() => admin.pubsub('CHANNELS')).toEqual([])
    }
    expect(await refusals(admin)).toEqual([])
  })

  test('an operator writes tiers, a server reads them and says so, and Redis refuses neither anything', async () => {
    const more = aclCommands.filter(({ user, rules }) => user === server.user && rules.includes('&quotewire:tiers'))
    expect(more).toHaveLength(1)
    for (const command of [operator, ...more]) await run(admin, command)
    using writing = connect(operator, 'commands')
    await writing.ready
    const store = new TierStore({ redis: writing.redis, owner: async () => 'here', clock: systemClock })
    const access = { target: targetFor(redis.url, accountOf(server)), logger: silentLogger, random: Math.random }
    const revisions: number[] = []
    const resources = new TierResources({
      subscriber: createRedis({ ...access, role: 'subscriber', name: 'tiers' }),
      commands: createRedis({ ...access, name: 'tiers-read' }),
      ...{ instance: 'pod-1', clock: systemClock, logger: silentLogger },
      isNeeded: false,
      observer: { loaded() {}, failed() {}, recovered() {} },
      onChange: (_tiers, revision) => revisions.push(revision),
    })
    await resources.run()
    await expect.poll(() => admin.pubsub('NUMSUB', tiersChannel)).toEqual([tiersChannel, 1])
    const { revision } = await store.put(() => ({ pro: { symbols: ['*'] } }))
    await expect.poll(() => revisions).toEqual([revision])
    await expect.poll(() => store.seenBy(['pod-1'])).toEqual([revision])
    await resources.stop()
    expect(await refusals(admin)).toEqual([])
  })

  test('gateways count connections, and both they and servers hear of revocations; Redis refuses them nothing', async () => {
    using counting = connect(gateway, 'commands')
    await counting.ready
    await countConnections(counting.redis)
    const listeners = (count: number) =>
      expect.poll(() => admin.pubsub('NUMSUB', revocationChannel)).toEqual([revocationChannel, count])
    for (const role of [gateway, server]) {
      await listeners(0)
      await admin.zadd(revokedUsersKey, 1, 'bob')
      using listening = connect(role, 'subscriber')
      using reading = connect(role, 'reading')
      const revoked: string[] = []
      hearRevocations([listening.redis, reading.redis], (userId) => revoked.push(userId))
      await listeners(1)
      await expect.poll(() => revoked).toContain('bob')
      revoked.length = 0
      await admin.publish(revocationChannel, '{"user":"ann"}')
      await expect.poll(() => revoked).toContain('ann')
    }
    expect(await refusals(admin)).toEqual([])
  })

  test.each(rightsOf(publisher))('a publisher needs %s', async (right) => {
    await run(admin, { user: publisher.user, rules: publisher.rules.filter((rule) => rule !== right) })
    await admin.script('FLUSH')
    await using publishing = await open(publisher, { awaitConnection: false })
    const tenure = async () => {
      await publish(publishing, 0).catch(() => {})
      return await refusals(admin)
    }
    await expect.poll(tenure).not.toEqual([])
  })

  test.each(rightsOf(server))('a server needs %s', async (right) => {
    await run(admin, { user: server.user, rules: server.rules.filter((rule) => rule !== right) })
    await using serving = await open(server, { awaitConnection: false })
    using listening = connect(server, 'subscriber')
    using reading = connect(server, 'reading')
    hearRevocations([listening.redis, reading.redis], () => {})
    const serve = async () => {
      serving.bus.subscribe(['AAPL'])
      serving.bus.unsubscribe(['AAPL'])
      await serving.bus.lastValues(['AAPL']).catch(() => {})
      return await refusals(admin)
    }
    await expect.poll(serve).not.toEqual([])
  })

  test.each(rightsOf(gateway))('a gateway needs %s', async (right) => {
    await run(admin, { user: gateway.user, rules: gateway.rules.filter((rule) => rule !== right) })
    await admin.script('FLUSH')
    using counting = connect(gateway, 'commands')
    using listening = connect(gateway, 'subscriber')
    using reading = connect(gateway, 'reading')
    hearRevocations([listening.redis, reading.redis], () => {})
    const count = async () => {
      await countConnections(counting.redis).catch(() => {})
      return await refusals(admin)
    }
    await expect.poll(count).not.toEqual([])
  })

  test.each(
    named([
      ['PUBLISH', 'quotewire:revoke', '{"user":"ann"}'],
      ['PUBLISH', 'quote:AAPL', '{"price":1}'],
      ['SUBSCRIBE', 'quote:AAPL'],
      ['ZADD', 'quotewire:{revoked}:users', '1', 'ann'],
      ['ZREM', 'quotewire:{revoked}:users', 'ann'],
      ['HGET', 'quotewire:{publisher}:last', 'AAPL'],
      ['DEL', 'quotewire:{publisher}:lease'],
      ['HGET', 'private', 'x'],
      ['EVAL', "return redis.call('FLUSHALL')", '0'],
      ['EVAL', "return redis.call('PUBLISH', 'quotewire:revoke', '{}')", '0'],
      ...forbiddenToAll(),
    ]),
  )('a gateway may not %s', async (_, command) => {
    expect(await attempt(gateway, command)).toMatch(/^NOPERM |The user executing the script can't/)
  })

  test.each(
    named([
      ['PUBLISH', 'quotewire:revoke', '{"user":"ann"}'],
      ['PUBLISH', 'quote:AAPL', '{"price":1}'],
      ['HSET', 'quotewire:{publisher}:last', 'AAPL', '{"price":1}'],
      ['DEL', 'quotewire:{publisher}:lease'],
      ['HMGET', 'quotewire:{publisher}:lease', 'AAPL'],
      ['ZADD', 'quotewire:{revoked}:users', '1', 'ann'],
      ['HMGET', 'private', 'AAPL'],
      ['GET', 'private'],
      ['SUBSCRIBE', 'private'],
      ['PSUBSCRIBE', '*'],
      ['EVAL', 'return 1', '0'],
      ...forbiddenToAll(),
    ]),
  )('a server may not %s', async (_, command) => {
    expect(await attempt(server, command)).toMatch(/^NOPERM /)
  })

  test.each(
    named([
      ['SUBSCRIBE', 'quote:AAPL'],
      ['PUBLISH', 'private', 'x'],
      ['SET', 'private', 'y'],
      ['GET', 'private'],
      ['HGETALL', 'quotewire:{publisher}:last'],
      ['EVAL', "return redis.call('FLUSHALL')", '0'],
      ['EVAL', "return redis.call('GET', 'private')", '0'],
      ...forbiddenToAll(),
    ]),
  )('a publisher may not %s', async (_, command) => {
    expect(await attempt(publisher, command)).toMatch(/^NOPERM |The user executing the script can't/)
  })

  async function open(command: AclCommand, options: { shards?: number; awaitConnection?: boolean } = {}) {
    const target = targetFor(redis.url, accountOf(command))
    return await openRedisBus({ redis: { target }, subscribes: command === server, ...options })
  }

  function connect(command: AclCommand, use: RedisRole | 'reading') {
    const target = targetFor(redis.url, accountOf(command))
    const role = use === 'subscriber' ? use : 'commands'
    const connection = createRedis({ target, role, name: 'test', logger: silentLogger, random: () => 0.1 })
    const ready = new Promise<void>((resolve) => void connection.once('ready', resolve))
    if (use === 'commands') connectInBackground(connection)
    return { redis: connection, ready, [Symbol.dispose]: () => connection.disconnect() }
  }

  async function attempt(role: AclCommand, [name = '', ...args]: readonly string[]): Promise<string> {
    const client = new Redis({ port: redis.port, enableReadyCheck: false, ...accountOf(role) })
    try {
      return await client.call(name, ...args).then(String, (error: Error) => error.message)
    } finally {
      client.disconnect()
    }
  }
})

/** Everything that gateways do to Redis. */
async function countConnections(redis: RedisConnection): Promise<void> {
  const users = Array.from({ length: 1_001 }, (_, i) => [`u${i}`, 1] as const)
  const change = { userId: 'u1', held: 1, wanted: 1, limit: 5 }
  for (const gatewayId of ['a', 'b']) {
    const store = new ConnectionCountStore({ redis, clock: systemClock, gatewayId })
    await store.register(users)
    await store.exchange([change])
    await store.exchange([{ ...change, held: 0, wanted: 0 }])
    await store.remove()
  }
}

function hearRevocations(
  [redis, reading]: readonly [RedisConnection, RedisConnection],
  revoke: (userId: string) => void,
): void {
  const learn = (recorded: readonly Revocation[]) => recorded.forEach(({ userId }) => void revoke(userId))
  void new RevocationChannel({ redis, logger: silentLogger, revoke, recorded: { redis: reading, learn } }).run()
}

function forbiddenToAll(): string[][] {
  return [
    'FLUSHALL',
    'CONFIG GET *',
    'KEYS *',
    'MONITOR',
    'ACL LIST',
    'CLIENT LIST',
    'SHUTDOWN',
    'REPLICAOF NO ONE',
  ].map((command) => command.split(' '))
}

function named(commands: readonly string[][]): [name: string, command: string[]][] {
  return commands.map((command) => [command.join(' '), command])
}

/** What could be left out of an account. */
function rightsOf({ rules }: AclCommand): string[] {
  return rules.filter((rule) => !/^(reset|on|>.*)$/.test(rule))
}

/** Everything that a publisher does to Redis. */
async function publish({ bus }: Awaited<ReturnType<typeof openRedisBus>>, shard: number): Promise<void> {
  await bus.announce('a', 60_000)
  const lease = await bus.acquire(shard, 60_000)
  await lease?.publish([quote])
  await lease?.renew(60_000)
  await lease?.release()
}
