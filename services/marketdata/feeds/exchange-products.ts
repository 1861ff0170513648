/**
 * Stage: before the exchange feed, once at start; which products of the exchange are fed under which symbols.
 *
 * In:  entries such as `BTC-USD=BTCUSD`, or `BTC-USD` where the symbol is the product's id. Out: pairs, or a RangeError.
 * Bound: `mostProducts`: the exchange's limit of messages a second allows to subscribe to them one at a time.
 */
import { isSymbol, symbolRule } from '../../shared/symbol.ts'

export const mostProducts = 100

export interface ExchangeProduct {
  readonly productId: string
  readonly symbol: string
}

const productPattern = /^[A-Z0-9]{1,20}-[A-Z0-9]{1,10}$/

/** In words, for error messages. */
export const productRule =
  'a product is BASE-QUOTE in capitals and digits, such as BTC-USD, and may be followed by =SYMBOL'

/** Throws a RangeError that says what is wrong with the entry. */
export function parseExchangeProduct(entry: string): ExchangeProduct {
  // Only the first: a symbol may have a = of its own.
  const [productId = '', ...rest] = entry.split('=')
  const symbol = rest.length === 0 ? productId : rest.join('=')
  if (!productPattern.test(productId)) throw new RangeError(productRule)
  if (!isSymbol(symbol)) throw new RangeError(symbolRule)
  return { productId, symbol }
}

/** By product id. Throws a RangeError for none, too many, or a product or symbol that comes twice. */
export function indexProducts(products: readonly ExchangeProduct[]): ReadonlyMap<string, ExchangeProduct> {
  if (products.length < 1 || products.length > mostProducts) {
    throw new RangeError(`an exchange feed takes 1 to ${mostProducts} products, not ${products.length}`)
  }
  for (const field of ['productId', 'symbol'] as const) {
    const values = products.map((product) => product[field])
    const repeated = values.find((value, index) => values.indexOf(value) !== index)
    if (repeated !== undefined) throw new RangeError(`${repeated} comes twice`)
  }
  return new Map(products.map((product) => [product.productId, product]))
}
