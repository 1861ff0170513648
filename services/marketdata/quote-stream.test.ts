import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { UpstreamError } from '../shared/errors.ts'
import { quotewire } from '../shared/protobuf.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import type { Quote } from './quote.ts'
import { InProcessQuoteBus } from './quote-bus-in-process.ts'
import { heartbeatMs, QuoteStream } from './quote-stream.ts'
import { SymbolRegistry } from './symbol-registry.ts'
import { ScriptedCall } from './testing/scripted-call.ts'
import { WatchedTiers } from './testing/watched-tiers.ts'
import { TierTable } from './tiers.ts'

const { QuoteBatch, QuoteBatchRequest } = quotewire.v1
const { ACTION_SUBSCRIBE, ACTION_UNSUBSCRIBE, ACTION_UNSPECIFIED } = QuoteBatchRequest.Action

test('a heartbeat opens the stream at once, and follows every 500 ms whatever the traffic', async () => {
  const { clock, bus, subscribe, take } = setUp()
  await settled()
  expect(take()).toEqual(['heartbeat', 'tier data 1'])
  subscribe(1, ['AAPL'])
  await settled()
  take()
  const heartbeatsAt: number[] = []
  for (let ms = 50; ms <= 2_000; ms += 50) {
    clock.advance(50)
    await bus.publish([quote('AAPL', ms)])
    await settled()
    if (take().includes('heartbeat')) heartbeatsAt.push(ms)
  }
  expect(heartbeatsAt).toEqual([500, 1_000, 1_500, 2_000])
})

test('a subscribe is confirmed symbol by symbol with its last value and the request’s number', async () => {
  const { bus, call, subscribe, take } = setUp()
  await bus.publish([quote('AAPL', 1)])
  subscribe(7, ['AAPL', 'MSFT'])
  subscribe(8, ['IBM'])
  await settled()
  expect(take()).toEqual([
    'heartbeat',
    'tier data 1',
    'subscribed 7 AAPL 1',
    'subscribed 7 MSFT -',
    'subscribed 8 IBM -',
  ])
  const entry = entries(call).find(({ subscribed }) => subscribed?.symbol === 'AAPL')
  expect(entry?.subscribed?.last).toMatchObject({ symbol: 'AAPL', seq: 1, epoch: 7, timestamp: 1_000, snapshot: true })
})

test('entries of one turn of the event loop leave in one batch, in order', async () => {
  const { bus, call, subscribe, take } = setUp()
  subscribe(1, ['AAPL', 'MSFT'])
  await settled()
  take()
  const before = call.written.length
  await bus.publish([quote('AAPL', 1), quote('MSFT', 2)])
  await bus.publish([quote('AAPL', 3)])
  expect(call.written).toHaveLength(before)
  await settled()
  expect(call.written).toHaveLength(before + 1)
  expect(take()).toEqual(['quote AAPL 1', 'quote MSFT 2', 'quote AAPL 3'])
})

test('every stream passes on the same bytes of a quote', async () => {
  const one = setUp()
  const other = openStream(one)
  for (const { subscribe } of [one, other]) subscribe(1, ['AAPL'])
  await settled()
  await one.bus.publish([quote('AAPL', 1)])
  await settled()
  expect(one.call.written.at(-1)).toEqual(other.call.written.at(-1))
  expect(inWords(entries(other.call).at(-1))).toBe('quote AAPL 1')
})

test('a batch stays far below the 4 MiB that a gRPC client accepts', async () => {
  const { bus, call, subscribe, take } = setUp()
  subscribe(1, symbols(1_000))
  await settled()
  take()
  await bus.publish(Array.from({ length: 20_000 }, (_, i) => quote(`S${i % 1_000}`, i + 1)))
  await settled()
  expect(take()).toHaveLength(20_000)
  expect(Math.max(...call.written.map((batch) => batch.length))).toBeLessThan(300 * 1024)
})

test('unsubscribe is confirmed, for unknown symbols too; no quote of it follows', async () => {
  const { bus, registry, subscribe, unsubscribe, take } = setUp()
  subscribe(1, ['AAPL', 'MSFT'])
  await settled()
  take()
  await bus.publish([quote('AAPL', 1)])
  unsubscribe(2, ['AAPL', 'IBM', 'A\nB'])
  await bus.publish([quote('AAPL', 2), quote('MSFT', 3)])
  await settled()
  const confirmed = ['unsubscribed 2 AAPL', 'unsubscribed 2 IBM', 'unsubscribed 2 A\nB']
  expect(take()).toEqual(['quote AAPL 1', ...confirmed, 'quote MSFT 3'])
  expect(registry.symbolCount).toBe(1)
})

