/**
 * Stage: ws-server → session → session symbols. One user on one connection: who it is, whether it lives, why it ends.
 *
 * In:  the connection's messages.
 * Out: `connected`, errors, heartbeats, the close with its code; what concerns symbols is session-symbols.ts.
 * Bound: a timer of its auth or its token; what it sends is bounded by its outbox. What it needs seldom is made then, and
 * what all sessions have alike is in their context: a gateway holds many thousands of these.
 * Closed by: itself, its connection, or session-set.ts through `close`.
 *
 * A class with a #method or a #getter costs each of its objects 8 bytes, by which V8 knows that it may call it. There are
 * six objects of such a kind a connection, and in these classes such methods are `private` instead.
 */
import { RequestError, SessionClose, toKnownError } from '../shared/errors.ts'
import { type RateLimit, retryAfterMs, take, usualLimit, weightOf } from '../shared/rate-limit.ts'
import type { Identity } from '../shared/tokens.ts'
import type { Admitted, Ticket } from './admission.ts'
import type { Channel } from './channel.ts'
import type { ConnectionHandler, Fault } from './connection.ts'
import type { Subject } from './entitlement-review.ts'
import type { User } from './entitlements.ts'
import { textFrame } from './frame.ts'
import type { Beating } from './heartbeats.ts'
import type { Member } from './member-group.ts'
import * as protocol from './protocol.ts'
import { SessionAuth, tooManyMessages } from './session-auth.ts'
import type { SessionConnection, SessionContext } from './session-context.ts'
import { type Holder, SessionSymbols } from './session-symbols.ts'
import type { StrangerLimit } from './stranger-limit.ts'
import type { Refusal } from './subscriptions.ts'
import { isSameTerms, provisionalTerms, type Terms } from './terms.ts'
import { TokenExpiry } from './token-expiry.ts'

export interface SessionOptions {
  readonly connection: SessionConnection
  readonly ticket: Ticket
  readonly context: SessionContext
  /** Where its user is not known yet; ended once he is. */
  readonly stranger?: Pick<StrangerLimit, 'stop'> | undefined
}

/** Each refresh costs a signature and a question to market-data, and a token is good for minutes at least. */
const refreshLimit: RateLimit = { perSecond: 0.1, burst: 10 }
/** To read a message costs by its length, and to answer it by its symbols: a longer one counts as so many. */
const charactersOfOneMessage = 4_096
const symbolsOfOneMessage = 100
const noTerms = provisionalTerms('', { symbols: 0, connections: 0, messagesPerSecond: 0 })

export class Session implements Holder, Subject, Beating, ConnectionHandler {
  readonly #context: SessionContext
  readonly #connection: SessionConnection
  readonly #ticket: Ticket
  readonly #symbols: SessionSymbols
  #state: 'authenticating' | 'open' | 'closed' = 'authenticating'
  /** While it is open. */
  #identity: Identity | undefined
  #terms: Terms = noTerms
  /** While an auth is not answered. */
  #auth: SessionAuth | undefined
  /** Of a token that ends. */
  #expiry: TokenExpiry | undefined
  /** Messages, and refreshes of the token; rate-limit.ts */
  #received = 0
  #refreshed = 0
  // The list of heartbeats.ts.
  beatDueMs = 0
  previousBeating: Beating | undefined
  nextBeating: Beating | undefined
  // What session-set.ts keeps: whole monotonic ms; 0: it does not end by its age.
  startedMs = 0
  endsMs = 0
  placeAt = -1

