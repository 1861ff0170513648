/**
 * Beside the paced symbols: what a pace with a greatest rate let through last where no course (paced-symbols.ts) knows it:
 * what unary calls were answered, and where a course ended. For that long the same value is answered again.
 *
 * Bound: `maxQuotes` over all paces, the oldest goes; one that is over goes when another comes. No timer.
 */
import type { Clock } from '../shared/clock.ts'
import { type Pace, paceName } from '../shared/pacing.ts'
import type { Quote } from './quote.ts'

export interface AnsweredQuotesOptions {
  readonly clock: Clock
  readonly maxQuotes?: number
}

const defaultMaxQuotes = 100_000

export class AnsweredQuotes {
  readonly #clock: Clock
  readonly #maxQuotes: number
  readonly #answered = new Map<string, { readonly quote: Quote; readonly untilMs: number }>()

  constructor({ clock, maxQuotes = defaultMaxQuotes }: AnsweredQuotesOptions) {
    this.#clock = clock
    this.#maxQuotes = maxQuotes
  }

  get size(): number {
    return this.#answered.size
  }

  /** Let through less than an interval ago. */
  get(pace: Pace, symbol: string): Quote | undefined {
    const answered = this.#answered.get(keyOf(pace, symbol))
    return answered && this.#clock.nowMs() < answered.untilMs ? answered.quote : undefined
  }

  /** `sinceMs`: when it was let through, monotonic. */
  note(pace: Pace, quote: Quote, sinceMs: number): void {
    const untilMs = sinceMs + pace.intervalMs
    if (untilMs <= this.#clock.nowMs()) return
    const key = keyOf(pace, quote.symbol)
    // Again at the end: the first one is the oldest.
    this.#answered.delete(key)
    this.#answered.set(key, { quote, untilMs })
    this.#dropOld()
  }

  #dropOld(): void {
    const nowMs = this.#clock.nowMs()
    for (const [key, { untilMs }] of this.#answered) {
      if (untilMs > nowMs && this.#answered.size <= this.#maxQuotes) return
      this.#answered.delete(key)
    }
  }
}

function keyOf(pace: Pace, symbol: string): string {
  return `${paceName(pace)}/${symbol}`
}
