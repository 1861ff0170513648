import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { FanOut } from './fan-out.ts'
import type { Quote } from './quote.ts'
import { type Refusal, Subscriptions } from './subscriptions.ts'
import { ManualUpstream, quoteOf } from './testing/manual-upstream.ts'
import { RecordedMember } from './testing/recorded-member.ts'

const unavailable = { code: 'service_unavailable', message: 'market data is not available at the moment' }

test('a symbol is read from upstream once, however many want it, until the last lets go', () => {
  const { subscriptions, upstream, ask } = setUp()
  const first = ask(['AAPL'])
  const second = ask(['AAPL', 'MSFT'])
  upstream.confirm('AAPL')
  upstream.confirm('MSFT')
  expect([first.refused, second.refused]).toEqual([[], []])
  subscriptions.release('AAPL')
  expect(upstream.log).toEqual(['+AAPL', '+MSFT'])
  subscriptions.release('AAPL')
  subscriptions.release('MSFT')
  expect(upstream.log).toEqual(['+AAPL', '+MSFT', '-AAPL', '-MSFT'])
  expect(subscriptions.symbolCount).toBe(0)
})

test('a request for symbols that are live already is settled at once', () => {
  const { upstream, clock, ask } = setUp()
  ask(['AAPL'])
  upstream.confirm('AAPL', quoteOf('AAPL', 1))
  expect(ask(['AAPL']).refused).toEqual([])
  expect(ask([]).refused).toEqual([])
  expect(clock.pending).toBe(0)
})

test('rule 3: a request is settled when all its symbols are confirmed, and not before', () => {
  const { upstream, clock, ask } = setUp()
  const request = ask(['AAPL', 'MSFT'])
  upstream.confirm('AAPL')
  expect(request.refused).toBeUndefined()
  upstream.confirm('MSFT')
  expect(request.refused).toEqual([])
  expect(clock.pending).toBe(0)
})

test('rule 3: what is not confirmed within 2 s is refused as service_unavailable and let go of', () => {
  const { upstream, clock, ask } = setUp()
  const request = ask(['AAPL', 'MSFT'])
  upstream.confirm('MSFT')
  clock.advance(1_999)
  expect(request.refused).toBeUndefined()
  clock.advance(1)
  expect(request.refused).toEqual([{ symbol: 'AAPL', ...unavailable }])
  expect(upstream.symbols).toEqual(['MSFT'])
})

test('a later request for the same symbol has its own 2 s, and keeps the symbol asked for', () => {
  const { upstream, clock, ask } = setUp()
  const first = ask(['AAPL'])
  clock.advance(1_500)
  const second = ask(['AAPL'])
  clock.advance(500)
  expect(first.refused).toHaveLength(1)
  expect(upstream.log).toEqual(['+AAPL'])
  upstream.confirm('AAPL')
  expect(second.refused).toEqual([])
})

test('rule 13: without an upstream everything is refused at once, and nothing is asked', () => {
  const { subscriptions, upstream, clock, ask } = setUp()
  upstream.isAvailable = false
  expect(ask(['AAPL', 'MSFT']).refused).toEqual([
    { symbol: 'AAPL', ...unavailable },
    { symbol: 'MSFT', ...unavailable },
  ])
  expect([upstream.log, subscriptions.symbolCount, clock.pending]).toEqual([[], 0, 0])
})

test('a rejection reaches everybody who waits, with its own code', () => {
  const { subscriptions, upstream, clock, ask } = setUp()
  const requests = [ask(['NOPE']), ask(['NOPE'])]
  upstream.reject('NOPE', 'not_found')
  const refusal = { symbol: 'NOPE', code: 'not_found', message: 'NOPE was refused' }
  expect(requests.map(({ refused }) => refused)).toEqual([[refusal], [refusal]])
  expect([upstream.symbols, subscriptions.symbolCount, clock.pending]).toEqual([[], 0, 0])
})

test('a withdrawn request holds nothing and is never settled', () => {
  const { subscriptions, upstream, clock, ask } = setUp()
  const request = ask(['AAPL', 'MSFT'])
  upstream.confirm('AAPL')
  request.withdraw()
  upstream.confirm('MSFT')
  clock.advance(10_000)
  expect(request.refused).toBeUndefined()
  expect([upstream.symbols, subscriptions.symbolCount, clock.pending]).toEqual([[], 0, 0])
})

test('a withdrawal does not take the symbol from those who hold it or wait for it', () => {
  const { upstream, ask } = setUp()
  ask(['AAPL'])
  upstream.confirm('AAPL')
  const waiting = ask(['MSFT'])
  ask(['AAPL', 'MSFT', 'NOPE']).withdraw()
  expect(upstream.symbols).toEqual(['AAPL', 'MSFT'])
  upstream.confirm('MSFT')
  expect(waiting.refused).toEqual([])
})

