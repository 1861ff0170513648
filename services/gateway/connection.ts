/**
 * Stage: outbox → connection → browser. One WebSocket as fan-out and the session see it.
 *
 * In:  frames to send; what the peer sends, passed on to its handler.
 * Out: writes through the outbox alone, so that one order holds for everything.
 * Bound: the outbox; while the client does not read, one entry for each symbol of which it missed quotes; `maxPayload` for
 * what comes in (1009 beyond). Pongs go through the outbox too: answering pings past it would be an unbounded queue for a
 * peer that does not read.
 * Closed by: the session with a code; the peer; `terminate` where a closing handshake takes too long (ws does that).
 *
 * A BrowserSocket tells its connection what happens without listeners, which would cost more memory than the connection.
 *
 * Its methods are `private`, and not #methods, for the reason that session.ts gives.
 */
import type { Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import type { Clock } from '../shared/clock.ts'
import type { Channel } from './channel.ts'
import type { Cohort, SharedFrames } from './cohort.ts'
import type { Cohorts, Watcher } from './cohorts.ts'
import type { FlushCycle, FlushPhase } from './flush-cycle.ts'
import { type Encoding, pongFrame, textFrame } from './frame.ts'
import type { QuoteSource } from './member-group.ts'
import { Outbox, type OutboxOwner } from './outbox.ts'
import { slowJson } from './protocol.ts'
import type { SessionConnection } from './session-context.ts'
import { behindAfterMs, type SlowClient, type SlowClients } from './slow-clients.ts'

/** For the closing handshake. */
export const closeTimeoutMs = 2_000

/** Words for metrics and logs. */
export type Fault = 'message_too_big' | 'bad_utf8' | 'bad_frame'

export interface ConnectionHandler {
  /** The channels that it is in. */
  watchlist(): readonly Channel[]
  onText(text: string): void
  onBinary(): void
  /** False: it sent too much, and is closed. */
  onPing(): boolean
  /** Once, whoever closed it; with the fault where the peer broke the rules of WebSocket. */
  onClosed(fault: Fault | undefined): void
  onTooSlow(): void
  /** It sent more than who is not known yet may send. */
  onTooMuch(): void
}

/** What the client chose at the handshake. */
export interface ConnectionStyle {
  /** The messages of one flush come as one array. */
  readonly batches: boolean
  readonly encoding: Encoding
}

/** What all connections share. */
export interface ConnectionContext {
  /** What the ids of this process begin with. */
  readonly idPrefix: string
  readonly clock: Clock
  readonly cycle: FlushCycle
  readonly slowClients: SlowClients
  readonly cohorts: Cohorts
  /** Quotes that were handed over for a client which does not read, and that it did not get, for newer ones had come. */
  readonly onConflated: (quotes: number) => void
}

export interface ConnectionOptions extends ConnectionStyle {
  /** Of this process, each its own. */
  readonly number: number
  readonly ws: BrowserSocket
  readonly socket: Duplex
  readonly context: ConnectionContext
}

/** A WebSocket whose events go to one connection. */
export class BrowserSocket extends WebSocket {
  connection: Connection | undefined
  /** Of EventEmitter: nobody listens, and its empty table takes 184 bytes. Where somebody does, Node makes one anew. */
  protected readonly _events: undefined = undefined

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    const { connection } = this
    if (!connection) return super.emit(event, ...args)
    switch (event) {
      case 'message':
        connection.received(args[0] as Buffer, args[1] as boolean)
        break
      case 'ping':
        connection.pinged(args[0] as Buffer)
        break
      case 'pong':
        connection.ponged(args[0] as Buffer)
        break
      // ws closes with the right code (1009 too big, 1007 not UTF-8, 1002 not WebSocket) by itself.
      case 'error':
        connection.failed(args[0] as Error)
        break
      case 'close':
        connection.closed()
        break
    }
    return true
  }
}

export class Connection implements SessionConnection, OutboxOwner, SlowClient, Watcher {
  readonly encoding: Encoding
  readonly batches: boolean
  cohort: Cohort | undefined
  watchKey: number
  readonly number: number
  readonly #ws: BrowserSocket
  readonly #context: ConnectionContext
  readonly #outbox: Outbox
  /** Monotonic, whole ms: a small integer costs nothing more. */
  #lastHeardMs: number
  #fault: Fault | undefined
  #handler: ConnectionHandler | undefined
  /** Of which symbols the newest quote waits until the client has read on; undefined: it reads. */
  #missed: Set<QuoteSource> | undefined
  #behindSinceMs = 0

