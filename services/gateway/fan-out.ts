/**
 * Stage: upstream → fan-out → courses. One quote to the many sessions that hold its symbol.
 *
 * In:  each symbol's ordered quotes, gaps and news of its upstream; `join`, `move` and `leave` from sessions.
 * Out: quotes to the symbol's live course at once, and from there to the slower ones (course.ts). They leave with the next
 * flush of their members' phase (flush-cycle.ts); anything else about a symbol comes behind what waits of it.
 * Bound: one live course for each open symbol.
 * Closed by: subscriptions.ts, symbol by symbol.
 */
import type { Clock } from '../shared/clock.ts'
import type { Gap } from '../shared/continuity.ts'
import type { Channel, Since } from './channel.ts'
import { Course, type MemberPace, nameOf, stepsOf, unlimited } from './course.ts'
import { textFrame } from './frame.ts'
import type { Member, MemberGroupObserver } from './member-group.ts'
import { gapJson, staleJson } from './protocol.ts'
import type { Quote } from './quote.ts'

export interface FanOutObserver extends MemberGroupObserver {
  /** A quote came in. */
  quote(): void
  gap(): void
}

interface Topic {
  readonly symbol: string
  /** Quotes that came. */
  order: number
  readonly live: Course
  /** Its upstream is lost: who joins now has to know. */
  isStale: boolean
}

export class FanOut {
  readonly #topics = new Map<string, Topic>()
  readonly #clock: Clock
  readonly #observer: FanOutObserver

  constructor(options: { readonly clock: Clock; readonly observer: FanOutObserver }) {
    this.#clock = options.clock
    this.#observer = options.observer
  }

  open(symbol: string, last: Quote | undefined): void {
    const order = last ? 1 : 0
    const live = new Course({
      clock: this.#clock,
      isDelayed: false,
      last: last && { quote: last, order },
      observer: this.#observer,
    })
    this.#topics.set(symbol, { symbol, order, live, isStale: false })
  }

  close(symbol: string): void {
    this.#topics.get(symbol)?.live.stop()
    this.#topics.delete(symbol)
  }

  isOpen(symbol: string): boolean {
    return this.#topics.has(symbol)
  }

  /** The name of an open symbol, the same object for all who hold it. */
  nameOf(symbol: string): string | undefined {
    return this.#topics.get(symbol)?.symbol
  }

  /** Where those of this pace are; undefined: nobody is. */
  channelOf(symbol: string, pace: MemberPace): Channel | undefined {
    return this.#topics.get(symbol)?.live.find(stepsOf(pace))?.channel
  }

  /**
   * How long this symbol should stay open when its last member has left: as long as it has values that are not old enough
   * for one of its tiers, or a tier's interval runs. 0: it has none, as one that never had a quote.
   */
  keepMsOf(symbol: string): number {
    const live = this.#topics.get(symbol)?.live
    return live?.channel.last ? live.longestMs : 0
  }

  /** Sends the snapshot, where a value is known, and `stale`, where that is so; every newer quote follows. */
  join(
    symbol: string,
    member: Member,
    { pace = unlimited, since }: { pace?: MemberPace; since?: Since | undefined } = {},
  ): void {
    const topic = this.#topics.get(symbol)
    if (!topic) return
    topic.live.at(stepsOf(pace)).channel.join(member, since)
    if (topic.isStale) member.sendFrame(textFrame(staleJson('stale', [symbol])))
  }

  /** To another pace: nothing comes twice and nothing goes backward. A snapshot follows only where it is news. */
  move(symbol: string, member: Member, paces: { readonly from: MemberPace; readonly to: MemberPace }): void {
    const live = this.#topics.get(symbol)?.live
    const [from, to] = [stepsOf(paces.from), stepsOf(paces.to)]
    if (!live || nameOf(from) === nameOf(to)) return
    const seen = live.find(from)?.channel.seenBy(member)
    if (seen === undefined) return
    live.leave(member, from)
    live.at(to).channel.moveIn(member, seen)
  }

  leave(symbol: string, member: Member, pace: MemberPace = unlimited): void {
    this.#topics.get(symbol)?.live.leave(member, stepsOf(pace))
  }

  quote(quote: Quote): void {
    this.#observer.quote()
    const topic = this.#topics.get(quote.symbol)
    if (topic) topic.live.quote({ quote, order: ++topic.order })
  }

  /** Delayed quotes are conflated by design: their sessions are not told. */
  gap(symbol: string, gap: Gap): void {
    this.#observer.gap()
    this.#topics.get(symbol)?.live.send(textFrame(gapJson(symbol, gap)))
  }

  /** One message a session that names its own symbols among these. */
  tell(news: 'stale' | 'fresh', symbols: readonly string[]): void {
    const named = new Map<Member, string[]>()
    for (const symbol of symbols) {
      const topic = this.#topics.get(symbol)
      if (!topic) continue
      topic.isStale = news === 'stale'
      topic.live.settle()
      for (const member of topic.live.members()) {
        const own = named.get(member)
        if (own) own.push(symbol)
        else named.set(member, [symbol])
      }
    }
    for (const [member, own] of named) member.sendFrame(textFrame(staleJson(news, own)))
  }
}
