/**
 * Stage: Redis → revocation channel → revocations. One command (recorded-revocations.ts) ends a user's sessions
 * everywhere: it records the revocation and publishes `{"user":"…"}` on `quotewire:revoke`.
 *
 * In:  messages of the channel, on a connection of its own; what is recorded, on another, because one that has subscribed
 *      can read nothing, and in a Cluster it may be at any node.
 * Out: `revoke` for a message, `learn` for what is recorded, read after each SUBSCRIBE and whenever that other connection
 *      is ready: nothing published while a connection was down is missed. Bad messages are logged. A SUBSCRIBE that Redis
 *      does not answer makes the link suspect: it is built anew. A read that fails is repeated with backoff.
 * Bound: nothing is queued; one read at a time, one timer.
 * Closed by: the application, with `stop`.
 */
import { z } from 'zod'
import { Backoff } from './backoff.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Logger } from './logger.ts'
import { longestUserId, readRevocations, revocationChannel } from './recorded-revocations.ts'
import { connectInBackground, type RedisConnection } from './redis.ts'
import { logError } from './redis-link.ts'
import type { Revocation } from './revocations.ts'

export interface RecordedRevocationsOptions {
  /** Not yet connected; for commands. Nobody else's: it ends with the channel. */
  readonly redis: RedisConnection
  readonly learn: (recorded: readonly Revocation[]) => void
  readonly clock?: Clock
  /** Uniform in [0, 1). */
  readonly random?: () => number
}

export interface RevocationChannelOptions {
  /** Not yet connected; a subscriber. */
  readonly redis: RedisConnection
  readonly logger: Logger
  readonly revoke: (userId: string) => void
  /** Without: only what is published while this process listens. */
  readonly recorded?: RecordedRevocationsOptions
}

export { revocationChannel }

const message = z.object({ user: z.string().min(1).max(longestUserId) })
const readBackoffMs = { baseMs: 1_000, capMs: 30_000 }

export class RevocationChannel {
  readonly #options: RevocationChannelOptions
  readonly #backoff: Backoff
  #isListening = false
  #isStopped = false
  #isReading = false
  /** Something may be recorded that no read has seen. */
  #isUnread = false
  #cancelRetry: (() => void) | undefined

  constructor(options: RevocationChannelOptions) {
    this.#options = options
    const { redis, recorded } = options
    this.#backoff = new Backoff({ ...readBackoffMs, random: recorded?.random ?? Math.random })
    redis.on('ready', () => {
      redis.subscribe(revocationChannel).then(
        () => this.#onListening(),
        (error) => this.#onUnheard(error),
      )
    })
    redis.on('close', () => {
      this.#isListening = false
    })
    redis.on('message', (_channel, payload) => this.#onMessage(payload))
    recorded?.redis.on('ready', () => void this.#read())
  }

  /** For a gauge: whether a revocation that is published now is heard. */
  get isListening(): boolean {
    return this.#isListening
  }

  async run(): Promise<void> {
    const { redis, recorded } = this.#options
    connectInBackground(redis)
    if (recorded) connectInBackground(recorded.redis)
  }

  async stop(): Promise<void> {
    const { redis, recorded } = this.#options
    this.#isStopped = true
    this.#cancelRetry?.()
    redis.disconnect()
    recorded?.redis.disconnect()
  }

  #onListening(): void {
    this.#isListening = true
    this.#options.logger.info({ channel: revocationChannel }, 'listening for revocations')
    void this.#read()
  }

  #onUnheard(error: unknown): void {
    const { redis, logger } = this.#options
    logError(logger, error, 'cannot listen for revocations')
    // Redis would refuse it again.
    const isRefusal = error instanceof Error && error.name === 'ReplyError'
    if (!isRefusal && redis.status === 'ready') redis.disconnect(true)
  }

  /** Once more where it is asked for while a read is under way: that one may have begun too early. Never rejects. */
  async #read(): Promise<void> {
    const { recorded, logger } = this.#options
    if (!recorded || this.#isStopped) return
    this.#isUnread = true
    // Without a connection its `ready` comes later, and asks again.
    if (this.#isReading || recorded.redis.status !== 'ready') return
    this.#isReading = true
    this.#cancelRetry?.()
    try {
      while (this.#isUnread) {
        this.#isUnread = false
        const revocations = await readRevocations(recorded.redis)
        recorded.learn(revocations)
        logger.info({ users: revocations.length }, 'read the recorded revocations')
      }
      this.#backoff.reset()
    } catch (error) {
      this.#onUnreadable(error)
    } finally {
      this.#isReading = false
    }
  }

  #onUnreadable(error: unknown): void {
    const { recorded, logger } = this.#options
    if (this.#isStopped) return
    logError(logger, error, 'cannot read the recorded revocations')
    const clock = recorded?.clock ?? systemClock
    this.#cancelRetry = clock.after(this.#backoff.nextMs(), () => void this.#read())
  }

  #onMessage(payload: string): void {
    const { logger, revoke } = this.#options
    const parsed = message.safeParse(parseJson(payload))
    if (!parsed.success) {
      logger.warn({ payload: payload.slice(0, 64) }, 'a revocation is not of the form {"user":"…"}')
      return
    }
    logger.warn({ user: parsed.data.user }, 'user revoked')
    revoke(parsed.data.user)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
