import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { UpstreamError } from '../shared/errors.ts'
import { quotewire } from '../shared/protobuf.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { CurrentTiers } from './current-tiers.ts'
import type { Quote } from './quote.ts'
import { InProcessQuoteBus } from './quote-bus-in-process.ts'
import { SymbolPaces } from './symbol-paces.ts'
import { SymbolRegistry } from './symbol-registry.ts'
import { ScriptedCall } from './testing/scripted-call.ts'
import { TierTable } from './tiers.ts'
import { maxSymbolsPerRequest, UserStream, userHeartbeatMs } from './user-stream.ts'

const msPerDay = 86_400_000

test('only what a request changed is told for the log', async () => {
  const { request, changes } = setUp({ maxSymbols: 2 })
  request('subscribe', ['AAPL', 'a\nb', 'AAPL', 'MSFT', 'IBM'])
  request('subscribe', ['AAPL'])
  request('buy', ['AAPL'])
  request('unsubscribe', ['IBM', 'a\nb'])
  await settled()
  request('unsubscribe', ['AAPL', 'IBM', 'AAPL'])
  request('unsubscribe', ['AAPL'])
  expect(changes).toEqual([
    ['subscribe', ['AAPL', 'MSFT']],
    ['unsubscribe', ['AAPL']],
  ])
})

test('twice the requests of a second may come at once, then one for each that time has made room for', async () => {
  const { clock, call, request, refusals, freed } = setUp({ requestsPerSecond: 10 })
  for (let i = 0; i < 20; i++) request('unsubscribe', ['AAPL'])
  for (let i = 0; i < 10; i++) {
    clock.advance(100)
    request('subscribe', ['AAPL'])
  }
  expect(call.outcome).toBeUndefined()
  clock.advance(99)
  const before = call.written.length
  request('buy', [])
  request('buy', [])
  expect(call.outcome).toMatchObject({ status: 8, message: 'more than 10 requests a second' })
  expect([call.written.length, refusals]).toEqual([before, ['request_rate']])
  freed()
})

test('a request counts as one for each 50 symbols, for each is answered, and as no more than a second brings', () => {
  const { call, request, refusals, freed } = setUp({ requestsPerSecond: 10 })
  const many = Array<string>(51).fill('AAPL')
  for (const some of [many.slice(1), many, Array<string>(1_000).fill('AAPL')]) request('unsubscribe', some)
  // 1, 2 and 10 of 20: seven are left.
  for (let i = 0; i < 3; i++) request('unsubscribe', many)
  request('unsubscribe', ['AAPL'])
  expect(call.outcome).toBeUndefined()
  request('unsubscribe', [])
  expect(call.outcome).toMatchObject({ status: 8 })
  expect(refusals).toEqual(['request_rate'])
  freed()
})

test('2,000 new symbols may come at once, then as many as time has made room for; others are refused', async () => {
  const { clock, registry, request, take, refusals } = setUp({ maxSymbols: 100_000 })
  const [one, two, three] = [0, 1_000, 2_000].map((from) => symbols(3_000).slice(from, from + 1_000))
  for (const some of [one, two]) request('subscribe', some ?? [])
  await settled()
  take()
  request('subscribe', ['S0', 'S2000', 'S2001'])
  expect(take()).toEqual(['subscribed S0', 'error churn_limit S2000', 'error churn_limit S2001'])
  expect([registry.symbolCount, refusals]).toEqual([2_000, ['churn_limit', 'churn_limit']])
  clock.advance(20)
  request('subscribe', ['S2000', 'S2001'])
  await settled()
  expect(take()).toEqual(['subscribed S2000', 'subscribed S2001'])
  // What is dropped and taken again is new each time.
  clock.advance(990)
  for (let i = 0; i < 100; i++) {
    request('unsubscribe', ['S0'])
    request('subscribe', ['S0'])
    await settled()
  }
  expect(take().filter((event) => event === 'error churn_limit S0')).toHaveLength(1)
  clock.advance(9_970)
  request('subscribe', three ?? [])
  expect(take().filter((event) => event.startsWith('error'))).toHaveLength(998)
  clock.advance(10)
  request('subscribe', three ?? [])
  await settled()
  expect(take().filter((event) => event.startsWith('error'))).toEqual([])
})

