/**
 * Stage: symbol registry → paced symbols → user streams. For tiers that get quotes later, or not as often.
 *
 * In:  `add` and `remove` from streams of one pace; the registry's quotes, of which it is one listener.
 * Out: what the registry would give, when it is due; `last` is what such a tier may see. A symbol's first value counts
 * for its interval, so that leaving and coming back shows no more than staying.
 * Bound: one line a symbol (pacing.ts), shared by every stream of this pace: its course. A symbol that had a quote and
 * that nobody holds any more stays as long as its delay or interval, at most `maxIdle` of them, so that who comes back
 * does not begin with nothing. What the others let through last is left to answered-quotes.ts.
 * Closed by: the application, with `stop`.
 */
import type { Clock } from '../shared/clock.ts'
import { isBehind } from '../shared/continuity.ts'
import { type Pace, PacedLine } from '../shared/pacing.ts'
import type { AnsweredQuotes } from './answered-quotes.ts'
import { EncodedQuote } from './encoded-quote.ts'
import type { Quote } from './quote.ts'
import type { SymbolListener, SymbolRegistry } from './symbol-registry.ts'

export interface PacedSymbolsOptions {
  readonly registry: Pick<SymbolRegistry, 'add' | 'remove' | 'attach' | 'detach'>
  readonly clock: Clock
  readonly pace: Pace
  readonly answered: Pick<AnsweredQuotes, 'get' | 'note'>
  readonly maxIdle?: number
}

interface PacedSymbol {
  readonly listeners: Set<SymbolListener>
  readonly line: PacedLine<EncodedQuote>
  isLive: boolean
  /** Symbols that do not exist could fill every idle place. */
  hadQuote: boolean
  last: EncodedQuote | undefined
  /** When `last` was let through. */
  lastAtMs: number
  cancelIdle: (() => void) | undefined
}

const defaultMaxIdle = 10_000

export class PacedSymbols implements SymbolListener {
  readonly #options: PacedSymbolsOptions
  readonly #symbols = new Map<string, PacedSymbol>()
  #idle = 0

  constructor(options: PacedSymbolsOptions) {
    this.#options = options
    options.registry.attach(this)
  }

  stop(): void {
    const { registry } = this.#options
    registry.detach(this, [...this.#symbols.keys()])
    for (const { line, cancelIdle } of this.#symbols.values()) {
      line.stop()
      cancelIdle?.()
    }
    this.#symbols.clear()
  }

  /** What this pace has let through. */
  last(symbol: string): EncodedQuote | undefined {
    return this.#symbols.get(symbol)?.last
  }

  /** For a unary call: also what such calls were answered, or a course that ended, less than an interval ago. */
  lastAnswer(symbol: string): Quote | undefined {
    return this.last(symbol)?.quote ?? this.#answered(symbol)
  }

  /** What a unary call that read `quote` gets: this, unless another was let through meanwhile. Not for a delayed pace. */
  answer(quote: Quote): Quote {
    const { clock, pace, answered } = this.#options
    const last = this.lastAnswer(quote.symbol)
    if (!last) answered.note(pace, quote, clock.nowMs())
    return last ?? quote
  }

  add(symbols: readonly string[], listener: SymbolListener): void {
    const fresh: string[] = []
    for (const symbol of symbols) {
      const known = this.#symbols.get(symbol)
      if (!known) {
        this.#symbols.set(symbol, this.#open(listener))
        fresh.push(symbol)
        continue
      }
      this.#wake(known)
      known.listeners.add(listener)
      if (known.isLive) listener.subscribed(symbol, known.last?.asSnapshot())
    }
    if (fresh.length > 0) this.#options.registry.add(fresh, this)
  }

  remove(symbols: readonly string[], listener: SymbolListener): void {
    for (const symbol of symbols) {
      const known = this.#symbols.get(symbol)
      if (known?.listeners.delete(listener) && known.listeners.size === 0) this.#onIdle(symbol, known)
    }
  }

  subscribed(symbol: string, last: EncodedQuote | undefined): void {
    const known = this.#symbols.get(symbol)
    if (!known) return
    const answered = this.#answered(symbol)
    if (answered) known.line.push(new EncodedQuote(answered, { snapshot: true, delayed: false }))
    // When it came is not known: it counts as new, so that nothing is early.
    if (last && !isKnown(last.quote, answered)) known.line.push(last)
    known.hadQuote = last !== undefined
    known.isLive = true
    for (const listener of known.listeners) listener.subscribed(symbol, known.last?.asSnapshot())
  }

  rejected(symbol: string, code: 'busy' | 'service_unavailable', message: string): void {
    const known = this.#symbols.get(symbol)
    if (!known) return
    this.#forget(symbol, known)
    for (const listener of known.listeners) listener.rejected(symbol, code, message)
  }

  quote(quote: EncodedQuote): void {
    const known = this.#symbols.get(quote.quote.symbol)
    if (!known) return
    known.hadQuote = true
    known.line.push(quote)
  }

  /** Streams hear it from the registry themselves. */
  busLost(): void {}

  busRestored(): void {}

  get #isDelayed(): boolean {
    return this.#options.pace.delayMs > 0
  }

  #open(listener: SymbolListener): PacedSymbol {
    const { clock, pace } = this.#options
    const line = new PacedLine<EncodedQuote>({ clock, pace, onDue: (quote) => deliver(quote) })
    const symbol: PacedSymbol = {
      listeners: new Set([listener]),
      line,
      isLive: false,
      hadQuote: false,
      last: undefined,
      lastAtMs: 0,
      cancelIdle: undefined,
    }
    const deliver = ({ quote, snapshot }: EncodedQuote) => {
      symbol.last = new EncodedQuote(quote, { snapshot, delayed: this.#isDelayed })
      symbol.lastAtMs = clock.nowMs()
      // Until then they wait for `subscribed`, which carries it.
      if (!symbol.isLive) return
      for (const each of symbol.listeners) each.quote(symbol.last)
    }
    return symbol
  }

  #wake(symbol: PacedSymbol): void {
    if (!symbol.cancelIdle) return
    symbol.cancelIdle()
    symbol.cancelIdle = undefined
    this.#idle--
  }

  #onIdle(name: string, symbol: PacedSymbol): void {
    const { clock, pace, maxIdle = defaultMaxIdle } = this.#options
    if (!symbol.hadQuote || this.#idle >= maxIdle) return this.#close(name, symbol)
    this.#idle++
    symbol.cancelIdle = clock.after(Math.max(pace.delayMs, pace.intervalMs), () => this.#close(name, symbol))
  }

  #close(name: string, symbol: PacedSymbol): void {
    this.#forget(name, symbol)
    this.#options.registry.remove([name], this)
  }

  #forget(name: string, symbol: PacedSymbol): void {
    this.#wake(symbol)
    symbol.line.stop()
    this.#symbols.delete(name)
    const { pace, answered } = this.#options
    if (symbol.last && !this.#isDelayed) answered.note(pace, symbol.last.quote, symbol.lastAtMs)
  }

  /** A delayed pace has none: nobody knows how late a stored value is. */
  #answered(symbol: string): Quote | undefined {
    const { pace, answered } = this.#options
    return this.#isDelayed ? undefined : answered.get(pace, symbol)
  }
}

/** `quote` is not newer than `answered`. Without a seq nobody can tell. */
function isKnown({ epoch, seq }: Quote, answered: Quote | undefined): boolean {
  if (answered?.epoch === undefined || answered.seq === undefined) return false
  if (epoch === undefined || seq === undefined) return false
  return !isBehind({ epoch: answered.epoch, seq: answered.seq }, { epoch, seq })
}
