/**
 * Stage: ws-server → admission → session. Decides who may have a session, before and after the upgrade.
 *
 * In:  an upgrade request's origin, address and credentials; the token of an `auth` message.
 * Out: an HTTP refusal, or a ticket: a user with a place, or a reason to close that a browser can read (browsers cannot
 * read an HTTP refusal, so only a token in the header is refused by HTTP).
 * Bound: `maxSessions` connections a process, authenticated or not; `maxHandshakes` tokens that are looked at, wherever
 * they came, those of a refresh too (beyond, that is `busy`); `maxUnauthenticated` that have not said who they are;
 * connections an address and, by user-entry.ts, a user. Beyond any: refused, come later.
 * Closed by: each ticket's `release`.
 */
import { RequestError, SessionClose, type SessionCloseCode } from '../shared/errors.ts'
import { type Identity, stripBearer } from '../shared/tokens.ts'
import type { AddressCounts } from './client-address.ts'
import type { Terms } from './terms.ts'
import type { Admitted, UserEntry } from './user-entry.ts'

export type { Admitted }

export interface UpgradeRequest {
  readonly origin: string | undefined
  readonly host: string | undefined
  /** Undefined: connections an address are not limited. */
  readonly address: string | undefined
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
  | ({ readonly kind: 'user' } & Admitted)
  | { readonly kind: 'refused'; readonly close: SessionClose }
  /** An `auth` message has to follow. */
  | { readonly kind: 'none' }

export interface Ticket {
  readonly credential: Credential
  /** Checks the token of the first `auth`. Throws a SessionClose. */
  authenticate(token: string): Promise<Admitted>
  /** Checks the token of a later `auth`. Throws a RequestError. */
  refresh(token: string, current: Identity): Promise<Admitted>
  /** Gives the place back; once. */
  release(): void
}

export interface AdmissionOptions {
  readonly users: UserEntry
  /** Origins that may connect beside the page's own host; `*` is any. */
  readonly allowedOrigins: readonly string[]
  readonly maxSessions: number
  readonly maxHandshakes: number
  readonly maxUnauthenticated: number
  readonly addresses: AddressCounts
  readonly retryAfterMs: () => number
  /** Whether there is nothing to be had here: a session that began now would be closed for it. */
  readonly isStranded: () => boolean
}

const draining: HttpRefusal = { status: 503, code: 'draining', message: 'this server is going away; try again' }

/** What is taken at this moment. */
interface Taken {
  connections: number
  handshakes: number
  unauthenticated: number
}

export class Admission {
  readonly #options: AdmissionOptions
  readonly #taken: Taken = { connections: 0, handshakes: 0, unauthenticated: 0 }
  readonly #places: PlaceContext
  #isClosed = false

  constructor(options: AdmissionOptions) {
    this.#options = options
    this.#places = { ...options, taken: this.#taken }
  }

  get taken(): Readonly<Taken> {
    return this.#taken
  }

  /** From the start of a drain on, everybody is refused with 503. */
  close(): void {
    this.#isClosed = true
  }

  /** Never rejects. */
  async admit(request: UpgradeRequest): Promise<HttpRefusal | Ticket> {
    if (this.#isClosed) return draining
    if (!this.#isOriginAllowed(request)) {
      return { status: 403, code: 'origin_not_allowed', message: 'this origin may not connect' }
    }
    const { authorization, queryToken, protocolToken, address } = request
    const token = authorization === undefined ? (queryToken ?? protocolToken) : stripBearer(authorization)
    const ticket = this.#refusal(token, address) ?? (await this.#ticket(token, address))
    // The drain has begun meanwhile, and knows nothing of this one.
    if (this.#isClosed) {
      ticket.release()
      return draining
    }
    const { credential } = ticket
    return authorization !== undefined && credential.kind === 'refused' ? asHttp(credential.close) : ticket
  }

  /** For a connection that is upgraded only to be told why not. */
  #refusal(token: string | undefined, address: string | undefined): Ticket | undefined {
    const { maxSessions, maxUnauthenticated, addresses, isStranded } = this.#options
    const { connections, unauthenticated } = this.#taken
    if (isStranded()) return this.#refused('service_unavailable', 'no upstream at the moment')
    if (connections >= maxSessions) return this.#refused('server_full', 'this server is full')
    if (token === undefined && unauthenticated >= maxUnauthenticated) {
      return this.#refused('unauthenticated_limit', 'too many connections that have not said who they are')
    }
    if (address === undefined || addresses.enter(address)) return undefined
    return this.#refused('address_limit', 'too many connections from this address')
  }

