/** Several publishers on one bus: who holds how many of the shards, as they come, go and die. */
import { expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { PublisherGroup } from './publisher-group.ts'
import type { PublisherLease, QuoteBusWriter } from './quote-bus.ts'
import { InProcessQuoteBus } from './quote-bus-in-process.ts'

const beatMs = 450
const presenceMs = 1_500
/** The longest wait between two tries for a lease. */
const tryMs = 300

test('a lone publisher takes every shard at once (rule 18)', async () => {
  const { start } = setUp(4)
  const one = await start()
  expect(one.held).toBe(4)
})

test('who comes later gets his share: one lease at a time is given up, and taken before the next is (rule 18)', async () => {
  const { start, pass } = setUp(4)
  const first = await start()
  const second = await start()
  expect([first.held, second.held]).toEqual([4, 0])
  const seen = [[4, 0]]
  for (let ms = 0; ms < 5 * beatMs; ms += 10) {
    await pass(10)
    const now = [first.held, second.held]
    if (String(now) !== String(seen.at(-1))) seen.push(now)
  }
  expect(seen).toEqual([
    [4, 0],
    [3, 0],
    [3, 1],
    [2, 1],
    [2, 2],
  ])
  await pass(10_000)
  expect([first.held, second.held, first.tenures, second.tenures]).toEqual([2, 2, 4, 2])
})

test.for([
  [2, 2],
  [4, 3],
  [5, 3],
  [3, 4],
  [64, 5],
] as const)(
  '%i shards and %i publishers: nobody has more than his share, rounded up, and every shard is held (rule 18)',
  async ([shards, publishers]) => {
    const { bus, start, pass } = setUp(shards)
    const groups: Publishing[] = []
    for (let i = 0; i < publishers; i++) groups.push(await start())
    await pass((shards + 2) * beatMs)
    expect(Math.max(...groups.map(({ held }) => held))).toBe(Math.ceil(shards / publishers))
    expect(bus.free(shards)).toEqual([])
  },
)

test('two that start in the same moment share as well', async () => {
  const { bus, open, pass } = setUp(4)
  const [first, second] = [open(), open()]
  await Promise.all([first.run(), second.run()])
  await pass(6 * beatMs)
  expect([first.held, second.held, bus.free(4)]).toEqual([2, 2, []])
})

test('the shards of one that dies without a word are taken over within 3 s (rule 18)', async () => {
  const { bus, start, pass } = setUp(4)
  const [first, dying] = [await start(), await start()]
  await pass(6 * beatMs)
  expect(dying.held).toBe(2)
  dying.cut()
  // A lease lives on for 1.8 s after the last renewal.
  await pass(1_800)
  for (const shard of dying.leases) bus.takeAway(shard)
  await pass(3_000 - 1_800)
  expect([first.held, bus.free(4)]).toEqual([4, []])
})

test('one that leaves is replaced within a beat and a try (rule 18)', async () => {
  const { start, pass } = setUp(4)
  const [first, leaving] = [await start(), await start()]
  await pass(6 * beatMs)
  await leaving.stop()
  await pass(beatMs + tryMs)
  expect([first.held, leaving.held]).toEqual([4, 0])
})

test('one that was paused and comes back gives up what the others made up for', async () => {
  const { start, pass } = setUp(2)
  const [first, paused] = [await start(), await start()]
  await pass(6 * beatMs)
  paused.cut()
  await pass(presenceMs + beatMs)
  paused.mend()
  await pass(6 * beatMs)
  expect([first.held, paused.held]).toEqual([1, 1])
})

test('where nobody can tell how many there are, every free shard is taken; the share counts again as soon as somebody can', async () => {
  const { bus, start, pass } = setUp(4)
  const [first, dying] = [await start(), await start()]
  await pass(6 * beatMs)
  bus.tellsPresence = false
  dying.cut()
  for (const shard of dying.leases) bus.takeAway(shard)
  await pass(presenceMs - beatMs)
  expect(first.held).toBe(2)
  await pass(2 * beatMs + tryMs)
  expect(first.held).toBe(4)
  bus.tellsPresence = true
  dying.mend()
  await pass(6 * beatMs)
  expect([first.held, dying.held]).toEqual([2, 2])
})

test('with one shard nobody asks how many publishers there are', async () => {
  const { bus, start, pass } = setUp(1)
  bus.tellsPresence = false
  const one = await start()
  await pass(10 * beatMs)
  expect([one.held, bus.questions]).toEqual([1, 0])
})

/** The in-process bus, on which presence may be unknown. */
class SharedBus extends InProcessQuoteBus {
  tellsPresence = true
  questions = 0

  override async announce(publisherId: string, ttlMs: number): Promise<number> {
    this.questions++
    if (!this.tellsPresence) throw new Error('NOPERM')
    return await super.announce(publisherId, ttlMs)
  }

  free(shards: number): number[] {
    return Array.from({ length: shards }, (_, shard) => shard).filter((shard) => this.holderOf(shard) === undefined)
  }
}

/** One process's own way to the bus, which may be cut as by SIGSTOP. */
class OwnLink implements QuoteBusWriter {
  readonly leases = new Map<number, PublisherLease>()
  isCut = false
  readonly #bus: SharedBus

  constructor(bus: SharedBus) {
    this.#bus = bus
  }

  async acquire(shard: number, ttlMs: number): Promise<PublisherLease | undefined> {
    this.#assertWhole()
    const lease = await this.#bus.acquire(shard, ttlMs)
    if (!lease) return undefined
    this.leases.set(shard, lease)
    const release = async () => {
      this.#assertWhole()
      this.leases.delete(shard)
      await lease.release()
    }
    const renew = async (ms: number) => {
      this.#assertWhole()
      return await lease.renew(ms)
    }
    return { ...lease, renew, release }
  }

  async announce(publisherId: string, ttlMs: number): Promise<number> {
    this.#assertWhole()
    return await this.#bus.announce(publisherId, ttlMs)
  }

  #assertWhole(): void {
    if (this.isCut) throw new Error('away')
  }
}

