/**
 * Stage: feed → publisher group → shard publishers. One process's part in publishing: its feed and a shard publisher for
 * each shard, of which it holds some, all or none.
 *
 * In:  the feed's batches.
 * Out: each quote to the publisher of its shard. `onFatal` where the feed cannot run: the leases are given back for
 * others to take, and the process has to end.
 * Bound: the shards, of which it holds its share (publisher-share.ts); no queue here. Above it, one lease is given up after
 * each word from the bus, so that no more than one shard at a time waits for its next publisher.
 * Closed by: the application: first the feed, then the leases are given back.
 *
 * The feed runs only while a lease is held: a standby neither polls an API nor replays a file. A holder without a feed
 * would keep the standbys from publishing; that is why it does not just log and stay.
 */
import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import type { Feed, FeedQuote, OnQuotes } from './feeds/feed.ts'
import { PublisherShare } from './publisher-share.ts'
import type { QuoteBusWriter } from './quote-bus.ts'
import { ShardPublisher, type ShardPublisherObserver } from './shard-publisher.ts'
import { shardOf } from './shards.ts'

export interface PublisherGroupObserver extends ShardPublisherObserver {
  /** Leases that Redis has confirmed within their time. */
  holding(shards: number): void
}

export interface PublisherGroupOptions {
  readonly shards: number
  /** Of this process alone. */
  readonly publisherId: string
  readonly bus: QuoteBusWriter
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly observer: PublisherGroupObserver
  /** A new one for each time that this process begins to publish. */
  readonly createFeed: (onQuotes: OnQuotes) => Feed
  /** Where left out, an uncaught exception, for which the lifecycle stops the process with exit code 1. */
  readonly onFatal?: (error: Error) => void
}

export class PublisherGroup {
  readonly #options: PublisherGroupOptions
  readonly #publishers: ShardPublisher[]
  readonly #share: PublisherShare
  readonly feedDescription: string
  /** Made at once: what is wrong with its settings has to stop the start, not the first tenure. */
  #firstFeed: Feed | undefined
  #feed: Feed | undefined
  #stopping = false
  #stopped: Promise<void> | undefined

  constructor(options: PublisherGroupOptions) {
    this.#options = options
    const { shards, bus, clock, random, logger, observer } = options
    const shared = { bus, clock, random, logger, observer }
    const onHolding = () => this.#onHolding()
    const onConfirmed = () => this.#tellHeld()
    const mayTake = () => this.#publishers.filter(({ isClaiming }) => isClaiming).length < this.#share.most
    this.#share = new PublisherShare({ ...options, onTold: () => this.#giveUpOne() })
    this.#firstFeed = this.#createFeed()
    this.feedDescription = this.#firstFeed.description
    this.#publishers = Array.from(
      { length: shards },
      (_, shard) => new ShardPublisher({ ...shared, shard, onHolding, onConfirmed, mayTake }),
    )
  }

  get held(): number {
    return this.#publishers.filter(({ isHolding }) => isHolding).length
  }

  async run(): Promise<void> {
    this.#options.logger.info({ feed: this.feedDescription }, 'ready to publish')
    // Redis may be away: nobody waits for the answer.
    void this.#share.run().then(() => {
      if (!this.#stopping) for (const publisher of this.#publishers) publisher.run()
    })
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll()
    return this.#stopped
  }

  async #stopAll(): Promise<void> {
    this.#stopping = true
    this.#stopFeed()
    await Promise.all([this.#share, ...this.#publishers].map((each) => each.stop()))
  }

  #giveUpOne(): void {
    if (this.held > this.#share.most) void this.#publishers.findLast(({ isHolding }) => isHolding)?.giveUp()
  }

  #tellHeld(): void {
    this.#options.observer.holding(this.#publishers.filter(({ isConfirmed }) => isConfirmed).length)
  }

  #onHolding(): void {
    const { held } = this
    this.#tellHeld()
    if (held === 0) return this.#stopFeed()
    if (!this.#feed && !this.#stopping) void this.#runFeed()
  }

  async #runFeed(): Promise<void> {
    let feed: Feed | undefined
    try {
      feed = this.#firstFeed ?? this.#createFeed()
      this.#firstFeed = undefined
      this.#feed = feed
      this.#options.logger.info({ feed: feed.description }, 'publishing')
      await feed.run()
    } catch (cause) {
      // One that was stopped meanwhile is nobody's loss.
      if (this.#feed === feed) this.#fail(new Error('the feed cannot run', { cause }))
    }
  }

  /** The leases first: the process may take its time to end, where it serves as well. */
  #fail(error: Error): void {
    const { logger, onFatal = throwUncaught } = this.#options
    logger.error({ err: error, feed: this.feedDescription }, 'ends, for another publisher to go on')
    void this.stop()
    onFatal(error)
  }

  #stopFeed(): void {
    this.#feed?.stop()
    this.#feed = undefined
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

function throwUncaught(error: Error): void {
  process.nextTick(() => {
    throw error
  })
}
