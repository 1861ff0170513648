/**
 * Stage: upstream → fan-out → channels. One quote to the many sessions that hold its symbol.
 *
 * In:  each symbol's ordered quotes, gaps and news of its upstream; `join`, `move` and `leave` from sessions.
 * Out: quotes to the symbol's live channel at once and to the others when they are due.
 * Bound: a symbol has one course for each delay of a tier, which stays while the symbol is open, so that it has something
 * to say to who comes back; below it a channel for each limit of rate that somebody holds. What waits for its time is
 * bounded by pacing.ts.
 * Closed by: subscriptions.ts, symbol by symbol.
 *
 * A delay of its own for each rate would let clients, who choose rates, make any number of delay lines, and a change of
 * rate would be followed by the silence of a line that begins empty.
 */
import type { Clock } from '../shared/clock.ts'
import type { Gap } from '../shared/continuity.ts'
import { livePace, type Pace, PacedLine, paceName } from '../shared/pacing.ts'
import { type Arrival, Channel, type Member, type Since } from './channel.ts'
import { textFrame } from './frame.ts'
import { gapJson, staleJson } from './protocol.ts'
import type { Quote } from './quote.ts'

export interface FanOutObserver {
  /** A quote came in. */
  quote(): void
  /** It went to so many sessions. */
  delivered(sessions: number): void
  gap(): void
}

interface Limited {
  readonly channel: Channel
  readonly line: PacedLine<Arrival>
}

/** A symbol's quotes with one delay, or none. */
interface Course {
  /** Gets all of them; its last value is what newcomers may see. */
  readonly full: Channel
  /** By their interval in ms. */
  readonly limited: Map<number, Limited>
}

