/**
 * Stage: outside → feed → publisher; here "outside" is a table of past prices, replayed with the time of now.
 *
 * In:  rows (replay-csv.ts), laid out in time by replay-timeline.ts.
 * Out: `onQuotes`, at most one batch of `feedBatchLimit` per turn of the event loop; then, where the replay does not
 *      loop, `onEnd` once.
 * Bound: nothing is lost or reordered. Each moment is due at a fixed offset from the start, so a late timer delays
 *      nothing after it, and up to `longestLagMs` of lateness is made up for. A longer stall (a suspended machine, rows
 *      too dense for it) moves the whole replay back instead: it goes on where it stopped and does not burst.
 * Closed by: itself after `onEnd`, or the process (main.ts) through `stop`.
 */
import type { Clock } from '../../shared/clock.ts'
import { type Feed, type FeedQuote, feedBatchLimit, type OnQuotes } from './feed.ts'
import { type Moment, type ReplayPace, type ReplayRow, ReplayTimeline } from './replay-timeline.ts'

export type { ReplayPace, ReplayRow } from './replay-timeline.ts'

const longestLagMs = 1_000

export interface ReplayFeedOptions {
  readonly clock: Clock
  readonly rows: readonly ReplayRow[]
  readonly pace: ReplayPace
  /** Linear steps between a symbol's price at one date and at its next; 0 is off. Only for `date-per-second`. */
  readonly stepsPerDate: number
  readonly loop: boolean
  readonly onQuotes: OnQuotes
  /** After the last quote, where `loop` is off. Not after `stop`. */
  readonly onEnd?: () => void
}

type State = { readonly kind: 'idle' | 'stopped' } | { readonly kind: 'running'; readonly cancel: () => void }

export class ReplayFeed implements Feed {
  readonly description: string
  readonly #options: ReplayFeedOptions
  readonly #timeline: ReplayTimeline
  #state: State = { kind: 'idle' }
  #passStartMs = 0
  #pass: Iterator<Moment, void>
  /** The moment to emit next, and how many of its quotes are out already; undefined after the end. */
  #moment: Moment | undefined
  #taken = 0

  /** Throws a RangeError for steps or a multiple that make no sense. */
  constructor(options: ReplayFeedOptions) {
    const { pace, stepsPerDate } = options
    if (!Number.isSafeInteger(stepsPerDate) || stepsPerDate < 0) {
      throw new RangeError(`steps per date must be a whole number from 0, not ${stepsPerDate}`)
    }
    if (pace.kind === 'real-time' && !(pace.multiple > 0 && Number.isFinite(pace.multiple))) {
      throw new RangeError(`the multiple of real time must be above 0, not ${pace.multiple}`)
    }
    this.#options = options
    this.#timeline = new ReplayTimeline(options)
    this.#pass = this.#timeline.moments()
    this.description = describe(options, this.#timeline)
  }

  async run(): Promise<void> {
    if (this.#state.kind !== 'idle') return
    if (this.#options.rows.length === 0) throw new Error('there are no rows to replay')
    this.#passStartMs = this.#options.clock.nowMs()
    this.#proceed()
    this.#sleep()
  }

  stop(): void {
    if (this.#state.kind === 'running') this.#state.cancel()
    this.#state = { kind: 'stopped' }
  }

  #turn(): void {
    const { clock, onQuotes, onEnd } = this.#options
    const lagMs = clock.nowMs() - this.#dueMs()
    if (lagMs > longestLagMs) this.#passStartMs += lagMs
    const batch = this.#takeDue(clock.nowMs())
    this.#sleep()
    if (batch.length > 0) onQuotes(batch)
    if (this.#moment !== undefined || this.#state.kind === 'stopped') return
    this.#state = { kind: 'stopped' }
    onEnd?.()
  }

  #takeDue(nowMs: number): FeedQuote[] {
    const timestampMs = this.#options.clock.wallMs()
    const batch: FeedQuote[] = []
    while (batch.length < feedBatchLimit && this.#dueMs() <= nowMs) {
      const quote = this.#moment?.quotes[this.#taken++]
      if (quote !== undefined) batch.push({ ...quote, timestampMs })
      if (this.#taken >= (this.#moment?.quotes.length ?? 0)) this.#proceed()
    }
    return batch
  }

  /** To the next moment; from the last one to the first of the next pass, or to the end. */
  #proceed(): void {
    let next = this.#pass.next()
    if (next.done === true && this.#options.loop) {
      this.#passStartMs += this.#timeline.periodMs
      this.#pass = this.#timeline.moments()
      next = this.#pass.next()
    }
    this.#moment = next.done === true ? undefined : next.value
    this.#taken = 0
  }

  #sleep(): void {
    if (this.#moment === undefined) return
    const waitMs = Math.max(0, Math.ceil(this.#dueMs() - this.#options.clock.nowMs()))
    this.#state = { kind: 'running', cancel: this.#options.clock.after(waitMs, () => this.#turn()) }
  }

  /** After the end: never. */
  #dueMs(): number {
    return this.#moment === undefined ? Number.POSITIVE_INFINITY : this.#passStartMs + this.#moment.offsetMs
  }
}

function describe({ rows, pace, stepsPerDate, loop }: ReplayFeedOptions, timeline: ReplayTimeline): string {
  const { datesMs, symbolCount } = timeline
  const span = `from ${formatTime(datesMs.at(0))} to ${formatTime(datesMs.at(-1))}`
  const parts = [`replay of ${counted(symbolCount, 'symbol')}`]
  if (pace.kind === 'date-per-second') {
    parts.push(`${counted(datesMs.length, 'date')} ${span}`, 'one date a second')
    if (stepsPerDate > 0) parts.push(`${counted(stepsPerDate, 'linear step')} between dates`)
  } else {
    parts.push(`${counted(rows.length, 'row')} ${span}`)
    parts.push(pace.multiple === 1 ? 'in real time' : `at ${pace.multiple} times real time`)
  }
  return [...parts, loop ? 'looped' : 'once, then silent'].join(', ')
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** The day alone where the time is midnight. */
function formatTime(timeMs: number | undefined): string {
  return timeMs === undefined ? 'never' : new Date(timeMs).toISOString().replace('T00:00:00.000Z', '')
}
