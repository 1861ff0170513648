import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parseRedisUrl } from '../shared/redis-target.ts'
import { describeWithRedis, RedisServer } from '../shared/testing/redis-server.ts'
import { TcpProxy } from '../shared/testing/tcp-proxy.ts'
import type { BadPayload, Quote } from './quote.ts'
import { FencedError, type QuoteBusReader, type QuoteBusWriter } from './quote-bus.ts'
import { InProcessQuoteBus } from './quote-bus-in-process.ts'
import { shardOf } from './shards.ts'
import { BatchProxy } from './testing/batch-proxy.ts'
import { publishUnderLease } from './testing/publish-under-lease.ts'
import { RecordedBusListener } from './testing/recorded-bus-listener.ts'
import { takeLease } from './testing/take-lease.ts'
import { observeBus, openRedisBus, wallMs } from './testing/tested-redis-bus.ts'

interface TestedBus extends AsyncDisposable {
  readonly bus: QuoteBusReader & QuoteBusWriter
  readonly listener: RecordedBusListener
  readonly badPayloads: BadPayload[]
  readonly counts: number[]
  readonly publish: (quotes: readonly Quote[]) => Promise<void>
  /** As `redis-cli PUBLISH`. */
  readonly outsider: (channel: string, payload: string) => Promise<unknown>
}

describe('the in-process bus', () => {
  contractSuite(async () => {
    const { observer, ...observed } = observeBus()
    const bus = new InProcessQuoteBus({ wallMs: () => wallMs, observer })
    const listener = new RecordedBusListener()
    bus.listen(listener)
    await bus.run()
    return {
      bus,
      listener,
      ...observed,
      publish: publishUnderLease(bus),
      outsider: async (channel, payload) => bus.publishRaw(channel, payload),
      [Symbol.asyncDispose]: async () => bus.stop(),
    }
  })
})

