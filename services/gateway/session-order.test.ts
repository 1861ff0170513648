/** The order rules, over random sequences of events on sessions that share symbols. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoteOf } from './testing/manual-upstream.ts'
import type { Message } from './testing/recorded-connection.ts'
import { closeAsTooSlow, SessionHarness, type TestSession } from './testing/session-harness.ts'

const symbols = ['A', 'B', 'C']
const maxSymbols = 2
const who = fc.nat(2)
const aSymbol = fc.constantFrom(...symbols)
const some = fc.uniqueArray(aSymbol, { maxLength: 3 })

type Event =
  | { kind: 'subscribe'; who: number; symbols: string[] }
  | { kind: 'unsubscribe'; who: number; symbols: string[] }
  | { kind: 'confirm'; symbol: string }
  | { kind: 'reject'; symbol: string }
  | { kind: 'quote'; symbol: string }
  | { kind: 'hang up'; who: number }
  | { kind: 'overflow'; who: number; afterFrames: number }
  | { kind: 'wait'; ms: number }
  | { kind: 'availability'; isAvailable: boolean }

const event = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('subscribe'), who, symbols: some }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('unsubscribe'), who, symbols: some }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('confirm'), symbol: aSymbol }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reject'), symbol: aSymbol }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('quote'), symbol: aSymbol }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hang up'), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('overflow'), who, afterFrames: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.nat(2_500) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('availability'), isAvailable: fc.boolean() }) },
) as fc.Arbitrary<Event>

test('rules 3 and 4 hold for whatever happens, and in the end nothing is left', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), (events) => {
      const run = new Run()
      for (const one of events) run.take(one)
      run.settle()
      const held = new Set<string>()
      for (const player of run.players) {
        const { messages, lateFrames } = player.test.connection
        const followed = follow(messages)
        expect(lateFrames).toBe(0)
        // Every request is answered once and in its order; a session that ended may owe its last ones.
        expect(followed.acked).toEqual(player.isGone ? player.asked.slice(0, followed.acked.length) : player.asked)
        if (player.isGone) continue
        // Nothing is missing at the end of what is held.
        for (const [symbol, seq] of followed.seqs) expect([symbol, seq]).toEqual([symbol, run.seqOf(symbol)])
        for (const symbol of followed.seqs.keys()) held.add(symbol)
      }
      expect(run.read).toEqual([...held].sort())
      run.end()
    }),
    { numRuns: 1_000 },
  )
})

/** Reads what a client sees and checks each message against what may come at that point. */
function follow(messages: readonly Message[]) {
  const seqs = new Map<string, number | undefined>()
  const acked: unknown[] = []
  expect(messages[0]).toMatchObject({ type: 'connected' })
  for (const message of messages.slice(1)) {
    const symbol = String(message.symbol)
    const named = (message.symbols ?? []) as string[]
    if (message.type === 'subscribed') {
      acked.push(message.id)
      for (const name of named) if (!seqs.has(name)) seqs.set(name, undefined)
      expect(message.active).toBe(seqs.size)
      expect(seqs.size).toBeLessThanOrEqual(maxSymbols)
    } else if (message.type === 'unsubscribed') {
      acked.push(message.id)
      for (const name of named) seqs.delete(name)
      expect(message.active).toBe(seqs.size)
    } else if (message.type === 'quote') {
      // Between its ack and its `unsubscribed`: the snapshot first, then every quote once.
      expect([...seqs.keys()]).toContain(symbol)
      const before = seqs.get(symbol)
      expect(message.snapshot ?? false).toBe(before === undefined)
      if (before !== undefined) expect(message.seq).toBe(before + 1)
      seqs.set(symbol, Number(message.seq))
    } else expect(message).toMatchObject({ error: 'service_unavailable' })
  }
  return { seqs, acked }
}

interface Player {
  readonly test: TestSession
  readonly asked: number[]
  isGone: boolean
}

class Run {
  readonly #harness = new SessionHarness()
  readonly #seqs = new Map(symbols.map((symbol) => [symbol, 1]))
  readonly players: Player[] = [0, 1, 2].map(() => ({
    test: this.#harness.open({ maxSymbols }),
    asked: [],
    isGone: false,
  }))
  #nextId = 1

  seqOf(symbol: string): number {
    return this.#seqs.get(symbol) ?? 0
  }

  take(event: Event): void {
    const { upstream, clock } = this.#harness
    if (event.kind === 'subscribe' || event.kind === 'unsubscribe') this.#ask(event)
    else if (event.kind === 'confirm') this.#confirm(event.symbol)
    else if (event.kind === 'reject') upstream.reject(event.symbol, 'not_found')
    else if (event.kind === 'quote') this.#quote(event.symbol)
    else if (event.kind === 'wait') clock.advance(event.ms)
    else if (event.kind === 'availability') upstream.isAvailable = event.isAvailable
    else this.#end(event)
  }

  /** Lets every request come to its end. */
  settle(): void {
    for (const _ of this.players.flatMap(({ asked }) => asked)) {
      for (const symbol of symbols) this.#confirm(symbol)
    }
    for (const { test, isGone } of this.players) if (isGone) test.hangUp()
    for (const symbol of symbols) this.#quote(symbol)
  }

  get read(): string[] {
    return this.#harness.upstream.symbols
  }

  end(): void {
    const { upstream, clock, subscriptions } = this.#harness
    for (const { test } of this.players) test.hangUp()
    expect([upstream.symbols, subscriptions.symbolCount, clock.pending]).toEqual([[], 0, 0])
    for (const { test } of this.players) expect(test.releases()).toBe(1)
  }

  #ask({ kind, who, symbols }: Extract<Event, { kind: 'subscribe' | 'unsubscribe' }>): void {
    const player = this.players[who]
    if (!player || player.isGone) return
    const id = this.#nextId++
    player.asked.push(id)
    player.test.receive({ type: kind, id, symbols })
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
