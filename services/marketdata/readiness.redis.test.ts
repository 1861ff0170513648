/** When a market-data process says that it is ready: once it answers, not before. */
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../shared/clock.ts'
import { createRedis } from '../shared/redis.ts'
import { parseRedisUrl } from '../shared/redis-target.ts'
import { describeWithRedis, freePort, RedisServer } from '../shared/testing/redis-server.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { tiersChannel, tiersKey } from '../shared/tier-document.ts'
import { loadConfig } from './config.ts'
import { createMarketData } from './main.ts'

describeWithRedis('readiness of market-data', () => {
  test('without a tiers file it waits for the tier resources, and is not ready before it serves', async () => {
    await using redis = await RedisServer.start()
    const adminPort = await freePort()
    const config = loadConfig({
      ...{ REDIS_URL: redis.url, JWT_SECRET: 'a secret of tests', NODE_ENV: 'test' },
      ...{ MARKETDATA_ROLES: 'serve', MARKETDATA_PORT: '0', MARKETDATA_ADMIN_PORT: String(adminPort) },
      ...{ TIER_RESOURCES: 'true', ENDPOINT_REMOVAL_WAIT_MS: '0', DRAIN_WINDOW_MS: '0' },
    })
    const marketData = createMarketData({ config, logger: silentLogger, clock: systemClock, random: Math.random })
    const running = marketData.run()
    onTestFinished(() => marketData.stop())
    const ready = async () => {
      const response = await fetch(`http://127.0.0.1:${adminPort}/readyz`).catch(() => undefined)
      return [response?.status, await response?.text()]
    }
    // Redis is there by then; the tiers are not.
    await expect.poll(ready).toEqual([503, expect.not.stringContaining('quote bus')])
    expect([marketData.port, (await ready())[1]]).toEqual([0, expect.stringContaining('gRPC server')])
    const commands = createRedis({
      ...{ target: parseRedisUrl(redis.url), name: 'test', logger: silentLogger, random: Math.random },
    })
    await commands.connect()
    await commands.set(tiersKey, JSON.stringify({ revision: 1, owner: 'here', tiers: {} }))
    await commands.publish(tiersChannel, '1')
    commands.disconnect()
    await running
    expect((await ready())[0]).toBe(200)
    expect(marketData.port).toBeGreaterThan(0)
  })
})
