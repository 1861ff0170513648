/**
 * Stage: upstream → fan-out → outboxes. One quote to the many sessions that hold its symbol.
 *
 * In:  each symbol's ordered quotes, gaps and news of its upstream; `join` and `leave` from subscriptions.
 * Out: ready frames, encoded once a quote whatever the number of sessions.
 * Bound: a symbol keeps one frame and, once somebody asked, one snapshot frame; no queue here, outboxes are bounded.
 * Closed by: nobody; it holds no resource.
 */
import type { Gap } from '../shared/continuity.ts'
import { textFrame } from './frame.ts'
import { gapJson, quoteJson, staleJson } from './protocol.ts'
import type { Quote } from './quote.ts'

export interface Member {
  sendFrame(frame: string): void
}

export interface FanOutObserver {
  /** A quote went to so many sessions. */
  delivered(sessions: number): void
  gap(): void
}

interface Topic {
  readonly members: Set<Member>
  last: Quote | undefined
  /** Built when first needed, until the next quote. */
  snapshotFrame: string | undefined
  /** Its upstream is lost: who joins now has to know. */
  isStale: boolean
}

export class FanOut {
  readonly #topics = new Map<string, Topic>()
  readonly #observer: FanOutObserver

  constructor(options: { readonly observer: FanOutObserver }) {
    this.#observer = options.observer
  }

  open(symbol: string, last: Quote | undefined): void {
    this.#topics.set(symbol, { members: new Set(), last, snapshotFrame: undefined, isStale: false })
  }

  close(symbol: string): void {
    this.#topics.delete(symbol)
  }

  isOpen(symbol: string): boolean {
    return this.#topics.has(symbol)
  }

  /** Sends the snapshot, where a value is known, and `stale`, where that is so; every newer quote follows. */
  join(symbol: string, member: Member): void {
    const topic = this.#topics.get(symbol)
    if (!topic) return
    topic.members.add(member)
    if (topic.last !== undefined) {
      topic.snapshotFrame ??= textFrame(quoteJson(topic.last, true))
      member.sendFrame(topic.snapshotFrame)
    }
    if (topic.isStale) member.sendFrame(textFrame(staleJson('stale', [symbol])))
  }

  leave(symbol: string, member: Member): void {
    this.#topics.get(symbol)?.members.delete(member)
  }

  quote(quote: Quote): void {
    const topic = this.#topics.get(quote.symbol)
    if (!topic) return
    topic.last = quote
    topic.snapshotFrame = undefined
    const frame = textFrame(quoteJson(quote, quote.snapshot))
    for (const member of topic.members) member.sendFrame(frame)
    this.#observer.delivered(topic.members.size)
  }

  gap(symbol: string, gap: Gap): void {
    this.#observer.gap()
    const frame = textFrame(gapJson(symbol, gap))
    for (const member of this.#topics.get(symbol)?.members ?? []) member.sendFrame(frame)
  }

  /** One message a session that names its own symbols among these. */
  tell(news: 'stale' | 'fresh', symbols: readonly string[]): void {
    const named = new Map<Member, string[]>()
    for (const symbol of symbols) {
      const topic = this.#topics.get(symbol)
      if (!topic) continue
      topic.isStale = news === 'stale'
      for (const member of topic.members) {
        const own = named.get(member)
        if (own) own.push(symbol)
        else named.set(member, [symbol])
      }
    }
    for (const [member, own] of named) member.sendFrame(textFrame(staleJson(news, own)))
  }
}
