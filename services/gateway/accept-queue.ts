/**
 * Beside ws-server: how long TCP connections wait in the kernel until Node takes them. Node takes one in each turn of the
 * event loop, so where thousands come at once, after the death of another gateway say, the last would wait for seconds
 * and pay for all of their entry only then. While the wait is too long, whoever is taken is sent away, which costs next
 * to nothing; they come again by the rule of the protocol, later and later, and those that are kept are served at once.
 *
 * In:  `taken` for each connection, and whether it was kept.
 * Out: `onLate` when those that are taken have to go, and when they may stay again.
 * Bound: the wait of those that are kept is about `longestMs` at most, where more than `mayWait` wait. When it has been too long for a second, half of the
 *        time is theirs whom chance puts at the front: somebody who never stops connecting does not keep all others out.
 *        Where the kernel does not tell how many wait, nobody has to go.
 * Closed by: nobody; it looks at turns only as long as each takes a connection.
 */
import type { Clock } from '../shared/clock.ts'

export interface AcceptQueueOptions {
  readonly clock: Clock
  readonly longestMs: number
  /** So many may wait however long it takes: a process that has little time serves an ordinary burst late, but serves it. */
  readonly mayWait: number
  /** Connections in the kernel that have not been taken. */
  readonly length: () => number
  /** Runs a task at the end of this turn, after its connection was taken: setImmediate. */
  readonly soon: (task: () => void) => void
  readonly onLate: (isLate: boolean) => void
}

/** Long enough to measure what one costs. */
const lookMs = 100
/** Those that are sent away go fast. */
const lookMsWhileLate = 20
const stubbornAfterMs = 1_000
/** Of the time that one who is kept costs. */
const keepEvery = 2

export class AcceptQueue {
  readonly #options: AcceptQueueOptions
  readonly #onTurn = () => this.#afterTurn()
  /** When the queue was last known to be empty; undefined: it is. Each turn since then has taken one. */
  #sinceMs: number | undefined
  #hasTaken = false
  #lookedMs = 0
  #keptSinceLook = 0
  /** What one who is kept costs, by the last two looks: a single one may have met a pause of the process. */
  #costs: [number, number] = [0, 0]
  #isLate = false
  #lateSinceMs = 0
  #keptMs = 0
  /** The next one stays although it is late. */
  #keepsNext = false

  constructor(options: AcceptQueueOptions) {
    this.#options = options
  }

  taken(isKept: boolean): void {
    const nowMs = this.#options.clock.nowMs()
    this.#hasTaken = true
    if (this.#sinceMs === undefined) {
      this.#sinceMs = nowMs
      this.#lookedMs = nowMs
      this.#keptSinceLook = 0
      this.#options.soon(this.#onTurn)
      return
    }
    if (isKept) this.#keptSinceLook++
    if (this.#isLate) this.#keepSome(nowMs)
    if (nowMs - this.#lookedMs >= (this.#isLate ? lookMsWhileLate : lookMs)) this.#look(nowMs, nowMs - this.#sinceMs)
  }

  #look(nowMs: number, runMs: number): void {
    const { length, longestMs, mayWait } = this.#options
    if (!this.#isLate && this.#keptSinceLook > 0) {
      this.#costs = [this.#costs[1], (nowMs - this.#lookedMs) / this.#keptSinceLook]
    }
    this.#lookedMs = nowMs
    this.#keptSinceLook = 0
    // What has only just begun may be over soon.
    if (runMs < longestMs / 3) return
    const waiting = length()
    const waitMs = waiting * Math.min(...this.#costs)
    const isTooLong = this.#isLate ? waitMs >= longestMs / 2 : waitMs > longestMs
    const isLate = isTooLong && waiting > mayWait
    if (isLate !== this.#isLate) this.#setLate(isLate)
  }

  #keepSome(nowMs: number): void {
    if (nowMs - this.#lateSinceMs < stubbornAfterMs) return
    if (this.#keepsNext) {
      this.#keepsNext = false
      this.#keptMs = nowMs
      this.#options.onLate(true)
    } else if (nowMs - this.#keptMs >= keepEvery * Math.min(...this.#costs)) {
      this.#keepsNext = true
      this.#options.onLate(false)
    }
  }

  #afterTurn(): void {
    if (this.#hasTaken) {
      this.#hasTaken = false
      this.#options.soon(this.#onTurn)
      return
    }
    this.#sinceMs = undefined
    if (this.#isLate) this.#setLate(false)
  }

  #setLate(isLate: boolean): void {
    this.#isLate = isLate
    this.#lateSinceMs = this.#options.clock.nowMs()
    this.#keepsNext = false
    this.#options.onLate(isLate)
  }
}