test('each error response is counted by its code', async () => {
  const { request, refusals } = setUp({ maxSymbols: 1, registrySymbols: 0 })
  request('subscribe', symbols(maxSymbolsPerRequest + 1))
  request('buy', [])
  request('subscribe', ['a b', 'AAPL', 'MSFT'])
  request('unsubscribe', ['a b'])
  const codes = ['too_many_symbols', 'unknown_action', 'bad_symbol', 'symbol_limit', 'busy', 'bad_symbol']
  expect(refusals).toEqual(codes)
})

test('a subscribe is answered symbol by symbol: ack, then snapshot, then newer quotes', async () => {
  const { bus, request, take } = setUp()
  await bus.publish([quote('AAPL', 1), quote('MSFT', 2)])
  request('subscribe', ['AAPL', 'IBM', 'MSFT'])
  await settled()
  await bus.publish([quote('IBM', 3), quote('AAPL', 4)])
  expect(take()).toEqual([
    'subscribed AAPL',
    'snapshot AAPL 1',
    'subscribed IBM',
    'subscribed MSFT',
    'snapshot MSFT 2',
    'quote IBM 3',
    'quote AAPL 4',
  ])
})

test('a quote carries the fields of the founding contract and those added since', async () => {
  const { bus, call, request } = setUp()
  request('subscribe', ['AAPL'])
  await settled()
  const full = { ...quote('AAPL', 5), change: 1.5, changePercent: 0.7, bid: 4.5, ask: 5.5, volume: 9 }
  await bus.publish([full])
  const { timestampMs: timestamp, ...fields } = full
  const written = quotewire.v1.StreamQuotesResponse.decode(call.written.at(-1) ?? new Uint8Array())
  expect(quotewire.v1.StreamQuotesResponse.toObject(written)).toEqual({ ...fields, timestamp, type: 'quote' })
})

test('a symbol that is subscribed already is acknowledged again, without a second snapshot', async () => {
  const { bus, request, take } = setUp()
  await bus.publish([quote('AAPL', 1)])
  request('subscribe', ['AAPL', 'AAPL'])
  await settled()
  request('subscribe', ['AAPL'])
  await bus.publish([quote('AAPL', 2)])
  expect(take()).toEqual(['subscribed AAPL', 'snapshot AAPL 1', 'subscribed AAPL', 'quote AAPL 2'])
})

test('unsubscribe is acknowledged for each symbol, known or not, and frees the symbol', async () => {
  const { bus, registry, request, take } = setUp()
  request('subscribe', ['AAPL', 'MSFT'])
  await settled()
  take()
  request('unsubscribe', ['AAPL', 'IBM'])
  await bus.publish([quote('AAPL', 1), quote('MSFT', 2)])
  expect(take()).toEqual(['unsubscribed AAPL', 'unsubscribed IBM', 'quote MSFT 2'])
  expect(registry.symbolCount).toBe(1)
})

test('unknown actions and bad symbols are answered in the stream, with a message, and the stream goes on', async () => {
  const { call, take, request } = setUp()
  request('buy', ['AAPL'])
  request('', [])
  request('x'.repeat(100_000), [])
  request('subscribe', ['A\nB', '*', '', 'x'.repeat(100_000), 'AAPL'])
  request('unsubscribe', ['quote:*'])
  await settled()
  expect(responses(call).every(({ type, message }) => type !== 'error' || message !== '')).toBe(true)
  expect(Math.max(...call.written.map((message) => message.length))).toBeLessThan(500)
  expect(take()).toEqual([
    'error unknown_action ',
    'error unknown_action ',
    'error unknown_action ',
    'error bad_symbol A\nB',
    'error bad_symbol *',
    'error bad_symbol ',
    `error bad_symbol ${'x'.repeat(64)}`,
    'error bad_symbol quote:*',
    'subscribed AAPL',
  ])
  expect(call.outcome).toBeUndefined()
})

test('1,001 symbols in one request are refused with one error, 1,000 are taken', async () => {
  const { registry, request, take } = setUp({ maxSymbols: 5_000 })
  request('subscribe', symbols(maxSymbolsPerRequest + 1))
  request('unsubscribe', symbols(maxSymbolsPerRequest + 1))
  expect(take()).toEqual(['error too_many_symbols ', 'error too_many_symbols '])
  expect(registry.symbolCount).toBe(0)
  request('subscribe', symbols(maxSymbolsPerRequest))
  await settled()
  expect(take()).toHaveLength(maxSymbolsPerRequest)
})

