/** The rules of entitlement, over random sequences of requests, answers, quotes and changes of what a tier may have. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isLive, livePace, type Pace } from '../shared/pacing.ts'
import type { Terms } from './terms.ts'
import { quoteOf } from './testing/manual-upstream.ts'
import type { Message } from './testing/recorded-connection.ts'
import { closeAsTooSlow, SessionHarness, type TestSession } from './testing/session-harness.ts'
import { TierRates } from './testing/tier-rates.ts'

const symbols = ['A', 'B', 'C']
const paces: readonly Pace[] = [
  livePace,
  { delayMs: 0, intervalMs: 100 },
  { delayMs: 500, intervalMs: 0 },
  { delayMs: 500, intervalMs: 100 },
]
const who = fc.nat(1)
const aSymbol = fc.constantFrom(...symbols)
const some = fc.subarray(symbols)
const maxRate = fc.constantFrom(undefined, null, 4, 5, 12)

type Event =
  | { kind: 'subscribe'; who: number; symbols: string[]; maxRate: number | null | undefined }
  | { kind: 'unsubscribe'; who: number; symbols: string[] }
  | { kind: 'confirm' | 'reject' | 'quote'; symbol: string }
  | { kind: 'come back'; who: number; symbol: string }
  | { kind: 'deny'; symbols: string[] }
  | { kind: 'pace'; pace: Pace }
  | { kind: 'begin review' | 'end review' | 'answer' }
  | { kind: 'slow'; isSlow: boolean }
  | { kind: 'wait'; ms: number }
  | { kind: 'hang up'; who: number }
  | { kind: 'overflow'; who: number; afterFrames: number }

type Ask = Extract<Event, { kind: 'subscribe' | 'unsubscribe' }>

const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('subscribe'), who, symbols: some, maxRate }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('unsubscribe'), who, symbols: some }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('confirm', 'confirm', 'quote'), symbol: aSymbol }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('come back'), who, symbol: aSymbol }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reject'), symbol: aSymbol }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('deny'), symbols: some }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pace'), pace: fc.constantFrom(...paces) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('begin review', 'end review', 'end review', 'answer') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('slow'), isSlow: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.nat(700) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hang up'), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('overflow'), who, afterFrames: fc.nat(4) }) },
) as fc.Arbitrary<Event>

test('nothing follows what was taken away or exceeds a rate, all that may be held comes back, and nothing is left', () => {
  fc.assert(
    fc.property(fc.constantFrom(...paces), fc.array(event, { maxLength: 80, size: 'max' }), (pace, events) => {
      const run = new Run(pace)
      for (const each of events) {
        run.take(each)
        run.checkUpstream()
        run.checkRates()
      }
      run.settle()
      const held = new Set<string>()
      for (const player of run.players) {
        const { messages, lateFrames } = player.test.connection
        const followed = follow(messages)
        expect(lateFrames).toBe(0)
        expect(followed.acked).toEqual(player.isGone ? player.asked.slice(0, followed.acked.length) : player.asked)
        if (player.isGone) continue
        for (const symbol of run.denied) expect([...followed.seqs.keys()]).not.toContain(symbol)
        // Refused by the rules, never given up by the client, and allowed at the end.
        for (const symbol of followed.refused) expect(run.denied).toContain(symbol)
        for (const [symbol, seq] of followed.seqs) expect([symbol, seq]).toEqual([symbol, run.seqOf(symbol)])
        for (const symbol of followed.seqs.keys()) held.add(symbol)
      }
      expect(run.read).toEqual([...held].sort())
      run.end()
    }),
    { numRuns: 1_500 },
  )
})

/** Reads what a client sees and checks each message against what may come at that point. */
function follow(messages: readonly Message[]) {
  const seqs = new Map<string, number>()
  const refused = new Set<string>()
  const acked: unknown[] = []
  for (const message of messages.slice(1)) {
    const named = (message.symbols ?? []) as string[]
    if (message.type === 'subscribed') {
      if (message.reason === undefined) acked.push(message.id)
      for (const name of named) {
        if (!seqs.has(name)) seqs.set(name, 0)
        refused.delete(name)
      }
      for (const { symbol, code } of (message.rejected ?? []) as { symbol: string; code: string }[]) {
        if (code === 'not_entitled') refused.add(symbol)
      }
      expect(message.active).toBe(seqs.size)
    } else if (message.type === 'unsubscribed') {
      if (message.reason === undefined) acked.push(message.id)
      for (const name of named) {
        if (message.reason === undefined) refused.delete(name)
        else refused.add(name)
        // Only what is held can be taken away.
        expect(seqs.delete(name) || message.reason === undefined).toBe(true)
      }
      expect(message.active).toBe(seqs.size)
    } else if (message.type === 'quote') {
      const symbol = String(message.symbol)
      expect([...seqs.keys()]).toContain(symbol)
      expect(message.seq).toBeGreaterThan(seqs.get(symbol) ?? 0)
      seqs.set(symbol, Number(message.seq))
    } else if (message.type !== 'tier') expect(message).toMatchObject({ error: 'service_unavailable' })
  }
  return { seqs, refused, acked }
}

