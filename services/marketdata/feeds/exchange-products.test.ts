import { expect, test } from 'vitest'
import { indexProducts, mostProducts, parseExchangeProduct, productRule } from './exchange-products.ts'

test.each([
  ['BTC-USD', 'BTC-USD', 'BTC-USD'],
  ['BTC-USD=BTCUSD', 'BTC-USD', 'BTCUSD'],
  ['EUR-USD=EURUSD=X', 'EUR-USD', 'EURUSD=X'],
  ['1INCH-USD=1inch/usd', '1INCH-USD', '1inch/usd'],
])('%s is the product %s under the symbol %s', (entry, productId, symbol) => {
  expect(parseExchangeProduct(entry)).toEqual({ productId, symbol })
})

test.each(['', 'BTC', 'btc-usd', 'BTC-USD-X', '=BTC', 'BTC USD', 'BTC-USD"'])(
  'the product "%s" is refused',
  (entry) => {
    expect(() => parseExchangeProduct(entry)).toThrow(productRule)
  },
)

test.each(['BTC-USD=', 'BTC-USD==', 'BTC-USD=a b'])('the symbol in "%s" is refused', (entry) => {
  expect(() => parseExchangeProduct(entry)).toThrow('a symbol is')
})

test('none, too many, and a product or symbol that comes twice are refused', () => {
  const products = (entries: readonly string[]) => indexProducts(entries.map(parseExchangeProduct))
  const many = Array.from({ length: mostProducts + 1 }, (_, i) => `A${i}-USD`)
  expect(products(many.slice(1)).size).toBe(mostProducts)
  expect(() => products(many)).toThrow('1 to 100 products, not 101')
  expect(() => products([])).toThrow('not 0')
  expect(() => products(['BTC-USD=A', 'BTC-USD=B'])).toThrow('BTC-USD comes twice')
  expect(() => products(['BTC-USD=A', 'ETH-USD=A'])).toThrow('A comes twice')
})