describeWithRedis('the Redis bus', () => {
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

  contractSuite(async () => {
    const tested = await openRedisBus(at(server))
    return { ...tested, outsider: (channel, payload) => admin.publish(channel, payload) }
  })

  test('costs one subscriber and one command connection, however many symbols and publishes', async () => {
    await using tested = await openRedisBus(at(server))
    for (const symbol of symbols(50)) tested.bus.subscribe([symbol])
    await tested.listener.until(() => tested.listener.confirmed.flat().length === 50)
    await Promise.all(symbols(50).map((symbol, i) => tested.publish([quote(symbol, i + 1)])))
    expect(await connectionNames(admin)).toEqual(['quotewire-commands', 'quotewire-subscriber'])
  })

  test('opens no subscriber connection in a process that only publishes', async () => {
    await using tested = await openRedisBus({ ...at(server), subscribes: false })
    await tested.publish([quote('AAPL', 1)])
    expect(await connectionNames(admin)).toEqual(['quotewire-commands'])
  })

  test('tells lost, subscribes to everything again and tells restored after its connection was killed', async () => {
    await using tested = await openRedisBus(at(server))
    const { bus, listener } = tested
    bus.subscribe(['AAPL', 'MSFT'])
    bus.subscribe(['IBM'])
    bus.unsubscribe(['MSFT'])
    await listener.heard('subscribed IBM')
    listener.events.length = 0
    await killSubscriber(admin)
    await listener.heard('restored')
    expect(listener.events).toEqual(['lost', 'subscribed AAPL,IBM', 'restored'])
    expect((await admin.pubsub('CHANNELS')).toSorted()).toEqual(['quote:AAPL', 'quote:IBM'])
    await tested.publish([quote('AAPL', 1), quote('MSFT', 2), quote('IBM', 3)])
    await listener.heard('quote IBM 3')
    expect(listener.quotes.map(({ symbol }) => symbol)).toEqual(['AAPL', 'IBM'])
    expect(await connectionNames(admin)).toEqual(['quotewire-commands', 'quotewire-subscriber'])
  })

  test('subscribes to 10,000 channels in chunks, and again after a reconnect', async () => {
    await using tested = await openRedisBus(at(server))
    const { bus, listener } = tested
    bus.subscribe(symbols(10_000))
    await listener.until(() => listener.confirmed.flat().length === 10_000)
    expect(Math.max(...listener.confirmed.map((some) => some.length))).toBeLessThanOrEqual(1_000)
    expect(listener.confirmed.flat()).toEqual(symbols(10_000))
    listener.confirmed.length = 0
    listener.events.length = 0
    await killSubscriber(admin)
    await listener.heard('restored')
    expect(listener.confirmed.flat()).toEqual(symbols(10_000))
    expect(await admin.pubsub('CHANNELS')).toHaveLength(10_000)
  })

  test('reads 1,000 last values at once', async () => {
    await using tested = await openRedisBus(at(server))
    await tested.publish(symbols(1_000).map((symbol, i) => quote(symbol, i + 1)))
    const found = await tested.bus.lastValues([...symbols(1_000), 'NONE'])
    expect([...found.values()].map(({ price }) => price)).toEqual(symbols(1_000).map((_, i) => i + 1))
  })

  test('counts a bad stored value and reads the others', async () => {
    await using tested = await openRedisBus(at(server))
    await tested.publish([quote('AAPL', 1)])
    await admin.hset('quotewire:{publisher}:last', 'MSFT', '{"price":"1"}')
    expect([...(await tested.bus.lastValues(['MSFT', 'AAPL'])).keys()]).toEqual(['AAPL'])
    expect(tested.badPayloads).toEqual(['bad_field'])
  })

  test('raises the epoch above a stored one that is ahead of the clock', async () => {
    await using tested = await openRedisBus(at(server))
    await admin.set('quotewire:{publisher}:epoch', '8000000000000000')
    expect(await nextEpoch(tested.bus)).toBe(8_000_000_000_000_001)
    expect(await nextEpoch(tested.bus)).toBe(8_000_000_000_000_002)
  })

  test('a lease that ran out fences its publisher off, though nobody else took it', async () => {
    await using tested = await openRedisBus(at(server))
    const lease = await tested.bus.acquire(0, 60_000)
    await admin.pexpire('quotewire:{publisher}:lease', 0)
    await expect(lease?.publish([quote('AAPL', 1)])).rejects.toThrow(FencedError)
    expect(await lease?.renew(1_000)).toBe(false)
    expect(await tested.bus.lastValues(['AAPL'])).toEqual(new Map())
  })

  test('a publisher that announces itself no more is not counted when its time is over, and leaves no key (rule 18)', async () => {
    await using tested = await openRedisBus({ ...at(server), shards: 3 })
    const { bus } = tested
    await bus.announce('dead', 20)
    await expect.poll(() => bus.announce('alive', 60_000)).toBe(1)
    expect(await admin.keys('*')).toEqual(['quotewire:{publisher}:present'])
    expect(await admin.pttl('quotewire:{publisher}:present')).toBeGreaterThan(0)
    await bus.announce('alive', 0)
    expect(await admin.keys('*')).toEqual([])
  })

  test('batches that Redis forgot, as a replica that lagged behind does, end the tenure without a gap', async () => {
    await using tested = await openRedisBus(at(server))
    const { bus, listener } = tested
    bus.subscribe(['AAPL'])
    await listener.heard('subscribed AAPL')
    const lease = await bus.acquire(0, 60_000)
    await lease?.publish([quote('AAPL', 1)])
    await lease?.publish([quote('AAPL', 2)])
    await admin.set('quotewire:{publisher}:batch', '1')
    await expect(lease?.publish([quote('AAPL', 3)])).rejects.toThrow(FencedError)
    const next = await bus.acquire(0, 60_000)
    await next?.publish([quote('AAPL', 4)])
    await listener.heard('quote AAPL 4')
    expect(listener.quotes.map(({ price }) => price)).toEqual([1, 2, 4])
  })

  test('shards have leases and last values of their own; a reader finds each symbol in its own', async () => {
    await using tested = await openRedisBus({ ...at(server), shards: 3 })
    const leases = await Promise.all([0, 1, 2].map((shard) => tested.bus.acquire(shard, 60_000)))
    expect(new Set(leases.map((lease) => lease?.epoch)).size).toBeGreaterThan(0)
    const all = symbols(30)
    for (const symbol of all) await leases[shardOf(symbol, 3)]?.publish([quote(symbol, 1)])
    expect((await tested.bus.lastValues(all)).size).toBe(30)
    const stored = await Promise.all([0, 1, 2].map((shard) => admin.hlen(`quotewire:{publisher:${shard}}:last`)))
    expect(stored.reduce((sum, each) => sum + each)).toBe(30)
    expect(Math.min(...stored)).toBeGreaterThan(0)
  })

  test('of several symbols asked for at once only the refused ones are refused, and a reconnect ends in restored', async () => {
    await using tested = await openRedisBus(at(server))
    await admin.acl('SETUSER', 'default', 'resetchannels', '&quote:AAPL', '&quote:IBM')
    try {
      tested.bus.subscribe(['AAPL', 'MSFT', 'IBM'])
      await tested.listener.heard('subscribed IBM')
      expect(tested.listener.events).toEqual(['restored', 'subscribed AAPL', 'refused MSFT', 'subscribed IBM'])
      await admin.client('KILL', 'ID', await subscriberId(admin))
      await tested.listener.until(() => tested.listener.events.filter((event) => event === 'restored').length === 2)
      expect(tested.listener.events.at(-2)).toBe('subscribed AAPL,IBM')
    } finally {
      await admin.acl('SETUSER', 'default', 'allchannels')
    }
  })

  test('a refused subscription does not cost the connection', async () => {
    await using tested = await openRedisBus(at(server))
    const idBefore = await subscriberId(admin)
    await admin.acl('SETUSER', 'default', 'resetchannels', '&quote:AAPL')
    try {
      tested.bus.subscribe(['MSFT'])
      tested.bus.subscribe(['AAPL'])
      await tested.listener.heard('subscribed AAPL')
      await tested.publish([quote('AAPL', 1)])
      await tested.listener.heard('quote AAPL 1')
      expect(tested.listener.events).not.toContain('lost')
      expect(await subscriberId(admin)).toBe(idBefore)
    } finally {
      await admin.acl('SETUSER', 'default', 'allchannels')
    }
  })
})