test('a failure is per symbol and never ends the stream', async () => {
  const { call, subscribe, take } = setUp({ registrySymbols: 1 })
  subscribe(3, ['*', 'x'.repeat(100_000), 'AAPL', 'MSFT'])
  await settled()
  const bad = ['rejected 3 bad_symbol *', `rejected 3 bad_symbol ${'x'.repeat(64)}`]
  expect(take()).toEqual(['heartbeat', 'tier data 1', ...bad, 'rejected 3 busy MSFT', 'subscribed 3 AAPL -'])
  expect(entries(call).every(({ rejected }) => rejected?.message !== '')).toBe(true)
  expect(call.outcome).toBeUndefined()
})

test('an unknown action ends the stream with INVALID_ARGUMENT, and what was read with it is ignored', async () => {
  const { call, send, subscribe, freed } = setUp()
  send(ACTION_UNSPECIFIED, 1, ['AAPL'])
  subscribe(2, ['AAPL'])
  await settled()
  expect((call.outcome as UpstreamError).status).toBe(3)
  freed()
})

test('the gateway is told when the bus is lost and back', async () => {
  const { registry, take } = setUp()
  registry.lost()
  registry.restored()
  await settled()
  expect(take()).toEqual(['heartbeat', 'tier data 1', 'bus lost', 'bus restored'])
})

test('the tier data is told when the stream opens and whenever it changes, until the stream closes', async () => {
  const { tiers, stream, call, take } = setUp()
  await settled()
  take()
  tiers.replace(TierTable.closed, 2)
  tiers.replace(TierTable.open, 3)
  await settled()
  expect(take()).toEqual(['tier data 2', 'tier data 3'])
  expect(entries(call).at(-2)?.tierData?.digest).toBe(TierTable.closed.digest)
  expect(entries(call).at(-1)?.tierData?.digest).toBe(TierTable.open.digest)
  expect(tiers.watcherCount).toBe(1)
  stream.closed()
  expect(tiers.watcherCount).toBe(0)
  tiers.replace(TierTable.closed, 4)
  await settled()
  expect(take()).toEqual([])
})

test('news of tier data waits for a full transport and survives conflation', async () => {
  const { tiers, bus, call, stream, subscribe, take } = setUp({ maxPendingBytes: 1_000 })
  subscribe(1, ['AAPL'])
  await settled()
  take()
  call.room = 1
  tiers.replace(TierTable.closed, 2)
  await settled()
  tiers.replace(TierTable.open, 3)
  for (let price = 1; price <= 100; price++) await bus.publish([quote('AAPL', price)])
  await settled()
  expect(take()).toEqual(['tier data 2'])
  call.room = 9
  stream.drained()
  const [first, ...rest] = take()
  expect(first).toBe('tier data 3')
  expect(rest.length).toBeLessThan(100)
  expect(rest.at(-1)).toBe('quote AAPL 100')
})

test('nothing is written while the transport is full; all follows in order when it drains', async () => {
  const { clock, bus, call, stream, subscribe, take } = setUp()
  subscribe(1, ['AAPL'])
  await settled()
  take()
  call.room = 1
  for (let price = 1; price <= 5; price++) {
    await bus.publish([quote('AAPL', price)])
    await settled()
  }
  clock.advance(10 * heartbeatMs)
  await settled()
  expect(take()).toEqual(['quote AAPL 1'])
  call.room = 10
  stream.drained()
  expect(take()).toEqual(['quote AAPL 2', 'quote AAPL 3', 'quote AAPL 4', 'quote AAPL 5'])
})

test('beyond the bound each symbol keeps its newest quote, and every control entry stays', async () => {
  const { bus, call, stream, conflations, subscribe, unsubscribe, take } = setUp({ maxPendingBytes: 3_000 })
  subscribe(1, ['AAPL', 'MSFT'])
  await settled()
  call.room = 1
  await bus.publish([quote('AAPL', 1)])
  await settled()
  take()
  await bus.publish([quote('MSFT', 2)])
  subscribe(2, ['IBM'])
  unsubscribe(3, ['NONE'])
  await settled()
  for (let price = 3; conflations.length === 0; price++) await bus.publish([quote('AAPL', price)])
  call.room = 1_000
  stream.drained()
  const events = take()
  const newest = Number(events.at(-1)?.split(' ')[2])
  expect(events).toEqual(['quote MSFT 2', 'unsubscribed 3 NONE', 'subscribed 2 IBM -', `quote AAPL ${newest}`])
  expect(conflations).toEqual([newest - 3])
  expect(call.outcome).toBeUndefined()
})

