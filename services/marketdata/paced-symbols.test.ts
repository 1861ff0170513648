import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { AnsweredQuotes } from './answered-quotes.ts'
import type { EncodedQuote } from './encoded-quote.ts'
import { PacedSymbols, type PacedSymbolsOptions } from './paced-symbols.ts'
import type { Quote } from './quote.ts'
import { InProcessQuoteBus } from './quote-bus-in-process.ts'
import { SymbolRegistry } from './symbol-registry.ts'
import { RecordedSymbolListener } from './testing/recorded-symbol-listener.ts'

const delayMs = 100
const intervalMs = 40
const delayed = { pace: { delayMs, intervalMs: 0 } }
const throttled = { pace: { delayMs: 0, intervalMs } }

describe('a delayed pace', () => {
  test('confirms at once, gives each quote when the delay has passed and not before, and marks it', async () => {
    const { clock, bus, paced, open } = setUp(delayed)
    const one = await open(['AAPL'])
    const marks: boolean[] = []
    one.onQuote = ({ delayed: mark }) => marks.push(mark)
    expect(one.take()).toEqual(['subscribed AAPL -'])
    await bus.publish([quote('AAPL', 1)])
    clock.advance(30)
    await bus.publish([quote('AAPL', 2)])
    clock.advance(delayMs - 31)
    expect([one.take(), paced.last('AAPL')]).toEqual([[], undefined])
    clock.advance(1)
    expect(one.take()).toEqual(['quote AAPL 1'])
    expect(paced.last('AAPL')?.quote.price).toBe(1)
    clock.advance(29)
    expect(one.take()).toEqual([])
    clock.advance(1)
    expect(one.take()).toEqual(['quote AAPL 2'])
    expect(marks).toEqual([true, true])
  })

  test('a stored last value counts as new: when it came is not known', async () => {
    const { clock, bus, open } = setUp(delayed)
    await bus.publish([quote('AAPL', 1)])
    clock.advance(10 * delayMs)
    const one = await open(['AAPL'])
    clock.advance(delayMs - 1)
    expect(one.take()).toEqual(['subscribed AAPL -'])
    clock.advance(1)
    expect(one.take()).toEqual(['snapshot AAPL 1'])
  })

  test('all streams share one line: the same bytes, and who joins gets what was let through, not what waits', async () => {
    const { clock, bus, registry, open } = setUp(delayed)
    const [one, other] = [await open(['AAPL']), await open(['AAPL'])]
    const seen: EncodedQuote[] = []
    for (const listener of [one, other]) listener.onQuote = (each) => seen.push(each)
    await bus.publish([quote('AAPL', 1)])
    clock.advance(delayMs)
    await bus.publish([quote('AAPL', 2)])
    expect(seen).toHaveLength(2)
    expect(seen[0]).toBe(seen[1])
    const timers = clock.pending
    const late = await open(['AAPL'])
    expect(late.take()).toEqual(['subscribed AAPL 1'])
    expect([clock.pending, registry.symbolCount]).toEqual([timers, 1])
    clock.advance(delayMs)
    expect(late.take()).toEqual(['quote AAPL 2'])
  })

  test('a symbol that nobody holds stays as long as its delay, with its quotes', async () => {
    const { clock, bus, registry, paced, open } = setUp(delayed)
    const one = await open(['AAPL'])
    await bus.publish([quote('AAPL', 1)])
    clock.advance(delayMs)
    paced.remove(['AAPL'], one)
    one.take()
    await bus.publish([quote('AAPL', 2)])
    clock.advance(delayMs - 1)
    expect(registry.symbolCount).toBe(1)
    const other = await open(['AAPL'])
    expect(other.take()).toEqual(['subscribed AAPL 1'])
    clock.advance(1)
    expect(other.take()).toEqual(['quote AAPL 2'])
    expect(one.take()).toEqual([])
    clock.advance(10 * delayMs)
    expect(registry.symbolCount).toBe(1)
    paced.remove(['AAPL'], other)
    paced.remove(['AAPL'], other)
    clock.advance(delayMs - 1)
    expect([registry.symbolCount, clock.pending]).toEqual([1, 1])
    clock.advance(1)
    expect([registry.symbolCount, clock.pending]).toEqual([0, 0])
    expect(paced.last('AAPL')).toBeUndefined()
  })

  test('at most `maxIdle` stay; who comes back, and who has stayed long enough, makes place', async () => {
    const { clock, bus, registry, paced, open } = setUp({ ...delayed, maxIdle: 1 })
    const one = await open(['AAPL', 'MSFT', 'IBM'])
    await bus.publish([quote('AAPL', 1), quote('MSFT', 2), quote('IBM', 3)])
    paced.remove(['AAPL', 'MSFT'], one)
    expect(registry.symbolCount).toBe(2)
    paced.add(['AAPL'], one)
    paced.remove(['IBM'], one)
    expect(registry.symbolCount).toBe(2)
    clock.advance(delayMs)
    expect(registry.symbolCount).toBe(1)
    paced.remove(['AAPL'], one)
    expect(registry.symbolCount).toBe(1)
  })

  test('a rejected symbol that was idle makes place too', async () => {
    const { bus, registry, paced, open } = setUp({ ...delayed, maxIdle: 1 })
    const one = await open(['AAPL', 'MSFT'])
    await bus.publish([quote('AAPL', 1), quote('MSFT', 2)])
    paced.remove(['AAPL'], one)
    registry.refused('AAPL')
    paced.remove(['MSFT'], one)
    expect(registry.symbolCount).toBe(1)
    await bus.publish([quote('AAPL', 3)])
    expect(one.take()).toEqual(['subscribed AAPL -', 'subscribed MSFT -'])
  })

  test('a symbol that never had a quote takes no idle place; one whose quote is on its way, or stored, does', async () => {
    const { bus, registry, paced, open } = setUp({ ...delayed, maxIdle: 2 })
    await bus.publish([quote('IBM', 1)])
    const one = await open(['MADE-UP', 'MADE-UP-TOO', 'AAPL', 'IBM'])
    paced.remove(['MADE-UP', 'MADE-UP-TOO'], one)
    expect(registry.symbolCount).toBe(2)
    await bus.publish([quote('AAPL', 2)])
    paced.remove(['AAPL', 'IBM'], one)
    expect(registry.symbolCount).toBe(2)
  })

  test('who leaves twice, or never came, does not end it for others', async () => {
    const { clock, bus, paced, open } = setUp(delayed)
    const [one, other] = [await open(['AAPL']), await open(['AAPL'])]
    paced.remove(['AAPL', 'AAPL', 'MSFT'], other)
    paced.remove(['AAPL'], other)
    clock.advance(2 * delayMs)
    await bus.publish([quote('AAPL', 1)])
    clock.advance(delayMs)
    expect(one.take()).toEqual(['subscribed AAPL -', 'quote AAPL 1'])
    expect(other.take()).toEqual(['subscribed AAPL -'])
  })
})

