import fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { RedisCluster } from '../shared/testing/redis-cluster.ts'
import { describeWithRedis, RedisServer } from '../shared/testing/redis-server.ts'
import { TcpProxy } from '../shared/testing/tcp-proxy.ts'
import { type ConnectionCounts, type Entry, InProcessConnectionCounts } from './connection-counts.ts'
import { MoodyNetwork, openGateway, type TestedGateway } from './testing/counting-gateway.ts'

const gatewaysKey = 'quotewire:{limits}:gateways'
const keyOf = (gatewayId: string) => `quotewire:{limits}:gateway:${gatewayId}`
const waiting = { timeout: 10_000, interval: 20 }
/** Half a surrogate pair is a string too, and any two of them are the same bytes in UTF-8. */
const oddUserIds = [
  '__proto__',
  'constructor',
  'version',
  '"version"',
  'u:',
  'u:alice',
  ' ',
  'a b',
  'a:b:{limits}',
  '}{',
  'ünï ☃ 🦊',
  '\n\r\0',
  '\ud800',
  '\udbff',
  'x'.repeat(256),
]

interface TestedCounts extends AsyncDisposable {
  readonly counts: ConnectionCounts
}

describe('connection counts in the process', () => {
  contractSuite(async () => ({ counts: new InProcessConnectionCounts(), [Symbol.asyncDispose]: async () => {} }))
})

