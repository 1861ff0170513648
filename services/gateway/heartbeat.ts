/**
 * Beside a session: its heartbeat, and whether the client still lives. Any frame counts as life.
 *
 * Out: `onBeat` every `heartbeatMs`, whatever the traffic; `onSilent` instead, once nothing was heard for two of them.
 * Bound: one timer. Closed by: its session, with `stop`.
 */
import type { Clock } from '../shared/clock.ts'

export interface HeartbeatOptions {
  readonly clock: Clock
  readonly heartbeatMs: number
  /** Monotonic ms. */
  readonly lastHeardMs: () => number
  readonly onBeat: () => void
  readonly onSilent: () => void
}

export class Heartbeat {
  readonly #options: HeartbeatOptions
  #cancel: () => void = () => {}

  constructor(options: HeartbeatOptions) {
    this.#options = options
  }

  start(): void {
    this.#cancel = this.#options.clock.after(this.#options.heartbeatMs, () => this.#beat())
  }

  stop(): void {
    this.#cancel()
  }

  #beat(): void {
    const { clock, heartbeatMs, lastHeardMs, onBeat, onSilent } = this.#options
    // The ping of the last beat was not answered, nor did anything else arrive since the one before.
    if (clock.nowMs() - lastHeardMs() >= 2 * heartbeatMs) return onSilent()
    // Before the beat, which may end the session.
    this.start()
    onBeat()
  }
}
