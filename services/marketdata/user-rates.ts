/**
 * Beside the gRPC server: how many unary calls a user may make on this process, on average and at once.
 *
 * In:  who calls. Out: the rate he is above, or undefined where the call is within it.
 * Bound: `burstS` seconds of the rate at once; a bucket for each of the `maxUsers` who called last. Beyond, the one whose
 * last call is longest ago begins anew, full, as every bucket is after `burstS` seconds without a call.
 */
import type { Clock } from '../shared/clock.ts'
import { TokenBucket } from '../shared/token-bucket.ts'
import type { Identity } from '../shared/tokens.ts'
import type { CurrentTiers } from './current-tiers.ts'

export interface UserRatesOptions {
  readonly clock: Clock
  readonly tiers: Pick<CurrentTiers, 'table'>
  /** Where the tier says nothing. */
  readonly requestsPerSecond: number
  readonly maxUsers?: number
}

const burstS = 2
const defaultMaxUsers = 10_000

export class UserRates {
  readonly #options: UserRatesOptions
  /** By rate and user, in the order of their last calls. */
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(options: UserRatesOptions) {
    this.#options = options
  }

  /** Counts one call. Returns the calls a second that would be exceeded, and does not count it then. */
  exceeded(user: Identity): number | undefined {
    const { maxUsers = defaultMaxUsers } = this.#options
    const perSecond = this.#perSecond(user)
    // By rate as well: tokens that claim different tiers, used in turn, must not fill a bucket anew each time.
    const name = `${perSecond} ${user.userId}`
    const bucket = this.#buckets.get(name) ?? this.#fill(perSecond)
    this.#buckets.delete(name)
    this.#buckets.set(name, bucket)
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > maxUsers && oldest !== undefined) this.#buckets.delete(oldest)
    return bucket.take() ? undefined : perSecond
  }

  #perSecond({ userId, tier }: Identity): number {
    const { tiers, requestsPerSecond } = this.#options
    const { limits } = tiers.table.tier(tiers.table.tierNameOf(userId, tier))
    return limits.messagesPerSecond ?? requestsPerSecond
  }

  #fill(perSecond: number): TokenBucket {
    const burst = Math.max(1, burstS * perSecond)
    return new TokenBucket({ nowMs: () => this.#options.clock.nowMs(), perSecond, burst })
  }
}
