/**
 * Beside a session: how many messages it may send, on average and at once.
 *
 * Bound: `burstS` seconds of the rate at once; no timer.
 */
import type { Clock } from '../shared/clock.ts'
import { TokenBucket } from '../shared/token-bucket.ts'

const burstS = 2

export class MessageRate {
  readonly #clock: Clock
  #perSecond: number
  #bucket: TokenBucket

  constructor(options: { readonly clock: Clock; readonly perSecond: number }) {
    this.#clock = options.clock
    this.#perSecond = options.perSecond
    this.#bucket = this.#fill()
  }

  get perSecond(): number {
    return this.#perSecond
  }

  /** False: one message too many. */
  take(): boolean {
    return this.#bucket.take()
  }

  /** Begins anew, full, unless it is the same rate. */
  change(perSecond: number): void {
    if (perSecond === this.#perSecond) return
    this.#perSecond = perSecond
    this.#bucket = this.#fill()
  }

  #fill(): TokenBucket {
    const burst = Math.max(1, burstS * this.#perSecond)
    return new TokenBucket({ nowMs: () => this.#clock.nowMs(), perSecond: this.#perSecond, burst })
  }
}
