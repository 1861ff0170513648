/**
 * Stage: inside the exchange feed; the protocol on one connection: subscribe, then tickers to quotes.
 *
 * In:  `receive(frame)` for each frame. Out: `send(frame)`, `onQuotes` with one quote for each new ticker, the observer.
 * Bound: one order and one entry a product, `mostLoggedReasons` reasons. Never throws on what is received.
 * Closed by: the feed, with the connection, through `stop`.
 *
 * One product that the exchange does not know makes it ignore a whole subscribe message (coinbase-pro-node#174), so that
 * a refusal is followed by one message a product: the others flow, and each refusal stands for one product.
 */
import type { Clock } from '../../shared/clock.ts'
import type { Logger } from '../../shared/logger.ts'
import {
  type ExchangeMessage,
  parseExchangeMessage,
  subscribeMessage,
  type TickerMessage,
} from './exchange-messages.ts'
import type { ExchangeProduct } from './exchange-products.ts'
import type { FeedQuote, OnQuotes } from './feed.ts'
import { TickerOrder } from './ticker-order.ts'

/** The exchange allows 100 messages a second. */
const subscribeEveryMs = 20
/** Different `error` messages that one connection puts into the log. */
const mostLoggedReasons = 10

export type DroppedReason = 'bad_json' | 'bad_message' | 'oversize' | 'out_of_order' | 'unknown_product'

export interface ExchangeSessionObserver {
  dropped(reason: DroppedReason): void
  /** A ticker was lost; ticker-order.ts says how that is known. */
  gap(symbol: string): void
  /** The exchange sent an `error` message. */
  refused(): void
}

export interface ExchangeSessionOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly products: ReadonlyMap<string, ExchangeProduct>
  readonly observer: ExchangeSessionObserver
  readonly onQuotes: OnQuotes
  readonly send: (frame: string) => void
}

/** `alone`: by one message a product, since the one for all was refused. */
type Subscribing =
  | { readonly kind: 'together' | 'confirmed' | 'stopped' }
  | { readonly kind: 'alone'; readonly left: string[]; readonly cancel: () => void }

export class ExchangeSession {
  readonly #options: ExchangeSessionOptions
  readonly #orders: ReadonlyMap<string, TickerOrder>
  readonly #loggedReasons = new Set<string>()
  #subscribing: Subscribing = { kind: 'together' }

  constructor(options: ExchangeSessionOptions) {
    this.#options = options
    this.#orders = new Map([...options.products.keys()].map((productId) => [productId, new TickerOrder()]))
  }

  start(): void {
    this.#options.send(subscribeMessage([...this.#options.products.keys()]))
  }

  stop(): void {
    if (this.#subscribing.kind === 'alone') this.#subscribing.cancel()
    this.#subscribing = { kind: 'stopped' }
  }

  receive(frame: string): void {
    const message = parseExchangeMessage(frame)
    if (message.kind === 'ticker') this.#onTicker(message)
    else if (message.kind === 'heartbeat') this.#onHeartbeat(message)
    else if (message.kind === 'subscriptions') this.#onSubscriptions(message)
    else if (message.kind === 'error') this.#onError(message)
    else if (message.kind === 'bad') this.#options.observer.dropped(message.reason)
  }

  #onTicker(ticker: TickerMessage): void {
    const { clock, products, observer, onQuotes } = this.#options
    const product = products.get(ticker.productId)
    const order = this.#orders.get(ticker.productId)
    if (!product || !order) observer.dropped('unknown_product')
    else if (!order.isNew(ticker.sequence, ticker.tradeId)) observer.dropped('out_of_order')
    else onQuotes([toQuote(product.symbol, ticker, clock.wallMs())])
  }

  #onHeartbeat({ productId, lastTradeId }: ExchangeMessage & { readonly kind: 'heartbeat' }): void {
    const product = this.#options.products.get(productId)
    if (!product) this.#options.observer.dropped('unknown_product')
    else if (this.#orders.get(productId)?.missed(lastTradeId)) this.#options.observer.gap(product.symbol)
  }

  #onSubscriptions({ tickerProducts }: ExchangeMessage & { readonly kind: 'subscriptions' }): void {
    if (this.#subscribing.kind !== 'together') return
    this.#subscribing = { kind: 'confirmed' }
    const known = new Set(tickerProducts)
    const missing = [...this.#options.products.keys()].filter((productId) => !known.has(productId))
    if (missing.length > 0) this.#options.logger.warn({ products: missing }, 'the exchange left products out')
  }

  #onError({ message, reason }: ExchangeMessage & { readonly kind: 'error' }): void {
    const { logger, products, observer } = this.#options
    observer.refused()
    const what = `${message}: ${reason}`
    if (this.#loggedReasons.size < mostLoggedReasons && !this.#loggedReasons.has(what)) {
      this.#loggedReasons.add(what)
      logger.warn({ message, reason }, 'the exchange sent an error')
    }
    if (this.#subscribing.kind === 'together' && products.size > 1) this.#subscribeAlone([...products.keys()])
  }

  #subscribeAlone(left: string[]): void {
    const productId = left.shift()
    if (productId === undefined) {
      this.#subscribing = { kind: 'confirmed' }
      return
    }
    const cancel = this.#options.clock.after(subscribeEveryMs, () => this.#subscribeAlone(left))
    this.#subscribing = { kind: 'alone', left, cancel }
    this.#options.send(subscribeMessage([productId]))
  }
}

/** The reference is the price a day ago: such a market never closes. */
function toQuote(symbol: string, ticker: TickerMessage, wallMs: number): FeedQuote {
  const { price, open24h, bid, ask, volume24h, timeMs } = ticker
  return {
    symbol,
    price,
    ...(open24h === undefined ? {} : { previousClose: open24h }),
    ...(bid === undefined ? {} : { bid }),
    ...(ask === undefined ? {} : { ask }),
    ...(volume24h === undefined ? {} : { volume: volume24h }),
    timestampMs: timeMs ?? wallMs,
  }
}
