/** A quote provider whose answers a test gives by hand, one request at a time, and that keeps what was asked. */
import type { ProviderAnswer, ProviderQuote, QuoteProvider, SymbolError } from '../quote-provider.ts'

export interface ScriptedRequest {
  readonly symbols: readonly string[]
  readonly signal: AbortSignal
  readonly answer: (answer: ProviderAnswer) => void
  readonly fail: (error: Error) => void
}

export class ScriptedProvider implements QuoteProvider {
  readonly name = 'script'
  readonly requests: ScriptedRequest[] = []
  /** Answers at once, where set and where it says something. */
  respond: ((symbols: readonly string[]) => ProviderAnswer | Error | undefined) | undefined

  async fetchQuotes(symbols: readonly string[], signal: AbortSignal): Promise<ProviderAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<ProviderAnswer>()
    this.requests.push({ symbols, signal, answer: resolve, fail: reject })
    const response = this.respond?.(symbols)
    if (response instanceof Error) reject(response)
    else if (response) resolve(response)
    return promise
  }

  get last(): ScriptedRequest {
    const request = this.requests.at(-1)
    if (!request) throw new Error('nothing was asked')
    return request
  }
}

/** An answer with these quotes, all markets open unless said otherwise. */
export function answerOf(
  quotes: readonly ProviderQuote[],
  { open = true, errors = [] }: { open?: boolean; errors?: readonly SymbolError[] } = {},
): ProviderAnswer {
  return { quotes, errors, marketOpen: new Map(quotes.map((quote) => [quote.symbol, open])) }
}

/** Long enough for everything that waits for promises only. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}
