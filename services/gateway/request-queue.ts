/**
 * Stage: protocol → request queue → session. One session's subscribes and unsubscribes, one after the other.
 *
 * The upstream confirms a subscribe later, so an unsubscribe sent right behind it has to wait: it is answered after it,
 * and no quote can follow `unsubscribed`.
 *
 * In:  `push`.
 * Out: `handle(request, done)`; the next follows when `done` was called.
 * Bound: requests wait up to `weightLimit`, a request weighing 1 and its symbols; more are refused as `busy`. Of their
 * messages nothing else is kept (protocol.ts). A request that finds the queue empty is always taken.
 * Closed by: its session, with `stop`; what waits is dropped.
 */
import { ProtocolError } from './protocol.ts'

interface Request {
  readonly id: ProtocolError['id']
  readonly symbols: readonly unknown[]
}

const weightLimit = 2_000

export class RequestQueue<R extends Request> {
  readonly #handle: (request: R, done: () => void) => void
  #waiting: R[] = []
  #weight = 0
  #isBusy = false

  constructor(options: { readonly handle: (request: R, done: () => void) => void }) {
    this.#handle = options.handle
  }

  /** Nothing waits, and nothing is under way. */
  get isIdle(): boolean {
    return !this.#isBusy && this.#waiting.length === 0
  }

  push(request: R): void {
    if (this.#waiting.length > 0 && this.#weight + weightOf(request) > weightLimit) {
      throw new ProtocolError('busy', 'too many requests at once; wait for their acks', request.id)
    }
    this.pushAlways(request)
  }

  /** For the server's own requests, which are rare and bounded by its rules. */
  pushAlways(request: R): void {
    this.#waiting.push(request)
    this.#weight += weightOf(request)
    this.#takeNext()
  }

  stop(): void {
    this.#waiting = []
    this.#weight = 0
  }

  #takeNext(): void {
    while (!this.#isBusy) {
      const request = this.#waiting.shift()
      if (!request) return
      this.#weight -= weightOf(request)
      this.#isBusy = true
      let isLater = false
      this.#handle(request, () => {
        this.#isBusy = false
        // Done at once: the loop goes on by itself, instead of ever deeper calls.
        if (isLater) this.#takeNext()
      })
      isLater = true
    }
  }
}

function weightOf({ symbols }: Request): number {
  return 1 + symbols.length
}
