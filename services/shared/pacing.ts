/**
 * How a symbol's quotes reach those who may not have all of them at once: later, or not as often.
 *
 * In:  a symbol's quotes in order, `push`.
 * Out: `onDue`: each no earlier than `delayMs` after it came, at most one in `intervalMs`, always the newest that is due.
 * Bound: the delay line's (delay-line.ts) and one quote that waits for its interval; one timer each.
 * Closed by: its owner, with `stop`.
 */
import type { Clock } from './clock.ts'
import { DelayLine } from './delay-line.ts'

export interface Pace {
  /** 0: at once. */
  readonly delayMs: number
  /** Least time between two quotes of a symbol; 0: all of them. */
  readonly intervalMs: number
}

export const livePace: Pace = { delayMs: 0, intervalMs: 0 }

export function isLive({ delayMs, intervalMs }: Pace): boolean {
  return delayMs === 0 && intervalMs === 0
}

/** Equal paces have equal names. */
export function paceName({ delayMs, intervalMs }: Pace): string {
  return `${delayMs}/${intervalMs}`
}

/** `maxRate`: updates a second; undefined: no limit. */
export function intervalOf(maxRate: number | undefined): number {
  return maxRate === undefined ? 0 : Math.ceil(1_000 / maxRate)
}

export interface PacedLineOptions<T> {
  readonly clock: Clock
  readonly pace: Pace
  readonly onDue: (item: T) => void
}

export class PacedLine<T> {
  readonly #options: PacedLineOptions<T>
  readonly #delay: DelayLine<T> | undefined
  #notBeforeMs = Number.NEGATIVE_INFINITY
  #waiting: { item: T } | undefined
  #cancelTimer: (() => void) | undefined
  #isStopped = false

  constructor(options: PacedLineOptions<T>) {
    this.#options = options
    const { clock, pace } = options
    if (pace.delayMs > 0) {
      this.#delay = new DelayLine({ clock, delayMs: pace.delayMs, onDue: (item) => this.#throttle(item) })
    }
  }

  push(item: T): void {
    if (this.#delay) this.#delay.push(item)
    else this.#throttle(item)
  }

  stop(): void {
    this.#isStopped = true
    this.#delay?.stop()
    this.#cancelTimer?.()
    this.#waiting = undefined
  }

  #throttle(item: T): void {
    if (this.#isStopped) return
    const { clock, pace, onDue } = this.#options
    const nowMs = clock.nowMs()
    if (pace.intervalMs === 0) return onDue(item)
    if (this.#waiting) {
      this.#waiting.item = item
      return
    }
    if (nowMs >= this.#notBeforeMs) {
      this.#notBeforeMs = nowMs + pace.intervalMs
      return onDue(item)
    }
    this.#waiting = { item }
    this.#wait(this.#notBeforeMs - nowMs)
  }

  #wait(forMs: number): void {
    const { clock, pace, onDue } = this.#options
    this.#cancelTimer = clock.after(forMs, () => {
      const nowMs = clock.nowMs()
      // A timer may fire a fraction of a millisecond early.
      if (nowMs < this.#notBeforeMs) return this.#wait(this.#notBeforeMs - nowMs)
      const waiting = this.#waiting
      this.#waiting = undefined
      this.#notBeforeMs = nowMs + pace.intervalMs
      if (waiting) onDue(waiting.item)
    })
  }
}
