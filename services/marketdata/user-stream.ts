/**
 * Stage: symbol registry → user stream → (gRPC) → any client with a user's token. StreamQuotes.
 *
 * In:  subscribe and unsubscribe requests; quotes from the registry as shared bytes.
 * Out: an ack a symbol, its snapshot, then newer quotes; errors with code and message; a heartbeat every 30 s.
 * Bound: `maxSymbols` symbols, 1,000 a request. While the transport is full no request is read, control messages wait
 * (at most those of one request and the handoffs under way) and each symbol keeps its newest quote only.
 * Closed by: the client; token expiry (UNAUTHENTICATED); a half-close, once the requests before it are answered.
 */
import { type Clock, every } from '../shared/clock.ts'
import { UpstreamError } from '../shared/errors.ts'
import { type messages, quotewire } from '../shared/protobuf.ts'
import { isSymbol, symbolRule } from '../shared/symbol.ts'
import type { EncodedQuote } from './encoded-quote.ts'
import { type StreamCall, type StreamHandler, status } from './stream-call.ts'
import type { SymbolListener, SymbolRegistry } from './symbol-registry.ts'

const { StreamQuotesResponse } = quotewire.v1

export type StreamQuotesRequestMessage = messages.v1.StreamQuotesRequest

export interface UserStreamOptions {
  readonly call: StreamCall
  readonly registry: SymbolRegistry
  readonly clock: Clock
  readonly maxSymbols: number
  readonly expiresAtMs: number | undefined
  /** For the log and traces, before it is carried out; malformed symbols are left out. */
  readonly onRequest: (action: 'subscribe' | 'unsubscribe', symbols: readonly string[]) => void
  /** Called once, when everything is freed. */
  readonly onClosed: () => void
}

export const maxSymbolsPerRequest = 1_000
export const userHeartbeatMs = 30_000
/** How long a half-closed stream waits for symbols that the bus has not confirmed. */
const halfClosedWaitMs = 2_000

const heartbeat = StreamQuotesResponse.encode({ type: 'heartbeat' }).finish()

export class UserStream implements StreamHandler<StreamQuotesRequestMessage>, SymbolListener {
  readonly #options: UserStreamOptions
  /** Asked for, not confirmed yet. */
  readonly #asked = new Set<string>()
  readonly #subscribed = new Set<string>()
  readonly #timers: (() => void)[] = []
  #control: Uint8Array[] = []
  readonly #newest = new Map<string, EncodedQuote>()
  #blocked = false
  #halfClosed = false
  #closed = false

  constructor(options: UserStreamOptions) {
    this.#options = options
    const { clock, expiresAtMs } = options
    this.#timers.push(every(clock, userHeartbeatMs, () => this.#heartbeat()))
    if (expiresAtMs !== undefined) this.#expireAt(expiresAtMs)
    options.registry.attach(this)
  }

  request({ action, symbols }: StreamQuotesRequestMessage): void {
    // Requests that were read together with the one that ended the stream.
    if (this.#closed) return
    if (symbols.length > maxSymbolsPerRequest) {
      return this.#refuse(
        '',
        'too_many_symbols',
        `${symbols.length} symbols in one request; at most ${maxSymbolsPerRequest}`,
      )
    }
    if (action !== 'subscribe' && action !== 'unsubscribe') {
      const shown = JSON.stringify(action.slice(0, 64))
      return this.#refuse('', 'unknown_action', `unknown action ${shown}; expected "subscribe" or "unsubscribe"`)
    }
    this.#options.onRequest(action, symbols.filter(isSymbol))
    if (action === 'subscribe') this.#subscribe(symbols)
    else this.#unsubscribe(symbols)
  }

