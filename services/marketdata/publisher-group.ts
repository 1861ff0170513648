/**
 * Stage: feed → publisher group → shard publishers. One process's part in publishing: its feed and a shard publisher for
 * each shard, of which it holds some, all or none.
 *
 * In:  the feed's batches.
 * Out: each quote to the publisher of its shard.
 * Bound: the shards; no queue here.
 * Closed by: the application: first the feed, then the leases are given back.
 *
 * The feed runs only while a lease is held: a standby neither polls an API nor replays a file.
 */
import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import type { Feed, FeedQuote, OnQuotes } from './feeds/feed.ts'
import type { QuoteBusWriter } from './quote-bus.ts'
import { ShardPublisher, type ShardPublisherObserver } from './shard-publisher.ts'
import { shardOf } from './shards.ts'

export interface PublisherGroupObserver extends ShardPublisherObserver {
  holding(shards: number): void
}

export interface PublisherGroupOptions {
  readonly shards: number
  readonly bus: QuoteBusWriter
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly observer: PublisherGroupObserver
  /** A new one for each time that this process begins to publish. */
  readonly createFeed: (onQuotes: OnQuotes) => Feed
}

/** For each lease held already. */
const reluctanceMs = 150

export class PublisherGroup {
  readonly #options: PublisherGroupOptions
  readonly #publishers: ShardPublisher[]
  /** Made at once: what is wrong with its settings has to stop the start, not the first tenure. */
  #nextFeed: Feed
  #feed: Feed | undefined

  constructor(options: PublisherGroupOptions) {
    this.#options = options
    const { shards, bus, clock, random, logger, observer } = options
    const shared = { bus, clock, random, logger, observer }
    const onHolding = () => this.#onHolding()
    const reluctance = () => reluctanceMs * this.held
    this.#nextFeed = this.#createFeed()
    this.#publishers = Array.from(
      { length: shards },
      (_, shard) => new ShardPublisher({ ...shared, shard, onHolding, reluctanceMs: reluctance }),
    )
  }

  get held(): number {
    return this.#publishers.filter(({ isHolding }) => isHolding).length
  }

  get feedDescription(): string {
    return (this.#feed ?? this.#nextFeed).description
  }

  async run(): Promise<void> {
    this.#options.logger.info({ feed: this.feedDescription }, 'ready to publish')
    for (const publisher of this.#publishers) publisher.run()
  }

  async stop(): Promise<void> {
    this.#stopFeed()
    await Promise.all(this.#publishers.map((publisher) => publisher.stop()))
  }

  #onHolding(): void {
    const { held } = this
    this.#options.observer.holding(held)
    if (held === 0) return this.#stopFeed()
    if (this.#feed) return
    const feed = this.#nextFeed
    this.#feed = feed
    const { logger } = this.#options
    logger.info({ feed: feed.description }, 'publishing')
    feed.run().catch((error) => logger.error({ err: error, feed: feed.description }, 'the feed cannot run'))
  }

  #stopFeed(): void {
    if (!this.#feed) return
    this.#feed.stop()
    this.#feed = undefined
    this.#nextFeed = this.#createFeed()
  }

  #createFeed(): Feed {
    return this.#options.createFeed((quotes) => this.#offer(quotes))
  }

  #offer(quotes: readonly FeedQuote[]): void {
    const [only] = this.#publishers
    if (this.#publishers.length === 1) return only?.offer(quotes)
    const byShard = Map.groupBy(quotes, ({ symbol }) => shardOf(symbol, this.#publishers.length))
    for (const [shard, some] of byShard) this.#publishers[shard]?.offer(some)
  }
}
