/** Over real gRPC to several servers; time is driven by hand where one tick of a second is enough. */
import { afterEach, expect, test, vi } from 'vitest'
import { type Clock, every, systemClock } from '../shared/clock.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { Placement } from './placement.ts'
import { type Asked, Inbox, QuoteBatchServer, type QuoteBatchStream } from './testing/quote-batch-server.ts'
import { Upstream } from './upstream.ts'

test('available is told when the first link is ready and when the last is lost', async () => {
  const { upstream, events, servers, addresses } = await setUp(2)
  expect(upstream.isAvailable).toBe(false)
  upstream.setAddresses(addresses)
  expect(await events.take()).toBe('available')
  await vi.waitFor(() => expect(upstream.readyLinkCount).toBe(2))
  expect([upstream.isAvailable, events.size]).toEqual([true, 0])
  for (const server of servers) server.end()
  expect(await events.take()).toBe('unavailable')
  expect([upstream.isAvailable, upstream.readyLinkCount]).toEqual([false, 0])
})

test('a symbol is read from one address, its last value and quotes passed on, until it is let go', async () => {
  const { upstream, events, servers } = await running(3)
  upstream.subscribe('A')
  expect(await events.take()).toBe('subscribed A 1')
  const owner = ownerOf('A', servers)
  owner.publish('A', 2)
  owner.publish('NONE', 2)
  owner.publish('A', 4)
  expect(await take(events, 3)).toEqual(['A 2', 'gap A 3-3', 'A 4'])
  upstream.unsubscribe('A')
  await vi.waitFor(() => expect(read(servers)).toEqual([]))
})

test('rule 13: a lost address’s symbols move at once, are told as stale, and fresh once confirmed', async () => {
  const { upstream, events, servers } = await running(3)
  await subscribeAll(upstream, events)
  const [lost, ...rest] = servers
  if (!lost) throw new Error('no server')
  const moved = [...lost.symbols].sort()
  const before = rest.map(({ symbols }) => [...symbols])
  lost.end()
  expect(await events.take()).toBe(`stale ${moved.join(' ')}`)
  const told = await take(events, 1)
  while (told.filter((event) => event.startsWith('fresh')).flatMap(namesIn).length < moved.length) {
    told.push(await events.take())
  }
  expect(
    told
      .filter((event) => event.startsWith('fresh'))
      .flatMap(namesIn)
      .sort(),
  ).toEqual(moved)
  expect(read(rest)).toEqual(symbols)
  rest.forEach((server, index) => {
    // Nobody else's symbols moved.
    expect([...server.symbols]).toEqual(expect.arrayContaining(before[index] ?? []))
    expect(server.symbols.size).toBeLessThanOrEqual(Math.ceil((1.1 * symbols.length) / 2))
  })
})

test('a symbol wanted while no address is ready is asked for when one is', async () => {
  const { upstream, events, addresses } = await setUp(1)
  upstream.subscribe('A')
  upstream.setAddresses(addresses)
  expect(await take(events, 2)).toEqual(['available', 'subscribed A 1'])
})

test('a new address takes its share by planned moves: nothing lost, repeated or told as stale', async () => {
  const clock = new ManualClock()
  const { upstream, events, servers, addresses } = await setUp(3, clock)
  const [newcomer, ...old] = servers
  if (!newcomer) throw new Error('no server')
  upstream.setAddresses(addresses.slice(1))
  expect(await events.take()).toBe('available')
  await vi.waitFor(() => expect(upstream.readyLinkCount).toBe(2))
  await subscribeAll(upstream, events)
  upstream.setAddresses(addresses)
  await vi.waitFor(() => expect(upstream.readyLinkCount).toBe(3))
  clock.advance(1_000)
  publishAll(old, 2)
  await vi.waitFor(() => expect(newcomer.symbols.size).toBeGreaterThan(4))
  publishAll(servers, 3)
  await vi.waitFor(() => expect(read(servers)).toEqual(symbols))
  publishAll(servers, 4)
  const told = await take(events, 3 * symbols.length)
  for (const symbol of symbols) {
    expect(told.filter((event) => event.startsWith(`${symbol} `))).toEqual([2, 3, 4].map((seq) => `${symbol} ${seq}`))
  }
  expect(events.size).toBe(0)
  expect(newcomer.symbols.size).toBeLessThanOrEqual(11)
})

