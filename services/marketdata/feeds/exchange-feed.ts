/**
 * Stage: outside → feed → publisher; "outside" is the public ticker of an exchange that speaks Coinbase Exchange's
 * messages (exchange-messages.ts names the source). Owns the WebSocket client of this service.
 *
 * In:  frames of one connection, without a login; exchange-session.ts reads them.
 * Out: `onQuotes`, one quote for each new ticker, under the product's symbol.
 * Bound: `mostProducts` products; frames of `maxFrameBytes`, a larger one costs the connection. Nothing is held back.
 *      Silence of `silenceMs` (a heartbeat is due every second) or a slow handshake ends the connection; the next one
 *      follows with full jitter and subscribes anew.
 * Closed by: the process (main.ts), through `stop`.
 */
import { type RawData, WebSocket } from 'ws'
import { Backoff } from '../../shared/backoff.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Logger } from '../../shared/logger.ts'
import { type ExchangeProduct, indexProducts } from './exchange-products.ts'
import { ExchangeSession, type ExchangeSessionObserver } from './exchange-session.ts'
import type { Feed, OnQuotes } from './feed.ts'

/** Of the exchange's public feed: docs.cdp.coinbase.com/exchange/websocket-feed/overview. */
export const coinbaseUrl = 'wss://ws-feed.exchange.coinbase.com'
/** A connection that lasted this long ends a row of failures; a mere handshake does not. */
const stableMs = 30_000

export type DisconnectReason = 'closed' | 'failed' | 'silent' | 'connect_timeout' | 'oversize'

export interface ExchangeFeedObserver extends ExchangeSessionObserver {
  connected(): void
  disconnected(reason: DisconnectReason): void
  /** Without a fault: others publish. */
  stopped(): void
}

export interface ExchangeFeedOptions {
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly url: string
  /** 1 to `mostProducts`; neither a product nor a symbol twice. */
  readonly products: readonly ExchangeProduct[]
  readonly onQuotes: OnQuotes
  readonly observer: ExchangeFeedObserver
  readonly connectTimeoutMs?: number
  readonly silenceMs?: number
  readonly maxFrameBytes?: number
}

/** One connection, from the attempt to its end; `cancel` is its only timer besides the session's. */
interface Link {
  readonly socket: WebSocket
  readonly session: ExchangeSession
  openedMs: number | undefined
  heardMs: number
  cancel: () => void
}

type State =
  | { readonly kind: 'idle' | 'stopped' }
  | { readonly kind: 'waiting'; readonly cancel: () => void }
  | { readonly kind: 'linked'; readonly link: Link }

export class ExchangeFeed implements Feed {
  readonly description: string
  readonly #options: Required<ExchangeFeedOptions>
  readonly #products: ReadonlyMap<string, ExchangeProduct>
  readonly #backoff: Backoff
  #state: State = { kind: 'idle' }

  /** Throws a RangeError for no products, too many or repeated ones. */
  constructor(options: ExchangeFeedOptions) {
    this.#options = { connectTimeoutMs: 10_000, silenceMs: 5_000, maxFrameBytes: 64 * 1_024, ...options }
    this.#products = indexProducts(options.products)
    this.#backoff = new Backoff({ baseMs: 500, capMs: 30_000, random: options.random })
    const count = `${this.#products.size} product${this.#products.size === 1 ? '' : 's'}`
    this.description = `ticker of ${count} from ${new URL(options.url).host}`
  }

  /** The exchange being away is no reason to reject: it may come back. */
  async run(): Promise<void> {
    if (this.#state.kind === 'idle') this.#connect()
  }

  stop(): void {
    if (this.#state.kind === 'stopped') return
    if (this.#state.kind === 'waiting') this.#state.cancel()
    if (this.#state.kind === 'linked') {
      const { link } = this.#state
      release(link)
      // The goodbye leaves at once; waiting for the answer would be up to 30 s of a timer in ws.
      link.socket.close(1000)
      link.socket.terminate()
    }
    this.#state = { kind: 'stopped' }
    this.#options.observer.stopped()
  }

  #connect(): void {
    const { clock, logger, url, connectTimeoutMs, maxFrameBytes, observer, onQuotes } = this.#options
    // Without compression: no frame can grow past its size on the wire.
    const socket = new WebSocket(url, { maxPayload: maxFrameBytes, perMessageDeflate: false })
    const send = (frame: string) => socket.send(frame)
    const session = new ExchangeSession({ clock, logger, products: this.#products, observer, onQuotes, send })
    const cancel = clock.after(connectTimeoutMs, () => this.#lose(link, 'connect_timeout'))
    const link: Link = { socket, session, openedMs: undefined, heardMs: clock.nowMs(), cancel }
    this.#state = { kind: 'linked', link }
    socket.on('open', () => this.#onOpen(link))
    socket.on('message', (data, isBinary) => this.#onFrame(link, data, isBinary))
    socket.on('ping', () => this.#hear(link))
    socket.on('error', (error) => this.#onSocketError(link, error))
    socket.on('close', (code) => this.#lose(link, 'closed', { code }))
  }

  #onOpen(link: Link): void {
    if (!this.#isCurrent(link)) return
    const { clock, logger, silenceMs, observer } = this.#options
    link.openedMs = clock.nowMs()
    this.#hear(link)
    link.cancel()
    this.#watch(link, silenceMs)
    observer.connected()
    logger.info(
      { address: new URL(this.#options.url).host, products: this.#products.size },
      'connected to the exchange',
    )
    link.session.start()
  }

  #onFrame(link: Link, data: RawData, isBinary: boolean): void {
    if (!this.#isCurrent(link)) return
    this.#hear(link)
    if (isBinary) this.#options.observer.dropped('bad_message')
    else link.session.receive(data.toString())
  }

  #onSocketError(link: Link, error: Error): void {
    if (!this.#isCurrent(link)) return
    const oversize = 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
    if (oversize) this.#options.observer.dropped('oversize')
    this.#lose(link, oversize ? 'oversize' : 'failed', { err: error })
  }

  #hear(link: Link): void {
    link.heardMs = this.#options.clock.nowMs()
  }

  /** Looks again when silence could have lasted long enough; frames move no timer. */
  #watch(link: Link, delayMs: number): void {
    const { clock, silenceMs } = this.#options
    link.cancel = clock.after(delayMs, () => {
      const leftMs = link.heardMs + silenceMs - clock.nowMs()
      if (leftMs > 0) this.#watch(link, leftMs)
      else this.#lose(link, 'silent')
    })
  }

  /** The end of a link, whoever ended it; the next attempt follows. */
  #lose(link: Link, reason: DisconnectReason, details: object = {}): void {
    if (!this.#isCurrent(link)) return
    const { clock, logger, observer } = this.#options
    release(link)
    link.socket.terminate()
    if (link.openedMs !== undefined && clock.nowMs() - link.openedMs >= stableMs) this.#backoff.reset()
    const waitMs = this.#backoff.nextMs()
    this.#state = { kind: 'waiting', cancel: clock.after(waitMs, () => this.#connect()) }
    logger.warn({ reason, waitMs: Math.round(waitMs), ...details }, 'the connection to the exchange is lost')
    observer.disconnected(reason)
  }

  /** False after `stop` and for a link that was lost: its socket may still have events under way. */
  #isCurrent(link: Link): boolean {
    return this.#state.kind === 'linked' && this.#state.link === link
  }
}

function release(link: Link): void {
  link.cancel()
  link.session.stop()
}
