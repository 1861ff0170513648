/**
 * How often something may happen: `perSecond` on average, `burst` at once. Begins full.
 *
 * Bound: two numbers of state and no timer; what came in since is added when somebody asks. A clock that stands still
 * adds nothing, one that jumps back adds nothing and goes on from there, and no jump ahead adds more than `burst`.
 */
export interface TokenBucketOptions {
  /** Monotonic milliseconds. */
  readonly nowMs: () => number
  readonly perSecond: number
  readonly burst: number
}

/** May be missing from a take and is owed then: a sum of fractions ends just below the whole number as often as on it. */
const roundingTokens = 1e-6

export class TokenBucket {
  readonly #options: TokenBucketOptions
  #tokens: number
  #filledAtMs: number

  constructor(options: TokenBucketOptions) {
    this.#options = options
    this.#tokens = options.burst
    this.#filledAtMs = options.nowMs()
  }

  /** Takes all `count` or none. More than `burst`, or less than 0, is always refused. */
  take(count = 1): boolean {
    if (this.retryAfterMs(count) > 0) return false
    this.#tokens -= count
    return true
  }

  /** Whole milliseconds until `take(count)` would succeed, if nobody else takes; 0 is now, Infinity is never. */
  retryAfterMs(count = 1): number {
    const { perSecond, burst } = this.#options
    // Written so that NaN is refused as well.
    if (!(count >= 0 && count <= burst)) return Infinity
    this.#fill()
    const missing = count - this.#tokens - roundingTokens
    return missing <= 0 ? 0 : Math.ceil((missing * 1_000) / perSecond)
  }

  #fill(): void {
    const { nowMs, perSecond, burst } = this.#options
    const now = nowMs()
    const gained = ((now - this.#filledAtMs) * perSecond) / 1_000
    if (gained > 0) this.#tokens = Math.min(burst, this.#tokens + gained)
    this.#filledAtMs = now
  }
}
