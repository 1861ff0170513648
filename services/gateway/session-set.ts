/**
 * All sessions of this gateway, for what ends them from outside: a drain, their age, and the loss of every upstream.
 *
 * Bound: admission's places; closes are spread over time, so that their clients do not come back all at once. Who is sent
 * elsewhere costs the same however many stay, and all that leave in the same 50 ms cost one timer.
 *
 * One array in two parts, and each session knows its place in it: 8 bytes a session, where a Set takes 22 to 33 more.
 */
import { type Clock, every } from '../shared/clock.ts'
import { SessionClose } from '../shared/errors.ts'
import type { Revocations } from '../shared/revocations.ts'
import type { Session } from './session.ts'

export interface SessionSetOptions {
  readonly clock: Clock
  readonly random: () => number
  /** About how long a session may live, ± 20 %; 0: for ever. */
  readonly maxAgeMs: number
}

const outageMs = 10_000
const checkMs = 1_000
const ageJitter = 0.2
const strandedPerCheck = 2_000
/** Nobody else may have an upstream either: they shall not come back all at once, again and again. */
const strandedRetry = { leastMs: 5_000, spreadMs: 25_000 }
/** Closes are grouped to this grid, so that the end of many sessions needs few timers. */
const endStepMs = 50

export class SessionSet {
  readonly #options: SessionSetOptions
  /** First those that were not told of their end, as many as `#staying`; then the others. */
  readonly #sessions: Session[] = []
  #staying = 0
  #downSinceMs: number | undefined
  #stopChecking: (() => void) | undefined
  #onEmpty: (() => void) | undefined

  constructor(options: SessionSetOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#sessions.length
  }

  /** To be gone through in one go: an end changes the order. */
  [Symbol.iterator](): IterableIterator<Session> {
    return this.#sessions.values()
  }

