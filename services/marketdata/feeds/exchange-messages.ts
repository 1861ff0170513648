/**
 * Stage: inside the exchange feed; the messages of Coinbase Exchange's public WebSocket feed as data.
 *
 * In:  the text of one frame. Out: one of the messages below; `other` for types that clients are told to ignore.
 * Bound: the frame, which the socket limits. Never throws. Nothing to close.
 *
 * Source: docs.cdp.coinbase.com/exchange/websocket-feed/overview and /channels (subscribe, subscriptions, heartbeat,
 * ticker; numbers as strings, times as ISO 8601 with microseconds). The form of `error`, with message and reason, is
 * seen in thrasher-corp/gocryptotrader#1421. A product's first ticker may lack time and trade_id.
 */
export interface TickerMessage {
  readonly kind: 'ticker'
  readonly productId: string
  /** Rises with every message of the product on any channel, so that tickers skip numbers. */
  readonly sequence: number
  readonly tradeId: number | undefined
  readonly price: number
  readonly open24h: number | undefined
  readonly bid: number | undefined
  readonly ask: number | undefined
  readonly volume24h: number | undefined
  readonly timeMs: number | undefined
}

export type ExchangeMessage =
  | TickerMessage
  | { readonly kind: 'heartbeat'; readonly productId: string; readonly lastTradeId: number | undefined }
  | { readonly kind: 'subscriptions'; readonly tickerProducts: readonly string[] }
  | { readonly kind: 'error'; readonly message: string; readonly reason: string }
  | { readonly kind: 'other' }
  | { readonly kind: 'bad'; readonly reason: 'bad_json' | 'bad_message' }

type Fields = Readonly<Record<string, unknown>>

const badMessage: ExchangeMessage = { kind: 'bad', reason: 'bad_message' }
const decimalPattern = /^\d+(\.\d+)?$/
const shownCharacters = 200

export function parseExchangeMessage(text: string): ExchangeMessage {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { kind: 'bad', reason: 'bad_json' }
  }
  if (!isFields(value) || typeof value.type !== 'string') return badMessage
  const read = readers.get(value.type)
  return read ? read(value) : { kind: 'other' }
}

export function subscribeMessage(productIds: readonly string[]): string {
  return JSON.stringify({ type: 'subscribe', product_ids: productIds, channels: ['ticker', 'heartbeat'] })
}

const readers: ReadonlyMap<string, (fields: Fields) => ExchangeMessage> = new Map([
  ['ticker', readTicker],
  ['heartbeat', readHeartbeat],
  ['subscriptions', readSubscriptions],
  ['error', readError],
])

function readTicker(fields: Fields): ExchangeMessage {
  const { product_id: productId } = fields
  const sequence = count(fields.sequence)
  const price = decimal(fields.price)
  if (typeof productId !== 'string' || sequence === undefined || price === undefined || price === 0) return badMessage
  return {
    kind: 'ticker',
    productId,
    sequence,
    price,
    tradeId: count(fields.trade_id),
    open24h: decimal(fields.open_24h) || undefined,
    bid: decimal(fields.best_bid) || undefined,
    ask: decimal(fields.best_ask) || undefined,
    volume24h: decimal(fields.volume_24h),
    timeMs: time(fields.time),
  }
}

/** The exchange has been sending 0 for a last_trade_id that it does not tell: preichenberger/go-coinbasepro#89. */
function readHeartbeat(fields: Fields): ExchangeMessage {
  const { product_id: productId } = fields
  if (typeof productId !== 'string') return badMessage
  return { kind: 'heartbeat', productId, lastTradeId: count(fields.last_trade_id) || undefined }
}

function readSubscriptions(fields: Fields): ExchangeMessage {
  if (!Array.isArray(fields.channels)) return badMessage
  const ticker = fields.channels.filter(isFields).find((channel) => channel.name === 'ticker')
  const ids = Array.isArray(ticker?.product_ids) ? ticker.product_ids : []
  return { kind: 'subscriptions', tickerProducts: ids.filter((id) => typeof id === 'string') }
}

function readError(fields: Fields): ExchangeMessage {
  return { kind: 'error', message: words(fields.message), reason: words(fields.reason) }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

function decimal(value: unknown): number | undefined {
  if (typeof value !== 'string' || !decimalPattern.test(value)) return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

function time(value: unknown): number | undefined {
  const timeMs = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(timeMs) ? undefined : timeMs
}

function words(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, shownCharacters) : ''
}