test('of many symbols that have to move at most 64 are on their way at once, and all arrive (rule 19)', async () => {
  const clock = new ManualClock()
  const many = Array.from({ length: 200 }, (_, i) => `M${100 + i}`)
  const { upstream, events, servers, addresses } = await setUp(2, clock)
  const [newcomer] = servers
  if (!newcomer) throw new Error('no server')
  upstream.setAddresses(addresses.slice(1))
  expect(await events.take()).toBe('available')
  for (const symbol of many) upstream.subscribe(symbol)
  await take(events, many.length)
  const letGo = newcomer.hold()
  upstream.setAddresses(addresses)
  await vi.waitFor(() => expect(upstream.readyLinkCount).toBe(2))
  clock.advance(1_000)
  // The old address is full, so this one goes to the new, behind all that were asked for there.
  upstream.subscribe('LAST')
  await vi.waitFor(() => expect(newcomer.asked).toContain('LAST'))
  expect(newcomer.asked.size).toBe(64 + 1)
  letGo()
  // Each move that is done lets another begin, with the next turn of the clock.
  await vi.waitFor(() => {
    clock.advance(0)
    expect(newcomer.symbols.size).toBeGreaterThan(90)
    expect(read(servers)).toEqual([...many, 'LAST'].sort())
  })
  expect(newcomer.mostUnanswered).toBe(64 + 1)
})

test('all moves that a new address needs are planned together, however many batches they take', async () => {
  const clock = new ManualClock()
  const many = Array.from({ length: 1_000 }, (_, i) => `M${1_000 + i}`)
  const { upstream, events, servers, addresses } = await setUp(2, clock)
  upstream.setAddresses(addresses.slice(1))
  expect(await events.take()).toBe('available')
  for (const symbol of many) upstream.subscribe(symbol)
  await take(events, many.length)
  const plan = vi.spyOn(Placement.prototype, 'plan')
  upstream.setAddresses(addresses)
  await vi.waitFor(() => expect(upstream.readyLinkCount).toBe(2))
  clock.advance(1_000)
  await vi.waitFor(() => {
    clock.advance(0)
    expect(servers[0]?.symbols.size).toBeGreaterThan(440)
    expect(read(servers)).toEqual(many)
  })
  // One that is used up, and one that finds nothing left.
  expect(plan.mock.calls.length).toBeLessThanOrEqual(3)
  plan.mockRestore()
})

test('an address that left the list is read until its symbols have moved, then its link is closed', async () => {
  const { upstream, events, servers, addresses } = await running(3, systemClock)
  await subscribeAll(upstream, events)
  const [leaving, ...rest] = servers
  if (!leaving) throw new Error('no server')
  expect(leaving.symbols.size).toBeGreaterThan(0)
  upstream.setAddresses(addresses.slice(1))
  expect(upstream.readyLinkCount).toBe(3)
  await leaving.stream().cancelled
  // The others may still be evening out their loads.
  await vi.waitFor(() => expect(read(rest)).toEqual(symbols))
  expect([upstream.readyLinkCount, events.size]).toEqual([2, 0])
})

test('a process that loses its bus makes its symbols stale, and fresh when the bus is back', async () => {
  const { upstream, events, servers } = await running(2)
  await subscribeAll(upstream, events)
  const [server] = servers
  const own = [...(server?.symbols ?? [])]
  server?.stream().send({ busLost: {} })
  const stale = await events.take()
  server?.stream().send({ busRestored: {} })
  const fresh = await events.take()
  expect([stale.split(' ')[0], namesIn(stale).sort()]).toEqual(['stale', own.sort()])
  expect([fresh.split(' ')[0], namesIn(fresh).sort()]).toEqual(['fresh', own.sort()])
})

test('after GoAway the symbols move without a gap or stale, then the stream is half-closed (rule 13)', async () => {
  const { upstream, events, servers } = await running(3, systemClock)
  await subscribeAll(upstream, events)
  const [leaving, ...rest] = servers
  if (!leaving) throw new Error('no server')
  expect(leaving.symbols.size).toBeGreaterThan(0)
  leaving.stream().send({ goAway: { reason: 'test', deadlineMs: 10_000 } })
  await leaving.stream().halfClosed
  await vi.waitFor(() => expect(read(rest)).toEqual(symbols))
  expect(events.size).toBe(0)
  upstream.subscribe('LATER')
  expect(await events.take()).toContain('subscribed LATER')
  expect(leaving.symbols.has('LATER')).toBe(false)
})

