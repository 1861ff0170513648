/**
 * Stage: behind the http feed; what a quote API must offer to be polled. yahoo-provider.ts is the first one.
 *
 * In:  symbols, at most as many as the feed puts into one request, and a signal.
 * Out: one answer a call, or a ProviderError. An answer holds every good symbol, whatever is wrong with the others.
 * Bound: one request a call; the feed decides how many calls run at once. When the signal aborts, the provider lets go.
 * Closed by: nobody; a provider keeps no timer and no connection of its own between calls.
 */
export interface ProviderQuote {
  /** As it was asked for, whatever spelling the API prefers. */
  readonly symbol: string
  /** Above 0. */
  readonly price: number
  readonly previousClose?: number
  readonly bid?: number
  readonly ask?: number
  readonly volume?: number
  /** Unix milliseconds of the trade at the market. */
  readonly marketTimeMs?: number
}

export interface SymbolError {
  readonly symbol: string
  /** `unknown`: the API has no such symbol, or left it out. `invalid`: it answered with something unusable. */
  readonly code: 'unknown' | 'invalid'
  readonly message: string
}

export interface ProviderAnswer {
  readonly quotes: readonly ProviderQuote[]
  readonly errors: readonly SymbolError[]
  /** Whether the symbol's market is open; without an entry that is not known. */
  readonly marketOpen: ReadonlyMap<string, boolean>
}

export interface QuoteProvider {
  readonly name: string
  /** Rejects with a ProviderError, or with the signal's reason once that is aborted. */
  fetchQuotes(symbols: readonly string[], signal: AbortSignal): Promise<ProviderAnswer>
}

/** Stable words: metrics use them as labels. */
export type FailureReason = 'timeout' | 'rate_limited' | 'unauthorized' | 'http_status' | 'network' | 'bad_answer'

export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly reason: FailureReason
  /** What the API asked for in Retry-After. */
  readonly retryAfterMs: number | undefined

  constructor(reason: FailureReason, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.reason = reason
    this.retryAfterMs = options.retryAfterMs
  }
}
