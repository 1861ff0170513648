/**
 * Stage: inside the replay feed; when each row is due in one pass over the rows, and the steps between dates.
 *
 * In:  rows, in any order (sorted here, stable), the pace, the steps.
 * Out: `moments()`: what is due together, in order, as an offset from the start of the pass.
 * Bound: one small object per row. Steps are made while the pass is read, so they need no memory of their own.
 *
 * A step belongs to the second of the row it starts from. A symbol that misses dates gets no steps while it is away.
 */

/** One price of the past. */
export interface ReplayRow {
  /** Unix milliseconds. */
  readonly timeMs: number
  readonly symbol: string
  readonly price: number
}

export type ReplayPace =
  /** The rows' own gaps, divided by `multiple` (2 is twice as fast); no steps. */
  | { readonly kind: 'real-time'; readonly multiple: number }
  /** Each distinct time is one date, whatever lies between it and the next. */
  | { readonly kind: 'date-per-second' }

export interface TimelineOptions {
  readonly rows: readonly ReplayRow[]
  readonly pace: ReplayPace
  readonly stepsPerDate: number
}

export interface Moment {
  readonly offsetMs: number
  /** Never empty. */
  readonly quotes: readonly TimelineQuote[]
}

export interface TimelineQuote {
  readonly symbol: string
  readonly price: number
  readonly previousClose?: number
}

interface TimelineDate {
  readonly timeMs: number
  readonly entries: Entry[]
}

interface Entry {
  readonly quote: TimelineQuote
  /** Where the steps lead; undefined in a symbol's last date and where the date has a later row of the symbol. */
  stepsTo: number | undefined
}

const secondMs = 1_000

export class ReplayTimeline {
  /** Distinct times, rising. */
  readonly datesMs: readonly number[]
  readonly symbolCount: number
  /** From the start of one pass to the start of the next; the last date has a second of its own. */
  readonly periodMs: number
  readonly #options: TimelineOptions
  readonly #dates: readonly TimelineDate[]

  constructor(options: TimelineOptions) {
    this.#options = options
    this.#dates = groupByDate(options.rows)
    this.datesMs = this.#dates.map((date) => date.timeMs)
    this.symbolCount = new Set(options.rows.map((row) => row.symbol)).size
    this.periodMs = this.#offsetMs(this.#dates.length - 1) + secondMs
  }

  *moments(): Generator<Moment, void> {
    const stepCount = this.#options.pace.kind === 'date-per-second' ? this.#options.stepsPerDate : 0
    for (const [index, { entries }] of this.#dates.entries()) {
      const offsetMs = this.#offsetMs(index)
      yield { offsetMs, quotes: entries.map((entry) => entry.quote) }
      const moving = entries.flatMap(({ quote, stepsTo }) => (stepsTo === undefined ? [] : [{ quote, stepsTo }]))
      if (moving.length === 0) continue
      for (let step = 1; step <= stepCount; step++) {
        const share = step / (stepCount + 1)
        const quotes = moving.map(({ quote, stepsTo }) => ({ ...quote, price: between(quote.price, stepsTo, share) }))
        yield { offsetMs: offsetMs + share * secondMs, quotes }
      }
    }
  }

  #offsetMs(index: number): number {
    const { pace } = this.#options
    if (pace.kind === 'date-per-second') return index * secondMs
    return ((this.datesMs[index] ?? 0) - (this.datesMs[0] ?? 0)) / pace.multiple
  }
}

function groupByDate(rows: readonly ReplayRow[]): TimelineDate[] {
  const dates: TimelineDate[] = []
  const latest = new Map<string, { date: TimelineDate; entry: Entry }>()
  for (const { timeMs, symbol, price } of rows.toSorted((a, b) => a.timeMs - b.timeMs)) {
    let date = dates.at(-1)
    if (date?.timeMs !== timeMs) {
      date = { timeMs, entries: [] }
      dates.push(date)
    }
    const previous = latest.get(symbol)
    if (previous !== undefined && previous.date !== date) previous.entry.stepsTo = price
    const previousClose = previous && { previousClose: previous.entry.quote.price }
    const entry: Entry = { quote: { symbol, price, ...previousClose }, stepsTo: undefined }
    date.entries.push(entry)
    latest.set(symbol, { date, entry })
  }
  return dates
}

/** To 4 decimals, kept between its ends where those have more. */
function between(from: number, to: number, share: number): number {
  const rounded = Math.round((from + (to - from) * share) * 10_000) / 10_000
  return Math.min(Math.max(rounded, Math.min(from, to)), Math.max(from, to))
}
