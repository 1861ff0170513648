/**
 * Stage: outside → feed → publisher; here "outside" is invented, from a seed.
 *
 * In:  nothing but the clock. Symbols take turns, so each gets its share of `quotesPerSecond`.
 * Out: `onQuotes`, at most one batch of `feedBatchLimit` per turn of the event loop.
 * Bound: what is due follows from the time since `run`, so fractions of a quote carry over and the mean rate is
 *      exact. After a stall it catches up one second's worth and drops the rest: dropped quotes are never made,
 *      so a symbol's path has no gap, it is only later. The same seed gives each symbol the same prices in any timing.
 * Closed by: the process (main.ts), through `stop`.
 *
 * One timer per quote was rejected: Node's timers count in milliseconds, and 100,000 a second leave time for nothing.
 */
import type { Clock } from '../../shared/clock.ts'
import { type Feed, type FeedQuote, feedBatchLimit, type OnQuotes } from './feed.ts'
import { PriceWalk } from './price-walk.ts'

export const slowestQuotesPerSecond = 0.1
export const fastestQuotesPerSecond = 100_000

/** Short enough for a steady stream at any rate; below 100 quotes a second the feed sleeps until one is due. */
const tickMs = 10

export interface SimulatedFeedOptions {
  readonly clock: Clock
  /** At least one; a repeated symbol counts once. */
  readonly symbols: readonly string[]
  /** Over all symbols together: `slowestQuotesPerSecond` to `fastestQuotesPerSecond`. */
  readonly quotesPerSecond: number
  readonly seed: number
  readonly onQuotes: OnQuotes
}

type State = { readonly kind: 'idle' | 'stopped' } | { readonly kind: 'running'; readonly cancel: () => void }

export class SimulatedFeed implements Feed {
  readonly description: string
  readonly #options: SimulatedFeedOptions
  readonly #walks: readonly PriceWalk[]
  #state: State = { kind: 'idle' }
  #turn = 0
  /** Quotes that were due and have been emitted or dropped. */
  #settled = 0

  /** Throws a RangeError for a rate out of range or no symbols. */
  constructor(options: SimulatedFeedOptions) {
    const { symbols, quotesPerSecond, seed } = options
    if (!(quotesPerSecond >= slowestQuotesPerSecond && quotesPerSecond <= fastestQuotesPerSecond)) {
      const range = `${slowestQuotesPerSecond} to ${fastestQuotesPerSecond}`
      throw new RangeError(`a simulated feed makes ${range} quotes a second, not ${quotesPerSecond}`)
    }
    this.#options = options
    this.#walks = [...new Set(symbols)].map((symbol) => new PriceWalk(symbol, seed))
    const count = this.#walks.length
    if (count === 0) throw new RangeError('a simulated feed needs at least one symbol')
    const pace = quotesPerSecond === 1 ? '1 quote a second' : `${quotesPerSecond} quotes a second`
    this.description = `simulation of ${count} symbol${count === 1 ? '' : 's'}, ${pace} in all, seed ${seed}`
  }

  async run(): Promise<void> {
    if (this.#state.kind !== 'idle') return
    const startMs = this.#options.clock.nowMs()
    this.#sleep(startMs, this.#untilNextMs(startMs))
  }

  stop(): void {
    if (this.#state.kind === 'running') this.#state.cancel()
    this.#state = { kind: 'stopped' }
  }

  #tick(startMs: number): void {
    const { clock, quotesPerSecond, onQuotes } = this.#options
    const due = Math.floor(((clock.nowMs() - startMs) * quotesPerSecond) / 1_000)
    const owed = Math.min(due - this.#settled, Math.ceil(quotesPerSecond))
    const size = Math.min(owed, feedBatchLimit)
    this.#settled = due - owed + size
    this.#sleep(startMs, owed > size ? 0 : this.#untilNextMs(startMs))
    if (size > 0) onQuotes(this.#batch(size))
  }

  #sleep(startMs: number, delayMs: number): void {
    this.#state = { kind: 'running', cancel: this.#options.clock.after(delayMs, () => this.#tick(startMs)) }
  }

  /** Until the next quote is due, but at least one tick. */
  #untilNextMs(startMs: number): number {
    const { clock, quotesPerSecond } = this.#options
    const dueMs = startMs + ((this.#settled + 1) * 1_000) / quotesPerSecond
    return Math.max(tickMs, Math.ceil(dueMs - clock.nowMs()))
  }

  #batch(size: number): FeedQuote[] {
    const timestampMs = this.#options.clock.wallMs()
    const batch: FeedQuote[] = []
    while (batch.length < size) {
      const walk = this.#walks[this.#turn]
      this.#turn = (this.#turn + 1) % this.#walks.length
      if (walk !== undefined) batch.push({ ...walk.next(), timestampMs })
    }
    return batch
  }
}
