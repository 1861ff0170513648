/** A member of a channel that keeps what it is sent. */
import type { FlushPhase } from '../flush-cycle.ts'
import type { Encoding } from '../frame.ts'
import type { Member } from '../member-group.ts'
import { readFrames } from './frames.ts'
import { immediateCycle } from './immediate-cycle.ts'

const phase = immediateCycle().assignPhase()

export class RecordedMember implements Member {
  readonly encoding: Encoding
  readonly size = 1
  readonly phase: FlushPhase
  readonly frames: string[] = []

  constructor(encoding: Encoding = 'json', ownPhase = phase) {
    this.encoding = encoding
    this.phase = ownPhase
  }

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

  sendQuotes(frames: string): void {
    this.sendFrame(frames)
  }

  changing(): void {}

  changed(): void {}

  isMissing(): boolean {
    return false
  }

  forget(): void {}
}
