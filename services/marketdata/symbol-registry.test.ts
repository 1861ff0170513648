import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isBehind, type Position } from '../shared/continuity.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import type { Quote } from './quote.ts'
import { SymbolRegistry } from './symbol-registry.ts'
import { RecordedSymbolListener } from './testing/recorded-symbol-listener.ts'
import { SimulatedRedis } from './testing/simulated-redis.ts'

test('the stored value comes with the confirmation, then live quotes follow', async () => {
  const { redis, registry, listener, confirm, settle } = setUp()
  redis.store(quote('AAPL', 4))
  registry.add(['AAPL'], listener)
  confirm()
  expect(listener.take()).toEqual([])
  await settle()
  redis.publish(quote('AAPL', 5))
  await settle()
  expect(listener.take()).toEqual(['subscribed AAPL 4', 'quote AAPL 5'])
})

test('a live quote that comes before the stored value starts the symbol, and the older value is not sent', async () => {
  const { redis, registry, listener, confirm, settle } = setUp()
  redis.store(quote('AAPL', 4))
  registry.add(['AAPL'], listener)
  confirm()
  redis.serverExecutesRead()
  redis.publish(quote('AAPL', 5))
  redis.clientHearsMessage()
  expect(listener.take()).toEqual(['subscribed AAPL 5'])
  await settle()
  expect(listener.take()).toEqual([])
})

test('a symbol without any value is confirmed alone', async () => {
  const { registry, listener, settle } = setUp()
  registry.add(['AAPL'], listener)
  await settle()
  expect(listener.take()).toEqual(['subscribed AAPL -'])
})

test('an outsider’s quote during the handoff suppresses the stored value, with seq or without', async () => {
  for (const stored of [quote('AAPL', 4), outsiders('AAPL', 4)]) {
    const { redis, registry, listener, confirm, settle } = setUp()
    redis.store(stored)
    registry.add(['AAPL'], listener)
    confirm()
    redis.publish(outsiders('AAPL', 150))
    redis.clientHearsMessage()
    await settle()
    expect(listener.take()).toEqual(['subscribed AAPL 150'])
    redis.publish(quote('AAPL', 5))
    await settle()
    expect(listener.take()).toEqual(['quote AAPL 5'])
  }
})

test('an outsider’s quote is never sent as new again, and becomes the snapshot of those who come later', async () => {
  const { redis, registry, listener, settle } = setUp()
  registry.add(['AAPL'], listener)
  await settle()
  redis.publish(outsiders('AAPL', 150))
  redis.publish(outsiders('AAPL', 150))
  await settle()
  const later = new RecordedSymbolListener()
  registry.add(['AAPL'], later)
  expect(listener.take()).toEqual(['subscribed AAPL -', 'quote AAPL 150', 'quote AAPL 150'])
  expect(later.take()).toEqual(['subscribed AAPL 150'])
})

test('who joins a live symbol is confirmed at once with its newest value, without asking the bus', async () => {
  const { redis, registry, listener, settle } = setUp()
  redis.store(quote('AAPL', 1))
  registry.add(['AAPL'], listener)
  await settle()
  redis.publish(quote('AAPL', 2))
  await settle()
  const later = new RecordedSymbolListener()
  registry.add(['AAPL'], later)
  expect(later.take()).toEqual(['subscribed AAPL 2'])
  expect(redis.serverTakesCommand()).toBe(false)
})

test('repeated and older quotes are dropped; a higher epoch starts over', async () => {
  const { redis, registry, listener, settle } = setUp()
  registry.add(['AAPL'], listener)
  await settle()
  for (const [seq, epoch] of [
    [2, 7],
    [2, 7],
    [1, 7],
    [3, 6],
    [4, 7],
    [1, 8],
    [5, 7],
  ] as const) {
    redis.publish({ ...quote('AAPL', seq), price: epoch * 100 + seq, epoch })
  }
  await settle()
  expect(listener.take()).toEqual(['subscribed AAPL -', 'quote AAPL 702', 'quote AAPL 704', 'quote AAPL 801'])
})

test('after a reconnect a value that was missed is sent as a snapshot, a known one is not', async () => {
  const { redis, registry, listener, settle } = setUp()
  redis.store(quote('AAPL', 1))
  redis.store(quote('MSFT', 1))
  registry.attach(listener)
  registry.add(['AAPL', 'MSFT'], listener)
  await settle()
  listener.take()
  redis.disconnect()
  redis.store(quote('AAPL', 2))
  redis.reconnect()
  await settle()
  expect(listener.take()).toEqual(['bus lost', 'snapshot AAPL 2', 'bus restored'])
})

