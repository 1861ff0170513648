/** Several publisher processes, one lease: nothing is published twice, and nobody is missed for long. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { RedisLeases } from '../marketdata/redis-leases.ts'
import { shardKeys, shardOf } from '../marketdata/shards.ts'
import { BatchProxy } from '../marketdata/testing/batch-proxy.ts'
import { Child } from '../shared/testing/child.ts'
import { describeWithRedis, RedisServer } from '../shared/testing/redis-server.ts'
import { type Service, startPublisher } from './testing/platform.ts'

const symbols = Array.from({ length: 10 }, (_, i) => `S${i}`)
const feed = {
  FEED: 'simulated',
  SIMULATED_SYMBOLS: symbols.join(','),
  SIMULATED_QUOTES_PER_SECOND: '2000',
  LOG_LEVEL: 'info',
}

describeWithRedis('publishers that take over from each other', () => {
  test('one that is stopped past its lease and continued publishes nothing; the other took over within 3 s (rule 18)', async () => {
    await using server = await RedisServer.start()
    await using listener = await BusRecorder.listen(server)
    await using paused = await startPublisher(server, feed)
    await listener.until(() => listener.epochs.size === 1)
    await using other = await startPublisher(server, feed)
    paused.child.kill('SIGSTOP')
    const stoppedMs = performance.now()
    await listener.until(() => listener.epochs.size === 2)
    expect(performance.now() - stoppedMs).toBeLessThan(3_000)
    const [oldEpoch] = listener.epochs
    const before = listener.countOf(oldEpoch)
    paused.child.kill('SIGCONT')
    await expect.poll(() => paused.metric('quotewire_publisher_fenced_total'), { timeout: 10_000 }).toBeGreaterThan(0)
    expect(listener.countOf(oldEpoch)).toBe(before)
    expect(await paused.metric('quotewire_publisher_shards_held')).toBe(0)
    expect(await other.metric('quotewire_publisher_shards_held')).toBe(1)
    expect(listener.repeats).toEqual([])
  })

  test('one that is stopped while a batch is on its way: that batch is refused when it arrives (rule 18)', async () => {
    await using server = await RedisServer.start()
    await using proxy = await BatchProxy.start(server.port)
    await using listener = await BusRecorder.listen(server)
    await using paused = await startPublisher(proxy, feed)
    await listener.until(() => listener.epochs.size === 1)
    const [oldEpoch] = listener.epochs
    expect(await paused.metrics()).toContain('quotewire_publisher_fenced_total{kind="batch"} 0')
    const letGo = await proxy.holdNextBatch()
    paused.child.kill('SIGSTOP')
    // At once: after 2 s the publisher would itself give up waiting for the batch's answer.
    await listener.takeLease()
    const before = listener.countOf(oldEpoch)
    letGo()
    paused.child.kill('SIGCONT')
    const refusedBatches = () => paused.metric('quotewire_publisher_fenced_total{kind="batch"}')
    await expect.poll(refusedBatches, { timeout: 10_000 }).toBe(1)
    expect(await paused.metric('quotewire_publisher_fenced_total')).toBe(1)
    expect([listener.countOf(oldEpoch), listener.repeats]).toEqual([before, []])
  })

  test('answers that are lost cost no tenure, and nothing is heard twice or left out (rules 6, 18)', async () => {
    await using server = await RedisServer.start()
    await using proxy = await BatchProxy.start(server.port)
    await using listener = await BusRecorder.listen(server)
    await using publisher = await startPublisher(proxy, feed)
    await listener.until(() => listener.epochs.size === 1)
    for (let cut = 1; cut <= 5; cut++) {
      await proxy.loseNextAnswer()
      await expect.poll(() => publisher.metric('quotewire_publish_errors_total')).toBeGreaterThanOrEqual(cut)
      const published = await publisher.metric('quotes_published_total')
      await expect.poll(() => publisher.metric('quotes_published_total')).toBeGreaterThan(published)
    }
    expect([listener.epochs.size, listener.repeats, listener.holes]).toEqual([1, [], []])
  })

  test('one whose feed cannot run gives the lease back and ends with an error; another goes on', async () => {
    await using server = await RedisServer.start()
    await using listener = await BusRecorder.listen(server)
    const args = [join(import.meta.dirname, '../marketdata/testing/publisher-without-feed.ts'), server.url]
    await using broken = new Child({ command: process.execPath, args })
    expect((await broken.exited).code).toBe(1)
    expect(await listener.hasLease()).toBe(false)
    await using _other = await startPublisher(server, feed)
    await listener.until(() => listener.epochs.size === 1)
  })

  test('a replay file that is gone when the lease is lost ends no publisher', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'replay-'))
    try {
      const file = join(directory, 'quotes.csv')
      writeFileSync(file, 'time,symbol,price\n2000-01-01,S0,1\n2000-01-02,S0,2\n')
      await using server = await RedisServer.start()
      await using listener = await BusRecorder.listen(server)
      await using publisher = await startPublisher(server, { FEED: 'replay', REPLAY_FILE: file, LOG_LEVEL: 'info' })
      await listener.until(() => listener.epochs.size === 1)
      rmSync(file)
      await listener.endLease()
      await listener.until(() => listener.epochs.size === 2)
      publisher.child.kill('SIGTERM')
      expect((await publisher.child.exited).code).toBe(0)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  test('Redis restarted empty: the epoch rises all the same (rules 6, 18)', async () => {
    await using server = await RedisServer.start()
    await using listener = await BusRecorder.listen(server)
    await using publisher = await startPublisher(server, feed)
    await listener.until(() => listener.epochs.size === 1)
    await server.restart()
    await listener.until(() => listener.epochs.size === 2)
    const [first = 0, second = 0] = listener.epochs
    expect(second).toBeGreaterThan(first)
    expect(listener.repeats).toEqual([])
    expect(publisher.child.hasExited).toBe(false)
  })

  test('with two shards the second publisher to start gets one, and the first takes it back within 3 s when that one is killed (rule 18)', async () => {
    await using server = await RedisServer.start()
    await using listener = await BusRecorder.listen(server)
    const sharded = { ...feed, PUBLISHER_SHARDS: '2' }
    await using first = await startPublisher(server, sharded)
    await expect.poll(() => shardsHeld(first)).toBe(2)
    await listener.everySymbolAgain()
    await using second = await startPublisher(server, sharded)
    await expect
      .poll(() => Promise.all([first, second].map(shardsHeld)), { timeout: 10_000, interval: 50 })
      .toEqual([1, 1])
    await listener.everySymbolAgain()
    expect(await second.metric('quotes_published_total')).toBeGreaterThan(0)
    second.child.kill('SIGKILL')
    await expect.poll(() => shardsHeld(first), { timeout: 10_000, interval: 50 }).toBe(2)
    await listener.everySymbolAgain()
    expect(new Set(symbols.map((symbol) => shardOf(symbol, 2))).size).toBe(2)
    expect(listener.repeats).toEqual([])
    expect(listener.longestSilenceMs).toBeLessThan(3_000)
  })

  test('over 50 random takeovers under load nothing is seen twice and no symbol is silent for more than 3 s (rule 18)', async () => {
    await using server = await RedisServer.start()
    await using listener = await BusRecorder.listen(server)
    const publishers = await Promise.all([startPublisher(server, feed), startPublisher(server, feed)])
    try {
      await listener.until(() => listener.epochs.size === 1)
      for (let takeover = 2; takeover <= 51; takeover++) {
        const [holder, standby] = await holderFirst(publishers)
        const way = waysToLeave[Math.floor(Math.random() * waysToLeave.length)] as WayToLeave
        await way(holder, async () => await listener.until(() => listener.epochs.size >= takeover))
        if (holder.child.hasExited) publishers.splice(publishers.indexOf(holder), 1, await startPublisher(server, feed))
        expect(standby.child.hasExited).toBe(false)
      }
      await listener.everySymbolAgain()
      const lastEpoch = Math.max(...listener.epochs)
      expect(Object.fromEntries(listener.newestEpoch)).toEqual(
        Object.fromEntries(symbols.map((symbol) => [symbol, lastEpoch])),
      )
      expect(listener.repeats).toEqual([])
      expect(listener.longestSilenceMs).toBeLessThan(3_000)
    } finally {
      for (const each of publishers) await each[Symbol.asyncDispose]()
    }
  }, 300_000)
})

type WayToLeave = (holder: Service, takenOver: () => Promise<void>) => Promise<void>

const waysToLeave: WayToLeave[] = [
  async (holder, takenOver) => {
    holder.child.kill('SIGTERM')
    await Promise.all([holder.child.exited, takenOver()])
  },
  async (holder, takenOver) => {
    holder.child.kill('SIGKILL')
    await Promise.all([holder.child.exited, takenOver()])
  },
  async (holder, takenOver) => {
    holder.child.kill('SIGSTOP')
    await takenOver()
    holder.child.kill('SIGCONT')
  },
]

async function holderFirst(publishers: readonly Service[]): Promise<[Service, Service]> {
  for (;;) {
    const held = await Promise.all(publishers.map(shardsHeld))
    const holder = publishers[held.indexOf(1)]
    const standby = publishers[held.indexOf(0)]
    if (holder && standby) return [holder, standby]
  }
}

async function shardsHeld(publisher: Service): Promise<number> {
  return await publisher.metric('quotewire_publisher_shards_held')
}

/** Hears everything that is published, as redis-cli would, and notes what must not be. */
class BusRecorder implements AsyncDisposable {
  readonly epochs = new Set<number>()
  readonly repeats: string[] = []
  /** Symbols whose seq went up by more than 1 within an epoch. */
  readonly holes: string[] = []
  readonly newestEpoch = new Map<string, number>()
  readonly #lastHeardMs = new Map<string, number>()
  #longestSilenceMs = 0
  readonly #counts = new Map<number, number>()
  readonly #seen = new Set<string>()
  readonly #newestSeq = new Map<string, number>()
  readonly #redis: Redis
  readonly #admin: Redis
  readonly #watchers = new Set<() => void>()

