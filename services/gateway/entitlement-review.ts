/**
 * Beside the sessions: when tier data changed, finds out what every live session may have now, and tells it.
 *
 * In:  `start`, when the tier data changed or a link came back; the sessions.
 * Out: `apply` on each session: its terms and which of its symbols are refused.
 * Bound: one review at a time, 1,000 users or symbols a question; a change meanwhile begins another one.
 * Closed by: the application, with `stop`.
 */
import { Backoff } from '../shared/backoff.ts'
import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import type { Entitlements, User } from './entitlements.ts'
import type { Refusal } from './subscriptions.ts'
import type { Terms } from './terms.ts'

/** A session, as far as it matters here. */
export interface Subject {
  /** Undefined while it is not open. */
  readonly user: User | undefined
  /** Every symbol that it holds, waits for, or would hold if it might. */
  concerned(): Iterable<string>
  /** `refusals` speak about the `reviewed` symbols only. */
  apply(terms: Terms, reviewed: ReadonlySet<string>, refusals: ReadonlyMap<string, Refusal>): void
}

export interface EntitlementReviewOptions {
  readonly entitlements: Pick<Entitlements, 'digest' | 'resolve' | 'refusals'>
  readonly subjects: () => Iterable<Subject>
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly onReviewed?: (result: 'ok' | 'failed') => void
}

const usersPerQuestion = 1_000

export class EntitlementReview {
  readonly #options: EntitlementReviewOptions
  readonly #backoff: Backoff
  #isWanted = false
  #isRunning = false
  #isStopped = false
  #cancelRetry: () => void = () => {}

  constructor(options: EntitlementReviewOptions) {
    this.#options = options
    this.#backoff = new Backoff({ baseMs: 100, capMs: 2_000, random: options.random })
  }

  start(): void {
    this.#isWanted = true
    if (!this.#isRunning) void this.#run()
  }

  stop(): void {
    this.#isStopped = true
    this.#cancelRetry()
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    this.#cancelRetry()
    const { clock, logger } = this.#options
    try {
      while (this.#isWanted && !this.#isStopped) {
        // A session that asks for it while it opens is not among the subjects yet.
        await Promise.resolve()
        this.#isWanted = false
        const startedMs = clock.nowMs()
        const sessions = await this.#review()
        this.#backoff.reset()
        this.#options.onReviewed?.('ok')
        logger.info({ sessions, tookMs: Math.round(clock.nowMs() - startedMs) }, 'entitlements reviewed')
      }
    } catch (error) {
      if (this.#isStopped) return
      this.#options.onReviewed?.('failed')
      logger.warn({ err: error }, 'the review of entitlements failed; it is tried again')
      this.#cancelRetry = clock.after(this.#backoff.nextMs(), () => this.start())
    } finally {
      this.#isRunning = false
    }
  }

  /** How many sessions it was applied to. */
  async #review(): Promise<number> {
    const { entitlements, subjects } = this.#options
    const { digest } = entitlements
    const termsOf = await this.#resolve([...subjects()].flatMap(({ user }) => user ?? []))
    const byTier = Map.groupBy(subjects(), ({ user }) => user && termsOf.get(nameOf(user)))
    let applied = 0
    for (const [terms, some] of byTier) {
      // Who came in since was authorized by the new data already.
      if (!terms) continue
      const symbols = new Set(some.flatMap((subject) => [...subject.concerned()]))
      const refusals = await entitlements.refusals(terms, [...symbols])
      // Its change has asked for another review.
      if (this.#isStopped || entitlements.digest !== digest) return applied
      for (const subject of some) {
        // Closed meanwhile, or another tier is claimed for it by a new token.
        if (!subject.user || termsOf.get(nameOf(subject.user)) !== terms) continue
        subject.apply(terms, symbols, refusals)
        applied++
      }
    }
    return applied
  }

  /** Terms by user and claimed tier. */
  async #resolve(all: readonly User[]): Promise<Map<string, Terms>> {
    const users = [...new Map(all.map((user) => [nameOf(user), user])).values()]
    const found = new Map<string, Terms>()
    for (let start = 0; start < users.length; start += usersPerQuestion) {
      const some = users.slice(start, start + usersPerQuestion)
      const terms = await this.#options.entitlements.resolve(some)
      some.forEach((user, i) => {
        const its = terms[i]
        if (its) found.set(nameOf(user), its)
      })
    }
    return found
  }
}

function nameOf({ id, claimedTier }: User): string {
  return JSON.stringify([id, claimedTier])
}
