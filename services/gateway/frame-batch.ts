/**
 * Stage: inside an outbox whose client asked for `batch`. The messages of one flush as few frames: texts as one JSON
 * array, binary ones as one QuoteBatch (entries may be concatenated); their order stays.
 *
 * In:  ready frames, one a call (frame.ts).
 * Out: `take`, frames that are joined as far as possible. A text frame is an array even where it holds one message, so
 * it may be up to `batchOverheadBytes` longer than it came.
 * Bound: its outbox's.
 * Closed by: its outbox.
 */
import { joinedFrame, opcodes } from './frame.ts'

/** Two brackets, and a length that does not fit its field any more. */
export const batchOverheadBytes = 8

export class FrameBatch {
  #closed = ''
  #open = ''
  #opcode = 0

  /** Of what `take` would give. */
  get bytes(): number {
    if (this.#open === '') return this.#closed.length
    const payloadBytes = this.#open.length + (this.#opcode === opcodes.text ? 2 : 0)
    return this.#closed.length + headerBytes(payloadBytes) + payloadBytes
  }

  add(frame: string): void {
    const opcode = frame.charCodeAt(0)
    if (opcode !== opcodes.text && opcode !== opcodes.binary) {
      this.#close()
      this.#closed += frame
      return
    }
    if (opcode !== this.#opcode) this.#close()
    this.#opcode = opcode
    const payload = frame.slice(headerLength(frame))
    this.#open += this.#open !== '' && opcode === opcodes.text ? `,${payload}` : payload
  }

  take(): string {
    this.#close()
    const frames = this.#closed
    this.#closed = ''
    return frames
  }

  #close(): void {
    if (this.#open === '') return
    this.#closed += joinedFrame(this.#opcode, this.#opcode === opcodes.text ? `[${this.#open}]` : this.#open)
    this.#open = ''
  }
}

/** RFC 6455, section 5.2; ours are unmasked. */
function headerLength(frame: string): number {
  const length = frame.charCodeAt(1)
  if (length < 126) return 2
  return length === 126 ? 4 : 10
}

function headerBytes(payloadBytes: number): number {
  if (payloadBytes < 126) return 2
  return payloadBytes < 65_536 ? 4 : 10
}
