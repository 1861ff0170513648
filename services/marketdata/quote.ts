/**
 * A quote's JSON form on the quote bus:
 * `{price, change?, changePercent?, bid?, ask?, volume?, timestamp? (ms or ISO 8601), seq?, epoch?, symbol?}`.
 *
 * Anyone may publish on the bus in development, so a payload is checked like any outside input: it is bounded in
 * size, and what does not fit is refused with a reason that serves as a metric label.
 */
import type { Quote } from '../shared/quote.ts'

export type { Quote } from '../shared/quote.ts'

export type BadPayload = 'too_long' | 'not_json' | 'not_an_object' | 'bad_field' | 'bad_seq' | 'other_symbol'

const longestPayloadCharacters = 4_096
const optionalNumbers = ['change', 'changePercent', 'bid', 'ask', 'volume'] as const
const furthestEpochMs = 86_400_000
/** Dates beyond it cannot be written as ISO 8601. */
const latestTimestampMs = 8.64e15

/** Never throws. `nowMs` (Unix milliseconds) stamps a quote that carries no timestamp. */
export function parsePayload(symbol: string, payload: string, nowMs: number): Quote | BadPayload {
  if (payload.length > longestPayloadCharacters) return 'too_long'
  let value: unknown
  try {
    value = JSON.parse(payload)
  } catch {
    return 'not_json'
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not_an_object'
  return readQuote(symbol, value as Record<string, unknown>, nowMs)
}

function readQuote(symbol: string, fields: Record<string, unknown>, nowMs: number): Quote | BadPayload {
  const price = fields.price
  if (typeof price !== 'number' || !Number.isFinite(price)) return 'bad_field'
  if (fields.symbol !== undefined && fields.symbol !== symbol) return 'other_symbol'
  const timestampMs = readTimestamp(fields.timestamp, nowMs)
  if (timestampMs === undefined) return 'bad_field'
  const quote: { -readonly [K in keyof Quote]: Quote[K] } = { symbol, price, timestampMs }
  for (const name of optionalNumbers) {
    const value = fields[name]
    if (value === undefined || value === null) continue
    if (typeof value !== 'number' || !Number.isFinite(value)) return 'bad_field'
    quote[name] = value
  }
  const { seq, epoch } = fields
  if (seq === undefined && epoch === undefined) return quote
  // Epochs are times: one far ahead would make every later quote of the symbol look outdated.
  if (!isCounter(seq) || !isCounter(epoch) || epoch > nowMs + furthestEpochMs) return 'bad_seq'
  quote.seq = seq
  quote.epoch = epoch
  return quote
}

function readTimestamp(value: unknown, nowMs: number): number | undefined {
  if (value === undefined || value === null) return nowMs
  const timestampMs = typeof value === 'string' ? Date.parse(value) : value
  if (typeof timestampMs !== 'number' || !(Math.abs(timestampMs) <= latestTimestampMs)) return undefined
  return Math.trunc(timestampMs)
}

function isCounter(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1
}

export function encodePayload(quote: Quote): string {
  const { symbol, price, change, changePercent, bid, ask, volume, timestampMs, seq, epoch } = quote
  // JSON.stringify leaves absent fields out.
  return JSON.stringify({ symbol, price, change, changePercent, bid, ask, volume, timestamp: timestampMs, seq, epoch })
}