describeWithRedis('the Redis bus and a network that swallows everything', () => {
  test('the silence is noticed within 5 s on both connections; then quotes flow again', async () => {
    await using server = await RedisServer.start()
    await using proxy = await TcpProxy.start(server.port)
    await using tested = await openRedisBus(at(proxy))
    tested.bus.subscribe(['AAPL'])
    await tested.listener.heard('subscribed AAPL')
    const startedMs = performance.now()
    proxy.swallow()
    await tested.listener.heard('lost')
    expect(performance.now() - startedMs).toBeLessThan(5_000)
    await tested.listener.until(() => tested.listener.events.filter((event) => event === 'restored').length === 2)
    await expect
      .poll(async () =>
        tested.publish([quote('AAPL', 1)]).then(
          () => 'published',
          () => 'failed',
        ),
      )
      .toBe('published')
    await tested.listener.heard('quote AAPL 1')
  })
})

describeWithRedis('the Redis bus and links that are cut under a batch', () => {
  test.each(['answer', 'command'] as const)(
    'a batch whose %s was lost is published again and heard once',
    async (lost) => {
      await using server = await RedisServer.start()
      await using proxy = await BatchProxy.start(server.port)
      await using publishing = await openRedisBus({ ...at(proxy), subscribes: false })
      await using listening = await openRedisBus(at(server))
      listening.bus.subscribe(['AAPL'])
      await listening.listener.heard('subscribed AAPL')
      const lease = await takeLease(publishing.bus, 0, 60_000)
      for (let price = 1; price <= 5; price++) {
        const cut = lost === 'answer' ? proxy.loseNextAnswer() : proxy.loseNextBatch()
        const [failed] = await Promise.all([lease.publish([quote('AAPL', price)]).catch((error) => error), cut])
        expect(failed).toBeInstanceOf(Error)
        const again = () => lease.publishAgain().then(() => 'published', String)
        await expect.poll(again, { timeout: 10_000 }).toBe('published')
      }
      await lease.publish([quote('AAPL', 6)])
      await listening.listener.heard('quote AAPL 6')
      expect(listening.listener.quotes.map(({ price }) => price)).toEqual([1, 2, 3, 4, 5, 6])
    },
  )
})