describe('a pace with a greatest rate', () => {
  test('begins with the snapshot, then gives the newest quote once an interval', async () => {
    const { clock, bus, paced, open } = setUp(throttled)
    await bus.publish([quote('AAPL', 1)])
    const one = await open(['AAPL'])
    expect(one.take()).toEqual(['subscribed AAPL 1'])
    expect(paced.last('AAPL')?.quote.price).toBe(1)
    await bus.publish([quote('AAPL', 2), quote('AAPL', 3), quote('AAPL', 4)])
    clock.advance(intervalMs - 1)
    expect(one.take()).toEqual([])
    expect((await open(['AAPL'])).take()).toEqual(['subscribed AAPL 1'])
    clock.advance(1)
    expect(one.take()).toEqual(['quote AAPL 4'])
    expect(paced.last('AAPL')?.delayed).toBe(false)
    clock.advance(10 * intervalMs)
    expect(one.take()).toEqual([])
  })

  test('without a snapshot the first quote comes at once', async () => {
    const { clock, bus, open } = setUp(throttled)
    const one = await open(['AAPL'])
    await bus.publish([quote('AAPL', 1), quote('AAPL', 2)])
    expect(one.take()).toEqual(['subscribed AAPL -', 'quote AAPL 1'])
    clock.advance(intervalMs)
    expect(one.take()).toEqual(['quote AAPL 2'])
  })

  test('each symbol has its own interval', async () => {
    const { bus, open } = setUp(throttled)
    const one = await open(['AAPL', 'MSFT'])
    one.take()
    await bus.publish([quote('AAPL', 1), quote('MSFT', 2)])
    expect(one.take()).toEqual(['quote AAPL 1', 'quote MSFT 2'])
  })

  test('a symbol that nobody holds stays for an interval: coming back shows no more than staying', async () => {
    const { clock, bus, registry, paced, open } = setUp(throttled)
    const one = await open(['AAPL'])
    await bus.publish([quote('AAPL', 1), quote('AAPL', 2)])
    one.take()
    const seen: string[] = []
    for (let ms = 0; ms < 3 * intervalMs; ms++) {
      paced.remove(['AAPL'], one)
      await bus.publish([quote('AAPL', 10 + ms)])
      paced.add(['AAPL'], one)
      seen.push(...one.take())
      clock.advance(1)
    }
    expect(new Set(seen)).toEqual(
      new Set(['subscribed AAPL 1', 'subscribed AAPL 49', 'subscribed AAPL 89', 'quote AAPL 49', 'quote AAPL 89']),
    )
    paced.remove(['AAPL'], one)
    clock.advance(intervalMs - 1)
    expect(registry.symbolCount).toBe(1)
    clock.advance(1)
    expect([registry.symbolCount, clock.pending]).toEqual([0, 0])
  })

  test('nor does it where no idle place was left, or the bus refused it: the value before is shown for an interval', async () => {
    const { clock, bus, registry, paced, open } = setUp({ ...throttled, maxIdle: 0 })
    clock.advance(10 * intervalMs)
    const one = await open(['AAPL'])
    await bus.publish([quote('AAPL', 1)])
    for (const end of [() => paced.remove(['AAPL'], one), () => registry.refused('AAPL')]) {
      end()
      expect(registry.symbolCount).toBe(0)
      await bus.publish([quote('AAPL', 2)])
      expect(paced.lastAnswer('AAPL')?.price).toBe(1)
      one.take()
      paced.add(['AAPL'], one)
      await settled()
      expect(one.take()).toEqual(['subscribed AAPL 1'])
    }
    clock.advance(intervalMs)
    expect(one.take()).toEqual(['snapshot AAPL 2'])
  })

  test('what a unary call was answered counts for a stream too, and is not shown to it twice', async () => {
    const { clock, bus, paced, open } = setUp(throttled)
    const first = quote('AAPL', 1)
    await bus.publish([first])
    expect(paced.answer(first)).toBe(first)
    expect(paced.answer(quote('AAPL', 2))).toBe(first)
    const one = await open(['AAPL'])
    clock.advance(intervalMs)
    expect(one.take()).toEqual(['subscribed AAPL 1'])
    await bus.publish([quote('AAPL', 3)])
    expect(one.take()).toEqual(['quote AAPL 3'])
    paced.remove(['AAPL'], one)
    expect(paced.answer(quote('AAPL', 4)).price).toBe(3)
  })
})

