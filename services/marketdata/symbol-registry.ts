/**
 * Stage: quote bus → symbol registry → streams. Knows who in this process wants which symbol, and its last value.
 *
 * In:  `add` and `remove` from streams; the bus's quotes and confirmations.
 * Out: to each listener of a symbol first `subscribed` with the last value, then newer quotes only, in order.
 * Bound: `maxSymbols` distinct symbols (then `rejected`); one last value each; no queue of quotes.
 * Closed by: nobody; it holds no resource but one retry timer, which `stop` cancels.
 *
 * Handoff of a symbol that nobody had: confirm SUBSCRIBE, then whatever comes first, the stored last value or a live
 * quote, starts it. Live quotes need no buffer meanwhile: a value is stored before it is published, so the first live
 * quote is newer than anything that was stored when the subscription was confirmed (docs/adr/0002).
 */
import { Backoff } from '../shared/backoff.ts'
import type { Clock } from '../shared/clock.ts'
import { advance, type Position, startPosition } from '../shared/continuity.ts'
import type { Logger } from '../shared/logger.ts'
import { EncodedQuote } from './encoded-quote.ts'
import type { Quote } from './quote.ts'
import type { BusListener, QuoteBusReader } from './quote-bus.ts'

export interface SymbolListener {
  subscribed(symbol: string, last: EncodedQuote | undefined): void
  rejected(symbol: string, code: 'busy' | 'service_unavailable', message: string): void
  quote(quote: EncodedQuote): void
  busLost(): void
  busRestored(): void
}

export interface SymbolRegistryOptions {
  readonly bus: QuoteBusReader
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly maxSymbols: number
}

interface Topic {
  readonly symbol: string
  readonly listeners: Set<SymbolListener>
  /** Until the handoff is done, listeners wait for `subscribed`. */
  live: boolean
  last: EncodedQuote | undefined
  readonly position: Position
}

const symbolsPerRead = 1_000

export class SymbolRegistry implements BusListener {
  readonly #options: SymbolRegistryOptions
  readonly #topics = new Map<string, Topic>()
  /** Each stream once, for news about the bus. */
  readonly #streams = new Set<SymbolListener>()
  /** Confirmed by the bus, last value not read yet; with the number of the confirmation. */
  readonly #unread = new Map<string, number>()
  readonly #backoff: Backoff
  #confirmations = 0
  #reading = false
  #stopped = false
  #cancelRetry: (() => void) | undefined
  #busState: 'up' | 'down' | 'restoring' = 'down'

  constructor(options: SymbolRegistryOptions) {
    this.#options = options
    this.#backoff = new Backoff({ baseMs: 50, capMs: 1_000, random: options.random })
    options.bus.listen(this)
  }

  get symbolCount(): number {
    return this.#topics.size
  }

  stop(): void {
    this.#stopped = true
    this.#cancelRetry?.()
  }