test('a withdrawal does not let go a second time of what was refused before', () => {
  const { upstream, ask } = setUp()
  const first = ask(['NOPE', 'MSFT'])
  upstream.reject('NOPE', 'not_found')
  const second = ask(['NOPE'])
  first.withdraw()
  expect(upstream.symbols).toEqual(['NOPE'])
  upstream.confirm('NOPE')
  expect(second.refused).toEqual([])
})

test('a late answer to what nobody wants any more is ignored', () => {
  const { subscriptions, fanOut } = setUp()
  subscriptions.subscribed('AAPL', quoteOf('AAPL', 1))
  subscriptions.rejected('AAPL', 'not_found', 'no')
  subscriptions.release('AAPL')
  expect(fanOut.isOpen('AAPL')).toBe(false)
})

const symbols = ['A', 'B', 'C']
const command = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('request'), symbols: fc.uniqueArray(fc.constantFrom(...symbols)) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('release'), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw'), pick: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('confirm'), symbol: fc.constantFrom(...symbols) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reject'), symbol: fc.constantFrom(...symbols) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.nat(2_500) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('availability'), isAvailable: fc.boolean() }) },
) as fc.Arbitrary<Command>
type Command =
  | { kind: 'request'; symbols: string[] }
  | { kind: 'release'; pick: number }
  | { kind: 'withdraw'; pick: number }
  | { kind: 'confirm'; symbol: string }
  | { kind: 'reject'; symbol: string }
  | { kind: 'wait'; ms: number }
  | { kind: 'availability'; isAvailable: boolean }

test('upstream reads exactly what is held or waited for, whatever the sequence, and in the end nothing', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const system = setUp()
      const model = new Model(system)
      for (const step of commands) {
        model.take(step)
        expect(system.upstream.symbols).toEqual(model.wanted())
        expect(system.subscriptions.symbolCount).toBe(model.wanted().length)
        for (const symbol of symbols) expect(system.fanOut.isOpen(symbol)).toBe(system.upstream.isConfirmed(symbol))
      }
      system.clock.advance(2_000)
      expect(model.waiting()).toEqual([])
      for (const symbol of model.held()) system.subscriptions.release(symbol)
      expect(system.upstream.symbols).toEqual([])
      expect(system.clock.pending).toBe(0)
    }),
    { numRuns: 500 },
  )
})

/** What each requester holds or waits for, kept the simple way. */
class Model {
  readonly #system: ReturnType<typeof setUp>
  readonly #requests: Requester[] = []

  constructor(system: ReturnType<typeof setUp>) {
    this.#system = system
  }

  take(step: Command): void {
    const { subscriptions, upstream, clock, ask } = this.#system
    if (step.kind === 'request') {
      const state = ask(step.symbols)
      this.#requests.push({ symbols: step.symbols, gone: new Set(), state, isWithdrawn: false })
    } else if (step.kind === 'release') {
      const owned = this.#requests.flatMap((request) => this.#heldBy(request).map((symbol) => ({ request, symbol })))
      const chosen = owned[step.pick % owned.length]
      if (!chosen) return
      chosen.request.gone.add(chosen.symbol)
      subscriptions.release(chosen.symbol)
    } else if (step.kind === 'withdraw') {
      const waiting = this.waiting()
      const chosen = waiting[step.pick % waiting.length]
      if (!chosen) return
      chosen.isWithdrawn = true
      chosen.state.withdraw()
    } else if (step.kind === 'confirm') upstream.confirm(step.symbol, quoteOf(step.symbol, 1))
    else if (step.kind === 'reject') this.#reject(step.symbol)
    else if (step.kind === 'wait') clock.advance(step.ms)
    else upstream.isAvailable = step.isAvailable
  }

  waiting() {
    return this.#requests.filter(({ state, isWithdrawn }) => state.refused === undefined && !isWithdrawn)
  }

  /** Once for each requester that holds it. */
  held(): string[] {
    return this.#requests.flatMap((request) => this.#heldBy(request))
  }

  wanted(): string[] {
    const waitedFor = this.waiting().flatMap((request) => request.symbols.filter((symbol) => !request.gone.has(symbol)))
    return [...new Set([...this.held(), ...waitedFor])].sort()
  }

  #reject(symbol: string): void {
    const { upstream } = this.#system
    // Let go of at once, even where its request still waits for others.
    if (!upstream.isConfirmed(symbol)) for (const { gone } of this.waiting()) gone.add(symbol)
    upstream.reject(symbol, 'not_found')
  }

  #heldBy({ symbols, gone, state: { refused }, isWithdrawn }: Requester): string[] {
    if (refused === undefined || isWithdrawn) return []
    return symbols.filter((symbol) => !gone.has(symbol) && !refused.some((refusal) => refusal.symbol === symbol))
  }
}

