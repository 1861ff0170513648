/**
 * Stage: symbol registry → user stream → response outbox → (gRPC) → any client with a user's token. StreamQuotes.
 *
 * In:  subscribe and unsubscribe requests; quotes from the registry or a slower pace of it as shared bytes; tier data.
 * Out: an ack a symbol, its snapshot, then newer quotes; errors with code and message; a heartbeat every 30 s;
 * `unsubscribed` for what the tier may not have any more, `subscribed` for what it now may.
 * Bound: the tier's symbols or `maxSymbols`; as many that were refused, of which later ones are not remembered; 1,000 a
 * request; what waits is bounded by the outbox (response-outbox.ts).
 * Closed by: the client; token expiry (UNAUTHENTICATED); a half-close, once the requests before it are answered.
 */
import { type Clock, every } from '../shared/clock.ts'
import { UpstreamError } from '../shared/errors.ts'
import { type messages, quotewire } from '../shared/protobuf.ts'
import { isSymbol, symbolRule } from '../shared/symbol.ts'
import type { Identity } from '../shared/tokens.ts'
import type { CurrentTiers } from './current-tiers.ts'
import type { EncodedQuote } from './encoded-quote.ts'
import { notEntitled } from './not-entitled.ts'
import { PaceFloors } from './pace-floors.ts'
import { ResponseOutbox } from './response-outbox.ts'
import { type StreamCall, type StreamHandler, status } from './stream-call.ts'
import { paceOf, type SymbolPaces, type SymbolSource } from './symbol-paces.ts'
import type { SymbolListener } from './symbol-registry.ts'
import type { Tier } from './tiers.ts'

const { StreamQuotesResponse } = quotewire.v1

export type StreamQuotesRequestMessage = messages.v1.StreamQuotesRequest

export interface UserStreamOptions {
  readonly call: StreamCall
  readonly user: Identity
  readonly tiers: CurrentTiers
  readonly paces: SymbolPaces
  readonly clock: Clock
  /** Where the tier says nothing. */
  readonly maxSymbols: number
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
  /** Asked for and not allowed. */
  readonly #denied = new Set<string>()
  readonly #floors = new PaceFloors()
  readonly #outbox: ResponseOutbox
  readonly #timers: (() => void)[] = []
  #cancelExpiry: () => void = () => {}
  #tier: Tier
  /** That its tiers have let it hold so far. */
  #mostSymbols = 0
  #source: SymbolSource
  #halfClosed = false
  #closed = false

  constructor(options: UserStreamOptions) {
    this.#options = options
    const { call, clock, user, tiers, paces } = options
    // The answers to a request and one that was on its way; the whole stream revoked and regained, twice.
    this.#outbox = new ResponseOutbox({ call, maxControl: () => 2 * maxSymbolsPerRequest + 4 * this.#mostSymbols })
    this.#tier = this.#currentTier()
    this.#source = paces.sourceFor(paceOf(this.#tier))
    this.#timers.push(every(clock, userHeartbeatMs, () => this.#heartbeat()))
    this.#timers.push(tiers.watch(() => this.#review()))
    if (user.expiresAtMs !== undefined) this.#expireAt(user.expiresAtMs)
    paces.registry.attach(this)
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
    this.#outbox.drained()
    this.#endIfAnswered()
  }

