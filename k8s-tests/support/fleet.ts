/**
 * Clients as the protocol wants them: they come back by the close code, with full jitter, and remember every seq.
 *
 * Each records the ends of its connections (code, announced or not, how long until it was fresh again) and what it
 * missed: `lost` while a connection was up, `missed` over a change of connection.
 * Bound: a few numbers a symbol; no message is kept. Closed by: `close`.
 */
import { WebSocket } from 'ws'

export interface End {
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
  readonly symbol: string
  readonly seq: number
  readonly epoch: number
  readonly symbols: readonly string[]
  readonly code?: string
}

const backoff = { baseMs: 250, capMs: 30_000 }

export class FleetClient {
  readonly ends: End[] = []
  readonly epochs = new Set<number>()
  /** (symbol, epoch, seq) that came twice or out of order. */
  repeated = 0
  lost = 0
  missed = 0
  /** Messages that a calm platform does not send, by type. */
  readonly troubles = new Map<string, number>()
  connectedMs = 0
  readonly #options: FleetClientOptions
  readonly #positions = new Map<string, Position>()
  readonly #seenSinceConnect = new Set<string>()
  readonly #newestMs = new Map<string, number>()
  #ws: WebSocket | undefined
  #attempt = 0
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

  /** Closes this connection and opens another, as a page that is loaded again. */
  reopen(): void {
    this.#ws?.terminate()
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
    this.#seenSinceConnect.clear()
    this.#wasAnnounced = false
    ws.on('open', () => ws.send(JSON.stringify({ type: 'subscribe', symbols })))
    ws.on('message', (data) => this.#onMessage(JSON.parse(String(data)) as Message))
    ws.on('error', () => {})
    ws.on('close', (code) => this.#onClose(code))
  }

  #onClose(code: number): void {
    if (this.#isClosed) return
    const { symbols } = this.#options
    // An attempt that never got anywhere is part of the wait, not another end.
    const hadBegun = this.connectedMs > 0
    if (hadBegun) {
      const end = { code, wasAnnounced: this.#wasAnnounced, atMs: performance.now(), freshAfterMs: undefined }
      if (symbols.length > 0) this.ends.push(end)
    }
    this.connectedMs = 0
    const leastMs = Math.max(0, this.#notBeforeMs - performance.now())
    const waitMs = Math.max(leastMs, Math.random() * Math.min(backoff.capMs, backoff.baseMs * 2 ** this.#attempt++))
    this.#timer = setTimeout(() => this.#connect(), waitMs)
  }

  #onMessage(message: Message): void {
    if (message.type === 'quote') return this.#onQuote(message)
    if (message.type === 'connected') {
      this.connectedMs = performance.now()
      this.#attempt = 0
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

  #count(symbol: string, { epoch, seq }: Position, isFirst: boolean): void {
    this.epochs.add(epoch)
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

  get ends(): End[] {
    return this.clients.flatMap(({ ends }) => ends)
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
    const all: Record<string, number> = {}
    for (const { troubles } of this.clients) {
      for (const [type, count] of troubles) all[type] = (all[type] ?? 0) + count
    }
    return all
  }

  [Symbol.dispose](): void {
    for (const client of this.clients) client.close()
  }
}
