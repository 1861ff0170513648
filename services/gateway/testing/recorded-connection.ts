/** A connection that keeps what it is sent. Like the real one it drops frames once it overflowed or was closed. */
import type { Clock } from '../../shared/clock.ts'
import { quotewire } from '../../shared/protobuf.ts'
import { type Encoding, pingFrame } from '../frame.ts'
import type { SessionConnection } from '../session-context.ts'
import { DirectMember } from './direct-member.ts'
import { readFrames } from './frames.ts'

export type Message = Readonly<Record<string, unknown>>

export class RecordedConnection extends DirectMember implements SessionConnection {
  readonly id: string
  lastHeardMs: number
  readonly messages: Message[] = []
  /** As they came, for the order of keys. */
  readonly texts: string[] = []
  readonly pings: number[] = []
  readonly closes: { code: number; reason: string }[] = []
  /** Frames that somebody still sent after the close: a session that was not forgotten. */
  lateFrames = 0
  #framesUntilOverflow = Number.POSITIVE_INFINITY
  #onOverflow = () => {}
  readonly #clock: Clock

  constructor(options: { readonly id: string; readonly clock: Clock; readonly encoding?: Encoding }) {
    super(options.encoding)
    this.id = options.id
    this.#clock = options.clock
    this.lastHeardMs = options.clock.nowMs()
  }

  /** After `frames` more the outbox is full: `onOverflow` is called inside the next send. */
  overflowAfter(frames: number, onOverflow: () => void): void {
    this.#framesUntilOverflow = frames
    this.#onOverflow = onOverflow
  }

  sendFrame(bytes: string): void {
    if (this.closes.length > 0) this.lateFrames++
    if (this.closes.length > 0 || this.#framesUntilOverflow < 0) return
    if (this.#framesUntilOverflow-- === 0) return this.#onOverflow()
    for (const { opcode, payload } of readFrames(bytes)) {
      if (opcode === 9) this.pings.push(this.#clock.nowMs())
      else if (opcode === 2) this.messages.push(...readBinary(payload))
      else {
        this.texts.push(payload)
        this.messages.push(JSON.parse(payload) as Message)
      }
    }
  }

  ping(): void {
    this.sendFrame(pingFrame())
  }

  close(code: number, reason: string): void {
    this.closes.push({ code, reason })
  }

  ofType(...types: string[]): Message[] {
    return this.messages.filter(({ type }) => types.includes(String(type)))
  }
}

/** Quotes of a binary frame, as JSON would name them, marked by `binary`. */
function readBinary(payload: string): Message[] {
  const { entries } = quotewire.v1.QuoteBatch.decode(Buffer.from(payload, 'latin1'))
  return entries.map(({ quote }) => ({ binary: true, type: 'quote', ...quote }))
}
