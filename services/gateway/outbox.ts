/**
 * Stage: session → outbox → socket. Everything one connection is sent, in order: the only writer besides the close frame.
 *
 * In:  ready frames.
 * Out: one write to the socket a turn of the event loop, made by the flusher that all outboxes share.
 * Bound: `outboxLimitBytes`, counting what waits here and what Node still holds for the socket. When full, what waits is
 * written first; the frame that still would not fit is dropped, and `onOverflow` is called: the session is too slow.
 * Closed by: its connection, with `discard`.
 */
import { batchOverheadBytes, FrameBatch } from './frame-batch.ts'

export interface OutboxSocket {
  write(data: string, encoding: 'latin1'): boolean
  /** Bytes that Node holds and the kernel has not taken. */
  readonly writableLength: number
}

export const outboxLimitBytes = 1024 * 1024

export class OutboxFlusher {
  #dirty: Outbox[] = []
  #scheduled: NodeJS.Immediate | undefined

  add(outbox: Outbox): void {
    this.#dirty.push(outbox)
    this.#scheduled ??= setImmediate(() => {
      const dirty = this.#dirty
      this.#dirty = []
      this.#scheduled = undefined
      for (const outbox of dirty) outbox.flush()
    })
  }
}

export class Outbox {
  readonly #socket: OutboxSocket
  readonly #flusher: OutboxFlusher
  readonly #onOverflow: () => void
  readonly #batch: FrameBatch | undefined
  #queued = ''
  #isDiscarded = false

  /** `batches`: the messages of one flush are joined (frame-batch.ts). */
  constructor(options: { socket: OutboxSocket; flusher: OutboxFlusher; onOverflow: () => void; batches: boolean }) {
    this.#socket = options.socket
    this.#flusher = options.flusher
    this.#onOverflow = options.onOverflow
    this.#batch = options.batches ? new FrameBatch() : undefined
  }

  get bytes(): number {
    return this.#waitingBytes + this.#socket.writableLength
  }

  push(frame: string): void {
    if (this.#isDiscarded) return
    // What waits for the end of this turn was never offered to the socket: that is no slowness of the client's.
    if (!this.#fits(frame)) this.flush()
    if (!this.#fits(frame)) {
      this.discard()
      this.#onOverflow()
      return
    }
    if (this.#waitingBytes === 0) this.#flusher.add(this)
    if (this.#batch) this.#batch.add(frame)
    else this.#queued += frame
  }

  flush(): void {
    const data = this.#batch ? this.#batch.take() : this.#queued
    this.#queued = ''
    if (data !== '') this.#socket.write(data, 'latin1')
  }

  /** Drops what waits; what follows is ignored. */
  discard(): void {
    this.#isDiscarded = true
    this.#queued = ''
    this.#batch?.take()
  }

  get #waitingBytes(): number {
    return this.#batch ? this.#batch.bytes : this.#queued.length
  }

  #fits(frame: string): boolean {
    return this.bytes + frame.length + (this.#batch ? batchOverheadBytes : 0) <= outboxLimitBytes
  }
}