describeWithRedis('connection counts in Redis', () => {
  let server: RedisServer
  let admin: Redis
  beforeAll(async () => {
    server = await RedisServer.start()
    admin = openAdmin(server)
  })
  afterEach(async () => void (await admin.flushall()))
  afterAll(async () => {
    admin.disconnect()
    await server[Symbol.asyncDispose]()
  })

  contractSuite(async () => await openGateway(server))

  test('the sixth connection of a user is refused over two gateways, and let in where one of the five left', async () => {
    await using a = await openGateway(server)
    await using b = await openGateway(server)
    expect(await enterTimes(a, 'alice', 5, 3)).toEqual(['entered', 'entered', 'entered'])
    expect(await enterTimes(b, 'alice', 5, 2)).toEqual(['entered', 'entered'])
    expect(await a.counts.enter('alice', 5)).toBe('full')
    expect(await b.counts.enter('alice', 5)).toBe('full')
    expect(await b.counts.enter('bob', 5)).toBe('entered')
    a.counts.leave('alice')
    await vi.waitFor(async () => expect(await b.counts.enter('alice', 5)).toBe('entered'), waiting)
    expect(await a.counts.enter('alice', 5)).toBe('full')
    expect(await stored(admin, a)).toEqual({ alice: 2 })
    expect(await stored(admin, b)).toEqual({ alice: 3, bob: 1 })
  })

  test('user ids of any characters share no count, over two gateways', async () => {
    await using a = await openGateway(server)
    await using b = await openGateway(server)
    for (const userId of oddUserIds) expect(await a.counts.enter(userId, 2)).toBe('entered')
    for (const userId of oddUserIds) expect(await enterTimes(b, userId, 2, 2)).toEqual(['entered', 'full'])
    expect(Object.keys(await stored(admin, a))).toHaveLength(oddUserIds.length)
  })

  test('a gateway that stops its heartbeats gives its places up within 5 s, and leaves nothing in Redis', async () => {
    const frozen = new ManualClock()
    await using dead = await openGateway(server, { clock: frozen })
    await using alive = await openGateway(server)
    expect(await dead.counts.enter('alice', 1)).toBe('entered')
    const diedMs = performance.now()
    expect(await alive.counts.enter('alice', 1)).toBe('full')
    await vi.waitFor(async () => expect(await alive.counts.enter('alice', 1)).toBe('entered'), waiting)
    expect(performance.now() - diedMs).toBeLessThan(5_000)
    await vi.waitFor(async () => expect(await admin.exists(keyOf(dead.gatewayId))).toBe(0), waiting)
    expect(await admin.zrange(gatewaysKey, 0, -1)).toEqual([alive.gatewayId])
  })

  test('the last gateway leaves nothing in Redis either', async () => {
    await using dead = await openGateway(server, { clock: new ManualClock() })
    await dead.counts.enter('alice', 1)
    expect(await admin.keys('*')).toHaveLength(2)
    await vi.waitFor(async () => expect(await admin.keys('*')).toEqual([]), waiting)
  })

  test('a heartbeat each second keeps the counts for another 3 s', async () => {
    const clock = new ManualClock()
    await using gateway = await openGateway(server, { clock })
    await gateway.counts.enter('alice', 1)
    const key = keyOf(gateway.gatewayId)
    await admin.pexpire(key, 1_500)
    // As 1.5 s later.
    const before = Number(await admin.zincrby(gatewaysKey, -1_500, gateway.gatewayId))
    clock.advance(1_000)
    await vi.waitFor(async () => expect(await admin.pttl(key)).toBeGreaterThan(2_000), waiting)
    expect(await admin.pttl(key)).toBeLessThanOrEqual(3_000)
    expect(Number(await admin.zscore(gatewaysKey, gateway.gatewayId))).toBeGreaterThanOrEqual(before + 1_500)
    expect(gateway.registered).toEqual([0])
  })

  test('a gateway without users is registered', async () => {
    await using gateway = await openGateway(server)
    expect(await admin.zrange(gatewaysKey, 0, -1)).toEqual([gateway.gatewayId])
    expect(await admin.exists(keyOf(gateway.gatewayId))).toBe(1)
  })

  test('stop gives all places up at once, and leaves no timer', async () => {
    const clock = new ManualClock()
    await using a = await openGateway(server, { clock })
    await using b = await openGateway(server)
    expect(await enterTimes(a, 'alice', 2, 2)).toEqual(['entered', 'entered'])
    const underWay = a.counts.enter('bob', 1)
    await a.counts.stop()
    expect(await underWay).toBe('entered')
    expect(clock.pending).toBe(0)
    expect(await enterTimes(b, 'alice', 2, 3)).toEqual(['entered', 'entered', 'full'])
    expect(await admin.exists(keyOf(a.gatewayId))).toBe(0)
    expect(await admin.zrange(gatewaysKey, 0, -1)).toEqual([b.gatewayId])
    a.counts.leave('alice')
    expect(await admin.exists(keyOf(a.gatewayId))).toBe(0)
  })

  test('Redis emptied: everything is registered again with the next heartbeat, and the limit holds', async () => {
    const clock = new ManualClock()
    await using a = await openGateway(server, { clock })
    await using b = await openGateway(server)
    expect(await enterTimes(a, 'alice', 2, 2)).toEqual(['entered', 'entered'])
    await a.counts.enter('bob', 1)
    await admin.flushall()
    clock.advance(1_000)
    await vi.waitFor(() => expect(a.registered).toEqual([0, 2]), waiting)
    expect(await stored(admin, a)).toEqual({ alice: 2, bob: 1 })
    expect(await b.counts.enter('alice', 2)).toBe('full')
  })

  test('Redis emptied: an enter waits for the registration and counts what was there before', async () => {
    await using a = await openGateway(server, { clock: new ManualClock() })
    expect(await enterTimes(a, 'alice', 2, 2)).toEqual(['entered', 'entered'])
    await admin.flushall()
    expect(await Promise.all([a.counts.enter('alice', 2), a.counts.enter('bob', 1)])).toEqual(['full', 'entered'])
    expect(await stored(admin, a)).toEqual({ alice: 2, bob: 1 })
    expect(a.outages).toBe(0)
  })

  test('a master that forgot the last changes is noticed, though it knows the gateway', async () => {
    const clock = new ManualClock()
    await using gateway = await openGateway(server, { clock })
    await gateway.counts.enter('alice', 2)
    const older = await admin.hgetall(keyOf(gateway.gatewayId))
    await gateway.counts.enter('alice', 2)
    await admin.hset(keyOf(gateway.gatewayId), older)
    clock.advance(1_000)
    await vi.waitFor(() => expect(gateway.registered).toEqual([0, 1]), waiting)
    expect(await stored(admin, gateway)).toEqual({ alice: 2 })
  })

  test('2,500 users are registered in parts; who leaves or enters meanwhile ends with the right count', async () => {
    const network = new MoodyNetwork()
    await using gateway = await openGateway(server, { clock: new ManualClock(), network })
    const users = Array.from({ length: 2_500 }, (_, i) => `user ${i}`)
    await Promise.all(users.map((userId) => gateway.counts.enter(userId, 5)))
    await admin.flushall()
    // The enter finds Redis empty; of the parts that follow, the second one is held up.
    const deliver = network.holdNext(2)
    const enters = [gateway.counts.enter('user 0', 5)]
    await vi.waitFor(() => expect(network.held).toBe(1), waiting)
    for (let i = 0; i < 2_500; i += 500) {
      gateway.counts.leave(`user ${i + 1}`)
      enters.push(gateway.counts.enter(`user ${i + 2}`, 5))
    }
    expect(await admin.keys('*:registration:*')).toHaveLength(1)
    await deliver()
    expect(new Set(await Promise.all(enters))).toEqual(new Set(['entered']))
    const expected = Object.fromEntries(users.map((userId) => [userId, 1]))
    expected['user 0'] = 2
    for (let i = 0; i < 2_500; i += 500) {
      delete expected[`user ${i + 1}`]
      expected[`user ${i + 2}`] = 2
    }
    await vi.waitFor(async () => expect(await stored(admin, gateway)).toEqual(expected), waiting)
    expect(await admin.keys('*:registration:*')).toEqual([])
    expect(gateway.registered).toEqual([0, 2_500])
  })

  test('a registration of which Redis lost a part is not taken for whole; the next heartbeat brings another', async () => {
    const clock = new ManualClock()
    const network = new MoodyNetwork()
    await using gateway = await openGateway(server, { clock, network })
    await Promise.all(Array.from({ length: 1_500 }, (_, i) => gateway.counts.enter(`user ${i}`, 5)))
    await admin.flushall()
    const deliver = network.holdNext(2)
    const entry = gateway.counts.enter('user 0', 5)
    await vi.waitFor(() => expect(network.held).toBe(1), waiting)
    await admin.flushall()
    await deliver()
    expect(await entry).toBe('unavailable')
    expect(await admin.keys('*')).toEqual([])
    clock.advance(1_000)
    await vi.waitFor(() => expect(gateway.registered).toEqual([0, 1_500]), waiting)
    expect(Object.keys(await stored(admin, gateway))).toHaveLength(1_500)
  })

  test('1,000 enters at once go to Redis 100 at a time', async () => {
    const network = new MoodyNetwork()
    await using gateway = await openGateway(server, { clock: new ManualClock(), network })
    const before = network.sent
    await Promise.all(Array.from({ length: 1_000 }, (_, i) => gateway.counts.enter(`user ${i}`, 5)))
    // The first one does not wait for the others.
    expect(network.sent - before).toBe(1 + 10)
  })

  test('never more than the limit are in at once, and at the end every count is zero', async () => {
    await using a = await openGateway(server)
    await using b = await openGateway(server)
    await using c = await openGateway(server)
    const gateways = [a, b, c] as const
    const step = fc.record({
      gateway: fc.constantFrom(...gateways),
      userId: fc.constantFrom('x', 'y'),
      leaves: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const held: { readonly gateway: TestedGateway; readonly userId: string }[] = []
        const entered = new Set<string>()
        const enters: Promise<void>[] = []
        const leave = (entry: (typeof held)[number] | undefined) => entry?.gateway.counts.leave(entry.userId)
        for (const { gateway, userId, leaves } of steps) {
          if (leaves) leave(held.splice(0, 1)[0])
          const enter = gateway.counts.enter(userId, 3).then((entry) => {
            if (entry === 'entered') {
              held.push({ gateway, userId })
              entered.add(userId)
            }
            expect(entry).not.toBe('unavailable')
            for (const user of ['x', 'y'])
              expect(held.filter((each) => each.userId === user).length).toBeLessThanOrEqual(3)
          })
          enters.push(enter)
          if (leaves) await enter
        }
        await Promise.all(enters)
        expect(entered).toEqual(new Set(steps.map((each) => each.userId)))
        for (const entry of held) leave(entry)
        const empty = async () =>
          expect(await Promise.all(gateways.map((each) => stored(admin, each)))).toEqual([{}, {}, {}])
        await vi.waitFor(empty, { timeout: 5_000, interval: 1 })
      }),
      { numRuns: 60 },
    )
    expect(gateways.map(({ registered, outages }) => [registered, outages])).toEqual([
      [[0], 0],
      [[0], 0],
      [[0], 0],
    ])
  })
})

