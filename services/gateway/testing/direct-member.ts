/** What members of tests have alike: none is ever behind, and none keeps a list of its channels. */
import type { FlushPhase } from '../flush-cycle.ts'
import type { Encoding } from '../frame.ts'
import type { Member } from '../member-group.ts'
import { immediateCycle } from './immediate-cycle.ts'

const sharedPhase = immediateCycle().assignPhase()

export abstract class DirectMember implements Member {
  readonly encoding: Encoding
  readonly phase: FlushPhase
  readonly size = 1

  constructor(encoding: Encoding = 'json', phase = sharedPhase) {
    this.encoding = encoding
    this.phase = phase
  }

  abstract sendFrame(frame: string): void

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
