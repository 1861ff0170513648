/**
 * Stage: outside → feed → publisher; "outside" is a quote API that is polled, through a QuoteProvider.
 *
 * In:  a fixed set of symbols, split into fixed batches of at most `maxSymbolsPerRequest`.
 * Out: `onQuotes` with what is news (polled-symbols.ts), once for each answered request.
 * Bound: `maxRequests` requests at once and one a batch. Polls begin on a grid of `pollMs` from the start; a batch whose
 *      request is still under way is left out until a later one. A failed batch waits with full jitter, alone; after a
 *      429 or a Retry-After all of them wait. While every market is closed the grid is `closedPollMs`.
 * Closed by: the process (main.ts), through `stop`, which aborts what is in flight.
 *
 * Asking again `pollMs` after each answer was rejected: the pace would depend on how slow the API is.
 */
import { Backoff } from '../../shared/backoff.ts'
import type { Feed } from './feed.ts'
import { checkedOptions, type HttpFeedOptions } from './http-feed-options.ts'
import { PolledSymbols } from './polled-symbols.ts'
import { type ProviderAnswer, ProviderError } from './quote-provider.ts'

/** No API means it longer; a mistaken Retry-After shall not silence the feed for days. */
const longestPauseMs = 3_600_000

interface Batch {
  readonly symbols: readonly string[]
  readonly backoff: Backoff
  failures: number
  notBeforeMs: number
  /** Queued or under way. */
  busy: boolean
}

type State = { readonly kind: 'idle' | 'stopped' } | { readonly kind: 'running'; readonly cancel: () => void }

export class HttpFeed implements Feed {
  readonly description: string
  readonly #options: Required<HttpFeedOptions>
  readonly #symbols: PolledSymbols
  readonly #batches: readonly Batch[]
  /** Of all batches together, for an API that limits its caller. */
  readonly #pauseBackoff: Backoff
  readonly #stopping = new AbortController()
  readonly #queue: Batch[] = []
  #state: State = { kind: 'idle' }
  #startMs = 0
  #requests = 0
  #pausedUntilMs = Number.NEGATIVE_INFINITY
  #closed = false

