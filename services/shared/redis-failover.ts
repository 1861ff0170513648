/**
 * Beside a connection to the master behind Sentinels: leaves a master that the Sentinels have replaced. A client that
 * still reaches the old one while they do not would otherwise stay with it.
 *
 * In:  +switch-master from one Sentinel at a time.
 * Out: `disconnect(true)` on the connection, unless it is with the new master already.
 * Bound: one connection more for each connection. A message missed while changing Sentinels is made up for by the
 * Sentinels themselves, which cut a demoted master's clients off as soon as they reach it.
 * Closed by: the owner of the connection, with it.
 *
 * ioredis's own detector opens a connection to every Sentinel and ends ours for good when the news comes just while it
 * asks for the master.
 */
import type { Logger } from './logger.ts'
import { type Link, logError, remoteOf } from './redis-link.ts'

interface SentinelLink extends Link {
  connect(): Promise<void>
  subscribe(channel: string): Promise<unknown>
}

export interface FollowFailoversOptions<Sentinel> {
  readonly redis: Link
  /** Not yet connected. */
  readonly sentinel: Sentinel
  readonly masterName: string
  readonly log: Logger
  readonly start: (sentinel: Sentinel) => void
}

export function followFailovers<Sentinel extends SentinelLink>(options: FollowFailoversOptions<Sentinel>): void {
  const { redis, sentinel, masterName, log, start } = options
  sentinel.on('ready', () => {
    sentinel.subscribe('+switch-master').catch((error) => logError(log, error, 'cannot hear of failovers'))
  })
  sentinel.on('message', (_channel: string, text: string) => {
    const [name, , , host, port] = text.split(' ')
    const master = `${host}:${port}`
    if (name !== masterName || redis.status !== 'ready' || remoteOf(redis) === master) return
    log.warn({ master }, 'redis has another master; connecting anew')
    redis.disconnect(true)
  })
  redis.on('connecting', () => {
    if (sentinel.status === 'wait' || sentinel.status === 'end') start(sentinel)
  })
  for (const event of ['closing', 'end'] as const) redis.on(event, () => sentinel.disconnect())
}
