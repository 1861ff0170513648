/**
 * Stage: session symbols → held symbols → subscriptions and fan-out. What one session holds, and at which pace.
 *
 * In:  `join` for a symbol that is live upstream and counted as held there; `leave`; changes of rate and of terms.
 * Out: membership in fan-out's courses; releases.
 * Bound: session-symbols.ts's.
 * Closed by: session-symbols.ts, with `leaveAll`.
 */
import type { Member, Since } from './channel.ts'
import type { MemberPace } from './course.ts'
import type { FanOut } from './fan-out.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { Terms } from './terms.ts'

export interface HeldSymbolsOptions {
  readonly session: Member & { readonly terms: Terms }
  readonly subscriptions: Pick<Subscriptions, 'release'>
  readonly fanOut: FanOut
}

interface Held {
  /** The least time between two quotes that the client asked for; 0: none. */
  intervalMs: number
  /** Where fan-out knows this session; kept, as terms may change or end before it leaves. */
  pace: MemberPace
}

export class HeldSymbols {
  readonly #options: HeldSymbolsOptions
  readonly #held = new Map<string, Held>()

  constructor(options: HeldSymbolsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#held.size
  }

  get names(): Iterable<string> {
    return this.#held.keys()
  }

  has(symbol: string): boolean {
    return this.#held.has(symbol)
  }

  intervalOf(symbol: string): number {
    return this.#held.get(symbol)?.intervalMs ?? 0
  }

  /** From now on it counts; `join` follows, once the ack is sent. */
  add(symbol: string, intervalMs: number): void {
    this.#held.set(symbol, { intervalMs, pace: paceOf(this.#options.session.terms, intervalMs) })
  }

  join(symbol: string, since: Since | undefined): void {
    const { session, fanOut } = this.#options
    const held = this.#held.get(symbol)
    if (held) fanOut.join(symbol, session, { pace: held.pace, since })
  }

  leave(symbol: string): boolean {
    const { session, fanOut, subscriptions } = this.#options
    const held = this.#held.get(symbol)
    if (!held) return false
    fanOut.leave(symbol, session, held.pace)
    this.#held.delete(symbol)
    subscriptions.release(symbol)
    return true
  }

  leaveAll(): void {
    for (const symbol of [...this.#held.keys()]) this.leave(symbol)
  }

  changeRate(symbol: string, intervalMs: number): void {
    const held = this.#held.get(symbol)
    if (!held) return
    held.intervalMs = intervalMs
    this.#move(symbol, held)
  }

  /** The session has new terms. */
  termsChanged(): void {
    for (const [symbol, held] of this.#held) this.#move(symbol, held)
  }

  #move(symbol: string, held: Held): void {
    const { session, fanOut } = this.#options
    const from = held.pace
    held.pace = paceOf(session.terms, held.intervalMs)
    fanOut.move(symbol, session, { from, to: held.pace })
  }
}

function paceOf({ pace: tier }: Terms, intervalMs: number): MemberPace {
  return { tier, intervalMs }
}
