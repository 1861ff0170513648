/**
 * Stage: user stream → response outbox → (gRPC) → client.
 *
 * In:  encoded control messages and quotes; `drained` when the transport has room again.
 * Out: each at once while there is room; later what waited: control messages in order, then quotes.
 * Bound: while the transport is full no request is read and each symbol keeps its newest quote only. At most
 * `maxControl` messages wait: tier data goes on changing, whether the client reads or not. Then RESOURCE_EXHAUSTED.
 * Closed by: its stream, with `close`.
 */
import { UpstreamError } from '../shared/errors.ts'
import type { EncodedQuote } from './encoded-quote.ts'
import { type StreamCall, status } from './stream-call.ts'

export interface ResponseOutboxOptions {
  readonly call: StreamCall
  /** Asked each time: it may rise. */
  readonly maxControl: () => number
}

export class ResponseOutbox {
  readonly #options: ResponseOutboxOptions
  readonly #newest = new Map<string, EncodedQuote>()
  #control: Uint8Array[] = []
  #isFull = false
  #isClosed = false

  constructor(options: ResponseOutboxOptions) {
    this.#options = options
  }

  get isFull(): boolean {
    return this.#isFull
  }

  send(message: Uint8Array): void {
    if (this.#isClosed) return
    if (!this.#isFull) return this.#write(message)
    this.#control.push(message)
    if (this.#control.length <= this.#options.maxControl()) return
    this.close()
    this.#options.call.end(new UpstreamError(status.resourceExhausted, 'this client reads too slowly'))
  }

  quote(quote: EncodedQuote): void {
    if (this.#isClosed) return
    if (this.#isFull) this.#newest.set(quote.quote.symbol, quote)
    else this.#write(quote.response)
  }

  /** The symbol's waiting quote is not sent; returned, where there is one. */
  withdraw(symbol: string): EncodedQuote | undefined {
    const quote = this.#newest.get(symbol)
    this.#newest.delete(symbol)
    return quote
  }

  drained(): void {
    if (this.#isClosed) return
    this.#isFull = false
    const control = this.#control
    this.#control = []
    for (const message of control) this.send(message)
    for (const [symbol, quote] of this.#newest) {
      if (this.#isFull) return
      this.#newest.delete(symbol)
      this.#write(quote.response)
    }
    if (!this.#isFull) this.#options.call.resumeRequests()
  }

  close(): void {
    this.#isClosed = true
    this.#control = []
    this.#newest.clear()
  }

  #write(message: Uint8Array): void {
    this.#isFull = !this.#options.call.write(message)
    if (this.#isFull) this.#options.call.pauseRequests()
  }
}
