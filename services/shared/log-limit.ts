/**
 * For what others can make happen as often as they like: one line of the log tells how often it was.
 *
 * In:  `count`, each time that it happens.
 * Out: how many a line has to tell now: the first at once, then those since the last line, once a second at most.
 * Bound: two numbers. What came behind the last line is told by the next one, whenever that is.
 */
import type { Clock } from './clock.ts'

const everyMs = 1_000

export class LogLimit {
  readonly #clock: Clock
  #untold = 0
  #toldMs = Number.NEGATIVE_INFINITY

  constructor(options: { readonly clock: Clock }) {
    this.#clock = options.clock
  }

  /** 0: no line is due. */
  count(): number {
    this.#untold++
    const nowMs = this.#clock.nowMs()
    if (nowMs - this.#toldMs < everyMs) return 0
    const count = this.#untold
    this.#toldMs = nowMs
    this.#untold = 0
    return count
  }
}