test('the symbol limit counts unconfirmed symbols too, refuses per symbol and is freed by unsubscribe', async () => {
  const { request, take } = setUp({ maxSymbols: 2 })
  request('subscribe', ['AAPL', 'MSFT', 'IBM', 'AAPL'])
  request('subscribe', ['IBM'])
  await settled()
  const refused = ['error symbol_limit IBM', 'error symbol_limit IBM']
  expect(take()).toEqual([...refused, 'subscribed AAPL', 'subscribed MSFT'])
  request('unsubscribe', ['AAPL'])
  request('subscribe', ['IBM'])
  await settled()
  expect(take()).toEqual(['unsubscribed AAPL', 'subscribed IBM'])
})

test('a symbol that the registry rejects is answered as an error and may be asked for again', async () => {
  const { request, take } = setUp({ registrySymbols: 1 })
  request('subscribe', ['AAPL', 'MSFT'])
  await settled()
  request('unsubscribe', ['AAPL'])
  request('subscribe', ['MSFT'])
  await settled()
  expect(take()).toEqual(['error busy MSFT', 'subscribed AAPL', 'unsubscribed AAPL', 'subscribed MSFT'])
})

test('a heartbeat goes out every 30 s, whatever the traffic', async () => {
  const { clock, bus, request, take } = setUp()
  request('subscribe', ['AAPL'])
  await settled()
  take()
  for (let second = 1; second <= 90; second++) {
    await bus.publish([quote('AAPL', second)])
    clock.advance(1_000)
  }
  const heartbeats = take().flatMap((event, i) => (event === 'heartbeat ' ? [i] : []))
  expect(heartbeats).toEqual([30, 61, 92])
})

test('while the transport is full each symbol keeps its newest quote and no request is read', async () => {
  const { clock, bus, call, stream, take, request } = setUp()
  request('subscribe', ['AAPL', 'MSFT'])
  await settled()
  take()
  call.room = 1
  await bus.publish([quote('AAPL', 1), quote('MSFT', 2), quote('AAPL', 3), quote('MSFT', 4), quote('AAPL', 5)])
  clock.advance(userHeartbeatMs)
  expect(call.requestsPaused).toBe(true)
  expect(take()).toEqual(['quote AAPL 1'])
  call.room = 1
  stream.drained()
  expect(call.requestsPaused).toBe(true)
  expect(take()).toEqual(['quote MSFT 4'])
  call.room = 10
  stream.drained()
  expect(call.requestsPaused).toBe(false)
  await bus.publish([quote('AAPL', 6)])
  expect(take()).toEqual(['quote AAPL 5', 'quote AAPL 6'])
})

test('acks wait in order while the transport is full, ahead of quotes, and none is lost', async () => {
  const { bus, call, stream, take, request } = setUp()
  await bus.publish(symbols(5).map((symbol) => quote(symbol, 1)))
  call.room = 1
  request('subscribe', symbols(5))
  await settled()
  expect(take()).toEqual(['subscribed S0'])
  call.room = 2
  stream.drained()
  expect(take()).toEqual(['subscribed S1', 'subscribed S2'])
  call.room = 100
  stream.drained()
  const snapshots = symbols(5).map((symbol) => `snapshot ${symbol} 1`)
  expect(take()).toEqual(['subscribed S3', 'subscribed S4', ...snapshots])
})

test('a half-close is answered completely, then ends the stream with OK', async () => {
  const { bus, call, stream, take, request } = setUp()
  await bus.publish([quote('AAPL', 1)])
  request('subscribe', ['AAPL', 'MSFT'])
  stream.halfClosed()
  expect(call.outcome).toBeUndefined()
  await settled()
  expect(take()).toEqual(['subscribed AAPL', 'snapshot AAPL 1', 'subscribed MSFT'])
  expect(call.outcome).toBe('ok')
})

test('a half-close with nothing open ends at once; with a full transport, once that has drained', async () => {
  const idle = setUp()
  idle.stream.halfClosed()
  expect(idle.call.outcome).toBe('ok')
  const { call, stream, take, request } = setUp()
  call.room = 1
  request('subscribe', ['AAPL', 'MSFT'])
  stream.halfClosed()
  await settled()
  expect(call.outcome).toBeUndefined()
  call.room = 10
  stream.drained()
  expect(take()).toEqual(['subscribed AAPL', 'subscribed MSFT'])
  expect(call.outcome).toBe('ok')
})