test('after a reconnect a stored value without seq repeats nothing', async () => {
  const { redis, registry, listener, settle } = setUp()
  redis.store(outsiders('AAPL', 1))
  registry.add(['AAPL'], listener)
  await settle()
  redis.disconnect()
  redis.reconnect()
  await settle()
  expect(listener.take()).toEqual(['subscribed AAPL 1'])
})

test('failed reads are tried again with backoff until one succeeds', async () => {
  const { clock, redis, registry, listener, confirm, settle } = setUp()
  redis.store(quote('AAPL', 1))
  registry.add(['AAPL'], listener)
  confirm()
  const waitsMs = [25, 50, 100, 200, 400, 500, 500]
  for (const waitMs of waitsMs) {
    redis.failReads()
    await settled()
    expect(clock.pending).toBe(1)
    clock.advance(waitMs - 1)
    expect(redis.serverExecutesRead()).toBe(false)
    clock.advance(1)
  }
  await settle()
  expect(listener.take()).toEqual(['subscribed AAPL 1'])
  expect(clock.pending).toBe(0)
})

test('news of a symbol is not held back by the backoff of a failed read', async () => {
  const { clock, redis, registry, listener, confirm, settle } = setUp()
  registry.add(['AAPL'], listener)
  confirm()
  redis.failReads()
  await settled()
  registry.add(['MSFT'], listener)
  await settle()
  expect(listener.take().toSorted()).toEqual(['subscribed AAPL -', 'subscribed MSFT -'])
  expect(clock.pending).toBe(0)
})

test('a symbol removed during its read is neither told nor kept', async () => {
  const { redis, registry, listener, confirm, settle } = setUp()
  redis.store(quote('AAPL', 1))
  registry.add(['AAPL', 'MSFT'], listener)
  confirm()
  registry.remove(['AAPL'], listener)
  await settle()
  expect(listener.take()).toEqual(['subscribed MSFT -'])
  expect(registry.symbolCount).toBe(1)
})

test('a read from before the symbol was confirmed again does not count: its value may be outdated', async () => {
  const { redis, registry, listener, confirm, settle } = setUp()
  redis.store(quote('AAPL', 1))
  registry.add(['AAPL'], listener)
  confirm()
  redis.serverExecutesRead()
  registry.remove(['AAPL'], listener)
  redis.serverTakesCommand()
  redis.store(quote('AAPL', 2))
  redis.publish(quote('AAPL', 2))
  registry.add(['AAPL'], listener)
  confirm()
  await settle()
  expect(listener.prices.get('AAPL')).toBe(2)
  expect(listener.take()).toEqual(['subscribed AAPL 2'])
})

test('a symbol that is wanted again waits for the bus to confirm it, whatever an earlier read brings', async () => {
  const { redis, registry, listener, confirm, settle } = setUp()
  redis.store(quote('AAPL', 1))
  registry.add(['AAPL'], listener)
  confirm()
  registry.remove(['AAPL'], listener)
  registry.add(['AAPL'], listener)
  redis.serverExecutesRead()
  redis.clientHearsAnswer()
  await settled()
  expect(listener.take()).toEqual([])
  await settle()
  expect(listener.take()).toEqual(['subscribed AAPL 1'])
})

test('one symbol too many is rejected as busy; a freed place can be taken', async () => {
  const { registry, listener, settle } = setUp({ maxSymbols: 2 })
  const other = new RecordedSymbolListener()
  registry.add(['AAPL', 'MSFT', 'IBM'], listener)
  registry.add(['AAPL', 'IBM'], other)
  await settle()
  expect(listener.take()).toEqual(['rejected IBM busy', 'subscribed AAPL -', 'subscribed MSFT -'])
  expect(other.take()).toEqual(['rejected IBM busy', 'subscribed AAPL -'])
  registry.remove(['MSFT'], listener)
  registry.add(['IBM'], other)
  await settle()
  expect(other.take()).toEqual(['subscribed IBM -'])
})

test('a symbol stays subscribed until its last listener leaves', async () => {
  const { redis, registry, listener, settle } = setUp()
  const other = new RecordedSymbolListener()
  registry.add(['AAPL'], listener)
  registry.add(['AAPL'], other)
  await settle()
  registry.remove(['AAPL', 'MSFT'], listener)
  registry.remove(['AAPL'], listener)
  redis.publish(quote('AAPL', 1))
  await settle()
  expect(listener.take()).toEqual(['subscribed AAPL -'])
  expect(other.take()).toEqual(['subscribed AAPL -', 'quote AAPL 1'])
  registry.detach(other, ['AAPL'])
  expect(registry.symbolCount).toBe(0)
})

