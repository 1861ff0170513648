/** The platform as processes over Redis that fails over: how soon every session is fresh again. */
import { expect, test } from 'vitest'
import { askRedis } from '../marketdata/testing/ask-redis.ts'
import { RedisCluster } from '../shared/testing/redis-cluster.ts'
import { SentinelTrio } from '../shared/testing/redis-sentinel.ts'
import { describeWithRedis, type RedisServer } from '../shared/testing/redis-server.ts'
import { Browser, type Message } from './testing/browser.ts'
import { expectContinuity } from './testing/continuity-check.ts'
import { type Service, startGateway, startMarketData, startPublisher, tokenOf } from './testing/platform.ts'

const limitMs = 5_000
const sessions = 50
const symbols = Array.from({ length: 20 }, (_, i) => `S${i}`)
const feed = { FEED: 'simulated', SIMULATED_SYMBOLS: symbols.join(','), SIMULATED_QUOTES_PER_SECOND: '200' }

describeWithRedis('the platform and a Redis that fails over', () => {
  test('Sentinels: every session is fresh within 5 s of the new master, and sees no quote twice (rules 7, 12, 20)', async () => {
    await using trio = await SentinelTrio.start()
    const url = `redis+sentinel://${trio.hosts}/mymaster`
    await using platform = await Platform.start({ publisher: url, marketData: [url, url] })
    trio.master.kill('SIGKILL')
    await trio.replica.logged(/MASTER MODE enabled/)
    expect(await platform.freshAfterMs()).toBeLessThan(limitMs)
    platform.expectEachQuoteOnce()
    expect(platform.epochs.size).toBe(2)
  })

  test('Cluster: the same when the node with the publisher’s keys, at which one process listens, is lost (rules 7, 12, 20)', async () => {
    await using cluster = await RedisCluster.start()
    const [first, second, , replica] = cluster.nodes as [RedisServer, RedisServer, RedisServer, RedisServer]
    await using platform = await Platform.start(overCluster(first, second))
    expect(await listenersAt(first)).toBe(1)
    first.kill('SIGKILL')
    await replica.logged(/Failover election won/)
    expect(await platform.freshAfterMs()).toBeLessThan(limitMs)
    platform.expectEachQuoteOnce()
    expect(platform.epochs.size).toBe(2)
  })

  test('Cluster: the same when a node is lost at which a process only listens (rules 7, 12, 20)', async () => {
    await using cluster = await RedisCluster.start()
    const [first, second] = cluster.nodes as [RedisServer, RedisServer]
    await using platform = await Platform.start(overCluster(first, second))
    expect(await listenersAt(second)).toBe(1)
    second.kill('SIGKILL')
    expect(await platform.freshAfterMs()).toBeLessThan(limitMs)
    platform.expectEachQuoteOnce()
    expect(platform.epochs.size).toBe(1)
  })
})

interface Places {
  readonly publisher: string
  readonly marketData: readonly string[]
}

/** One market-data process listens at each of the two nodes. */
function overCluster(first: RedisServer, second: RedisServer): Places {
  const hosts = [first, second].map(({ port }) => `127.0.0.1:${port}`)
  return { publisher: `redis+cluster://${hosts}`, marketData: hosts.map((host) => `redis+cluster://${host}`) }
}

async function listenersAt(node: RedisServer): Promise<number> {
  const clients = String(await askRedis(node, (admin) => admin.client('LIST')))
  return [...clients.matchAll(/ name=quotewire-subscriber /g)].length
}

class Platform implements AsyncDisposable {
  readonly #browsers: readonly Watcher[]
  readonly #services: readonly Service[]

  private constructor(browsers: readonly Watcher[], services: readonly Service[]) {
    this.#browsers = browsers
    this.#services = services
  }

  /** Every session has had a quote of each of its symbols. */
  static async start(places: Places): Promise<Platform> {
    const [publisher, ...marketData] = await Promise.all([
      startPublisher({ url: places.publisher }, feed),
      ...places.marketData.map((url) => startMarketData({ url })),
    ])
    const gateway = await startGateway(marketData)
    const browsers = await Promise.all(Array.from({ length: sessions }, (_, i) => Watcher.start(gateway, i)))
    for (const browser of browsers) await browser.until(() => browser.isFresh())
    return new Platform(browsers, [gateway, ...marketData, publisher])
  }

  get epochs(): Set<number | undefined> {
    const quotes = this.#browsers.flatMap(({ messages }) => messages.filter(({ type }) => type === 'quote'))
    return new Set(quotes.map(({ epoch }) => epoch))
  }

  /** How long it takes from now until each session has a newer quote of each of its symbols, and none is stale. */
  async freshAfterMs(): Promise<number> {
    const startedMs = performance.now()
    // Quotes from before the loss may still be on their way, but not behind the news of it.
    await Promise.any(this.#browsers.map((browser) => browser.message(({ type }) => type === 'stale')))
    await Promise.all(this.#browsers.map((browser) => browser.roundTrip()))
    for (const browser of this.#browsers) browser.forget()
    for (const browser of this.#browsers) await browser.until(() => browser.isFresh())
    return performance.now() - startedMs
  }

  /** What was lost with the old master is missing by name. */
  expectEachQuoteOnce(): void {
    for (const browser of this.#browsers) {
      const quotes = browser.messages.filter(({ type }) => type === 'quote')
      const names = quotes.map(({ symbol, epoch, seq }) => `${symbol} ${epoch} ${seq}`)
      expect(names.length).toBe(new Set(names).size)
      for (const symbol of browser.wanted) expectContinuity(browser, symbol)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#browsers.map((browser) => browser[Symbol.asyncDispose]()))
    await Promise.all(this.#services.map((service) => service[Symbol.asyncDispose]()))
  }
}

class Watcher extends Browser {
  readonly wanted: readonly string[]
  readonly #stale = new Set<string>()
  readonly #waitingFor = new Set<string>()
  #seen = 0

  constructor(url: string, wanted: readonly string[]) {
    super(url)
    this.wanted = wanted
    this.forget()
  }

  static async start(gateway: Service, i: number): Promise<Watcher> {
    const wanted = [0, 1, 2, 3].map((k) => symbols[(i + 5 * k) % symbols.length] as string)
    const watcher = new Watcher(`ws://127.0.0.1:${gateway.port}/ws?token=${tokenOf(`u${i}`)}`, wanted)
    await watcher.opened()
    await watcher.subscribe(...wanted)
    return watcher
  }

  /** What came so far is not fresh any more. */
  forget(): void {
    this.isFresh()
    for (const symbol of this.wanted) this.#waitingFor.add(symbol)
  }

  isFresh(): boolean {
    for (; this.#seen < this.messages.length; this.#seen++) this.#look(this.messages[this.#seen] as Message)
    return this.#waitingFor.size === 0 && this.#stale.size === 0
  }

  #look({ type, symbol, symbols: some = [] }: Message): void {
    if (type === 'quote' && symbol !== undefined) this.#waitingFor.delete(symbol)
    for (const each of some) {
      if (type === 'stale') this.#stale.add(each)
      if (type === 'fresh') this.#stale.delete(each)
    }
  }
}
