/** The quote bus over a master behind real Sentinels, which fail over to its replica. */
import type { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { connectInBackground, createRedis } from '../shared/redis.ts'
import { parseRedisUrl } from '../shared/redis-target.ts'
import { loadRedisTls } from '../shared/redis-tls.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { type LogLine, RecordedLog } from '../shared/testing/recorded-log.ts'
import { RedisCertificates } from '../shared/testing/redis-certificates.ts'
import { SentinelTrio } from '../shared/testing/redis-sentinel.ts'
import { describeWithRedis, type RedisServer } from '../shared/testing/redis-server.ts'
import type { Quote } from './quote.ts'
import { askRedis } from './testing/ask-redis.ts'
import { accountCommand, accountOf, refusals, run, targetFor } from './testing/redis-accounts.ts'
import { takeLease } from './testing/take-lease.ts'
import { openRedisBus } from './testing/tested-redis-bus.ts'

const publisher = accountCommand('quotewire-publisher')
const server = accountCommand('quotewire-server')
const limitMs = 5_000
const promoted = /MASTER MODE enabled/

describeWithRedis('the Redis bus behind Sentinels', () => {
  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    'after %s of the master both connections go to the new one within 5 s, quotes flow and the epoch has risen',
    async (signal) => {
      await using trio = await SentinelTrio.start()
      await using tested = await openRedisBus({ redis: { target: parseRedisUrl(urlOf(trio)) } })
      const { bus, listener } = tested
      bus.subscribe(['AAPL'])
      await listener.heard('subscribed AAPL')
      const before = await takeLease(bus)
      await before.publish([quote(1)])
      await listener.heard('quote AAPL 1')
      expect(await links(trio.master)).toEqual(['quotewire-commands', 'quotewire-subscriber'])
      listener.events.length = 0
      trio.master.kill(signal)
      await trio.replica.logged(promoted)
      const promotedMs = performance.now()
      await listener.heard('restored')
      expect(listener.events).toEqual(['lost', 'subscribed AAPL', 'restored'])
      const after = await takeLease(bus)
      await after.publish([quote(2)])
      await listener.heard('quote AAPL 2')
      expect(performance.now() - promotedMs).toBeLessThan(limitMs)
      expect(after.epoch).toBeGreaterThan(before.epoch)
      expect(await links(trio.replica)).toEqual(['quotewire-commands', 'quotewire-subscriber'])
      if (signal === 'SIGSTOP') trio.master.kill('SIGCONT')
    },
  )

  test('a frozen master is left because the Sentinels say so, not only when its silence is noticed', async () => {
    await using trio = await SentinelTrio.start()
    const log = new RecordedLog()
    const target = parseRedisUrl(urlOf(trio))
    // Its time stands still, so the watchdog never fires.
    const clock = new ManualClock()
    const redis = createRedis({ target, clock, name: 'test', logger: log.logger, random: () => 0.1 })
    const isReady = ({ msg, connectionName }: LogLine) => msg === 'redis connected' && connectionName === 'test'
    try {
      connectInBackground(redis)
      await log.line(isReady)
      const before = log.lines.length
      trio.master.kill('SIGSTOP')
      await log.line(({ msg }) => msg === 'redis has another master; connecting anew')
      expect((await log.line(isReady, before)).server).toBe(`127.0.0.1:${trio.replica.port}`)
    } finally {
      redis.disconnect()
      trio.master.kill('SIGCONT')
    }
  })

  test('with TLS and accounts everywhere a failover needs no right that docs/REDIS.md does not give', async () => {
    using certificates = new RedisCertificates()
    const account = accountOf(accountCommand('quotewire-sentinel'))
    const sentinelLines = [...certificates.configLines(), `user ${account.username} ${rulesOf(account.username)}`]
    await using trio = await SentinelTrio.start({ args: certificates.serverArgs(), sentinelLines })
    const tls = loadRedisTls({ caFile: certificates.caFile }) ?? {}
    const setUp = async (admin: Redis) => {
      for (const command of [publisher, server]) await run(admin, command)
    }
    for (const { port } of [trio.master, trio.replica]) await askRedis({ port, tls }, setUp)
    const query = `?sentinelUsername=${account.username}&sentinelPassword=${account.password}`
    const url = `rediss+sentinel://${trio.hosts}/mymaster${query}`
    await using publishing = await openRedisBus({
      redis: { target: targetFor(url, accountOf(publisher)), tls },
      subscribes: false,
    })
    await using serving = await openRedisBus({ redis: { target: targetFor(url, accountOf(server)), tls } })
    trio.master.kill('SIGKILL')
    await serving.listener.until(() => serving.listener.events.filter((event) => event === 'restored').length === 2)
    serving.bus.subscribe(['AAPL'])
    await serving.listener.heard('subscribed AAPL')
    await (await takeLease(publishing.bus)).publish([quote(1)])
    await serving.listener.heard('quote AAPL 1')
    expect((await serving.bus.lastValues(['AAPL'])).size).toBe(1)
    for (const port of [trio.replica.port, ...trio.ports]) expect(await askRedis({ port, tls }, refusals)).toEqual([])
  })
})

function rulesOf(username: string): string {
  return accountCommand(username).rules.join(' ')
}

function urlOf({ hosts }: SentinelTrio): string {
  return `redis+sentinel://${hosts}/mymaster`
}

function quote(seq: number): Quote {
  return { symbol: 'AAPL', price: seq, timestampMs: 1, seq, epoch: 7 }
}

async function links(server: RedisServer): Promise<string[]> {
  const clients = String(await askRedis(server, (admin) => admin.client('LIST')))
  return [...clients.matchAll(/ name=(quotewire\S+)/g)].map(([, name]) => String(name)).toSorted()
}
