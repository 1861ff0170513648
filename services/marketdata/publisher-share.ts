/**
 * Beside the publisher group: how many of the shards this process may hold, so that every publisher gets some.
 *
 * In:  how many publishers are present, from the bus, which is told every `beatMs` that this one is.
 * Out: `most`, shards over publishers, rounded up; `onTold` after each answer.
 * Bound: one timer, one question at a time. Who dies without a word counts for `presenceMs` more, and what was heard longer
 * ago than that counts no more: then this process may hold every shard that is free.
 * Closed by: the publisher group, with `stop`; the bus is told, so that the others need not wait.
 *
 * With one shard there is nothing to share, and nothing is asked.
 */
import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import type { QuoteBusWriter } from './quote-bus.ts'

export interface PublisherShareOptions {
  readonly shards: number
  /** Of this process alone. */
  readonly publisherId: string
  readonly bus: Pick<QuoteBusWriter, 'announce'>
  readonly clock: Clock
  readonly logger: Logger
  readonly onTold: () => void
}

const beatMs = 450
/** Below the lease, so that the shares of the others have grown when a dead publisher's leases run out. */
const presenceMs = 1_500

export class PublisherShare {
  readonly #options: PublisherShareOptions
  #publishers = 1
  #toldAtMs = Number.NEGATIVE_INFINITY
  #isFailing = false
  #isStopped = false
  #cancelTimer: () => void = () => {}

  constructor(options: PublisherShareOptions) {
    this.#options = options
  }

  get most(): number {
    return Math.ceil(this.#options.shards / this.#publishers)
  }

  get #isAlone(): boolean {
    return this.#options.shards === 1
  }

  /** Resolves with the first answer, or where there is none. */
  async run(): Promise<void> {
    if (!this.#isAlone) await this.#beat()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelTimer()
    const { bus, publisherId } = this.#options
    // Without the bus it ends by itself.
    if (!this.#isAlone) await bus.announce(publisherId, 0).catch(() => {})
  }

  async #beat(): Promise<void> {
    const { bus, publisherId, clock } = this.#options
    try {
      const publishers = await bus.announce(publisherId, presenceMs)
      if (this.#isStopped) return
      this.#onTold(publishers)
    } catch (error) {
      this.#onFailed(error)
    }
    if (!this.#isStopped) this.#cancelTimer = clock.after(beatMs, () => void this.#beat())
  }

  #onTold(publishers: number): void {
    const { clock, logger, onTold } = this.#options
    this.#toldAtMs = clock.nowMs()
    this.#isFailing = false
    if (publishers !== this.#publishers) logger.info({ publishers }, 'publishers that share the shards')
    // Never 0: this one is among them.
    this.#publishers = Math.max(1, publishers)
    onTold()
  }

  #onFailed(error: unknown): void {
    const { clock, logger } = this.#options
    if (!this.#isFailing) logger.warn({ err: error }, 'cannot tell how many publishers there are')
    this.#isFailing = true
    if (clock.nowMs() - this.#toldAtMs >= presenceMs) this.#publishers = 1
  }
}
