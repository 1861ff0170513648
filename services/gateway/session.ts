/**
 * Stage: ws-server → session → session symbols. One user on one connection: who it is, whether it lives, why it ends.
 *
 * In:  the connection's messages.
 * Out: `connected`, errors, heartbeats, the close with its code; what concerns symbols is session-symbols.ts.
 * Bound: its heartbeat's timer and that of its auth or its token; what it sends is bounded by its outbox.
 * Closed by: itself, its connection, or session-set.ts through `close`.
 */
import type { Clock } from '../shared/clock.ts'
import { RequestError, SessionClose, toKnownError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import { TokenBucket } from '../shared/token-bucket.ts'
import type { Identity } from '../shared/tokens.ts'
import type { Admitted, Ticket } from './admission.ts'
import type { EntitlementReview, Subject } from './entitlement-review.ts'
import type { Entitlements, User } from './entitlements.ts'
import type { FanOut } from './fan-out.ts'
import { pingFrame, textFrame } from './frame.ts'
import { Heartbeat } from './heartbeat.ts'
import { MessageRate } from './message-rate.ts'
import * as protocol from './protocol.ts'
import { SessionAuth, tooManyMessages } from './session-auth.ts'
import { type Holder, SessionSymbols } from './session-symbols.ts'
import type { Refusal, Subscriptions } from './subscriptions.ts'
import { isSameTerms, provisionalTerms, type Terms } from './terms.ts'
import { TokenExpiry } from './token-expiry.ts'

export interface SessionConnection {
  readonly id: string
  readonly encoding: 'json' | 'protobuf'
  /** Monotonic ms when the last frame of any kind arrived. */
  readonly lastHeardMs: number
  sendFrame(frame: string): void
  /** Nothing is sent after it. */
  close(code: number, reason: string): void
}

export interface SessionObserver {
  messageReceived(type: string): void
  symbolRejected(code: string): void
  symbolsRevoked(count: number): void
  requestFailed(code: string): void
  closed(code: string): void
}

export interface SessionOptions {
  readonly connection: SessionConnection
  readonly ticket: Ticket
  readonly subscriptions: Subscriptions
  readonly fanOut: FanOut
  readonly entitlements: Pick<Entitlements, 'check' | 'digest'>
  readonly review: Pick<EntitlementReview, 'start'>
  readonly messageBytes: number
  /** Before the user's tier is known. */
  readonly messagesPerSecond: number
  readonly newSymbolsPerSecond: number
  readonly heartbeatMs: number
  readonly authTimeoutMs: number
  readonly clock: Clock
  readonly logger: Logger
  readonly observer: SessionObserver
}

type State =
  | { readonly kind: 'authenticating' }
  | { readonly kind: 'open'; readonly identity: Identity; readonly terms: Terms }
  | { readonly kind: 'closed' }

/** Twice the symbols of one message: a client that comes back may ask for all it had. */
const churnBurst = 2 * protocol.maxSymbolsPerMessage
const noTerms = provisionalTerms('', { symbols: 0, connections: 0, messagesPerSecond: 0 })

export class Session implements Holder, Subject {
  readonly #options: SessionOptions
  readonly #symbols: SessionSymbols
  readonly #auth: SessionAuth
  #state: State = { kind: 'authenticating' }
  readonly #rate: MessageRate
  readonly #heartbeat: Heartbeat
  readonly #expiry: TokenExpiry

  constructor(options: SessionOptions) {
    this.#options = options
    const { connection, clock, authTimeoutMs, heartbeatMs, ticket, messagesPerSecond, newSymbolsPerSecond } = options
    const nowMs = () => clock.nowMs()
    const churn = new TokenBucket({ nowMs, perSecond: newSymbolsPerSecond, burst: churnBurst })
    this.#symbols = new SessionSymbols({ ...options, session: this, churn })
    this.#rate = new MessageRate({ clock, perSecond: messagesPerSecond })
    this.#auth = new SessionAuth({
      ticket,
      timeoutMs: authTimeoutMs,
      clock,
      onAdmitted: (admitted, held) => this.#open(admitted, held),
      onRefused: (error) => this.close(this.#asClose(error)),
      onRefreshed: (admitted, id) => this.#onRefreshed(admitted, id),
      onRefreshFailed: (error) => this.#fail(error),
    })
    this.#heartbeat = new Heartbeat({
      clock,
      heartbeatMs,
      lastHeardMs: () => connection.lastHeardMs,
      onBeat: () => this.#beat(),
      onSilent: () => this.close(new SessionClose('no_pong', 'nothing heard for two heartbeats')),
    })
    this.#expiry = new TokenExpiry({
      clock,
      onExpiring: (expiresAtMs, inMs) => this.send(protocol.tokenExpiringJson(expiresAtMs, inMs)),
      onExpired: () => this.close(new SessionClose('token_expired', 'token expired')),
    })
    if (ticket.credential.kind === 'user') this.#open(ticket.credential, [])
    else if (ticket.credential.kind === 'refused') this.close(ticket.credential.close)
    else this.#auth.awaitFirst()
  }

  get isOpen(): boolean {
    return this.#state.kind === 'open'
  }

  get #isClosed(): boolean {
    return this.#state.kind === 'closed'
  }

  get connectionId(): string {
    return this.#options.connection.id
  }

  get userId(): string | undefined {
    return this.#state.kind === 'open' ? this.#state.identity.userId : undefined
  }

  get identity(): Identity | undefined {
    return this.#state.kind === 'open' ? this.#state.identity : undefined
  }

  get encoding(): 'json' | 'protobuf' {
    return this.#options.connection.encoding
  }

  get terms(): Terms {
    return this.#state.kind === 'open' ? this.#state.terms : noTerms
  }

  get user(): User | undefined {
    if (this.#state.kind !== 'open') return undefined
    const { userId, tier } = this.#state.identity
    return { id: userId, claimedTier: tier }
  }

  concerned(): ReadonlySet<string> {
    return this.#symbols.concerned()
  }

  /** What a review of entitlements found. */
  apply(terms: Terms, reviewed: ReadonlySet<string>, refusals: ReadonlyMap<string, Refusal>): void {
    if (this.#state.kind !== 'open') return
    this.#useTerms(this.#state.identity, terms)
    this.#symbols.apply(reviewed, refusals)
  }

  sendFrame(frame: string): void {
    this.#options.connection.sendFrame(frame)
  }

  receive(text: string): void {
    if (!this.#mayReceive()) return
    try {
      if (!this.isOpen && this.#auth.hold(text)) return
    } catch (error) {
      return this.#fail(error)
    }
    this.#take(text)
  }

  #take(text: string): void {
    if (this.#isClosed) return
    try {
      const message = protocol.parseClientMessage(text)
      this.#options.observer.messageReceived(message.type)
      this.#handle(message, text.length)
    } catch (error) {
      this.#fail(error)
    }
  }

  receiveBinary(): void {
    if (!this.#mayReceive()) return
    this.#options.observer.messageReceived('binary')
    this.#fail(new RequestError('binary_not_supported', 'send text frames'))
  }

  /** Tells the client why, then closes. */
  close(reason: SessionClose): void {
    if (this.#state.kind === 'closed') return
    // A drain was announced by `reconnect`.
    if (reason.code !== 'drain') this.send(protocol.closeJson(reason))
    // The send may have overflowed the outbox, which closed the session for another reason.
    if (this.#isClosed) return
    this.#end(reason.code)
    this.#options.connection.close(reason.closeCode, reason.reason)
  }

  /** The connection is gone; `code`: `client` where the client left, else what it did wrong. */
  connectionClosed(code: string): void {
    if (this.#state.kind !== 'closed') this.#end(code)
  }

  announceDrain(afterMs: number): void {
    this.send(protocol.reconnectJson(afterMs))
  }

  send(json: string): void {
    if (this.#state.kind !== 'closed') this.sendFrame(textFrame(json))
  }

  #end(code: string): void {
    const { connection, logger, observer, ticket } = this.#options
    observer.closed(code)
    logger.info({ connection: connection.id, user: this.userId, code }, 'session closed')
    this.#state = { kind: 'closed' }
    this.#heartbeat.stop()
    this.#auth.stop()
    this.#expiry.stop()
    this.#symbols.release()
    ticket.release()
  }

  /** `held`: what the client sent meanwhile. */
  #open({ identity, terms }: Admitted, held: readonly string[]): void {
    const { connection, clock, heartbeatMs, messageBytes, logger } = this.#options
    this.#state = { kind: 'open', identity, terms }
    this.#rate.change(terms.limits.messagesPerSecond)
    const serverTime = new Date(clock.wallMs()).toISOString()
    this.send(protocol.connectedJson({ connectionId: connection.id, serverTime, heartbeatMs, messageBytes, terms }))
    if (!this.isOpen) return
    logger.info({ connection: connection.id, user: identity.userId, action: 'connect' }, 'session opened')
    this.#heartbeat.start()
    this.#expiry.watch(identity.expiresAtMs)
    this.#reviewOutdated(terms)
    // Paid for already, out of what a session may send before it is known.
    for (const text of held) this.#take(text)
  }

  #useTerms(identity: Identity, terms: Terms): void {
    if (this.#state.kind !== 'open') return
    const before = this.#state.terms
    this.#state = { kind: 'open', identity, terms }
    if (isSameTerms(before, terms)) return
    this.#rate.change(terms.limits.messagesPerSecond)
    this.send(protocol.tierJson(terms, this.#options.messageBytes))
  }

  /** The tier data changed while market-data was asked, or nobody could be asked then. */
  #reviewOutdated(terms: Terms): void {
    const { entitlements, review } = this.#options
    // Asks for the review itself, once there is somebody to ask.
    if (terms.isProvisional) entitlements.check(terms, [], () => {})
    else if (terms.digest !== entitlements.digest) review.start()
  }

  /** Closes the session that sends too much. */
  #mayReceive(): boolean {
    if (this.#state.kind === 'closed') return false
    if (this.#rate.take()) return true
    this.close(tooManyMessages(`more than ${this.#rate.perSecond} messages a second`))
    return false
  }

  #fail(thrown: unknown): void {
    const error = toKnownError(thrown)
    if (error instanceof SessionClose) return this.close(error)
    if (this.#state.kind === 'authenticating') {
      return this.close(new SessionClose('unauthorized', 'the first message must be auth'))
    }
    const known = error instanceof RequestError ? error : new RequestError('internal', 'internal error')
    if (known.code === 'internal') this.#options.logger.error({ err: known.cause ?? error }, 'a request failed')
    this.#options.observer.requestFailed(known.code)
    this.send(protocol.errorJson(known, known instanceof protocol.ProtocolError ? known.id : undefined))
  }

  #asClose(thrown: unknown): SessionClose {
    if (thrown instanceof SessionClose) return thrown
    this.#options.logger.error({ err: thrown }, 'an auth failed')
    return new SessionClose('internal', 'internal error', { cause: thrown })
  }

  #handle(message: protocol.ClientMessage, textLength: number): void {
    if (message.type === 'auth') return this.#authenticate(message)
    if (this.#state.kind === 'authenticating') throw new SessionClose('unauthorized', 'the first message must be auth')
    if (message.type === 'ping') return this.send(protocol.pongJson(message.id))
    // What waits in the request queue is bounded by its length too.
    this.#symbols.request(Object.assign(message, { textLength }))
  }

  #authenticate({ token, id }: { token: string; id: protocol.Id }): void {
    if (this.#state.kind === 'open') this.#auth.refresh(this.#state.identity, token, id)
    else this.#auth.begin(token)
  }

  #onRefreshed({ identity, terms }: Admitted, id: protocol.Id): void {
    const before = this.terms
    this.#useTerms(identity, terms)
    this.send(protocol.authenticatedJson(id, terms.tier, identity.expiresAtMs))
    // Each send may have overflowed the outbox and closed the session.
    if (!this.isOpen) return
    this.#expiry.watch(identity.expiresAtMs)
    // By the rules of another tier, everything is to be asked anew.
    if (!isSameTerms(before, terms)) this.#symbols.apply(new Set(), new Map())
    this.#reviewOutdated(terms)
  }

  #beat(): void {
    this.sendFrame(textFrame(protocol.heartbeatJson))
    // The send before it may have overflowed the outbox and closed the session.
    if (this.isOpen) this.sendFrame(pingFrame())
  }
}