describe.each([
  ['delayed', delayed],
  ['throttled', throttled],
])('a %s pace', (_, options) => {
  test('passes a rejection on to every stream that asked, and takes the symbol again', async () => {
    const { paced, registry, open } = setUp({ ...options, registrySymbols: 1 })
    const [one, other] = [await open(['AAPL', 'MSFT']), await open(['AAPL', 'MSFT'])]
    expect(one.take()).toEqual(['rejected MSFT busy', 'subscribed AAPL -'])
    expect(other.take()).toEqual(['subscribed AAPL -', 'rejected MSFT busy'])
    registry.refused('AAPL')
    expect([one.take(), other.take()]).toEqual([
      ['rejected AAPL service_unavailable'],
      ['rejected AAPL service_unavailable'],
    ])
    paced.add(['MSFT'], one)
    await settled()
    expect(one.take()).toEqual(['subscribed MSFT -'])
  })

  test('who leaves before the bus confirms hears nothing; who joins then is confirmed with the others', async () => {
    const { paced } = setUp(options)
    const [one, other] = [new RecordedSymbolListener(), new RecordedSymbolListener()]
    paced.add(['AAPL'], one)
    paced.add(['AAPL'], other)
    paced.remove(['AAPL'], one)
    expect(other.take()).toEqual([])
    await settled()
    expect([one.take(), other.take()]).toEqual([[], ['subscribed AAPL -']])
  })

  test('stop frees everything, what waits and what is idle included', async () => {
    const { clock, bus, registry, paced, open } = setUp(options)
    const one = await open(['AAPL', 'MSFT', 'IBM'])
    await bus.publish([quote('IBM', 1)])
    paced.remove(['IBM'], one)
    expect(registry.symbolCount).toBe(3)
    await bus.publish([quote('AAPL', 1), quote('AAPL', 2), quote('MSFT', 3)])
    one.take()
    paced.stop()
    expect([registry.symbolCount, clock.pending]).toEqual([0, 0])
    await bus.publish([quote('AAPL', 4)])
    clock.advance(10 * delayMs)
    paced.remove(['AAPL'], one)
    expect(one.take()).toEqual([])
    expect([registry.symbolCount, clock.pending]).toEqual([0, 0])
  })
})

