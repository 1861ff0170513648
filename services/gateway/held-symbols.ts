/**
 * Stage: session symbols → held symbols → subscriptions and fan-out. What one session holds, and at which pace.
 *
 * In:  `join` for a symbol that is live upstream and counted as held there; `leave`; changes of rate and of terms.
 * Out: membership in fan-out's courses; releases.
 * Bound: session-symbols.ts's.
 * Closed by: session-symbols.ts, with `leaveAll`.
 *
 * There are as many of these as there are subscriptions: names are those that fan-out keeps, and an index is made only
 * where a search through the names would take longer than it.
 *
 * Its methods are `private`, and not #methods, for the reason that session.ts gives.
 */
import type { Channel, Since } from './channel.ts'
import type { MemberPace } from './course.ts'
import type { FanOut } from './fan-out.ts'
import type { Member } from './member-group.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { Terms } from './terms.ts'

/** What all sessions share of it. */
export interface HeldSymbolsContext {
  readonly subscriptions: Pick<Subscriptions, 'release'>
  readonly fanOut: FanOut
}

const searchedNames = 32

export class HeldSymbols {
  readonly #context: HeldSymbolsContext
  readonly #member: Member
  #names: string[] = []
  /** Of more than `searchedNames`. */
  #index: Set<string> | undefined
  /** The least time between two quotes that the client asked for, where it asked for one. */
  #intervals: Map<string, number> | undefined
  /** By which fan-out knows this session; kept, as terms may change or end before it leaves. */
  #tierPace: Terms['pace'] | undefined
  /** The pace before, while some are still there: a send on the way may end the session. */
  #pastPace: Terms['pace'] | undefined

  constructor(context: HeldSymbolsContext, member: Member) {
    this.#context = context
    this.#member = member
  }

  get size(): number {
    return this.#names.length
  }

  get names(): readonly string[] {
    return this.#names
  }

  /** Where its quotes come from. */
  get channels(): Channel[] {
    return this.#names.flatMap((symbol) => this.#context.fanOut.channelOf(symbol, this.paceOf(symbol)) ?? [])
  }

  has(symbol: string): boolean {
    return this.#index ? this.#index.has(symbol) : this.#names.includes(symbol)
  }

  intervalOf(symbol: string): number {
    return this.#intervals?.get(symbol) ?? 0
  }

  /** From now on these count, with their intervals; `join` follows, once the ack is sent. */
  add(added: ReadonlyMap<string, number>, { pace }: Terms): void {
    const { fanOut } = this.#context
    this.#tierPace ??= pace
    const names = [...added.keys()].map((symbol) => fanOut.nameOf(symbol) ?? symbol)
    // Exactly as long as it has to be: an array that grows has room for many more.
    this.#names = this.#names.length === 0 ? names : this.#names.concat(names)
    for (const [symbol, intervalMs] of added) this.setInterval(symbol, intervalMs)
    if (this.#index) for (const symbol of added.keys()) this.#index.add(symbol)
    else if (this.#names.length > searchedNames) this.#index = new Set(this.#names)
  }

  join(symbol: string, since: Since | undefined): void {
    if (this.has(symbol)) this.#context.fanOut.join(symbol, this.#member, { pace: this.paceOf(symbol), since })
  }

  leave(symbol: string): boolean {
    if (!this.has(symbol)) return false
    this.leaveOne(symbol)
    this.#names.splice(this.#names.indexOf(symbol), 1)
    this.#index?.delete(symbol)
    this.#intervals?.delete(symbol)
    return true
  }

  leaveAll(): void {
    const names = this.#names
    for (const symbol of names) this.leaveOne(symbol)
    this.#names = []
    this.#index = undefined
    this.#intervals = undefined
  }

  changeRate(symbol: string, intervalMs: number): void {
    if (!this.has(symbol)) return
    const from = this.paceOf(symbol)
    this.setInterval(symbol, intervalMs)
    this.#context.fanOut.move(symbol, this.#member, { from, to: this.paceOf(symbol) })
  }

  /** The session has new terms. */
  termsChanged({ pace }: Terms): void {
    const from = this.#tierPace ?? pace
    this.#pastPace = from
    this.#tierPace = pace
    for (const symbol of this.#names) {
      const intervalMs = this.intervalOf(symbol)
      const paces = { from: { tier: from, intervalMs }, to: { tier: pace, intervalMs } }
      this.#context.fanOut.move(symbol, this.#member, paces)
    }
    this.#pastPace = undefined
  }

  private leaveOne(symbol: string): void {
    const { fanOut, subscriptions } = this.#context
    fanOut.leave(symbol, this.#member, this.paceOf(symbol))
    if (this.#pastPace) {
      fanOut.leave(symbol, this.#member, { tier: this.#pastPace, intervalMs: this.intervalOf(symbol) })
    }
    subscriptions.release(symbol)
  }

  private setInterval(symbol: string, intervalMs: number): void {
    if (intervalMs === 0) this.#intervals?.delete(symbol)
    else {
      this.#intervals ??= new Map()
      this.#intervals.set(symbol, intervalMs)
    }
  }

  private paceOf(symbol: string): MemberPace {
    return { tier: this.#tierPace ?? noPace, intervalMs: this.intervalOf(symbol) }
  }
}

const noPace = { delayMs: 0, intervalMs: 0 }
