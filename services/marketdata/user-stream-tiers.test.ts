import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { UpstreamError } from '../shared/errors.ts'
import { quotewire } from '../shared/protobuf.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import type { Quote } from './quote.ts'
import { InProcessQuoteBus } from './quote-bus-in-process.ts'
import { SymbolPaces } from './symbol-paces.ts'
import { SymbolRegistry } from './symbol-registry.ts'
import { ScriptedCall } from './testing/scripted-call.ts'
import { WatchedTiers } from './testing/watched-tiers.ts'
import { type Tier, TierTable } from './tiers.ts'
import { UserStream } from './user-stream.ts'

const open = 'symbols: ["*"]'
const onlyApple = 'symbols: [AAPL]'
const nothing = 'symbols: []'
const slow = 'symbols: ["*"], delayed: 100ms'
const slower = 'symbols: ["*"], delayed: 250ms'
const rare = 'symbols: ["*"], maxRate: 20'
const delayMs = 100

describe('entitlement', () => {
  test('a symbol that is not allowed is answered with an error, costs nothing, and the others go on', async () => {
    const { bus, registry, request, take, responses } = setUp({ terms: onlyApple })
    request('subscribe', ['MSFT', 'AAPL'])
    await settled()
    await bus.publish([quote('MSFT', 1), quote('AAPL', 2)])
    expect(take()).toEqual(['error not_entitled MSFT', 'subscribed AAPL', 'quote AAPL 2'])
    expect(responses()[0]?.message).toBe('Symbol MSFT not allowed for your subscription')
    expect(registry.symbolCount).toBe(1)
  })

  test('the tier is what the file says of the user, else his claim, else default', async () => {
    const text = (users: string) =>
      `tiers: { default: { ${nothing} }, pro: { ${open} }, basic: { ${onlyApple} } }\nusers: { ${users} }`
    for (const [users, claim, answer] of [
      ['ann: pro', 'basic', 'subscribed MSFT'],
      ['ann: basic', 'pro', 'error not_entitled MSFT'],
      ['bob: basic', 'pro', 'subscribed MSFT'],
      ['', 'gold', 'error not_entitled MSFT'],
    ] as const) {
      const { request, take } = setUp({ text: text(users), claim })
      request('subscribe', ['MSFT'])
      await settled()
      expect([users, take()]).toEqual([users, [answer]])
    }
  })

  test('the tier’s limit counts instead of the setting, also where it is higher', async () => {
    for (const [limit, taken] of [
      [1, ['error symbol_limit S1', 'error symbol_limit S2', 'subscribed S0']],
      [3, ['subscribed S0', 'subscribed S1', 'subscribed S2']],
    ] as const) {
      const { request, take } = setUp({ terms: `${open}, limits: { symbols: ${limit} }`, maxSymbols: 2 })
      request('subscribe', symbols(3))
      await settled()
      expect(take()).toEqual(taken)
    }
  })
})

test('the tier’s requests a second count instead of the setting, and change with it, in the middle of a stream', () => {
  const rate = (perSecond: number) => `${open}, limits: { messagesPerSecond: ${perSecond} }`
  const { call, change, request, refusals } = setUp({ terms: rate(2) })
  for (let i = 0; i < 4; i++) request('unsubscribe', ['AAPL'])
  change(rate(3))
  for (let i = 0; i < 6; i++) request('unsubscribe', ['AAPL'])
  expect(call.outcome).toBeUndefined()
  change(`${rate(3)}, maxRate: 1`)
  request('unsubscribe', ['AAPL'])
  expect(call.outcome).toMatchObject({ status: 8, message: 'more than 3 requests a second' })
  expect(refusals).toEqual(['request_rate'])
})

