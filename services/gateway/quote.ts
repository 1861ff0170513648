/** A quote as the gateway sees it, read from the upstream's protobuf and checked once. Keeps nothing. */
import type { messages } from '../shared/protobuf.ts'
import type { Quote as AnyQuote } from '../shared/quote.ts'

export interface Quote extends AnyQuote {
  /** A last value, not a live quote. */
  readonly snapshot: boolean
  /** The entry of a QuoteBatch that it came as, its tag and length included, as latin1. */
  readonly encoded?: string
}

type QuoteMessage = messages.v1.Quote.$Properties

/** Undefined for numbers that JSON or ISO 8601 cannot hold, and for seq without epoch or the reverse. */
export function readQuote(message: QuoteMessage, encoded?: string): Quote | undefined {
  const { symbol, price, timestamp, snapshot } = message
  if (!symbol || !Number.isFinite(price) || !(Math.abs(timestamp ?? 0) <= 8.64e15)) return undefined
  const quote: { -readonly [K in keyof Quote]: Quote[K] } = {
    symbol,
    price: price ?? 0,
    timestampMs: timestamp ?? 0,
    snapshot: snapshot ?? false,
    ...(encoded === undefined ? {} : { encoded }),
  }
  for (const name of ['change', 'changePercent', 'bid', 'ask', 'volume', 'seq', 'epoch'] as const) {
    const value = message[name]
    if (value === undefined || value === null) continue
    if (!Number.isFinite(value)) return undefined
    quote[name] = value
  }
  return (quote.seq === undefined) === (quote.epoch === undefined) ? quote : undefined
}
