/** A member of a channel that keeps what it is sent. */
import type { Member } from '../channel.ts'
import { readFrames } from './frames.ts'

export class RecordedMember implements Member {
  readonly encoding: 'json' | 'protobuf'
  readonly frames: string[] = []

  constructor(encoding: 'json' | 'protobuf' = 'json') {
    this.encoding = encoding
  }

  /** Where all of it is JSON. */
  get messages(): unknown[] {
    return readFrames(this.frames.join('')).map(({ payload }) => JSON.parse(payload) as unknown)
  }

  get opcodes(): number[] {
    return readFrames(this.frames.join('')).map(({ opcode }) => opcode)
  }

  sendFrame(frame: string): void {
    this.frames.push(frame)
  }
}
