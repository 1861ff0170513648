/** The quote bus over a real Cluster that loses nodes, with the accounts of docs/REDIS.md. */
import { expect, test } from 'vitest'
import { RedisCluster } from '../shared/testing/redis-cluster.ts'
import { describeWithRedis, type RedisServer } from '../shared/testing/redis-server.ts'
import type { Quote } from './quote.ts'
import { FencedError } from './quote-bus.ts'
import { shardOf } from './shards.ts'
import { askRedis } from './testing/ask-redis.ts'
import { accountCommand, accountOf, aclCommands, refusals, run, targetFor } from './testing/redis-accounts.ts'
import { takeLease } from './testing/take-lease.ts'
import { openRedisBus } from './testing/tested-redis-bus.ts'

const limitMs = 5_000

describeWithRedis('the Redis bus over a Cluster', () => {
  test('leases, presence, batches and reads of many shards find their nodes; a fenced publisher publishes nothing', async () => {
    await using platform = await start({ shards: 8 })
    const { publishing, serving } = platform
    const symbols = Array.from({ length: 40 }, (_, i) => `S${i}`)
    serving.bus.subscribe(symbols)
    await serving.listener.until(() => serving.listener.confirmed.flat().length === symbols.length)
    expect([await publishing.bus.announce('a', 60_000), await publishing.bus.announce('b', 60_000)]).toEqual([1, 2])
    const leases = await Promise.all(Array.from({ length: 8 }, (_, shard) => takeLease(publishing.bus, shard, 60_000)))
    for (const symbol of symbols) await leases[shardOf(symbol, 8)]?.publish([quote(symbol, 1)])
    await serving.listener.until(() => serving.listener.quotes.length === symbols.length)
    expect((await serving.bus.lastValues(symbols)).size).toBe(symbols.length)
    const holders = await Promise.all(
      platform.nodes.map(async (node) => await askRedis(node, (admin) => admin.dbsize())),
    )
    expect(holders.slice(0, 3).filter((keys) => keys > 0).length).toBeGreaterThan(1)
    for (const lease of leases) await lease.release()
    await expect(leases[0]?.publish([quote('S0', 2)])).rejects.toThrow(FencedError)
    expect(await platform.refusals()).toEqual([])
  })

  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    'after %s of the node with the publisher’s keys its replica takes over, and publishing goes on within 5 s',
    async (signal) => {
      await using platform = await start()
      const { publishing, serving, publisherNode, replica } = platform
      serving.bus.subscribe(['AAPL'])
      await serving.listener.heard('subscribed AAPL')
      const before = await takeLease(publishing.bus)
      await before.publish([quote('AAPL', 1)])
      await serving.listener.heard('quote AAPL 1')
      publisherNode.kill(signal)
      await replica.logged(/Failover election won/)
      const promotedMs = performance.now()
      const after = await takeLease(publishing.bus)
      await after.publish([quote('AAPL', 2)])
      await serving.listener.heard('quote AAPL 2')
      expect(performance.now() - promotedMs).toBeLessThan(limitMs)
      expect(after.epoch).toBeGreaterThan(before.epoch)
      await expect.poll(() => lastSeq(serving), { timeout: limitMs }).toBe(2)
      // It was elsewhere, and noticed nothing.
      expect(serving.listener.events).not.toContain('lost')
      if (signal === 'SIGSTOP') publisherNode.kill('SIGCONT')
      expect(await platform.refusals()).toEqual([])
    },
  )

  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    'after %s of the node that a subscriber is connected to it subscribes at another within 5 s',
    async (signal) => {
      await using platform = await start()
      const { publishing, serving, nodes } = platform
      serving.bus.subscribe(['AAPL'])
      await serving.listener.heard('subscribed AAPL')
      const [, second] = nodes as [RedisServer, RedisServer]
      expect(await subscribers(second)).toBe(1)
      serving.listener.events.length = 0
      second.kill(signal)
      const killedMs = performance.now()
      await serving.listener.heard('restored')
      expect(performance.now() - killedMs).toBeLessThan(limitMs)
      expect(serving.listener.events).toEqual(['lost', 'subscribed AAPL', 'restored'])
      const lease = await takeLease(publishing.bus)
      await lease.publish([quote('AAPL', 1)])
      await serving.listener.heard('quote AAPL 1')
      if (signal === 'SIGSTOP') second.kill('SIGCONT')
      expect(await platform.refusals()).toEqual([])
    },
  )
})

/** One bus that publishes and one that serves. They are told of the second node only, so that is where the latter subscribes. */
async function start({ shards = 1 } = {}) {
  await using started = new AsyncDisposableStack()
  const cluster = started.use(await RedisCluster.start())
  const { nodes, publisherNode } = cluster
  for (const node of nodes) {
    await askRedis(node, async (admin) => {
      for (const command of aclCommands) if (command.user !== 'quotewire-sentinel') await run(admin, command)
    })
  }
  const url = `redis+cluster://127.0.0.1:${nodes[1]?.port}`
  const access = (user: string) => ({ redis: { target: targetFor(url, accountOf(accountCommand(user))) }, shards })
  const publishing = started.use(await openRedisBus({ ...access('quotewire-publisher'), subscribes: false }))
  const serving = started.use(await openRedisBus(access('quotewire-server')))
  const all = started.move()
  return {
    nodes,
    publisherNode,
    replica: nodes[3] as RedisServer,
    publishing,
    serving,
    /** Of the nodes that answer. */
    refusals: async () => (await Promise.all(nodes.map((node) => askRedis(node, refusals).catch(() => [])))).flat(),
    [Symbol.asyncDispose]: async () => all[Symbol.asyncDispose](),
  }
}

async function subscribers(node: RedisServer): Promise<number> {
  const clients = String(await askRedis(node, (admin) => admin.client('LIST')))
  return [...clients.matchAll(/ name=quotewire-subscriber /g)].length
}

async function lastSeq({ bus }: Awaited<ReturnType<typeof openRedisBus>>): Promise<number | undefined> {
  const found = await bus.lastValues(['AAPL']).catch(() => undefined)
  return found?.get('AAPL')?.seq
}

function quote(symbol: string, seq: number): Quote {
  return { symbol, price: seq, timestampMs: 1, seq, epoch: 7 }
}