test('a half-closed stream waits 2 s for a symbol that the bus does not confirm, no longer', async () => {
  const { clock, call, stream, freed, request } = setUp({ bus: silentBus })
  request('subscribe', ['AAPL'])
  stream.halfClosed()
  await settled()
  clock.advance(1_999)
  expect(call.outcome).toBeUndefined()
  clock.advance(1)
  expect(call.outcome).toBe('ok')
  freed()
})

test('a half-closed stream that only waited for a rejected or dropped symbol ends', async () => {
  const { call, stream, request } = setUp({ registrySymbols: 0 })
  request('subscribe', ['AAPL'])
  stream.halfClosed()
  expect(call.outcome).toBe('ok')
})

test('the token’s expiry ends the stream with UNAUTHENTICATED, to the millisecond', () => {
  const { clock, call, freed } = setUp({ lifeMs: 90_000 })
  clock.advance(89_999)
  expect(call.outcome).toBeUndefined()
  clock.advance(1)
  expect((call.outcome as UpstreamError).status).toBe(16)
  expect((call.outcome as UpstreamError).message).toBe('token expired')
  freed()
})

test('an expiry 60 days ahead is neither early nor missed, although no timer waits that long', () => {
  const { clock, call } = setUp({ lifeMs: 60 * msPerDay, clock: new NodeLikeClock() })
  clock.advance(60 * msPerDay - 1)
  expect(call.outcome).toBeUndefined()
  clock.advance(1)
  expect((call.outcome as UpstreamError).status).toBe(16)
})

test('a token without expiry leaves the stream open', () => {
  const { clock, call } = setUp()
  clock.advance(400 * msPerDay)
  expect(call.outcome).toBeUndefined()
})

test('shutDown says UNAVAILABLE', () => {
  const { call, stream, freed } = setUp()
  stream.shutDown()
  expect((call.outcome as UpstreamError).status).toBe(14)
  freed()
})

test('closed frees symbols and timers, also unconfirmed ones, and tells once', async () => {
  const { stream, registry, bus, freed, call, request } = setUp({ lifeMs: 90_000 })
  request('subscribe', ['AAPL'])
  await settled()
  request('subscribe', ['MSFT'])
  expect(registry.symbolCount).toBe(2)
  stream.closed()
  stream.closed()
  freed()
  const before = call.written.length
  await bus.publish([quote('AAPL', 1)])
  await settled()
  expect(call.written).toHaveLength(before)
})

test('requests and a half-close that were still under way when the stream closed take nothing again', async () => {
  const { stream, freed, request } = setUp()
  stream.closed()
  request('subscribe', ['AAPL'])
  stream.halfClosed()
  stream.drained()
  await settled()
  freed()
})

test('what waited for a full transport when the stream was cancelled is not written, nor is the stream ended again', async () => {
  const { bus, call, stream, take, request } = setUp()
  call.room = 1
  request('subscribe', ['AAPL', 'MSFT'])
  await settled()
  await bus.publish([quote('AAPL', 1)])
  stream.halfClosed()
  stream.closed()
  call.room = 10
  stream.drained()
  expect(take()).toEqual(['subscribed AAPL'])
  expect(call.outcome).toBeUndefined()
})

const step = fc.oneof(
  fc.record({ do: fc.constantFrom('subscribe' as const, 'unsubscribe' as const), symbols: someSymbols() }),
  fc.record({ do: fc.constant('publish' as const), symbols: someSymbols() }),
  fc.record({ do: fc.constant('room' as const), room: fc.nat(4) }),
  fc.record({ do: fc.constant('settle' as const) }),
)

test('whatever happens, a quote stands between its symbol’s subscribed and unsubscribed, and rises', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const { bus, call, stream, take, request } = setUp()
      let price = 0
      for (const one of steps) {
        if (one.do === 'publish') await bus.publish(one.symbols.map((symbol) => quote(symbol, ++price)))
        else if (one.do === 'settle') await settled()
        else if (one.do === 'room') setRoom(call, stream, one.room)
        // Also while requests are paused: one may have been on its way.
        else request(one.do, one.symbols)
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
    const [kind, symbol = '', price] = event.split(' ')
    if (kind === 'subscribed') newest.set(symbol, newest.get(symbol) ?? 0)
    else if (kind === 'unsubscribed') newest.delete(symbol)
    else {
      expect(newest.has(symbol), `${event} while not subscribed`).toBe(true)
      expect(Number(price), event).toBeGreaterThan(newest.get(symbol) ?? 0)
      newest.set(symbol, Number(price))
    }
  }
}

