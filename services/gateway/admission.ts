/**
 * Stage: ws-server → admission → session. Decides who may have a session, before and after the upgrade.
 *
 * In:  an upgrade request's origin and credentials; the token of an `auth` message.
 * Out: an HTTP refusal, or a ticket: a user with a place, or a reason to close that a browser can read (browsers cannot
 * read an HTTP refusal, so only a token in the header is refused by HTTP).
 * Bound: `maxSessions` connections a process, authenticated or not; `maxConnectionsPerUser` a user and process.
 * Closed by: each ticket's `release`.
 */
import { RequestError, SessionClose, toKnownError } from '../shared/errors.ts'
import { type Identity, stripBearer, type TokenVerifier } from '../shared/tokens.ts'

export interface UpgradeRequest {
  readonly origin: string | undefined
  readonly host: string | undefined
  /** The header as it came. */
  readonly authorization: string | undefined
  /** `?token=`. */
  readonly queryToken: string | undefined
  /** From the subprotocol `bearer.<jwt>`. */
  readonly protocolToken: string | undefined
}

export interface HttpRefusal {
  readonly status: 401 | 403 | 429 | 503
  readonly code: string
  readonly message: string
  readonly retryAfterMs?: number
}

export type Credential =
  | { readonly kind: 'user'; readonly identity: Identity }
  | { readonly kind: 'refused'; readonly close: SessionClose }
  /** An `auth` message has to follow. */
  | { readonly kind: 'none' }

export interface Ticket {
  readonly credential: Credential
  /** Checks an `auth` message's token. Throws a SessionClose, or a RequestError where a refresh is refused. */
  authenticate(token: string, current: Identity | undefined): Identity
  /** Gives the place back; once. */
  release(): void
}

export interface AdmissionOptions {
  readonly tokens: TokenVerifier
  /** Origins that may connect beside the page's own host; `*` is any. */
  readonly allowedOrigins: readonly string[]
  readonly maxSessions: number
  readonly maxConnectionsPerUser: number
  readonly random: () => number
}

const retryAfterMs = { least: 1_000, spread: 4_000 }

export class Admission {
  readonly #options: AdmissionOptions
  readonly #connectionsPerUser = new Map<string, number>()
  #connections = 0
  #isClosed = false

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  /** From the start of a drain on, everybody is refused with 503. */
  close(): void {
    this.#isClosed = true
  }

  admit(request: UpgradeRequest): HttpRefusal | Ticket {
    if (this.#isClosed) return { status: 503, code: 'draining', message: 'this server is going away; try again' }
    if (!this.#isOriginAllowed(request)) {
      return { status: 403, code: 'origin_not_allowed', message: 'this origin may not connect' }
    }
    if (request.authorization !== undefined) return this.#admitByHeader(stripBearer(request.authorization))
    const token = request.queryToken ?? request.protocolToken
    return this.#ticket(token === undefined ? { kind: 'none' } : this.#tryToken(token))
  }

  #admitByHeader(token: string): HttpRefusal | Ticket {
    if (this.#isFull())
      return { status: 503, code: 'server_full', message: 'this server is full', retryAfterMs: this.#retryAfterMs() }
    const credential = this.#tryToken(token)
    if (credential.kind !== 'refused') return this.#ticket(credential)
    const { code, message } = credential.close
    if (code === 'connection_limit') return { status: 429, code, message, retryAfterMs: this.#retryAfterMs() }
    return { status: 401, code, message }
  }

  #ticket(credential: Credential): Ticket {
    if (this.#isFull()) {
      if (credential.kind === 'user') this.#leave(credential.identity)
      const close = new SessionClose('server_full', 'this server is full', { retryAfterMs: this.#retryAfterMs() })
      return this.#uncountedTicket({ kind: 'refused', close })
    }
    this.#connections++
    let holder = credential.kind === 'user' ? credential.identity : undefined
    let isReleased = false
    return {
      credential,
      authenticate: (token, current) => {
        const identity = current ? this.#refresh(token, current) : this.#enter(token)
        holder = identity
        return identity
      },
      release: () => {
        if (isReleased) return
        isReleased = true
        this.#connections--
        if (holder) this.#leave(holder)
      },
    }
  }

  /** For a connection that is upgraded only to be told why not. */
  #uncountedTicket(credential: Credential): Ticket {
    return {
      credential,
      authenticate: () => {
        throw new SessionClose('unauthorized', 'refused')
      },
      release: () => {},
    }
  }

  #tryToken(token: string): Credential {
    try {
      return { kind: 'user', identity: this.#enter(token) }
    } catch (error) {
      if (error instanceof SessionClose) return { kind: 'refused', close: error }
      throw error
    }
  }

  /** Verifies, and takes a place among the user's connections. */
  #enter(token: string): Identity {
    let identity: Identity
    try {
      identity = this.#options.tokens.verify(token)
    } catch (error) {
      throw new SessionClose('unauthorized', toKnownError(error).message, { cause: error })
    }
    const { maxConnectionsPerUser } = this.#options
    const count = this.#connectionsPerUser.get(identity.userId) ?? 0
    if (count >= maxConnectionsPerUser) {
      const options = { retryAfterMs: this.#retryAfterMs() }
      throw new SessionClose('connection_limit', `at most ${maxConnectionsPerUser} connections a user`, options)
    }
    this.#connectionsPerUser.set(identity.userId, count + 1)
    return identity
  }

  #refresh(token: string, current: Identity): Identity {
    const identity = this.#options.tokens.verify(token)
    if (identity.userId !== current.userId) throw new RequestError('unauthorized', 'the token is of another user')
    return identity
  }

  #leave({ userId }: Identity): void {
    const count = this.#connectionsPerUser.get(userId) ?? 0
    if (count <= 1) this.#connectionsPerUser.delete(userId)
    else this.#connectionsPerUser.set(userId, count - 1)
  }

  #isFull(): boolean {
    return this.#connections >= this.#options.maxSessions
  }

  #isOriginAllowed({ origin, host }: UpgradeRequest): boolean {
    // Only browsers send one.
    if (origin === undefined) return true
    const { allowedOrigins } = this.#options
    if (allowedOrigins.includes('*') || allowedOrigins.includes(origin)) return true
    return host !== undefined && URL.parse(origin)?.host === host
  }

  /** Jittered, so that the refused do not come back together. */
  #retryAfterMs(): number {
    return Math.round(retryAfterMs.least + this.#options.random() * retryAfterMs.spread)
  }
}