describe('new tier data', () => {
  test('takes a symbol away at once, says why, and lets no quote of it follow', async () => {
    const { bus, registry, change, request, take, responses } = setUp()
    request('subscribe', ['AAPL', 'MSFT'])
    await settled()
    take()
    change(onlyApple)
    await bus.publish([quote('MSFT', 1), quote('AAPL', 2)])
    expect(take()).toEqual(['unsubscribed MSFT not_entitled', 'quote AAPL 2'])
    expect(responses().at(-2)?.message).toBe('Symbol MSFT not allowed for your subscription')
    expect(registry.symbolCount).toBe(1)
  })

  test('also drops the quote that waited for a full transport', async () => {
    const { bus, change, request, take, setRoom } = setUp()
    request('subscribe', ['AAPL', 'MSFT'])
    await settled()
    setRoom(1)
    await bus.publish([quote('AAPL', 1), quote('AAPL', 2), quote('MSFT', 3)])
    take()
    change(onlyApple)
    setRoom(9)
    expect(take()).toEqual(['unsubscribed MSFT not_entitled', 'quote AAPL 2'])
  })

  test('gives back what was taken away, and gives what was refused, with snapshots', async () => {
    const { bus, change, request, take } = setUp({ terms: onlyApple })
    await bus.publish([quote('MSFT', 1)])
    request('subscribe', ['AAPL', 'MSFT'])
    await settled()
    change(nothing)
    await bus.publish([quote('AAPL', 2)])
    take()
    change(open)
    await settled()
    expect(take().toSorted()).toEqual(['snapshot AAPL 2', 'snapshot MSFT 1', 'subscribed AAPL', 'subscribed MSFT'])
    await bus.publish([quote('MSFT', 3)])
    expect(take()).toEqual(['quote MSFT 3'])
  })

  test('says nothing where nothing changes for the stream', async () => {
    const { change, request, take } = setUp({ terms: onlyApple })
    request('subscribe', ['AAPL', 'MSFT'])
    await settled()
    take()
    change(onlyApple)
    change('symbols: ["AAP*"]')
    await settled()
    expect(take()).toEqual([])
  })

  test('what it gives back is not new, however much it is', async () => {
    const { change, request, take } = setUp({ terms: 'symbols: ["*"], limits: { symbols: 5000 }' })
    for (const from of [0, 1_000]) request('subscribe', symbols(2_000).slice(from, from + 1_000))
    await settled()
    change('symbols: [], limits: { symbols: 5000 }')
    take()
    change('symbols: ["*"], limits: { symbols: 5000 }')
    await settled()
    expect(take().filter((event) => event.startsWith('subscribed'))).toHaveLength(2_000)
    request('subscribe', ['NEW'])
    expect(take()).toEqual(['error churn_limit NEW'])
  })

  test('does not give back what was unsubscribed since, whether taken away or refused', async () => {
    const { registry, change, request, take } = setUp()
    request('subscribe', ['AAPL'])
    await settled()
    change(nothing)
    request('subscribe', ['MSFT'])
    request('unsubscribe', ['AAPL', 'MSFT'])
    take()
    change(open)
    await settled()
    expect(take()).toEqual([])
    expect(registry.symbolCount).toBe(0)
  })

  test('gives back no more refused symbols than the stream may hold: the others are forgotten', async () => {
    const { change, request, take } = setUp({ terms: nothing, maxSymbols: 3 })
    request('subscribe', symbols(10))
    request('unsubscribe', ['S1'])
    request('subscribe', ['S9', 'S0'])
    take()
    change(open)
    await settled()
    expect(take().toSorted()).toEqual(['subscribed S0', 'subscribed S2', 'subscribed S9'])
  })

  test('what does not fit any more is refused once, and has to be asked for again', async () => {
    const { change, request, take } = setUp({ terms: nothing })
    request('subscribe', symbols(3))
    take()
    const two = `${open}, limits: { symbols: 2 }`
    change(two)
    await settled()
    expect(take()).toEqual(['error symbol_limit S2', 'subscribed S0', 'subscribed S1'])
    change(`${two}, maxRate: 1`)
    change(open)
    await settled()
    expect(take()).toEqual([])
    request('subscribe', ['S2'])
    await settled()
    expect(take()).toEqual(['subscribed S2'])
  })

  test('a lower limit takes nothing away, but lets nothing in', async () => {
    const { change, request, take } = setUp()
    request('subscribe', symbols(3))
    await settled()
    take()
    change(`${open}, limits: { symbols: 2 }`)
    request('unsubscribe', ['S0'])
    request('subscribe', ['S0'])
    await settled()
    expect(take()).toEqual(['unsubscribed S0', 'error symbol_limit S0'])
  })

  test('takes a symbol away that was asked for and not confirmed, and nothing of it follows', async () => {
    const { bus, registry, change, request, take } = setUp()
    await bus.publish([quote('MSFT', 1)])
    request('subscribe', ['AAPL', 'MSFT'])
    change(onlyApple)
    await settled()
    expect(take()).toEqual(['unsubscribed MSFT not_entitled', 'subscribed AAPL'])
    expect(registry.symbolCount).toBe(1)
  })

  test('a symbol that was taken away and given back before it was confirmed is confirmed once', async () => {
    const { change, request, take } = setUp()
    request('subscribe', ['AAPL'])
    change(nothing)
    change(open)
    await settled()
    expect(take()).toEqual(['unsubscribed AAPL not_entitled', 'subscribed AAPL'])
  })

  test('a change of pace while a symbol is not confirmed confirms it once, at the new pace', async () => {
    const { clock, bus, change, request, take } = setUp()
    request('subscribe', ['AAPL'])
    change(slow)
    await settled()
    expect(take()).toEqual(['subscribed AAPL'])
    await bus.publish([quote('AAPL', 1)])
    expect(take()).toEqual([])
    clock.advance(delayMs)
    expect(take()).toEqual(['delayed quote AAPL 1'])
  })

  test('a client that reads nothing while tier data goes on changing is sent away, and all is freed', async () => {
    const { call, change, request, setRoom, freed } = setUp({ maxSymbols: 50 })
    request('subscribe', symbols(50))
    await settled()
    setRoom(1)
    request('unsubscribe', ['S50'])
    // Each change is told with 50 messages; 2,200 may wait.
    const changes = async (count: number) => {
      for (let i = 0; i < count; i += 2) {
        change(nothing)
        change(open)
        await settled()
      }
    }
    await changes(44)
    expect(call.outcome).toBeUndefined()
    await changes(2)
    expect((call.outcome as UpstreamError).status).toBe(8)
    freed()
  })

  test('a tier that may hold more than the setting gets all of it back, and is not sent away for it', async () => {
    const large = `${open}, limits: { symbols: 3000 }`
    const { clock, call, registry, change, request, take, setRoom } = setUp({ terms: large, maxSymbols: 1 })
    for (const from of [0, 1_000, 2_000]) {
      request('subscribe', symbols(3_000).slice(from, from + 1_000))
      clock.advance(10_000)
    }
    await settled()
    // The heartbeats meanwhile.
    take()
    setRoom(1)
    request('unsubscribe', ['OTHER'])
    change(nothing)
    take()
    change(large)
    await settled()
    expect(call.outcome).toBeUndefined()
    setRoom(Number.POSITIVE_INFINITY)
    const events = take()
    expect(events.filter((event) => event.startsWith('subscribed'))).toHaveLength(3_000)
    expect(registry.symbolCount).toBe(3_000)
  })

  test('a stream that is sent away amid the symbols it gets back keeps none of them', async () => {
    const holder = setUp()
    holder.request('subscribe', symbols(50))
    await settled()
    const { call, change, request, setRoom, freed } = setUp({ shared: holder.shared, maxSymbols: 50 })
    request('subscribe', symbols(50))
    setRoom(1)
    request('unsubscribe', ['S50'])
    // The answers leave place for half of the last change.
    request(
      'unsubscribe',
      Array.from({ length: 25 }, (_, i) => `T${i}`),
    )
    for (let i = 0; i < 21; i++) {
      change(nothing)
      change(open)
    }
    change(nothing)
    expect(call.outcome).toBeUndefined()
    change(open)
    expect((call.outcome as UpstreamError).status).toBe(8)
    holder.stream.closed()
    freed()
  })

  test('does not reach a stream that is closed', async () => {
    const { stream, watchers, change, request, freed } = setUp({ terms: nothing })
    request('subscribe', ['AAPL'])
    expect(watchers()).toBe(1)
    stream.closed()
    expect(watchers()).toBe(0)
    change(open)
    await settled()
    freed()
  })
})

