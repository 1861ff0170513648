/**
 * The market-data service of the founding design as a program: what the platform is compared with, and used for nothing
 * else.
 *
 *   node bench/founding/market-data.ts --port 50051 --redis-port 6379
 *
 * Where each part comes from, by the design's decisions:
 * - Each `StreamQuotes` call has a Redis subscriber of its own (`redisClient.Subscribe` at its top), which is a
 *   connection of its own.
 * - `SUBSCRIBE quote:SYMBOL`, one command a symbol; symbols that the stream holds already are left out.
 * - The user's tier comes from the metadata and is asked for each symbol; what is not allowed is answered by an `error`.
 *   Here every tier has everything, as in the platform that it is compared with.
 * - Each message is parsed for each stream that hears it, made a `StreamQuotesResponse`, and sent on its own.
 * - After 30 s without a message a `heartbeat` is sent.
 *
 * The design's loop waits in `stream.Send`; a Node subscriber is called with messages and cannot wait, so here the stream
 * queues them.
 */
import { parseArgs } from 'node:util'
import * as grpc from '@grpc/grpc-js'
import { Redis } from 'ioredis'
import { MarketDataService, type StreamQuotesRequest, type StreamQuotesResponse } from './contract.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '50051' },
    'redis-port': { type: 'string', default: '6379' },
  },
})

const heartbeatMs = 30_000

interface Quote {
  readonly symbol: string
  readonly price: number
  readonly change?: number
  readonly changePercent?: number
  readonly timestamp: number
}

const tiers = new Map<string, string>()

function isSymbolAllowedForTier(symbol: string, tier: string): boolean {
  return symbol !== '' && tier !== ''
}

function streamQuotes(call: grpc.ServerDuplexStream<StreamQuotesRequest, Partial<StreamQuotesResponse>>): void {
  const tier = tiers.get(String(call.metadata.get('user_id')[0])) ?? 'default'
  // Without the check: its INFO comes behind the first SUBSCRIBE, where it is not allowed any more.
  const subscriber = new Redis({ host: '127.0.0.1', port: Number(values['redis-port']), enableReadyCheck: false })
  const subscribed = new Set<string>()
  const heartbeat = setTimeout(() => {
    call.write({ type: 'heartbeat' })
    heartbeat.refresh()
  }, heartbeatMs)

  const close = () => {
    clearTimeout(heartbeat)
    subscriber.disconnect()
  }
  subscriber.on('message', (_channel: string, payload: string) => {
    heartbeat.refresh()
    const quote = JSON.parse(payload) as Quote
    call.write({
      symbol: quote.symbol,
      price: quote.price,
      change: quote.change ?? 0,
      change_percent: quote.changePercent ?? 0,
      timestamp: quote.timestamp,
      type: 'quote',
    })
  })
  call.on('data', ({ action, symbols }: StreamQuotesRequest) => {
    for (const symbol of symbols) {
      if (action === 'unsubscribe') {
        if (subscribed.delete(symbol)) void subscriber.unsubscribe(`quote:${symbol}`)
      } else if (!isSymbolAllowedForTier(symbol, tier)) {
        call.write({ type: 'error', message: `Symbol ${symbol} not allowed for your subscription` })
      } else if (!subscribed.has(symbol)) {
        subscribed.add(symbol)
        subscriber.subscribe(`quote:${symbol}`).catch(() => {})
      }
    }
  })
  call.on('end', () => {
    close()
    call.end()
  })
  call.on('cancelled', close)
  call.on('error', close)
}

const server = new grpc.Server()
server.addService(MarketDataService.service, { StreamQuotes: streamQuotes })
server.bindAsync(`127.0.0.1:${values.port}`, grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error
  process.stdout.write(`listening on ${port}\n`)
})
