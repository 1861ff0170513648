/**
 * Stage: member groups and session → outbox → socket. Everything one connection is sent, in order: the only writer beside
 * the close frame.
 *
 * In:  ready frames: `push` for what answers or tells, `offer` for quotes.
 * Out: one write to the socket a flush (flush-cycle.ts): at the end of the turn where anything but quotes waits.
 * Bound: `outboxLimitBytes`, counting what waits here and what Node still holds for the socket. Quotes that do not fit, or
 * that a client could not read yet, are refused: connection.ts keeps which symbols. What is pushed and does not fit even
 * after a write is dropped, and `onOverflow` is called: the session is too slow.
 * Closed by: its connection, with `discard`.
 *
 * What the kernel holds for a socket, up to megabytes, Node does not see, and it cannot bound it (no TCP_NOTSENT_LOWAT).
 * So the client itself is asked: a ping goes out behind the quotes, and its pong says that they were read
 * (ping-payload.ts).
 *
 * Its methods are `private`, and not #methods, for the reason that session.ts gives.
 */
import type { FlushPhase, Writing } from './flush-cycle.ts'
import { pingFrame } from './frame.ts'
import { batchOverheadBytes, FrameBatch } from './frame-batch.ts'
import { pingNumber, pingPayload } from './ping-payload.ts'
import { behindAfterMs } from './slow-clients.ts'

export interface OutboxSocket {
  /** False: Node holds more than it likes to. */
  write(data: string, encoding: 'latin1'): boolean
  write(data: Buffer): boolean
  /** Bytes that Node holds and the kernel has not taken. */
  readonly writableLength: number
}

export interface OutboxOptions {
  readonly socket: OutboxSocket
  readonly phase: FlushPhase
  /** The messages of one flush are joined (frame-batch.ts). */
  readonly batches: boolean
  readonly owner: OutboxOwner
}

export interface OutboxOwner {
  /** Of this process, each its own. */
  readonly number: number
  onOverflow(): void
  /** What was written `behindAfterMs` ago or earlier was not read. */
  onUnread(): void
}

export const outboxLimitBytes = 1024 * 1024
/** So much has been written since the last probe, and so long it is ago, before there is another one. */
export const probeBytes = 16 * 1024
export const probeEveryMs = 1_000

export class Outbox implements Writing {
  readonly #socket: OutboxSocket
  phase: FlushPhase
  readonly #owner: OutboxOwner
  readonly #batch: FrameBatch | undefined
  #queued = ''
  #isDiscarded = false
  /** Node holds more than it likes to, for the kernel would not take it. */
  #isHeld = false
  /** In the list of those that are written at the end of this turn. */
  #isUrgent = false
  /** Bytes written since the last probe: a ping whose pong says that all before it was read. */
  #unprobedBytes = 0
  /** Of the last ping that was answered, and of the newest, counted from 1; 0: there is none. */
  #answered = 0
  #newest = 0
  /** When the oldest without an answer was sent, and the newest: monotonic, whole ms. */
  #awaitedMs = 0
  #newestMs = 0

  constructor({ socket, phase, batches, owner }: OutboxOptions) {
    this.#socket = socket
    this.phase = phase
    this.#owner = owner
    this.#batch = batches ? new FrameBatch() : undefined
  }

  get bytes(): number {
    return this.waitingBytes + this.#socket.writableLength
  }

