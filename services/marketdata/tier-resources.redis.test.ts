/** Tier resources as the operator leaves them in Redis, read by a process of market-data. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRedis, type RedisConnection } from '../shared/redis.ts'
import { parseRedisUrl } from '../shared/redis-target.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { RecordedLog } from '../shared/testing/recorded-log.ts'
import { describeWithRedis, RedisServer } from '../shared/testing/redis-server.ts'
import { seenKey, tiersChannel, tiersKey } from '../shared/tier-document.ts'
import { TierResources } from './tier-resources.ts'

describeWithRedis('tier resources', () => {
  let server: RedisServer
  let other: RedisConnection
  const stops: (() => Promise<void>)[] = []
  beforeEach(async () => {
    server = await RedisServer.start()
    other = connection('commands')
    await other.connect()
  })
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
    other.disconnect()
    await server[Symbol.asyncDispose]()
  })

  test('what is there at the start is read before `run` resolves, and this process says so', async () => {
    await write(10, { pro: { symbols: ['A'] } })
    const { changes } = await started()
    expect(changes).toEqual([{ revision: 10, tiers: ['pro'] }])
    expect(await other.get(seenKey('pod-1'))).toBe('10')
    expect(await other.ttl(seenKey('pod-1'))).toBeGreaterThan(60)
  })

  test('without any nothing changes, and `run` resolves', async () => {
    const { changes } = await started()
    expect(changes).toEqual([])
    expect(await other.get(seenKey('pod-1'))).toBeNull()
  })

  test('where nothing else says what a tier may have, `run` waits for a document, be it an empty one', async () => {
    let isStarted = false
    const starting = started({ isNeeded: true }).then((all) => {
      isStarted = true
      return all
    })
    await expect.poll(() => other.pubsub('NUMSUB', tiersChannel)).toEqual([tiersChannel, 1])
    await publish(0, {})
    expect(isStarted).toBe(false)
    await publish(10, {})
    expect((await starting).changes).toEqual([{ revision: 10, tiers: [] }])
  })

  test('a change is heard by its message; lower revisions, and the end of the document, change nothing', async () => {
    const { changes } = await started()
    await publish(20, { pro: { symbols: ['A'] } })
    await expect.poll(() => changes).toHaveLength(1)
    await publish(15, { pro: { symbols: ['B'] } })
    await other.del(tiersKey)
    await other.publish(tiersChannel, '0')
    await publish(21, {})
    await expect
      .poll(() => changes)
      .toEqual([
        { revision: 20, tiers: ['pro'] },
        { revision: 21, tiers: [] },
      ])
  })

  test('a bad document counts once and keeps what was read', async () => {
    const { changes, failures, recoveries, log } = await started()
    await publish(20, { pro: { symbols: ['A'] } })
    await expect.poll(() => changes).toHaveLength(1)
    for (const text of ['no json', '{"revision":30,"owner":"here","tiers":{"pro":{"symbols":["a b"]}}}']) {
      await other.set(tiersKey, text)
      for (let i = 0; i < 2; i++) await other.publish(tiersChannel, '30')
    }
    await expect.poll(failures).toBe(2)
    expect(recoveries()).toBe(0)
    expect(log.lines.find(({ msg }) => msg === 'the tier resources cannot be used')).toBeDefined()
    await publish(31, { pro: { symbols: ['C'] } })
    await expect.poll(() => changes.at(-1)).toEqual({ revision: 31, tiers: ['pro'] })
    expect([failures(), recoveries()]).toEqual([2, 1])
    await publish(31, { pro: { symbols: ['a b'] } })
    await expect.poll(failures).toBe(3)
    await other.del(tiersKey)
    await other.publish(tiersChannel, '0')
    await expect.poll(recoveries).toBe(2)
  })

  test('a message that was lost is made up for in half a minute', async () => {
    const { changes, clock } = await started()
    await write(20, { pro: { symbols: ['A'] } })
    clock.advance(30_000)
    await expect.poll(() => changes).toHaveLength(1)
  })

  test('Redis away: what was read stays; what changed meanwhile is read when it is back', async () => {
    const { changes } = await started()
    await publish(20, { pro: { symbols: ['A'] } })
    await expect.poll(() => changes).toHaveLength(1)
    await server.restart()
    await expect.poll(() => other.status, { timeout: 10_000 }).toBe('ready')
    await write(21, { gold: { symbols: ['A'] } })
    await other.publish(tiersChannel, '21')
    await expect.poll(() => changes.at(-1), { timeout: 10_000 }).toEqual({ revision: 21, tiers: ['gold'] })
  })

  function connection(role: 'commands' | 'subscriber'): RedisConnection {
    const target = parseRedisUrl(server.url)
    return createRedis({ target, role, name: 'test', logger: new RecordedLog().logger, random: Math.random })
  }

  async function started({ isNeeded = false } = {}) {
    const clock = new ManualClock()
    const log = new RecordedLog()
    const changes: { revision: number; tiers: string[] }[] = []
    let [failures, recoveries] = [0, 0]
    const resources = new TierResources({
      subscriber: connection('subscriber'),
      commands: connection('commands'),
      instance: 'pod-1',
      clock,
      logger: log.logger,
      isNeeded,
      observer: { loaded() {}, failed: () => failures++, recovered: () => recoveries++ },
      onChange: (tiers, revision) => changes.push({ revision, tiers: [...tiers.keys()] }),
    })
    stops.push(() => resources.stop())
    await resources.run()
    // Subscribed, too.
    await expect.poll(() => other.pubsub('NUMSUB', tiersChannel)).toEqual([tiersChannel, 1])
    return { clock, log, changes, failures: () => failures, recoveries: () => recoveries }
  }

  async function write(revision: number, tiers: object): Promise<void> {
    await other.set(tiersKey, JSON.stringify({ revision, owner: 'here', tiers }))
  }

  async function publish(revision: number, tiers: object): Promise<void> {
    await write(revision, tiers)
    await other.publish(tiersChannel, String(revision))
  }
})
