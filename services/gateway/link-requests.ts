/**
 * Inside an upstream link: what its stream is still to be asked, and which answers count.
 *
 * In:  `subscribe` and `unsubscribe` by symbol; the answers.
 * Out: `take`, request messages, for as long as the transport has room; `isTimely`.
 * Bound: one action a symbol. A subscribe waits only for what a route holds, an unsubscribe only for what was asked for
 * already: who subscribes and leaves while nothing can be sent leaves nothing here.
 * Closed by: its link, with `clear`, when the stream ends: the next one begins with nothing.
 */
import { type messages, quotewire } from '../shared/protobuf.ts'

const { ACTION_SUBSCRIBE, ACTION_UNSUBSCRIBE } = quotewire.v1.QuoteBatchRequest.Action
export type LinkRequest = messages.v1.QuoteBatchRequest.$Properties
type Action = messages.v1.QuoteBatchRequest.Action

const symbolsPerRequest = 1_000

export class LinkRequests {
  readonly #actions = new Map<string, Action>()
  /** What the other side was asked for, and the number of the request whose answer counts; undefined: none does. */
  readonly #asked = new Map<string, number | undefined>()
  #nextNumber = 1

  subscribe(symbol: string): void {
    if (this.#asked.has(symbol)) this.#asked.set(symbol, undefined)
    this.#actions.set(symbol, ACTION_SUBSCRIBE)
  }

  unsubscribe(symbol: string): void {
    if (!this.#asked.has(symbol)) return void this.#actions.delete(symbol)
    this.#asked.set(symbol, undefined)
    this.#actions.set(symbol, ACTION_UNSUBSCRIBE)
  }

  /** Unsubscribes first. What the caller does not take any more waits for the next time. */
  *take(): Generator<LinkRequest> {
    const number = this.#nextNumber++
    for (const action of [ACTION_UNSUBSCRIBE, ACTION_SUBSCRIBE]) {
      const symbols = [...this.#actions].filter(([, wanted]) => wanted === action).map(([symbol]) => symbol)
      for (let start = 0; start < symbols.length; start += symbolsPerRequest) {
        const some = symbols.slice(start, start + symbolsPerRequest)
        for (const symbol of some) this.#note(symbol, action, number)
        yield { action, request: number, symbols: some }
      }
    }
  }

  /** Whether this answers the newest request of its symbol, for the first time. */
  isTimely(symbol: string, number: number): boolean {
    if (this.#asked.get(symbol) !== number) return false
    this.#asked.set(symbol, undefined)
    return true
  }

  clear(): void {
    this.#actions.clear()
    this.#asked.clear()
  }

  #note(symbol: string, action: Action, number: number): void {
    this.#actions.delete(symbol)
    if (action === ACTION_SUBSCRIBE) this.#asked.set(symbol, number)
    else this.#asked.delete(symbol)
  }
}
