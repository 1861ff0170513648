/**
 * Stage: course → channel → member groups. Those who get the same quotes of one symbol at the same pace.
 *
 * In:  `quote`, in order; `join`, `moveIn` and `leave`.
 * Out: one frame a quote and encoding, built when first needed, to each group of members (member-group.ts).
 * Bound: one last value, one group for each encoding and phase that somebody has, and one floor for each member that came
 * from a faster channel.
 * Closed by: nobody; it holds no resource.
 *
 * What a member has seen is told by the order in which quotes came, not by seq: not every source counts.
 */
import type { Encoding } from './frame.ts'
import { type Member, MemberGroup, type MemberGroupObserver, type QuoteSource } from './member-group.ts'
import type { Quote } from './quote.ts'
import { QuoteFrames } from './quote-frames.ts'

/** What who joins has already. */
export interface Since {
  readonly epoch: number
  readonly seq: number
}

/** A quote and its place among those of its symbol, counted from 1 as they came to this process. */
export interface Arrival {
  readonly quote: Quote
  readonly order: number
}

export interface ChannelOptions {
  readonly isDelayed: boolean
  readonly last: Arrival | undefined
  readonly observer: MemberGroupObserver
}

/** Of a watchlist that is recognized by the channels in it (cohorts.ts). */
let nextKey = 1

export class Channel implements QuoteSource {
  readonly key = keyOf(nextKey++)
  readonly #isDelayed: boolean
  readonly #observer: MemberGroupObserver
  readonly #groups: MemberGroup[] = []
  /** Members that have seen newer quotes elsewhere, and up to which order: nothing older follows. */
  readonly #floors = new Map<Member, number>()
  #last: Arrival | undefined
  #frames: QuoteFrames | undefined
  #snapshot: QuoteFrames | undefined

  constructor({ isDelayed, last, observer }: ChannelOptions) {
    this.#isDelayed = isDelayed
    this.#last = last
    this.#observer = observer
  }

  *members(): Iterable<Member> {
    for (const group of this.#groups) yield* group.members
  }

  /** A cohort counts as one. */
  get size(): number {
    return this.#groups.reduce((sum, { members }) => sum + members.length, 0)
  }

  get last(): Arrival | undefined {
    return this.#last
  }

  newest(encoding: Encoding): string | undefined {
    if (!this.#last) return undefined
    const { quote } = this.#last
    this.#frames ??= new QuoteFrames({ quote, snapshot: quote.snapshot, delayed: this.#isDelayed })
    return this.#frames.of(encoding)
  }

  /** Hands over what waits, so that what is sent now comes behind it. */
  settle(): void {
    for (const group of this.#groups) group.settle()
  }

  /**
   * The order of the newest quote that it may have, from here or from where it came; 0: none yet; undefined: no member.
   */
  seenBy(member: Member): number | undefined {
    member.changing()
    const group = this.#groups.find((each) => each.isFor(member))
    if (!group?.members.includes(member)) return undefined
    group.settle()
    const seen = member.isMissing(this) ? this.#order - 1 : this.#order
    return Math.max(seen, this.#floors.get(member) ?? 0)
  }

  /** Sends the last value as a snapshot, unless the member has that very quote. */
  join(member: Member, since?: Since): void {
    if (!this.#add(member)) return
    const quote = this.#last?.quote
    if (quote === undefined || (since && quote.epoch === since.epoch && quote.seq === since.seq)) return
    this.#snapshot ??= new QuoteFrames({ quote, snapshot: true, delayed: this.#isDelayed })
    member.sendFrame(this.#snapshot.of(member.encoding))
  }

  /** From another channel of the same symbol, where it has `seen` this much: nothing that is not newer. */
  moveIn(member: Member, seen: number): void {
    if (this.#order > seen) return this.join(member)
    if (this.#add(member) && this.#order < seen) this.#floors.set(member, seen)
  }

  /** Behind what waits for it. */
  leave(member: Member): boolean {
    member.changing()
    this.#groups.find((each) => each.isFor(member))?.settle()
    this.#floors.delete(member)
    member.forget(this)
    if (!this.exit(member)) return false
    member.changed(this.key)
    return true
  }

  /** Nothing up to some order may follow for it, which a cohort could not tell. */
  hasFloor(member: Member): boolean {
    return this.#floors.has(member)
  }

  /** Between a cohort and being here by itself: nothing changes for it. */
  enter(member: Member): boolean {
    let group = this.#groups.find((each) => each.isFor(member))
    if (group?.members.includes(member)) return false
    if (!group) {
      group = new MemberGroup({ like: member, source: this, observer: this.#observer })
      this.#groups.push(group)
    }
    group.add(member)
    return true
  }

  exit(member: Member): boolean {
    return this.#groups.some((group) => group.isFor(member) && group.remove(member))
  }

  quote(arrival: Arrival): void {
    // Whose floor is between two quotes gets one of them, so they must not wait together.
    if (this.#floors.size > 0) this.settle()
    this.#last = arrival
    this.#frames = undefined
    this.#snapshot = undefined
    if (this.#floors.size > 0) return this.#quoteAboveFloors(arrival.order)
    for (const group of this.#groups) {
      if (group.members.length > 0) group.quote(this.newest(group.encoding) as string)
    }
  }

  send(frame: string): void {
    this.settle()
    // A send may end a session, and change who is here.
    for (const member of [...this.members()]) member.sendFrame(frame)
  }

  get #order(): number {
    return this.#last?.order ?? 0
  }

  /** False: it was a member. */
  #add(member: Member): boolean {
    member.changing()
    if (!this.enter(member)) return false
    member.changed(this.key)
    return true
  }

  /** One by one, which moves of a few members between paces do not make a burden. */
  #quoteAboveFloors(order: number): void {
    let sent = 0
    for (const member of this.members()) {
      if (order <= (this.#floors.get(member) ?? 0)) continue
      this.#floors.delete(member)
      member.sendQuotes(this.newest(member.encoding) as string, this)
      sent += member.size
    }
    this.#observer.delivered(sent)
  }
}

/** Numbers that are near each other become ones that share nothing (the finalizer of MurmurHash3). */
function keyOf(number: number): number {
  let mixed = number ^ (number >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
