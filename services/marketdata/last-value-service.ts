/**
 * The unary calls of MarketDataService: last values, from this process's memory where a symbol is live, else as the
 * publisher stored them. Bound: 1,000 symbols a call. Errors are RequestErrors.
 */
import { RequestError } from '../shared/errors.ts'
import type { messages } from '../shared/protobuf.ts'
import { isSymbol, symbolRule } from '../shared/symbol.ts'
import { quoteMessage } from './encoded-quote.ts'
import type { Quote } from './quote.ts'
import type { SymbolRegistry } from './symbol-registry.ts'
import { maxSymbolsPerRequest } from './user-stream.ts'

export class LastValueService {
  readonly #registry: SymbolRegistry

  constructor(options: { readonly registry: SymbolRegistry }) {
    this.#registry = options.registry
  }

  async one({ symbol }: messages.v1.GetMarketDataRequest): Promise<messages.v1.GetMarketDataResponse.$Properties> {
    const quote = (await this.#read([symbol])).get(symbol)
    if (!quote) throw new RequestError('not_found', `no quote of ${symbol} is known`)
    return { quote: quoteMessage(quote, true) }
  }

  async batch({
    symbols,
  }: messages.v1.GetBatchMarketDataRequest): Promise<messages.v1.GetBatchMarketDataResponse.$Properties> {
    if (symbols.length > maxSymbolsPerRequest) {
      throw new RequestError('too_many_symbols', `${symbols.length} symbols; at most ${maxSymbolsPerRequest}`)
    }
    const found = await this.#read(symbols)
    return {
      quotes: [...found.values()].map((quote) => quoteMessage(quote, true)),
      missing: symbols.filter((symbol) => !found.has(symbol)),
    }
  }

  async #read(symbols: readonly string[]): Promise<Map<string, Quote>> {
    const bad = symbols.find((symbol) => !isSymbol(symbol))
    if (bad !== undefined) throw new RequestError('bad_symbol', symbolRule)
    try {
      return await this.#registry.lastValues(symbols)
    } catch (cause) {
      throw new RequestError('service_unavailable', 'the quote bus is away', { retryable: true, cause })
    }
  }
}