test('each stream is told once that the bus is lost and once that it is back, whatever its symbols', async () => {
  const { redis, registry, listener, settle } = setUp()
  registry.attach(listener)
  registry.add(['AAPL', 'MSFT'], listener)
  await settle()
  listener.take()
  redis.disconnect()
  registry.lost()
  const latecomer = new RecordedSymbolListener()
  registry.attach(latecomer)
  redis.reconnect()
  await settle()
  expect(listener.take()).toEqual(['bus lost', 'bus restored'])
  expect(latecomer.take()).toEqual(['bus lost', 'bus restored'])
})

test('the bus counts as back only when the last values were read', async () => {
  const { clock, redis, registry, listener, confirm, settle } = setUp()
  registry.attach(listener)
  registry.add(['AAPL'], listener)
  await settle()
  listener.take()
  redis.disconnect()
  redis.reconnect()
  confirm()
  redis.failReads()
  await settled()
  expect(listener.take()).toEqual(['bus lost'])
  clock.advance(1_000)
  await settle()
  expect(listener.take()).toEqual(['bus restored'])
})

test('a stream that opens before the first connect is told that the bus is away', () => {
  const { registry } = setUp({ connected: false })
  const stream = new RecordedSymbolListener()
  registry.attach(stream)
  expect(stream.take()).toEqual(['bus lost'])
  registry.restored()
  expect(stream.take()).toEqual(['bus restored'])
})

test('last values come from memory where a symbol is live, else from the bus', async () => {
  const { redis, registry, listener, settle } = setUp()
  redis.store(quote('MSFT', 1))
  registry.add(['AAPL'], listener)
  await settle()
  redis.publish(outsiders('AAPL', 150))
  await settle()
  const values = registry.lastValues(['AAPL', 'MSFT', 'IBM'])
  redis.serverExecutesRead()
  redis.clientHearsAnswer()
  expect([...(await values).values()].map(({ price }) => price)).toEqual([150, 1])
})

test('stop leaves no timer, whether it comes during a read or during its backoff', async () => {
  for (const stopsFirst of [true, false]) {
    const { clock, redis, registry, listener, confirm } = setUp()
    registry.add(['AAPL'], listener)
    confirm()
    if (stopsFirst) registry.stop()
    redis.failReads()
    await settled()
    if (!stopsFirst) registry.stop()
    expect(clock.pending).toBe(0)
  }
})