const names = fc.uniqueArray(fc.constantFrom('AAPL', 'MSFT'), { minLength: 1 })
const step = fc.oneof(
  fc.record({ do: fc.constantFrom('add' as const, 'remove' as const), stream: fc.nat(2), symbols: names }),
  fc.record({ do: fc.constant('publish' as const), symbols: names }),
  fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 7, 39, 40, 60, 99, 100, 250) }),
  fc.record({ do: fc.constant('settle' as const) }),
  fc.record({ do: fc.constant('ask' as const), symbols: names }),
)
const somePace = fc.record({ delayMs: fc.constantFrom(0, delayMs), intervalMs: fc.constantFrom(0, intervalMs) })

test('whatever happens, quotes are never early, never too many, in order and the newest that is due; nothing is left', async () => {
  await fc.assert(
    fc.asyncProperty(somePace, fc.array(step, { maxLength: 60, size: 'max' }), async (pace, steps) => {
      const arrivals = new Map<string, { atMs: number; price: number }[]>()
      const { clock, bus, registry, paced } = setUp({ pace, maxIdle: 1 }, arrivals)
      const seen = new FirstSeen(clock)
      const streams = [0, 1, 2].map(() => new CheckedListener(clock, pace, arrivals, seen))
      const newest = new Map<string, Quote>()
      let price = 0
      const next = (symbol: string) => {
        const made = quote(symbol, ++price)
        newest.set(symbol, made)
        return made
      }
      for (const one of steps) {
        if (one.do === 'publish') await bus.publish(one.symbols.map(next))
        else if (one.do === 'ask') for (const symbol of one.symbols) seen.add(ask(paced, pace, newest.get(symbol)))
        else if (one.do === 'advance') clock.advance(one.ms)
        else if (one.do === 'settle') await settled()
        else if (one.do === 'add') streams[one.stream]?.addTo(paced, one.symbols)
        else streams[one.stream]?.removeFrom(paced, one.symbols)
      }
      await settled()
      clock.advance(delayMs + 2 * intervalMs)
      for (const stream of streams) stream.checkNewest()
      if (pace.delayMs === 0) seen.checkRate(pace.intervalMs)
      for (const stream of streams) stream.removeFrom(paced, ['AAPL', 'MSFT'])
      clock.advance(Math.max(pace.delayMs, pace.intervalMs))
      expect([registry.symbolCount, clock.pending]).toEqual([0, 0])
    }),
    { numRuns: 500 },
  )
})

/** As a unary call does. */
function ask(paced: PacedSymbols, { delayMs }: PacedSymbolsOptions['pace'], newest: Quote | undefined) {
  if (!newest) return undefined
  return paced.lastAnswer(newest.symbol) ?? (delayMs > 0 ? undefined : paced.answer(newest))
}

/** When each value was first seen, by whoever. */
class FirstSeen {
  readonly #clock: ManualClock
  readonly #bySymbol = new Map<string, Map<number, number>>()

  constructor(clock: ManualClock) {
    this.#clock = clock
  }

  add(seen: Quote | undefined): void {
    if (!seen) return
    const prices = this.#bySymbol.get(seen.symbol) ?? new Map<number, number>()
    this.#bySymbol.set(seen.symbol, prices)
    if (!prices.has(seen.price)) prices.set(seen.price, this.#clock.nowMs())
  }

  /** One may be seen late, just before the next: so of three in a row the last comes an interval after the first. */
  checkRate(intervalMs: number): void {
    for (const prices of this.#bySymbol.values()) {
      const times = [...prices.values()]
      for (let i = 2; i < times.length; i++) {
        expect((times[i] ?? 0) - (times[i - 2] ?? 0)).toBeGreaterThanOrEqual(intervalMs)
      }
    }
  }
}

/** A stream that knows what it may get, and when. */
class CheckedListener extends RecordedSymbolListener {
  /** By symbol: the newest price since it was added, and when the last quote came. */
  readonly #held = new Map<string, { price: number; quotedAtMs: number; isConfirmed: boolean }>()
  readonly #clock: ManualClock
  readonly #pace: PacedSymbolsOptions['pace']
  readonly #arrivals: ReadonlyMap<string, readonly { atMs: number; price: number }[]>
  readonly #seen: FirstSeen