describe('a half-closed stream', () => {
  test('ends when what it waited for is taken away', async () => {
    const { call, stream, change, request, take, freed } = setUp()
    request('subscribe', ['AAPL'])
    stream.halfClosed()
    expect(call.outcome).toBeUndefined()
    change(nothing)
    expect(take()).toEqual(['unsubscribed AAPL not_entitled'])
    expect(call.outcome).toBe('ok')
    freed()
  })

  test('waits for what it gets back, and ends then', async () => {
    const { call, stream, change, request, take, freed } = setUp({ terms: onlyApple })
    request('subscribe', ['AAPL', 'MSFT'])
    stream.halfClosed()
    change(open)
    expect(call.outcome).toBeUndefined()
    await settled()
    expect(take().toSorted()).toEqual(['error not_entitled MSFT', 'subscribed AAPL', 'subscribed MSFT'])
    expect(call.outcome).toBe('ok')
    freed()
  })

  test('ends, and keeps nothing, after a change of pace while its transport was full', async () => {
    const { clock, call, stream, change, request, take, setRoom, freed } = setUp()
    setRoom(1)
    request('subscribe', ['AAPL', 'MSFT'])
    stream.halfClosed()
    change(slow)
    await settled()
    expect(call.outcome).toBeUndefined()
    setRoom(9)
    expect(take()).toEqual(['subscribed AAPL', 'subscribed MSFT'])
    expect(call.outcome).toBe('ok')
    clock.advance(delayMs)
    freed()
  })
})

