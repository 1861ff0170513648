/** A clock that moves only when told to; due tasks run in order, inside `advance`. */
import type { Clock } from '../clock.ts'

export class ManualClock implements Clock {
  #nowMs = 0
  readonly #startWallMs: number
  readonly #tasks = new Set<{ dueMs: number; task: () => void }>()

  constructor(startWallMs = Date.UTC(2025, 9, 27, 10, 30)) {
    this.#startWallMs = startWallMs
  }

  /** How many tasks wait: 0 shows that a component left no timer behind. */
  get pending(): number {
    return this.#tasks.size
  }

  nowMs(): number {
    return this.#nowMs
  }

  wallMs(): number {
    return this.#startWallMs + this.#nowMs
  }

  after(delayMs: number, task: () => void): () => void {
    const entry = { dueMs: this.#nowMs + delayMs, task }
    this.#tasks.add(entry)
    return () => this.#tasks.delete(entry)
  }

  /** Time goes on and this process does not: what is due meanwhile comes late, with the next `advance`. */
  jump(byMs: number): void {
    this.#nowMs += byMs
  }

  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs
    for (;;) {
      const next = [...this.#tasks].filter((t) => t.dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0]
      if (next === undefined) break
      this.#nowMs = Math.max(this.#nowMs, next.dueMs)
      this.#tasks.delete(next)
      next.task()
    }
    this.#nowMs = untilMs
  }
}
