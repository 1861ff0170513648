/**
 * Watches one token's end: a warning before, so that the client can refresh in band, and the end itself.
 *
 * The warning comes a minute ahead, or half the time that is left where that is less; an end that has passed already comes
 * at once, without one. Bound: one timer.
 */
import type { Clock } from '../shared/clock.ts'

export interface TokenExpiryOptions {
  readonly clock: Clock
  readonly onExpiring: (expiresAtMs: number, inMs: number) => void
  readonly onExpired: () => void
}

const longestWarningMs = 60_000
/** Longer waits are cut up: a timer overflows at 2^31 ms. */
const longestWaitMs = 86_400_000

export class TokenExpiry {
  readonly #options: TokenExpiryOptions
  #cancel: () => void = () => {}

  constructor(options: TokenExpiryOptions) {
    this.#options = options
  }

  /** From now on this end counts; undefined: the token never expires. Unix milliseconds. */
  watch(expiresAtMs: number | undefined): void {
    this.#cancel()
    if (expiresAtMs === undefined) return
    const { clock, onExpiring, onExpired } = this.#options
    const leftMs = expiresAtMs - clock.wallMs()
    if (leftMs > longestWaitMs) {
      this.#cancel = clock.after(longestWaitMs / 2, () => this.watch(expiresAtMs))
      return
    }
    // A timer does not count backward: it would warn of it, and fire.
    if (leftMs <= 0) {
      this.#cancel = clock.after(0, onExpired)
      return
    }
    const warningMs = Math.min(longestWarningMs, leftMs / 2)
    this.#cancel = clock.after(leftMs - warningMs, () => {
      this.#cancel = clock.after(warningMs, onExpired)
      onExpiring(expiresAtMs, Math.round(warningMs))
    })
  }

  stop(): void {
    this.#cancel()
  }
}
