/**
 * Stage: Redis → revocation channel → revocations. `PUBLISH quotewire:revoke '{"user":"…"}'` ends a user's sessions
 * everywhere.
 *
 * In:  messages of the channel, on a connection of its own.
 * Out: `revoke`; bad messages are logged. A SUBSCRIBE that Redis does not answer makes the link suspect: it is built anew.
 * Bound: nothing is queued; what is published while the connection is down is missed, as is all of Redis Pub/Sub.
 * Closed by: the application, with `stop`.
 */
import { z } from 'zod'
import type { Logger } from './logger.ts'
import { connectInBackground, type RedisConnection } from './redis.ts'
import { logError } from './redis-link.ts'

export interface RevocationChannelOptions {
  /** Not yet connected; a subscriber. */
  readonly redis: RedisConnection
  readonly logger: Logger
  readonly revoke: (userId: string) => void
}

export const revocationChannel = 'quotewire:revoke'
const message = z.object({ user: z.string().min(1).max(256) })

export class RevocationChannel {
  readonly #options: RevocationChannelOptions

  constructor(options: RevocationChannelOptions) {
    this.#options = options
    const { redis, logger } = options
    redis.on('ready', () => {
      redis.subscribe(revocationChannel).then(
        () => logger.info({ channel: revocationChannel }, 'listening for revocations'),
        (error) => this.#onUnheard(error),
      )
    })
    redis.on('message', (_channel, payload) => this.#onMessage(payload))
  }

  async run(): Promise<void> {
    connectInBackground(this.#options.redis)
  }

  async stop(): Promise<void> {
    this.#options.redis.disconnect()
  }

  #onUnheard(error: unknown): void {
    const { redis, logger } = this.#options
    logError(logger, error, 'cannot listen for revocations')
    // Redis would refuse it again.
    const isRefusal = error instanceof Error && error.name === 'ReplyError'
    if (!isRefusal && redis.status === 'ready') redis.disconnect(true)
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
