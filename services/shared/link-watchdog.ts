/**
 * Stage: beside a long-lived link (Redis subscriber, gRPC stream); decides when a silent link is dead.
 *
 * In:  `heard()` for anything received, `stop()`.
 * Out: `ping()` when the link has been silent for `quietMs`; `onDead()` once, when nothing came back
 *      within `replyMs` after that ping.
 * Bound: one timer per link, no queue. After `onDead` or `stop` the watchdog is spent and owns no timer.
 * Closed by: whoever opened the link.
 *
 * TCP keepalive was not enough: it is answered by the kernel of a peer whose process is frozen, and it
 * needs two hours by default.
 */
import type { Clock } from './clock.ts'

export interface LinkWatchdogOptions {
  readonly clock: Clock
  /** Silence that provokes a ping. */
  readonly quietMs: number
  /** How long an answer to that ping may take. */
  readonly replyMs: number
  readonly ping: () => void
  readonly onDead: (silentMs: number) => void
}

type State =
  | { readonly kind: 'listening'; readonly cancel: () => void }
  | { readonly kind: 'awaiting-reply'; readonly cancel: () => void }
  | { readonly kind: 'spent' }

export class LinkWatchdog {
  readonly #options: LinkWatchdogOptions
  #lastHeardMs: number
  #state: State

  constructor(options: LinkWatchdogOptions) {
    this.#options = options
    this.#lastHeardMs = options.clock.nowMs()
    this.#state = this.#listen(options.quietMs)
  }

  /** Anything arrived on the link. Cheap enough for every message: it moves no timer while listening. */
  heard(): void {
    this.#lastHeardMs = this.#options.clock.nowMs()
    if (this.#state.kind !== 'awaiting-reply') return
    this.#state.cancel()
    this.#state = this.#listen(this.#options.quietMs)
  }

  stop(): void {
    if (this.#state.kind !== 'spent') this.#state.cancel()
    this.#state = { kind: 'spent' }
  }

  #listen(delayMs: number): State {
    return { kind: 'listening', cancel: this.#options.clock.after(delayMs, () => this.#onQuiet()) }
  }

  #onQuiet(): void {
    const silentMs = this.#options.clock.nowMs() - this.#lastHeardMs
    if (silentMs < this.#options.quietMs) {
      this.#state = this.#listen(this.#options.quietMs - silentMs)
      return
    }
    this.#state = {
      kind: 'awaiting-reply',
      cancel: this.#options.clock.after(this.#options.replyMs, () => this.#onNoReply()),
    }
    this.#options.ping()
  }

  #onNoReply(): void {
    this.#state = { kind: 'spent' }
    this.#options.onDead(this.#options.clock.nowMs() - this.#lastHeardMs)
  }
}
