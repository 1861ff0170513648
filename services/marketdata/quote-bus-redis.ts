/**
 * Stage: quote bus over Redis Pub/Sub.
 *
 * In:  acquire a publisher's lease (redis-leases.ts), announce a publisher (redis-presence.ts), subscribe and unsubscribe
 * by symbol.
 * Out: the listener's calls; on every reconnect all channels are subscribed again before `restored`.
 * Bound: two connections a process, one that subscribes and one for commands, however many streams there are.
 * Nothing is queued while disconnected: acquire, announce, publish and lastValues reject, subscribe is remembered as wanted
 * (bounded by the registry's symbol cap).
 * Closed by: the application, after the streams.
 *
 * A SUBSCRIBE that Redis does not answer in time makes the link suspect: it is dropped and built anew.
 */
import type { Logger } from '../shared/logger.ts'
import { connectInBackground, createRedis, type RedisAccess, type RedisConnection } from '../shared/redis.ts'
import { parsePayload, type Quote } from './quote.ts'
import {
  type BusListener,
  type BusObserver,
  channelPrefix,
  type PublisherLease,
  type QuoteBusReader,
  type QuoteBusWriter,
} from './quote-bus.ts'
import { RedisLeases } from './redis-leases.ts'
import { RedisPresence } from './redis-presence.ts'
import { shardKeys, shardOf } from './shards.ts'

export interface RedisQuoteBusOptions {
  readonly redis: RedisAccess
  readonly logger: Logger
  readonly wallMs: () => number
  readonly random: () => number
  readonly observer: BusObserver
  /** A publish-only process opens no subscriber connection. */
  readonly subscribes: boolean
  /** Into how many leases the symbols are divided; the same for publishers and servers. */
  readonly shards: number
}

const channelsPerCommand = 1_000

export class RedisQuoteBus implements QuoteBusReader, QuoteBusWriter {
  readonly #options: RedisQuoteBusOptions
  readonly #commands: RedisConnection
  readonly #subscriber: RedisConnection | undefined
  readonly #leases: RedisLeases
  readonly #presence: RedisPresence
  readonly #channels = new Set<string>()
  #listener: BusListener | undefined
  #connected = false
  /** Unix ms, read once a turn of the event loop. */
  #turnMs: number | undefined

  constructor(options: RedisQuoteBusOptions) {
    this.#options = options
    const connection = { ...options.redis, logger: options.logger, random: options.random }
    this.#commands = createRedis({ ...connection, name: 'quotewire-commands' })
    this.#commands.on('ready', () => options.observer.connected())
    this.#leases = new RedisLeases({ redis: this.#commands, shards: options.shards })
    this.#presence = new RedisPresence({ redis: this.#commands })
    if (options.subscribes) this.#subscriber = this.#openSubscriber(connection)
  }

