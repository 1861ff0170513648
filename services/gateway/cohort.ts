/**
 * Stage: member groups → cohort → connections. Connections that hold the very same symbols at the same paces, in one form:
 * what a flush brings is put together once and written to each.
 *
 * In:  quotes, as any member of the channels that its connections would be in.
 * Out: at the flush of its phase one buffer for all of them.
 * Bound: its connections, and the quotes of one turn or window; an outbox that has no room refuses the buffer.
 * Closed by: its last connections: of one alone nothing is left (cohorts.ts).
 */
import type { Channel } from './channel.ts'
import type { FlushPhase, Writing } from './flush-cycle.ts'
import type { Encoding } from './frame.ts'
import { FrameBatch } from './frame-batch.ts'
import type { Member, QuoteSource } from './member-group.ts'

export interface CohortMember extends Member {
  /** It takes that of its cohort, and keeps it. */
  phase: FlushPhase
  readonly batches: boolean
  cohort: Cohort | undefined
  /** Whole frames, of these sources; the text and the buffer are the same bytes. */
  sendShared(shared: SharedFrames, nowMs: number): void
}

export interface SharedFrames {
  readonly bytes: Buffer
  /** Of each quote in it. */
  readonly sources: readonly QuoteSource[]
}

export class Cohort implements Member, Writing {
  readonly encoding: Encoding
  readonly phase: FlushPhase
  readonly members: CohortMember[] = []
  readonly channels: readonly Channel[]
  readonly #nowMs: () => number
  readonly #batch: FrameBatch | undefined
  #queued = ''
  #sources: QuoteSource[] = []

  /** `like`: the first of those who will be in it. */
  constructor(options: { like: CohortMember; channels: readonly Channel[]; nowMs: () => number }) {
    const { like, channels, nowMs } = options
    this.encoding = like.encoding
    this.phase = like.phase
    this.channels = channels
    this.#nowMs = nowMs
    this.#batch = like.batches ? new FrameBatch() : undefined
    for (const channel of channels) channel.enter(this)
  }

  get size(): number {
    return this.members.length
  }

  /** One that is in all of these channels by itself. */
  add(member: CohortMember): void {
    this.settle()
    for (const channel of this.channels) channel.exit(member)
    member.phase = this.phase
    member.cohort = this
    this.members.push(member)
  }

  /**
   * From now on it is in the channels by itself, as before; what waited has been sent. The one that would be left alone goes
   * too, and is returned.
   */
  remove(member: CohortMember): CohortMember | undefined {
    this.settle()
    this.members.splice(this.members.indexOf(member), 1)
    this.#release(member)
    const [last, more] = this.members
    if (!last || more) return undefined
    this.members.pop()
    this.#release(last)
    for (const channel of this.channels) channel.exit(this)
    return last
  }

  #release(member: CohortMember): void {
    member.cohort = undefined
    for (const channel of this.channels) channel.enter(member)
  }

  sendFrame(frame: string): void {
    this.flush(this.#nowMs())
    // A send may end a session, which leaves then.
    for (const member of [...this.members]) member.sendFrame(frame)
  }

  sendQuotes(frames: string, source: QuoteSource, quotes: number): void {
    if (this.#sources.length === 0) this.phase.addOutbox(this)
    for (let i = 0; i < quotes; i++) this.#sources.push(source)
    if (this.#batch) this.#batch.add(frames)
    else this.#queued += frames
  }

  flush(nowMs: number): void {
    const sources = this.#sources
    if (sources.length === 0) return
    const bytes = Buffer.from(this.#batch ? this.#batch.take() : this.#queued, 'latin1')
    this.#queued = ''
    this.#sources = []
    for (const member of this.members) member.sendShared({ bytes, sources }, nowMs)
  }

  isMissing(): boolean {
    return false
  }

  forget(): void {}

  changing(): void {}

  changed(): void {}

  /** What waits for its members is sent now. */
  settle(): void {
    for (const channel of this.channels) channel.settle()
    this.flush(this.#nowMs())
  }
}
