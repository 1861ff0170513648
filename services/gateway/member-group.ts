/**
 * Stage: channel → member group → connections. Those of one channel whose quotes have the same form and go out in the same
 * phase of the flush cycle.
 *
 * In:  `quote`, when its source has a new one; `add` and `remove`.
 * Out: at the next flush of the phase each member's `sendQuotes`, with all frames that wait.
 * Bound: one entry a member. While the phase conflates only the newest quote waits, which is encoded when it is handed
 * over; else the frames of one turn or window, all of which are handed over: an outbox that has no room refuses them.
 * Closed by: nobody; it holds no resource.
 *
 * An array and a search instead of a set: a membership costs 8 bytes, and one search in some thousand costs a microsecond.
 */
import type { FlushPhase, Handing } from './flush-cycle.ts'
import type { Encoding } from './frame.ts'

/** Where the newest quote of a symbol is, for who has missed some. */
export interface QuoteSource {
  /** Its frame; undefined: there is none. */
  newest(encoding: Encoding): string | undefined
  /** Hands over what waits. */
  settle(): void
}

export interface Member {
  /** How quotes are written for it; all else is JSON. */
  readonly encoding: Encoding
  readonly phase: FlushPhase
  /** Sessions behind it. */
  readonly size: number
  /** Before it joins or leaves a channel … */
  changing(): void
  /** … and after; each channel has its own key. */
  changed(key: number): void
  /** Anything but quotes; not held back by the flush window. */
  sendFrame(frame: string): void
  /** Whole frames of so many quotes of this source, the newest last. */
  sendQuotes(frames: string, source: QuoteSource, quotes: number): void
  /** Whether its newest quote waits until this client has read on. */
  isMissing(source: QuoteSource): boolean
  /** It is no member there any more: nothing of it follows. */
  forget(source: QuoteSource): void
}

export interface MemberGroupObserver {
  /** Quotes went to so many members, each counted. */
  delivered(quotes: number): void
  /** Quotes did not go to so many members, for newer ones had come. */
  conflated(quotes: number): void
}

export class MemberGroup implements Handing {
  readonly encoding: Encoding
  readonly phase: FlushPhase
  readonly members: Member[] = []
  readonly #source: QuoteSource
  readonly #observer: MemberGroupObserver
  /** Frames, in order; '': the newest is what waits, where anything does. */
  #waiting = ''
  #quotes = 0
  /** Quotes that waited, and were replaced. */
  #conflated = 0
  #isListed = false

  constructor(options: { like: Member; source: QuoteSource; observer: MemberGroupObserver }) {
    this.encoding = options.like.encoding
    this.phase = options.like.phase
    this.#source = options.source
    this.#observer = options.observer
  }

  isFor({ encoding, phase }: Member): boolean {
    return this.encoding === encoding && this.phase === phase
  }

  /** Quotes that wait are not for it: they are handed over first. */
  add(member: Member): void {
    this.settle()
    this.members.push(member)
  }

  /** False: it is no member. The order of members means nothing. */
  remove(member: Member): boolean {
    const { members } = this
    const at = members.indexOf(member)
    if (at < 0) return false
    const last = members.pop() as Member
    if (at < members.length) members[at] = last
    return true
  }

  quote(): void {
    const { conflates } = this.phase
    if (conflates || this.#waiting === '') {
      this.#conflated += this.#quotes
      this.#quotes = 0
      this.#waiting = ''
    }
    if (!conflates) this.#waiting += this.#newest
    this.#quotes++
    if (this.#isListed) return
    this.#isListed = true
    this.phase.addGroup(this)
  }

  hand(): void {
    this.#isListed = false
    this.settle()
  }

  /** Before anything that has to come behind these quotes. */
  settle(): void {
    if (this.#quotes === 0) return
    const { members } = this
    const frames = this.#waiting === '' ? this.#newest : this.#waiting
    const [quotes, conflated] = [this.#quotes, this.#conflated]
    this.#waiting = ''
    this.#quotes = 0
    this.#conflated = 0
    let sessions = 0
    for (const member of members) {
      sessions += member.size
      member.sendQuotes(frames, this.#source, quotes)
    }
    this.#observer.delivered(quotes * sessions)
    if (conflated > 0) this.#observer.conflated(conflated * sessions)
  }

  /** Asked for behind a `quote` only, so there is one. */
  get #newest(): string {
    return this.#source.newest(this.encoding) as string
  }
}
