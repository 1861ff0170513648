/**
 * Clients as the protocol wants them: they come back by the close code, with its backoff, and remember every seq.
 *
 * Each records the ends of its connections (code, announced or not, how long until it was fresh again), its attempts
 * that failed before `connected`, by code, and what it missed: `lost` while a connection was up, `missed` over a change
 * of connection.
 * Bound: a few numbers a symbol; no message is kept. Closed by: `close`, or a close code that forbids to come back.
 */
import { WebSocket } from 'ws'
import { backoffMs, shouldReconnect } from '../../services/gateway/public/quote-client.js'

export interface End {
  /** As `connected` has said it. */
  readonly connectionId: string
  readonly code: number
  readonly wasAnnounced: boolean
  /** performance.now() of the close. */
  readonly atMs: number
  /** Until every symbol had a quote again, on a new connection. */
  freshAfterMs: number | undefined
}

interface Position {
  epoch: number
  seq: number
}

interface Message {
  readonly type: string
  readonly connectionId: string
  readonly symbol: string
  readonly seq: number
  readonly epoch: number
  readonly symbols: readonly string[]
  readonly afterMs?: number
  readonly retryAfterMs?: number
}

export class FleetClient {
  readonly ends: End[] = []
  /** Closes before `connected`, by code and reason. */
  readonly failures = new Map<string, number>()
  /** (symbol, epoch, seq) that came twice or out of order. */
  repeated = 0
  lost = 0
  missed = 0
  /** Messages that a calm platform does not send, by type. */
  readonly troubles = new Map<string, number>()
  isConnected = false
  readonly #options: FleetClientOptions
  readonly #positions = new Map<string, Position>()
  readonly #seenSinceConnect = new Set<string>()
  readonly #newestMs = new Map<string, number>()
  #ws: WebSocket | undefined
  #lostAtMs: number | undefined
  #connectionId = ''
  #wasAnnounced = false
  #notBeforeMs = 0
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: FleetClientOptions) {
    this.#options = options
    this.#connect()
  }

  get isFresh(): boolean {
    return this.#seenSinceConnect.size === this.#options.symbols.length
  }

  /** Whether every symbol has had a quote since then (performance.now()), on the connection of now. */
  hasAllSince(ms: number): boolean {
    return this.isFresh && this.#options.symbols.every((symbol) => (this.#newestMs.get(symbol) ?? 0) > ms)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#ws?.terminate()
  }

  #connect(): void {
    const { url, token, symbols } = this.#options
    const ws = new WebSocket(`${url}?token=${token}`)
    this.#ws = ws
    this.#wasAnnounced = false
    ws.on('open', () => ws.send(JSON.stringify({ type: 'subscribe', symbols })))
    ws.on('message', (data) => this.#onMessage(JSON.parse(String(data)) as Message))
    ws.on('error', () => {})
    ws.on('close', (code, reason) => this.#onClose(code, String(reason)))
  }

  #onClose(code: number, reason: string): void {
    if (this.#isClosed) return
    const nowMs = performance.now()
    if (this.isConnected) {
      const [connectionId, wasAnnounced] = [this.#connectionId, this.#wasAnnounced]
      this.ends.push({ connectionId, code, wasAnnounced, atMs: nowMs, freshAfterMs: undefined })
    } else {
      const failure = `${code} ${reason}`.trim()
      this.failures.set(failure, (this.failures.get(failure) ?? 0) + 1)
    }
    this.isConnected = false
    this.#seenSinceConnect.clear()
    if (!shouldReconnect(code)) return
    this.#lostAtMs ??= nowMs
    const waitMs = Math.max(this.#notBeforeMs - nowMs, backoffMs(nowMs - this.#lostAtMs, Math.random))
    this.#timer = setTimeout(() => this.#connect(), waitMs)
  }

  #onMessage(message: Message): void {
    if (message.type === 'quote') return this.#onQuote(message)
    const waitMs = message.afterMs ?? message.retryAfterMs
    if (waitMs !== undefined) this.#notBeforeMs = performance.now() + waitMs
    if (message.type === 'connected') {
      this.isConnected = true
      this.#connectionId = message.connectionId
      this.#lostAtMs = undefined
    } else if (message.type === 'reconnect') this.#wasAnnounced = true
    else if (!['subscribed', 'heartbeat', 'fresh'].includes(message.type)) {
      this.troubles.set(message.type, (this.troubles.get(message.type) ?? 0) + 1)
    }
  }

  #onQuote({ symbol, epoch, seq }: Message): void {
    const isFirst = !this.#seenSinceConnect.has(symbol)
    this.#count(symbol, { epoch, seq }, isFirst)
    this.#newestMs.set(symbol, performance.now())
    if (!isFirst) return
    this.#seenSinceConnect.add(symbol)
    if (!this.isFresh) return
    const nowMs = performance.now()
    for (const end of this.ends) end.freshAfterMs ??= nowMs - end.atMs
  }

  /** The newest epoch of each symbol. */
  get epochs(): Map<string, number> {
    return new Map([...this.#positions].map(([symbol, { epoch }]) => [symbol, epoch]))
  }

  #count(symbol: string, { epoch, seq }: Position, isFirst: boolean): void {
    const last = this.#positions.get(symbol)
    this.#positions.set(symbol, { epoch, seq })
    if (!last) return
    const isOlder = epoch < last.epoch || (epoch === last.epoch && seq <= last.seq)
    // A snapshot behind a new connection may repeat what is known.
    if (isOlder && !(isFirst && epoch === last.epoch && seq === last.seq)) this.repeated++
    const skipped = epoch === last.epoch ? Math.max(0, seq - last.seq - 1) : seq - 1
    if (isFirst) this.missed += skipped
    else this.lost += skipped
  }
}

export interface FleetClientOptions {
  /** Of the gateway, with /ws. */
  readonly url: string
  readonly token: string
  readonly symbols: readonly string[]
}

export class Fleet implements Disposable {
  readonly clients: FleetClient[] = []

  add(options: FleetClientOptions): FleetClient {
    const client = new FleetClient(options)
    this.clients.push(client)
    return client
  }

  /** Closes all but so many, taken from everywhere in the order in which they came. */
  keep(count: number): void {
    const step = this.clients.length / count
    const kept = new Set(Array.from({ length: count }, (_, i) => this.clients[Math.floor(i * step)]))
    for (const client of this.clients.splice(0)) {
      if (kept.has(client)) this.clients.push(client)
      else client.close()
    }
  }

  /** In the order in which they came; since an instant of performance.now(). */
  endsSince(ms: number): End[] {
    const all = this.clients.flatMap(({ ends }) => ends)
    return all.filter(({ atMs }) => atMs >= ms).sort((a, b) => a.atMs - b.atMs)
  }

  haveAllSince(ms: number): boolean {
    return this.clients.every((client) => client.hasAllSince(ms))
  }

  get areFresh(): boolean {
    return this.clients.every(({ isFresh }) => isFresh)
  }

  total(of: 'lost' | 'missed' | 'repeated'): number {
    return this.clients.reduce((sum, client) => sum + client[of], 0)
  }

  get troubles(): Record<string, number> {
    return sum(this.clients.map(({ troubles }) => troubles))
  }

  /** Attempts that failed before `connected`, by close code and reason. */
  get failures(): Record<string, number> {
    return sum(this.clients.map(({ failures }) => failures))
  }

  /** Closes of connections that were up, by code; those without a `reconnect` before them apart. */
  closesSince(ms: number): Record<string, number> {
    const all: Record<string, number> = {}
    for (const { code, wasAnnounced } of this.endsSince(ms)) {
      const key = wasAnnounced ? String(code) : `${code} unannounced`
      all[key] = (all[key] ?? 0) + 1
    }
    return all
  }

  [Symbol.dispose](): void {
    for (const client of this.clients) client.close()
  }
}

function sum(counts: readonly ReadonlyMap<string, number>[]): Record<string, number> {
  const all: Record<string, number> = {}
  for (const count of counts) for (const [key, value] of count) all[key] = (all[key] ?? 0) + value
  return all
}
