/**
 * All sessions of this gateway, for what ends them from outside: a drain, their age, and the loss of every upstream.
 *
 * Bound: admission's places; closes are spread over time, so that their clients do not come back all at once.
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
/** Closes are grouped to this grid, so that a drain of many sessions needs few timers. */
const drainStepMs = 50

export class SessionSet {
  readonly #options: SessionSetOptions
  readonly #sessions = new Set<Session>()
  /** Were told of their end. */
  readonly #leaving = new Set<Session>()
  #downSinceMs: number | undefined
  #stopChecking: (() => void) | undefined
  #onEmpty: (() => void) | undefined

  constructor(options: SessionSetOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#sessions.size
  }

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
    this.#sessions.add(session)
  }

  delete(session: Session): void {
    this.#sessions.delete(session)
    this.#leaving.delete(session)
    if (this.#sessions.size === 0) this.#onEmpty?.()
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
    const { clock, random } = this.#options
    const nowMs = clock.nowMs()
    for (const session of this.#sessions) {
      if (session.endsMs === 0 || session.endsMs > nowMs || this.#leaving.has(session)) continue
      session.endsMs = 0
      this.#endAfter(Math.round(random() * checkMs), [session], 'maximum age')
    }
  }

  /** Sessions that had no upstream for ten seconds are sent elsewhere. */
  #closeStranded(): void {
    if (this.#downSinceMs === undefined) return
    const latestMs = this.#options.clock.nowMs() - outageMs
    if (this.#downSinceMs > latestMs) return
    const stranded = [...this.#sessions].filter(({ startedMs }) => startedMs <= latestMs).slice(0, strandedPerCheck)
    for (const session of stranded) {
      session.close(new SessionClose('connection_lost', 'no upstream for 10 s'))
    }
  }

  /** Sends up to so many elsewhere, chosen at random, each within `overMs`. Returns how many: those on their way stay out. */
  shed(count: number, overMs: number): number {
    const { random } = this.#options
    // Those that are closed already are gone when their closing handshake is over.
    const open = this.#staying.filter(({ isOpen }) => isOpen)
    const chosen = shuffled(open, random).slice(0, count)
    for (const session of chosen) this.#endAfter(Math.round(random() * overMs), [session], 'there is room elsewhere')
    return chosen.length
  }

  get #staying(): Session[] {
    return [...this.#sessions].filter((session) => !this.#leaving.has(session))
  }

  #endAfter(afterMs: number, sessions: readonly Session[], why: string): void {
    for (const session of sessions) {
      this.#leaving.add(session)
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
    const { random } = this.#options
    if (this.#sessions.size === 0) return
    const sessions = shuffled(this.#staying, random)
    const steps = Math.max(1, Math.min(sessions.length, Math.floor(windowMs / drainStepMs)))
    for (let step = 0; step < steps; step++) {
      const some = sessions.slice(
        Math.floor((step * sessions.length) / steps),
        Math.floor(((step + 1) * sessions.length) / steps),
      )
      const afterMs = Math.round(((step + random()) * windowMs) / steps)
      this.#endAfter(afterMs, some, 'this server is going away')
    }
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve
      if (this.#sessions.size === 0) resolve()
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
