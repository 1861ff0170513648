/**
 * Stage: symbol registry → quote stream → (gRPC) → gateway. One batched stream for one gateway.
 *
 * In:  the gateway's subscribe and unsubscribe requests; quotes from the registry as shared bytes (entry-slab.ts); news of
 * tier data.
 * Out: batches, one or more a turn of the event loop: the concatenation of the entries since the last, in order.
 * Bound: while the transport is full, entries wait up to `maxPendingBytes`; then only the newest quote of each symbol
 * is kept (control entries stay); what still does not fit ends the stream with RESOURCE_EXHAUSTED, and the gateway
 * comes back for fresh snapshots. The gateway sees the missing seqs and reports them as a gap.
 * Closed by: the gateway (half-close, cancel) or `shutDown`.
 */
import { type Clock, every } from '../shared/clock.ts'
import { UpstreamError } from '../shared/errors.ts'
import { type messages, quotewire } from '../shared/protobuf.ts'
import { isSymbol, symbolRule } from '../shared/symbol.ts'
import type { CurrentTiers } from './current-tiers.ts'
import { type EncodedQuote, quoteMessage } from './encoded-quote.ts'
import { type Entry, entryOf, joined } from './entry-slab.ts'
import { type StreamCall, type StreamHandler, status } from './stream-call.ts'
import type { SymbolListener, SymbolRegistry } from './symbol-registry.ts'

const { QuoteBatch, QuoteBatchRequest } = quotewire.v1
const { ACTION_SUBSCRIBE, ACTION_UNSUBSCRIBE } = QuoteBatchRequest.Action

export type QuoteBatchRequestMessage = messages.v1.QuoteBatchRequest
type EntryFields = messages.v1.QuoteEntry.$Properties

export interface QuoteStreamObserver {
  conflated(quotes: number): void
}

export interface QuoteStreamOptions {
  readonly call: StreamCall
  readonly registry: SymbolRegistry
  readonly clock: Clock
  readonly tiers: Pick<CurrentTiers, 'data' | 'watch'>
  readonly observer: QuoteStreamObserver
  readonly maxPendingBytes?: number
}

export const heartbeatMs = 500
/** Far below the 4 MiB that a gRPC client accepts by default. */
const batchBytes = 256 * 1024

const heartbeatEntry = encodeEntry({ heartbeat: {} })
const busLostEntry = encodeEntry({ busLost: {} })
const busRestoredEntry = encodeEntry({ busRestored: {} })

export class QuoteStream implements StreamHandler<QuoteBatchRequestMessage>, SymbolListener {
  readonly #options: QuoteStreamOptions
  readonly #maxPendingBytes: number
  /** Wanted symbols and the request that asked for each. */
  readonly #requests = new Map<string, number>()
  readonly #stopHeartbeat: () => void
  readonly #stopWatching: () => void
  #pending: Entry[] = []
  #pendingBytes = 0
  #flushAt: NodeJS.Immediate | undefined
  #blocked = false
  #closed = false

  constructor(options: QuoteStreamOptions) {
    this.#options = options
    this.#maxPendingBytes = options.maxPendingBytes ?? 8 * 1024 * 1024
    this.#stopHeartbeat = every(options.clock, heartbeatMs, () => this.#heartbeat())
    this.#push(heartbeatEntry)
    this.#stopWatching = options.tiers.watch(() => this.#tellTierData())
    this.#tellTierData()
    options.registry.attach(this)
  }