  async #ticket(token: string | undefined, address: string | undefined): Promise<Ticket> {
    const place = new Place(this.#places, address)
    if (token === undefined) {
      place.waitForAuth()
      return place
    }
    try {
      await place.authenticate(token)
      return place
    } catch (error) {
      place.release()
      const unknown = new SessionClose('internal', 'internal error', { cause: error })
      return refusedTicket(error instanceof SessionClose ? error : unknown)
    }
  }

  #refused(code: SessionCloseCode, message: string): Ticket {
    return refusedTicket(new SessionClose(code, message, { retryAfterMs: this.#options.retryAfterMs() }))
  }

  #isOriginAllowed({ origin, host }: UpgradeRequest): boolean {
    // Only browsers send one.
    if (origin === undefined) return true
    const { allowedOrigins } = this.#options
    if (allowedOrigins.includes('*') || allowedOrigins.includes(origin)) return true
    return host !== undefined && URL.parse(origin)?.host === host
  }
}

/** What all places share. */
interface PlaceContext extends Pick<AdmissionOptions, 'users' | 'maxHandshakes' | 'retryAfterMs' | 'addresses'> {
  readonly taken: Taken
}

/** One connection among those that are counted. Its methods are `private` for the reason that session.ts gives. */
class Place implements Ticket {
  readonly #context: PlaceContext
  readonly #address: string | undefined
  /** Of who has entered, with his terms of then. */
  #identity: Identity | undefined
  #terms: Terms | undefined
  #state: 'unknown' | 'waiting' | 'known' | 'released' = 'unknown'

  constructor(context: PlaceContext, address: string | undefined) {
    this.#context = context
    this.#address = address
    context.taken.connections++
  }

  get credential(): Credential {
    if (!this.#identity || !this.#terms) return { kind: 'none' }
    return { kind: 'user', identity: this.#identity, terms: this.#terms }
  }

  waitForAuth(): void {
    this.#state = 'waiting'
    this.#context.taken.unauthenticated++
  }

  async authenticate(token: string): Promise<Admitted> {
    const admitted = await this.enter(token)
    // Gone, or there twice: only one is given back by `release`.
    if (this.#state === 'released' || this.#identity) {
      this.#context.users.leave(admitted.identity)
      throw new SessionClose('unauthorized', 'the connection is gone')
    }
    this.#identity = admitted.identity
    this.#terms = admitted.terms
    this.endWait('known')
    return admitted
  }

  async refresh(token: string, current: Identity): Promise<Admitted> {
    const { users, taken, maxHandshakes } = this.#context
    if (taken.handshakes >= maxHandshakes) {
      throw new RequestError('busy', 'too many tokens are looked at in this moment', { retryable: true })
    }
    return await this.lookAt(() => users.refresh(token, current))
  }

  release(): void {
    if (this.#state === 'released') return
    this.endWait('released')
    const { taken, users, addresses } = this.#context
    taken.connections--
    if (this.#identity) users.leave(this.#identity)
    if (this.#address !== undefined) addresses.leave(this.#address)
  }

  private async enter(token: string): Promise<Admitted> {
    const { users, taken, maxHandshakes, retryAfterMs } = this.#context
    if (taken.handshakes >= maxHandshakes) {
      const message = 'too many connections begin at this moment'
      throw new SessionClose('handshake_limit', message, { retryAfterMs: retryAfterMs() })
    }
    return await this.lookAt(() => users.enter(token))
  }

  private async lookAt(check: () => Promise<Admitted>): Promise<Admitted> {
    const { taken } = this.#context
    taken.handshakes++
    try {
      return await check()
    } finally {
      taken.handshakes--
    }
  }

  private endWait(next: 'known' | 'released'): void {
    if (this.#state === 'waiting') this.#context.taken.unauthenticated--
    this.#state = next
  }
}

function refusedTicket(close: SessionClose): Ticket {
  const refuse = async () => {
    throw close
  }
  return { credential: { kind: 'refused', close }, authenticate: refuse, refresh: refuse, release: () => {} }
}

function asHttp({ code, message, retryAfterMs }: SessionClose): HttpRefusal {
  const status = code === 'unauthorized' ? 401 : code === 'connection_limit' || code === 'address_limit' ? 429 : 503
  return { status, code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}