describeWithRedis('connection counts and answers that do not come', () => {
  let server: RedisServer
  let admin: Redis
  beforeAll(async () => {
    server = await RedisServer.start()
    admin = openAdmin(server)
    // Redis knows the scripts from now on: each command is one call.
    await using gateway = await openGateway(server)
    await gateway.counts.enter('alice', 1)
  })
  afterAll(async () => {
    admin.disconnect()
    await server[Symbol.asyncDispose]()
  })

  test.each(['open', 'closed'] as const)(
    'an enter whose answer is lost is decided by the policy %s, and Redis learns the outcome',
    async (withoutRedis) => {
      const clock = new ManualClock()
      const network = new MoodyNetwork()
      await using gateway = await openGateway(server, { clock, withoutRedis, network })
      network.loseNextAnswer()
      const entry = gateway.counts.enter('alice', 1)
      await vi.waitFor(async () => expect(await stored(admin, gateway)).toEqual({ alice: 1 }), waiting)
      clock.advance(499)
      expect(gateway.outages).toBe(0)
      clock.advance(1)
      expect(await entry).toBe(withoutRedis === 'open' ? 'entered' : 'unavailable')
      expect(gateway.outages).toBe(1)
      await vi.waitFor(() => expect(gateway.registered).toHaveLength(2), waiting)
      expect(await stored(admin, gateway)).toEqual(withoutRedis === 'open' ? { alice: 1 } : {})
    },
  )

  test('a command that arrives after the registration that replaced it does nothing', async () => {
    const clock = new ManualClock()
    const network = new MoodyNetwork()
    await using gateway = await openGateway(server, { clock, withoutRedis: 'closed', network })
    expect(await gateway.counts.enter('alice', 3)).toBe('entered')
    const deliver = network.holdNext()
    const entry = gateway.counts.enter('alice', 3)
    clock.advance(500)
    expect(await entry).toBe('unavailable')
    await vi.waitFor(() => expect(gateway.registered).toEqual([0, 1]), waiting)
    await deliver()
    expect(await stored(admin, gateway)).toEqual({ alice: 1 })
    expect(await gateway.counts.enter('alice', 3)).toBe('entered')
    expect(await stored(admin, gateway)).toEqual({ alice: 2 })
    expect(gateway.registered).toEqual([0, 1])
  })

  test('a registration that arrives after the next one does nothing', async () => {
    const clock = new ManualClock()
    const network = new MoodyNetwork()
    await using gateway = await openGateway(server, { clock, withoutRedis: 'open', network })
    expect(await gateway.counts.enter('alice', 3)).toBe('entered')
    await admin.flushall()
    // The exchange is told to register; that registration is held up.
    const deliver = network.holdNext(1)
    const entry = gateway.counts.enter('alice', 3)
    await vi.waitFor(() => expect(network.held).toBe(1), waiting)
    clock.advance(500)
    expect(await entry).toBe('entered')
    clock.advance(500)
    await vi.waitFor(() => expect(gateway.registered).toEqual([0, 1]), waiting)
    await deliver()
    expect(await stored(admin, gateway)).toEqual({ alice: 2 })
  })

  test('a leave whose command is lost is made good', async () => {
    const clock = new ManualClock()
    const network = new MoodyNetwork()
    await using gateway = await openGateway(server, { clock, network })
    await gateway.counts.enter('alice', 1)
    network.holdNext()
    gateway.counts.leave('alice')
    clock.advance(500)
    await vi.waitFor(async () => expect(await stored(admin, gateway)).toEqual({}), waiting)
  })

  test('a leave while the same user enters ends with the right count', async () => {
    const network = new MoodyNetwork()
    await using gateway = await openGateway(server, { clock: new ManualClock(), network })
    expect(await enterTimes(gateway, 'alice', 3, 2)).toEqual(['entered', 'entered'])
    const deliver = network.holdNext()
    const entry = gateway.counts.enter('alice', 3)
    gateway.counts.leave('alice')
    await deliver()
    expect(await entry).toBe('entered')
    await vi.waitFor(async () => expect(await stored(admin, gateway)).toEqual({ alice: 2 }), waiting)
    expect(await enterTimes(gateway, 'alice', 3, 2)).toEqual(['entered', 'full'])
  })

  test('a network that swallows everything costs an enter at most about a second; then the counts are shared again', async () => {
    await using proxy = await TcpProxy.start(server.port)
    await using a = await openGateway(server, { port: proxy.port, withoutRedis: 'open' })
    await using b = await openGateway(server)
    expect(await a.counts.enter('alice', 2)).toBe('entered')
    proxy.swallow()
    const startedMs = performance.now()
    expect(await enterTimes(a, 'alice', 2, 2)).toEqual(['entered', 'full'])
    expect(performance.now() - startedMs).toBeLessThan(2_500)
    expect(a.outages).toBe(1)
    await vi.waitFor(() => expect(a.registered).toEqual([0, 1]), { timeout: 15_000 })
    expect(await stored(admin, a)).toEqual({ alice: 2 })
    expect(await b.counts.enter('alice', 2)).toBe('full')
  })
})

