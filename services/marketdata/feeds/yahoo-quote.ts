/**
 * Stage: inside the Yahoo provider; one row of Yahoo's answer to one quote.
 *
 * In:  the rows as the library gives them: coerced (times are Dates) or, where its schema did not match, as they came
 *      (times are Unix seconds).
 * Out: an answer in the spelling that was asked for: Yahoo writes all symbols in capitals.
 * Bound: one pass over the rows; those that were not asked for are ignored. Nothing to close.
 *
 * Price, volume and time are those of the regular session, so that they belong together and `change` means what it says.
 * Outside of it nothing of these moves: PRE and POST count as closed. Crypto currencies are always REGULAR.
 */
import type { ProviderAnswer, ProviderQuote, SymbolError } from './quote-provider.ts'

export const yahooFields: readonly string[] = [
  'symbol',
  'regularMarketPrice',
  'regularMarketPreviousClose',
  'regularMarketTime',
  'regularMarketVolume',
  'bid',
  'ask',
  'marketState',
]

export function readYahooRows(symbols: readonly string[], rows: unknown): ProviderAnswer {
  const asked = new Map(symbols.map((symbol) => [symbol.toUpperCase(), symbol]))
  const quotes: ProviderQuote[] = []
  const errors: SymbolError[] = []
  const marketOpen = new Map<string, boolean>()
  for (const row of Array.isArray(rows) ? rows : []) {
    if (!isRecord(row) || typeof row.symbol !== 'string') continue
    const key = row.symbol.toUpperCase()
    const symbol = asked.get(key)
    if (symbol === undefined) continue
    asked.delete(key)
    if (typeof row.marketState === 'string') marketOpen.set(symbol, row.marketState === 'REGULAR')
    const quote = readQuote(symbol, row)
    if (quote) quotes.push(quote)
    else errors.push({ symbol, code: 'invalid', message: 'a row without a price' })
  }
  for (const symbol of asked.values()) errors.push({ symbol, code: 'unknown', message: 'not in the answer' })
  return { quotes, errors, marketOpen }
}

function readQuote(symbol: string, row: Readonly<Record<string, unknown>>): ProviderQuote | undefined {
  const price = positive(row.regularMarketPrice)
  if (price === undefined) return undefined
  const previousClose = positive(row.regularMarketPreviousClose)
  // Without an order in the book Yahoo says 0.
  const bid = positive(row.bid)
  const ask = positive(row.ask)
  const volume = row.regularMarketVolume === 0 ? 0 : positive(row.regularMarketVolume)
  const marketTimeMs = timeMs(row.regularMarketTime)
  return {
    symbol,
    price,
    ...(previousClose === undefined ? {} : { previousClose }),
    ...(bid === undefined ? {} : { bid }),
    ...(ask === undefined ? {} : { ask }),
    ...(volume === undefined ? {} : { volume }),
    ...(marketTimeMs === undefined ? {} : { marketTimeMs }),
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : undefined
}

function timeMs(value: unknown): number | undefined {
  if (value instanceof Date) return positive(value.getTime())
  const seconds = positive(value)
  return seconds === undefined ? undefined : seconds * 1_000
}
