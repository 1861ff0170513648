/**
 * Stage: session → subscriptions → upstream. Counts who wants which symbol, so that each is read from upstream once.
 *
 * In:  `request` and `release` from sessions; the upstream's answers.
 * Out: upstream.subscribe for a symbol's first request and unsubscribe after its last release; each request's outcome.
 * Bound: the sessions' symbol limits; a request waits at most `confirmMs` for the upstream. A symbol that was held with a
 * tier's delay or rate stays as long as that after its last release, so that who comes back neither waits again nor gets
 * more than the rate; at most `maxIdle` of them, the oldest ends for a new one. Made-up symbols never have a quote and do
 * not stay: they would take the places of others.
 * Closed by: the application, with `stop`, after the sessions.
 */
import type { Clock } from '../shared/clock.ts'
import type { FanOut } from './fan-out.ts'
import type { Quote } from './quote.ts'

export interface SymbolSource {
  readonly isAvailable: boolean
  subscribe(symbol: string): void
  unsubscribe(symbol: string): void
}

export interface Refusal {
  readonly symbol: string
  readonly code: string
  readonly message: string
}

export interface SubscriptionsOptions {
  readonly upstream: SymbolSource
  readonly fanOut: FanOut
  readonly clock: Clock
  readonly maxIdle?: number
}

interface Request {
  readonly unsettled: Set<string>
  readonly refused: Refusal[]
  readonly onSettled: (refused: readonly Refusal[]) => void
  cancelTimer: () => void
}

interface Interest {
  /** Sessions that hold the symbol or wait for it. */
  count: number
  readonly waiting: Set<Request>
}

const confirmMs = 2_000
const defaultMaxIdle = 10_000
const unavailable = { code: 'service_unavailable', message: 'market data is not available at the moment' }

export class Subscriptions {
  readonly #options: SubscriptionsOptions
  readonly #interests = new Map<string, Interest>()
  /** Held by nobody, and how to keep it after all. */
  readonly #idle = new Map<string, () => void>()

  constructor(options: SubscriptionsOptions) {
    this.#options = options
  }

  get symbolCount(): number {
    return this.#interests.size
  }

  stop(): void {
    for (const [symbol, cancel] of this.#idle) {
      cancel()
      this.#options.fanOut.close(symbol)
    }
    this.#idle.clear()
  }

  /**
   * Calls `onSettled` once, perhaps at once, when every symbol is live or refused. Live ones count as held until
   * `release`. Returns a function that withdraws the request; nothing is held then.
   */
  request(symbols: readonly string[], onSettled: (refused: readonly Refusal[]) => void): () => void {
    if (!this.#options.upstream.isAvailable) {
      onSettled(symbols.map((symbol) => ({ symbol, ...unavailable })))
      return () => {}
    }
    const request: Request = { unsettled: new Set(), refused: [], onSettled, cancelTimer: () => {} }
    for (const symbol of symbols) this.#acquire(symbol, request)
    if (request.unsettled.size === 0) onSettled([])
    else request.cancelTimer = this.#options.clock.after(confirmMs, () => this.#expire(request))
    return () => this.#withdraw(symbols, request)
  }

  release(symbol: string): void {
    const interest = this.#interests.get(symbol)
    if (!interest) return
    interest.count--
    if (interest.count > 0) return
    const { fanOut, clock, maxIdle = defaultMaxIdle } = this.#options
    const keepMs = fanOut.keepMsOf(symbol)
    if (keepMs === 0) return this.#close(symbol)
    this.#idle.set(
      symbol,
      clock.after(keepMs, () => this.#close(symbol)),
    )
    const [oldest] = this.#idle.keys()
    if (this.#idle.size > maxIdle && oldest !== undefined) this.#close(oldest)
  }

  #close(symbol: string): void {
    this.#idle.get(symbol)?.()
    this.#idle.delete(symbol)
    this.#interests.delete(symbol)
    this.#options.fanOut.close(symbol)
    this.#options.upstream.unsubscribe(symbol)
  }

  /** From upstream. */
  subscribed(symbol: string, last: Quote | undefined): void {
    const interest = this.#interests.get(symbol)
    if (!interest) return
    this.#options.fanOut.open(symbol, last)
    for (const request of [...interest.waiting]) this.#settle(symbol, request)
  }

  rejected(symbol: string, code: string, message: string): void {
    for (const request of [...(this.#interests.get(symbol)?.waiting ?? [])]) {
      this.#settle(symbol, request, { symbol, code, message })
    }
  }

  #acquire(symbol: string, request: Request): void {
    const known = this.#interests.get(symbol)
    const interest = known ?? { count: 0, waiting: new Set() }
    interest.count++
    this.#idle.get(symbol)?.()
    this.#idle.delete(symbol)
    if (!known) this.#interests.set(symbol, interest)
    if (!this.#options.fanOut.isOpen(symbol)) {
      interest.waiting.add(request)
      request.unsettled.add(symbol)
    }
    if (!known) this.#options.upstream.subscribe(symbol)
  }

  #settle(symbol: string, request: Request, refusal?: Refusal): void {
    this.#interests.get(symbol)?.waiting.delete(request)
    request.unsettled.delete(symbol)
    if (refusal) {
      request.refused.push(refusal)
      this.release(symbol)
    }
    if (request.unsettled.size > 0) return
    request.cancelTimer()
    request.onSettled(request.refused)
  }

  #expire(request: Request): void {
    for (const symbol of [...request.unsettled]) this.#settle(symbol, request, { symbol, ...unavailable })
  }

  #withdraw(symbols: readonly string[], request: Request): void {
    request.cancelTimer()
    for (const symbol of symbols) {
      this.#interests.get(symbol)?.waiting.delete(request)
      if (!request.refused.some((refusal) => refusal.symbol === symbol)) this.release(symbol)
    }
  }
}