interface Player {
  readonly test: TestSession
  readonly asked: number[]
  /** Messages whose time was looked at. */
  checked: number
  isGone: boolean
}

class Run {
  readonly #harness = new SessionHarness()
  readonly #seqs = new Map(symbols.map((symbol) => [symbol, 1]))
  readonly players: readonly Player[]
  #nextId = 1
  #pace: Pace
  #wasPaced: boolean
  /** What sessions go by. */
  #applied: Pace
  readonly #rates = new TierRates()
  /** What the review under way asks about. */
  #reviewed: ReadonlySet<string> | undefined

  constructor(pace: Pace) {
    this.#pace = pace
    this.#applied = pace
    this.#wasPaced = !isLive(pace)
    const open = () => this.#harness.open({ terms: { pace } })
    this.players = [0, 1].map(() => ({ test: open(), asked: [], checked: 0, isGone: false }))
  }

  get denied(): string[] {
    return [...(this.#harness.entitlements.denied.get('default') ?? [])]
  }

  get read(): string[] {
    return this.#harness.upstream.symbols
  }

  seqOf(symbol: string): number {
    return this.#seqs.get(symbol) ?? 0
  }

  take(event: Event): void {
    const { upstream, entitlements } = this.#harness
    if (event.kind === 'subscribe' || event.kind === 'unsubscribe') this.#ask(event)
    else if (event.kind === 'confirm') this.#confirm(event.symbol)
    else if (event.kind === 'reject') upstream.reject(event.symbol, 'not_found')
    else if (event.kind === 'quote') this.#quote(event.symbol)
    else if (event.kind === 'come back') this.#comeBack(event)
    else if (event.kind === 'deny') entitlements.denied.set('default', new Set(event.symbols))
    else if (event.kind === 'pace') this.#usePace(event.pace)
    else if (event.kind === 'begin review') this.#reviewed = this.#concerned()
    else if (event.kind === 'end review') this.#endReview()
    else if (event.kind === 'answer') entitlements.answer()
    else if (event.kind === 'slow') entitlements.isSlow = event.isSlow
    else if (event.kind === 'wait') this.#wait(event.ms)
    else if (event.kind === 'hang up' || event.kind === 'overflow') this.#end(event)
  }

  /** What a client was told that it holds is read; what is read is held or waited for by somebody. */
  checkUpstream(): void {
    const held = this.#open.flatMap(({ test }) => [...follow(test.connection.messages).seqs.keys()])
    expect(this.read).toEqual(expect.arrayContaining(held))
    // What was held with a delay or a rate stays for a while.
    if (!this.#wasPaced) expect([...this.#concerned()]).toEqual(expect.arrayContaining(this.read))
  }

  /** All sessions are of one tier: it may see no more than one of them might, which stays. */
  checkRates(): void {
    for (const player of this.players) {
      const { messages } = player.test.connection
      for (const { type, symbol, seq } of messages.slice(player.checked)) {
        if (type !== 'quote') continue
        this.#rates.see({
          pace: this.#applied,
          symbol: String(symbol),
          seq: Number(seq),
          atMs: this.#harness.clock.nowMs(),
        })
      }
      player.checked = messages.length
    }
  }

  /** Lets everything come to its end by the rules as they are now. */
  settle(): void {
    const { clock, entitlements } = this.#harness
    for (const { test, isGone } of this.players) if (isGone) test.hangUp()
    entitlements.isSlow = false
    for (let round = 0; round < 2; round++) {
      for (const _ of [1, ...this.players.flatMap(({ asked }) => asked)]) {
        entitlements.answer()
        for (const symbol of symbols) this.#confirm(symbol)
      }
      this.#reviewed = this.#concerned()
      this.#endReview()
    }
    for (const symbol of symbols) this.#confirm(symbol)
    for (const symbol of symbols) this.#quote(symbol)
    clock.advance(1_000)
  }

  end(): void {
    const { upstream, clock, subscriptions } = this.#harness
    for (const { test } of this.players) test.hangUp()
    clock.advance(1_000)
    expect([upstream.symbols, subscriptions.symbolCount, clock.pending]).toEqual([[], 0, 0])
    for (const { test } of this.players) expect(test.releases()).toBe(1)
  }

  #concerned(): Set<string> {
    return new Set(this.#open.flatMap(({ test }) => [...test.session.concerned()]))
  }

  get #open(): Player[] {
    return this.players.filter(({ test }) => test.session.isOpen)
  }

