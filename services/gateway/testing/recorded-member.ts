/** A member of a channel that keeps what it is sent. */
import { DirectMember } from './direct-member.ts'
import { readFrames } from './frames.ts'

export class RecordedMember extends DirectMember {
  readonly frames: string[] = []

  /** Where all of it is JSON. */
  get messages(): Record<string, unknown>[] {
    return readFrames(this.frames.join('')).map(({ payload }) => JSON.parse(payload) as Record<string, unknown>)
  }

  get opcodes(): number[] {
    return readFrames(this.frames.join('')).map(({ opcode }) => opcode)
  }

  sendFrame(frame: string): void {
    this.frames.push(frame)
  }
}
