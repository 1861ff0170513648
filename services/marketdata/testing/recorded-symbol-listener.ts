/** A stream as the symbol registry sees one; keeps what it hears, in order. */
import type { EncodedQuote } from '../encoded-quote.ts'
import type { SymbolListener } from '../symbol-registry.ts'

export class RecordedSymbolListener implements SymbolListener {
  /** `subscribed AAPL 150`, `quote AAPL 151`, `snapshot AAPL 152`, `rejected AAPL busy`, `bus lost`, `bus restored`. */
  events: string[] = []
  /** Newest price by symbol. */
  readonly prices = new Map<string, number>()

  subscribed(symbol: string, last: EncodedQuote | undefined): void {
    if (last && !last.snapshot) throw new Error('a last value must be marked as a snapshot')
    if (last) this.prices.set(symbol, last.quote.price)
    this.onSubscribed(symbol, last)
    this.events.push(`subscribed ${symbol} ${last ? last.quote.price : '-'}`)
  }

  quote(quote: EncodedQuote): void {
    this.prices.set(quote.quote.symbol, quote.quote.price)
    this.onQuote(quote)
    this.events.push(`${quote.snapshot ? 'snapshot' : 'quote'} ${quote.quote.symbol} ${quote.quote.price}`)
  }

  rejected(symbol: string, code: string): void {
    this.events.push(`rejected ${symbol} ${code}`)
  }

  busLost(): void {
    this.events.push('bus lost')
  }

  busRestored(): void {
    this.events.push('bus restored')
  }

  /** What was heard since the last call. */
  take(): string[] {
    return this.events.splice(0)
  }

  onSubscribed: (symbol: string, last: EncodedQuote | undefined) => void = () => {}
  onQuote: (quote: EncodedQuote) => void = () => {}
}
