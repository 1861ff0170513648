/**
 * Beside the gRPC server: how many unary calls a user may make on this process, on average and at once.
 *
 * In:  who calls. Out: the rate he is above, or undefined where the call is within it.
 * Bound: `usualLimit` of the rate; one number for each of the `maxUsers` who called last. Beyond, the one whose last call
 * is longest ago begins anew, full, as every one is that has not called for the time of a burst.
 */
import type { Clock } from '../shared/clock.ts'
import { take, usualLimit } from '../shared/rate-limit.ts'
import type { Identity } from '../shared/tokens.ts'
import type { CurrentTiers } from './current-tiers.ts'

export interface UserRatesOptions {
  readonly clock: Clock
  readonly tiers: Pick<CurrentTiers, 'table'>
  /** Where the tier says nothing. */
  readonly requestsPerSecond: number
  readonly maxUsers?: number
}

const defaultMaxUsers = 10_000

export class UserRates {
  readonly #options: UserRatesOptions
  /** States of rate-limit.ts by rate and user, in the order of their last calls. */
  readonly #calls = new Map<string, number>()

  constructor(options: UserRatesOptions) {
    this.#options = options
  }

  /** Counts one call. Returns the calls a second that would be exceeded, and does not count it then. */
  exceeded(user: Identity): number | undefined {
    const { clock, maxUsers = defaultMaxUsers } = this.#options
    const perSecond = this.#perSecond(user)
    // By rate as well: tokens that claim different tiers, used in turn, must not begin anew each time.
    const name = `${perSecond} ${user.userId}`
    const before = this.#calls.get(name) ?? 0
    const after = take(before, clock.nowMs(), usualLimit(perSecond))
    this.#calls.delete(name)
    this.#calls.set(name, after ?? before)
    const [oldest] = this.#calls.keys()
    if (this.#calls.size > maxUsers && oldest !== undefined) this.#calls.delete(oldest)
    return after === undefined ? perSecond : undefined
  }

  #perSecond({ userId, tier }: Identity): number {
    const { tiers, requestsPerSecond } = this.#options
    const { limits } = tiers.table.tier(tiers.table.tierNameOf(userId, tier))
    return limits.messagesPerSecond ?? requestsPerSecond
  }
}
