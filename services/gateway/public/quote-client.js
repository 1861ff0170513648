// @ts-check
/**
 * A client of the Quotewire WebSocket protocol: no DOM, no dependency, the same file in browsers and Node 24.
 *
 * In:  `subscribe`, `unsubscribe`, `close`; frames from the gateway.
 * Out: `onState`, `onQuote`, `onRejected` and `onMessage`, on the microtask after construction at the earliest.
 * Bound: one socket and at most two timers; a few words per wanted symbol. Nothing is queued: a symbol wanted
 *        while offline goes out in the one subscribe message that follows `connected` (the server takes 1,000), with
 *        what is known of it, so that an equal snapshot does not come again.
 * Closed by: its owner with `close()`, or by a close code that says not to come back (state `refused`).
 */

const BACKOFF_BASE_MS = 250
const BACKOFF_CAP_MS = 30_000
const DEFAULT_HEARTBEAT_MS = 30_000
/** From the first packet to `connected`. The heartbeat's rule needs a figure that only `connected` brings. */
const HANDSHAKE_MS = 15_000
/** No server should keep a client away for longer, and setTimeout takes 2^31 ms at most. */
const LONGEST_WAIT_MS = 3_600_000
const CLOSED_BY_CLIENT = 1000
const NO_ANSWER = 1006

/**
 * @typedef {{ symbol: string, price: number, timestamp: string, change?: number, changePercent?: number,
 *   seq?: number, epoch?: number, bid?: number, ask?: number, volume?: number, snapshot?: boolean,
 *   delayed?: boolean }} Quote
 * @typedef {{ symbol: string, code: string, message: string }} Rejection
 * @typedef {{ type: string } & Record<string, any>} Message
 *
 * @typedef {{ name: 'connecting' } | { name: 'authenticating' }
 *   | { name: 'live', connectionId: string, tier: string }
 *   | { name: 'stale', connectionId: string, tier: string, symbols: string[] }
 *   | { name: 'waiting', waitMs: number, code: number, message: string }
 *   | { name: 'refused', code: number, message: string }} State
 *   `stale` is live too, but the gateway has lost the upstream of `symbols`. `code` is the WebSocket close code.
 *
 * @typedef {object} QuoteClientOptions
 * @property {string} url ws: or wss:
 * @property {string} token a JWT, without "Bearer "
 * @property {(state: State) => void} [onState]
 * @property {(quote: Quote) => void} [onQuote] never an older quote after a newer one, none twice
 * @property {(rejection: Rejection) => void} [onRejected] why a wanted symbol has no quotes
 * @property {(message: Message) => void} [onMessage] every message but quotes, after the client has acted on it
 * @property {typeof globalThis.WebSocket} [WebSocket]
 * @property {() => number} [random] in [0, 1)
 */

const symbolPattern = /^[A-Za-z0-9^][A-Za-z0-9.^=_/-]{0,31}$/

/** @param {string} text */
export function isSymbol(text) {
  return symbolPattern.test(text)
}

/**
 * The close code alone decides. Codes that the protocol does not name mean that one side broke it, so no.
 * @param {number} code
 */
export function shouldReconnect(code) {
  return (code >= 4000 && code <= 4499) || [1001, 1005, 1006, 1011, 1012, 1013].includes(code)
}

/**
 * Full jitter over the time since the connection was lost: clients cut off together come back spread over the whole
 * range, and none sleeps through a return for longer than it was away.
 * @param {number} outageMs 0 right after the loss
 * @param {() => number} random in [0, 1)
 */
export function backoffMs(outageMs, random) {
  return random() * Math.min(BACKOFF_CAP_MS, Math.max(BACKOFF_BASE_MS, outageMs))
}

export class QuoteClient {
  #options
  #closed = false
  /** @type {State} */
  #state = { name: 'connecting' }
  /** @type {WebSocket | undefined} */
  #socket
  /** The watchdog while there is a socket, the wait for the next attempt while there is none. */
  #timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined)
  #lastHeardMs = 0

