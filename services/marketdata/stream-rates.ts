/**
 * Beside a user stream: how many requests and how many new symbols it may send, on average and at once.
 *
 * Bound: `usualLimit` of requests; `newSymbolBurst` new symbols at once; no timer.
 */
import type { Clock } from '../shared/clock.ts'
import { type RateLimit, retryAfterMs, take, usualLimit, weightOf } from '../shared/rate-limit.ts'

export interface StreamRatesOptions {
  readonly clock: Clock
  readonly requestsPerSecond: number
  readonly newSymbolsPerSecond: number
}

/** Two of the largest requests: a client that comes back may ask for all it had. */
const newSymbolBurst = 2_000
/** An answer is a message of its own, some 8 µs: 1,000 in a request count as 20. */
const symbolsOfOneRequest = 50

export class StreamRates {
  readonly #clock: Clock
  readonly #newSymbolLimit: RateLimit
  #requestLimit: RateLimit
  /** States of rate-limit.ts. */
  #newSymbols = 0
  #requests = 0

  constructor({ clock, requestsPerSecond, newSymbolsPerSecond }: StreamRatesOptions) {
    this.#clock = clock
    this.#newSymbolLimit = { perSecond: newSymbolsPerSecond, burst: newSymbolBurst }
    this.#requestLimit = usualLimit(requestsPerSecond)
  }

  get requestsPerSecond(): number {
    return this.#requestLimit.perSecond
  }

  /** False: one request too many; one of many symbols counts as several, for each is answered. */
  takeRequest(symbols: number): boolean {
    const count = weightOf(symbols, symbolsOfOneRequest, this.#requestLimit)
    const requests = take(this.#requests, this.#clock.nowMs(), this.#requestLimit, count)
    if (requests === undefined) return false
    this.#requests = requests
    return true
  }

  /** 0: all of them are taken; else none is, until so many milliseconds have passed. */
  takeNewSymbols(count: number): number {
    const nowMs = this.#clock.nowMs()
    const newSymbols = take(this.#newSymbols, nowMs, this.#newSymbolLimit, count)
    if (newSymbols === undefined) return retryAfterMs(this.#newSymbols, nowMs, this.#newSymbolLimit, count)
    this.#newSymbols = newSymbols
    return 0
  }

  /** Begins anew, full, unless it is the same rate. */
  changeRequests(perSecond: number): void {
    if (perSecond === this.requestsPerSecond) return
    this.#requestLimit = usualLimit(perSecond)
    this.#requests = 0
  }
}