describeWithRedis('the Redis bus and a Redis that goes away', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await RedisServer.start()
  })
  afterAll(async () => server[Symbol.asyncDispose]())

  test('quotes flow again after a crash and an empty restart, and the epoch still rises', async () => {
    await using tested = await openRedisBus(at(server))
    const { bus, listener } = tested
    bus.subscribe(['AAPL'])
    await listener.heard('subscribed AAPL')
    const epoch = await nextEpoch(bus)
    listener.events.length = 0
    await server.restart()
    await listener.heard('restored')
    expect(listener.events).toEqual(['lost', 'subscribed AAPL', 'restored'])
    await expect.poll(async () => nextEpoch(bus).catch(() => 0), { timeout: 10_000 }).toBeGreaterThan(epoch)
    await tested.publish([quote('AAPL', 2)])
    await listener.heard('quote AAPL 2')
  })

  test('everything rejects while Redis is away, nothing is left unhandled, and it works again afterwards', async () => {
    const unhandled: unknown[] = []
    const onUnhandled = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', onUnhandled)
    try {
      await using tested = await openRedisBus(at(server))
      await server.crash()
      await tested.listener.heard('lost')
      await expect(tested.publish([quote('AAPL', 1), quote('MSFT', 1)])).rejects.toThrow()
      await expect(nextEpoch(tested.bus)).rejects.toThrow()
      await expect(tested.bus.announce('a', 1_000)).rejects.toThrow()
      await expect(tested.bus.lastValues(['AAPL'])).rejects.toThrow()
      tested.bus.unsubscribe(['AAPL'])
      await server.restart()
      await expect.poll(() => publishes(tested, quote('AAPL', 2)), { timeout: 10_000 }).toBe(true)
      expect(unhandled).toEqual([])
    } finally {
      process.off('unhandledRejection', onUnhandled)
    }
  })

  test('a symbol subscribed or dropped while disconnected is so after the reconnect', async () => {
    await using tested = await openRedisBus(at(server))
    const { bus, listener } = tested
    bus.subscribe(['AAPL', 'IBM'])
    await listener.heard('subscribed AAPL,IBM')
    await server.crash()
    await listener.heard('lost')
    bus.subscribe(['MSFT'])
    bus.unsubscribe(['IBM'])
    listener.events.length = 0
    await server.restart()
    await listener.heard('restored')
    expect(listener.events).toEqual(['subscribed AAPL,MSFT', 'restored'])
    expect(tested.counts.at(-1)).toBe(2)
  })

  test('a bus that starts before Redis connects by itself', async () => {
    await server.crash()
    await using tested = await openRedisBus({ ...at(server), awaitConnection: false })
    tested.bus.subscribe(['AAPL'])
    await server.restart()
    await tested.listener.heard('restored')
    expect(tested.listener.events).toEqual(['subscribed AAPL', 'restored'])
  })

  test('commands to a frozen Redis reject within their timeout, and a frozen subscriber is built anew', async () => {
    await using tested = await openRedisBus(at(server))
    const { bus, listener } = tested
    server.kill('SIGSTOP')
    try {
      const startedMs = performance.now()
      bus.subscribe(['AAPL'])
      await expect(tested.publish([quote('AAPL', 1)])).rejects.toThrow(/timed out/)
      expect(performance.now() - startedMs).toBeLessThan(4_000)
      await listener.heard('lost')
    } finally {
      server.kill('SIGCONT')
    }
    await listener.heard('subscribed AAPL')
    await expect.poll(() => publishes(tested, quote('AAPL', 2)), { timeout: 10_000 }).toBe(true)
    await listener.heard('quote AAPL 2')
  })

  test('nothing reconnects after stop', async () => {
    await using tested = await openRedisBus(at(server))
    await tested[Symbol.asyncDispose]()
    const admin = openAdmin(server)
    await expect.poll(() => connectionNames(admin)).toEqual([])
    await expect(tested.publish([quote('AAPL', 1)])).rejects.toThrow()
    admin.disconnect()
  })
})

