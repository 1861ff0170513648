import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import type { FeedQuote } from './feeds/feed.ts'
import type { BusListener, BusObserver } from './quote-bus.ts'
import { InProcessQuoteBus } from './quote-bus-in-process.ts'
import { leaseMs, ShardPublisher } from './shard-publisher.ts'

test('one of two publishes; the other ignores its feed until the lease is given back', async () => {
  const { bus, published, publisher } = setUp()
  const [first, second] = [publisher(), publisher()]
  first.run()
  second.run()
  await settled()
  expect([first.isHolding, second.isHolding]).toEqual([true, false])
  first.offer([quote(1)])
  second.offer([quote(99)])
  await settled()
  await first.stop()
  expect(await takesOver(second)).toBe(true)
  second.offer([quote(2)])
  await settled()
  expect(published.map(({ price, seq }) => [price, seq])).toEqual([
    [1, 1],
    [2, 1],
  ])
  expect(published[1]?.epoch).toBeGreaterThan(published[0]?.epoch ?? Number.NaN)
  await second.stop()
  expect(bus.holderOf(0)).toBeUndefined()
})

test('a batch that is fenced off ends the tenure; the publisher tries again for a lease of its own', async () => {
  const { bus, clock, published, fenced, publisher } = setUp()
  const paused = publisher()
  paused.run()
  await settled()
  bus.takeAway(0)
  paused.offer([quote(1)])
  await settled()
  expect([fenced, published]).toEqual([['batch'], []])
  clock.advance(0)
  await settled()
  expect(paused.isHolding).toBe(true)
  paused.offer([quote(2)])
  await settled()
  expect(published.map(({ price }) => price)).toEqual([2])
  await paused.stop()
})

test('a lease that ran out is noticed by the next renewal, without any quote', async () => {
  const { bus, clock, fenced, held, publisher } = setUp()
  const one = publisher()
  one.run()
  await settled()
  bus.takeAway(0)
  clock.advance(500)
  await settled()
  expect([held, fenced]).toEqual([[true, false], ['renewal']])
  await one.stop()
})

test('a bus that is away costs no tenure and no try; stop leaves no timer', async () => {
  const { bus, clock, held, publisher } = setUp()
  bus.isAway = true
  const one = publisher()
  one.run()
  for (let i = 0; i < 10; i++) {
    clock.advance(450)
    await settled()
  }
  expect(held).toEqual([])
  bus.isAway = false
  clock.advance(450)
  await settled()
  expect(held).toEqual([true])
  bus.isAway = true
  for (let i = 0; i < 10; i++) {
    clock.advance(500)
    await settled()
  }
  expect(held).toEqual([true])
  await one.stop()
  expect(clock.pending).toBe(0)
})

test('a holder that Redis does not answer for as long as a lease lasts is not sure of it, until it does', async () => {
  const { bus, clock, held, confirmed, publisher } = setUp()
  const one = publisher()
  one.run()
  await settled()
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 50) {
      clock.advance(50)
      await settled()
    }
  }
  await pass(900)
  bus.isAway = true
  await pass(leaseMs - 50)
  expect([one.isHolding, one.isConfirmed]).toEqual([true, true])
  await pass(50)
  expect([one.isHolding, one.isConfirmed]).toEqual([true, false])
  bus.isAway = false
  await pass(450)
  expect([one.isHolding, one.isConfirmed, held]).toEqual([true, true, [true]])
  expect(confirmed).toHaveLength(3)
  await one.stop()
  expect([one.isConfirmed, clock.pending]).toEqual([false, 0])
})

test('who gives up the lease publishes nothing more, and takes it again only where it may and nobody else has', async () => {
  const { bus, clock, published, fenced, held, share, publisher } = setUp()
  const [first, second] = [publisher(), publisher()]
  first.run()
  await settled()
  share.mayTake = false
  const givenUp = first.giveUp()
  first.offer([quote(99)])
  await givenUp
  expect([first.isHolding, bus.holderOf(0), published, fenced]).toEqual([false, undefined, [], []])
  clock.advance(10_000)
  await settled()
  expect(first.isHolding).toBe(false)
  share.mayTake = true
  second.run()
  await settled()
  clock.advance(450)
  await settled()
  expect([first.isHolding, second.isHolding]).toEqual([false, true])
  await second.stop()
  expect(await takesOver(first)).toBe(true)
  expect(held).toEqual([true, false, true, false, true])
  await first.stop()
  expect(clock.pending).toBe(0)
})

test('a lease that is asked for counts as claimed until the answer is there', async () => {
  const { bus, publisher } = setUp()
  const [first, second] = [publisher(), publisher()]
  first.run()
  expect([first.isHolding, first.isClaiming]).toEqual([false, true])
  await settled()
  second.run()
  await settled()
  expect([first.isClaiming, second.isClaiming]).toEqual([true, false])
  await first.stop()
  bus.isAway = true
  expect(await takesOver(second)).toBe(false)
  expect(second.isClaiming).toBe(false)
  await second.stop()
  bus.isAway = false
})

test('a lease that is granted after stop is given back', async () => {
  const { bus, publisher } = setUp()
  const one = publisher()
  one.run()
  await one.stop()
  await settled()
  expect([one.isHolding, bus.holderOf(0)]).toEqual([false, undefined])
})

const observer: BusObserver = { connected() {}, subscriptionCount() {}, badPayload() {} }
const clock = new ManualClock()

/** The in-process bus with the ways in which Redis lets a publisher down. */
class UnreliableBus extends InProcessQuoteBus {
  isAway = false

  override async acquire(shard: number, ttlMs: number) {
    if (this.isAway) throw new Error('away')
    const lease = await super.acquire(shard, ttlMs)
    if (!lease) return undefined
    const renew = async (ms: number) => {
      if (this.isAway) throw new Error('away')
      return await lease.renew(ms)
    }
    return { ...lease, renew }
  }
}

function setUp() {
  const bus = new UnreliableBus({ wallMs: () => clock.wallMs(), observer })
  const published: { price: number; seq?: number; epoch?: number }[] = []
  const listener: BusListener = {
    subscribed() {},
    refused() {},
    lost() {},
    restored() {},
    quote: (q) => published.push(q),
  }
  bus.listen(listener)
  bus.subscribe(['AAPL'])
  const fenced: string[] = []
  const held: boolean[] = []
  const confirmed: string[] = []
  const share = { mayTake: true }
  const publisher = () =>
    new ShardPublisher({
      shard: 0,
      bus,
      clock,
      random: () => 0.5,
      logger: silentLogger,
      observer: { published() {}, failed() {}, conflated() {}, dropped() {}, fenced: (kind) => fenced.push(kind) },
      onHolding: (isHolding) => held.push(isHolding),
      onConfirmed: () => confirmed.push(`${clock.nowMs()}`),
      mayTake: () => share.mayTake,
    })
  return { bus, clock, published, fenced, held, confirmed, share, publisher }
}

async function takesOver(publisher: ShardPublisher): Promise<boolean> {
  clock.advance(450)
  await settled()
  return publisher.isHolding
}

function quote(price: number): FeedQuote {
  return { symbol: 'AAPL', price, timestampMs: 1_000 }
}

/** Promise callbacks have run. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
