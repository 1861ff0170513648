/**
 * Beside a user stream: what its user's tier says now, and the settings where that says nothing.
 *
 * Bound: one tier. `renew` when the tier data changed.
 */
import type { Identity } from '../shared/tokens.ts'
import type { CurrentTiers } from './current-tiers.ts'
import type { Tier } from './tiers.ts'

export interface UserTermsOptions {
  readonly user: Identity
  readonly tiers: CurrentTiers
  /** Where the tier says nothing. */
  readonly maxSymbols: number
  /** Where the tier says nothing. */
  readonly requestsPerSecond: number
}

export class UserTerms {
  readonly #options: UserTermsOptions
  #tier: Tier
  #mostSymbols: number

  constructor(options: UserTermsOptions) {
    this.#options = options
    this.#tier = this.#read()
    this.#mostSymbols = this.symbols
  }

  get tier(): Tier {
    return this.#tier
  }

  get symbols(): number {
    return this.#tier.limits.symbols ?? this.#options.maxSymbols
  }

  /** That its tiers have let it hold so far. */
  get mostSymbols(): number {
    return this.#mostSymbols
  }

  get requestsPerSecond(): number {
    return this.#tier.limits.messagesPerSecond ?? this.#options.requestsPerSecond
  }

  renew(): void {
    this.#tier = this.#read()
    this.#mostSymbols = Math.max(this.#mostSymbols, this.symbols)
  }

  #read(): Tier {
    const { tiers, user } = this.#options
    return tiers.table.tier(tiers.table.tierNameOf(user.userId, user.tier))
  }
}