/** What both implementations promise. */
function contractSuite(open: () => Promise<TestedBus>): void {
  test('subscribers get what is published, in order', async () => {
    await using tested = await open()
    const { bus, listener } = tested
    bus.subscribe(['AAPL', 'MSFT'])
    await listener.heard('subscribed AAPL,MSFT')
    const sent = Array.from({ length: 200 }, (_, i) => quote(i % 3 === 0 ? 'MSFT' : 'AAPL', i + 1))
    await tested.publish(sent.slice(0, 150))
    await tested.publish(sent.slice(150))
    await listener.until(() => listener.quotes.length === sent.length)
    expect(listener.quotes).toEqual(sent)
  })

  test('a subscriber gets only its own symbols, with every field as published', async () => {
    await using tested = await open()
    const { bus, listener } = tested
    bus.subscribe(['AAPL'])
    await listener.heard('subscribed AAPL')
    const full = { ...quote('AAPL', 3), change: -1.5, changePercent: -0.1, bid: 2.9, ask: 3.1, volume: 12 }
    await tested.publish([quote('MSFT', 1), quote('AAPL.X', 2), full])
    await listener.until(() => listener.quotes.length > 0)
    expect(listener.quotes).toEqual([full])
  })

  test('a value is stored before it is published', async () => {
    await using tested = await open()
    const { bus, listener } = tested
    bus.subscribe(['AAPL'])
    await listener.heard('subscribed AAPL')
    const reads: Promise<[heard: number, stored: number]>[] = []
    listener.onQuote = ({ seq = 0 }) => {
      reads.push(bus.lastValues(['AAPL']).then((found) => [seq, found.get('AAPL')?.seq ?? 0]))
    }
    for (let seq = 1; seq <= 50; seq++) await tested.publish([quote('AAPL', seq)])
    await listener.until(() => listener.quotes.length === 50)
    for (const [heard, stored] of await Promise.all(reads)) expect(stored).toBeGreaterThanOrEqual(heard)
  })

  test('last values are the newest published ones; unknown symbols are absent, outsiders never become one', async () => {
    await using tested = await open()
    const { bus, outsider } = tested
    await tested.publish([quote('AAPL', 1), quote('MSFT', 2), quote('AAPL', 3)])
    await outsider('quote:AAPL', '{"price":150}')
    expect(await bus.lastValues(['AAPL', 'IBM'])).toEqual(new Map([['AAPL', quote('AAPL', 3)]]))
    expect(await bus.lastValues([])).toEqual(new Map())
  })

  test('publishing nothing succeeds', async () => {
    await using tested = await open()
    await tested.publish([])
  })

  test('an outsider’s PUBLISH of a price alone is accepted, stamped with now and without seq', async () => {
    await using tested = await open()
    const { bus, listener, outsider } = tested
    bus.subscribe(['AAPL'])
    await listener.heard('subscribed AAPL')
    await outsider('quote:AAPL', '{"price":150}')
    await listener.heard('quote AAPL 150')
    expect(listener.quotes).toEqual([{ symbol: 'AAPL', price: 150, timestampMs: wallMs }])
  })

  test.each<[string, string, BadPayload]>([
    ['not JSON', '{"price":', 'not_json'],
    ['nothing', '', 'not_json'],
    ['an array', '[{"price":150}]', 'not_an_object'],
    ['null', 'null', 'not_an_object'],
    ['no price', '{"bid":150}', 'bad_field'],
    ['NaN as price', '{"price":NaN}', 'not_json'],
    ['a string as price', '{"price":"150"}', 'bad_field'],
    ['Infinity as price', '{"price":1e999}', 'bad_field'],
    ['a string as bid', '{"price":150,"bid":"1"}', 'bad_field'],
    ['an unreadable timestamp', '{"price":150,"timestamp":"soon"}', 'bad_field'],
    ['a seq without epoch', '{"price":150,"seq":1}', 'bad_seq'],
    ['a seq that is not whole', '{"price":150,"seq":1.5,"epoch":1}', 'bad_seq'],
    ['another symbol', '{"price":150,"symbol":"MSFT"}', 'other_symbol'],
    ['5,000 characters', JSON.stringify({ price: 150, note: 'x'.repeat(5_000) }), 'too_long'],
    ['JSON nested 20,000 deep', `{"price":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'too_long'],
    ['JSON nested as deep as fits', `{"price":${'['.repeat(2_000)}${']'.repeat(2_000)}}`, 'bad_field'],
  ])('a payload with %s is counted and dropped, and the next good one arrives', async (_, payload, reason) => {
    await using tested = await open()
    const { bus, listener, outsider, badPayloads } = tested
    bus.subscribe(['AAPL'])
    await listener.heard('subscribed AAPL')
    await outsider('quote:AAPL', payload)
    await outsider('quote:AAPL', '{"price":151}')
    await listener.heard('quote AAPL 151')
    expect(listener.quotes).toHaveLength(1)
    expect(badPayloads).toEqual([reason])
  })

  test('no quote of a symbol arrives after its unsubscribe', async () => {
    await using tested = await open()
    const { bus, listener } = tested
    bus.subscribe(['AAPL', 'MSFT'])
    await listener.heard('subscribed AAPL,MSFT')
    bus.unsubscribe(['AAPL'])
    await tested.publish([quote('AAPL', 1), quote('MSFT', 2)])
    await listener.heard('quote MSFT 2')
    expect(listener.quotes).toEqual([quote('MSFT', 2)])
    bus.subscribe(['AAPL'])
    await listener.heard('subscribed AAPL')
    await tested.publish([quote('AAPL', 3)])
    await listener.heard('quote AAPL 3')
    expect(tested.counts).toEqual([2, 1, 2])
  })

  test('an unsubscribe counts at once, also for a quote that is on its way', async () => {
    await using tested = await open()
    const { bus, listener } = tested
    bus.subscribe(['AAPL', 'MSFT'])
    await listener.heard('subscribed AAPL,MSFT')
    listener.onQuote = ({ symbol }) => {
      if (symbol === 'AAPL') bus.unsubscribe(['AAPL'])
    }
    await tested.publish([quote('AAPL', 1), quote('AAPL', 2), quote('MSFT', 3)])
    await listener.heard('quote MSFT 3')
    expect(listener.quotes).toEqual([quote('AAPL', 1), quote('MSFT', 3)])
  })

  test('a symbol dropped before its confirmation is not confirmed', async () => {
    await using tested = await open()
    const { bus, listener } = tested
    bus.subscribe(['AAPL', 'MSFT'])
    bus.unsubscribe(['AAPL'])
    await listener.until(() => listener.confirmed.length > 0)
    expect(listener.confirmed).toEqual([['MSFT']])
  })

  test('epochs rise with every call and are integers that JSON can carry', async () => {
    await using tested = await open()
    const epochs: number[] = []
    for (let i = 0; i < 20; i++) epochs.push(await nextEpoch(tested.bus))
    expect(epochs.every((epoch) => Number.isSafeInteger(epoch))).toBe(true)
    expect(new Set(epochs).size).toBe(20)
    expect(epochs).toEqual(epochs.toSorted((a, b) => a - b))
    // Above the clock's milliseconds, so that an emptied bus cannot repeat one.
    expect(epochs[0]).toBeGreaterThan(Date.UTC(2024, 0, 1))
  })

  test('a lease has one holder; who lost it publishes nothing, and the next epoch is higher', async () => {
    await using tested = await open()
    const { bus, listener } = tested
    bus.subscribe(['AAPL'])
    await listener.heard('subscribed AAPL')
    const first = await bus.acquire(0, 60_000)
    expect(await bus.acquire(0, 60_000)).toBeUndefined()
    await first?.publish([quote('AAPL', 1)])
    expect(await first?.renew(60_000)).toBe(true)
    await first?.release()
    const second = await bus.acquire(0, 60_000)
    expect(second?.epoch).toBeGreaterThan(first?.epoch ?? Number.NaN)
    expect(await first?.renew(60_000)).toBe(false)
    await expect(first?.publish([quote('AAPL', 2), quote('AAPL', 3)])).rejects.toThrow(FencedError)
    await first?.release()
    await second?.publish([quote('AAPL', 4)])
    await listener.heard('quote AAPL 4')
    expect(listener.quotes.map(({ price }) => price)).toEqual([1, 4])
    expect((await bus.lastValues(['AAPL'])).get('AAPL')?.price).toBe(4)
    await second?.release()
  })

  test('a batch that is published again is heard once, and the next tenure counts anew', async () => {
    await using tested = await open()
    const { bus, listener } = tested
    bus.subscribe(['AAPL'])
    await listener.heard('subscribed AAPL')
    for (const price of [1, 3, 5]) {
      const lease = await bus.acquire(0, 60_000)
      await lease?.publish([quote('AAPL', price)])
      await lease?.publishAgain()
      await lease?.publish([])
      await lease?.publish([quote('AAPL', price + 1)])
      await lease?.publishAgain()
      await lease?.publishAgain()
      await lease?.release()
      await expect(lease?.publishAgain()).rejects.toThrow(FencedError)
    }
    await tested.publish([quote('AAPL', 7)])
    await listener.heard('quote AAPL 7')
    expect(listener.quotes.map(({ price }) => price)).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  test('publishers that announce themselves are counted, each once, until they say that they leave (rule 18)', async () => {
    await using tested = await open()
    const { bus } = tested
    expect(await bus.announce('a', 60_000)).toBe(1)
    expect(await bus.announce('b', 60_000)).toBe(2)
    expect(await bus.announce('a', 60_000)).toBe(2)
    expect(await bus.announce('a', 0)).toBe(1)
    expect(await bus.announce('a', 0)).toBe(1)
    expect(await bus.announce('b', 0)).toBe(0)
  })

  test('restored is told once after the first connect', async () => {
    await using tested = await open()
    await tested.listener.heard('restored')
    expect(tested.listener.events).toEqual(['restored'])
  })
}

function at({ port }: { readonly port: number }) {
  return { redis: { target: parseRedisUrl(`redis://127.0.0.1:${port}`) } }
}

function openAdmin(server: RedisServer): Redis {
  const admin = new Redis(server.url)
  admin.on('error', () => {})
  return admin
}

async function connectionNames(admin: Redis): Promise<string[]> {
  const clients = String(await admin.client('LIST'))
  return [...clients.matchAll(/ name=(\S+)/g)].map(([, name]) => String(name)).toSorted()
}

async function subscriberId(admin: Redis): Promise<number> {
  const clients = String(await admin.client('LIST'))
  return Number(/id=(\d+) [^\n]* name=quotewire-subscriber/.exec(clients)?.[1])
}

async function killSubscriber(admin: Redis): Promise<void> {
  await admin.client('KILL', 'ID', await subscriberId(admin))
}

async function publishes(tested: Pick<TestedBus, 'publish'>, value: Quote): Promise<boolean> {
  return await tested.publish([value]).then(
    () => true,
    () => false,
  )
}

/** With its price as seq. */
function quote(symbol: string, price: number): Quote {
  return { symbol, price, timestampMs: wallMs - 1_000, seq: price, epoch: 7 }
}

function symbols(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `S${i}`)
}

/** Of a lease taken and given back. */
async function nextEpoch(bus: QuoteBusWriter): Promise<number> {
  const lease = await bus.acquire(0, 500)
  if (!lease) throw new Error('somebody holds the lease')
  await lease.release()
  return lease.epoch
}