function setUp(shards: number) {
  const clock = new ManualClock()
  const bus = new SharedBus({
    wallMs: () => clock.wallMs(),
    observer: { connected() {}, subscriptionCount() {}, badPayload() {} },
  })
  const groups: Publishing[] = []
  const open = () => {
    const group = new Publishing({ shards, bus, clock, publisherId: `p${groups.length}` })
    groups.push(group)
    return group
  }
  onTestFinished(async () => {
    for (const group of groups) await group.stop()
    expect(clock.pending).toBe(0)
  })
  const start = async () => {
    const group = open()
    await group.run()
    await settled()
    return group
  }
  /** In small steps: each timer sees the answers to what was asked before it. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      clock.advance(10)
      await settled()
    }
  }
  return { bus, open, start, pass }
}

interface PublishingOptions {
  readonly shards: number
  readonly bus: SharedBus
  readonly clock: ManualClock
  readonly publisherId: string
}

class Publishing {
  tenures = 0
  readonly #link: OwnLink
  readonly #group: PublisherGroup
  #heldBefore = 0

  constructor({ bus, ...options }: PublishingOptions) {
    this.#link = new OwnLink(bus)
    const holding = (held: number) => {
      if (held > this.#heldBefore) this.tenures++
      this.#heldBefore = held
    }
    this.#group = new PublisherGroup({
      ...options,
      bus: this.#link,
      random: () => 0.5,
      logger: silentLogger,
      observer: { published() {}, failed() {}, conflated() {}, dropped() {}, fenced() {}, holding },
      createFeed: () => ({ description: 'a feed', run: async () => {}, stop() {} }),
    })
  }

  get held(): number {
    return this.#group.held
  }

  get leases(): number[] {
    return [...this.#link.leases.keys()]
  }

  run(): Promise<void> {
    return this.#group.run()
  }

  stop(): Promise<void> {
    return this.#group.stop()
  }

  cut(): void {
    this.#link.isCut = true
  }

  mend(): void {
    this.#link.isCut = false
  }
}

/** Promise callbacks have run. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