  /** Anything but quotes. */
  push(frame: string): void {
    if (this.#isDiscarded) return
    // What waits for the end of this turn was never offered to the socket: that is no slowness of the client's.
    if (!this.fits(frame)) this.writeWaiting()
    if (!this.fits(frame)) {
      this.discard()
      this.#owner.onOverflow()
      return
    }
    this.add(frame)
    if (this.#isUrgent) return
    this.#isUrgent = true
    this.phase.addUrgent(this)
  }

  ping(nowMs: number): void {
    this.push(this.pingFrame(nowMs))
  }

  /** Quotes, for the next flush of the phase. False: the client could not read them yet. */
  offer(frames: string): boolean {
    if (this.#isDiscarded) return true
    if (this.isHeld) return false
    // As in `push`: what was never offered to the socket is no slowness of the client's.
    if (this.waitingBytes + frames.length > outboxLimitBytes / 2) this.writeWaiting()
    const { waitingBytes } = this
    if (waitingBytes + frames.length > outboxLimitBytes / 2 || this.isHeld) return false
    this.add(frames)
    if (waitingBytes === 0) this.phase.addOutbox(this)
    return true
  }

  /** `nowMs`: monotonic. */
  flush(nowMs: number): void {
    const data = this.take()
    if (data === '') return
    this.written(this.#socket.write(data + this.probe(nowMs), 'latin1'), nowMs)
  }

  /** Quotes that others are sent as well, now; what waits goes before. False: the client could not read them yet. */
  writeShared(bytes: Buffer, nowMs: number): boolean {
    if (this.#isDiscarded) return true
    if (bytes.length > outboxLimitBytes / 2 || this.isHeld) return false
    this.flush(nowMs)
    if (this.isHeld) return false
    this.#unprobedBytes += bytes.length
    let isTaken = this.#socket.write(bytes)
    const probe = this.probe(nowMs)
    if (probe !== '') isTaken = this.#socket.write(probe, 'latin1')
    this.written(isTaken, nowMs)
    return true
  }

  private written(isTaken: boolean, nowMs: number): void {
    if (!isTaken) this.#isHeld = true
    if (this.unreadMs(nowMs) >= behindAfterMs) this.#owner.onUnread()
  }

  /** To make room, in the middle of a turn. */
  private writeWaiting(): void {
    const data = this.take()
    if (data !== '' && !this.#socket.write(data, 'latin1')) this.#isHeld = true
  }

  private take(): string {
    const data = this.#batch ? this.#batch.take() : this.#queued
    this.#queued = ''
    this.#isUrgent = false
    this.#unprobedBytes += data.length
    return data
  }

  get isHeld(): boolean {
    if (this.#isHeld) this.#isHeld = this.#socket.writableLength > 0
    return this.#isHeld
  }

  /** How long the client has had something to read and has not read it; 0: nothing is known to wait. */
  unreadMs(nowMs: number): number {
    return this.#answered === this.#newest ? 0 : Math.max(0, nowMs - this.#awaitedMs)
  }

  isPingDue(nowMs: number): boolean {
    return nowMs - this.#newestMs >= probeEveryMs
  }

  /**
   * The client has read up to the ping with this payload, be it a later one than the oldest: it may answer the newest
   * only. False: no such ping is awaited.
   */
  pong(payload: Uint8Array): boolean {
    const text = String.fromCharCode(...payload)
    const ping = pingNumber(text)
    if (!(ping > this.#answered && ping <= this.#newest)) return false
    if (text !== pingPayload(this.#owner.number, ping)) return false
    this.#answered = ping
    // While one is awaited the others follow it a second apart, or sooner with a heartbeat.
    this.#awaitedMs = this.#newestMs - Math.max(0, this.#newest - ping - 1) * probeEveryMs
    return true
  }

  /** Drops what waits; what follows is ignored. */
  discard(): void {
    this.#isDiscarded = true
    this.#queued = ''
    this.#batch?.take()
  }

  private get waitingBytes(): number {
    return this.#batch ? this.#batch.bytes : this.#queued.length
  }

  private add(frames: string): void {
    if (this.#batch) this.#batch.add(frames)
    else this.#queued += frames
  }

  private fits(frame: string): boolean {
    return this.bytes + frame.length + (this.#batch ? batchOverheadBytes : 0) <= outboxLimitBytes
  }

  /** '' where it is not time for one. */
  private probe(nowMs: number): string {
    if (this.#unprobedBytes < probeBytes || this.#answered !== this.#newest || !this.isPingDue(nowMs)) return ''
    return this.pingFrame(nowMs)
  }

  private pingFrame(nowMs: number): string {
    const isFirst = this.#answered === this.#newest
    this.#newest++
    this.#newestMs = Math.trunc(nowMs)
    if (isFirst) {
      this.#awaitedMs = this.#newestMs
      this.#unprobedBytes = 0
    }
    return pingFrame(pingPayload(this.#owner.number, this.#newest))
  }
}
