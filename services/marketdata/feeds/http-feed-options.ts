/**
 * Stage: inside the http feed; its options, their defaults and their ranges.
 *
 * In:  what main.ts gives.
 * Out: the same with every default filled in, or a RangeError.
 * Bound: `mostPolledSymbols` symbols. Nothing to close.
 */
import type { Clock } from '../../shared/clock.ts'
import type { Logger } from '../../shared/logger.ts'
import { feedBatchLimit, type OnQuotes } from './feed.ts'
import type { FailureReason, QuoteProvider } from './quote-provider.ts'

export const mostPolledSymbols = 2_000
const longestMs = 86_400_000

export interface HttpFeedObserver {
  /** A request ended, well or not. */
  polled(ok: boolean): void
  failed(reason: FailureReason): void
  unknownSymbol(symbol: string): void
}

export interface HttpFeedOptions {
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly provider: QuoteProvider
  /** 1 to `mostPolledSymbols`; a repeated one counts once. */
  readonly symbols: readonly string[]
  readonly onQuotes: OnQuotes
  readonly observer: HttpFeedObserver
  readonly pollMs?: number
  /** While every symbol's market is closed. */
  readonly closedPollMs?: number
  readonly timeoutMs?: number
  readonly maxSymbolsPerRequest?: number
  readonly maxRequests?: number
  /** Emit each answer, changed or not. */
  readonly emitUnchanged?: boolean
  /** How rarely a symbol is asked for that the API does not know. */
  readonly unknownRetryMs?: number
  /** Cap of the wait after failures. */
  readonly maxBackoffMs?: number
}

/** Throws a RangeError for no symbols, too many, or limits that make no sense. */
export function checkedOptions(options: HttpFeedOptions): Required<HttpFeedOptions> {
  const checked = {
    pollMs: 1_000,
    closedPollMs: 60_000,
    timeoutMs: 5_000,
    maxSymbolsPerRequest: 50,
    maxRequests: 2,
    emitUnchanged: false,
    unknownRetryMs: 300_000,
    maxBackoffMs: 30_000,
    ...options,
    symbols: [...new Set(options.symbols)],
  }
  requireRange('symbols', checked.symbols.length, mostPolledSymbols)
  requireRange('symbols a request', checked.maxSymbolsPerRequest, feedBatchLimit)
  requireRange('requests at once', checked.maxRequests, 100)
  for (const name of ['pollMs', 'closedPollMs', 'timeoutMs', 'unknownRetryMs', 'maxBackoffMs'] as const) {
    requireRange(`milliseconds as ${name}`, checked[name], longestMs)
  }
  return checked
}

function requireRange(what: string, value: number, most: number): void {
  if (value >= 1 && value <= most) return
  throw new RangeError(`an http feed takes 1 to ${most} ${what}, not ${value}`)
}