test('what does not fit even conflated ends the stream with RESOURCE_EXHAUSTED and frees it', async () => {
  const { bus, call, subscribe, freed } = setUp({ maxPendingBytes: 3_000 })
  subscribe(1, symbols(200))
  await settled()
  call.room = 1
  await bus.publish([quote('S0', 1)])
  await settled()
  await bus.publish(symbols(200).map((symbol, i) => quote(symbol, i + 2)))
  expect((call.outcome as UpstreamError).status).toBe(8)
  freed()
})

test('a stream that its own snapshots end leaves no symbol behind', async () => {
  const { clock, registry, bus, stream: holder, subscribe: hold } = setUp()
  const some = symbols(100)
  hold(1, some)
  await settled()
  await bus.publish(some.map((symbol) => quote(symbol, 1)))
  const { call, subscribe } = openStream({ clock, registry, maxPendingBytes: 1_000 })
  call.room = 1
  await settled()
  subscribe(1, some)
  expect((call.outcome as UpstreamError).status).toBe(8)
  holder.closed()
  expect(registry.symbolCount).toBe(0)
})

test('a half-close flushes what is answered and ends with OK', async () => {
  const { call, stream, subscribe, take, freed } = setUp()
  subscribe(1, ['AAPL'])
  await Promise.resolve()
  await Promise.resolve()
  stream.halfClosed()
  expect(take()[0]).toBe('heartbeat')
  expect(call.outcome).toBe('ok')
  freed()
})

test('shutDown flushes, then says UNAVAILABLE', async () => {
  const { bus, call, stream, subscribe, take, freed } = setUp()
  subscribe(1, ['AAPL'])
  await settled()
  take()
  await bus.publish([quote('AAPL', 1)])
  stream.shutDown()
  expect(take()).toEqual(['quote AAPL 1'])
  expect((call.outcome as UpstreamError).status).toBe(14)
  freed()
})

test('a shutDown or half-close with a full transport writes nothing more', async () => {
  for (const last of ['shutDown', 'halfClosed'] as const) {
    const { bus, call, stream, subscribe, take, freed } = setUp()
    subscribe(1, ['AAPL'])
    await settled()
    take()
    call.room = 1
    for (const price of [1, 2]) {
      await bus.publish([quote('AAPL', price)])
      await settled()
    }
    stream[last]()
    expect(take()).toEqual(['quote AAPL 1'])
    freed()
  }
})

test('closed frees symbols, the heartbeat and the flush that was due', async () => {
  const { bus, call, stream, subscribe, freed } = setUp()
  subscribe(1, ['AAPL'])
  await settled()
  subscribe(2, ['MSFT'])
  await bus.publish([quote('AAPL', 1)])
  const before = call.written.length
  stream.closed()
  stream.closed()
  subscribe(3, ['IBM'])
  await settled()
  expect(call.written).toHaveLength(before)
  freed()
})

const someSymbols = fc.uniqueArray(fc.constantFrom('AAPL', 'MSFT', 'IBM'), { minLength: 1 })
const step = fc.oneof(
  fc.record({ do: fc.constantFrom('subscribe' as const, 'unsubscribe' as const), symbols: someSymbols }),
  fc.record({ do: fc.constant('publish' as const), symbols: someSymbols }),
  fc.record({ do: fc.constant('room' as const), room: fc.nat(3) }),
  fc.record({ do: fc.constant('settle' as const) }),
)

test('whatever is conflated, a quote stands between its symbol’s subscribed and unsubscribed, and rises', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
      const { bus, call, stream, send, take } = setUp({ maxPendingBytes: 600 })
      let price = 0
      const held = new Set<string>()
      for (const one of steps) {
        if (one.do === 'publish') await bus.publish(one.symbols.map((symbol) => quote(symbol, ++price)))
        else if (one.do === 'settle') await settled()
        else if (one.do === 'room') setRoom(call, stream, one.room)
        else if (one.do === 'unsubscribe') {
          send(ACTION_UNSUBSCRIBE, 1, one.symbols)
          for (const symbol of one.symbols) held.delete(symbol)
        } else {
          // As the gateway does: it never asks twice for what it holds.
          const fresh = one.symbols.filter((symbol) => !held.has(symbol))
          send(ACTION_SUBSCRIBE, 1, fresh)
          for (const symbol of fresh) held.add(symbol)
        }
      }
      await settled()
      setRoom(call, stream, Number.POSITIVE_INFINITY)
      checkOrder(take())
    }),
    { numRuns: 500 },
  )
})