  #usePace(pace: Pace): void {
    this.#pace = pace
    this.#wasPaced ||= !isLive(pace)
  }

  /** In the hope of something newer. */
  #comeBack({ who, symbol }: Extract<Event, { kind: 'come back' }>): void {
    this.#quote(symbol)
    this.#ask({ kind: 'unsubscribe', who, symbols: [symbol] })
    this.#ask({ kind: 'subscribe', who, symbols: [symbol], maxRate: undefined })
    this.#confirm(symbol)
  }

  #wait(ms: number): void {
    for (let i = 0; i < ms; i++) {
      this.#harness.clock.advance(1)
      this.checkRates()
    }
  }

  #endReview(): void {
    const { entitlements } = this.#harness
    const reviewed = this.#reviewed
    this.#reviewed = undefined
    if (!reviewed) return
    this.#applied = this.#pace
    const terms: Terms = { ...entitlements.termsOf('default'), pace: this.#pace }
    const refusals = entitlements.refusals('default', [...reviewed])
    for (const { test } of this.players) test.session.apply(terms, reviewed, refusals)
  }

  #ask({ kind, who, symbols, ...options }: Ask): void {
    const player = this.players[who]
    if (!player || player.isGone) return
    const id = this.#nextId++
    player.asked.push(id)
    player.test.receive({ type: kind, id, symbols, ...options })
  }

  #confirm(symbol: string): void {
    this.#harness.upstream.confirm(symbol, quoteOf(symbol, this.seqOf(symbol)))
  }

  /** Comes through only where upstream reads the symbol, as with the real one. */
  #quote(symbol: string): void {
    const seq = this.seqOf(symbol) + 1
    this.#seqs.set(symbol, seq)
    if (this.#harness.upstream.isConfirmed(symbol)) this.#harness.fanOut.quote(quoteOf(symbol, seq))
  }

  #end(event: Extract<Event, { kind: 'hang up' | 'overflow' }>): void {
    const player = this.players[event.who]
    if (!player || player.isGone) return
    const { session, connection } = player.test
    player.isGone = true
    if (event.kind === 'hang up') player.test.hangUp()
    else connection.overflowAfter(event.afterFrames, () => closeAsTooSlow(session))
  }
}
