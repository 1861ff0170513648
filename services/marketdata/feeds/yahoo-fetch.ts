/**
 * Stage: inside the Yahoo provider; the fetch that yahoo-finance2 is given, and all that leaves the process for it.
 *
 * In:  the library's requests (cookie page, crumb, quotes), each with the signal of one poll.
 * Out: a complete response below 400, or a ProviderError. The library never sees a failed one: it would print its URL,
 *      with the crumb, on the console.
 * Bound: a body of at most `maxBodyBytes`; a longer one is an error and is not read on.
 * Closed by: the signal.
 */
import { ProviderError } from './quote-provider.ts'

export type Fetch = typeof fetch

export interface YahooFetchOptions {
  readonly fetch: Fetch
  /** Where every request goes instead of Yahoo's hosts, path and query kept: a proxy, or a test's server. */
  readonly baseUrl: string | undefined
  readonly maxBodyBytes: number
  readonly wallMs: () => number
}

const crumbPath = '/v1/test/getcrumb'
/** Real ones are about 11 characters; a refusal in words has spaces. */
const crumbPattern = /^[^\s<>{}]{1,64}$/
const shownCharacters = 200
const noBodyStatuses: readonly number[] = [204, 205, 304]

export function yahooFetch(options: YahooFetchOptions): Fetch {
  return async (input, init) => {
    const asked = new URL(input instanceof Request ? input.url : input)
    const url = options.baseUrl === undefined ? asked : new URL(asked.pathname + asked.search, options.baseUrl)
    const { status, headers, body } = await complete(options, url, init)
    if (status >= 400) throw refusal(status, headers, body, options.wallMs())
    if (asked.pathname === crumbPath && !crumbPattern.test(body)) {
      throw new ProviderError('unauthorized', `no crumb but: ${cut(body)}`)
    }
    return new Response(noBodyStatuses.includes(status) ? null : body, { status, headers })
  }
}

async function complete({ fetch, maxBodyBytes }: YahooFetchOptions, url: URL, init: RequestInit | undefined) {
  try {
    const response = await fetch(url, init)
    const { status, headers } = response
    return { status, headers, body: await boundedText(response, maxBodyBytes) }
  } catch (cause) {
    if (cause instanceof ProviderError) throw cause
    throw new ProviderError('network', describe(cause), { cause })
  }
}

async function boundedText(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    // Leaving the loop cancels the body.
    if (bytes > maxBytes) throw new ProviderError('bad_answer', `an answer of more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function refusal(status: number, headers: Headers, body: string, wallMs: number): ProviderError {
  const retryAfterMs = parseRetryAfterMs(headers.get('retry-after'), wallMs)
  const reason = status === 429 ? 'rate_limited' : status === 401 || status === 403 ? 'unauthorized' : 'http_status'
  const options = retryAfterMs === undefined ? {} : { retryAfterMs }
  return new ProviderError(reason, `HTTP ${status}: ${cut(body)}`, options)
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3); anything else counts as absent. */
export function parseRetryAfterMs(value: string | null, wallMs: number): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
  const dateMs = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - wallMs)
}

/** `fetch failed` says nothing; its cause says what. */
function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error ? `${cause.message}: ${cause.cause.message}` : cause.message
}

export function cut(text: string): string {
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text
}