  constructor({ number, ws, socket, context, batches, encoding }: ConnectionOptions) {
    this.number = number
    this.encoding = encoding
    this.batches = batches
    this.watchKey = (encoding === 'json' ? 0 : 1) ^ (batches ? 2 : 0)
    this.#ws = ws
    this.#context = context
    this.#lastHeardMs = Math.trunc(context.clock.nowMs())
    this.#outbox = new Outbox({
      socket,
      phase: context.cycle.assignPhase(),
      batches,
      owner: this,
    })
    ws.connection = this
  }

  /** Set once, in the turn the connection was made. */
  handle(handler: ConnectionHandler): void {
    this.#handler = handler
  }

  get size(): number {
    return 1
  }

  get id(): string {
    return this.#context.idPrefix + this.number
  }

  get phase(): FlushPhase {
    return this.#outbox.phase
  }

  set phase(phase: FlushPhase) {
    this.#outbox.phase = phase
  }

  get lastHeardMs(): number {
    return this.#lastHeardMs
  }

  sendFrame(frame: string): void {
    this.#outbox.push(frame)
  }

  ping(): void {
    this.#outbox.ping(this.#context.clock.nowMs())
  }

  sendQuotes(frames: string, source: QuoteSource, quotes: number): void {
    if (this.#missed === undefined && this.#outbox.offer(frames)) return
    for (let i = 0; i < quotes; i++) this.miss(source)
  }

  sendShared({ bytes, sources }: SharedFrames, nowMs: number): void {
    if (this.#missed === undefined && this.#outbox.writeShared(bytes, nowMs)) return
    for (const source of sources) this.miss(source)
  }

  changing(): void {
    this.#context.cohorts.changing(this)
  }

  changed(key: number): void {
    this.watchKey ^= key
  }

  get isBehind(): boolean {
    return this.#missed !== undefined
  }

  watchlist(): readonly Channel[] {
    return this.#handler?.watchlist() ?? []
  }

  isMissing(source: QuoteSource): boolean {
    return this.#missed?.has(source) ?? false
  }

  forget(source: QuoteSource): void {
    this.#missed?.delete(source)
  }

  close(code: number, reason: string): void {
    this.#outbox.flush(this.#context.clock.nowMs())
    this.end()
    // The client has ended its half, and does not read what is left for it: ws would wait for ever.
    if (this.#ws.readyState !== this.#ws.OPEN) this.#context.clock.after(closeTimeoutMs, () => this.#ws.terminate())
    this.#ws.close(code, reason)
  }

  onOverflow(): void {
    this.#handler?.onTooSlow()
  }

  onUnread(): void {
    this.fallBehind()
  }

  behindMs(nowMs: number): number {
    const unreadMs = this.#outbox.unreadMs(nowMs)
    if (this.#outbox.isHeld) return Math.max(1, unreadMs, nowMs - this.#behindSinceMs)
    return unreadMs >= behindAfterMs ? unreadMs : 0
  }

  /** A pong may be lost: the client may answer the newest ping only. */
  probe(nowMs: number): void {
    if (this.#outbox.isPingDue(nowMs)) this.#outbox.ping(nowMs)
  }

  catchUp(): void {
    const missed = this.#missed
    if (!missed) return
    // What waits for the next flush is missed too: the newest is sent once.
    this.cohort?.settle()
    for (const source of missed) source.settle()
    this.#missed = undefined
    for (const source of missed) {
      const frame = source.newest(this.encoding)
      if (frame !== undefined) this.sendQuotes(frame, source, 1)
    }
  }

  tellSlow(behindMs: number, closesInMs: number): void {
    this.sendFrame(textFrame(slowJson(behindMs, closesInMs)))
  }

  closeSlow(): void {
    this.#handler?.onTooSlow()
  }

  tooMuch(): void {
    this.#handler?.onTooMuch()
  }

  received(data: Buffer, isBinary: boolean): void {
    this.heard()
    if (isBinary) this.#handler?.onBinary()
    else this.#handler?.onText(data.toString('utf8'))
  }

  pinged(payload: Buffer): void {
    this.heard()
    if (this.#handler?.onPing()) this.#outbox.push(pongFrame(payload))
  }

  ponged(payload: Buffer): void {
    this.heard()
    // One that nobody waits for is a message like any other.
    if (!this.#outbox.pong(payload)) this.#handler?.onPing()
  }

  failed(error: Error): void {
    this.#fault = faultOf(error)
  }

  closed(): void {
    this.end()
    this.#handler?.onClosed(this.#fault)
  }

  private end(): void {
    this.#outbox.discard()
    this.#missed = undefined
    this.#context.slowClients.delete(this)
  }

  private miss(source: QuoteSource): void {
    const missed = this.#missed ?? this.fallBehind()
    if (missed.has(source)) this.#context.onConflated(1)
    else missed.add(source)
  }

  private fallBehind(): Set<QuoteSource> {
    if (this.#missed) return this.#missed
    this.#missed = new Set()
    this.#behindSinceMs = Math.trunc(this.#context.clock.nowMs())
    this.#context.slowClients.add(this)
    return this.#missed
  }

  private heard(): void {
    this.#lastHeardMs = Math.trunc(this.#context.clock.nowMs())
  }
}

function faultOf(error: Error & { code?: string }): Fault | undefined {
  if (!error.code?.startsWith('WS_ERR_')) return undefined
  if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 'message_too_big'
  return error.code === 'WS_ERR_INVALID_UTF8' ? 'bad_utf8' : 'bad_frame'
}
