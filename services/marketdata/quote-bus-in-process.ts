/**
 * Stage: quote bus, for one process without Redis (npm start, tests).
 *
 * In:  publish; `publishRaw` as an outsider's PUBLISH.
 * Out: the listener's calls, synchronously within publish; `subscribed` one microtask after subscribe.
 * Bound: one last value a symbol, for as many symbols as the publisher has (bounded there); the publishers present; no
 * queue.
 * Payloads take the same encoding and checks as over Redis, so that both buses accept the same.
 */

import { encodePayload, parsePayload, type Quote } from './quote.ts'
import {
  type BusListener,
  type BusObserver,
  channelPrefix,
  FencedError,
  type PublisherLease,
  type QuoteBusReader,
  type QuoteBusWriter,
} from './quote-bus.ts'

export interface InProcessQuoteBusOptions {
  readonly wallMs: () => number
  readonly observer: BusObserver
}

export class InProcessQuoteBus implements QuoteBusReader, QuoteBusWriter {
  readonly #options: InProcessQuoteBusOptions
  readonly #channels = new Set<string>()
  readonly #lastPayloads = new Map<string, string>()
  #listener: BusListener | undefined
  /** Shard to epoch. */
  readonly #holders = new Map<number, number>()
  /** Publisher to the time until which it is present. */
  readonly #present = new Map<string, number>()
  #epoch = 0

  constructor(options: InProcessQuoteBusOptions) {
    this.#options = options
  }

  async run(): Promise<void> {
    this.#options.observer.connected()
    this.#listener?.restored()
  }

  async stop(): Promise<void> {
    this.#channels.clear()
  }

  listen(listener: BusListener): void {
    this.#listener = listener
  }

  /** The epoch of the shard's lease; undefined where nobody holds it. */
  holderOf(shard: number): number | undefined {
    return this.#holders.get(shard)
  }

  /** As if the lease had run out. */
  takeAway(shard: number): void {
    this.#holders.delete(shard)
  }

  /** Under no lease; what a lease does in the end. */
  async publish(quotes: readonly Quote[]): Promise<void> {
    for (const quote of quotes) {
      const payload = encodePayload(quote)
      this.#lastPayloads.set(quote.symbol, payload)
      this.publishRaw(channelPrefix + quote.symbol, payload)
    }
  }

  /** As `redis-cli PUBLISH channel payload`. Returns the number of receivers. */
  publishRaw(channel: string, payload: string): number {
    if (!channel.startsWith(channelPrefix)) return 0
    const symbol = channel.slice(channelPrefix.length)
    if (!this.#channels.has(symbol)) return 0
    const quote = parsePayload(symbol, payload, this.#options.wallMs())
    if (typeof quote === 'string') this.#options.observer.badPayload(quote)
    else this.#listener?.quote(quote)
    return 1
  }

  async acquire(shard: number, _ttlMs: number): Promise<PublisherLease | undefined> {
    // There is one process: who holds a lease lives, so it does not run out.
    if (this.#holders.has(shard)) return undefined
    this.#epoch = Math.max(this.#epoch + 1, this.#options.wallMs())
    const epoch = this.#epoch
    this.#holders.set(shard, epoch)
    const isHolder = () => this.#holders.get(shard) === epoch
    const assertHolder = () => {
      if (!isHolder()) throw new FencedError('another publisher holds the lease')
    }
    return {
      epoch,
      publish: async (quotes) => {
        assertHolder()
        await this.publish(quotes)
      },
      // Within a process no answer is lost: the batch was taken the first time.
      publishAgain: async () => assertHolder(),
      renew: async () => isHolder(),
      release: async () => void (isHolder() && this.#holders.delete(shard)),
    }
  }

  async announce(publisherId: string, ttlMs: number): Promise<number> {
    const nowMs = this.#options.wallMs()
    this.#present.set(publisherId, nowMs + ttlMs)
    for (const [id, untilMs] of this.#present) if (untilMs <= nowMs) this.#present.delete(id)
    return this.#present.size
  }

  subscribe(symbols: readonly string[]): void {
    for (const symbol of symbols) this.#channels.add(symbol)
    this.#options.observer.subscriptionCount(this.#channels.size)
    queueMicrotask(() => this.#listener?.subscribed(symbols.filter((symbol) => this.#channels.has(symbol))))
  }

  unsubscribe(symbols: readonly string[]): void {
    for (const symbol of symbols) this.#channels.delete(symbol)
    this.#options.observer.subscriptionCount(this.#channels.size)
  }

  async lastValues(symbols: readonly string[]): Promise<Map<string, Quote>> {
    const found = new Map<string, Quote>()
    for (const symbol of symbols) {
      const payload = this.#lastPayloads.get(symbol)
      const quote = payload === undefined ? undefined : parsePayload(symbol, payload, this.#options.wallMs())
      if (typeof quote === 'object') found.set(symbol, quote)
    }
    return found
  }
}
