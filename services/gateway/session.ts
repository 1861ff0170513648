/**
 * Stage: ws-server → session → session symbols. One user on one connection: who it is, whether it lives, why it ends.
 *
 * In:  the connection's messages.
 * Out: `connected`, errors, heartbeats, the close with its code; what concerns symbols is session-symbols.ts.
 * Bound: two timers; what it sends is bounded by its outbox.
 * Closed by: itself, its connection, or session-set.ts through `close`.
 */
import type { Clock } from '../shared/clock.ts'
import { RequestError, SessionClose, toKnownError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import { type Identity, longestTokenBytes } from '../shared/tokens.ts'
import type { Ticket } from './admission.ts'
import type { FanOut } from './fan-out.ts'
import { pingFrame, textFrame } from './frame.ts'
import * as protocol from './protocol.ts'
import { type Holder, SessionSymbols } from './session-symbols.ts'
import type { Subscriptions } from './subscriptions.ts'
import { TokenExpiry } from './token-expiry.ts'

export interface SessionConnection {
  readonly id: string
  /** Monotonic ms when the last frame of any kind arrived. */
  readonly lastHeardMs: number
  sendFrame(frame: string): void
  /** Nothing is sent after it. */
  close(code: number, reason: string): void
}

export interface SessionObserver {
  messageReceived(type: string): void
  requestFailed(code: string): void
  closed(code: string): void
}

export interface SessionLimits {
  readonly symbols: number
  readonly messageBytes: number
  readonly connections: number
}

export interface SessionOptions {
  readonly connection: SessionConnection
  readonly ticket: Ticket
  readonly subscriptions: Subscriptions
  readonly fanOut: FanOut
  readonly limits: SessionLimits
  readonly heartbeatMs: number
  readonly authTimeoutMs: number
  readonly clock: Clock
  readonly logger: Logger
  readonly observer: SessionObserver
}

type State =
  | { readonly kind: 'authenticating' }
  | { readonly kind: 'open'; readonly identity: Identity }
  | { readonly kind: 'closed' }

export class Session implements Holder {
  readonly #options: SessionOptions
  readonly #symbols: SessionSymbols
  #state: State = { kind: 'authenticating' }
  #cancelBeat: () => void
  readonly #expiry: TokenExpiry

  constructor(options: SessionOptions) {
    this.#options = options
    const { clock, authTimeoutMs, ticket, subscriptions, fanOut, limits, logger } = options
    this.#symbols = new SessionSymbols({ session: this, subscriptions, fanOut, limit: limits.symbols, logger })
    this.#expiry = new TokenExpiry({
      clock,
      onExpiring: (expiresAtMs, inMs) => this.send(protocol.tokenExpiringJson(expiresAtMs, inMs)),
      onExpired: () => this.close(new SessionClose('token_expired', 'token expired')),
    })
    this.#cancelBeat = clock.after(authTimeoutMs, () =>
      this.close(new SessionClose('unauthorized', `no auth message within ${authTimeoutMs} ms`)),
    )
    if (ticket.credential.kind === 'user') this.#open(ticket.credential.identity)
    else if (ticket.credential.kind === 'refused') this.close(ticket.credential.close)
  }

  get isOpen(): boolean {
    return this.#state.kind === 'open'
  }

  get connectionId(): string {
    return this.#options.connection.id
  }

  get userId(): string | undefined {
    return this.#state.kind === 'open' ? this.#state.identity.userId : undefined
  }

  sendFrame(frame: string): void {
    this.#options.connection.sendFrame(frame)
  }

  receive(text: string): void {
    if (this.#state.kind === 'closed') return
    try {
      const message = protocol.parseClientMessage(text)
      this.#options.observer.messageReceived(message.type)
      this.#handle(message)
    } catch (error) {
      this.#fail(error)
    }
  }

  receiveBinary(): void {
    this.#options.observer.messageReceived('binary')
    if (this.#state.kind === 'authenticating')
      return this.close(new SessionClose('unauthorized', 'the first message must be auth'))
    this.#fail(new RequestError('binary_not_supported', 'send text frames'))
  }

  /** Tells the client why, then closes. */
  close(reason: SessionClose): void {
    if (this.#state.kind === 'closed') return
    // A drain was announced by `reconnect`.
    if (reason.code !== 'drain') this.send(protocol.closeJson(reason))
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
    this.#cancelBeat()
    this.#expiry.stop()
    this.#symbols.release()
    ticket.release()
  }

  #open(identity: Identity): void {
    const { connection, clock, limits, heartbeatMs, logger } = this.#options
    this.#state = { kind: 'open', identity }
    const serverTime = new Date(clock.wallMs()).toISOString()
    const { tier, userId } = identity
    const shownLimits = { ...limits, symbolsPerMessage: protocol.maxSymbolsPerMessage }
    this.send(
      protocol.connectedJson({ connectionId: connection.id, serverTime, heartbeatMs, tier, limits: shownLimits }),
    )
    logger.info({ connection: connection.id, user: userId, action: 'connect' }, 'session opened')
    this.#cancelBeat()
    this.#cancelBeat = clock.after(heartbeatMs, () => this.#beat())
    this.#expiry.watch(identity.expiresAtMs)
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

  #handle(message: protocol.ClientMessage): void {
    if (message.type === 'auth') return this.#authenticate(message)
    if (this.#state.kind === 'authenticating') throw new SessionClose('unauthorized', 'the first message must be auth')
    if (message.type === 'ping') return this.send(protocol.pongJson(message.id))
    this.#symbols.request(message)
  }

  #authenticate({ token, id }: { token: string; id: protocol.Id }): void {
    const current = this.#state.kind === 'open' ? this.#state.identity : undefined
    if (current && token.length > longestTokenBytes)
      throw new protocol.ProtocolError('unauthorized', 'token too long', id)
    const identity = this.#authenticated(token, current, id)
    if (!current) return this.#open(identity)
    this.#state = { kind: 'open', identity }
    this.#expiry.watch(identity.expiresAtMs)
    this.send(protocol.authenticatedJson(id, identity.tier, identity.expiresAtMs))
  }

  #authenticated(token: string, current: Identity | undefined, id: protocol.Id): Identity {
    try {
      return this.#options.ticket.authenticate(token, current)
    } catch (error) {
      if (error instanceof RequestError) throw new protocol.ProtocolError(error.code, error.message, id)
      throw error
    }
  }

  #beat(): void {
    const { connection, clock, heartbeatMs } = this.#options
    // The ping of the last beat was not answered, nor did anything else arrive since the one before.
    if (clock.nowMs() - connection.lastHeardMs >= 2 * heartbeatMs) {
      return this.close(new SessionClose('no_pong', 'nothing heard for two heartbeats'))
    }
    this.#cancelBeat = clock.after(heartbeatMs, () => this.#beat())
    this.sendFrame(textFrame(protocol.heartbeatJson) + pingFrame())
  }
}
