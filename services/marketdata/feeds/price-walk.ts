/**
 * Stage: inside the simulated feed; the invented price of one symbol, one step at a time.
 *
 * In:  a seed and a symbol. The path depends on nothing else: not on time, the rate or the other symbols.
 * Out: `next()` gives a quote without its timestamp.
 * Bound: four numbers of state. Nothing to close.
 *
 * A plain random walk was not enough: at thousands of steps a second it reaches 0.01 or the sky within the hour.
 * A weak pull towards the start keeps it plausible for as long as the process lives (standard deviation: 13 %).
 */
import type { FeedQuote } from './feed.ts'
import { seededRandom, seedFor } from './seeded-random.ts'

const lowestStartPrice = 10
const highestStartPrice = 500
const lowestPrice = 0.01
/** Relative to the price. */
const largestStep = 0.001
/** Share of the distance to the start that each step takes back; with `largestStep` it makes the 13 %. */
const pull = 0.000_01
/** Relative to the price; never less than a cent. */
const halfSpread = 0.000_25
const largestTrade = 500

export class PriceWalk {
  readonly symbol: string
  readonly startPrice: number
  readonly #random: () => number
  /** Unrounded: steps smaller than a cent would be lost otherwise, and a low price could not move at all. */
  #price: number
  #volume = 0

  constructor(symbol: string, seed: number) {
    this.symbol = symbol
    this.#random = seededRandom(seedFor(seed, symbol))
    this.startPrice = toCents(lowestStartPrice + this.#random() * (highestStartPrice - lowestStartPrice))
    this.#price = this.startPrice
  }

  next(): Omit<Required<FeedQuote>, 'timestampMs'> {
    const step = (2 * this.#random() - 1) * largestStep
    const moved = this.#price * (1 + step) + (this.startPrice - this.#price) * pull
    this.#price = Math.max(lowestPrice, moved)
    this.#volume += 1 + Math.floor(this.#random() * largestTrade)
    const price = toCents(this.#price)
    const margin = Math.max(0.01, price * halfSpread)
    return {
      symbol: this.symbol,
      price,
      previousClose: this.startPrice,
      bid: Math.max(lowestPrice, toCents(price - margin)),
      ask: toCents(price + margin),
      volume: this.#volume,
    }
  }
}

function toCents(price: number): number {
  return Math.round(price * 100) / 100
}
