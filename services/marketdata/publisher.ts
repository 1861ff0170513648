/**
 * Stage: feed → publisher → quote bus. Gives each quote its change, seq and epoch, and publishes in batches.
 *
 * In:  `offer(batch)` from the feed, which never waits.
 * Out: `lease.publish(batch)`, one at a time, so that order holds; where it failed, `lease.publishAgain()` with backoff;
 * `onFenced` when the lease is lost.
 * Bound: `maxPending` quotes wait for the bus, or two a symbol where that is more. When full, only the newest quote of each symbol is kept; seq is given
 * afterwards, so this conflation leaves no hole. `maxSymbols` symbols; quotes of further ones are dropped and counted.
 * Closed by: its shard publisher at the end of a tenure, or itself when fenced; what is pending then is given up.
 *
 * Publishing each quote on its own, as a PUBLISH awaited, was 16k quotes/s against 174k/s in pipelines.
 */
import { Backoff } from '../shared/backoff.ts'
import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import type { FeedQuote } from './feeds/feed.ts'
import type { Quote } from './quote.ts'
import { FencedError, type PublisherLease } from './quote-bus.ts'

export interface PublisherObserver {
  published(quotes: number): void
  failed(): void
  conflated(quotes: number): void
  dropped(quotes: number): void
}

export interface PublisherOptions {
  /** Gives the epoch, and is what is published under. */
  readonly lease: PublisherLease
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly observer: PublisherObserver
  /** The lease is lost: this publisher has stopped for good. */
  readonly onFenced: () => void
  readonly maxPending?: number
  readonly maxSymbols?: number
}

const quotesPerBatch = 1_000
const msPerDay = 86_400_000

/** `previousClose` is the day's first price where the feed knows none. */
interface ReferencedQuote extends FeedQuote {
  readonly previousClose: number
}

interface SymbolState {
  seq: number
  /** UTC day number of `dayOpen`; NaN before the first quote. */
  day: number
  dayOpen: number
}

export class Publisher {
  readonly #options: PublisherOptions
  readonly #maxPending: number
  readonly #maxSymbols: number
  readonly #symbols = new Map<string, SymbolState>()
  readonly #backoff: Backoff
  #pending: ReferencedQuote[] = []
  #sending = false
  #stopped = false
  /** Ends a backoff wait early. */
  #wake: (() => void) | undefined

  constructor(options: PublisherOptions) {
    this.#options = options
    this.#maxPending = options.maxPending ?? 20_000
    this.#maxSymbols = options.maxSymbols ?? 100_000
    this.#backoff = new Backoff({ baseMs: 50, capMs: 2_000, random: options.random })
  }

  get pending(): number {
    return this.#pending.length
  }

  stop(): void {
    this.#stopped = true
    this.#pending = []
    this.#wake?.()
  }

  offer(quotes: readonly FeedQuote[]): void {
    if (this.#stopped) return
    for (const quote of quotes) {
      const referenced = this.#withReference(quote)
      if (referenced) this.#pending.push(referenced)
    }
    // Twice the symbols at least, so that conflating frees half of it and its cost is spread over many quotes.
    if (this.#pending.length > Math.max(this.#maxPending, 2 * this.#symbols.size)) this.#conflate()
    if (!this.#sending) void this.#sendPending()
  }

  /** Keeps the first price of the day; now, because the day may be over when the quote leaves. */
  #withReference(quote: FeedQuote): ReferencedQuote | undefined {
    const state = this.#know(quote)
    if (!state) return undefined
    const day = Math.floor(quote.timestampMs / msPerDay)
    if (state.day !== day) Object.assign(state, { day, dayOpen: quote.price })
    return { ...quote, previousClose: quote.previousClose ?? state.dayOpen }
  }

  /** Undefined where one symbol more would be too many. */
  #know({ symbol, price }: FeedQuote): SymbolState | undefined {
    const known = this.#symbols.get(symbol)
    if (known) return known
    if (this.#symbols.size >= this.#maxSymbols) {
      this.#options.observer.dropped(1)
      return undefined
    }
    const state = { seq: 0, day: Number.NaN, dayOpen: price }
    this.#symbols.set(symbol, state)
    return state
  }

  #conflate(): void {
    const newest = new Map<string, ReferencedQuote>()
    for (const quote of this.#pending) {
      // Deleted first, so that the order is that of the newest quotes.
      newest.delete(quote.symbol)
      newest.set(quote.symbol, quote)
    }
    this.#options.observer.conflated(this.#pending.length - newest.size)
    this.#pending = [...newest.values()]
  }

  async #sendPending(): Promise<void> {
    this.#sending = true
    while (this.#pending.length > 0 && !this.#stopped) {
      await this.#publish(this.#pending.splice(0, quotesPerBatch).map((quote) => this.#stamp(quote)))
    }
    this.#sending = false
  }

  /** Again and again until the bus took it, `stop` came, or the lease is lost. */
  async #publish(batch: readonly Quote[]): Promise<void> {
    const { lease, observer, logger, onFenced } = this.#options
    let isSent = false
    while (!this.#stopped) {
      try {
        if (isSent) await lease.publishAgain()
        else await lease.publish(batch)
        this.#backoff.reset()
        return observer.published(batch.length)
      } catch (error) {
        if (error instanceof FencedError) {
          this.stop()
          return onFenced()
        }
        if (this.#stopped) return
        isSent = true
        observer.failed()
        const waitMs = this.#backoff.nextMs()
        logger.warn({ err: error, waitMs: Math.round(waitMs) }, 'publishing failed')
        await this.#wait(waitMs)
      }
    }
  }

  async #wait(waitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(waitMs, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
    this.#wake = undefined
  }

  #stamp({ previousClose: reference, ...quote }: ReferencedQuote): Quote {
    const state = this.#symbols.get(quote.symbol) as SymbolState
    state.seq++
    const change = round(quote.price - reference)
    const changePercent = reference === 0 ? undefined : round((100 * (quote.price - reference)) / reference)
    const percent = changePercent === undefined ? {} : { changePercent }
    return { ...quote, change, ...percent, seq: state.seq, epoch: this.#options.lease.epoch }
  }
}

/** Four decimals: binary fractions would make 0.1 of 0.30000000000000004. */
function round(value: number): number {
  return Math.round(value * 1e4) / 1e4
}
