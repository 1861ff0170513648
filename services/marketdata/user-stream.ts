/**
 * Stage: symbol registry → user stream → response outbox → (gRPC) → any client with a user's token. StreamQuotes.
 *
 * In:  subscribe and unsubscribe requests; quotes from the registry or a slower pace of it as shared bytes; tier data.
 * Out: an ack a symbol, its snapshot, then newer quotes; errors with code and message; a heartbeat every 30 s;
 * `unsubscribed` for what the tier may not have any more, `subscribed` for what it now may.
 * Bound: the tier's symbols or `maxSymbols`; as many that were refused, of which later ones are not remembered; 1,000 a
 * request; requests and new symbols a second (stream-rates.ts); what waits is bounded by the outbox (response-outbox.ts).
 * Closed by: the client; token expiry (UNAUTHENTICATED); too many requests (RESOURCE_EXHAUSTED); a half-close, once the
 * requests before it are answered.
 */
import { type Clock, every } from '../shared/clock.ts'
import { UpstreamError } from '../shared/errors.ts'
import type { messages } from '../shared/protobuf.ts'
import { isSymbol, symbolRule } from '../shared/symbol.ts'
import type { Identity } from '../shared/tokens.ts'
import type { CurrentTiers } from './current-tiers.ts'
import type { EncodedQuote } from './encoded-quote.ts'
import { notEntitled } from './not-entitled.ts'
import { PaceFloors } from './pace-floors.ts'
import { type StreamCall, type StreamHandler, status } from './stream-call.ts'
import { atExpiry } from './stream-expiry.ts'
import { StreamRates } from './stream-rates.ts'
import { paceOf, type SymbolPaces, type SymbolSource } from './symbol-paces.ts'
import type { SymbolListener } from './symbol-registry.ts'
import { UserResponses, type UserStreamObserver } from './user-responses.ts'
import { UserTerms } from './user-terms.ts'

export type StreamQuotesRequestMessage = messages.v1.StreamQuotesRequest

export interface UserStreamOptions {
  readonly call: StreamCall
  readonly user: Identity
  readonly tiers: CurrentTiers
  readonly paces: SymbolPaces
  readonly clock: Clock
  /** Where the tier says nothing. */
  readonly maxSymbols: number
  /** Where the tier says nothing; twice as many at once. */
  readonly requestsPerSecond: number
  readonly newSymbolsPerSecond: number
  readonly observer: UserStreamObserver
  /** For the log and traces: only what a request changed, or a client could fill the log with requests for nothing. */
  readonly onChanged: (action: 'subscribe' | 'unsubscribe', symbols: readonly string[]) => void
  /** Called once, when everything is freed. */
  readonly onClosed: () => void
}

export const maxSymbolsPerRequest = 1_000
export const userHeartbeatMs = 30_000
/** How long a half-closed stream waits for symbols that the bus has not confirmed. */
const halfClosedWaitMs = 2_000

export class UserStream implements StreamHandler<StreamQuotesRequestMessage>, SymbolListener {
  readonly #options: UserStreamOptions
  /** Asked for, not confirmed yet. */
  readonly #asked = new Set<string>()
  readonly #subscribed = new Set<string>()
  /** Asked for and not allowed. */
  readonly #denied = new Set<string>()
  readonly #floors = new PaceFloors()
  readonly #outbox: UserResponses
  readonly #rates: StreamRates
  readonly #timers: (() => void)[] = []
  readonly #terms: UserTerms
  #source: SymbolSource
  #halfClosed = false
  #closed = false

