/**
 * Stage: publisher → quote bus → symbol registry. The two sides of the bus, whatever carries it.
 *
 * Implementations: quote-bus-redis.ts (Redis Pub/Sub on channels `quote:SYMBOL`) and quote-bus-in-process.ts.
 * One contract suite, quote-bus.redis.test.ts, runs on both.
 */
import type { BadPayload, Quote } from './quote.ts'

export const channelPrefix = 'quote:'

export interface QuoteBusWriter {
  /**
   * Takes the shard's lease for `ttlMs` where nobody holds it; undefined where somebody does. Rejects while disconnected.
   */
  acquire(shard: number, ttlMs: number): Promise<PublisherLease | undefined>
  /**
   * This publisher is present for the next `ttlMs`, a minute at most; 0: no longer. Returns how many are now. Rejects while
   * disconnected.
   */
  announce(publisherId: string, ttlMs: number): Promise<number>
}

/** The right to publish one shard's symbols, until it runs out or is given back. */
export interface PublisherLease {
  /** Above every epoch handed out before, also after the bus lost its memory. */
  readonly epoch: number
  /**
   * Stores each quote as its symbol's last value and publishes it, in order; at most 1,000. Rejects with a FencedError,
   * and nothing is published, when the lease is no longer this one. Any other rejection: the bus did not answer, and
   * nobody knows whether it took them; `publishAgain` has to come before the next batch.
   */
  publish(quotes: readonly Quote[]): Promise<void>
  /** The same batch once more, after a rejection. What the bus had taken the first time is not published twice. */
  publishAgain(): Promise<void>
  /** False: the lease is lost. Rejects while disconnected. */
  renew(ttlMs: number): Promise<boolean>
  release(): Promise<void>
}

export class FencedError extends Error {
  override readonly name = 'FencedError'
}

export interface QuoteBusReader {
  /** Who receives what the bus delivers; set once, before the first subscribe. */
  listen(listener: BusListener): void
  /** Asks for symbols that are not subscribed yet; `subscribed` follows, at the latest after the next reconnect. */
  subscribe(symbols: readonly string[]): void
  unsubscribe(symbols: readonly string[]): void
  /** Last values as the publisher stored them; symbols without one are absent. Rejects while disconnected. */
  lastValues(symbols: readonly string[]): Promise<Map<string, Quote>>
}

export interface BusListener {
  /** The bus confirmed these: each quote published from now on arrives. Called again after every reconnect. */
  subscribed(symbols: readonly string[]): void
  /** The bus will not deliver this one (an ACL, say), and asking again would not help. */
  refused(symbol: string): void
  quote(quote: Quote): void
  /** The connection is lost: quotes may be missing until `restored`. */
  lost(): void
  /** Everything wanted is subscribed again or refused (`subscribed` and `refused` came before). Also called after the first connect. */
  restored(): void
}

/** What an implementation reports for metrics and readiness. */
export interface BusObserver {
  connected(): void
  subscriptionCount(count: number): void
  badPayload(reason: BadPayload): void
}
