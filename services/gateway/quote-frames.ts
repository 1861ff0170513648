/**
 * One quote as a WebSocket frame, built once for each encoding that somebody wants.
 *
 * The binary frame is a protobuf QuoteBatch: the bytes that the upstream sent, where they can stay as they are.
 *
 * Bound: a frame an encoding, as long as somebody has the quote; what waits is bounded by who has it.
 */
import { quotewire } from '../shared/protobuf.ts'
import { binaryFrame, type Encoding, textFrame } from './frame.ts'
import { quoteJson } from './protocol.ts'
import type { Quote } from './quote.ts'

const { QuoteBatch } = quotewire.v1

export interface QuoteMarks {
  readonly quote: Quote
  /** A last value, not a live quote. */
  readonly snapshot: boolean
  /** By the tier of those who get it. */
  readonly delayed: boolean
}

export class QuoteFrames {
  readonly #marks: QuoteMarks
  #json: string | undefined
  #protobuf: string | undefined

  constructor(marks: QuoteMarks) {
    this.#marks = marks
  }

  of(encoding: Encoding): string {
    if (encoding === 'json') {
      this.#json ??= textFrame(quoteJson(this.#marks.quote, this.#marks))
      return this.#json
    }
    this.#protobuf ??= binaryFrame(entryOf(this.#marks))
    return this.#protobuf
  }
}

function entryOf({ quote, snapshot, delayed }: QuoteMarks): string {
  if (quote.encoded !== undefined && quote.snapshot === snapshot && !delayed) return quote.encoded
  const { timestampMs, encoded: _, ...fields } = quote
  const message = { ...fields, timestamp: timestampMs, snapshot, ...(delayed ? { delayed } : {}) }
  return Buffer.from(QuoteBatch.encode({ entries: [{ quote: message }] }).finish()).toString('latin1')
}
