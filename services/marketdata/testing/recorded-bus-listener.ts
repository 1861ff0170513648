/** A listener of the quote bus that keeps what it hears, in order, and lets a test wait for it. */
import type { Quote } from '../quote.ts'
import type { BusListener } from '../quote-bus.ts'

export class RecordedBusListener implements BusListener {
  /** `subscribed AAPL,MSFT`, `quote AAPL 150`, `refused AAPL`, `lost`, `restored`. */
  readonly events: string[] = []
  readonly quotes: Quote[] = []
  readonly confirmed: (readonly string[])[] = []
  onQuote: (quote: Quote) => void = () => {}
  readonly #watchers = new Set<() => void>()

  /** Resolves once `condition` holds; it is asked again after each event. */
  async until(condition: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = () => {
        if (!condition()) return
        this.#watchers.delete(look)
        resolve()
      }
      this.#watchers.add(look)
      look()
    })
  }

  async heard(event: string): Promise<void> {
    await this.until(() => this.events.includes(event))
  }

  subscribed(symbols: readonly string[]): void {
    this.confirmed.push(symbols)
    this.#record(`subscribed ${symbols.join()}`)
  }

  refused(symbol: string): void {
    this.#record(`refused ${symbol}`)
  }

  quote(quote: Quote): void {
    this.quotes.push(quote)
    this.onQuote(quote)
    this.#record(`quote ${quote.symbol} ${quote.price}`)
  }

  lost(): void {
    this.#record('lost')
  }

  restored(): void {
    this.#record('restored')
  }

  #record(event: string): void {
    this.events.push(event)
    for (const look of [...this.#watchers]) look()
  }
}