  constructor(
    clock: ManualClock,
    pace: PacedSymbolsOptions['pace'],
    arrivals: ReadonlyMap<string, readonly { atMs: number; price: number }[]>,
    seen: FirstSeen,
  ) {
    super()
    this.#seen = seen
    this.#clock = clock
    this.#pace = pace
    this.#arrivals = arrivals
  }

  addTo(paced: PacedSymbols, symbols: readonly string[]): void {
    const fresh = symbols.filter((symbol) => !this.#held.has(symbol))
    for (const symbol of fresh) {
      this.#held.set(symbol, { price: 0, quotedAtMs: Number.NEGATIVE_INFINITY, isConfirmed: false })
    }
    paced.add(fresh, this)
  }

  removeFrom(paced: PacedSymbols, symbols: readonly string[]): void {
    for (const symbol of symbols) this.#held.delete(symbol)
    paced.remove(symbols, this)
  }

  checkNewest(): void {
    for (const [symbol, { price, isConfirmed }] of this.#held) {
      expect([isConfirmed, price]).toEqual([true, this.#arrivals.get(symbol)?.at(-1)?.price ?? 0])
    }
  }

  override onSubscribed = (symbol: string, last: EncodedQuote | undefined) => {
    const held = this.#held.get(symbol)
    expect(held?.isConfirmed, `confirmed once, and only where added: ${symbol}`).toBe(false)
    if (!held) return
    held.isConfirmed = true
    if (!last) return
    this.#seen.add(last.quote)
    held.price = last.quote.price
    expect(held.price).toBeLessThanOrEqual(this.#newestDue(symbol, 0))
    expect(last.delayed).toBe(this.#pace.delayMs > 0)
  }

  override onQuote = ({ quote: { symbol, price }, quote: given, delayed: mark }: EncodedQuote) => {
    this.#seen.add(given)
    const nowMs = this.#clock.nowMs()
    const held = this.#held.get(symbol)
    expect(held?.isConfirmed).toBe(true)
    if (!held) return
    expect(mark).toBe(this.#pace.delayMs > 0)
    expect(price).toBeGreaterThan(held.price)
    expect(nowMs - held.quotedAtMs).toBeGreaterThanOrEqual(this.#pace.intervalMs)
    // What becomes due in this very millisecond may be a moment later.
    expect(price).toBeGreaterThanOrEqual(this.#newestDue(symbol, 1))
    expect(price).toBeLessThanOrEqual(this.#newestDue(symbol, 0))
    Object.assign(held, { price, quotedAtMs: nowMs })
  }

  /** The newest that had come a delay and `agoMs` before now. */
  #newestDue(symbol: string, agoMs: number): number {
    const latestMs = this.#clock.nowMs() - this.#pace.delayMs - agoMs
    return this.#arrivals.get(symbol)?.findLast(({ atMs }) => atMs <= latestMs)?.price ?? 0
  }
}

function setUp(
  { registrySymbols = 100, ...options }: Pick<PacedSymbolsOptions, 'pace' | 'maxIdle'> & { registrySymbols?: number },
  arrivals = new Map<string, { atMs: number; price: number }[]>(),
) {
  const clock = new ManualClock()
  const observer = { connected() {}, subscriptionCount() {}, badPayload() {} }
  const bus = new InProcessQuoteBus({ wallMs: () => clock.wallMs(), observer })
  const registry = new SymbolRegistry({
    bus,
    clock,
    random: () => 0.5,
    logger: silentLogger,
    maxSymbols: registrySymbols,
  })
  registry.restored()
  const answered = new AnsweredQuotes({ clock })
  const paced = new (class extends PacedSymbols {
    override subscribed(symbol: string, last: EncodedQuote | undefined): void {
      arrivals.set(symbol, last ? [{ atMs: clock.nowMs(), price: last.quote.price }] : [])
      super.subscribed(symbol, last)
    }

    override quote(arrived: EncodedQuote): void {
      arrivals.get(arrived.quote.symbol)?.push({ atMs: clock.nowMs(), price: arrived.quote.price })
      super.quote(arrived)
    }
  })({ ...options, registry, clock, answered })
  /** A stream with these symbols, confirmed. */
  const open = async (symbols: readonly string[]) => {
    const listener = new RecordedSymbolListener()
    paced.add(symbols, listener)
    await settled()
    return listener
  }
  return { clock, bus, registry, paced, open }
}

/** With its price as seq. */
function quote(symbol: string, price: number): Quote {
  return { symbol, price, timestampMs: 1_000, seq: price, epoch: 7 }
}

/** Promise callbacks have run. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
