/**
 * Stage: behind the http feed; owns yahoo-finance2 (4.x), which is loaded with the first request only.
 *
 * In:  symbols and a signal. The library does Yahoo's cookie and crumb dance; a refused crumb is replaced once a call.
 * Out: an answer (yahoo-quote.ts). Rows are not validated by the library: it gives up all of them for one bad one.
 * Bound: one request a call, and three before it where a crumb is needed; an answer of at most 8 MiB.
 * Closed by: nobody. The library's console output, survey notice and version check (a request to npm) are off.
 */
import type { Logger } from '../../shared/logger.ts'
import { type ProviderAnswer, ProviderError, type QuoteProvider } from './quote-provider.ts'
import { cut, type Fetch, yahooFetch } from './yahoo-fetch.ts'
import { readYahooRows, yahooFields } from './yahoo-quote.ts'

export interface YahooProviderOptions {
  readonly logger: Logger
  readonly wallMs: () => number
  /** Where every request goes instead of Yahoo's hosts: a proxy, or a test's server. */
  readonly baseUrl?: string
  readonly fetch?: Fetch
  readonly maxBodyBytes?: number
}

interface Client {
  quote(symbols: string[], query: { fields: string[] }, options: ClientCallOptions): Promise<unknown>
}

interface ClientCallOptions {
  readonly validateResult: false
  readonly fetchOptions: RequestInit
}

export class YahooProvider implements QuoteProvider {
  readonly name = 'Yahoo Finance'
  readonly #options: YahooProviderOptions
  readonly #fetch: Fetch
  /** Holds the cookies and the crumb. */
  #client: Promise<Client> | undefined

  constructor(options: YahooProviderOptions) {
    this.#options = options
    const { fetch = globalThis.fetch, baseUrl, maxBodyBytes = 8 * 1_024 * 1_024, wallMs } = options
    this.#fetch = yahooFetch({ fetch, baseUrl, maxBodyBytes, wallMs })
  }

  async fetchQuotes(symbols: readonly string[], signal: AbortSignal): Promise<ProviderAnswer> {
    const first = this.#currentClient()
    try {
      return await this.#ask(first, symbols, signal)
    } catch (error) {
      if (!(error instanceof ProviderError && error.reason === 'unauthorized')) throw error
      // Crumbs expire without notice. Another call may have replaced the client already.
      if (this.#client === first) this.#client = undefined
      return this.#ask(this.#currentClient(), symbols, signal)
    }
  }

  async #ask(client: Promise<Client>, symbols: readonly string[], signal: AbortSignal): Promise<ProviderAnswer> {
    try {
      const yahoo = await client
      const rows = await yahoo.quote(
        [...symbols],
        { fields: [...yahooFields] },
        { validateResult: false, fetchOptions: { signal } },
      )
      return readYahooRows(symbols, rows)
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw toProviderError(error)
    }
  }

  #currentClient(): Promise<Client> {
    this.#client ??= createClient(this.#fetch, this.#options.logger)
    return this.#client
  }
}

async function createClient(fetch: Fetch, logger: Logger): Promise<Client> {
  const [{ default: createYahooFinance }, { default: quote }, { ExtendedCookieJar }] = await Promise.all([
    import('yahoo-finance2/createYahooFinance'),
    import('yahoo-finance2/modules/quote'),
    import('yahoo-finance2/lib/cookieJar'),
  ])
  const YahooFinance = createYahooFinance({ modules: { quote } })
  return new YahooFinance({
    fetch,
    // The default jar is one for the process: a new client would keep the refused crumb.
    cookieJar: new ExtendedCookieJar(),
    // The feed bounds the requests; a queue behind that would only use up their time.
    queue: { concurrency: 100 },
    logger: quietLogger(logger),
    suppressNotices: ['yahooSurvey'],
    validation: { logErrors: false, logOptionsErrors: false },
    versionCheck: false,
  })
}

/** At debug level only, and without the crumb that its debug lines show. */
function quietLogger(logger: Logger) {
  const say = (...words: unknown[]) => logger.debug({ library: 'yahoo-finance2' }, cut(words.map(String).join(' ')))
  return { info: say, warn: say, error: say, dir: () => undefined, debug: () => undefined }
}

/** What the library makes of a well-formed refusal or an answer it cannot read: plain errors. */
function toProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error
  const message = error instanceof Error ? error.message : String(error)
  const reason = /^(unauthorized|invalid crumb|invalid cookie|no set-cookie|could not find crumb)/i.test(message)
    ? 'unauthorized'
    : 'bad_answer'
  return new ProviderError(reason, cut(message))
}
