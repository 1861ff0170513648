import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRedis, type RedisConnection } from '../shared/redis.ts'
import { parseRedisUrl } from '../shared/redis-target.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { describeWithRedis, RedisServer } from '../shared/testing/redis-server.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { seenKey, tiersChannel, tiersKey } from '../shared/tier-document.ts'
import { TierStore } from './tier-store.ts'

const pro = { pro: { symbols: ['A'] } }

describeWithRedis('the tier document in Redis', () => {
  let server: RedisServer
  const opened: RedisConnection[] = []
  beforeEach(async () => {
    server = await RedisServer.start()
  })
  afterEach(async () => {
    for (const redis of opened.splice(0)) redis.disconnect()
    await server[Symbol.asyncDispose]()
  })

  test('is written once for each change, under revisions that rise, and announced', async () => {
    const { store, redis, clock } = await set()
    const heard: string[] = []
    const listener = await connected('subscriber')
    await listener.subscribe(tiersChannel)
    listener.on('message', (_channel, text) => heard.push(text))
    const first = await store.put(() => pro)
    expect(first).toEqual({ revision: clock.wallMs(), isNew: true, owner: 'here' })
    expect(await store.put(() => pro)).toEqual({ ...first, isNew: false })
    // The clock may go back, or stand still.
    expect(await store.put(() => ({}))).toEqual({ revision: first.revision + 1, isNew: true, owner: 'here' })
    await expect.poll(() => heard).toEqual([String(first.revision), String(first.revision + 1)])
    expect(JSON.parse((await redis.get(tiersKey)) ?? '')).toEqual({
      revision: first.revision + 1,
      owner: 'here',
      tiers: {},
    })
  })

  test('that there are no tiers is written too, once, and keeps nobody else from having some', async () => {
    const [ours, theirs] = [await set('here'), await set('there')]
    const { revision } = await ours.store.put(() => ({}))
    expect(JSON.parse((await ours.redis.get(tiersKey)) ?? '')).toEqual({ revision, owner: 'here', tiers: {} })
    expect(await ours.store.put(() => ({}))).toEqual({ revision, isNew: false, owner: 'here' })
    expect(await theirs.store.put(() => ({}))).toEqual({ revision: 0, isNew: false, owner: 'here' })
    expect(await theirs.store.put(() => pro)).toMatchObject({ isNew: true, owner: 'there' })
    expect(await ours.store.put(() => ({}))).toMatchObject({ revision: 0, owner: 'there' })
  })

  test('another namespace’s document is left alone', async () => {
    const [ours, theirs] = [await set('here'), await set('there')]
    const { revision } = await ours.store.put(() => pro)
    expect(await theirs.store.put(() => ({}))).toEqual({ revision: 0, isNew: false, owner: 'here' })
    expect(await theirs.store.put(() => ({ gold: { symbols: [] } }))).toMatchObject({ revision: 0, owner: 'here' })
    expect(await ours.store.put(() => pro)).toMatchObject({ revision, isNew: false })
  })

  test('who read before another wrote does not write over it', async () => {
    const { store, redis } = await set()
    await store.put(() => pro)
    const late = new TierStore({
      redis: afterReading(redis, () => store.put(() => ({}))),
      owner: async () => 'here',
      clock: new ManualClock(),
    })
    await expect(late.put(() => ({ gold: { symbols: [] } }))).rejects.toThrow(
      'somebody else has written the tiers meanwhile',
    )
    expect(JSON.parse((await redis.get(tiersKey)) ?? '')).toMatchObject({ tiers: {} })
  })

  test('what is no document is overwritten', async () => {
    const { store, redis } = await set()
    await redis.set(tiersKey, 'no json')
    expect(await store.put(() => pro)).toMatchObject({ isNew: true })
  })

  test('what pods have in force, 0 for those that say nothing', async () => {
    const { store, redis } = await set()
    await redis.set(seenKey('b'), '12')
    expect(await store.seenBy(['a', 'b'])).toEqual([0, 12])
  })

  async function set(owner = 'here') {
    const redis = await connected('commands')
    const clock = new ManualClock()
    return { redis, clock, store: new TierStore({ redis, owner: async () => owner, clock }) }
  }

  async function connected(role: 'commands' | 'subscriber'): Promise<RedisConnection> {
    const redis = createRedis({
      target: parseRedisUrl(server.url),
      ...{ role, name: 'test', logger: silentLogger, random: Math.random },
    })
    opened.push(redis)
    await redis.connect()
    return redis
  }
})

/** The same connection; once something was read by it, `then` happens before its reader goes on. */
function afterReading(redis: RedisConnection, then: () => Promise<unknown>): RedisConnection {
  return new Proxy(redis, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (name === 'get') {
        return async (key: string) => {
          const text = await target.get(key)
          await then()
          return text
        }
      }
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