  constructor({ connection, ticket, context, stranger }: SessionOptions) {
    this.#context = context
    this.#connection = connection
    this.#ticket = ticket
    this.#symbols = new SessionSymbols(context, this)
    const { credential } = ticket
    if (credential.kind === 'user') this.open(credential, [])
    else if (credential.kind === 'refused') this.close(credential.close)
    else this.authNow().awaitFirst(() => stranger?.stop())
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  get isClosed(): boolean {
    return this.#state === 'closed'
  }

  get member(): Member {
    return this.#connection
  }

  get connectionId(): string {
    return this.#connection.id
  }

  get lastHeardMs(): number {
    return this.#connection.lastHeardMs
  }

  get identity(): Identity | undefined {
    return this.#identity
  }

  get userId(): string | undefined {
    return this.#identity?.userId
  }

  get terms(): Terms {
    return this.#terms
  }

  get user(): User | undefined {
    return this.#identity && { id: this.#identity.userId, claimedTier: this.#identity.tier }
  }

  concerned(): ReadonlySet<string> {
    return this.#symbols.concerned()
  }

  /** What a review of entitlements found. */
  apply(terms: Terms, reviewed: ReadonlySet<string>, refusals: ReadonlyMap<string, Refusal>): void {
    if (!this.#identity) return
    this.useTerms(terms)
    this.#symbols.apply(reviewed, refusals)
  }

  watchlist(): readonly Channel[] {
    return this.#symbols.watchlist()
  }

  onText(text: string): void {
    if (!this.mayReceive(text.length)) return
    try {
      if (!this.isOpen && this.authNow().hold(text)) return
    } catch (error) {
      return this.fail(error)
    }
    this.take(text)
  }

  onBinary(): void {
    if (!this.mayReceive()) return
    this.#context.observer.messageReceived('binary')
    this.fail(new RequestError('binary_not_supported', 'send text frames'))
  }

  onPing(): boolean {
    return this.mayReceive()
  }

  onTooSlow(): void {
    this.close(new SessionClose('too_slow', 'reads too slowly'))
  }

  onTooMuch(): void {
    this.close(new SessionClose('unauthorized', 'too much was sent before connected'))
  }

  /** Where it was not closed from here, the client left, or did something wrong. */
  onClosed(fault: Fault | undefined): void {
    if (!this.isClosed) this.end(fault ?? 'client')
    this.#context.onGone(this)
  }

  private take(text: string): void {
    if (this.isClosed) return
    try {
      const message = protocol.parseClientMessage(text)
      if ('symbols' in message && !this.maySay(message.symbols.length, text.length)) return
      this.#context.observer.messageReceived(message.type)
      this.handle(message)
    } catch (error) {
      this.fail(error)
    }
  }

  /** Tells the client why, then closes. */
  close(reason: SessionClose): void {
    if (this.isClosed) return
    // A drain was announced by `reconnect`.
    if (reason.code !== 'drain') this.send(protocol.closeJson(reason))
    // The send may have overflowed the outbox, which closed the session for another reason.
    if (this.isClosed) return
    this.end(reason.code)
    this.#connection.close(reason.closeCode, reason.reason)
  }

  announceDrain(afterMs: number): void {
    this.send(protocol.reconnectJson(afterMs))
  }

  beat(): void {
    this.send(protocol.heartbeatJson)
    // The send before it may have overflowed the outbox and closed the session.
    if (this.isOpen) this.#connection.ping()
  }

  silent(): void {
    this.close(new SessionClose('no_pong', 'nothing heard for two heartbeats'))
  }

  send(json: string): void {
    if (!this.isClosed) this.#connection.sendFrame(textFrame(json))
  }

  private end(code: string): void {
    const { logger, observer, heartbeats } = this.#context
    observer.closed(code)
    logger.info({ connection: this.connectionId, user: this.userId, code }, 'session closed')
    this.#state = 'closed'
    heartbeats.remove(this)
    this.#auth?.stop()
    this.#expiry?.stop()
    this.#symbols.release()
    this.#identity = undefined
    this.#terms = noTerms
    this.#ticket.release()
  }

  /** `held`: what the client sent meanwhile. */
  private open(admitted: Admitted, held: readonly string[]): void {
    const { clock, heartbeats, messageBytes, logger } = this.#context
    const { identity, terms } = admitted
    const { heartbeatMs } = heartbeats
    this.#state = 'open'
    this.#identity = identity
    this.#terms = terms
    if (terms.limits.messagesPerSecond !== this.#context.messagesPerSecond) this.#received = 0
    const serverTime = new Date(clock.wallMs()).toISOString()
    this.send(protocol.connectedJson({ connectionId: this.connectionId, serverTime, heartbeatMs, messageBytes, terms }))
    if (!this.isOpen) return
    logger.info({ connection: this.connectionId, user: identity.userId, action: 'connect' }, 'session opened')
    heartbeats.add(this)
    this.watchExpiry(identity)
    this.reviewOutdated(terms)
    // Paid for already, out of what a session may send before it is known.
    for (const text of held) this.take(text)
  }

  private watchExpiry({ expiresAtMs }: Identity): void {
    if (expiresAtMs === undefined && !this.#expiry) return
    this.#expiry ??= new TokenExpiry({
      clock: this.#context.clock,
      onExpiring: (atMs, inMs) => this.send(protocol.tokenExpiringJson(atMs, inMs)),
      onExpired: () => this.close(new SessionClose('token_expired', 'token expired')),
    })
    this.#expiry.watch(expiresAtMs)
  }

  private useTerms(terms: Terms): void {
    const before = this.#terms
    this.#terms = terms
    if (isSameTerms(before, terms)) return
    // A new rate begins full.
    if (before.limits.messagesPerSecond !== terms.limits.messagesPerSecond) this.#received = 0
    this.send(protocol.tierJson(terms, this.#context.messageBytes))
  }

  /** The tier data changed while market-data was asked, or nobody could be asked then. */
  private reviewOutdated(terms: Terms): void {
    const { entitlements, review } = this.#context
    // Asks for the review itself, once there is somebody to ask.
    if (terms.isProvisional) entitlements.check(terms, [], () => {})
    else if (terms.digest !== entitlements.digest) review.start()
  }

  private get messageLimit(): RateLimit {
    const { messagesPerSecond } = this.isOpen ? this.#terms.limits : this.#context
    return usualLimit(messagesPerSecond)
  }

  /** Closes the session that sends too much. */
  private mayReceive(characters = 0): boolean {
    if (this.isClosed) return false
    const limit = this.messageLimit
    return this.charge(weightOf(characters, charactersOfOneMessage, limit), limit)
  }

  /** For symbols beyond what its length has counted for. */
  private maySay(symbols: number, characters: number): boolean {
    const limit = this.messageLimit
    const more = weightOf(symbols, symbolsOfOneMessage, limit) - weightOf(characters, charactersOfOneMessage, limit)
    return more <= 0 || this.charge(more, limit)
  }

  private charge(count: number, limit: RateLimit): boolean {
    const received = take(this.#received, this.#context.clock.nowMs(), limit, count)
    if (received !== undefined) {
      this.#received = received
      return true
    }
    this.close(tooManyMessages(`more than ${limit.perSecond} messages a second`))
    return false
  }

  private fail(thrown: unknown): void {
    const error = toKnownError(thrown)
    if (error instanceof SessionClose) return this.close(error)
    if (this.#state === 'authenticating') {
      return this.close(new SessionClose('unauthorized', 'the first message must be auth'))
    }
    const known = error instanceof RequestError ? error : new RequestError('internal', 'internal error')
    if (known.code === 'internal') this.#context.logger.error({ err: known.cause ?? error }, 'a request failed')
    this.#context.observer.requestFailed(known.code)
    this.send(protocol.errorJson(known, known instanceof protocol.ProtocolError ? known.id : undefined))
  }

  private asClose(thrown: unknown): SessionClose {
    if (thrown instanceof SessionClose) return thrown
    this.#context.logger.error({ err: thrown }, 'an auth failed')
    return new SessionClose('internal', 'internal error', { cause: thrown })
  }

  private handle(message: protocol.ClientMessage): void {
    if (message.type === 'auth') return this.authenticate(message)
    if (this.#state === 'authenticating') throw new SessionClose('unauthorized', 'the first message must be auth')
    if (message.type === 'ping') return this.send(protocol.pongJson(message.id))
    this.#symbols.request(message)
  }

  private authenticate({ token, id }: { token: string; id: protocol.Id }): void {
    if (!this.#identity) return this.authNow().begin(token)
    const nowMs = this.#context.clock.nowMs()
    const refreshed = take(this.#refreshed, nowMs, refreshLimit)
    if (refreshed === undefined) {
      const waitMs = retryAfterMs(this.#refreshed, nowMs, refreshLimit)
      throw new protocol.ProtocolError('busy', `too many auths; again in ${waitMs} ms`, id)
    }
    this.#refreshed = refreshed
    this.authNow().refresh(this.#identity, token, id)
  }

  private authNow(): SessionAuth {
    this.#auth ??= new SessionAuth({
      ticket: this.#ticket,
      timeoutMs: this.#context.authTimeoutMs,
      clock: this.#context.clock,
      onAdmitted: (admitted, held) => {
        this.#auth = undefined
        this.open(admitted, held)
      },
      onRefused: (error) => this.close(this.asClose(error)),
      onRefreshed: (admitted, id) => {
        this.#auth = undefined
        this.onRefreshed(admitted, id)
      },
      onRefreshFailed: (error) => {
        this.#auth = undefined
        this.fail(error)
      },
    })
    return this.#auth
  }

  private onRefreshed(admitted: Admitted, id: protocol.Id): void {
    const before = this.#terms
    const { identity, terms } = admitted
    this.#identity = identity
    this.useTerms(terms)
    this.send(protocol.authenticatedJson(id, terms.tier, identity.expiresAtMs))
    // Each send may have overflowed the outbox and closed the session.
    if (!this.isOpen) return
    this.watchExpiry(identity)
    // By the rules of another tier, everything is to be asked anew.
    if (!isSameTerms(before, terms)) this.#symbols.apply(new Set(), new Map())
    this.reviewOutdated(terms)
  }
}
