/**
 * Beside the connections: those whose clients have not read for a while. First their quotes are conflated, then they are
 * told, then they are closed; who reads on gets the newest quote of each symbol that he missed.
 *
 * In:  `add` by a connection that could not send, or that has something unread.
 * Out: `catchUp`, `tellSlow` and `closeSlow` of these.
 * Bound: one entry a connection, and one timer while there is any.
 * Closed by: nobody; its timer ends with its last entry.
 */
import type { Clock } from '../shared/clock.ts'

export interface SlowClient {
  /** Since it last had nothing unread, as far as is known; 0: it reads. */
  behindMs(nowMs: number): number
  catchUp(): void
  /** Asks again whether it has read. */
  probe(nowMs: number): void
  /** Told once, until it has caught up. */
  tellSlow(behindMs: number, closesInMs: number): void
  closeSlow(): void
}

/** Age of the oldest quote that was not read, from which on quotes are conflated … */
export const behindAfterMs = 2_000
/** … the client is told … */
export const tellAfterMs = 5_000
/** … and it is closed with 4008. */
export const closeAfterMs = 15_000
const checkMs = 100
/** After a quiet time it may be noticed late; nobody is closed without having been told before. */
const leastNoticeMs = 5_000

export class SlowClients {
  readonly #clock: Clock
  readonly #clients = new Set<SlowClient>()
  /** And when: monotonic ms. */
  readonly #told = new Map<SlowClient, number>()
  #isWatching = false

  constructor(options: { readonly clock: Clock }) {
    this.#clock = options.clock
  }

  get size(): number {
    return this.#clients.size
  }

  add(client: SlowClient): void {
    this.#clients.add(client)
    if (!this.#isWatching) this.#watch()
  }

  delete(client: SlowClient): void {
    this.#clients.delete(client)
    this.#told.delete(client)
  }

  #watch(): void {
    this.#isWatching = true
    this.#clock.after(checkMs, () => {
      this.#isWatching = false
      this.#check()
      if (this.#clients.size > 0 && !this.#isWatching) this.#watch()
    })
  }

  #tell(client: SlowClient, nowMs: number, behindMs: number): void {
    this.#told.set(client, nowMs)
    client.tellSlow(Math.round(behindMs), Math.round(Math.max(leastNoticeMs, closeAfterMs - behindMs)))
  }

  #check(): void {
    const nowMs = this.#clock.nowMs()
    for (const client of [...this.#clients]) {
      const behindMs = client.behindMs(nowMs)
      if (behindMs === 0) {
        this.delete(client)
        client.catchUp()
        continue
      }
      client.probe(nowMs)
      // That may have been too much for its outbox, and closed it.
      if (!this.#clients.has(client)) continue
      const toldMs = this.#told.get(client)
      if (toldMs === undefined) {
        if (behindMs >= tellAfterMs) this.#tell(client, nowMs, behindMs)
      } else if (behindMs >= closeAfterMs && nowMs - toldMs >= leastNoticeMs) {
        this.delete(client)
        client.closeSlow()
      }
    }
  }
}