describe('a delayed tier', () => {
  test('sees every quote when its delay has passed and not before, marked, snapshots too', async () => {
    const { clock, bus, request, take } = setUp({ terms: slow })
    request('subscribe', ['AAPL'])
    await settled()
    await bus.publish([quote('AAPL', 1)])
    clock.advance(delayMs - 1)
    expect(take()).toEqual(['subscribed AAPL'])
    clock.advance(1)
    expect(take()).toEqual(['delayed quote AAPL 1'])
    await bus.publish([quote('AAPL', 2)])
    request('unsubscribe', ['AAPL'])
    request('subscribe', ['AAPL'])
    expect(take()).toEqual(['unsubscribed AAPL', 'subscribed AAPL', 'delayed snapshot AAPL 1'])
  })

  test('streams of one pace share one line, whatever their tiers are called', async () => {
    const one = setUp({ terms: slow })
    const other = setUp({ shared: one, text: 'tiers: { default: { symbols: [AAPL], delayed: 100ms } }' })
    for (const { request } of [one, other]) request('subscribe', ['AAPL'])
    await settled()
    const { clock, bus } = one
    const before = clock.pending
    await bus.publish([quote('AAPL', 1)])
    expect(clock.pending).toBe(before + 1)
    clock.advance(delayMs)
    expect(one.call.written.at(-1)).toBe(other.call.written.at(-1))
  })

  test('who is moved to it sees nothing again that was seen live, and the rest late', async () => {
    const { clock, bus, change, request, take } = setUp()
    request('subscribe', ['AAPL'])
    await settled()
    await bus.publish([quote('AAPL', 1)])
    take()
    change(slow)
    clock.advance(50)
    await bus.publish([quote('AAPL', 2)])
    clock.advance(50)
    expect(take()).toEqual([])
    clock.advance(50)
    expect(take()).toEqual(['delayed quote AAPL 2'])
    await bus.publish([quote('AAPL', 3)])
    change(open)
    expect(take()).toEqual(['snapshot AAPL 3'])
  })

  test('a second move before the first pace has caught up shows nothing older either', async () => {
    const { clock, bus, change, request, take, shared } = setUp()
    const holder = setUp({ shared, terms: slow })
    const slowHolder = setUp({ shared, terms: slower })
    for (const each of [holder, slowHolder]) each.request('subscribe', ['AAPL'])
    request('subscribe', ['AAPL'])
    await settled()
    for (let price = 1; price <= 10; price++) {
      await bus.publish([quote('AAPL', price)])
      clock.advance(30)
    }
    take()
    change(slow)
    clock.advance(30)
    change(slower)
    clock.advance(1_000)
    expect(take()).toEqual([])
    await bus.publish([quote('AAPL', 11)])
    clock.advance(250)
    expect(take()).toEqual(['delayed quote AAPL 11'])
  })

  test('what waited for a full transport is not shown early: it comes when it is due', async () => {
    const { clock, bus, change, request, take, setRoom } = setUp()
    request('subscribe', ['AAPL'])
    await settled()
    setRoom(1)
    await bus.publish([quote('AAPL', 1), quote('AAPL', 2), quote('AAPL', 3)])
    change(slow)
    setRoom(9)
    clock.advance(delayMs - 1)
    expect(take()).toEqual(['subscribed AAPL', 'quote AAPL 1'])
    clock.advance(1)
    expect(take()).toEqual(['delayed snapshot AAPL 3'])
  })

  test('it comes even if a pace that is no later lay in between', async () => {
    const { clock, bus, change, request, take, setRoom } = setUp()
    request('subscribe', ['AAPL'])
    await settled()
    setRoom(1)
    await bus.publish([quote('AAPL', 1), quote('AAPL', 2)])
    change(rare)
    change(slow)
    setRoom(9)
    clock.advance(delayMs)
    expect(take()).toEqual(['subscribed AAPL', 'quote AAPL 1', 'delayed snapshot AAPL 2'])
  })

  test('what waited is sent at once where the new pace is no later', async () => {
    const { clock, bus, change, request, take, setRoom } = setUp({ terms: slow })
    request('subscribe', ['AAPL'])
    await settled()
    setRoom(1)
    await bus.publish([quote('AAPL', 1)])
    clock.advance(10)
    await bus.publish([quote('AAPL', 2)])
    clock.advance(delayMs)
    change(`${slow}, maxRate: 1`)
    setRoom(9)
    expect(take()).toEqual(['subscribed AAPL', 'delayed quote AAPL 1', 'delayed quote AAPL 2'])
  })

  test('a change of pace keeps the symbol subscribed at the bus', async () => {
    const { bus, change, request } = setUp()
    request('subscribe', ['AAPL'])
    await settled()
    const asked: string[] = []
    bus.subscribe = (some) => asked.push(...some)
    bus.unsubscribe = (some) => asked.push(...some)
    for (const terms of [slow, rare, slower, open]) change(terms)
    expect(asked).toEqual([])
  })
})

