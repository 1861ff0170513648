/**
 * Stage: between a symbol's quotes and the sessions of a delayed tier; one line a symbol and delay.
 *
 * In:  `push(item)` as it arrives.
 * Out: `onDue(item)` at least `delayMs` after that item arrived, never earlier; `last` for who joins in between.
 * Bound: `maxEntries` + 1 items and one timer. Time is cut into buckets of `delayMs / maxEntries`; within a bucket,
 * and when full, a newer item replaces the newest that waits. So the last item pushed always comes out. Where many lines
 * hold something, the buckets get longer, up to the delay itself (delay-budget.ts).
 * Closed by: its owner, with `stop`.
 *
 * Keeping a bucket's first item instead would lose the last quote before a pause. Releasing a bucket by the arrival
 * of its first item would show its newest early.
 */
import type { Clock } from './clock.ts'
import { type DelayBudget, delayBudget } from './delay-budget.ts'

export interface DelayLineOptions<T> {
  readonly clock: Clock
  /** Above 0. */
  readonly delayMs: number
  /** A whole number, at least 1. */
  readonly maxEntries?: number
  /** Default: the process's. */
  readonly budget?: DelayBudget
  /** May call `stop` and `push`. */
  readonly onDue: (item: T) => void
}

interface Entry<T> {
  item: T
  dueMs: number
}

const defaultMaxEntries = 1_000

export class DelayLine<T> {
  readonly #clock: Clock
  readonly #delayMs: number
  readonly #maxEntries: number
  readonly #bucketMs: number
  readonly #budget: DelayBudget
  readonly #onDue: (item: T) => void
  /** In order of arrival; what lies before `#oldest` has left. */
  readonly #entries: Entry<T>[] = []
  #oldest = 0
  /** When the first item of the newest entry's bucket arrived. */
  #bucketStartMs = 0
  #last: T | undefined
  #cancel: (() => void) | undefined
  #isStopped = false

  constructor(options: DelayLineOptions<T>) {
    const { clock, delayMs, maxEntries = defaultMaxEntries, budget = delayBudget, onDue } = options
    // With NaN no comparison holds, and a tier without a delay needs no line.
    if (!(delayMs > 0 && delayMs < Infinity)) throw new RangeError(`delayMs is ${delayMs}, but has to be above 0`)
    if (!(Number.isSafeInteger(maxEntries) && maxEntries >= 1)) {
      throw new RangeError(`maxEntries is ${maxEntries}, but has to be a whole number from 1 on`)
    }
    this.#clock = clock
    this.#delayMs = delayMs
    this.#maxEntries = maxEntries
    this.#bucketMs = delayMs / maxEntries
    this.#budget = budget
    this.#onDue = onDue
  }

  /** The newest item that has come out: what who joins now may see. */
  get last(): T | undefined {
    return this.#last
  }

  /** Items that wait. */
  get size(): number {
    return this.#entries.length - this.#oldest
  }

  /** The item arrived now. */
  push(item: T): void {
    if (this.#isStopped) return
    const nowMs = this.#clock.nowMs()
    const dueMs = nowMs + this.#delayMs
    const newest = this.#entries.at(-1)
    if (newest && this.#isBucketOpen(nowMs)) {
      newest.item = item
      newest.dueMs = dueMs
      return
    }
    this.#bucketStartMs = nowMs
    this.#entries.push({ item, dueMs })
    this.#budget.changed(this.size - 1, this.size)
    this.#arm()
  }

  /** Drops everything; later pushes are ignored. */
  stop(): void {
    this.#isStopped = true
    this.#cancel?.()
    this.#cancel = undefined
    this.#budget.changed(this.size, 0)
    this.#entries.length = 0
    this.#oldest = 0
    this.#last = undefined
  }

  /** That of the newest item, which a newer one replaces then. */
  #isBucketOpen(nowMs: number): boolean {
    const openMs = nowMs - this.#bucketStartMs
    // Only a late timer or rounding fills the line while its newest bucket is over.
    if (openMs < this.#bucketMs || this.size > this.#maxEntries) return true
    if (openMs >= this.#delayMs / this.#budget.share(this.#maxEntries)) return false
    this.#budget.replaced()
    return true
  }

  /** One timer, for the oldest. A replacement moves that item's time, but not the timer: it is armed again. */
  #arm(): void {
    const oldest = this.#entries[this.#oldest]
    if (this.#cancel !== undefined || oldest === undefined) return
    this.#cancel = this.#clock.after(Math.max(0, oldest.dueMs - this.#clock.nowMs()), () => {
      this.#cancel = undefined
      this.#deliver()
      this.#arm()
    })
  }

  /** Asks the clock for every item: Node's timers may fire up to 1 ms early. */
  #deliver(): void {
    for (;;) {
      const oldest = this.#entries[this.#oldest]
      if (oldest === undefined || oldest.dueMs > this.#clock.nowMs()) return
      this.#dropOldest()
      this.#last = oldest.item
      this.#onDue(oldest.item)
    }
  }

  /** Closes the space in front once it is more than half: constant work an item, and empty when all are out. */
  #dropOldest(): void {
    this.#oldest++
    this.#budget.changed(this.size + 1, this.size)
    if (this.#oldest * 2 <= this.#entries.length) return
    this.#entries.splice(0, this.#oldest)
    this.#oldest = 0
  }
}