  private constructor(server: RedisServer) {
    this.#redis = new Redis(server.url, { retryStrategy: () => 20, maxRetriesPerRequest: null })
    this.#admin = new Redis(server.url, { retryStrategy: () => 20, maxRetriesPerRequest: null })
    for (const redis of [this.#redis, this.#admin]) redis.on('error', () => {})
    this.#redis.on('message', (channel, payload) => this.#onMessage(channel.slice('quote:'.length), payload))
  }

  static async listen(server: RedisServer): Promise<BusRecorder> {
    const recorder = new BusRecorder(server)
    await recorder.#redis.subscribe(...symbols.map((symbol) => `quote:${symbol}`))
    return recorder
  }

  /** Of any symbol, until now: one that is silent for ever counts for as long as that has lasted. */
  get longestSilenceMs(): number {
    const nowMs = performance.now()
    const silences = symbols.map((symbol) => nowMs - (this.#lastHeardMs.get(symbol) ?? Number.NEGATIVE_INFINITY))
    return Math.max(this.#longestSilenceMs, ...silences)
  }

  countOf(epoch: number | undefined): number {
    return this.#counts.get(epoch ?? 0) ?? 0
  }

  async hasLease(): Promise<boolean> {
    return (await this.#admin.exists(shardKeys(0, 1).lease)) === 1
  }

  /** As if it had run out. */
  async endLease(): Promise<void> {
    await this.#admin.del(shardKeys(0, 1).lease)
  }

  /** As another publisher would, once it has run out. */
  async takeLease(): Promise<void> {
    await this.endLease()
    const lease = await new RedisLeases({ redis: this.#admin, shards: 1 }).acquire(0, 60_000)
    if (!lease) throw new Error('the publisher was quicker')
  }

  async everySymbolAgain(): Promise<void> {
    const askedMs = performance.now()
    await this.until(() => symbols.every((symbol) => (this.#lastHeardMs.get(symbol) ?? 0) > askedMs))
  }

  async until(isSo: () => boolean): Promise<void> {
    if (isSo()) return
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('waited too long for the publishers')), 15_000)
      const look = () => {
        if (!isSo()) return
        clearTimeout(timer)
        this.#watchers.delete(look)
        resolve()
      }
      this.#watchers.add(look)
    })
  }

  #onMessage(symbol: string, payload: string): void {
    const { epoch, seq } = JSON.parse(payload) as { epoch: number; seq: number }
    const key = `${symbol} ${epoch} ${seq}`
    if (this.#seen.has(key)) this.repeats.push(key)
    this.#seen.add(key)
    const newest = this.#newestSeq.get(`${symbol} ${epoch}`)
    if (newest !== undefined && seq > newest + 1) this.holes.push(key)
    this.#newestSeq.set(`${symbol} ${epoch}`, seq)
    const nowMs = performance.now()
    this.#longestSilenceMs = Math.max(this.#longestSilenceMs, nowMs - (this.#lastHeardMs.get(symbol) ?? nowMs))
    this.#lastHeardMs.set(symbol, nowMs)
    this.newestEpoch.set(symbol, epoch)
    this.#counts.set(epoch, this.countOf(epoch) + 1)
    this.epochs.add(epoch)
    for (const look of [...this.#watchers]) look()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#redis.disconnect()
    this.#admin.disconnect()
  }
}