test('a tier without delay and rate reads the registry itself', () => {
  const { paces, registry } = setUp()
  expect(paces.sourceFor({ delayMs: 0, intervalMs: 0 })).toBe(registry)
  expect(paces.sourceFor({ delayMs: 0, intervalMs: 50 })).not.toBe(registry)
})

test('a tier with a greatest rate gets the newest quote once an interval', async () => {
  const { clock, bus, request, take } = setUp({ terms: rare })
  await bus.publish([quote('AAPL', 1)])
  request('subscribe', ['AAPL'])
  await settled()
  take()
  const at: string[] = []
  for (let ms = 1; ms <= 120; ms++) {
    await bus.publish([quote('AAPL', 1 + ms)])
    at.push(...take().map((event) => `${ms} ${event}`))
    clock.advance(1)
  }
  // The snapshot was the first.
  expect(at).toEqual(['51 quote AAPL 51', '101 quote AAPL 101'])
})

test('a symbol whose pace refuses it after a move is told as an error, and its waiting quote is not sent', async () => {
  const { bus, registry, change, request, take, setRoom } = setUp()
  request('subscribe', ['AAPL'])
  await settled()
  setRoom(1)
  await bus.publish([quote('AAPL', 1), quote('AAPL', 2)])
  change(rare)
  registry.refused('AAPL')
  setRoom(9)
  expect(take()).toEqual(['subscribed AAPL', 'quote AAPL 1', 'error service_unavailable AAPL'])
  request('subscribe', ['AAPL'])
  await settled()
  expect(take()).toEqual(['subscribed AAPL', 'snapshot AAPL 2'])
})