  closed(): void {
    if (this.#closed) return
    this.#closed = true
    for (const cancel of this.#timers) cancel()
    this.#cancelExpiry()
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
    if (!this.#subscribed.has(symbol)) this.#ack('subscribed', symbol)
    this.#subscribed.add(symbol)
    if (last) this.quote(last)
    this.#endIfAnswered()
  }

  rejected(symbol: string, code: string, message: string): void {
    this.#drop(symbol)
    this.#refuse(symbol, code, message)
    this.#endIfAnswered()
  }

  quote(quote: EncodedQuote): void {
    if (!this.#floors.isBelow(quote.quote)) this.#outbox.quote(quote)
  }

  /** The contract has no message for it: heartbeats go on, and values are read again when the bus is back. */
  busLost(): void {}

  busRestored(): void {}

  #subscribe(symbols: readonly string[]): void {
    const fresh: string[] = []
    const limit = this.#limitOf(this.#tier)
    for (const symbol of symbols) {
      this.#denied.delete(symbol)
      if (!isSymbol(symbol)) this.#refuse(symbol.slice(0, 64), 'bad_symbol', symbolRule)
      else if (this.#subscribed.has(symbol)) this.#ack('subscribed', symbol)
      else if (this.#asked.has(symbol)) continue
      else if (!this.#tier.allows(symbol)) this.#deny(symbol)
      else if (this.#asked.size + this.#subscribed.size >= limit) {
        this.#refuse(symbol, 'symbol_limit', `at most ${limit} symbols a stream`)
      } else {
        this.#asked.add(symbol)
        fresh.push(symbol)
      }
    }
    this.#addToSource(fresh)
  }

  #addToSource(symbols: readonly string[]): void {
    this.#source.add(symbols, this)
    // An answer may have ended the stream, before this or amid the list, with the rest of which the source goes on.
    if (this.#closed) this.#source.remove(symbols, this)
  }

  #unsubscribe(symbols: readonly string[]): void {
    this.#source.remove(
      symbols.filter((symbol) => this.#subscribed.has(symbol) || this.#asked.has(symbol)),
      this,
    )
    for (const symbol of symbols) {
      this.#drop(symbol)
      this.#denied.delete(symbol)
      if (isSymbol(symbol)) this.#ack('unsubscribed', symbol)
      else this.#refuse(symbol.slice(0, 64), 'bad_symbol', symbolRule)
    }
  }

  #currentTier(): Tier {
    const { tiers, user } = this.#options
    const tier = tiers.table.tier(tiers.table.tierNameOf(user.userId, user.tier))
    this.#mostSymbols = Math.max(this.#mostSymbols, this.#limitOf(tier))
    return tier
  }

  #limitOf({ limits }: Tier): number {
    return limits.symbols ?? this.#options.maxSymbols
  }

  /** The tier data changed. */
  #review(): void {
    const { delayMs } = this.#tier
    this.#tier = this.#currentTier()
    this.#revoke([...this.#subscribed, ...this.#asked].filter((symbol) => !this.#tier.allows(symbol)))
    const source = this.#options.paces.sourceFor(paceOf(this.#tier))
    if (source !== this.#source) this.#moveTo(source, this.#tier.delayMs > delayMs)
    this.#subscribe([...this.#denied].filter((symbol) => this.#tier.allows(symbol)))
    this.#endIfAnswered()
  }

  #revoke(symbols: readonly string[]): void {
    this.#source.remove(symbols, this)
    for (const symbol of symbols) {
      this.#drop(symbol)
      this.#remember(symbol)
      const why = { code: 'not_entitled', message: notEntitled(symbol) }
      this.#outbox.send(StreamQuotesResponse.encode({ type: 'unsubscribed', symbol, ...why }).finish())
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
    this.#refuse(symbol, 'not_entitled', notEntitled(symbol))
  }

  #remember(symbol: string): void {
    if (this.#denied.size < this.#mostSymbols) this.#denied.add(symbol)
  }

  #ack(type: 'subscribed' | 'unsubscribed', symbol: string): void {
    this.#outbox.send(StreamQuotesResponse.encode({ type, symbol }).finish())
  }

  #refuse(symbol: string, code: string, message: string): void {
    this.#outbox.send(StreamQuotesResponse.encode({ type: 'error', symbol, code, message }).finish())
  }

  #heartbeat(): void {
    if (!this.#outbox.isFull) this.#outbox.send(heartbeat)
  }

  #expireAt(expiresAtMs: number): void {
    // Again where the timer could not wait that long.
    const leftMs = expiresAtMs - this.#options.clock.wallMs()
    if (leftMs <= 0) return this.#options.call.end(new UpstreamError(status.unauthenticated, 'token expired'))
    this.#cancelExpiry = this.#options.clock.after(leftMs, () => this.#expireAt(expiresAtMs))
  }

  #endIfAnswered(): void {
    if (this.#halfClosed && this.#asked.size === 0 && !this.#outbox.isFull) this.#options.call.end()
  }
}
