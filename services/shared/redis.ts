/**
 * Owns ioredis. Hands out connections with the options that long-lived use needs.
 *
 * In:  a URL (`redis://user:password@host:port/db`, `rediss://` for TLS).
 * Out: a connection that reconnects by itself with full jitter, logs its state and never emits an unhandled error.
 * Bound: nothing is queued while disconnected: a command fails at once, and its caller decides. A command without
 * an answer fails after `commandTimeoutMs`. A link that is silent is pinged, and dropped when nothing comes back: about
 * 4 s after a network swallowed it or the server froze, which a subscriber would otherwise never notice.
 * Closed by: whoever asked for it, with `quit` or `disconnect`.
 */
import { Redis } from 'ioredis'
import { Backoff } from './backoff.ts'
import { type Clock, systemClock } from './clock.ts'
import { LinkWatchdog } from './link-watchdog.ts'
import { type Logger, redactUrl } from './logger.ts'

export type RedisConnection = Redis

export interface RedisOptions {
  readonly url: string
  /** Shown in CLIENT LIST and in the log. */
  readonly name: string
  readonly logger: Logger
  readonly random: () => number
  readonly clock?: Clock
}

const commandTimeoutMs = 2_000
const connectTimeoutMs = 5_000
const quietMs = 2_000
const replyMs = 1_500
/** A dead peer does not answer the end of the connection either. */
const disconnectTimeoutMs = 100

export function createRedis({ url, name, logger, random, clock = systemClock }: RedisOptions): RedisConnection {
  const backoff = new Backoff({ baseMs: 100, capMs: 2_000, random })
  const redis = new Redis(url, {
    connectionName: name,
    lazyConnect: true,
    enableOfflineQueue: false,
    // A SUBSCRIBE between the TCP connect and the INFO reply of the check kills the connection (ioredis issue 2037).
    enableReadyCheck: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    disconnectTimeout: disconnectTimeoutMs,
    retryStrategy: () => 50 + backoff.nextMs(),
  })
  const log = logger.child({ redis: redactUrl(url), connectionName: name })
  redis.on('ready', () => {
    backoff.reset()
    log.info('redis connected')
  })
  redis.on('error', (error) => log.warn({ err: error }, 'redis connection error'))
  redis.on('close', () => log.info('redis connection closed'))
  watch(redis, clock, log)
  return redis
}

function watch(redis: RedisConnection, clock: Clock, log: Logger): void {
  let watchdog: LinkWatchdog | undefined
  const heard = () => watchdog?.heard()
  const ping = () => void redis.ping().then(heard, () => {})
  const onDead = (silentMs: number) => {
    log.warn({ silentMs: Math.round(silentMs) }, 'redis is silent; connecting anew')
    redis.disconnect(true)
  }
  redis.on('ready', () => {
    watchdog?.stop()
    watchdog = new LinkWatchdog({ clock, quietMs, replyMs, ping, onDead })
  })
  redis.on('message', heard)
  redis.on('close', () => watchdog?.stop())
}

/** Starts connecting; the first failure is not fatal, because reconnecting goes on. */
export function connectInBackground(redis: RedisConnection): void {
  redis.connect().catch(() => {
    // Logged by the `error` listener; the retry strategy takes over.
  })
}
