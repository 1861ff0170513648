/**
 * Beside the user streams: where a tier's symbols are read, the registry itself or a slower pace of it.
 *
 * Bound: one PacedSymbols for each pace that the tier data has named; the paces of old tier data stay, with nothing in
 * them, until the process ends. What unary calls were answered is bounded over all of them (answered-quotes.ts).
 * Closed by: the application, with `stop`.
 */
import type { Clock } from '../shared/clock.ts'
import { intervalOf, isLive, type Pace, paceName } from '../shared/pacing.ts'
import { AnsweredQuotes } from './answered-quotes.ts'
import type { EncodedQuote } from './encoded-quote.ts'
import { PacedSymbols } from './paced-symbols.ts'
import type { SymbolListener, SymbolRegistry } from './symbol-registry.ts'
import type { Tier } from './tiers.ts'

export interface SymbolSource {
  /** The newest value it has let through. */
  last(symbol: string): EncodedQuote | undefined
  add(symbols: readonly string[], listener: SymbolListener): void
  remove(symbols: readonly string[], listener: SymbolListener): void
}

export class SymbolPaces {
  readonly #registry: SymbolRegistry
  readonly #clock: Clock
  readonly #answered: AnsweredQuotes
  readonly #paced = new Map<string, PacedSymbols>()

  constructor(options: { readonly registry: SymbolRegistry; readonly clock: Clock }) {
    this.#registry = options.registry
    this.#clock = options.clock
    this.#answered = new AnsweredQuotes(options)
  }

  get registry(): SymbolRegistry {
    return this.#registry
  }

  stop(): void {
    for (const paced of this.#paced.values()) paced.stop()
  }

  sourceFor(pace: Pace): SymbolSource {
    return isLive(pace) ? this.#registry : this.pacedFor(pace)
  }

  pacedFor(pace: Pace): PacedSymbols {
    const name = paceName(pace)
    const known = this.#paced.get(name)
    if (known) return known
    const [registry, clock, answered] = [this.#registry, this.#clock, this.#answered]
    const paced = new PacedSymbols({ registry, clock, pace, answered })
    this.#paced.set(name, paced)
    return paced
  }
}

export function paceOf({ delayMs, maxRate }: Tier): Pace {
  return { delayMs, intervalMs: intervalOf(maxRate) }
}
