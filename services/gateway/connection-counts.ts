/**
 * Stage: beside admission. How many connections each user has, so that a limit can hold.
 *
 * In:  enter with the limit of the user's tier; leave.
 * Out: whether there is a place.
 * Bound: one entry a user with a connection here, so at most as many as there are connections; the caller bounds those.
 * Closed by: each connection's `leave`.
 *
 * Implementations: this in-process one, for one gateway without Redis, and connection-counts-redis.ts, for all gateways
 * together. One contract suite, connection-counts.redis.test.ts, runs on both.
 */
export type Entry = 'entered' | 'full' | 'unavailable'

export interface ConnectionCounts {
  /**
   * Counts one more connection of the user unless `limit` are open over all gateways. 'unavailable' only where Redis is
   * away and the policy is 'closed'. Never rejects.
   */
  enter(userId: string, limit: number): Promise<Entry>
  /** Once for each 'entered'. */
  leave(userId: string): void
}

export class InProcessConnectionCounts implements ConnectionCounts {
  readonly #held = new HeldConnections()

  async enter(userId: string, limit: number): Promise<Entry> {
    if (this.#held.of(userId) >= limit) return 'full'
    this.#held.add(userId, 1)
    return 'entered'
  }

  leave(userId: string): void {
    this.#held.add(userId, -1)
  }
}

/** Connections a user in this process. */
export class HeldConnections {
  readonly #counts = new Map<string, number>()

  of(userId: string): number {
    return this.#counts.get(userId) ?? 0
  }

  add(userId: string, change: number): void {
    const count = this.of(userId) + change
    if (count > 0) this.#counts.set(userId, count)
    else this.#counts.delete(userId)
  }

  /** A copy: user and count. */
  all(): [string, number][] {
    return [...this.#counts]
  }
}