describeWithRedis('connection counts and a Redis that goes away', () => {
  let server: RedisServer
  let admin: Redis
  const unhandled: unknown[] = []
  const onUnhandled = (reason: unknown) => void unhandled.push(reason)
  beforeAll(async () => {
    server = await RedisServer.start()
    admin = openAdmin(server)
    process.on('unhandledRejection', onUnhandled)
  })
  afterAll(async () => {
    process.off('unhandledRejection', onUnhandled)
    admin.disconnect()
    await server[Symbol.asyncDispose]()
    expect(unhandled).toEqual([])
  })

  test('killed and back empty: both gateways register again and the limit holds over both', async () => {
    await using a = await openGateway(server)
    await using b = await openGateway(server)
    expect(await enterTimes(a, 'alice', 5, 3)).toEqual(['entered', 'entered', 'entered'])
    expect(await enterTimes(b, 'alice', 5, 2)).toEqual(['entered', 'entered'])
    await server.restart()
    await vi.waitFor(
      () =>
        expect([a.registered, b.registered]).toEqual([
          [0, 1],
          [0, 1],
        ]),
      waiting,
    )
    expect(await a.counts.enter('alice', 5)).toBe('full')
    expect(await b.counts.enter('alice', 5)).toBe('full')
    a.counts.leave('alice')
    await vi.waitFor(async () => expect(await b.counts.enter('alice', 5)).toBe('entered'), waiting)
  })

  test('open: each gateway applies the limit to its own connections, and what it let in counts afterwards', async () => {
    await using a = await openGateway(server, { withoutRedis: 'open' })
    await using b = await openGateway(server, { withoutRedis: 'open' })
    expect(await enterTimes(a, 'alice', 2, 2)).toEqual(['entered', 'entered'])
    await server.crash()
    expect(await a.counts.enter('alice', 2)).toBe('full')
    expect(await enterTimes(b, 'alice', 2, 3)).toEqual(['entered', 'entered', 'full'])
    a.counts.leave('alice')
    expect(await enterTimes(a, 'bob', 2, 1)).toEqual(['entered'])
    await server.restart()
    await vi.waitFor(
      () =>
        expect([a.registered, b.registered]).toEqual([
          [0, 2],
          [0, 1],
        ]),
      waiting,
    )
    expect(await Promise.all([a, b].map((each) => stored(admin, each)))).toEqual([{ alice: 1, bob: 1 }, { alice: 2 }])
    b.counts.leave('alice')
    expect(await a.counts.enter('alice', 2)).toBe('full')
    expect([a.outages, b.outages]).toEqual([1, 1])
  })

  test('closed: nobody is let in and no trace is left; those who leave are gone afterwards', async () => {
    await using gateway = await openGateway(server, { withoutRedis: 'closed' })
    expect(await enterTimes(gateway, 'alice', 5, 2)).toEqual(['entered', 'entered'])
    await server.crash()
    expect(await enterTimes(gateway, 'alice', 5, 2)).toEqual(['unavailable', 'unavailable'])
    expect(await enterTimes(gateway, 'bob', 5, 1)).toEqual(['unavailable'])
    gateway.counts.leave('alice')
    await server.restart()
    await vi.waitFor(() => expect(gateway.registered).toEqual([0, 1]), waiting)
    expect(await stored(admin, gateway)).toEqual({ alice: 1 })
    expect(gateway.outages).toBe(1)
  })

  test('a gateway that starts before Redis registers by itself', async () => {
    await server.crash()
    await using gateway = await openGateway(server, { withoutRedis: 'open', awaitRegistration: false })
    expect(await gateway.counts.enter('alice', 1)).toBe('entered')
    await server.restart()
    await vi.waitFor(() => expect(gateway.registered).toEqual([1]), waiting)
    expect(await gateway.counts.enter('alice', 1)).toBe('full')
  })

  test('a frozen Redis: enters are decided within about a second, and what it ran late is put right', async () => {
    await using gateway = await openGateway(server, { withoutRedis: 'closed' })
    expect(await gateway.counts.enter('alice', 5)).toBe('entered')
    server.kill('SIGSTOP')
    const startedMs = performance.now()
    try {
      expect(await Promise.all([gateway.counts.enter('alice', 5), gateway.counts.enter('bob', 5)])).toEqual([
        'unavailable',
        'unavailable',
      ])
      expect(performance.now() - startedMs).toBeLessThan(2_000)
    } finally {
      server.kill('SIGCONT')
    }
    await vi.waitFor(() => expect(gateway.registered).toEqual([0, 1]), waiting)
    expect(await stored(admin, gateway)).toEqual({ alice: 1 })
  })

  test('stop ends while Redis is away', async () => {
    const gateway = await openGateway(server, { withoutRedis: 'closed' })
    await server.crash()
    await gateway[Symbol.asyncDispose]()
    expect(await gateway.counts.enter('alice', 1)).toBe('unavailable')
    await server.restart()
  })
})

