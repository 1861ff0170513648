/**
 * A local server with Yahoo's manners: the cookie page (with the consent pages where asked for), the crumb, and quotes
 * for who shows both. Hosts do not matter: the provider sends every request here, path and query kept.
 *
 * `faults` are answers for the next requests to a path, one each; `rows` is what it knows.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Fault = (response: ServerResponse, request: IncomingMessage) => void

const cookie =
  'A3=d=AQABBJ&S=AQAAAgk; Expires=Wed, 27 Oct 2077 10:30:00 GMT; Max-Age=31557600; Domain=.yahoo.com; Path=/; Secure; HttpOnly'
const collectConsentPath = '/v2/collectConsent'

export class YahooServer {
  readonly rows = new Map<string, unknown>()
  /** Path to faults. */
  readonly faults = new Map<string, Fault[]>()
  /** Method and path of each request, quotes with their symbols. */
  readonly requests: string[] = []
  crumb = 'aB3.dEf/gH1'
  consent = false
  #server: Server | undefined
  #waiting: (() => void)[] = []

  async start(): Promise<void> {
    this.#server = createServer((request, response) => void this.#answer(request, response))
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async stop(): Promise<void> {
    this.#server?.close()
    this.#server?.closeAllConnections()
    if (this.#server) await once(this.#server, 'close')
  }

  get url(): string {
    const address = this.#server?.address() as AddressInfo
    return `http://127.0.0.1:${address.port}`
  }

  fail(path: string, ...faults: Fault[]): void {
    this.faults.set(path, faults)
  }

  /** Until `count` requests have come in. */
  async received(count: number): Promise<void> {
    while (this.requests.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const symbols = url.searchParams.get('symbols')
    this.requests.push(`${request.method} ${url.pathname}${symbols === null ? '' : ` ${symbols}`}`)
    for (const wake of this.#waiting.splice(0)) wake()
    request.resume()
    const fault = this.faults.get(url.pathname)?.shift()
    if (fault) fault(response, request)
    else if (url.pathname === '/quote/AAPL') this.#cookiePage(url, response)
    else if (url.pathname === '/v1/test/getcrumb') this.#crumb(request, response)
    else if (url.pathname === '/v7/finance/quote') this.#quotes(url, request, response)
    else this.#consentPage(url, request, response)
  }

  #cookiePage(url: URL, response: ServerResponse): void {
    if (this.consent && !url.searchParams.has('guccounter')) {
      response.writeHead(302, { location: 'https://guce.yahoo.com/consent?brandType=nonEu' }).end()
      return
    }
    response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': cookie }).end('<!doctype html><html></html>')
  }

  #consentPage(url: URL, request: IncomingMessage, response: ServerResponse): void {
    const to = (location: string) =>
      response.writeHead(302, { location, 'set-cookie': 'GUCS=AQ; Domain=.yahoo.com; Path=/; Secure' }).end()
    if (url.pathname === '/consent') to(`https://consent.yahoo.com${collectConsentPath}?sessionId=1`)
    else if (url.pathname === collectConsentPath && request.method === 'GET') {
      response.end(
        '<form><input type="hidden" name="csrfToken" value="x&#x3D;"><input type="hidden" name="sessionId" value="1"></form>',
      )
    } else if (url.pathname === collectConsentPath) to('https://guce.yahoo.com/copyConsent?sessionId=1')
    else if (url.pathname === '/copyConsent') to('https://finance.yahoo.com/quote/AAPL?guccounter=1')
    else response.writeHead(404).end()
  }

  #crumb(request: IncomingMessage, response: ServerResponse): void {
    if (request.headers.cookie?.includes('A3=')) response.end(this.crumb)
    else refuse(response, 401, 'Unauthorized', 'Invalid Cookie')
  }

  #quotes(url: URL, request: IncomingMessage, response: ServerResponse): void {
    if (!request.headers.cookie?.includes('A3=') || url.searchParams.get('crumb') !== this.crumb) {
      refuse(response, 401, 'Unauthorized', 'Invalid Crumb')
      return
    }
    const asked = (url.searchParams.get('symbols') ?? '').split(',').map((symbol) => symbol.toUpperCase())
    sendRows(
      response,
      asked.flatMap((symbol) => this.rows.get(symbol) ?? []),
    )
  }
}

export function refuse(response: ServerResponse, status: number, code: string, description: string): void {
  const body = JSON.stringify({ finance: { result: null, error: { code, description } } })
  response.writeHead(status, { 'content-type': 'application/json' }).end(body)
}

export function sendRows(response: ServerResponse, rows: readonly unknown[]): void {
  response.writeHead(200, { 'content-type': 'application/json;charset=utf-8' })
  response.end(JSON.stringify({ quoteResponse: { result: rows, error: null } }))
}

/** A row as Yahoo sends it: times are Unix seconds, and most of it is of no interest. */
export function yahooRow(symbol: string, row: Readonly<Record<string, unknown>> = {}) {
  return {
    language: 'en-US',
    region: 'US',
    quoteType: 'EQUITY',
    typeDisp: 'Equity',
    quoteSourceName: 'Nasdaq Real Time Price',
    triggerable: true,
    customPriceAlertConfidence: 'HIGH',
    currency: 'USD',
    marketState: 'REGULAR',
    exchange: 'NMS',
    market: 'us_market',
    exchangeTimezoneName: 'America/New_York',
    exchangeTimezoneShortName: 'EDT',
    gmtOffSetMilliseconds: -14_400_000,
    esgPopulated: false,
    fullExchangeName: 'NasdaqGS',
    sourceInterval: 15,
    exchangeDataDelayedBy: 0,
    tradeable: false,
    cryptoTradeable: false,
    firstTradeDateMilliseconds: 345_479_400_000,
    priceHint: 2,
    regularMarketPrice: 230.49,
    regularMarketPreviousClose: 229.31,
    regularMarketTime: 1_756_324_801,
    regularMarketVolume: 30_134_069,
    regularMarketDayRange: '228.295 - 230.9',
    bid: 230.39,
    ask: 230.75,
    bidSize: 4,
    askSize: 4,
    symbol,
    ...row,
  }
}
