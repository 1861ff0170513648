/**
 * A quote and its wire forms: each is encoded when first needed, once, and shared as bytes by every stream.
 */
import { quotewire } from '../shared/protobuf.ts'
import type { Quote } from './quote.ts'

const { QuoteBatch, StreamQuotesResponse } = quotewire.v1

export class EncodedQuote {
  readonly quote: Quote
  readonly snapshot: boolean
  #entry: Uint8Array | undefined
  #response: Uint8Array | undefined
  #asSnapshot: EncodedQuote | undefined

  /** `snapshot`: a last value that was read again, not a live quote. */
  constructor(quote: Quote, snapshot: boolean) {
    this.quote = quote
    this.snapshot = snapshot
  }

  /** One entry of a QuoteBatch with its tag and length: batches are made by concatenation. */
  get entry(): Uint8Array {
    this.#entry ??= QuoteBatch.encode({ entries: [{ quote: quoteMessage(this.quote, this.snapshot) }] }).finish()
    return this.#entry
  }

  /** A StreamQuotesResponse of type `quote`. */
  get response(): Uint8Array {
    this.#response ??= encodeResponse(this.quote, this.snapshot)
    return this.#response
  }

  asSnapshot(): EncodedQuote {
    if (this.snapshot) return this
    this.#asSnapshot ??= new EncodedQuote(this.quote, true)
    return this.#asSnapshot
  }
}

export function quoteMessage(quote: Quote, snapshot: boolean) {
  const { timestampMs, ...fields } = quote
  return { ...fields, timestamp: timestampMs, snapshot }
}

function encodeResponse(quote: Quote, snapshot: boolean): Uint8Array {
  const { timestampMs, ...fields } = quote
  return StreamQuotesResponse.encode({ ...fields, timestamp: timestampMs, snapshot, type: 'quote' }).finish()
}
