/**
 * Beside the sessions: their heartbeats, and whether their clients still live. Any frame counts as life.
 *
 * In:  `add` when a session is open, `remove` when it ends.
 * Out: `beat` every `heartbeatMs`, whatever the traffic; `silent` instead, once nothing was heard for two of them.
 * Bound: one entry a session, and one timer in all: every wait is equally long, so who was added first is due first, and
 * the entries are a list through the sessions themselves.
 * Closed by: nobody; its timer ends with its last entry.
 */
import type { Clock } from '../shared/clock.ts'

/** What the list needs of a session; nobody else touches it. */
export interface Beating {
  beatDueMs: number
  previousBeating: Beating | undefined
  nextBeating: Beating | undefined
  /** Monotonic ms. */
  readonly lastHeardMs: number
  beat(): void
  silent(): void
}

/** A beat that is this late says that the process did not run. */
const heldUpMs = 1_000

export class Heartbeats {
  readonly heartbeatMs: number
  readonly #clock: Clock
  #first: Beating | undefined
  #last: Beating | undefined
  #cancel: (() => void) | undefined
  #isBeating = false

  constructor(options: { readonly clock: Clock; readonly heartbeatMs: number }) {
    this.#clock = options.clock
    this.heartbeatMs = options.heartbeatMs
  }

  /** One that is not in. */
  add(session: Beating): void {
    session.beatDueMs = Math.trunc(this.#clock.nowMs()) + this.heartbeatMs
    session.previousBeating = this.#last
    if (this.#last) this.#last.nextBeating = session
    else this.#first = session
    this.#last = session
    if (!this.#cancel && !this.#isBeating) this.#wait()
  }

  /** Without effect for one that is not in. */
  remove(session: Beating): void {
    const { previousBeating, nextBeating } = session
    if (previousBeating === undefined && this.#first !== session) return
    if (previousBeating) previousBeating.nextBeating = nextBeating
    else this.#first = nextBeating
    if (nextBeating) nextBeating.previousBeating = previousBeating
    else this.#last = previousBeating
    session.previousBeating = undefined
    session.nextBeating = undefined
    if (this.#first) return
    this.#cancel?.()
    this.#cancel = undefined
  }

  #wait(): void {
    const dueMs = this.#first?.beatDueMs ?? 0
    this.#cancel = this.#clock.after(Math.max(0, dueMs - this.#clock.nowMs()), () => {
      this.#cancel = undefined
      this.#isBeating = true
      this.#beat()
      this.#isBeating = false
      if (this.#first) this.#wait()
    })
  }

  #beat(): void {
    const nowMs = this.#clock.nowMs()
    for (let session = this.#first; session && session.beatDueMs <= nowMs; session = this.#first) {
      this.remove(session)
      // The ping of the last beat was not answered, nor did anything else arrive since the one before. Where this process
      // was held up, what arrived meanwhile has not been read: it is asked once more.
      const isHeldUp = nowMs - session.beatDueMs >= heldUpMs
      if (!isHeldUp && nowMs - session.lastHeardMs >= 2 * this.heartbeatMs) {
        session.silent()
        continue
      }
      // Before the beat, which may end the session.
      this.add(session)
      session.beat()
    }
  }
}