  halfClosed(): void {
    if (this.#closed) return
    this.#halfClosed = true
    this.#timers.push(this.#options.clock.after(halfClosedWaitMs, () => this.#options.call.end()))
    this.#endIfAnswered()
  }

  drained(): void {
    this.#blocked = false
    const control = this.#control
    this.#control = []
    for (const message of control) this.#send(message)
    for (const [symbol, quote] of this.#newest) {
      if (this.#blocked) return
      this.#newest.delete(symbol)
      this.#blocked = !this.#options.call.write(quote.response)
    }
    if (this.#blocked) return
    this.#options.call.resumeRequests()
    this.#endIfAnswered()
  }

  closed(): void {
    if (this.#closed) return
    this.#closed = true
    for (const cancel of this.#timers) cancel()
    this.#options.registry.detach(this, [...this.#asked, ...this.#subscribed])
    this.#options.onClosed()
  }

  /** The contract has no message for it: UNAVAILABLE, which every client retries, comes at once. */
  goAway(): void {
    this.shutDown()
  }

  shutDown(): void {
    this.#options.call.end(new UpstreamError(status.unavailable, 'this server is shutting down'))
  }

  subscribed(symbol: string, last: EncodedQuote | undefined): void {
    this.#asked.delete(symbol)
    this.#subscribed.add(symbol)
    this.#send(StreamQuotesResponse.encode({ type: 'subscribed', symbol }).finish())
    if (last) this.quote(last)
    this.#endIfAnswered()
  }

  rejected(symbol: string, code: string, message: string): void {
    this.#asked.delete(symbol)
    this.#refuse(symbol, code, message)
    this.#endIfAnswered()
  }

  quote(quote: EncodedQuote): void {
    if (this.#closed) return
    if (this.#blocked) this.#newest.set(quote.quote.symbol, quote)
    else this.#block(!this.#options.call.write(quote.response))
  }

  /** The contract has no message for it: heartbeats go on, and values are read again when the bus is back. */
  busLost(): void {}

  busRestored(): void {}

  #subscribe(symbols: readonly string[]): void {
    const fresh: string[] = []
    for (const symbol of symbols) {
      if (!isSymbol(symbol)) this.#refuse(symbol.slice(0, 64), 'bad_symbol', symbolRule)
      else if (this.#subscribed.has(symbol)) this.#ack('subscribed', symbol)
      else if (this.#asked.has(symbol)) continue
      else if (this.#asked.size + this.#subscribed.size >= this.#options.maxSymbols) {
        this.#refuse(symbol, 'symbol_limit', `at most ${this.#options.maxSymbols} symbols a stream`)
      } else {
        this.#asked.add(symbol)
        fresh.push(symbol)
      }
    }
    this.#options.registry.add(fresh, this)
  }

  #unsubscribe(symbols: readonly string[]): void {
    const held = symbols.filter((symbol) => this.#subscribed.delete(symbol) || this.#asked.delete(symbol))
    this.#options.registry.remove(held, this)
    for (const symbol of symbols) {
      this.#newest.delete(symbol)
      if (isSymbol(symbol)) this.#ack('unsubscribed', symbol)
      else this.#refuse(symbol.slice(0, 64), 'bad_symbol', symbolRule)
    }
  }

  #ack(type: 'subscribed' | 'unsubscribed', symbol: string): void {
    this.#send(StreamQuotesResponse.encode({ type, symbol }).finish())
  }

  #refuse(symbol: string, code: string, message: string): void {
    this.#send(StreamQuotesResponse.encode({ type: 'error', symbol, code, message }).finish())
  }

  #heartbeat(): void {
    if (!this.#blocked) this.#send(heartbeat)
  }

  #expireAt(expiresAtMs: number): void {
    // Again where the timer could not wait that long.
    const leftMs = expiresAtMs - this.#options.clock.wallMs()
    if (leftMs <= 0) return this.#options.call.end(new UpstreamError(status.unauthenticated, 'token expired'))
    this.#timers[1] = this.#options.clock.after(leftMs, () => this.#expireAt(expiresAtMs))
  }

  #send(message: Uint8Array): void {
    if (this.#closed) return
    if (this.#blocked) this.#control.push(message)
    else this.#block(!this.#options.call.write(message))
  }

  #block(full: boolean): void {
    this.#blocked = full
    if (full) this.#options.call.pauseRequests()
  }

  #endIfAnswered(): void {
    if (this.#halfClosed && this.#asked.size === 0 && !this.#blocked) this.#options.call.end()
  }
}
