import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import type { Feed, OnQuotes } from './feeds/feed.ts'
import { PublisherGroup } from './publisher-group.ts'
import { InProcessQuoteBus } from './quote-bus-in-process.ts'

test('a feed that cannot run costs the leases at once, is told once, and another publisher goes on', async () => {
  const { bus, clock, group } = setUp({ shards: 2 })
  const broken = group({ run: async () => Promise.reject(new Error('no source')) })
  const standby = group()
  await broken.group.run()
  await settled()
  expect(broken.fatal.map(({ message, cause }) => [message, String(cause)])).toEqual([
    ['the feed cannot run', 'Error: no source'],
  ])
  expect([broken.group.held, bus.holderOf(0), bus.holderOf(1)]).toEqual([0, undefined, undefined])
  await standby.group.run()
  await settled()
  clock.advance(2_000)
  await settled()
  expect([broken.group.held, standby.group.held]).toEqual([0, 2])
  expect([broken.built.length, standby.fatal]).toEqual([1, []])
  await standby.group.stop()
  await broken.group.stop()
  expect(clock.pending).toBe(0)
})

test('a feed that cannot be built anew ends the publisher as well', async () => {
  const { bus, clock, group } = setUp({ shards: 1 })
  const one = group()
  await one.group.run()
  await settled()
  one.breakBuilding()
  bus.takeAway(0)
  clock.advance(500)
  await settled()
  clock.advance(0)
  await settled()
  expect(one.fatal.map(({ message }) => message)).toEqual(['the feed cannot run'])
  expect([one.group.held, bus.holderOf(0)]).toEqual([0, undefined])
})

test('a feed that rejects because it was stopped ends nothing', async () => {
  const { bus, clock, group } = setUp({ shards: 1 })
  const { promise, reject } = Promise.withResolvers<void>()
  const one = group({ run: () => promise, stop: () => reject(new Error('aborted')) })
  await one.group.run()
  await settled()
  bus.takeAway(0)
  clock.advance(500)
  await settled()
  expect(one.fatal).toEqual([])
  await one.group.stop()
})

test('the first feed is built at once and run by the first tenure; each further tenure builds one', async () => {
  const { bus, clock, group } = setUp({ shards: 1 })
  const one = group()
  expect(one.built).toEqual(['built'])
  await one.group.run()
  await settled()
  expect(one.built).toEqual(['running'])
  bus.takeAway(0)
  clock.advance(500)
  await settled()
  expect(one.built).toEqual(['stopped'])
  clock.advance(0)
  await settled()
  expect(one.built).toEqual(['stopped', 'running'])
  await one.group.stop()
})

test('stop ends the feed for good, and no further one is built or run while the shards end one by one', async () => {
  const { bus, clock, group } = setUp({ shards: 3 })
  const one = group()
  await one.group.run()
  await settled()
  expect(one.group.held).toBe(3)
  await Promise.all([one.group.stop(), one.group.stop()])
  expect([one.built, one.group.held, clock.pending]).toEqual([['stopped'], 0, 0])
  expect([0, 1, 2].map((shard) => bus.holderOf(shard))).toEqual([undefined, undefined, undefined])
})

function setUp({ shards }: { readonly shards: number }) {
  const clock = new ManualClock()
  const observer = { connected() {}, subscriptionCount() {}, badPayload() {} }
  const bus = new InProcessQuoteBus({ wallMs: () => clock.wallMs(), observer })
  let groups = 0
  const group = (feed: Partial<Pick<Feed, 'run' | 'stop'>> = {}) =>
    groupOn({ shards, bus, publisherId: `p${groups++}`, clock, feed })
  return { bus, clock, group }
}

interface GroupOptions {
  readonly shards: number
  readonly bus: InProcessQuoteBus
  readonly publisherId: string
  readonly clock: ManualClock
  readonly feed: Partial<Pick<Feed, 'run' | 'stop'>>
}

function groupOn({ shards, bus, publisherId, clock, feed }: GroupOptions) {
  const built: ('built' | 'running' | 'stopped')[] = []
  const fatal: Error[] = []
  let isBroken = false
  const createFeed = (_: OnQuotes): Feed => {
    if (isBroken) throw new Error('cannot be built')
    const index = built.push('built') - 1
    return {
      description: 'a feed',
      run: async () => {
        built[index] = 'running'
        await feed.run?.()
      },
      stop: () => {
        built[index] = 'stopped'
        feed.stop?.()
      },
    }
  }
  const group = new PublisherGroup({
    shards,
    publisherId,
    bus,
    clock,
    random: () => 0.5,
    logger: silentLogger,
    observer: { published() {}, failed() {}, conflated() {}, dropped() {}, fenced() {}, holding() {} },
    createFeed,
    onFatal: (error) => fatal.push(error),
  })
  const breakBuilding = () => {
    isBroken = true
  }
  return { group, built, fatal, breakBuilding }
}

/** Promise callbacks have run. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
