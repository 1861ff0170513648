/**
 * Stage: fan-out → courses → channels. One symbol's quotes, and below them the slower courses that read from these.
 *
 * In:  `quote`, in order; `at` and `leave` with the steps down to a pace (stepsOf).
 * Out: every quote to its own channel at once; to the courses below it when it is due there.
 * Bound: a course for each delay and each rate of a tier, for as long as it delays after its last member has left, and for
 * each rate of a client while somebody has it. What waits for its time is bounded by pacing.ts.
 * Closed by: fan-out.ts, with `stop`.
 *
 * A client's rate lies below its tier's and sees only what that let through. Were both one limit, each change of the
 * client's rate, and each return, would begin with a newer value than the tier may have by then.
 */
import type { Clock } from '../shared/clock.ts'
import { livePace, type Pace, PacedLine } from '../shared/pacing.ts'
import { type Arrival, Channel } from './channel.ts'
import type { Member, MemberGroupObserver } from './member-group.ts'

/** How a member gets a symbol. */
export interface MemberPace {
  readonly tier: Pace
  /** Least time between two quotes that the client asked for; it counts where it is more than the tier's. 0: none. */
  readonly intervalMs: number
}

export const unlimited: MemberPace = { tier: livePace, intervalMs: 0 }

/** From a course to a slower one. */
export interface Step {
  readonly kind: 'delay' | 'tierInterval' | 'ownInterval'
  readonly ms: number
}

export function stepsOf({ tier, intervalMs }: MemberPace): readonly Step[] {
  const steps: Step[] = []
  if (tier.delayMs > 0) steps.push({ kind: 'delay', ms: tier.delayMs })
  if (tier.intervalMs > 0) steps.push({ kind: 'tierInterval', ms: tier.intervalMs })
  if (intervalMs > tier.intervalMs) steps.push({ kind: 'ownInterval', ms: intervalMs })
  return steps
}

/** Equal steps have equal names. */
export function nameOf(steps: readonly Step[]): string {
  return steps.map(({ kind, ms }) => `${kind} ${ms}`).join(' ')
}

export interface CourseOptions {
  readonly clock: Clock
  readonly isDelayed: boolean
  readonly last: Arrival | undefined
  readonly observer: MemberGroupObserver
}

interface Below {
  readonly step: Step
  readonly course: Course
  readonly line: PacedLine<Arrival>
  /** Set while nobody is there and it stays for a while. */
  cancelEnd: (() => void) | undefined
}

export class Course {
  /** Gets all quotes of this course; its last value is what newcomers may see. */
  readonly channel: Channel
  readonly #options: CourseOptions
  /** By the name of the step. */
  readonly #below = new Map<string, Below>()

  constructor(options: CourseOptions) {
    this.#options = options
    this.channel = new Channel(options)
  }

  /** The longest delay or interval below this; 0: none. */
  get longestMs(): number {
    const lengths = [...this.#below.values()].map(({ step, course }) => Math.max(step.ms, course.longestMs))
    return Math.max(0, ...lengths)
  }

  *members(): Iterable<Member> {
    yield* this.channel.members()
    for (const { course } of this.#below.values()) yield* course.members()
  }

  quote(arrival: Arrival): void {
    this.channel.quote(arrival)
    for (const { line } of this.#below.values()) line.push(arrival)
  }

  /** Hands over what waits, here and below. */
  settle(): void {
    this.channel.settle()
    for (const { course } of this.#below.values()) course.settle()
  }

  /** To all whose quotes are not delayed. */
  send(frame: string): void {
    this.channel.send(frame)
    for (const { step, course } of this.#below.values()) if (step.kind !== 'delay') course.send(frame)
  }

  /** Made where it is missing; somebody has to join it then. */
  at([step, ...rest]: readonly Step[]): Course {
    if (!step) return this
    const below = this.#below.get(nameOf([step])) ?? this.#add(step)
    below.cancelEnd?.()
    below.cancelEnd = undefined
    return below.course.at(rest)
  }

  find([step, ...rest]: readonly Step[]): Course | undefined {
    return step ? this.#below.get(nameOf([step]))?.course.find(rest) : this
  }

  leave(member: Member, [step, ...rest]: readonly Step[]): void {
    if (!step) {
      this.channel.leave(member)
      return
    }
    const below = this.#below.get(nameOf([step]))
    if (!below) return
    below.course.leave(member, rest)
    if (!below.course.#isUsed) this.#onUnused(below)
  }

  stop(): void {
    for (const { course, line, cancelEnd } of this.#below.values()) {
      cancelEnd?.()
      line.stop()
      course.stop()
    }
  }

  /** What lies below it may wait for its end without a member. */
  get #isUsed(): boolean {
    return this.channel.size > 0 || [...this.#below.values()].some(({ course }) => course.#isUsed)
  }

  #add(step: Step): Below {
    const { clock, observer } = this.#options
    const { last } = this.channel
    const isDelayed = this.#options.isDelayed || step.kind === 'delay'
    // Clients choose their rates: what their courses begin with is what the tier has let through already.
    const seed = step.kind === 'ownInterval' ? last : undefined
    const course = new Course({ clock, isDelayed, last: seed, observer })
    const line = new PacedLine<Arrival>({ clock, pace: paceOf(step), onDue: (arrival) => course.quote(arrival) })
    const below: Below = { step, course, line, cancelEnd: undefined }
    this.#below.set(nameOf([step]), below)
    if (!last) return below
    // When the last value came is not known: behind a delay it counts as new, so that it is not early.
    if (step.kind === 'delay') line.push({ quote: { ...last.quote, snapshot: true }, order: last.order })
    // The first of a tier may see it at once, and with that its interval begins.
    if (step.kind === 'tierInterval') line.push(last)
    return below
  }

  /**
   * A delay stays for as long as it is, so that it has something to say to who comes back, a tier's interval until it is
   * over, the one below the other too.
   */
  #onUnused(below: Below): void {
    const { step, course, cancelEnd } = below
    if (cancelEnd) return
    if (step.kind === 'ownInterval') return this.#end(below)
    const keepMs = Math.max(step.ms, course.longestMs)
    below.cancelEnd = this.#options.clock.after(keepMs, () => this.#end(below))
  }

  /** Nobody is left below it. */
  #end({ step, line, course }: Below): void {
    line.stop()
    course.stop()
    this.#below.delete(nameOf([step]))
  }
}

function paceOf({ kind, ms }: Step): Pace {
  return kind === 'delay' ? { delayMs: ms, intervalMs: 0 } : { delayMs: 0, intervalMs: ms }
}