test('the only process may go away: it is read until it ends', async () => {
  const { upstream, events, servers } = await running(1)
  await subscribeAll(upstream, events)
  servers[0]?.stream().send({ goAway: { reason: 'test', deadlineMs: 10_000 } })
  servers[0]?.publish('LAST', 1)
  upstream.subscribe('LAST')
  expect(await events.take()).toBe('subscribed LAST 1')
})

test('a symbol that is confirmed while its process has lost the bus is stale at once (rule 12)', async () => {
  const { upstream, events, servers } = await running(1)
  servers[0]?.stream().send({ busLost: {} })
  upstream.subscribe('LATE')
  expect(await events.take()).toContain('subscribed')
  expect(await events.take()).toBe('stale LATE')
})

test.each([
  ['fresh', 'from a process that has lost the bus to one that has not', 0],
  ['stale', 'to a process that has lost the bus', 1],
])('a symbol is told as %s when it moves %s (rule 12)', async (news, _how, behind) => {
  const { upstream, events, servers, addresses } = await setUp(2, systemClock)
  upstream.setAddresses(addresses.slice(0, 1))
  expect(await events.take()).toBe('available')
  upstream.subscribe('MOVES')
  expect(await events.take()).toContain('subscribed MOVES')
  if (behind === 0) {
    servers[0]?.stream().send({ busLost: {} })
    expect(await events.take()).toBe('stale MOVES')
  }
  upstream.setAddresses(addresses)
  await vi.waitFor(() => expect(upstream.readyLinkCount).toBe(2))
  if (behind === 1) servers[1]?.stream().send({ busLost: {} })
  // Only the second is left: the symbol has to move there.
  upstream.setAddresses(addresses.slice(1))
  expect(await events.take()).toBe(`${news} MOVES`)
  expect(servers[1]?.symbols).toContain('MOVES')
})

test('a rejection is told with its code', async () => {
  const { upstream, events, servers } = await running(1)
  servers[0]?.refuse('BAD')
  upstream.subscribe('BAD')
  expect(await events.take()).toBe('rejected BAD not_found')
})

test('stop leaves no timer and no stream', async () => {
  const clock = new ManualClock()
  const { upstream, events, servers } = await running(3, clock)
  await subscribeAll(upstream, events)
  await upstream.stop()
  await Promise.all(servers.map((server) => server.stopWhenUnused()))
  expect(clock.pending).toBe(0)
})

const symbols = Array.from({ length: 30 }, (_, i) => `S${10 + i}`)

/** A market-data process that confirms what it is asked for, with a last value of seq 1 or the last it published. */
class Server {
  readonly symbols = new Set<string>()
  readonly #server: QuoteBatchServer
  readonly #seqs: Map<string, number>
  readonly #refused = new Set<string>()
  /** What the gateway wants, answered or not. */
  readonly asked = new Set<string>()
  mostUnanswered = 0
  #mayAnswer = Promise.resolve()
  #stream: QuoteBatchStream | undefined
  #stopBeating = () => {}

