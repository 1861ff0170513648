/**
 * Stage: symbol registry → encoded quote → streams. A quote and its wire forms, encoded when first needed and shared as
 * bytes by every stream.
 *
 * In:  a quote with its marks.
 * Out: a response, kept with the quote; an entry of a batch, kept for the newest quote of the process alone.
 * Bound: a response and a snapshot a quote; one entry, and the slab in which it was written (entry-slab.ts).
 */
import { quotewire } from '../shared/protobuf.ts'
import { type Entry, EntrySlab } from './entry-slab.ts'
import type { Quote } from './quote.ts'

const { StreamQuotesResponse } = quotewire.v1

const slab = new EntrySlab()
/** All who want a quote ask for it in one go. Kept by the quote, it would keep a slab as long as it is a last value. */
let newest: { readonly of: EncodedQuote; readonly entry: Entry } | undefined

export interface QuoteMarks {
  /** A last value that was read again, not a live quote. */
  readonly snapshot: boolean
  /** By the tier of those who get it. */
  readonly delayed: boolean
}

export class EncodedQuote {
  readonly quote: Quote
  readonly snapshot: boolean
  readonly delayed: boolean
  #response: Uint8Array | undefined
  #asSnapshot: EncodedQuote | undefined

  constructor(quote: Quote, { snapshot, delayed }: QuoteMarks) {
    this.quote = quote
    this.snapshot = snapshot
    this.delayed = delayed
  }

  /** One entry of a QuoteBatch with its tag and length. */
  get entry(): Entry {
    if (newest?.of !== this) newest = { of: this, entry: slab.write(this.quote, this.snapshot) }
    return newest.entry
  }

  /** A StreamQuotesResponse of type `quote`. */
  get response(): Uint8Array {
    this.#response ??= encodeResponse(this)
    return this.#response
  }

  asSnapshot(): EncodedQuote {
    if (this.snapshot) return this
    this.#asSnapshot ??= new EncodedQuote(this.quote, { snapshot: true, delayed: this.delayed })
    return this.#asSnapshot
  }
}

export function quoteMessage(quote: Quote, snapshot: boolean, delayed = false) {
  const { timestampMs, ...fields } = quote
  return { ...fields, timestamp: timestampMs, snapshot, ...(delayed ? { delayed } : {}) }
}

function encodeResponse({ quote, snapshot, delayed }: EncodedQuote): Uint8Array {
  const { timestampMs, ...fields } = quote
  const marks = delayed ? { snapshot, delayed } : { snapshot }
  return StreamQuotesResponse.encode({ ...fields, ...marks, timestamp: timestampMs, type: 'quote' }).finish()
}