describeWithRedis('connection counts in a Redis Cluster', () => {
  test('the limit holds over two gateways', async () => {
    await using cluster = await RedisCluster.start()
    const url = `redis+cluster://${cluster.hosts}`
    await using a = await openGateway({ url })
    await using b = await openGateway({ url })
    expect(await enterTimes(a, 'alice', 3, 2)).toEqual(['entered', 'entered'])
    expect(await enterTimes(b, 'alice', 3, 2)).toEqual(['entered', 'full'])
  })
})

/** What both implementations promise. */
function contractSuite(open: () => Promise<TestedCounts>): void {
  test('a user gets as many places as the limit says, and each one that is left is free again', async () => {
    await using tested = await open()
    expect(await enterTimes(tested, 'alice', 3, 4)).toEqual(['entered', 'entered', 'entered', 'full'])
    tested.counts.leave('alice')
    expect(await enterTimes(tested, 'alice', 3, 2)).toEqual(['entered', 'full'])
    for (let i = 0; i < 3; i++) tested.counts.leave('alice')
    expect(await enterTimes(tested, 'alice', 3, 4)).toEqual(['entered', 'entered', 'entered', 'full'])
  })

  test('enters at the same time are let in up to the limit, the first ones first', async () => {
    await using tested = await open()
    const entries = await Promise.all(Array.from({ length: 6 }, () => tested.counts.enter('alice', 4)))
    expect(entries).toEqual(['entered', 'entered', 'entered', 'entered', 'full', 'full'])
  })

  test('a refused enter takes no place', async () => {
    await using tested = await open()
    expect(await enterTimes(tested, 'alice', 1, 20)).toEqual(['entered', ...Array.from({ length: 19 }, () => 'full')])
    tested.counts.leave('alice')
    expect(await enterTimes(tested, 'alice', 1, 1)).toEqual(['entered'])
  })

  test('the limit is that of each enter: a tier may change while connections are open', async () => {
    await using tested = await open()
    const entries = [2, 2, 2, 4, 4, 4, 2].map((limit) => tested.counts.enter('alice', limit))
    expect(await Promise.all(entries)).toEqual(['entered', 'entered', 'full', 'entered', 'entered', 'full', 'full'])
    tested.counts.leave('alice')
    expect(await tested.counts.enter('alice', 2)).toBe('full')
    expect(await tested.counts.enter('alice', 4)).toBe('entered')
  })

  test('a limit of 0 lets nobody in', async () => {
    await using tested = await open()
    expect(await tested.counts.enter('alice', 0)).toBe('full')
  })

  test('users have places of their own, whatever the characters of their ids', async () => {
    await using tested = await open()
    const enterAll = async () => await Promise.all(oddUserIds.map((userId) => tested.counts.enter(userId, 1)))
    expect(new Set(await enterAll())).toEqual(new Set(['entered']))
    expect(new Set(await enterAll())).toEqual(new Set(['full']))
    for (const userId of oddUserIds) tested.counts.leave(userId)
    expect(new Set(await enterAll())).toEqual(new Set(['entered']))
  })

  test('1,000 users at once all get in', async () => {
    await using tested = await open()
    const entries = await Promise.all(Array.from({ length: 1_000 }, (_, i) => tested.counts.enter(`user ${i}`, 1)))
    expect(new Set(entries)).toEqual(new Set(['entered']))
  })
}

async function enterTimes({ counts }: TestedCounts, userId: string, limit: number, times: number): Promise<Entry[]> {
  const entries: Entry[] = []
  for (let i = 0; i < times; i++) entries.push(await counts.enter(userId, limit))
  return entries
}

/** The counts of one gateway as Redis has them. */
async function stored(admin: Redis, { gatewayId }: TestedGateway): Promise<Record<string, number>> {
  const { version, ...counts } = await admin.hgetall(keyOf(gatewayId))
  expect(Number(version)).toBeGreaterThan(0)
  return Object.fromEntries(Object.entries(counts).map(([field, count]) => [JSON.parse(field), Number(count)]))
}

function openAdmin(server: RedisServer): Redis {
  const admin = new Redis(server.url)
  admin.on('error', () => {})
  return admin
}
