/**
 * Stage: channels → flush cycle → outboxes. When waiting quotes are handed to outboxes, and outboxes are written.
 *
 * In:  member groups that have quotes waiting, outboxes that have anything.
 * Out: `hand` for each such group, then `flush` for each outbox, which writes once where it has anything.
 * Bound: each group once; an outbox once more where it was written early, for something urgent.
 * Closed by: the application, with `stop`; what waits then is written.
 *
 * While the event loop has time, everything is written at the end of the turn that brought it. The busier the loop, the
 * longer the window, up to `windowMs`: a write costs about the same for one frame as for ten, so frames a write are what
 * a gateway gains by waiting. The outboxes are divided into phases that take turns within a window, so that the loop is
 * never blocked for a whole window's work. What answers a client does not wait for the window.
 */
import type { Clock } from '../shared/clock.ts'

export interface FlushCycleOptions {
  readonly clock: Clock
  /** The longest window; 0: everything goes out at the end of its turn. */
  readonly windowMs: number
  /** Whether, while there is a window, only the newest quote of a symbol waits for its end. */
  readonly conflates: boolean
  /** Share of the time since the last call that the event loop was busy, 0 to 1. */
  readonly busyShare: () => number
  /** Runs a task at the end of this turn of the event loop. */
  readonly soon: (task: () => void) => void
}

export interface Handing {
  /** Hands what waits to the outboxes of the members. */
  hand(): void
}

export interface Writing {
  flush(nowMs: number): void
}

const phaseCount = 5
/** A shorter step would spend more on timers than it saves. */
const leastStepMs = 2
const measureMs = 100
/** Busier than this, the window grows; less busy than that, it shrinks. Between them it has found its place. */
const busyAbove = 0.8
const idleBelow = 0.6
const firstWindowMs = 5
const growth = 1.5

interface PhaseOwner {
  /** Something waits in a phase. */
  schedule(): void
  addUrgent(outbox: Writing): void
}

export class FlushPhase {
  readonly #cycle: PhaseOwner
  #groups: Handing[] = []
  #outboxes: Writing[] = []
  /** What groups fill now is written by the same flush. */
  #isHanding = false
  /** Of quotes of one symbol that wait together only the newest counts. */
  conflates = false

  constructor(cycle: PhaseOwner) {
    this.#cycle = cycle
  }

  get isWaiting(): boolean {
    return this.#groups.length > 0 || this.#outboxes.length > 0
  }

  /** Once until its `hand`. */
  addGroup(group: Handing): void {
    if (this.#groups.push(group) === 1) this.#cycle.schedule()
  }

  addOutbox(outbox: Writing): void {
    if (this.#outboxes.push(outbox) === 1 && !this.#isHanding) this.#cycle.schedule()
  }

  /** At the end of this turn, whatever the window. Once until its `flush`. */
  addUrgent(outbox: Writing): void {
    this.#cycle.addUrgent(outbox)
  }

  flush(nowMs: number): void {
    const groups = this.#groups
    this.#groups = []
    this.#isHanding = true
    for (const group of groups) group.hand()
    this.#isHanding = false
    const outboxes = this.#outboxes
    this.#outboxes = []
    for (const outbox of outboxes) outbox.flush(nowMs)
  }
}

export class FlushCycle {
  readonly #options: FlushCycleOptions
  readonly #phases: readonly FlushPhase[]
  #assigned = 0
  #urgent: Writing[] = []
  #isSoon = false
  /** 0: at the end of each turn. */
  #windowMs = 0
  #cancelStep: (() => void) | undefined
  #nextPhase = 0
  #steppedMs = 0
  #measuredMs = Number.NEGATIVE_INFINITY
  #isStopped = false

  constructor(options: FlushCycleOptions) {
    this.#options = options
    const owner = { schedule: () => this.#schedule(), addUrgent: (outbox: Writing) => this.addUrgent(outbox) }
    this.#phases = Array.from({ length: phaseCount }, () => new FlushPhase(owner))
  }

  /** What it has grown to, in ms. */
  get windowMs(): number {
    return this.#windowMs
  }

  /** For one connection; they are dealt out evenly. */
  assignPhase(): FlushPhase {
    return this.#phases[this.#assigned++ % phaseCount] as FlushPhase
  }

  /** At the end of this turn, whatever the window. Once until its `flush`. */
  addUrgent(outbox: Writing): void {
    this.#urgent.push(outbox)
    this.#flushSoon()
  }

  /** What comes later is written at the end of its turn. */
  stop(): void {
    this.#isStopped = true
    this.#cancelStep?.()
    this.#cancelStep = undefined
    this.#windowMs = 0
    this.#flushAll()
  }

  #schedule(): void {
    if (this.#windowMs === 0) return this.#flushSoon()
    if (this.#cancelStep) return
    this.#steppedMs = this.#options.clock.nowMs()
    this.#waitForStep()
  }

  #flushSoon(): void {
    if (this.#isSoon) return
    this.#isSoon = true
    this.#options.soon(() => {
      this.#isSoon = false
      if (this.#windowMs === 0) return this.#flushAll()
      this.#flushUrgent(this.#options.clock.nowMs())
    })
  }

  #flushAll(): void {
    const nowMs = this.#options.clock.nowMs()
    for (const phase of this.#phases) phase.flush(nowMs)
    this.#flushUrgent(nowMs)
    this.#adapt(nowMs)
  }

  #flushUrgent(nowMs: number): void {
    const urgent = this.#urgent
    this.#urgent = []
    for (const outbox of urgent) outbox.flush(nowMs)
  }

  get #stepMs(): number {
    return Math.max(leastStepMs, this.#windowMs / phaseCount)
  }

  #waitForStep(): void {
    const leftMs = this.#steppedMs + this.#stepMs - this.#options.clock.nowMs()
    this.#cancelStep = this.#options.clock.after(Math.max(1, leftMs), () => this.#step())
  }

  /** The phases whose time has come: all of them where the loop was held up for a window. */
  #step(): void {
    this.#cancelStep = undefined
    const nowMs = this.#options.clock.nowMs()
    const share = (nowMs - this.#steppedMs) / Math.max(1, this.#windowMs)
    const due = Math.min(phaseCount, Math.max(1, Math.round(share * phaseCount)))
    this.#steppedMs = nowMs
    for (let i = 0; i < due; i++) this.#phases[this.#nextPhase++ % phaseCount]?.flush(nowMs)
    this.#nextPhase %= phaseCount
    this.#adapt(nowMs)
    if (this.#windowMs === 0) return this.#flushAll()
    if (this.#phases.some(({ isWaiting }) => isWaiting)) this.#waitForStep()
  }

  #adapt(nowMs: number): void {
    if (this.#isStopped || nowMs - this.#measuredMs < measureMs) return
    this.#measuredMs = nowMs
    const busy = this.#options.busyShare()
    const { windowMs, conflates } = this.#options
    if (busy > busyAbove) this.#windowMs = Math.min(windowMs, Math.max(firstWindowMs, this.#windowMs * growth))
    else if (busy < idleBelow) this.#windowMs = this.#windowMs / growth < firstWindowMs ? 0 : this.#windowMs / growth
    for (const phase of this.#phases) phase.conflates = conflates && this.#windowMs > 0
  }
}
