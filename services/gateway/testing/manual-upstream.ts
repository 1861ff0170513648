/**
 * The upstream as subscriptions.ts sees it, answering by hand. Throws where a symbol is subscribed or unsubscribed twice
 * in a row: that is the rule of the interface.
 */
import type { Quote } from '../quote.ts'
import type { Subscriptions, SymbolSource } from '../subscriptions.ts'

export class ManualUpstream implements SymbolSource {
  isAvailable = true
  readonly log: string[] = []
  readonly #asked = new Set<string>()
  readonly #confirmed = new Set<string>()
  #subscriptions: Subscriptions | undefined

  listen(subscriptions: Subscriptions): void {
    this.#subscriptions = subscriptions
  }

  get symbols(): string[] {
    return [...this.#asked, ...this.#confirmed].sort()
  }

  isConfirmed(symbol: string): boolean {
    return this.#confirmed.has(symbol)
  }

  subscribe(symbol: string): void {
    if (this.symbols.includes(symbol)) throw new Error(`${symbol} subscribed twice`)
    this.#asked.add(symbol)
    this.log.push(`+${symbol}`)
  }

  unsubscribe(symbol: string): void {
    if (!this.#asked.delete(symbol) && !this.#confirmed.delete(symbol)) throw new Error(`${symbol} is not subscribed`)
    this.log.push(`-${symbol}`)
  }

  /** Without effect where nothing waits for an answer. */
  confirm(symbol: string, last?: Quote): void {
    if (!this.#asked.delete(symbol)) return
    this.#confirmed.add(symbol)
    this.#subscriptions?.subscribed(symbol, last)
  }

  reject(symbol: string, code: string): void {
    if (this.#asked.has(symbol)) this.#subscriptions?.rejected(symbol, code, `${symbol} was refused`)
  }
}

export function quoteOf(symbol: string, seq?: number, epoch = 1): Quote {
  const numbered = seq === undefined ? {} : { seq, epoch }
  return { symbol, price: 100 + (seq ?? 0), timestampMs: 1_761_561_000_000, snapshot: false, ...numbered }
}