  /** Instant at which the last connection was lost, or the first attempt failed; undefined while connected. */
  #lostAtMs = /** @type {number | undefined} */ (undefined)
  /** Not before this instant, as `reconnect` or an error said; one that closed nothing delays nothing later. */
  #notBeforeMs = 0
  /** @type {Message | undefined} */
  #lastError

  #session = { connectionId: '', tier: '' }
  /** @type {Set<string>} */
  #wanted = new Set()
  /** @type {Set<string>} */
  #stale = new Set()
  /** Newest position per wanted symbol; it outlives the socket, for the next gateway may lag behind the last. */
  #positions = /** @type {Map<string, { epoch: number, seq: number }>} */ (new Map())
  /** Rejected for want of an upstream, which may come back: these are asked for again. */
  #unserved = /** @type {Set<string>} */ (new Set())
  #unservedSinceMs = /** @type {number | undefined} */ (undefined)
  #unservedTimer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined)

  /** @param {QuoteClientOptions} options */
  constructor({ WebSocket = globalThis.WebSocket, random = Math.random, ...options }) {
    this.#options = { WebSocket, random, ...options }
    // A microtask later, so that no callback runs before the caller holds the client.
    queueMicrotask(() => this.#connect())
  }

  get state() {
    return this.#state
  }

  /**
   * Asks now if connected, and again after every reconnect. Throws on a malformed symbol: the server could only
   * answer it by its index.
   * @param {Iterable<string>} symbols
   */
  subscribe(symbols) {
    const added = [...new Set(symbols)].filter((symbol) => !this.#wanted.has(symbol))
    const malformed = added.find((symbol) => !isSymbol(symbol))
    if (malformed !== undefined) throw new TypeError(`not a well-formed symbol: ${malformed}`)
    for (const symbol of added) this.#wanted.add(symbol)
    if (this.#isConnected()) this.#send('subscribe', added)
  }

  /** @param {Iterable<string>} symbols */
  unsubscribe(symbols) {
    const removed = [...new Set(symbols)].filter((symbol) => this.#wanted.delete(symbol))
    for (const symbol of removed) {
      this.#positions.delete(symbol)
      this.#unserved.delete(symbol)
    }
    if (this.#isConnected()) this.#send('unsubscribe', removed)
    this.#setStale(removed, false)
  }

  /** Final: no callback follows. */
  close() {
    this.#closed = true
    this.#wanted.clear()
    this.#dropSocket()
  }

  #connect() {
    if (this.#closed) return
    this.#lastError = undefined
    // The token travels as a subprotocol: browsers cannot set headers, and URLs end up in logs.
    const protocols = ['quotewire.v1', `bearer.${this.#options.token}`]
    try {
      this.#socket = new this.#options.WebSocket(this.#options.url, protocols)
    } catch {
      // Not the error's own text: it repeats the token.
      this.#setState({ name: 'refused', code: 0, message: 'the token has characters that no token has' })
      return
    }
    this.#listen(this.#socket)
    this.#lastHeardMs = performance.now()
    this.#watchSilence(HANDSHAKE_MS)
    this.#setState({ name: 'connecting' })
  }

  /** @param {WebSocket} socket */
  #listen(socket) {
    // A dropped socket may still deliver: what it says is no longer of this connection.
    const current = () => socket === this.#socket
    socket.addEventListener('open', () => current() && this.#setState({ name: 'authenticating' }))
    socket.addEventListener('message', ({ data }) => current() && this.#onFrame(data))
    socket.addEventListener('close', ({ code, reason }) => current() && this.#onClose(code, reason))
    // Node wants a listener; the reason is hidden from scripts and `close` always follows.
    socket.addEventListener('error', () => {})
  }

  /** Any frame counts as life. A timer that looks back is cheaper than one moved by every quote. */
  #watchSilence(/** @type {number} */ allowedMs) {
    clearTimeout(this.#timer)
    const leftMs = this.#lastHeardMs + allowedMs - performance.now()
    // Not left to the close event: on a dead network the browser waits for the peer's close frame first.
    if (leftMs <= 0) this.#onClose(NO_ANSWER, `nothing heard for ${Math.round(allowedMs / 1000)} s`)
    else this.#timer = setTimeout(() => this.#watchSilence(allowedMs), leftMs)
  }

  #dropSocket() {
    clearTimeout(this.#timer)
    clearTimeout(this.#unservedTimer)
    this.#unservedTimer = undefined
    this.#unserved.clear()
    this.#stale.clear()
    const socket = this.#socket
    this.#socket = undefined
    socket?.close(CLOSED_BY_CLIENT)
  }

  #onClose(/** @type {number} */ code, /** @type {string} */ reason) {
    this.#dropSocket()
    const comesBack = shouldReconnect(code)
    // Errors with the `error` key announce the close; any other explains at most a refusal.
    const error = this.#lastError?.error !== undefined || !comesBack ? this.#lastError : undefined
    const message = String(error?.message ?? error?.error ?? (reason || `closed with code ${code}`))
    if (comesBack) this.#wait(code, message)
    else this.#setState({ name: 'refused', code, message })
  }

  #wait(/** @type {number} */ code, /** @type {string} */ message) {
    const nowMs = performance.now()
    this.#lostAtMs ??= nowMs
    const waitMs = Math.max(this.#notBeforeMs - nowMs, backoffMs(nowMs - this.#lostAtMs, this.#options.random))
    this.#timer = setTimeout(() => this.#connect(), waitMs)
    this.#setState({ name: 'waiting', waitMs, code, message })
  }

  #onFrame(/** @type {unknown} */ data) {
    this.#lastHeardMs = performance.now()
    const message = parseMessage(data)
    if (message === undefined) return
    if (message.type === 'quote') return this.#onQuote(message)
    if (message.type === 'connected') this.#onConnected(message)
    else if (message.type === 'subscribed') this.#onSubscribed(message)
    else if (message.type === 'unsubscribed') this.#onUnsubscribed(message)
    else if (message.type === 'tier') this.#onTier(message)
    else if (message.type === 'stale') this.#setStale(message.symbols, true)
    else if (message.type === 'fresh') this.#setStale(message.symbols, false)
    else if (message.type === 'error') this.#onError(message)
    else if (message.type === 'reconnect') this.#notBeforeMs = performance.now() + waitFrom(message.afterMs)
    if (!this.#closed) this.#options.onMessage?.(message)
  }

  #onConnected(/** @type {Message} */ message) {
    this.#lostAtMs = undefined
    this.#session = { connectionId: String(message.connectionId ?? ''), tier: String(message.tier ?? '') }
    this.#watchSilence(2 * (waitFrom(message.heartbeatMs) || DEFAULT_HEARTBEAT_MS) + 5000)
    this.#send('subscribe', [...this.#wanted])
    this.#showLiveness()
  }

  #onSubscribed(/** @type {Message} */ message) {
    if (listOf(message.symbols).length > 0) this.#unservedSinceMs = undefined
    for (const rejection of listOf(message.rejected)) this.#reject(rejection)
  }

  /** Ours are in no need of an answer; those with a reason were taken by the rules of the tier. */
  #onUnsubscribed(/** @type {Message} */ { symbols, reason }) {
    if (reason !== 'entitlement') return
    const message = 'not allowed for your subscription any more'
    for (const symbol of listOf(symbols)) this.#reject({ symbol, code: 'not_entitled', message })
  }

  #onTier(/** @type {Message} */ { tier }) {
    this.#session = { ...this.#session, tier: String(tier ?? '') }
    if (this.#isConnected()) this.#showLiveness()
  }

  #onError(/** @type {Message} */ message) {
    this.#lastError = message
    if (message.retryAfterMs !== undefined) this.#notBeforeMs = performance.now() + waitFrom(message.retryAfterMs)
    if (message.symbol !== undefined) this.#reject(message)
  }

  #reject(/** @type {any} */ rejection) {
    const { symbol, code, message } = rejection ?? {}
    if (!this.#wanted.has(symbol)) return
    if (code === 'service_unavailable' || code === 'churn_limit') this.#askAgain(symbol)
    this.#options.onRejected?.({ symbol, code: String(code), message: String(message ?? code) })
  }

  #askAgain(/** @type {string} */ symbol) {
    this.#unserved.add(symbol)
    const nowMs = performance.now()
    this.#unservedSinceMs ??= nowMs
    this.#unservedTimer ??= setTimeout(
      () => {
        this.#unservedTimer = undefined
        this.#send('subscribe', [...this.#unserved])
        this.#unserved.clear()
      },
      1000 + backoffMs(nowMs - this.#unservedSinceMs, this.#options.random),
    )
  }

  #setStale(/** @type {unknown} */ symbols, /** @type {boolean} */ isStale) {
    const before = this.#stale.size
    for (const symbol of listOf(symbols)) {
      if (isStale && this.#wanted.has(symbol)) this.#stale.add(symbol)
      else this.#stale.delete(symbol)
    }
    if (this.#isConnected() && this.#stale.size !== before) this.#showLiveness()
  }

  #onQuote(/** @type {Message} */ message) {
    const quote = /** @type {Quote} */ (/** @type {unknown} */ (message))
    // Until `unsubscribed` quotes of a symbol may still be under way.
    if (!this.#wanted.has(quote.symbol) || !Number.isFinite(quote.price) || !this.#advance(quote)) return
    this.#options.onQuote?.(quote)
  }

  /** False for what was seen already. A quote without seq or epoch has no position and always passes. */
  #advance(/** @type {Quote} */ { symbol, epoch, seq }) {
    if (epoch === undefined || seq === undefined) return true
    const last = this.#positions.get(symbol)
    if (last && (epoch < last.epoch || (epoch === last.epoch && seq <= last.seq))) return false
    this.#positions.set(symbol, { epoch, seq })
    return true
  }

  #send(/** @type {'subscribe' | 'unsubscribe'} */ type, /** @type {string[]} */ symbols) {
    if (symbols.length === 0 || this.#socket?.readyState !== 1) return
    // A snapshot of what is here already is not sent again.
    const known = symbols.filter((symbol) => this.#positions.has(symbol))
    const since = Object.fromEntries(known.map((symbol) => [symbol, this.#positions.get(symbol)]))
    this.#socket.send(
      JSON.stringify(type === 'subscribe' && known.length > 0 ? { type, symbols, since } : { type, symbols }),
    )
  }

  #isConnected() {
    return this.#state.name === 'live' || this.#state.name === 'stale'
  }

  #showLiveness() {
    if (this.#stale.size === 0) this.#setState({ name: 'live', ...this.#session })
    else this.#setState({ name: 'stale', ...this.#session, symbols: [...this.#stale] })
  }

  #setState(/** @type {State} */ state) {
    if (this.#closed) return
    this.#state = state
    this.#options.onState?.(state)
  }
}

/** Anything but a JSON object with a type is ignored, except the founding design's errors, which had none. */
function parseMessage(/** @type {unknown} */ data) {
  if (typeof data !== 'string') return undefined
  try {
    const message = JSON.parse(data)
    if (typeof message?.type === 'string') return /** @type {Message} */ (message)
    if (typeof message?.error === 'string') return /** @type {Message} */ ({ ...message, type: 'error' })
  } catch {
    // One unreadable frame says nothing about the next.
  }
  return undefined
}

function waitFrom(/** @type {unknown} */ valueMs) {
  return typeof valueMs === 'number' && valueMs > 0 ? Math.min(valueMs, LONGEST_WAIT_MS) : 0
}

/** @returns {any[]} */
function listOf(/** @type {unknown} */ value) {
  return Array.isArray(value) ? value : []
}
