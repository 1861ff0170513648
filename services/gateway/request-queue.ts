/**
 * Stage: protocol → request queue → session. One session's subscribes and unsubscribes, one after the other.
 *
 * The upstream confirms a subscribe later, so an unsubscribe sent right behind it has to wait: it is answered after it,
 * and no quote can follow `unsubscribed`.
 *
 * In:  `push`.
 * Out: `handle(request, done)`; the next follows when `done` was called.
 * Bound: requests wait up to `weightLimit`, a request weighing 1 and its symbols, and up to `textLimit` characters of
 * their messages, which symbols that are none or a `since` make long; more are refused as `busy`. A request that finds
 * the queue empty is always taken.
 * Closed by: its session, with `stop`; what waits is dropped.
 */
import { ProtocolError } from './protocol.ts'

interface Request {
  readonly id: ProtocolError['id']
  readonly symbols: readonly unknown[]
  /** Of the message, in characters; undefined for the server's own. */
  readonly textLength?: number
}

const weightLimit = 2_000
const textLimit = 1_048_576

export class RequestQueue<R extends Request> {
  readonly #handle: (request: R, done: () => void) => void
  #waiting: R[] = []
  #weight = 0
  #textLength = 0
  #isBusy = false

  constructor(options: { readonly handle: (request: R, done: () => void) => void }) {
    this.#handle = options.handle
  }

  /** Nothing waits, and nothing is under way. */
  get isIdle(): boolean {
    return !this.#isBusy && this.#waiting.length === 0
  }

  push(request: R): void {
    const isTooMuch =
      this.#weight + weightOf(request) > weightLimit || this.#textLength + textLengthOf(request) > textLimit
    if (this.#waiting.length > 0 && isTooMuch) {
      throw new ProtocolError('busy', 'too many requests at once; wait for their acks', request.id)
    }
    this.pushAlways(request)
  }

  /** For the server's own requests, which are rare and bounded by its rules. */
  pushAlways(request: R): void {
    this.#waiting.push(request)
    this.#weight += weightOf(request)
    this.#textLength += textLengthOf(request)
    this.#takeNext()
  }

  stop(): void {
    this.#waiting = []
    this.#weight = 0
    this.#textLength = 0
  }

  #takeNext(): void {
    while (!this.#isBusy) {
      const request = this.#waiting.shift()
      if (!request) return
      this.#weight -= weightOf(request)
      this.#textLength -= textLengthOf(request)
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

function textLengthOf({ textLength = 0 }: Request): number {
  return textLength
}
