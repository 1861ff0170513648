/**
 * Stage: course → channel → member groups. Those who get the same quotes of one symbol at the same pace.
 *
 * In:  `quote`, in order; `join`, `moveIn` and `leave`.
 * Out: one frame a quote and encoding, built when first needed, to each group of members (member-group.ts).
 * Bound: one last value, one group for each encoding and phase that somebody has had, and one floor for each member that
 * came from a faster channel.
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
  /** Members that have seen newer quotes elsewhere, up to this order: they join a group behind it. */
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
    yield* this.#floors.keys()
  }

  /** A cohort counts as one. */
  get size(): number {
    return this.#groups.reduce((sum, { members }) => sum + members.length, this.#floors.size)
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
    const floor = this.#floors.get(member)
    if (floor !== undefined) return floor
    const group = this.#groups.find((each) => each.isFor(member))
    if (!group?.members.includes(member)) return undefined
    group.settle()
    return member.isMissing(this) ? this.#order - 1 : this.#order
  }

  /** Sends the last value as a snapshot, unless the member has that very quote. */
  join(member: Member, since?: Since): void {
    if (!this.#add(member, 0)) return
    const quote = this.#last?.quote
    if (quote === undefined || (since && quote.epoch === since.epoch && quote.seq === since.seq)) return
    this.#snapshot ??= new QuoteFrames({ quote, snapshot: true, delayed: this.#isDelayed })
    member.sendFrame(this.#snapshot.of(member.encoding))
  }

  /** From another channel of the same symbol, where it has `seen` this much: nothing that is not newer. */
  moveIn(member: Member, seen: number): void {
    if (this.#order > seen) return this.join(member)
    this.#add(member, seen)
  }

  /** Behind what waits for it. */
  leave(member: Member): boolean {
    member.changing()
    this.#groups.find((each) => each.isFor(member))?.settle()
    member.forget(this)
    if (!this.#floors.delete(member) && !this.exit(member)) return false
    member.changed(this.key)
    return true
  }

  /** It is in no group yet, so it cannot be in a cohort. */
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
    if (this.#floors.size > 0) this.#enterAbove(arrival.order)
    this.#last = arrival
    this.#frames = undefined
    this.#snapshot = undefined
    for (const group of this.#groups) if (group.members.length > 0) group.quote()
  }

  send(frame: string): void {
    this.settle()
    // A send may end a session, and change who is here.
    for (const member of [...this.members()]) member.sendFrame(frame)
  }

  get #order(): number {
    return this.#last?.order ?? 0
  }

  /** With what it has `seen` elsewhere. False: it was a member. */
  #add(member: Member, seen: number): boolean {
    member.changing()
    if (this.#floors.has(member)) return false
    if (seen > this.#order) {
      if (this.#isInGroup(member)) return false
      this.#floors.set(member, seen)
    } else if (!this.enter(member)) return false
    member.changed(this.key)
    return true
  }

  #isInGroup(member: Member): boolean {
    return this.#groups.some((group) => group.isFor(member) && group.members.includes(member))
  }

  /** Before a quote of this order: whoever may have it, and did not have those that wait. */
  #enterAbove(order: number): void {
    for (const [member, floor] of this.#floors) {
      if (order <= floor) continue
      this.#floors.delete(member)
      this.enter(member)
    }
  }
}

/** Numbers that are near each other become ones that share nothing (the finalizer of MurmurHash3). */
function keyOf(number: number): number {
  let mixed = number ^ (number >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