  request({ action, request, symbols }: QuoteBatchRequestMessage): void {
    // Requests that were read together with the one that ended the stream.
    if (this.#closed) return
    if (action === ACTION_SUBSCRIBE) this.#subscribe(request, symbols)
    else if (action === ACTION_UNSUBSCRIBE) this.#unsubscribe(request, symbols)
    else this.#options.call.end(new UpstreamError(status.invalidArgument, `unknown action ${action}`))
  }

  halfClosed(): void {
    this.#flush()
    this.#options.call.end()
  }

  drained(): void {
    this.#blocked = false
    this.#flush()
  }

  closed(): void {
    this.#closed = true
    this.#stopHeartbeat()
    this.#stopWatching()
    clearImmediate(this.#flushAt)
    this.#options.registry.detach(this, this.#requests.keys())
    this.#requests.clear()
    this.#pending = []
  }

  goAway(deadlineMs: number): void {
    this.#push(encodeEntry({ goAway: { reason: 'shutting down', deadlineMs } }))
  }

  shutDown(): void {
    this.#flush()
    this.#options.call.end(new UpstreamError(status.unavailable, 'this server is shutting down'))
  }

  subscribed(symbol: string, last: EncodedQuote | undefined): void {
    const request = this.#requests.get(symbol) ?? 0
    const fields = last ? { request, symbol, last: quoteMessage(last.quote, true) } : { request, symbol }
    this.#push(encodeEntry({ subscribed: fields }))
  }

  rejected(symbol: string, code: string, message: string): void {
    const request = this.#requests.get(symbol) ?? 0
    this.#requests.delete(symbol)
    this.#push(encodeEntry({ rejected: { request, symbol, code, message } }))
  }

  quote(quote: EncodedQuote): void {
    this.#push(quote.entry)
  }

  busLost(): void {
    this.#push(busLostEntry)
  }

  busRestored(): void {
    this.#push(busRestoredEntry)
  }

  #tellTierData(): void {
    this.#push(encodeEntry({ tierData: this.#options.tiers.data }))
  }

  #subscribe(request: number, symbols: readonly string[]): void {
    const wanted: string[] = []
    for (const symbol of symbols) {
      if (isSymbol(symbol)) {
        this.#requests.set(symbol, request)
        wanted.push(symbol)
      } else {
        const fields = { request, symbol: symbol.slice(0, 64), code: 'bad_symbol', message: symbolRule }
        this.#push(encodeEntry({ rejected: fields }))
      }
    }
    this.#options.registry.add(wanted, this)
    // Their snapshots may have overflowed a full transport and ended the stream.
    if (this.#closed) this.#options.registry.remove(wanted, this)
  }

  #unsubscribe(request: number, symbols: readonly string[]): void {
    const held = symbols.filter((symbol) => this.#requests.delete(symbol))
    this.#options.registry.remove(held, this)
    // Confirmed for unknown symbols too: the gateway wants none of it, and that is so.
    for (const symbol of symbols) this.#push(encodeEntry({ unsubscribed: { request, symbol } }))
  }

  #heartbeat(): void {
    // A full transport has traffic enough queued; more heartbeats would only add to it.
    if (!this.#blocked) this.#push(heartbeatEntry)
  }

  #push(entry: Entry): void {
    if (this.#closed) return
    this.#pending.push(this.#blocked ? copyOf(entry) : entry)
    this.#pendingBytes += lengthOf(entry)
    if (this.#blocked) this.#boundPending()
    else this.#flushAt ??= setImmediate(() => this.#flush())
  }

  #flush(): void {
    clearImmediate(this.#flushAt)
    this.#flushAt = undefined
    let next = 0
    while (next < this.#pending.length && !this.#blocked && !this.#closed) {
      const first = next
      let bytes = 0
      for (; next < this.#pending.length && bytes < batchBytes; next++) bytes += lengthOf(this.#pending[next] as Entry)
      this.#pendingBytes -= bytes
      const all = first === 0 && next === this.#pending.length
      this.#blocked = !this.#options.call.write(joined(all ? this.#pending : this.#pending.slice(first, next)))
    }
    this.#pending = next === this.#pending.length ? [] : this.#pending.slice(next).map(copyOf)
  }

  #boundPending(): void {
    if (this.#pendingBytes <= this.#maxPendingBytes) return
    const newest = new Map<string, Entry>()
    for (const entry of this.#pending) if (entry.quotedSymbol !== undefined) newest.set(entry.quotedSymbol, entry)
    const before = this.#pending.length
    const kept = this.#pending.filter((entry) => !entry.quotedSymbol || newest.get(entry.quotedSymbol) === entry)
    this.#pending = kept
    this.#pendingBytes = this.#pending.reduce((sum, entry) => sum + lengthOf(entry), 0)
    this.#options.observer.conflated(before - this.#pending.length)
    // Half, so that conflating is not repeated for each further entry.
    if (this.#pendingBytes <= this.#maxPendingBytes / 2) return
    this.#options.call.end(new UpstreamError(status.resourceExhausted, 'this gateway reads too slowly'))
    this.closed()
  }
}

function encodeEntry(fields: EntryFields): Entry {
  return entryOf(QuoteBatch.encode({ entries: [fields] }).finish())
}

/** What waits for longer than a turn would keep all that was written around it. */
function copyOf(entry: Entry): Entry {
  const { bytes, start, end, quotedSymbol } = entry
  if (bytes.length === end - start) return entry
  return { bytes: Buffer.from(bytes.subarray(start, end)), start: 0, end: end - start, quotedSymbol }
}

function lengthOf({ start, end }: Entry): number {
  return end - start
}
