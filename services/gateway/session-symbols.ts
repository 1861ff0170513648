/**
 * Stage: session → session symbols → subscriptions and fan-out. The symbols that one session holds.
 *
 * In:  subscribe and unsubscribe requests, in the order they came (request-queue.ts).
 * Out: acks, and behind them each symbol's snapshot and quotes (fan-out.ts).
 * Bound: the session's symbol limit; one request under way.
 * Closed by: its session, with `release`.
 */
import { SessionClose } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import { startOperation } from '../shared/telemetry.ts'
import type { FanOut, Member } from './fan-out.ts'
import * as protocol from './protocol.ts'
import { RequestQueue } from './request-queue.ts'
import type { Refusal, Subscriptions } from './subscriptions.ts'

/** What is needed of the session. */
export interface Holder extends Member {
  readonly isOpen: boolean
  readonly userId: string | undefined
  readonly connectionId: string
  send(json: string): void
  close(reason: SessionClose): void
}

export interface SessionSymbolsOptions {
  readonly session: Holder
  readonly subscriptions: Subscriptions
  readonly fanOut: FanOut
  readonly limit: number
  readonly logger: Logger
}

export type SymbolRequest = Extract<protocol.ClientMessage, { type: 'subscribe' | 'unsubscribe' }>

/** Refused subscribes in a row before a client that does not listen is sent away. */
const refusalsInARow = 100

export class SessionSymbols {
  readonly #options: SessionSymbolsOptions
  readonly #symbols = new Set<string>()
  readonly #requests = new RequestQueue<SymbolRequest>({ handle: (request, done) => this.#take(request, done) })
  /** Of the subscribe that the upstream has not confirmed yet. */
  #withdraw: (() => void) | undefined
  #refusalsInARow = 0

  constructor(options: SessionSymbolsOptions) {
    this.#options = options
  }

  /** Throws a RequestError `busy` where too much waits already. */
  request(request: SymbolRequest): void {
    this.#requests.push(request)
  }

  release(): void {
    const { session, subscriptions, fanOut } = this.#options
    this.#withdraw?.()
    this.#requests.stop()
    for (const symbol of this.#symbols) {
      fanOut.leave(symbol, session)
      subscriptions.release(symbol)
    }
    this.#symbols.clear()
  }

  #take(request: SymbolRequest, done: () => void): void {
    if (request.type === 'subscribe') return this.#subscribe(request, done)
    this.#unsubscribe(request)
    done()
  }

  #subscribe({ id, symbols: entries }: SymbolRequest, done: () => void): void {
    const { symbols, rejected } = protocol.sortSymbols(entries)
    const held = symbols.filter((symbol) => this.#symbols.has(symbol))
    const wanted = symbols.filter((symbol) => !this.#symbols.has(symbol))
    const room = Math.max(0, this.#options.limit - this.#symbols.size)
    const message = `at most ${this.#options.limit} symbols a session`
    for (const symbol of wanted.splice(room)) rejected.push({ symbol, code: 'symbol_limit', message })
    this.#countRefusals(wanted.length + held.length === 0 && rejected.some(({ code }) => code === 'symbol_limit'))
    if (!this.#options.session.isOpen) return
    const operation = this.#startOperation(symbols)
    let isSettled = false
    const withdraw = this.#options.subscriptions.request(wanted, (refused) => {
      isSettled = true
      // Before anything is sent: an outbox that overflows closes the session, which must not withdraw what is held.
      this.#withdraw = undefined
      operation.end({ rejected: rejected.length + refused.length })
      this.#join(id, symbols, wanted, [...rejected, ...refused], refused)
      done()
    })
    if (isSettled) return
    this.#withdraw = () => {
      operation.fail('withdrawn')
      withdraw()
    }
  }

  #join(
    id: protocol.Id,
    asked: readonly string[],
    wanted: readonly string[],
    rejected: readonly protocol.Rejection[],
    refused: readonly Refusal[],
  ): void {
    const lost = new Set(rejected.map((rejection) => ('symbol' in rejection ? rejection.symbol : '')))
    const joined = wanted.filter((symbol) => !lost.has(symbol))
    for (const symbol of joined) this.#symbols.add(symbol)
    if (
      refused.length > 0 &&
      refused.length === wanted.length &&
      refused.every((r) => r.code === 'service_unavailable')
    ) {
      this.#options.session.send(protocol.unavailableJson(id))
    }
    const symbols = asked.filter((symbol) => !lost.has(symbol))
    this.#options.session.send(protocol.ackJson('subscribed', { id, symbols, rejected, active: this.#symbols.size }))
    for (const symbol of joined) {
      // Each send may have overflowed the outbox and closed the session.
      if (this.#options.session.isOpen) this.#options.fanOut.join(symbol, this.#options.session)
    }
    this.#log('subscribe', joined)
  }

  #unsubscribe({ id, symbols: entries }: SymbolRequest): void {
    const { symbols, rejected } = protocol.sortSymbols(entries)
    const { session, fanOut, subscriptions } = this.#options
    const left = symbols.filter((symbol) => this.#symbols.delete(symbol))
    for (const symbol of left) {
      fanOut.leave(symbol, session)
      subscriptions.release(symbol)
    }
    session.send(protocol.ackJson('unsubscribed', { id, symbols, rejected, active: this.#symbols.size }))
    this.#log('unsubscribe', left)
  }

  #countRefusals(isRefused: boolean): void {
    this.#refusalsInARow = isRefused ? this.#refusalsInARow + 1 : 0
    if (this.#refusalsInARow < refusalsInARow) return
    this.#options.session.close(new SessionClose('keeps_asking', 'keeps subscribing past the symbol limit'))
  }

  #startOperation(symbols: string[]) {
    const { userId = '', connectionId } = this.#options.session
    return startOperation('subscribe', { user_id: userId, connection_id: connectionId, symbols })
  }

  /** What changed; requests that change nothing would let a client fill the log. */
  #log(action: SymbolRequest['type'], symbols: readonly string[]): void {
    if (symbols.length === 0) return
    const { session, logger } = this.#options
    logger.info({ connection: session.connectionId, user: session.userId, symbols, action }, `${action}d`)
  }
}
