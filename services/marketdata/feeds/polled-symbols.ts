/**
 * Stage: inside the http feed; what is known of each symbol from one poll to the next.
 *
 * In:  the answers of a provider.
 * Out: `due` says which symbols to ask for now; `take` gives the quotes of an answer that are news.
 * Bound: one entry a symbol, made at the start. Nothing to close.
 *
 * A quote is news when price, bid, ask or previous close changed; volume alone is not. Servers behind one name are not
 * equally fresh, so a quote with an older market time than the last one is dropped. They also leave symbols out now and
 * then, so that only the third miss in a row makes a symbol unknown.
 */
import type { Clock } from '../../shared/clock.ts'
import type { Logger } from '../../shared/logger.ts'
import type { FeedQuote } from './feed.ts'
import type { ProviderAnswer, ProviderQuote, SymbolError } from './quote-provider.ts'

const missesUntilUnknown = 3
/** A market time further ahead than this is a mistake: believed, it would hold back every quote until then. */
const clockToleranceMs = 60_000

export interface PolledSymbolsOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly symbols: readonly string[]
  readonly unknownRetryMs: number
  readonly emitUnchanged: boolean
  readonly onUnknown: (symbol: string) => void
}

interface SymbolState {
  last: ProviderQuote | undefined
  marketOpen: boolean | undefined
  misses: number
  /** Set while the symbol is unknown. */
  retryAtMs: number | undefined
  /** So that each trouble is in the log once, until the symbol is well again. */
  said: SymbolError['code'] | undefined
}

export class PolledSymbols {
  readonly #options: PolledSymbolsOptions
  readonly #states = new Map<string, SymbolState>()

  constructor(options: PolledSymbolsOptions) {
    this.#options = options
    for (const symbol of options.symbols) {
      this.#states.set(symbol, {
        last: undefined,
        marketOpen: undefined,
        misses: 0,
        retryAtMs: undefined,
        said: undefined,
      })
    }
  }

  /** True where every symbol that is not unknown is known to be closed. */
  get allClosed(): boolean {
    let closed = 0
    for (const { marketOpen, retryAtMs } of this.#states.values()) {
      if (retryAtMs !== undefined) continue
      if (marketOpen !== false) return false
      closed++
    }
    return closed > 0
  }

  /** Those to ask for now: all but the unknown ones, which are asked for when their time has come. */
  due(symbols: readonly string[]): readonly string[] {
    const nowMs = this.#options.clock.nowMs()
    return symbols.filter((symbol) => (this.#states.get(symbol)?.retryAtMs ?? nowMs) <= nowMs)
  }

  /** True where the answer says nothing of any symbol although there were quotes of some: it is the API's fault. */
  isBlank(asked: readonly string[], { quotes, errors }: ProviderAnswer): boolean {
    if (quotes.length > 0 || errors.some((error) => error.code !== 'unknown')) return false
    return asked.some((symbol) => this.#states.get(symbol)?.last !== undefined)
  }

  /** What an answer to `asked` brings; symbols that were not asked for are ignored. */
  take(asked: readonly string[], answer: ProviderAnswer): FeedQuote[] {
    const expected = new Set(asked)
    const quotes: FeedQuote[] = []
    for (const quote of answer.quotes) {
      // Deleted, so that an answer which repeats a symbol counts once.
      if (!expected.delete(quote.symbol)) continue
      const news = this.#takeQuote(quote, answer.marketOpen.get(quote.symbol))
      if (news) quotes.push(news)
    }
    const errors = new Map(answer.errors.map((error) => [error.symbol, error]))
    for (const symbol of expected) {
      this.#takeError(errors.get(symbol) ?? { symbol, code: 'unknown', message: 'not in the answer' })
    }
    return quotes
  }

  #takeQuote(quote: ProviderQuote, marketOpen: boolean | undefined): FeedQuote | undefined {
    const state = this.#states.get(quote.symbol)
    if (!state) return undefined
    if (state.said !== undefined) this.#options.logger.info({ symbols: [quote.symbol] }, 'the symbol has quotes now')
    Object.assign(state, { marketOpen, misses: 0, retryAtMs: undefined, said: undefined })
    const wallMs = this.#options.clock.wallMs()
    const { marketTimeMs, ...rest } = quote
    const believed = marketTimeMs !== undefined && marketTimeMs <= wallMs + clockToleranceMs ? marketTimeMs : undefined
    const { last } = state
    if (last?.marketTimeMs !== undefined && believed !== undefined && believed < last.marketTimeMs) return undefined
    if (last && !this.#options.emitUnchanged && samePrices(last, quote)) return undefined
    state.last = believed === undefined ? rest : { ...rest, marketTimeMs: believed }
    return { ...rest, timestampMs: believed ?? wallMs }
  }

  #takeError({ symbol, code, message }: SymbolError): void {
    const state = this.#states.get(symbol)
    if (!state) return
    if (code === 'unknown') {
      state.misses++
      if (state.misses < missesUntilUnknown) return
      state.retryAtMs = this.#options.clock.nowMs() + this.#options.unknownRetryMs
    }
    if (state.said === code) return
    state.said = code
    this.#options.logger.warn({ symbols: [symbol], code, why: message }, 'no quotes of this symbol')
    if (code === 'unknown') this.#options.onUnknown(symbol)
  }
}

function samePrices(one: ProviderQuote, other: ProviderQuote): boolean {
  const { price, bid, ask, previousClose } = one
  return price === other.price && bid === other.bid && ask === other.ask && previousClose === other.previousClose
}
