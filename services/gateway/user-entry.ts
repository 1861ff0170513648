/**
 * Stage: admission → user entry → tokens, entitlements, connection counts. Turns a token into a user with a place.
 *
 * In:  a token, of a new connection or of a refresh.
 * Out: who it is and the terms of his tier, or a SessionClose (a RequestError for a refresh, which ends nothing).
 * Bound: each step has its own time limit: keys 5 s, entitlements 1 s a try, three tries, counts 0.5 s; connections of a user
 * a rate (connect-rates.ts).
 * Closed by: `leave`, once for each `enter` that succeeded.
 */
import { RequestError, SessionClose, type SessionCloseCode, toKnownError } from '../shared/errors.ts'
import type { Revocations } from '../shared/revocations.ts'
import type { Identity, TokenVerifier } from '../shared/tokens.ts'
import type { ConnectRates } from './connect-rates.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import type { Entitlements } from './entitlements.ts'
import type { Terms } from './terms.ts'

export interface Admitted {
  readonly identity: Identity
  readonly terms: Terms
}

export interface UserEntryOptions {
  readonly tokens: Pick<TokenVerifier, 'verify'>
  readonly entitlements: Pick<Entitlements, 'authorize'>
  readonly counts: ConnectionCounts
  readonly rates: Pick<ConnectRates, 'exceeded' | 'allows'>
  readonly revocations: Pick<Revocations, 'isRevoked'>
  readonly retryAfterMs: () => number
}

export class UserEntry {
  readonly #options: UserEntryOptions

  constructor(options: UserEntryOptions) {
    this.#options = options
  }

  async enter(token: string): Promise<Admitted> {
    const requireRate = ({ userId }: Identity) => this.#requireRate(userId)
    const admitted = await this.#identify(token, requireRate).catch((error) => {
      throw this.#asClose(error)
    })
    const { counts, rates } = this.#options
    const { connections } = admitted.terms.limits
    rates.allows(admitted.identity.userId, connections)
    const entry = await counts.enter(admitted.identity.userId, connections)
    if (entry === 'full') throw this.#later('connection_limit', `at most ${connections} connections a user`)
    if (entry === 'unavailable') throw this.#later('limits_unavailable', 'connections cannot be counted at the moment')
    // What was open of this user has been closed meanwhile, and this was not.
    if (this.#options.revocations.isRevoked(admitted.identity)) {
      this.leave(admitted.identity)
      throw new SessionClose('unauthorized', 'revoked')
    }
    return admitted
  }

  leave({ userId }: Pick<Identity, 'userId'>): void {
    this.#options.counts.leave(userId)
  }

  /** Throws a RequestError: the old token stays. */
  async refresh(token: string, current: Identity): Promise<Admitted> {
    const admitted = await this.#identify(token)
    if (admitted.identity.userId !== current.userId) {
      throw new RequestError('unauthorized', 'the token is of another user')
    }
    // The terms it has are better known than the new token's own word.
    if (admitted.terms.isProvisional) {
      throw new RequestError('service_unavailable', 'entitlements are not available at the moment', { retryable: true })
    }
    return admitted
  }

  #requireRate(userId: string): void {
    const { rates, retryAfterMs } = this.#options
    const waitMs = rates.exceeded(userId)
    if (waitMs === 0) return
    const later = { retryAfterMs: Math.max(waitMs, retryAfterMs()) }
    throw new SessionClose('connection_limit', 'too many new connections of a user in a short time', later)
  }

  /** `onVerified` may throw: nobody is asked about the user then. */
  async #identify(token: string, onVerified: (identity: Identity) => void = () => {}): Promise<Admitted> {
    const identity = await this.#options.tokens.verify(token)
    if (this.#options.revocations.isRevoked(identity)) throw new RequestError('unauthorized', 'revoked')
    onVerified(identity)
    return { identity, terms: await this.#options.entitlements.authorize(token, identity) }
  }

  #asClose(error: unknown): SessionClose {
    const known = toKnownError(error)
    if (known instanceof SessionClose) return known
    if (known instanceof RequestError && known.code === 'unauthorized') {
      return new SessionClose('unauthorized', known.message, { cause: error })
    }
    const message = 'this server cannot tell who you are at the moment'
    return new SessionClose('service_unavailable', message, {
      retryAfterMs: this.#options.retryAfterMs(),
      cause: error,
    })
  }

  #later(code: SessionCloseCode, message: string): SessionClose {
    return new SessionClose(code, message, { retryAfterMs: this.#options.retryAfterMs() })
  }
}
