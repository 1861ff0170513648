/**
 * Stage: session → outbox → socket. Everything one connection is sent, in order: the only writer besides the close frame.
 *
 * In:  ready frames.
 * Out: one write to the socket a turn of the event loop, made by the flusher that all outboxes share.
 * Bound: `outboxLimitBytes`, counting what waits here and what Node still holds for the socket. When full, what waits is
 * written first; the frame that still would not fit is dropped, and `onOverflow` is called: the session is too slow.
 * Closed by: its connection, with `discard`.
 */
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
  #queued = ''
  #isDiscarded = false

  constructor(options: { socket: OutboxSocket; flusher: OutboxFlusher; onOverflow: () => void }) {
    this.#socket = options.socket
    this.#flusher = options.flusher
    this.#onOverflow = options.onOverflow
  }

  get bytes(): number {
    return this.#queued.length + this.#socket.writableLength
  }

  push(frame: string): void {
    if (this.#isDiscarded) return
    // What waits for the end of this turn was never offered to the socket: that is no slowness of the client's.
    if (this.bytes + frame.length > outboxLimitBytes) this.flush()
    if (this.bytes + frame.length > outboxLimitBytes) {
      this.discard()
      this.#onOverflow()
      return
    }
    if (this.#queued === '') this.#flusher.add(this)
    this.#queued += frame
  }

  flush(): void {
    if (this.#queued === '') return
    const data = this.#queued
    this.#queued = ''
    this.#socket.write(data, 'latin1')
  }

  /** Drops what waits; what follows is ignored. */
  discard(): void {
    this.#isDiscarded = true
    this.#queued = ''
  }
}