  constructor(options: UserStreamOptions) {
    this.#options = options
    const { call, clock, user, tiers, paces, observer, newSymbolsPerSecond } = options
    this.#terms = new UserTerms(options)
    // The answers to a request and one that was on its way; the whole stream revoked and regained, twice.
    const maxControl = () => 2 * maxSymbolsPerRequest + 4 * this.#terms.mostSymbols
    this.#outbox = new UserResponses({ call, maxControl, observer })
    const { requestsPerSecond } = this.#terms
    this.#rates = new StreamRates({ clock, requestsPerSecond, newSymbolsPerSecond })
    this.#source = paces.sourceFor(paceOf(this.#terms.tier))
    this.#timers.push(every(clock, userHeartbeatMs, () => this.#outbox.heartbeat()))
    this.#timers.push(tiers.watch(() => this.#review()))
    const onExpired = () => call.end(new UpstreamError(status.unauthenticated, 'token expired'))
    this.#timers.push(atExpiry(clock, user.expiresAtMs, onExpired))
    paces.registry.attach(this)
  }

  request({ action, symbols }: StreamQuotesRequestMessage): void {
    // Requests that were read together with the one that ended the stream.
    if (this.#closed) return
    if (!this.#rates.takeRequest(symbols.length)) return this.#endTooFast()
    if (symbols.length > maxSymbolsPerRequest) {
      const message = `${symbols.length} symbols in one request; at most ${maxSymbolsPerRequest}`
      return this.#outbox.refuse('', 'too_many_symbols', message)
    }
    if (action !== 'subscribe' && action !== 'unsubscribe') {
      const message = `unknown action ${JSON.stringify(action.slice(0, 64))}; expected "subscribe" or "unsubscribe"`
      return this.#outbox.refuse('', 'unknown_action', message)
    }
    const changed = action === 'subscribe' ? this.#subscribe(symbols) : this.#unsubscribe(symbols)
    if (changed.length > 0) this.#options.onChanged(action, changed)
  }

  halfClosed(): void {
    if (this.#closed) return
    this.#halfClosed = true
    this.#timers.push(this.#options.clock.after(halfClosedWaitMs, () => this.#options.call.end()))
    this.#endIfAnswered()
  }

  drained(): void {
    this.#outbox.drained()
    this.#endIfAnswered()
  }

  closed(): void {
    if (this.#closed) return
    this.#closed = true
    for (const cancel of this.#timers) cancel()
    this.#outbox.close()
    this.#source.remove([...this.#asked, ...this.#subscribed], this)
    this.#options.paces.registry.detach(this, [])
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
    // Known to the client already where only the pace changed.
    if (!this.#subscribed.has(symbol)) this.#outbox.ack('subscribed', symbol)
    this.#subscribed.add(symbol)
    if (last) this.quote(last)
    this.#endIfAnswered()
  }

  rejected(symbol: string, code: string, message: string): void {
    this.#drop(symbol)
    this.#outbox.refuse(symbol, code, message)
    this.#endIfAnswered()
  }

  quote(quote: EncodedQuote): void {
    if (!this.#floors.isBelow(quote.quote)) this.#outbox.quote(quote)
  }

  /** The contract has no message for it: heartbeats go on, and values are read again when the bus is back. */
  busLost(): void {}

  busRestored(): void {}

  /** Returns what it asks the source for. */
  #subscribe(symbols: readonly string[]): readonly string[] {
    const wanted = this.#wanted(symbols)
    const waitMs = this.#rates.takeNewSymbols(wanted.length)
    if (waitMs === 0) return this.#ask(wanted)
    const message = `too many new symbols in a short time; again in ${waitMs} ms`
    for (const symbol of wanted) this.#outbox.refuse(symbol, 'churn_limit', message)
    return []
  }

  /** What is new and may be asked for; the rest is answered. */
  #wanted(symbols: readonly string[]): readonly string[] {
    const wanted = new Set<string>()
    const { tier, symbols: limit } = this.#terms
    for (const symbol of symbols) {
      this.#denied.delete(symbol)
      if (!isSymbol(symbol)) this.#outbox.refuse(symbol.slice(0, 64), 'bad_symbol', symbolRule)
      else if (this.#subscribed.has(symbol)) this.#outbox.ack('subscribed', symbol)
      else if (this.#asked.has(symbol) || wanted.has(symbol)) continue
      else if (!tier.allows(symbol)) this.#deny(symbol)
      else if (this.#asked.size + this.#subscribed.size + wanted.size >= limit) {
        this.#outbox.refuse(symbol, 'symbol_limit', `at most ${limit} symbols a stream`)
      } else wanted.add(symbol)
    }
    return [...wanted]
  }

  #ask(symbols: readonly string[]): readonly string[] {
    for (const symbol of symbols) this.#asked.add(symbol)
    this.#addToSource(symbols)
    return symbols
  }

  #addToSource(symbols: readonly string[]): void {
    this.#source.add(symbols, this)
    // An answer may have ended the stream, before this or amid the list, with the rest of which the source goes on.
    if (this.#closed) this.#source.remove(symbols, this)
  }

  /** Returns what was held. */
  #unsubscribe(symbols: readonly string[]): readonly string[] {
    const held = [...new Set(symbols)].filter((symbol) => this.#subscribed.has(symbol) || this.#asked.has(symbol))
    this.#source.remove(held, this)
    for (const symbol of symbols) {
      this.#drop(symbol)
      this.#denied.delete(symbol)
      if (isSymbol(symbol)) this.#outbox.ack('unsubscribed', symbol)
      else this.#outbox.refuse(symbol.slice(0, 64), 'bad_symbol', symbolRule)
    }
    return held
  }

  /** The tier data changed. */
  #review(): void {
    const { delayMs } = this.#terms.tier
    this.#terms.renew()
    const { tier, requestsPerSecond } = this.#terms
    this.#rates.changeRequests(requestsPerSecond)
    this.#revoke([...this.#subscribed, ...this.#asked].filter((symbol) => !tier.allows(symbol)))
    const source = this.#options.paces.sourceFor(paceOf(tier))
    if (source !== this.#source) this.#moveTo(source, tier.delayMs > delayMs)
    // Not asked for by the client just now, so not by its rate either.
    this.#ask(this.#wanted([...this.#denied].filter((symbol) => tier.allows(symbol))))
    this.#endIfAnswered()
  }

  #revoke(symbols: readonly string[]): void {
    this.#source.remove(symbols, this)
    for (const symbol of symbols) {
      this.#drop(symbol)
      this.#remember(symbol)
      this.#outbox.revoked(symbol)
    }
  }

  #moveTo(source: SymbolSource, isLater: boolean): void {
    const before = this.#source
    for (const symbol of this.#subscribed) this.#raiseFloor(symbol, isLater)
    const symbols = [...this.#subscribed, ...this.#asked]
    this.#source = source
    // Added first, so that a symbol which both paces take from the registry stays subscribed there.
    this.#addToSource(symbols)
    before.remove(symbols, this)
  }

  #raiseFloor(symbol: string, isLater: boolean): void {
    const early = isLater ? this.#outbox.withdraw(symbol)?.quote : undefined
    const last = early ?? this.#source.last(symbol)?.quote
    if (!last) return
    if (early?.seq === undefined) return this.#floors.raiseTo(last)
    // What waited for the transport comes when it is due by the longer delay, so the floor lies just below it.
    this.#floors.forget(symbol)
    this.#floors.raiseTo({ ...last, seq: early.seq - 1 })
  }

  /** Nothing of the symbol follows. */
  #drop(symbol: string): void {
    this.#asked.delete(symbol)
    this.#subscribed.delete(symbol)
    this.#floors.forget(symbol)
    this.#outbox.withdraw(symbol)
  }

  #deny(symbol: string): void {
    this.#remember(symbol)
    this.#outbox.refuse(symbol, 'not_entitled', notEntitled(symbol))
  }

  #remember(symbol: string): void {
    if (this.#denied.size < this.#terms.mostSymbols) this.#denied.add(symbol)
  }

  #endTooFast(): void {
    this.#options.observer.refused('request_rate')
    const message = `more than ${this.#rates.requestsPerSecond} requests a second`
    this.#options.call.end(new UpstreamError(status.resourceExhausted, message))
  }

  #endIfAnswered(): void {
    if (this.#halfClosed && this.#asked.size === 0 && !this.#outbox.isFull) this.#options.call.end()
  }
}
