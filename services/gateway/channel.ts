/**
 * Stage: fan-out → channel → outboxes. Those who get the same quotes of one symbol at the same time.
 *
 * In:  `quote`, in order; `join`, `moveIn` and `leave`.
 * Out: one frame a quote and encoding, built when first needed, to every member.
 * Bound: one last value, and one floor for each member that came from a faster channel.
 * Closed by: nobody; it holds no resource.
 *
 * What a member has seen is told by the order in which quotes came, not by seq: not every source counts.
 */
import type { Quote } from './quote.ts'
import { QuoteFrames } from './quote-frames.ts'

export interface Member {
  /** How quotes are written for it; all else is JSON. */
  readonly encoding: 'json' | 'protobuf'
  sendFrame(frame: string): void
}

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

export class Channel {
  readonly #isDelayed: boolean
  readonly #members = new Set<Member>()
  /** Members that have seen newer quotes elsewhere, and up to which order: nothing older follows. */
  readonly #floors = new Map<Member, number>()
  #last: Arrival | undefined
  #snapshot: QuoteFrames | undefined

  constructor(options: { readonly isDelayed: boolean; readonly last: Arrival | undefined }) {
    this.#isDelayed = options.isDelayed
    this.#last = options.last
  }

  get members(): ReadonlySet<Member> {
    return this.#members
  }

  get last(): Arrival | undefined {
    return this.#last
  }

  /** The order of the newest quote that it has, from here or from where it came; 0: none yet; undefined: no member. */
  seenBy(member: Member): number | undefined {
    return this.#members.has(member) ? Math.max(this.#order, this.#floors.get(member) ?? 0) : undefined
  }

  /** Sends the last value as a snapshot, unless the member has that very quote. */
  join(member: Member, since?: Since): void {
    this.#members.add(member)
    const quote = this.#last?.quote
    if (quote === undefined || (since && quote.epoch === since.epoch && quote.seq === since.seq)) return
    this.#snapshot ??= new QuoteFrames({ quote, snapshot: true, delayed: this.#isDelayed })
    member.sendFrame(this.#snapshot.of(member.encoding))
  }

  /** From another channel of the same symbol, where it has `seen` this much: nothing that is not newer. */
  moveIn(member: Member, seen: number): void {
    if (this.#order > seen) return this.join(member)
    this.#members.add(member)
    if (this.#order < seen) this.#floors.set(member, seen)
  }

  leave(member: Member): boolean {
    this.#floors.delete(member)
    return this.#members.delete(member)
  }

  /** To how many members it went. */
  quote(arrival: Arrival): number {
    this.#last = arrival
    this.#snapshot = undefined
    const { quote, order } = arrival
    const frames = new QuoteFrames({ quote, snapshot: quote.snapshot, delayed: this.#isDelayed })
    if (this.#floors.size > 0) return this.#quoteAboveFloors(order, frames)
    for (const member of this.#members) member.sendFrame(frames.of(member.encoding))
    return this.#members.size
  }

  send(frame: string): void {
    for (const member of this.#members) member.sendFrame(frame)
  }

  get #order(): number {
    return this.#last?.order ?? 0
  }

  #quoteAboveFloors(order: number, frames: QuoteFrames): number {
    let sent = 0
    for (const member of this.#members) {
      if (order <= (this.#floors.get(member) ?? 0)) continue
      this.#floors.delete(member)
      member.sendFrame(frames.of(member.encoding))
      sent++
    }
    return sent
  }
}
