/**
 * Full-jitter backoff: the n-th wait is uniform in [0, min(capMs, baseMs * 2^n)], so that many clients
 * which lost the same server do not come back together.
 */
export interface BackoffOptions {
  readonly baseMs: number
  readonly capMs: number
  /** Uniform in [0, 1). */
  readonly random: () => number
}

export class Backoff {
  readonly #options: BackoffOptions
  #attempt = 0

  constructor(options: BackoffOptions) {
    this.#options = options
  }

  nextMs(): number {
    const { baseMs, capMs, random } = this.#options
    // 2^30 is past any cap; the exponent is bounded so that the product stays finite.
    const ceilingMs = Math.min(capMs, baseMs * 2 ** Math.min(this.#attempt, 30))
    this.#attempt++
    return random() * ceilingMs
  }

  /** After a success: the next failure begins from `baseMs` again. */
  reset(): void {
    this.#attempt = 0
  }
}
