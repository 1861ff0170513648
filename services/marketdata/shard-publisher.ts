/**
 * Stage: feed → publisher → quote bus, for one shard of the symbols: publishes while it holds the shard's lease.
 *
 * In:  `offer` from the feed; quotes are ignored while another process holds the lease.
 * Out: one Publisher a tenure, with the tenure's epoch; `onHolding` when a tenure begins or ends; `onConfirmed` when
 * `isConfirmed` changes meanwhile: a holder whom Redis has not answered for as long as a lease lasts may hold nothing.
 * Bound: two timers; a lease of `leaseMs`, renewed every `renewMs`, tried for every `tryMs` or so while `mayTake`: a process
 * that dies without a word is replaced within leaseMs + 1.5 × tryMs.
 * Closed by: the application; the lease is given back, so that the next publisher need not wait for its end. `giveUp` gives
 * it back as well, and goes on trying.
 */
import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import type { FeedQuote } from './feeds/feed.ts'
import { Publisher, type PublisherObserver } from './publisher.ts'
import type { PublisherLease, QuoteBusWriter } from './quote-bus.ts'

export type FencedKind = 'batch' | 'renewal'

export interface ShardPublisherObserver extends PublisherObserver {
  /** Redis refused a batch (nothing of it was published) or a renewal, because the lease was lost. */
  fenced(kind: FencedKind): void
}

export interface ShardPublisherOptions {
  readonly shard: number
  readonly bus: QuoteBusWriter
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly observer: ShardPublisherObserver
  readonly onHolding: (isHolding: boolean) => void
  readonly onConfirmed: () => void
  /** Asked before each try: who has its share leaves free leases to others. */
  readonly mayTake: () => boolean
}

export const leaseMs = 1_800
const renewMs = 450
const tryMs = 200

interface Tenure {
  readonly lease: PublisherLease
  readonly publisher: Publisher
}

export class ShardPublisher {
  readonly #options: ShardPublisherOptions
  #tenure: Tenure | undefined
  #isTrying = false
  #cancelTimer: () => void = () => {}
  #isConfirmed = false
  #cancelDoubt: () => void = () => {}
  #stopped = false

  constructor(options: ShardPublisherOptions) {
    this.#options = options
  }

  get isHolding(): boolean {
    return this.#tenure !== undefined
  }

  /** Holds the lease, as far as Redis has said within the lease's time. */
  get isConfirmed(): boolean {
    return this.#isConfirmed
  }

  /** Holds the lease, or may do so in a moment. */
  get isClaiming(): boolean {
    return this.isHolding || this.#isTrying
  }

  run(): void {
    void this.#tryForLease()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTimer()
    await this.#release()
  }

  /** For another process to take. */
  async giveUp(): Promise<void> {
    this.#options.logger.info({ shard: this.#options.shard }, 'gives the lease back, for another publisher to take')
    this.#waitForLease()
    await this.#release()
  }

  offer(quotes: readonly FeedQuote[]): void {
    this.#tenure?.publisher.offer(quotes)
  }

  async #tryForLease(): Promise<void> {
    const { bus, shard, mayTake, logger } = this.#options
    if (!mayTake()) return this.#waitForLease()
    let lease: PublisherLease | undefined
    this.#isTrying = true
    try {
      lease = await bus.acquire(shard, leaseMs)
    } catch (error) {
      logger.debug({ err: error, shard }, 'no answer about the lease')
    }
    this.#isTrying = false
    if (this.#stopped) return void lease?.release().catch(() => {})
    if (lease) return this.#beginTenure(lease)
    this.#waitForLease()
  }

  #waitForLease(): void {
    this.#wait(tryMs * (0.5 + this.#options.random()), () => void this.#tryForLease())
  }

  #beginTenure(lease: PublisherLease): void {
    const { clock, random, logger, observer, shard, onHolding } = this.#options
    const publisher = new Publisher({
      lease,
      clock,
      random,
      logger,
      observer,
      onFenced: () => this.#lose(lease, 'batch'),
    })
    this.#tenure = { lease, publisher }
    logger.info({ shard, epoch: lease.epoch }, 'publishing under a new lease')
    this.#wait(renewMs, () => void this.#renew(lease))
    this.#confirm()
    onHolding(true)
  }

  #confirm(): void {
    this.#cancelDoubt()
    this.#cancelDoubt = this.#options.clock.after(leaseMs, () => {
      this.#options.logger.warn({ shard: this.#options.shard }, 'no word from Redis for as long as the lease lasts')
      this.#setConfirmed(false)
    })
    this.#setConfirmed(true)
  }

  #setConfirmed(isConfirmed: boolean): void {
    if (this.#isConfirmed === isConfirmed) return
    this.#isConfirmed = isConfirmed
    this.#options.onConfirmed()
  }

  async #renew(lease: PublisherLease): Promise<void> {
    try {
      if (!(await lease.renew(leaseMs))) return this.#lose(lease, 'renewal')
      if (this.#tenure?.lease === lease) this.#confirm()
    } catch (error) {
      // Redis is away: whether the lease is still ours it will tell when it is back.
      this.#options.logger.debug({ err: error }, 'the lease was not renewed')
    }
    if (this.#tenure?.lease === lease) this.#wait(renewMs, () => void this.#renew(lease))
  }

  #lose(lease: PublisherLease, refused: FencedKind): void {
    if (this.#tenure?.lease !== lease) return
    this.#options.observer.fenced(refused)
    this.#options.logger.warn({ shard: this.#options.shard, epoch: lease.epoch, refused }, 'lost the lease')
    this.#endTenure()
    this.#wait(0, () => void this.#tryForLease())
  }

  async #release(): Promise<void> {
    const lease = this.#tenure?.lease
    this.#endTenure()
    // Without Redis it ends by itself.
    await lease?.release().catch(() => {})
  }

  #endTenure(): void {
    if (!this.#tenure) return
    this.#tenure.publisher.stop()
    this.#tenure = undefined
    this.#cancelDoubt()
    this.#isConfirmed = false
    this.#options.onHolding(false)
  }

  #wait(delayMs: number, task: () => void): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#stopped ? () => {} : this.#options.clock.after(delayMs, task)
  }
}
