/**
 * Beside every connection of redis.ts: its log, and the watchdog that pings it.
 *
 * In:  the connection's events.
 * Out: log lines without credentials; `disconnect(true)` about 3.5 s after a link last gave a sign of life.
 * Bound: one timer a link.
 * Closed by: the link's `close`.
 */
import type { Clock } from './clock.ts'
import { LinkWatchdog } from './link-watchdog.ts'
import type { Logger } from './logger.ts'
import { hintOf } from './redis-tls.ts'

/** What ioredis's connections have in common, as far as it matters here. */
export interface Link {
  readonly status: string
  readonly stream?: { readonly remoteAddress?: string | undefined; readonly remotePort?: number | undefined }
  on(event: 'connecting' | 'ready' | 'close' | 'closing' | 'end', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'message', listener: (channel: string, payload: string) => void): unknown
  ping(): Promise<unknown>
  disconnect(reconnect?: boolean): void
}

const quietMs = 2_000
const replyMs = 1_500

export function watch({
  link,
  clock,
  log,
}: {
  readonly link: Link
  readonly clock: Clock
  readonly log: Logger
}): void {
  let watchdog: LinkWatchdog | undefined
  const heard = () => watchdog?.heard()
  // A refusal is an answer too.
  const onFailure = (error: unknown) => {
    if (error instanceof Error && error.name === 'ReplyError') heard()
  }
  const ping = () => void link.ping().then(heard, onFailure)
  const onDead = (silentMs: number) => {
    log.warn({ silentMs: Math.round(silentMs) }, 'redis is silent; connecting anew')
    link.disconnect(true)
  }
  link.on('ready', () => {
    watchdog?.stop()
    watchdog = new LinkWatchdog({ clock, quietMs, replyMs, ping, onDead })
  })
  let isTurnHeard = false
  // A turn brings hundreds of messages: one look at the clock is enough for them.
  link.on('message', () => {
    if (isTurnHeard) return
    isTurnHeard = true
    heard()
    setImmediate(() => {
      isTurnHeard = false
    })
  })
  link.on('close', () => watchdog?.stop())
}

export function logState(options: { readonly link: Link; readonly log: Logger; readonly onReady: () => void }): void {
  const { link, log, onReady } = options
  link.on('ready', () => {
    onReady()
    log.info(link.stream ? { server: remoteOf(link) } : {}, 'redis connected')
  })
  link.on('error', (error: Error) => logError(log, error, 'redis connection error'))
  link.on('close', () => log.info('redis connection closed'))
}

/** ioredis hangs commands, AUTH included, on its errors, and errors on errors: only the text is safe. */
export function logError(log: Logger, error: unknown, message: string): void {
  const { name, message: text, stack, code } = error as NodeJS.ErrnoException
  log.warn({ err: { type: name, message: text, stack, code }, hint: hintOf(error) }, message)
}

/** `address:port` of the other side. */
export function remoteOf({ stream }: Link): string {
  return `${stream?.remoteAddress}:${stream?.remotePort}`
}
