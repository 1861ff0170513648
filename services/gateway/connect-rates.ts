/**
 * Beside user entry: how often a user may begin a connection at this gateway, whatever became of those before. Each costs a
 * question to market-data and a handshake, and has new buckets for every rate that is a session's.
 *
 * In:  `exceeded`, when a token is known to be good; `allows`, once it is known how many connections its tier may have.
 * Out: after how many milliseconds another may begin; 0: now, and it is counted.
 * Bound: `perSecond`, and at once twice what the tier may have open, as far as that is known, `leastBurst` at least. One entry a user, until his bucket
 * is full again; of the `mostUsers` who came last. Beyond, the one whose last connection is longest ago begins anew.
 */
import type { Clock } from '../shared/clock.ts'
import { retryAfterMs, take } from '../shared/rate-limit.ts'

export const perSecond = 2
export const leastBurst = 100
const mostUsers = 20_000

interface Connects {
  /** rate-limit.ts */
  fullAtMs: number
  burst: number
}

export class ConnectRates {
  readonly #clock: Clock
  /** In the order of their last connections. */
  readonly #users = new Map<string, Connects>()

  constructor(options: { readonly clock: Clock }) {
    this.#clock = options.clock
  }

  get size(): number {
    return this.#users.size
  }

  exceeded(userId: string): number {
    const nowMs = this.#clock.nowMs()
    const { fullAtMs, burst } = this.#users.get(userId) ?? { fullAtMs: 0, burst: leastBurst }
    const next = take(fullAtMs, nowMs, { perSecond, burst })
    if (next === undefined) return retryAfterMs(fullAtMs, nowMs, { perSecond, burst })
    this.#users.delete(userId)
    this.#users.set(userId, { fullAtMs: next, burst })
    this.#forget(nowMs)
    return 0
  }

  allows(userId: string, connections: number): void {
    const connects = this.#users.get(userId)
    // Never less: what was taken of a larger bucket would keep him out for minutes, until less is known of his tier for a moment.
    if (connects) connects.burst = Math.max(connects.burst, 2 * connections)
  }

  #forget(nowMs: number): void {
    for (const [userId, { fullAtMs }] of this.#users) {
      if (fullAtMs > nowMs && this.#users.size <= mostUsers) return
      this.#users.delete(userId)
    }
  }
}
