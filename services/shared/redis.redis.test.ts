import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectInBackground, createRedis } from './redis.ts'
import { parseRedisUrl } from './redis-target.ts'
import { Child } from './testing/child.ts'
import { describeWithRedis, RedisServer } from './testing/redis-server.ts'
import { silentLogger } from './testing/silent-logger.ts'

describeWithRedis('a connection to Redis', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await RedisServer.start()
  })
  afterAll(async () => server[Symbol.asyncDispose]())

  test('queues nothing: a command fails at once while there is no connection', async () => {
    const redis = open(server.url)
    await expect(redis.get('x')).rejects.toThrow()
    redis.disconnect()
  })

  test('carries its name and comes back after it was killed', async () => {
    const redis = open(server.url)
    connectInBackground(redis)
    await ready(redis)
    expect(await redis.client('GETNAME')).toBe('test')
    const again = ready(redis)
    redis.client('KILL', 'SKIPME', 'no').catch(() => {})
    await again
    expect(await redis.ping()).toBe('PONG')
    redis.disconnect()
  })

  test('a wrong password is logged without the password, by URL and by error', async () => {
    const admin = open(server.url)
    connectInBackground(admin)
    await ready(admin)
    await admin.config('SET', 'requirepass', 'the right one')
    const url = `redis://:hunter2@127.0.0.1:${server.port}`
    const script = `
      const { createRedis, connectInBackground } = await import(${JSON.stringify(`${import.meta.dirname}/redis.ts`)})
      const { createLogger } = await import(${JSON.stringify(`${import.meta.dirname}/logger.ts`)})
      const logger = createLogger({ service: 'test', level: 'trace' })
      const { parseRedisUrl } = await import(${JSON.stringify(`${import.meta.dirname}/redis-target.ts`)})
      connectInBackground(createRedis({ target: parseRedisUrl('${url}'), name: 'test', logger, random: Math.random }))`
    await using child = new Child({ command: process.execPath, args: ['--input-type=module', '-e', script] })
    await child.line((line) => (line.includes('WRONGPASS') ? true : undefined))
    await child.line((line) => (line.includes('redis connection closed') ? true : undefined))
    expect(child.lines.join('\n')).not.toContain('hunter2')
    await admin.config('SET', 'requirepass', '')
    admin.disconnect()
  })
})

function open(url: string) {
  return createRedis({ target: parseRedisUrl(url), name: 'test', logger: silentLogger, random: () => 0 })
}

async function ready(redis: ReturnType<typeof open>): Promise<void> {
  await new Promise<void>((resolve) => void redis.once('ready', resolve))
}