const someTerms = [open, onlyApple, nothing, slow, slower, rare, `${slow}, maxRate: 20`, 'symbols: [MSFT], delayed: 1s']
const tables = someTerms.map(tableOf)
const names = fc.uniqueArray(fc.constantFrom('AAPL', 'MSFT', 'IBM'), { minLength: 1 })
const step = fc.oneof(
  fc.record({ do: fc.constantFrom('subscribe' as const, 'unsubscribe' as const), symbols: names }),
  fc.record({ do: fc.constant('publish' as const), symbols: names }),
  fc.record({ do: fc.constant('change' as const), table: fc.constantFrom(...tables) }),
  fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 30, 49, 99, 100, 250) }),
  fc.record({ do: fc.constant('room' as const), room: fc.nat(4) }),
  fc.record({ do: fc.constant('settle' as const) }),
)

test('whatever happens to tiers, time and transport: no quote that the tier may not see, none early, twice or backward; in the end the newest', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
      const { clock, bus, registry, paces, tiers, stream, request, setRoom, responses, tierAt } = setUp()
      const published = new Map<number, number>()
      const newest = new Map<string, number>()
      const wanted = new Set<string>()
      let price = 0
      const publish = async (symbol: string) => {
        newest.set(symbol, ++price)
        published.set(price, clock.nowMs())
        await bus.publish([quote(symbol, price)])
      }
      for (const one of steps) {
        if (one.do === 'publish') for (const symbol of one.symbols) await publish(symbol)
        else if (one.do === 'settle') await settled()
        else if (one.do === 'advance') clock.advance(one.ms)
        else if (one.do === 'room') setRoom(one.room)
        else if (one.do === 'change') tiers.replace(one.table, tiers.data.revision + 1)
        else {
          for (const symbol of one.symbols) wanted[one.do === 'subscribe' ? 'add' : 'delete'](symbol)
          request(one.do, one.symbols)
        }
      }
      await settled()
      setRoom(Number.POSITIVE_INFINITY)
      clock.advance(1_100)
      const held = new Map<string, number>()
      responses().forEach((response, i) => void check(held, response, tierAt(i), published))
      const tier = tiers.table.tier('default')
      const allowed = [...wanted].filter((symbol) => tier.allows(symbol))
      expect(Object.fromEntries(held)).toEqual(Object.fromEntries(allowed.map((s) => [s, newest.get(s) ?? 0])))
      stream.closed()
      clock.advance(1_000)
      expect(registry.symbolCount).toBe(0)
      paces.stop()
      expect(clock.pending).toBe(0)
    }),
    { numRuns: 600 },
  )
})

/** Follows the client: which symbols it holds, and the newest price of each. */
function check(
  held: Map<string, number>,
  { type, symbol, price, delayed }: Response,
  { tier, atMs }: { tier: Tier; atMs: number },
  published: ReadonlyMap<number, number>,
): void {
  if (type === 'subscribed') held.set(symbol, held.get(symbol) ?? 0)
  else if (type !== 'quote') held.delete(symbol)
  else {
    expect(tier.allows(symbol), `${symbol} at ${atMs}`).toBe(true)
    expect(price, `${symbol} at ${atMs}`).toBeGreaterThan(held.get(symbol) ?? Number.POSITIVE_INFINITY)
    expect(atMs - (published.get(price) ?? Number.POSITIVE_INFINITY)).toBeGreaterThanOrEqual(tier.delayMs)
    if (tier.delayMs > 0) expect(delayed).toBe(true)
    held.set(symbol, price)
  }
}

type Response = InstanceType<typeof quotewire.v1.StreamQuotesResponse>

