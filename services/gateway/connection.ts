/**
 * Stage: outbox → connection → browser. One WebSocket as the session sees it.
 *
 * In:  frames to send; what the peer sends, passed on to `onText`, `onBinary` and `onClosed`.
 * Out: writes through the outbox alone, so that one order holds for everything.
 * Bound: the outbox; `maxPayload` for what comes in (1009 beyond). Pongs go through the outbox too: answering pings
 * past it would be an unbounded queue for a peer that does not read.
 * Closed by: the session with a code; the peer; `terminate` where a closing handshake takes too long (ws does that).
 */
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Clock } from '../shared/clock.ts'
import { pongFrame } from './frame.ts'
import { Outbox, type OutboxFlusher } from './outbox.ts'
import type { SessionConnection } from './session.ts'

/** Words for metrics and logs. */
export type Fault = 'message_too_big' | 'bad_utf8' | 'bad_frame'

export interface ConnectionHandler {
  onText(text: string): void
  onBinary(): void
  /** Once, whoever closed it; with the fault where the peer broke the rules of WebSocket. */
  onClosed(fault: Fault | undefined): void
  onTooSlow(): void
}

/** What the client chose at the handshake. */
export interface ConnectionStyle {
  /** The messages of one flush come as one array. */
  readonly batches: boolean
  readonly encoding: 'json' | 'protobuf'
}

export interface ConnectionOptions extends ConnectionStyle {
  readonly id: string
  readonly ws: WebSocket
  readonly socket: Duplex
  readonly flusher: OutboxFlusher
  readonly clock: Clock
}

export class Connection implements SessionConnection {
  readonly id: string
  readonly encoding: 'json' | 'protobuf'
  readonly #ws: WebSocket
  readonly #clock: Clock
  readonly #outbox: Outbox
  #lastHeardMs: number
  #fault: Fault | undefined
  #handler: ConnectionHandler | undefined

  constructor({ id, ws, socket, flusher, clock, batches, encoding }: ConnectionOptions) {
    this.id = id
    this.encoding = encoding
    this.#ws = ws
    this.#clock = clock
    this.#lastHeardMs = clock.nowMs()
    this.#outbox = new Outbox({ socket, flusher, batches, onOverflow: () => this.#handler?.onTooSlow() })
    ws.on('message', (data, isBinary) => this.#onMessage(data as Buffer, isBinary))
    ws.on('ping', (payload) => {
      this.#heard()
      this.#outbox.push(pongFrame(payload))
    })
    ws.on('pong', () => this.#heard())
    ws.on('close', () => {
      this.#outbox.discard()
      this.#handler?.onClosed(this.#fault)
    })
    // ws closes with the right code (1009 too big, 1007 not UTF-8, 1002 not WebSocket) by itself.
    ws.on('error', (error) => {
      this.#fault = faultOf(error)
    })
  }

  /** Set once, in the turn the connection was made. */
  handle(handler: ConnectionHandler): void {
    this.#handler = handler
  }

  get lastHeardMs(): number {
    return this.#lastHeardMs
  }

  sendFrame(frame: string): void {
    this.#outbox.push(frame)
  }

  close(code: number, reason: string): void {
    this.#outbox.flush()
    this.#outbox.discard()
    this.#ws.close(code, reason)
  }

  #heard(): void {
    this.#lastHeardMs = this.#clock.nowMs()
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    this.#heard()
    if (isBinary) this.#handler?.onBinary()
    else this.#handler?.onText(data.toString('utf8'))
  }
}

function faultOf(error: Error & { code?: string }): Fault | undefined {
  if (!error.code?.startsWith('WS_ERR_')) return undefined
  if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 'message_too_big'
  return error.code === 'WS_ERR_INVALID_UTF8' ? 'bad_utf8' : 'bad_frame'
}
