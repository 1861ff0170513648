/**
 * Beside a user stream: how many requests and how many new symbols it may send, on average and at once.
 *
 * Bound: `requestBurstS` seconds of requests at once; `newSymbolBurst` new symbols; no timer.
 */
import type { Clock } from '../shared/clock.ts'
import { TokenBucket } from '../shared/token-bucket.ts'

export interface StreamRatesOptions {
  readonly clock: Clock
  readonly requestsPerSecond: number
  readonly newSymbolsPerSecond: number
}

const requestBurstS = 2
/** Two of the largest requests: a client that comes back may ask for all it had. */
const newSymbolBurst = 2_000

export class StreamRates {
  readonly #clock: Clock
  readonly #newSymbols: TokenBucket
  #requestsPerSecond: number
  #requests: TokenBucket

  constructor({ clock, requestsPerSecond, newSymbolsPerSecond }: StreamRatesOptions) {
    this.#clock = clock
    const nowMs = () => clock.nowMs()
    this.#newSymbols = new TokenBucket({ nowMs, perSecond: newSymbolsPerSecond, burst: newSymbolBurst })
    this.#requestsPerSecond = requestsPerSecond
    this.#requests = this.#fill()
  }

  get requestsPerSecond(): number {
    return this.#requestsPerSecond
  }

  /** False: one request too many. */
  takeRequest(): boolean {
    return this.#requests.take()
  }

  /** 0: all of them are taken; else none is, until so many milliseconds have passed. */
  takeNewSymbols(count: number): number {
    return this.#newSymbols.take(count) ? 0 : this.#newSymbols.retryAfterMs(count)
  }

  /** Begins anew, full, unless it is the same rate. */
  changeRequests(perSecond: number): void {
    if (perSecond === this.#requestsPerSecond) return
    this.#requestsPerSecond = perSecond
    this.#requests = this.#fill()
  }

  #fill(): TokenBucket {
    const perSecond = this.#requestsPerSecond
    const burst = Math.max(1, requestBurstS * perSecond)
    return new TokenBucket({ nowMs: () => this.#clock.nowMs(), perSecond, burst })
  }
}
