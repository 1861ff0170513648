/**
 * Beside session set: a drain by a lease, for who wants to remove this pod once it is empty. While the lease is held the
 * pod is not ready, and its sessions are sent elsewhere over a window; when it is not renewed the pod is as it was, less
 * those who have left.
 *
 * In:  `hold` to begin and to renew, `release`.
 * Out: readiness; each second so many sessions are told and closed that all are gone at the end of the window.
 * Bound: one lease, of 60 s at most. Nobody is told of an end that is more than a second away, so that a lease that
 *        ends early moves nobody more.
 * Closed by: its end, and the application with `stop`.
 *
 * Nobody is kept out meanwhile: who still comes is sent elsewhere like the others.
 */
import { type Clock, every } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import type { Readiness } from '../shared/readiness.ts'
import type { SessionSet } from './session-set.ts'

export interface DrainLeaseOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly readiness: Pick<Readiness, 'hold' | 'letGo'>
  readonly sessions: Pick<SessionSet, 'size' | 'shed'>
}

export interface DrainTerms {
  /** Until the next `hold`, at most. */
  readonly leaseMs: number
  /** From the first `hold` on until sessions are sent away: endpoints are to have forgotten this pod by then. */
  readonly waitMs: number
  /** After it; later `hold`s change neither. */
  readonly windowMs: number
}

/** As the admin port tells it. */
export interface DrainState {
  readonly held: boolean
  readonly leaseLeftMs: number
  /** Until the end of the window. */
  readonly emptyInMs: number
  readonly sessions: number
}

export interface HoldResult extends DrainState {
  /** False: it was not held, be it that it had run out, and begins anew. */
  readonly renewed: boolean
}

export const longestLeaseMs = 60_000
const stepMs = 1_000
const reason = 'drain lease'

export class DrainLease {
  readonly #options: DrainLeaseOptions
  #endsMs = 0
  #beginsMs = 0
  #emptyMs = 0
  /** Sessions that should have been told by now, a fraction of one. */
  #owed = 0
  #stopSteps: (() => void) | undefined
  #isStopped = false

  constructor(options: DrainLeaseOptions) {
    this.#options = options
  }

  get state(): DrainState {
    const { clock, sessions } = this.#options
    const held = this.#stopSteps !== undefined
    const left = (atMs: number) => (held ? Math.max(0, Math.round(atMs - clock.nowMs())) : 0)
    return { held, leaseLeftMs: left(this.#endsMs), emptyInMs: left(this.#emptyMs), sessions: sessions.size }
  }

  /** Does nothing once the process stops: that is a drain of its own. */
  hold({ leaseMs, waitMs, windowMs }: DrainTerms): HoldResult {
    const { clock, readiness, logger } = this.#options
    const nowMs = clock.nowMs()
    this.#endsMs = nowMs + Math.min(leaseMs, longestLeaseMs)
    if (this.#stopSteps || this.#isStopped) return { ...this.state, renewed: !this.#isStopped }
    readiness.hold(reason)
    this.#beginsMs = nowMs + waitMs
    this.#owed = 0
    this.#emptyMs = this.#beginsMs + windowMs
    this.#stopSteps = every(clock, stepMs, () => this.#step())
    logger.info({ ...this.state, waitMs, windowMs }, 'drain lease taken')
    return { ...this.state, renewed: false }
  }

  release(): DrainState {
    this.#end('drain lease released')
    return this.state
  }

  stop(): void {
    this.#isStopped = true
    this.#stopStepping()
  }

  #stopStepping(): void {
    this.#stopSteps?.()
    this.#stopSteps = undefined
  }

  #step(): void {
    const { clock, sessions } = this.#options
    const nowMs = clock.nowMs()
    if (nowMs >= this.#endsMs) return this.#end('drain lease ran out')
    if (nowMs < this.#beginsMs) return
    const stepsLeft = Math.max(1, Math.ceil((this.#emptyMs - nowMs) / stepMs))
    this.#owed += sessions.size / stepsLeft
    const count = Math.floor(this.#owed)
    this.#owed -= count
    if (count > 0) sessions.shed(count, stepMs)
  }

  #end(message: string): void {
    if (!this.#stopSteps) return
    this.#stopStepping()
    this.#options.readiness.letGo(reason)
    this.#options.logger.info({ sessions: this.#options.sessions.size }, message)
  }
}