  /** At most as many as a user may have. */
  closeUser(userId: string, reason: SessionClose): void {
    for (const session of [...this.#sessions]) if (session.userId === userId) session.close(reason)
  }

  /** Of all users, who may be many: one look at each session. */
  closeRevoked(revocations: Pick<Revocations, 'isRevoked'>, reason: SessionClose): void {
    for (const session of [...this.#sessions]) {
      if (session.identity && revocations.isRevoked(session.identity)) session.close(reason)
    }
  }

  add(session: Session): void {
    const { clock, random, maxAgeMs } = this.#options
    session.startedMs = Math.trunc(clock.nowMs())
    // Jittered, so that sessions which began together do not all come back together.
    const ageMs = maxAgeMs * (1 - ageJitter + 2 * ageJitter * random())
    session.endsMs = maxAgeMs === 0 ? 0 : session.startedMs + Math.trunc(ageMs)
    session.placeAt = this.#sessions.push(session) - 1
    this.#swap(session.placeAt, this.#staying++)
  }

  delete(session: Session): void {
    if (this.#sessions[session.placeAt] !== session) return
    this.#leaves(session)
    this.#swap(session.placeAt, this.#sessions.length - 1)
    this.#sessions.pop()
    if (this.#sessions.length === 0) this.#onEmpty?.()
  }

  run(): void {
    this.#downSinceMs ??= this.#options.clock.nowMs()
    this.#stopChecking = every(this.#options.clock, checkMs, () => {
      this.#closeAged()
      this.#closeStranded()
    })
  }

  stop(): void {
    this.#stopChecking?.()
  }

  upstreamAvailable(isAvailable: boolean): void {
    this.#downSinceMs = isAvailable ? undefined : this.#options.clock.nowMs()
  }

  /** Connections live where they began: without an end, a new gateway would stay empty. */
  #closeAged(): void {
    const nowMs = this.#options.clock.nowMs()
    const isAged = ({ endsMs }: Session) => endsMs !== 0 && endsMs <= nowMs
    this.#endOver(checkMs, this.#stayingSessions().filter(isAged), 'maximum age')
  }

  /** No upstream for ten seconds: who comes now would be sent elsewhere too. */
  get isStranded(): boolean {
    return this.#downSinceMs !== undefined && this.#downSinceMs <= this.#options.clock.nowMs() - outageMs
  }

  /** Sessions that had no upstream for ten seconds are sent elsewhere. */
  #closeStranded(): void {
    if (!this.isStranded) return
    const { clock, random } = this.#options
    const latestMs = clock.nowMs() - outageMs
    const stranded = [...this.#sessions]
      .filter(({ isClosed, startedMs }) => !isClosed && startedMs <= latestMs)
      .slice(0, strandedPerCheck)
    for (const session of stranded) {
      const retryAfterMs = Math.round(strandedRetry.leastMs + strandedRetry.spreadMs * random())
      session.close(new SessionClose('connection_lost', 'no upstream for 10 s', { retryAfterMs }))
    }
  }

  /** Sends up to so many elsewhere, chosen at random, each within `overMs`. Returns how many: those on their way stay out. */
  shed(count: number, overMs: number): number {
    const chosen = this.#draw(count)
    this.#endOver(overMs, chosen, 'there is room elsewhere')
    return chosen.length
  }

  /** Passed over: who is closed already and will be gone soon, and who has not said yet who it is. */
  #draw(count: number): Session[] {
    const { random } = this.#options
    const drawn: Session[] = []
    let passed = 0
    while (drawn.length < count && passed < this.#staying) {
      const at = passed + Math.floor(random() * (this.#staying - passed))
      const session = this.#sessions[at] as Session
      if (session.isOpen) {
        this.#leaves(session)
        drawn.push(session)
      } else {
        this.#swap(at, passed++)
      }
    }
    return drawn
  }

  #stayingSessions(): Session[] {
    return this.#sessions.slice(0, this.#staying)
  }

  /** From those that stay; without effect for one that was told. */
  #leaves(session: Session): void {
    const isStaying = session.placeAt < this.#staying && this.#sessions[session.placeAt] === session
    if (isStaying) this.#swap(session.placeAt, --this.#staying)
  }

  #swap(at: number, otherAt: number): void {
    const [session, other] = [this.#sessions[at] as Session, this.#sessions[otherAt] as Session]
    this.#sessions[at] = other
    this.#sessions[otherAt] = session
    other.placeAt = at
    session.placeAt = otherAt
  }

  /** Tells each when its end comes, in an even spread over the time, and closes it then. */
  #endOver(overMs: number, sessions: readonly Session[], why: string): void {
    if (sessions.length === 0) return
    const { random } = this.#options
    const steps = Math.max(1, Math.min(sessions.length, Math.floor(overMs / endStepMs)))
    for (let step = 0; step < steps; step++) {
      const some = sessions.slice(
        Math.floor((step * sessions.length) / steps),
        Math.floor(((step + 1) * sessions.length) / steps),
      )
      this.#endAfter(Math.round(((step + random()) * overMs) / steps), some, why)
    }
  }

  #endAfter(afterMs: number, sessions: readonly Session[], why: string): void {
    for (const session of sessions) {
      this.#leaves(session)
      session.announceDrain(afterMs)
    }
    this.#options.clock.after(afterMs, () => {
      for (const session of sessions) session.close(new SessionClose('drain', why))
    })
  }

  /**
   * Tells every session when its end comes, then closes them spread evenly over `windowMs`, in random order. Resolves
   * when all connections are gone.
   */
  async drain(windowMs: number): Promise<void> {
    this.stop()
    if (this.#sessions.length === 0) return
    this.#endOver(windowMs, shuffled(this.#stayingSessions(), this.#options.random), 'this server is going away')
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve
      if (this.#sessions.length === 0) resolve()
    })
  }
}

function shuffled<T>(items: T[], random: () => number): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const [a, b] = [items[i] as T, items[j] as T]
    items[i] = b
    items[j] = a
  }
  return items
}