  attach(stream: SymbolListener): void {
    this.#streams.add(stream)
    if (this.#busState !== 'up') stream.busLost()
  }

  /** Also removes the stream from every one of `symbols`. */
  detach(stream: SymbolListener, symbols: Iterable<string>): void {
    this.#streams.delete(stream)
    this.remove([...symbols], stream)
  }

  /** The newest value of a symbol that somebody holds. */
  last(symbol: string): EncodedQuote | undefined {
    return this.#topics.get(symbol)?.last
  }

  add(symbols: readonly string[], listener: SymbolListener): void {
    const fresh: string[] = []
    for (const symbol of symbols) {
      const topic = this.#topics.get(symbol)
      if (topic) {
        topic.listeners.add(listener)
        if (topic.live) listener.subscribed(symbol, topic.last?.asSnapshot())
      } else if (this.#topics.size >= this.#options.maxSymbols) {
        listener.rejected(symbol, 'busy', `this server carries its limit of ${this.#options.maxSymbols} symbols`)
      } else {
        const listeners = new Set([listener])
        this.#topics.set(symbol, { symbol, listeners, live: false, last: undefined, position: startPosition() })
        fresh.push(symbol)
      }
    }
    if (fresh.length > 0) this.#options.bus.subscribe(fresh)
  }

  remove(symbols: readonly string[], listener: SymbolListener): void {
    const unwanted: string[] = []
    for (const symbol of symbols) {
      const topic = this.#topics.get(symbol)
      if (!topic?.listeners.delete(listener) || topic.listeners.size > 0) continue
      this.#topics.delete(symbol)
      this.#unread.delete(symbol)
      unwanted.push(symbol)
    }
    if (unwanted.length > 0) this.#options.bus.unsubscribe(unwanted)
  }

  /** The newest values known here, else as stored; for unary calls. Rejects while the bus is away. */
  async lastValues(symbols: readonly string[]): Promise<Map<string, Quote>> {
    const found = new Map<string, Quote>()
    for (const symbol of symbols) {
      const last = this.#topics.get(symbol)?.last
      if (last) found.set(symbol, last.quote)
    }
    const stored = await this.#options.bus.lastValues(symbols.filter((symbol) => !found.has(symbol)))
    return new Map([...found, ...stored])
  }

  subscribed(symbols: readonly string[]): void {
    this.#confirmations++
    for (const symbol of symbols) if (this.#topics.has(symbol)) this.#unread.set(symbol, this.#confirmations)
    void this.#readLastValues()
  }

  refused(symbol: string): void {
    const topic = this.#topics.get(symbol)
    if (!topic) return
    this.#topics.delete(symbol)
    this.#unread.delete(symbol)
    for (const listener of topic.listeners) {
      listener.rejected(symbol, 'service_unavailable', 'the quote bus does not deliver this symbol')
    }
  }

  quote(quote: Quote): void {
    const topic = this.#topics.get(quote.symbol)
    if (!topic) return
    // Newer than what is stored, which no seq would tell.
    if (quote.seq === undefined) this.#unread.delete(quote.symbol)
    this.#accept(topic, quote, false)
  }

  lost(): void {
    if (this.#busState === 'down') return
    this.#busState = 'down'
    for (const stream of this.#streams) stream.busLost()
  }

  restored(): void {
    this.#busState = 'restoring'
    void this.#readLastValues()
  }

  async #readLastValues(): Promise<void> {
    if (this.#reading) return
    this.#reading = true
    this.#cancelRetry?.()
    try {
      while (this.#unread.size > 0) {
        const batch = [...this.#unread].slice(0, symbolsPerRead)
        const stored = await this.#options.bus.lastValues(batch.map(([symbol]) => symbol))
        this.#backoff.reset()
        for (const [symbol, confirmation] of batch) this.#onRead(symbol, confirmation, stored.get(symbol))
      }
      this.#tellRestored()
    } catch (error) {
      if (this.#stopped) return
      this.#options.logger.warn({ err: error, symbols: this.#unread.size }, 'reading last values failed')
      this.#cancelRetry = this.#options.clock.after(this.#backoff.nextMs(), () => void this.#readLastValues())
    } finally {
      this.#reading = false
    }
  }

  #onRead(symbol: string, confirmation: number, stored: Quote | undefined): void {
    // Unsubscribed in the meantime, or confirmed again: quotes may have been missed since this read, and the next tells.
    if (this.#unread.get(symbol) !== confirmation) return
    this.#unread.delete(symbol)
    const topic = this.#topics.get(symbol)
    if (!topic) return
    if (stored) this.#accept(topic, stored, true)
    else if (!topic.live) this.#goLive(topic)
  }

  #accept(topic: Topic, quote: Quote, stored: boolean): void {
    // A stored value repeats what was live, unless it carries a newer seq.
    if (stored && quote.seq === undefined && topic.live) return
    if (advance(topic.position, quote) === 'repeated') return
    topic.last = new EncodedQuote(quote, { snapshot: stored, delayed: false })
    if (!topic.live) return this.#goLive(topic)
    for (const listener of topic.listeners) listener.quote(topic.last)
  }

  #goLive(topic: Topic): void {
    topic.live = true
    for (const listener of topic.listeners) listener.subscribed(topic.symbol, topic.last?.asSnapshot())
  }

  #tellRestored(): void {
    if (this.#busState !== 'restoring') return
    this.#busState = 'up'
    for (const stream of this.#streams) stream.busRestored()
  }
}