function someSymbols() {
  return fc.uniqueArray(fc.constantFrom('AAPL', 'MSFT', 'IBM'), { minLength: 1 })
}

/** Room for this many writes from now on; a transport that is not full takes one more at least. */
function setRoom(call: ScriptedCall, stream: UserStream, room: number): void {
  const wasFull = call.isFull
  call.room = wasFull ? room : Math.max(room, 1)
  if (wasFull && !call.isFull) stream.drained()
}

interface SetUpOptions {
  readonly maxSymbols?: number
  readonly requestsPerSecond?: number
  readonly registrySymbols?: number
  readonly lifeMs?: number
  readonly clock?: ManualClock
  readonly bus?: (clock: ManualClock) => InProcessQuoteBus
}

function setUp(options: SetUpOptions = {}) {
  const { maxSymbols = 100, requestsPerSecond = 1_000, registrySymbols = 10_000, lifeMs } = options
  const { clock = new ManualClock() } = options
  const bus = (options.bus ?? inProcessBus)(clock)
  const registry = new SymbolRegistry({
    bus,
    clock,
    random: () => 0.5,
    logger: silentLogger,
    maxSymbols: registrySymbols,
  })
  registry.restored()
  const call = new ScriptedCall()
  let closings = 0
  const expiresAtMs = lifeMs === undefined ? undefined : clock.wallMs() + lifeMs
  const changes: [string, readonly string[]][] = []
  const refusals: string[] = []
  const stream = new UserStream({
    call,
    user: { userId: 'ann', tier: 'basic', expiresAtMs, issuedAtMs: undefined },
    tiers: new CurrentTiers({ table: TierTable.open, revision: 1 }),
    paces: new SymbolPaces({ registry, clock }),
    clock,
    maxSymbols,
    requestsPerSecond,
    newSymbolsPerSecond: 100,
    observer: { refused: (code) => refusals.push(code) },
    onChanged: (action, some) => changes.push([action, some]),
    onClosed: () => closings++,
  })
  call.onEnd = () => stream.closed()
  const request = (action: string, some: string[]) =>
    stream.request(quotewire.v1.StreamQuotesRequest.create({ action, symbols: some }))
  let taken = 0
  /** What was written since the last call, in words. */
  const take = () => {
    const events = responses(call).slice(taken).map(inWords)
    taken = call.written.length
    return events
  }
  /** Nothing is held any more, and the owner was told once. */
  const freed = () => expect([closings, registry.symbolCount, clock.pending]).toEqual([1, 0, 0])
  return { clock, bus, registry, call, stream, request, changes, refusals, take, freed }
}

function inProcessBus(clock: ManualClock): InProcessQuoteBus {
  const observer = { connected() {}, subscriptionCount() {}, badPayload() {} }
  return new InProcessQuoteBus({ wallMs: () => clock.wallMs(), observer })
}

/** Never confirms a subscription. */
function silentBus(clock: ManualClock): InProcessQuoteBus {
  const bus = inProcessBus(clock)
  bus.subscribe = () => {}
  return bus
}

/** Like Node's timers, which cannot wait longer than 2^31 - 1 ms. */
class NodeLikeClock extends ManualClock {
  override after(delayMs: number, task: () => void): () => void {
    return super.after(Math.min(delayMs, 2 ** 31 - 1), task)
  }
}

function responses(call: ScriptedCall) {
  return call.written.map((message) => quotewire.v1.StreamQuotesResponse.decode(message))
}

function inWords(response: ReturnType<typeof responses>[number]): string {
  const { type, symbol, price, code, snapshot } = response
  if (type === 'quote') return `${snapshot ? 'snapshot' : 'quote'} ${symbol} ${price}`
  return type === 'error' ? `error ${code} ${symbol}` : `${type} ${symbol}`
}

function symbols(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `S${i}`)
}

/** With its price as seq. */
function quote(symbol: string, price: number): Quote {
  return { symbol, price, timestampMs: 1_000, seq: price, epoch: 7 }
}

/** Promise callbacks have run. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