const symbolOf = fc.constantFrom('AAPL', 'MSFT')
const listenerOf = fc.nat(1)
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), listener: listenerOf, symbol: symbolOf }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), listener: listenerOf, symbol: symbolOf }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('quote' as const), symbol: symbolOf }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('raise epoch' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('publish' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('server takes command' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('client hears message' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('server executes read' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('client hears answer' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail reads' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disconnect' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reconnect' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('outsider' as const), symbol: symbolOf }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

test('each listener hears subscribed first, then strictly newer quotes, and ends with the newest value', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
      const world = new World()
      for (const one of steps) await world.do(one)
      await world.finish()
      world.checkNewest()
    }),
    { numRuns: 500 },
  )
})

/** Publisher, Redis, registry and two listeners, each of which checks what it hears. */
class World {
  readonly #setUp = setUp()
  readonly #listeners = [0, 1].map((): Held => ({ heard: new RecordedSymbolListener(), held: new Map() }))
  readonly #newest = new Map<string, Quote>()
  readonly #unpublished: Quote[] = []
  readonly #disturbed = new Set<string>()
  #epoch = 1
  #price = 0

  constructor() {
    for (const { heard, held } of this.#listeners) {
      heard.onSubscribed = (symbol, last) => {
        const state = held.get(symbol)
        expect(state, `${symbol} is not wanted`).toBeDefined()
        expect(state?.confirmed, `${symbol} confirmed again`).toBe(false)
        if (state) Object.assign(state, { confirmed: true, position: positionOf(last?.quote) })
      }
      heard.onQuote = ({ quote }) => {
        const state = held.get(quote.symbol)
        expect(state?.confirmed, `${quote.symbol} quoted before its confirmation`).toBe(true)
        if (!state || quote.seq === undefined || quote.epoch === undefined) return
        expect(isBehind(state.position, { epoch: quote.epoch, seq: quote.seq }), 'not newer').toBe(true)
        state.position = positionOf(quote)
      }
    }
  }

  async do(one: Step): Promise<void> {
    const { redis, clock } = this.#setUp
    if (one.do === 'add') this.#add(one.listener, one.symbol)
    else if (one.do === 'remove') this.#remove(one.listener, one.symbol)
    else if (one.do === 'quote') this.#quote(one.symbol)
    else if (one.do === 'outsider') this.#outsider(one.symbol)
    else if (one.do === 'raise epoch') this.#epoch++
    else if (one.do === 'publish') this.#publish()
    else if (one.do === 'server takes command') redis.serverTakesCommand()
    else if (one.do === 'client hears message') redis.clientHearsMessage()
    else if (one.do === 'server executes read') redis.serverExecutesRead()
    else if (one.do === 'client hears answer') redis.clientHearsAnswer()
    else if (one.do === 'fail reads') redis.failReads()
    else if (one.do === 'disconnect') redis.disconnect()
    else redis.reconnect()
    await settled()
    clock.advance(10)
  }

  async finish(): Promise<void> {
    while (this.#unpublished.length > 0) this.#publish()
    this.#setUp.redis.reconnect()
    this.#setUp.clock.advance(1_000)
    await this.#setUp.settle()
  }

  checkNewest(): void {
    for (const { heard, held } of this.#listeners) {
      for (const [symbol, state] of held) {
        expect(state.confirmed, `${symbol} never confirmed`).toBe(true)
        // An outsider's quote replaces the last value until the next one with a seq.
        if (!this.#disturbed.has(symbol)) expect(heard.prices.get(symbol)).toBe(this.#newest.get(symbol)?.price)
      }
    }
    expect(this.#setUp.registry.symbolCount).toBe(new Set(this.#listeners.flatMap(({ held }) => [...held.keys()])).size)
    expect(this.#setUp.clock.pending).toBe(0)
  }

  #add(index: number, symbol: string): void {
    const { heard, held } = this.#listeners[index] as Held
    if (held.has(symbol)) return
    held.set(symbol, { confirmed: false, position: positionOf(undefined) })
    this.#setUp.registry.add([symbol], heard)
  }

  #remove(index: number, symbol: string): void {
    const { heard, held } = this.#listeners[index] as Held
    if (!held.delete(symbol)) return
    heard.prices.delete(symbol)
    this.#setUp.registry.remove([symbol], heard)
  }

  #quote(symbol: string): void {
    const last = this.#newest.get(symbol)
    const seq = last?.epoch === this.#epoch ? (last.seq ?? 0) + 1 : 1
    const quote = { symbol, price: ++this.#price, timestampMs: 0, seq, epoch: this.#epoch }
    this.#newest.set(symbol, quote)
    this.#setUp.redis.store(quote)
    this.#unpublished.push(quote)
  }

  #publish(): void {
    const quote = this.#unpublished.shift()
    if (quote) this.#setUp.redis.publish(quote)
  }

  #outsider(symbol: string): void {
    this.#disturbed.add(symbol)
    this.#setUp.redis.publish(outsiders(symbol, ++this.#price))
  }
}

interface Held {
  readonly heard: RecordedSymbolListener
  /** The symbols it wants. */
  readonly held: Map<string, State>
}

interface State {
  confirmed: boolean
  position: Position
}

function positionOf(quote: Quote | undefined): Position {
  return { epoch: quote?.epoch ?? 0, seq: quote?.seq ?? 0 }
}

test('a symbol that the bus refuses is rejected to everyone who wants it, and forgotten', async () => {
  const { redis, registry, listener } = setUp()
  const other = new RecordedSymbolListener()
  registry.add(['AAPL', 'MSFT'], listener)
  registry.add(['AAPL'], other)
  registry.refused('AAPL')
  registry.refused('NEVER')
  expect(registry.symbolCount).toBe(1)
  expect(listener.events).toEqual(['rejected AAPL service_unavailable'])
  expect(other.events).toEqual(['rejected AAPL service_unavailable'])
  void redis
})

function setUp({ maxSymbols = 100, connected = true } = {}) {
  const clock = new ManualClock()
  const redis = new SimulatedRedis()
  const registry = new SymbolRegistry({ bus: redis, clock, random: () => 0.5, logger: silentLogger, maxSymbols })
  if (connected) registry.restored()
  const listener = new RecordedSymbolListener()
  /** The bus confirms; reads stay open. */
  const confirm = () => {
    while (redis.serverTakesCommand() || redis.clientHearsMessage()) {}
  }
  /** Everything that is under way arrives. */
  const settle = async () => {
    for (;;) {
      confirm()
      redis.serverExecutesRead()
      const answered = redis.clientHearsAnswer()
      await settled()
      if (!answered) return
    }
  }
  return { clock, redis, registry, listener, confirm, settle }
}

/** Promise callbacks have run. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

/** With its price as seq. */
function quote(symbol: string, price: number): Quote {
  return { symbol, price, timestampMs: 0, seq: price, epoch: 7 }
}

function outsiders(symbol: string, price: number): Quote {
  return { symbol, price, timestampMs: 0 }
}
