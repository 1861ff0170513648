import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PriceWalk } from './price-walk.ts'

test('a walk starts between 10 and 500, takes small steps in cents, and its volume only grows', () => {
  fc.assert(
    fc.property(fc.integer(), fc.string({ maxLength: 8 }), (seed, symbol) => {
      const walk = new PriceWalk(symbol, seed)
      expect(walk.startPrice).toBeGreaterThanOrEqual(10)
      expect(walk.startPrice).toBeLessThanOrEqual(500)
      let previous = { price: walk.startPrice, volume: 0 }
      for (let i = 0; i < 50; i++) {
        const quote = walk.next()
        expect(quote).toMatchObject({ symbol, previousClose: walk.startPrice })
        // 0.1 % of the price, and a cent for rounding it twice.
        expect(Math.abs(quote.price - previous.price)).toBeLessThan(previous.price * 0.0011 + 0.0101)
        expect(inCents(quote.price) && inCents(quote.bid) && inCents(quote.ask)).toBe(true)
        expect(quote.bid).toBeLessThan(quote.price)
        expect(quote.ask).toBeGreaterThan(quote.price)
        expect(quote.volume).toBeGreaterThan(previous.volume)
        previous = quote
      }
    }),
  )
})

test('a walk moves', () => {
  const walk = new PriceWalk('MSFT', 1)
  const prices = new Set(Array.from({ length: 100 }, () => walk.next().price))
  expect(prices.size).toBeGreaterThan(20)
})

test('symbols and seeds walk apart', () => {
  const starts = ['MSFT', 'AAPL', 'IBM'].flatMap((symbol) =>
    [1, 2].map((seed) => new PriceWalk(symbol, seed).startPrice),
  )
  expect(new Set(starts).size).toBe(6)
})

test('a walk stays near its start through two million steps', () => {
  const walk = new PriceWalk('MSFT', 1)
  let lowest = walk.startPrice
  let highest = walk.startPrice
  for (let i = 0; i < 2_000_000; i++) {
    const { price } = walk.next()
    lowest = Math.min(lowest, price)
    highest = Math.max(highest, price)
  }
  expect(lowest / walk.startPrice).toBeGreaterThan(0.5)
  expect(highest / walk.startPrice).toBeLessThan(2)
  // It does wander: a pull that is too strong would pin it.
  expect((highest - lowest) / walk.startPrice).toBeGreaterThan(0.3)
})

function inCents(price: number): boolean {
  return Number(price.toFixed(2)) === price
}