  /** Throws a RangeError for no symbols, too many, or limits that make no sense. */
  constructor(options: HttpFeedOptions) {
    this.#options = checkedOptions(options)
    const { clock, logger, provider, symbols, pollMs, unknownRetryMs, emitUnchanged, observer } = this.#options
    const onUnknown = (symbol: string) => observer.unknownSymbol(symbol)
    this.#symbols = new PolledSymbols({ clock, logger, symbols, unknownRetryMs, emitUnchanged, onUnknown })
    this.#pauseBackoff = this.#newBackoff()
    this.#batches = splitEvery(this.#options.maxSymbolsPerRequest, symbols).map((batch) => ({
      symbols: batch,
      backoff: this.#newBackoff(),
      failures: 0,
      notBeforeMs: Number.NEGATIVE_INFINITY,
      busy: false,
    }))
    const count = `${symbols.length} symbol${symbols.length === 1 ? '' : 's'}`
    this.description = `polling of ${count} at ${provider.name}, every ${pollMs} ms`
  }

  async run(): Promise<void> {
    if (this.#state.kind !== 'idle') return
    this.#startMs = this.#options.clock.nowMs()
    this.#tick()
  }

  stop(): void {
    if (this.#state.kind === 'running') this.#state.cancel()
    this.#state = { kind: 'stopped' }
    this.#queue.length = 0
    this.#stopping.abort()
  }

  #tick(): void {
    this.#sleep()
    const nowMs = this.#options.clock.nowMs()
    for (const batch of this.#batches) {
      if (batch.busy || batch.notBeforeMs > nowMs) continue
      batch.busy = true
      this.#queue.push(batch)
    }
    this.#startRequests()
  }

  /** Until the next point of the grid after now. */
  #sleep(): void {
    if (this.#state.kind === 'stopped') return
    const { clock, pollMs, closedPollMs } = this.#options
    if (this.#state.kind === 'running') this.#state.cancel()
    const periodMs = this.#closed ? closedPollMs : pollMs
    const sinceMs = clock.nowMs() - this.#startMs
    const waitMs = (Math.floor(sinceMs / periodMs) + 1) * periodMs - sinceMs
    this.#state = { kind: 'running', cancel: clock.after(waitMs, () => this.#tick()) }
  }

  #startRequests(): void {
    while (this.#requests < this.#options.maxRequests) {
      const batch = this.#queue.shift()
      if (!batch) return
      const asked = this.#isPaused() ? [] : this.#symbols.due(batch.symbols)
      if (asked.length === 0) batch.busy = false
      else void this.#poll(batch, asked)
    }
  }

  async #poll(batch: Batch, asked: readonly string[]): Promise<void> {
    this.#requests++
    try {
      const answer = await this.#request(asked)
      if (this.#state.kind !== 'stopped') this.#succeeded(batch, asked, answer)
    } catch (error) {
      if (this.#state.kind !== 'stopped') this.#failed(batch, error)
    } finally {
      this.#requests--
      batch.busy = false
      this.#startRequests()
    }
  }

  /** Settles within `timeoutMs` and at `stop`, even where the provider ignores its signal. */
  async #request(symbols: readonly string[]): Promise<ProviderAnswer> {
    const { clock, provider, timeoutMs } = this.#options
    const aborting = new AbortController()
    const aborted = new Promise<never>((_, reject) => {
      aborting.signal.addEventListener('abort', () => reject(aborting.signal.reason), { once: true })
    })
    const onStop = () => aborting.abort(new Error('stopped'))
    this.#stopping.signal.addEventListener('abort', onStop, { once: true })
    const cancelTimeout = clock.after(timeoutMs, () =>
      aborting.abort(new ProviderError('timeout', `no answer within ${timeoutMs} ms`)),
    )
    try {
      return await Promise.race([provider.fetchQuotes(symbols, aborting.signal), aborted])
    } finally {
      cancelTimeout()
      this.#stopping.signal.removeEventListener('abort', onStop)
    }
  }

  #succeeded(batch: Batch, asked: readonly string[], answer: ProviderAnswer): void {
    const { logger, provider, observer, onQuotes } = this.#options
    if (this.#symbols.isBlank(asked, answer)) throw new ProviderError('bad_answer', 'no quote at all in the answer')
    if (batch.failures > 0) logger.info({ provider: provider.name, failures: batch.failures }, 'polling works again')
    batch.failures = 0
    batch.backoff.reset()
    this.#pauseBackoff.reset()
    observer.polled(true)
    const quotes = this.#symbols.take(asked, answer)
    this.#noteMarket()
    // An observer may have stopped the feed since.
    if (quotes.length > 0 && this.#state.kind === 'running') onQuotes(quotes)
  }

  #failed(batch: Batch, error: unknown): void {
    const { clock, logger, provider, observer } = this.#options
    const failure =
      error instanceof ProviderError ? error : new ProviderError('bad_answer', 'unforeseen', { cause: error })
    const { reason, retryAfterMs } = failure
    observer.polled(false)
    observer.failed(reason)
    const limited = reason === 'rate_limited' || retryAfterMs !== undefined
    const jitterMs = (limited ? this.#pauseBackoff : batch.backoff).nextMs()
    const waitMs = Math.min((retryAfterMs ?? 0) + jitterMs, longestPauseMs)
    if (limited) this.#pausedUntilMs = Math.max(this.#pausedUntilMs, clock.nowMs() + waitMs)
    else batch.notBeforeMs = clock.nowMs() + waitMs
    batch.failures++
    if (batch.failures > 1) return
    logger.warn({ err: failure, provider: provider.name, reason, waitMs: Math.round(waitMs) }, 'polling failed')
  }

  #noteMarket(): void {
    const closed = this.#symbols.allClosed
    if (closed === this.#closed) return
    this.#closed = closed
    const { logger, pollMs, closedPollMs } = this.#options
    logger.info({ pollMs: closed ? closedPollMs : pollMs }, closed ? 'all markets are closed' : 'a market is open')
    this.#sleep()
  }

  #isPaused(): boolean {
    return this.#pausedUntilMs > this.#options.clock.nowMs()
  }

  #newBackoff(): Backoff {
    const { pollMs, maxBackoffMs, random } = this.#options
    return new Backoff({ baseMs: 2 * pollMs, capMs: maxBackoffMs, random })
  }
}

function splitEvery<T>(size: number, items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
}