  async run(): Promise<void> {
    connectInBackground(this.#commands)
    if (this.#subscriber) connectInBackground(this.#subscriber)
  }

  async stop(): Promise<void> {
    this.#channels.clear()
    this.#subscriber?.disconnect()
    this.#commands.disconnect()
  }

  listen(listener: BusListener): void {
    this.#listener = listener
  }

  async acquire(shard: number, ttlMs: number): Promise<PublisherLease | undefined> {
    return await this.#leases.acquire(shard, ttlMs)
  }

  async announce(publisherId: string, ttlMs: number): Promise<number> {
    return await this.#presence.announce(publisherId, ttlMs)
  }

  subscribe(symbols: readonly string[]): void {
    for (const symbol of symbols) this.#channels.add(symbol)
    this.#options.observer.subscriptionCount(this.#channels.size)
    if (this.#subscriber?.status === 'ready') void this.#subscribeNow(symbols)
  }

  unsubscribe(symbols: readonly string[]): void {
    for (const symbol of symbols) this.#channels.delete(symbol)
    this.#options.observer.subscriptionCount(this.#channels.size)
    if (this.#subscriber?.status !== 'ready') return
    for (const some of chunks(symbols)) {
      this.#subscriber.unsubscribe(...some.map((symbol) => channelPrefix + symbol)).catch((error) => {
        // A channel that stays subscribed costs traffic only; the next reconnect drops it.
        this.#options.logger.warn({ err: error, symbols: some.length }, 'unsubscribe failed')
      })
    }
  }

  async lastValues(symbols: readonly string[]): Promise<Map<string, Quote>> {
    const { shards } = this.#options
    const found = new Map<string, Quote>()
    const byShard = Map.groupBy(symbols, (symbol) => shardOf(symbol, shards))
    const reads = [...byShard].map(([shard, some]) => this.#readLast(shardKeys(shard, shards).last, some, found))
    await Promise.all(reads)
    return found
  }

  async #readLast(key: string, symbols: readonly string[], found: Map<string, Quote>): Promise<void> {
    const payloads = await this.#commands.hmget(key, ...symbols)
    symbols.forEach((symbol, i) => {
      const payload = payloads[i]
      if (payload === null || payload === undefined) return
      const quote = parsePayload(symbol, payload, this.#options.wallMs())
      if (typeof quote === 'string') this.#options.observer.badPayload(quote)
      else found.set(symbol, quote)
    })
  }

  #openSubscriber(connection: RedisAccess & { logger: Logger; random: () => number }): RedisConnection {
    const subscriber = createRedis({ ...connection, role: 'subscriber', name: 'quotewire-subscriber' })
    subscriber.on('ready', () => void this.#resubscribe())
    subscriber.on('close', () => {
      if (this.#connected) this.#listener?.lost()
      this.#connected = false
    })
    subscriber.on('message', (channel: string, payload: string) => this.#onMessage(channel, payload))
    return subscriber
  }

  #onMessage(channel: string, payload: string): void {
    const symbol = channel.slice(channelPrefix.length)
    const quote = parsePayload(symbol, payload, this.#wallMs())
    if (typeof quote === 'string') this.#options.observer.badPayload(quote)
    // Messages may still arrive between an unsubscribe and its confirmation.
    else if (this.#channels.has(symbol)) this.#listener?.quote(quote)
  }

  #wallMs(): number {
    if (this.#turnMs === undefined) {
      this.#turnMs = this.#options.wallMs()
      setImmediate(() => {
        this.#turnMs = undefined
      })
    }
    return this.#turnMs
  }

  /** On every `ready`, the first one included: a symbol may have been wanted before there was a connection. */
  async #resubscribe(): Promise<void> {
    this.#connected = true
    if (await this.#subscribeNow([...this.#channels])) this.#listener?.restored()
  }

  /** False: the link broke on the way; the next `ready` starts over. */
  async #subscribeNow(symbols: readonly string[]): Promise<boolean> {
    for (const some of chunks(symbols)) {
      const outcome = await this.#trySubscribe(some)
      if (outcome === 'broken') return false
      // Redis does not say which of several it refuses.
      const oneByOne = outcome === 'refused' && some.length > 1 ? some.map((symbol) => [symbol]) : []
      if (outcome === 'refused' && some.length === 1) this.#onRefused(some)
      for (const one of oneByOne) {
        const each = await this.#trySubscribe(one)
        if (each === 'broken') return false
        if (each === 'refused') this.#onRefused(one)
      }
    }
    return true
  }

  async #trySubscribe(symbols: readonly string[]): Promise<'confirmed' | 'refused' | 'broken'> {
    try {
      await this.#subscriber?.subscribe(...symbols.map((symbol) => channelPrefix + symbol))
    } catch (error) {
      if (error instanceof Error && error.name === 'ReplyError') return 'refused'
      this.#options.logger.warn({ err: error }, 'subscribe failed')
      // No answer in time: the link is suspect.
      if (this.#subscriber?.status === 'ready') this.#subscriber.disconnect(true)
      return 'broken'
    }
    this.#listener?.subscribed(symbols.filter((symbol) => this.#channels.has(symbol)))
    return 'confirmed'
  }

  #onRefused(symbols: readonly string[]): void {
    this.#options.logger.error({ symbols }, 'Redis refuses this channel; does its ACL allow SUBSCRIBE quote:*?')
    for (const symbol of symbols) {
      this.#channels.delete(symbol)
      this.#listener?.refused(symbol)
    }
    this.#options.observer.subscriptionCount(this.#channels.size)
  }
}

/** Long argument lists overflow the stack. */
function chunks(symbols: readonly string[]): string[][] {
  const result: string[][] = []
  for (let start = 0; start < symbols.length; start += channelsPerCommand) {
    result.push(symbols.slice(start, start + channelsPerCommand))
  }
  return result
}
