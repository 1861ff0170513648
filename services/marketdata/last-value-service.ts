/**
 * The unary calls of MarketDataService: last values, from this process's memory where a symbol is live, else as the
 * publisher stored them; for a slower pace what that has let through. Bound: 1,000 symbols a call. Errors are
 * RequestErrors.
 */
import { RequestError } from '../shared/errors.ts'
import { isLive, type Pace } from '../shared/pacing.ts'
import type { messages } from '../shared/protobuf.ts'
import { isSymbol, symbolRule } from '../shared/symbol.ts'
import type { Identity } from '../shared/tokens.ts'
import type { CurrentTiers } from './current-tiers.ts'
import { quoteMessage } from './encoded-quote.ts'
import { notEntitled } from './not-entitled.ts'
import type { Quote } from './quote.ts'
import { paceOf, type SymbolPaces } from './symbol-paces.ts'
import type { Tier } from './tiers.ts'
import { maxSymbolsPerRequest } from './user-stream.ts'

export interface LastValueServiceOptions {
  readonly paces: SymbolPaces
  readonly tiers: CurrentTiers
}

export class LastValueService {
  readonly #paces: SymbolPaces
  readonly #tiers: CurrentTiers

  constructor(options: LastValueServiceOptions) {
    this.#paces = options.paces
    this.#tiers = options.tiers
  }

  async one(
    { symbol }: messages.v1.GetMarketDataRequest,
    user: Identity,
  ): Promise<messages.v1.GetMarketDataResponse.$Properties> {
    const tier = this.#tierOf(user)
    if (isSymbol(symbol) && !tier.allows(symbol)) throw new RequestError('not_entitled', notEntitled(symbol))
    const quote = (await this.#read([symbol], tier)).get(symbol)
    if (!quote) throw new RequestError('not_found', `no quote of ${symbol} is known`)
    return { quote: quoteMessage(quote, true, tier.delayMs > 0) }
  }

  /** What the tier may not have is missing. */
  async batch(
    { symbols }: messages.v1.GetBatchMarketDataRequest,
    user: Identity,
  ): Promise<messages.v1.GetBatchMarketDataResponse.$Properties> {
    if (symbols.length > maxSymbolsPerRequest) {
      throw new RequestError('too_many_symbols', `${symbols.length} symbols; at most ${maxSymbolsPerRequest}`)
    }
    const tier = this.#tierOf(user)
    const found = await this.#read(symbols, tier)
    return {
      quotes: [...found.values()].map((quote) => quoteMessage(quote, true, tier.delayMs > 0)),
      missing: symbols.filter((symbol) => !found.has(symbol)),
    }
  }

  #tierOf({ userId, tier }: Identity): Tier {
    const { table } = this.#tiers
    return table.tier(table.tierNameOf(userId, tier))
  }

  async #read(symbols: readonly string[], tier: Tier): Promise<Map<string, Quote>> {
    const bad = symbols.find((symbol) => !isSymbol(symbol))
    if (bad !== undefined) throw new RequestError('bad_symbol', symbolRule)
    const allowed = symbols.filter((symbol) => tier.allows(symbol))
    const pace = paceOf(tier)
    return isLive(pace) ? await this.#stored(allowed) : await this.#paced(allowed, pace)
  }

  async #stored(symbols: readonly string[]): Promise<Map<string, Quote>> {
    try {
      return await this.#paces.registry.lastValues(symbols)
    } catch (cause) {
      throw new RequestError('service_unavailable', 'the quote bus is away', { retryable: true, cause })
    }
  }

  async #paced(symbols: readonly string[], pace: Pace): Promise<Map<string, Quote>> {
    const paced = this.#paces.pacedFor(pace)
    const known = symbols.flatMap((symbol) => paced.lastAnswer(symbol) ?? [])
    const found = new Map(known.map((quote) => [quote.symbol, quote]))
    // When stored values came is not known, and for a delayed tier they must not be early.
    const unknown = pace.delayMs > 0 ? [] : symbols.filter((symbol) => !found.has(symbol))
    if (unknown.length === 0) return found
    for (const [symbol, quote] of await this.#stored(unknown)) found.set(symbol, paced.answer(quote))
    return found
  }
}