  constructor(server: QuoteBatchServer, seqs: Map<string, number>) {
    this.#server = server
    this.#seqs = seqs
    server.onStream = (stream) => {
      this.#stream = stream
      stream.beat()
      this.#stopBeating = every(systemClock, 500, () => stream.beat())
      void stream.cancelled.then(this.#stopBeating)
      void this.#answer(stream)
    }
  }

  get address(): string {
    return this.#server.address
  }

  refuse(symbol: string): void {
    this.#refused.add(symbol)
  }

  /** Answers nothing until the returned function is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#mayAnswer = promise
    return resolve
  }

  stream(): QuoteBatchStream {
    if (!this.#stream) throw new Error('no stream')
    return this.#stream
  }

  end(): void {
    this.symbols.clear()
    this.#stopBeating()
    this.stream().end()
  }

  publish(symbol: string, seq: number): void {
    this.#seqs.set(symbol, seq)
    this.stream().send({ quote: { symbol, price: seq, seq, epoch: 1, timestamp: 1 } })
  }

  async stopWhenUnused(): Promise<void> {
    await this.#server.stopWhenUnused()
  }

  async #answer(stream: QuoteBatchStream): Promise<void> {
    for (;;) {
      const { action, request, symbols } = await stream.requests.take()
      for (const symbol of symbols) this.asked[action === 'subscribe' ? 'add' : 'delete'](symbol)
      const unanswered = [...this.asked].filter((symbol) => !this.symbols.has(symbol))
      this.mostUnanswered = Math.max(this.mostUnanswered, unanswered.length)
      void this.#mayAnswer.then(() => this.#answerOne(stream, { action, request, symbols }))
    }
  }

  #answerOne(stream: QuoteBatchStream, { action, request, symbols }: Asked): void {
    for (const symbol of symbols) {
      if (action === 'unsubscribe') this.symbols.delete(symbol)
      else if (this.#refused.has(symbol)) stream.send({ rejected: { request, symbol, code: 'not_found', message: '' } })
      else {
        this.symbols.add(symbol)
        const seq = this.#seqs.get(symbol) ?? 1
        stream.send({ subscribed: { request, symbol, last: { symbol, price: seq, seq, epoch: 1, timestamp: 1 } } })
      }
    }
  }
}

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function setUp(count: number, clock: Clock = new ManualClock()) {
  const events = new Inbox<string>()
  const seqs = new Map<string, number>()
  const servers: Server[] = []
  for (let i = 0; i < count; i++) {
    const server = await QuoteBatchServer.start()
    closers.push(() => server[Symbol.asyncDispose]())
    servers.push(new Server(server, seqs))
  }
  const random = () => 0.5
  const upstream = new Upstream({ token: 't', clock, random, logger: silentLogger, onStreamEnded: () => {} })
  upstream.listen({
    subscribed: (symbol, last) => events.put(`subscribed ${symbol} ${last?.seq}`),
    rejected: (symbol, code) => events.put(`rejected ${symbol} ${code}`),
    quote: ({ symbol, seq }) => events.put(`${symbol} ${seq}`),
    gap: (symbol, { fromSeq, toSeq }) => events.put(`gap ${symbol} ${fromSeq}-${toSeq}`),
    stale: (symbols) => events.put(`stale ${[...symbols].sort().join(' ')}`),
    fresh: (symbols) => events.put(`fresh ${symbols.join(' ')}`),
    tierData: () => {},
    linkLost: () => {},
    available: (isAvailable) => events.put(isAvailable ? 'available' : 'unavailable'),
  })
  await upstream.run()
  closers.unshift(() => upstream.stop())
  return { events, servers, upstream, addresses: servers.map(({ address }) => address) }
}

/** Every address is ready. */
async function running(count: number, clock?: Clock) {
  const all = await setUp(count, clock)
  all.upstream.setAddresses(all.addresses)
  expect(await all.events.take()).toBe('available')
  await vi.waitFor(() => expect(all.upstream.readyLinkCount).toBe(count))
  return all
}

async function subscribeAll(upstream: Upstream, events: Inbox<string>): Promise<void> {
  for (const symbol of symbols) upstream.subscribe(symbol)
  expect((await take(events, symbols.length)).sort()).toEqual(symbols.map((symbol) => `subscribed ${symbol} 1`))
}

/** As the bus does: to every process that reads the symbol. */
function publishAll(servers: readonly Server[], seq: number): void {
  for (const server of servers) for (const symbol of server.symbols) server.publish(symbol, seq)
}

function ownerOf(symbol: string, servers: readonly Server[]): Server {
  const owners = servers.filter(({ symbols }) => symbols.has(symbol))
  const [owner] = owners
  if (!owner || owners.length > 1) throw new Error(`${owners.length} owners`)
  return owner
}

/** What is read from all of them; twice where two have it. */
function read(servers: readonly Server[]): string[] {
  return servers.flatMap((server) => [...server.symbols]).sort()
}

function namesIn(event: string): string[] {
  return event.split(' ').slice(1)
}

async function take<T>(inbox: Inbox<T>, count: number): Promise<T[]> {
  const items: T[] = []
  while (items.length < count) items.push(await inbox.take())
  return items
}
