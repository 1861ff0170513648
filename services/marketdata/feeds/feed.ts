/**
 * Stage: outside → feed → publisher. A feed turns one source outside the system into batches of quotes.
 *
 * In:  whatever the source is (a generator, a file, an API).
 * Out: `onQuotes(batch)`, synchronously; a batch holds at most `feedBatchLimit` quotes, in the order of events.
 * Bound: a feed holds no quotes back. It never waits for its consumer; the publisher bounds what is pending.
 * Closed by: the process (main.ts), through `stop`.
 */
export interface FeedQuote {
  readonly symbol: string
  readonly price: number
  /** What `change` is measured against. Where a feed knows none, the publisher takes the day's first price. */
  readonly previousClose?: number
  readonly bid?: number
  readonly ask?: number
  readonly volume?: number
  /** Unix milliseconds. */
  readonly timestampMs: number
}

export interface Feed {
  /** One line for the log and the console: what is fed, at which pace. */
  readonly description: string
  /** Resolves when quotes may begin to flow; rejects where the source cannot be used at all. */
  run(): Promise<void>
  /** No quote is emitted after this returns. */
  stop(): void
}

export type OnQuotes = (quotes: readonly FeedQuote[]) => void

/** Keeps one batch from blocking the event loop for long. */
export const feedBatchLimit = 2_000
