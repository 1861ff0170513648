/**
 * Stage: quote bus over Redis Pub/Sub.
 *
 * In:  publish (pipelined), subscribe and unsubscribe by symbol.
 * Out: the listener's calls; on every reconnect all channels are subscribed again before `restored`.
 * Bound: two connections a process, one that subscribes and one for commands, however many streams there are.
 * Nothing is queued while disconnected: publish and lastValues reject, subscribe is remembered as wanted (bounded by
 * the registry's symbol cap).
 * Closed by: the application, after the streams.
 *
 * A SUBSCRIBE that Redis does not answer in time makes the link suspect: it is dropped and built anew.
 */
import type { Logger } from '../shared/logger.ts'
import { connectInBackground, createRedis, type RedisConnection } from '../shared/redis.ts'
import { encodePayload, parsePayload, type Quote } from './quote.ts'
import {
  type BusListener,
  type BusObserver,
  channelPrefix,
  type QuoteBusReader,
  type QuoteBusWriter,
} from './quote-bus.ts'

export interface RedisQuoteBusOptions {
  readonly url: string
  readonly logger: Logger
  readonly wallMs: () => number
  readonly random: () => number
  readonly observer: BusObserver
  /** A publish-only process opens no subscriber connection. */
  readonly subscribes: boolean
}

/** One hash tag, so that a Cluster keeps them on one node. */
export const lastValuesKey = 'quotewire:{publisher}:last'
export const epochKey = 'quotewire:{publisher}:epoch'

const channelsPerCommand = 1_000

/** max(stored + 1, Redis time in ms): rises even where Redis was emptied. As text, because Lua rounds large numbers. */
const nextEpochScript = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local epoch = math.max(tonumber(redis.call('GET', KEYS[1]) or '0') + 1, now)
local text = string.format('%.0f', epoch)
redis.call('SET', KEYS[1], text)
return text`

export class RedisQuoteBus implements QuoteBusReader, QuoteBusWriter {
  readonly #options: RedisQuoteBusOptions
  readonly #commands: RedisConnection
  readonly #subscriber: RedisConnection | undefined
  readonly #channels = new Set<string>()
  #listener: BusListener | undefined
  #connected = false

  constructor(options: RedisQuoteBusOptions) {
    this.#options = options
    const connection = { url: options.url, logger: options.logger, random: options.random }
    this.#commands = createRedis({ ...connection, name: 'quotewire-commands' })
    this.#commands.on('ready', () => options.observer.connected())
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

  async publish(quotes: readonly Quote[]): Promise<void> {
    if (quotes.length === 0) return
    const stored = quotes.flatMap((quote) => [quote.symbol, encodePayload(quote)])
    const pipeline = this.#commands.pipeline()
    // Stored first: whoever subscribes and then reads finds a value at least as new as what it did not hear.
    pipeline.hset(lastValuesKey, ...stored)
    for (let i = 0; i < stored.length; i += 2) pipeline.publish(channelPrefix + stored[i], stored[i + 1] as string)
    const replies = await pipeline.exec()
    const failed = replies?.find(([error]) => error !== null)
    if (failed) throw failed[0]
    if (!replies) throw new Error('the pipeline was discarded')
  }

  async nextEpoch(): Promise<number> {
    return Number(await this.#commands.eval(nextEpochScript, 1, epochKey))
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
    const found = new Map<string, Quote>()
    if (symbols.length === 0) return found
    const payloads = await this.#commands.hmget(lastValuesKey, ...symbols)
    symbols.forEach((symbol, i) => {
      const payload = payloads[i]
      if (payload === null || payload === undefined) return
      const quote = parsePayload(symbol, payload, this.#options.wallMs())
      if (typeof quote === 'string') this.#options.observer.badPayload(quote)
      else found.set(symbol, quote)
    })
    return found
  }

  #openSubscriber(connection: { url: string; logger: Logger; random: () => number }): RedisConnection {
    const subscriber = createRedis({ ...connection, name: 'quotewire-subscriber' })
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
    const quote = parsePayload(symbol, payload, this.#options.wallMs())
    if (typeof quote === 'string') this.#options.observer.badPayload(quote)
    // Messages may still arrive between an unsubscribe and its confirmation.
    else if (this.#channels.has(symbol)) this.#listener?.quote(quote)
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