interface SetUpOptions {
  /** Of the tier `default`. */
  readonly terms?: string
  /** The whole file instead. */
  readonly text?: string
  readonly claim?: string
  readonly maxSymbols?: number
  /** Its process. */
  readonly shared?: ReturnType<typeof createProcess>
}

function setUp({ terms = open, text, claim = 'basic', maxSymbols = 100, shared = createProcess() }: SetUpOptions = {}) {
  const { clock, bus, registry, paces } = shared
  const tiers = new WatchedTiers({ table: text === undefined ? tableOf(terms) : TierTable.parse(text), revision: 1 })
  const call = new ScriptedCall()
  const writtenAt: { tier: Tier; atMs: number }[] = []
  const write = call.write.bind(call)
  call.write = (message) => {
    writtenAt.push({ tier: tiers.table.tier('default'), atMs: clock.nowMs() })
    return write(message)
  }
  const refusals: string[] = []
  let closings = 0
  const stream = new UserStream({
    call,
    user: { userId: 'ann', tier: claim, expiresAtMs: undefined, issuedAtMs: undefined },
    tiers,
    paces,
    clock,
    maxSymbols,
    requestsPerSecond: 1_000,
    newSymbolsPerSecond: 100,
    observer: { refused: (code) => refusals.push(code) },
    onChanged: () => {},
    onClosed: () => closings++,
  })
  call.onEnd = () => stream.closed()
  const responses = () => call.written.map((message) => quotewire.v1.StreamQuotesResponse.decode(message))
  let taken = 0
  return {
    ...{ clock, bus, registry, paces, tiers, call, stream, responses, refusals, shared },
    request: (action: string, some: string[]) =>
      stream.request(quotewire.v1.StreamQuotesRequest.create({ action, symbols: some })),
    change: (newTerms: string) => tiers.replace(tableOf(newTerms), tiers.data.revision + 1),
    watchers: () => tiers.watcherCount,
    tierAt: (i: number) => writtenAt[i] ?? { tier: TierTable.closed.tier('default'), atMs: 0 },
    /** Room for this many writes from now on; a transport that is not full takes one more at least. */
    setRoom(room: number) {
      const wasFull = call.isFull
      call.room = wasFull ? room : Math.max(room, 1)
      if (wasFull && !call.isFull) stream.drained()
    },
    /** What was written since the last call, in words. */
    take() {
      const events = responses().slice(taken).map(inWords)
      taken = call.written.length
      return events
    },
    /** Nothing is held any more, and the owner was told once. */
    freed: () => expect([closings, registry.symbolCount, clock.pending, tiers.watcherCount]).toEqual([1, 0, 0, 0]),
  }
}

function createProcess() {
  const clock = new ManualClock()
  const observer = { connected() {}, subscriptionCount() {}, badPayload() {} }
  const bus = new InProcessQuoteBus({ wallMs: () => clock.wallMs(), observer })
  const registry = new SymbolRegistry({ bus, clock, random: () => 0.5, logger: silentLogger, maxSymbols: 10_000 })
  registry.restored()
  return { clock, bus, registry, paces: new SymbolPaces({ registry, clock }) }
}

function tableOf(terms: string): TierTable {
  return TierTable.parse(`tiers: { default: { ${terms} } }`)
}

function inWords({ type, symbol, price, code, snapshot, delayed }: Response): string {
  if (type === 'quote') return `${delayed ? 'delayed ' : ''}${snapshot ? 'snapshot' : 'quote'} ${symbol} ${price}`
  if (type === 'error') return `error ${code} ${symbol}`
  return `${type} ${symbol}${code === '' ? '' : ` ${code}`}`
}

function symbols(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `S${i}`)
}

/** The higher the price, the later in (epoch, seq); the epoch rises every four. */
function quote(symbol: string, price: number): Quote {
  return { symbol, price, timestampMs: 1_000, seq: (price % 4) + 1, epoch: Math.floor(price / 4) + 1 }
}

/** Promise callbacks have run. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