interface Topic {
  /** Quotes that came. */
  order: number
  readonly live: Course
  /** By their delay in ms. */
  readonly delayed: Map<number, Course & { readonly line: PacedLine<Arrival> }>
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
    const live = newCourse({ isDelayed: false, last: last && { quote: last, order } })
    this.#topics.set(symbol, { order, live, delayed: new Map(), isStale: false })
  }

  close(symbol: string): void {
    const topic = this.#topics.get(symbol)
    if (!topic) return
    this.#topics.delete(symbol)
    for (const { line } of topic.delayed.values()) line.stop()
    for (const { limited } of coursesOf(topic)) for (const { line } of limited.values()) line.stop()
  }

  isOpen(symbol: string): boolean {
    return this.#topics.has(symbol)
  }

  /** The longest delay at which this symbol was held since it was opened; 0: none. */
  delayMsOf(symbol: string): number {
    return Math.max(0, ...(this.#topics.get(symbol)?.delayed.keys() ?? []))
  }

  /** Sends the snapshot, where a value is known, and `stale`, where that is so; every newer quote follows. */
  join(
    symbol: string,
    member: Member,
    { pace = livePace, since }: { pace?: Pace; since?: Since | undefined } = {},
  ): void {
    const topic = this.#topics.get(symbol)
    if (!topic) return
    this.#channel(topic, pace).join(member, since)
    if (topic.isStale) member.sendFrame(textFrame(staleJson('stale', [symbol])))
  }

  /** To another pace: nothing comes twice and nothing goes backward. A snapshot follows only where it is news. */
  move(symbol: string, member: Member, { from, to }: { from: Pace; to: Pace }): void {
    const topic = this.#topics.get(symbol)
    if (!topic || paceName(from) === paceName(to)) return
    const seen = find(topic, from)?.seenBy(member)
    if (seen === undefined) return
    this.#leave(topic, member, from)
    this.#channel(topic, to).moveIn(member, seen)
  }

  leave(symbol: string, member: Member, pace: Pace = livePace): void {
    const topic = this.#topics.get(symbol)
    if (topic) this.#leave(topic, member, pace)
  }

  quote(quote: Quote): void {
    this.#observer.quote()
    const topic = this.#topics.get(quote.symbol)
    if (!topic) return
    const arrival = { quote, order: ++topic.order }
    this.#deliver(topic.live, arrival)
    for (const { line } of topic.delayed.values()) line.push(arrival)
  }

  /** Delayed quotes are conflated by design: their sessions are not told. */
  gap(symbol: string, gap: Gap): void {
    this.#observer.gap()
    const topic = this.#topics.get(symbol)
    if (!topic) return
    const frame = textFrame(gapJson(symbol, gap))
    for (const channel of channelsOf(topic.live)) channel.send(frame)
  }

  /** One message a session that names its own symbols among these. */
  tell(news: 'stale' | 'fresh', symbols: readonly string[]): void {
    const named = new Map<Member, string[]>()
    for (const symbol of symbols) {
      const topic = this.#topics.get(symbol)
      if (!topic) continue
      topic.isStale = news === 'stale'
      for (const member of membersOf(topic)) {
        const own = named.get(member)
        if (own) own.push(symbol)
        else named.set(member, [symbol])
      }
    }
    for (const [member, own] of named) member.sendFrame(textFrame(staleJson(news, own)))
  }

  #deliver({ full, limited }: Course, arrival: Arrival): void {
    this.#observer.delivered(full.quote(arrival))
    for (const { line } of limited.values()) line.push(arrival)
  }

  #channel(topic: Topic, { delayMs, intervalMs }: Pace): Channel {
    const { full, limited } = this.#course(topic, delayMs)
    if (intervalMs === 0) return full
    const known = limited.get(intervalMs)
    if (known) return known.channel
    const channel = new Channel({ isDelayed: delayMs > 0, last: full.last })
    const onDue = (arrival: Arrival) => this.#observer.delivered(channel.quote(arrival))
    const line = new PacedLine<Arrival>({ clock: this.#clock, pace: { delayMs: 0, intervalMs }, onDue })
    limited.set(intervalMs, { channel, line })
    return channel
  }

  #course(topic: Topic, delayMs: number): Course {
    if (delayMs === 0) return topic.live
    const known = topic.delayed.get(delayMs)
    if (known) return known
    const course = newCourse({ isDelayed: true, last: undefined })
    const onDue = (arrival: Arrival) => this.#deliver(course, arrival)
    const line = new PacedLine<Arrival>({ clock: this.#clock, pace: { delayMs, intervalMs: 0 }, onDue })
    topic.delayed.set(delayMs, { ...course, line })
    // It begins empty: when the last value came is not known, and it must not be early.
    const { last } = topic.live.full
    if (last) line.push({ quote: { ...last.quote, snapshot: true }, order: last.order })
    return course
  }

  #leave(topic: Topic, member: Member, pace: Pace): void {
    const channel = find(topic, pace)
    if (!channel?.leave(member) || pace.intervalMs === 0 || channel.members.size > 0) return
    const limited = courseOf(topic, pace)?.limited
    limited?.get(pace.intervalMs)?.line.stop()
    limited?.delete(pace.intervalMs)
  }
}

function newCourse(options: { readonly isDelayed: boolean; readonly last: Arrival | undefined }): Course {
  return { full: new Channel(options), limited: new Map() }
}

function courseOf(topic: Topic, { delayMs }: Pace): Course | undefined {
  return delayMs === 0 ? topic.live : topic.delayed.get(delayMs)
}

function find(topic: Topic, pace: Pace): Channel | undefined {
  const course = courseOf(topic, pace)
  return pace.intervalMs === 0 ? course?.full : course?.limited.get(pace.intervalMs)?.channel
}

function coursesOf({ live, delayed }: Topic): Course[] {
  return [live, ...delayed.values()]
}

function channelsOf({ full, limited }: Course): Channel[] {
  return [full, ...[...limited.values()].map(({ channel }) => channel)]
}

function* membersOf(topic: Topic): Iterable<Member> {
  for (const course of coursesOf(topic)) for (const { members } of channelsOf(course)) yield* members
}