function checkOrder(events: readonly string[]): void {
  const newest = new Map<string, number>()
  for (const event of events) {
    const words = event.split(' ')
    if (words[0] === 'subscribed') newest.set(words[2] ?? '', Number(words[3]) || 0)
    else if (words[0] === 'unsubscribed') newest.delete(words[2] ?? '')
    else if (words[0] === 'quote') {
      const symbol = words[1] ?? ''
      expect(newest.has(symbol), `${event} while not subscribed`).toBe(true)
      expect(Number(words[2]), event).toBeGreaterThan(newest.get(symbol) ?? 0)
      newest.set(symbol, Number(words[2]))
    }
  }
}

/** Room for this many writes from now on; a transport that is not full takes one more at least. */
function setRoom(call: ScriptedCall, stream: QuoteStream, room: number): void {
  const wasFull = call.isFull
  call.room = wasFull ? room : Math.max(room, 1)
  if (wasFull && !call.isFull) stream.drained()
}

function setUp({ registrySymbols = 10_000, maxPendingBytes = 8 * 1024 * 1024 } = {}) {
  const clock = new ManualClock()
  const observer = { connected() {}, subscriptionCount() {}, badPayload() {} }
  const bus = new InProcessQuoteBus({ wallMs: () => clock.wallMs(), observer })
  const options = { bus, clock, random: () => 0.5, logger: silentLogger, maxSymbols: registrySymbols }
  const registry = new SymbolRegistry(options)
  registry.restored()
  return { clock, bus, registry, ...openStream({ clock, registry, maxPendingBytes }) }
}

function openStream(options: { clock: ManualClock; registry: SymbolRegistry; maxPendingBytes?: number }) {
  const { clock, registry } = options
  const call = new ScriptedCall()
  const tiers = new WatchedTiers({ table: TierTable.open, revision: 1 })
  const conflations: number[] = []
  const observer = { conflated: (quotes: number) => conflations.push(quotes) }
  const { maxPendingBytes = 8 * 1024 * 1024 } = options
  const stream = new QuoteStream({ call, registry, tiers, clock, observer, maxPendingBytes })
  call.onEnd = () => stream.closed()
  const send = (action: number, request: number, some: string[]) =>
    stream.request(QuoteBatchRequest.create({ action, request, symbols: some }))
  const subscribe = (request: number, some: string[]) => send(ACTION_SUBSCRIBE, request, some)
  const unsubscribe = (request: number, some: string[]) => send(ACTION_UNSUBSCRIBE, request, some)
  let taken = 0
  /** Entries written since the last call, in words. */
  const take = () => {
    const fresh = entries(call).slice(taken).map(inWords)
    taken += fresh.length
    return fresh
  }
  /** Nothing is held any more. */
  const freed = () => expect([registry.symbolCount, clock.pending]).toEqual([0, 0])
  return { call, tiers, stream, conflations, send, subscribe, unsubscribe, take, freed }
}

function entries(call: ScriptedCall) {
  return call.written.flatMap((batch) => QuoteBatch.decode(batch).entries)
}

function inWords(entry: ReturnType<typeof entries>[number] | undefined): string {
  if (entry?.quote) return `${entry.quote.snapshot ? 'snapshot' : 'quote'} ${entry.quote.symbol} ${entry.quote.price}`
  if (entry?.subscribed) {
    const { request, symbol, last } = entry.subscribed
    return `subscribed ${request} ${symbol} ${last ? last.price : '-'}`
  }
  if (entry?.unsubscribed) return `unsubscribed ${entry.unsubscribed.request} ${entry.unsubscribed.symbol}`
  if (entry?.rejected) return `rejected ${entry.rejected.request} ${entry.rejected.code} ${entry.rejected.symbol}`
  if (entry?.heartbeat) return 'heartbeat'
  if (entry?.tierData) return `tier data ${entry.tierData.revision}`
  return entry?.busLost ? 'bus lost' : 'bus restored'
}

function symbols(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `S${i}`)
}

/** With its price as seq. */
function quote(symbol: string, price: number): Quote {
  return { symbol, price, timestampMs: 1_000, seq: price, epoch: 7 }
}

/** Promise callbacks and the flush of this turn have run. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
}
