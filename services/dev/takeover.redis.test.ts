/** Several publisher processes, one lease: nothing is published twice, and nobody is missed for long. */
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
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

  test('with two shards and two publishers both publish, and every symbol has one of them (rule 18)', async () => {
    await using server = await RedisServer.start()
    await using listener = await BusRecorder.listen(server)
    const sharded = { ...feed, PUBLISHER_SHARDS: '2' }
    const publishers = await Promise.all([startPublisher(server, sharded), startPublisher(server, sharded)])
    try {
      await listener.until(() => listener.epochs.size === 2)
      const held = await Promise.all(publishers.map((each) => each.metric('quotewire_publisher_shards_held')))
      expect(held.reduce((sum, each) => sum + each)).toBe(2)
      expect(listener.epochs.size).toBe(2)
      expect(listener.repeats).toEqual([])
    } finally {
      for (const each of publishers) await each[Symbol.asyncDispose]()
    }
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
    const held = await Promise.all(publishers.map((each) => each.metric('quotewire_publisher_shards_held')))
    const holder = publishers[held.indexOf(1)]
    const standby = publishers[held.indexOf(0)]
    if (holder && standby) return [holder, standby]
  }
}

/** Hears everything that is published, as redis-cli would, and notes what must not be. */
class BusRecorder implements AsyncDisposable {
  readonly epochs = new Set<number>()
  readonly repeats: string[] = []
  readonly lastHeardMs = new Map<string, number>()
  longestSilenceMs = 0
  readonly #counts = new Map<number, number>()
  readonly #seen = new Set<string>()
  readonly #redis: Redis
  readonly #watchers = new Set<() => void>()

  private constructor(server: RedisServer) {
    this.#redis = new Redis(server.url, { retryStrategy: () => 20, maxRetriesPerRequest: null })
    this.#redis.on('error', () => {})
    this.#redis.on('message', (channel, payload) => this.#onMessage(channel.slice('quote:'.length), payload))
  }

  static async listen(server: RedisServer): Promise<BusRecorder> {
    const recorder = new BusRecorder(server)
    await recorder.#redis.subscribe(...symbols.map((symbol) => `quote:${symbol}`))
    return recorder
  }

  countOf(epoch: number | undefined): number {
    return this.#counts.get(epoch ?? 0) ?? 0
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
    const nowMs = performance.now()
    this.longestSilenceMs = Math.max(this.longestSilenceMs, nowMs - (this.lastHeardMs.get(symbol) ?? nowMs))
    this.lastHeardMs.set(symbol, nowMs)
    this.#counts.set(epoch, this.countOf(epoch) + 1)
    if (this.epochs.has(epoch)) return
    this.epochs.add(epoch)
    for (const look of [...this.#watchers]) look()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#redis.disconnect()
  }
}
