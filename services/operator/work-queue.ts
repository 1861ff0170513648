/**
 * Of the operator: names of things to look at, one after another.
 *
 * In:  `add` now, `addAfter` a while; the same name waits once, and the earlier time counts.
 * Out: `work(name)`, one at a time; where it fails the name comes again after a wait that grows, up to `capMs`.
 * Bound: one entry a name.
 * Closed by: `stop`; work that is under way is waited for.
 */
import { Backoff } from '../shared/backoff.ts'
import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'

export interface WorkQueueOptions {
  readonly work: (name: string) => Promise<void>
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly onFailed?: () => void
}

const backoff = { baseMs: 1_000, capMs: 60_000 }

export class WorkQueue {
  readonly #options: WorkQueueOptions
  /** In the order in which they came. */
  readonly #due = new Set<string>()
  readonly #later = new Map<string, { readonly atMs: number; readonly cancel: () => void }>()
  readonly #failures = new Map<string, Backoff>()
  #working: Promise<void> | undefined
  #isStopped = false

  constructor(options: WorkQueueOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#due.size + this.#later.size
  }

  add(name: string): void {
    if (this.#isStopped) return
    this.#later.get(name)?.cancel()
    this.#later.delete(name)
    this.#due.add(name)
    this.#working ??= this.#drain()
  }

  addAfter(name: string, delayMs: number): void {
    const { clock } = this.#options
    const waiting = this.#later.get(name)
    const atMs = clock.nowMs() + delayMs
    if (this.#isStopped || this.#due.has(name) || (waiting && waiting.atMs <= atMs)) return
    waiting?.cancel()
    this.#later.set(name, { atMs, cancel: clock.after(delayMs, () => this.add(name)) })
  }

  /** It is gone, and so is what failed with it. Who has added it since wants it looked at. */
  forget(name: string): void {
    this.#later.get(name)?.cancel()
    this.#later.delete(name)
    this.#failures.delete(name)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    for (const { cancel } of this.#later.values()) cancel()
    this.#later.clear()
    this.#due.clear()
    await this.#working
  }

  async #drain(): Promise<void> {
    // Not within `add`: who adds goes on first.
    await Promise.resolve()
    for (const name of this.#due) {
      this.#due.delete(name)
      await this.#workOn(name)
    }
    this.#working = undefined
  }

  async #workOn(name: string): Promise<void> {
    const { work, logger, random, onFailed } = this.#options
    try {
      await work(name)
      this.#failures.delete(name)
    } catch (error) {
      const failures = this.#failures.get(name) ?? new Backoff({ ...backoff, random })
      this.#failures.set(name, failures)
      const afterMs = backoff.baseMs + failures.nextMs()
      logger.error({ err: error, name, afterMs }, 'reconciling failed')
      onFailed?.()
      this.addAfter(name, afterMs)
    }
  }
}