interface Requester {
  readonly symbols: string[]
  /** Released or rejected. */
  readonly gone: Set<string>
  readonly state: Asked
  isWithdrawn: boolean
}

test('rule 17: a symbol that was held with a delay stays as long after its last release, and is taken up again', () => {
  const { ask, clock, fanOut, subscriptions, upstream } = setUp()
  const delayed = new RecordedMember()
  const pace = { tier: { delayMs: 1_000, intervalMs: 0 }, intervalMs: 0 }
  const hold = () => {
    ask(['AAPL'])
    upstream.confirm('AAPL', quoteOf('AAPL', 1))
    fanOut.join('AAPL', delayed, { pace })
  }
  const leave = () => {
    fanOut.leave('AAPL', delayed, pace)
    subscriptions.release('AAPL')
  }
  hold()
  leave()
  clock.advance(999)
  expect(upstream.symbols).toEqual(['AAPL'])
  hold()
  clock.advance(10_000)
  expect(upstream.symbols).toEqual(['AAPL'])
  leave()
  clock.advance(1_000)
  expect([upstream.symbols, fanOut.isOpen('AAPL'), clock.pending]).toEqual([[], false, 0])
  hold()
  leave()
  subscriptions.stop()
  expect(clock.pending).toBe(0)
})

test("a symbol stays for a tier's interval, so that who lets it go and comes back gets no more than the tier's rate", () => {
  const { ask, clock, fanOut, subscriptions, upstream } = setUp()
  const ann = new RecordedMember()
  const pace = { tier: { delayMs: 0, intervalMs: 1_000 }, intervalMs: 0 }
  for (let seq = 1; seq <= 60; seq++) {
    if (upstream.isConfirmed('AAPL')) fanOut.quote(quoteOf('AAPL', seq))
    ask(['AAPL'])
    upstream.confirm('AAPL', quoteOf('AAPL', seq))
    fanOut.join('AAPL', ann, { pace })
    fanOut.leave('AAPL', ann, pace)
    subscriptions.release('AAPL')
    clock.advance(50)
  }
  expect([...new Set(ann.messages.map((message) => (message as { seq: number }).seq))]).toEqual([1, 20, 40])
  clock.advance(950)
  expect([upstream.symbols, clock.pending]).toEqual([[], 0])
})

test('a symbol without any quote does not stay, whatever it was held with', () => {
  const { drop, clock, upstream } = setUp()
  drop('NOPE')
  expect([upstream.symbols, clock.pending]).toEqual([[], 0])
  drop('AAPL', () => quoteOf('AAPL', 1))
  expect(upstream.symbols).toEqual(['AAPL'])
})

test('of the symbols that stay, the oldest ends for a new one, and one that is taken up again does not count', () => {
  const { ask, drop, clock, upstream } = setUp({ maxIdle: 2 })
  for (const symbol of ['A', 'B']) drop(symbol, () => quoteOf(symbol, 1))
  ask(['A'])
  drop('C', () => quoteOf('C', 1))
  expect(upstream.symbols).toEqual(['A', 'B', 'C'])
  drop('D', () => quoteOf('D', 1))
  expect(upstream.symbols).toEqual(['A', 'C', 'D'])
  clock.advance(1_000)
  expect(upstream.symbols).toEqual(['A'])
})

interface Asked {
  /** Undefined until settled. */
  refused: readonly Refusal[] | undefined
  withdraw: () => void
}

function setUp(options: { readonly maxIdle?: number } = {}) {
  const clock = new ManualClock()
  const upstream = new ManualUpstream()
  const fanOut = new FanOut({
    clock,
    observer: { quote: () => {}, delivered: () => {}, conflated: () => {}, gap: () => {} },
  })
  const subscriptions = new Subscriptions({ upstream, fanOut, clock, ...options })
  upstream.listen(subscriptions)
  const ask = (wanted: readonly string[]): Asked => {
    const asked: Asked = { refused: undefined, withdraw: () => {} }
    asked.withdraw = subscriptions.request(wanted, (refused) => {
      expect(asked.refused).toBeUndefined()
      asked.refused = [...refused]
    })
    return asked
  }
  /** Held with a delay and an interval, and let go. */
  const drop = (symbol: string, last: () => Quote | undefined = () => undefined) => {
    const member = new RecordedMember()
    const pace = { tier: { delayMs: 1_000, intervalMs: 500 }, intervalMs: 0 }
    ask([symbol])
    upstream.confirm(symbol, last())
    fanOut.join(symbol, member, { pace })
    fanOut.leave(symbol, member, pace)
    subscriptions.release(symbol)
  }
  return { clock, upstream, fanOut, subscriptions, ask, drop }
}
