/**
 * Stage: inside an outbox whose client asked for `batch`. The messages of one flush as few frames: texts as one JSON
 * array, binary ones as one QuoteBatch (entries may be concatenated); their order stays.
 *
 * In:  ready frames, one or more a call (frame.ts).
 * Out: `take`, frames that are joined as far as possible. A text frame is an array even where it holds one message, so
 * it may be up to `batchOverheadBytes` longer than it came.
 * Bound: its outbox's.
 * Closed by: its outbox.
 */
import { frame, opcodes } from './frame.ts'

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

  add(frames: string): void {
    let at = 0
    while (at < frames.length) {
      const end = at + frameLength(frames, at)
      this.#addOne(frames.slice(at, end))
      at = end
    }
  }

  take(): string {
    this.#close()
    const frames = this.#closed
    this.#closed = ''
    return frames
  }

  #addOne(frame: string): void {
    const opcode = frame.charCodeAt(0)
    if (opcode !== opcodes.text && opcode !== opcodes.binary) {
      this.#close()
      this.#closed += frame
      return
    }
    if (opcode !== this.#opcode) this.#close()
    this.#opcode = opcode
    const payload = frame.slice(headerLength(frame, 0))
    this.#open += this.#open !== '' && opcode === opcodes.text ? `,${payload}` : payload
  }

  #close(): void {
    if (this.#open === '') return
    this.#closed += frame(this.#opcode, this.#opcode === opcodes.text ? `[${this.#open}]` : this.#open)
    this.#open = ''
  }
}

/** RFC 6455, section 5.2; ours are unmasked. */
function headerLength(frames: string, at: number): number {
  const length = frames.charCodeAt(at + 1)
  if (length < 126) return 2
  return length === 126 ? 4 : 10
}

function frameLength(frames: string, at: number): number {
  const header = headerLength(frames, at)
  if (header === 2) return 2 + frames.charCodeAt(at + 1)
  let payload = 0
  for (let i = at + 2; i < at + header; i++) payload = payload * 256 + frames.charCodeAt(i)
  return header + payload
}

function headerBytes(payloadBytes: number): number {
  if (payloadBytes < 126) return 2
  return payloadBytes < 65_536 ? 4 : 10
}
