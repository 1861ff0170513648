/**
 * Market-data with quotes from a schedule in place of Redis: batches of a given size at a given rate, to one or more
 * gateways. `UpstreamLoad` is what scenarios use, `main` the process that it starts.
 *
 * It is the service itself (tokens, entitlements, heartbeats, acks, one message a turn of the event loop) on a quote bus
 * that lives in its process, so what a gateway hears is what it hears in production.
 *
 * In:  by IPC: a pattern to go on with, and questions for what was done.
 * Out: each batch in one message, behind the one before. `price` is the time that the batch was scheduled for (µs since
 *      `baseUs`); seq has seven digits, so that all frames are of one length.
 * Bound: it does not wait for gateways (services/marketdata/quote-stream.ts bounds what waits for them).
 * Closed by: the bench, or its end.
 */
import { parseArgs } from 'node:util'
import { loadConfig } from '../../services/marketdata/config.ts'
import { createMarketData, type MarketData } from '../../services/marketdata/main.ts'
import type { BusListener, BusObserver, QuoteBusReader, QuoteBusWriter } from '../../services/marketdata/quote-bus.ts'
import { systemClock } from '../../services/shared/clock.ts'
import type { Component } from '../../services/shared/lifecycle.ts'
import { createLogger } from '../../services/shared/logger.ts'
import type { Quote } from '../../services/shared/quote.ts'
import { AskedProcess, answerQuestions } from './asked-process.ts'
import { jwtSecret, upstreamToken } from './platform.ts'
import { raisePriority } from './priority.ts'
import { Histogram } from './stats.ts'
import { wallClock } from './wall-clock.ts'
import { quoteCycle, symbolNames } from './watchlists.ts'

const tickMs = 1
const firstSeq = 1_000_000

export interface UpstreamPattern {
  readonly quotesPerBatch: number
  /** 0: nothing from now on. */
  readonly batchesPerSecond: number
}

export interface UpstreamWindow {
  readonly quotes: number
  readonly seconds: number
  readonly latenessP99Ms: number
  readonly cpuSeconds: number
}

type Question =
  | { readonly kind: 'port' }
  | ({ readonly kind: 'pattern' } & UpstreamPattern)
  | { readonly kind: 'window' }

export class UpstreamLoad implements AsyncDisposable {
  readonly port: number
  readonly #process: AskedProcess

  static async start(options: { readonly symbols: number; readonly baseUs: number; readonly core?: number }) {
    const { symbols, baseUs, core = 1 } = options
    const args = ['--symbols', String(symbols), '--base-us', String(baseUs)]
    const child = new AskedProcess({ file: import.meta.filename, args, core })
    const { port } = await child.ask<{ port: number }>({ kind: 'port' })
    return new UpstreamLoad(child, port)
  }

  private constructor(child: AskedProcess, port: number) {
    this.#process = child
    this.port = port
  }

  async play(pattern: UpstreamPattern): Promise<void> {
    await this.#process.ask({ kind: 'pattern', ...pattern })
  }

  /** What was done since the last call. */
  async window(): Promise<UpstreamWindow> {
    return await this.#process.ask({ kind: 'window' })
  }

  /** Of its life. */
  cpuSeconds(): number {
    return this.#process.cpuSeconds()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]()
  }
}

/** Delivers what it is given; every symbol that is asked for is there. */
class ScheduledBus implements QuoteBusReader, QuoteBusWriter, Component {
  readonly #observer: BusObserver
  #listener: BusListener | undefined

  constructor(observer: BusObserver) {
    this.#observer = observer
  }

  async run(): Promise<void> {
    this.#observer.connected()
    this.#listener?.restored()
  }

  async stop(): Promise<void> {}

  listen(listener: BusListener): void {
    this.#listener = listener
  }

  subscribe(symbols: readonly string[]): void {
    queueMicrotask(() => this.#listener?.subscribed(symbols))
  }

  unsubscribe(): void {}

  async lastValues(): Promise<Map<string, Quote>> {
    return new Map()
  }

  async acquire(): Promise<undefined> {}

  async announce(): Promise<number> {
    return 0
  }

  deliver(quote: Quote): void {
    this.#listener?.quote(quote)
  }
}

class Schedule {
  readonly #deliver: (quote: Quote) => void
  readonly #symbols: readonly string[]
  readonly #baseUs: number
  readonly #epoch = Date.now()
  readonly #clock = wallClock()
  readonly #seqs = new Map<string, number>()
  #cycle: readonly (readonly string[])[] = []
  #batchesPerSecond = 0
  #startUs = 0
  #sent = 0
  #quotes = 0
  #lateness = new Histogram()
  #sinceUs = this.#clock()
  #cpuSince = process.cpuUsage()

  constructor(options: { deliver: (quote: Quote) => void; symbols: readonly string[]; baseUs: number }) {
    this.#deliver = options.deliver
    this.#symbols = options.symbols
    this.#baseUs = options.baseUs
  }

  play({ quotesPerBatch, batchesPerSecond }: UpstreamPattern): void {
    if (batchesPerSecond > 0) this.#cycle = quoteCycle(this.#symbols, quotesPerBatch)
    this.#batchesPerSecond = batchesPerSecond
    this.#startUs = this.#clock()
    this.#sent = 0
  }

  /** All that has come due, each batch in a turn of its own. */
  async tick(): Promise<void> {
    while (this.#sendNextDue()) await new Promise((resolve) => setImmediate(resolve))
  }

  window(): UpstreamWindow {
    const timeUs = this.#clock()
    const { user, system } = process.cpuUsage(this.#cpuSince)
    const window = {
      quotes: this.#quotes,
      seconds: (timeUs - this.#sinceUs) / 1e6,
      latenessP99Ms: this.#quotes === 0 ? 0 : this.#lateness.percentile(99),
      cpuSeconds: (user + system) / 1e6,
    }
    this.#quotes = 0
    this.#lateness = new Histogram()
    this.#sinceUs = timeUs
    this.#cpuSince = process.cpuUsage()
    return window
  }

  #sendNextDue(): boolean {
    const timeUs = this.#clock()
    const scheduledUs = this.#startUs + Math.round(((this.#sent + 1) * 1e6) / this.#batchesPerSecond)
    if (!(scheduledUs <= timeUs)) return false
    this.#lateness.add((timeUs - scheduledUs) / 1000)
    const batch = this.#cycle[this.#sent++ % this.#cycle.length] ?? []
    const [price, timestampMs, epoch] = [scheduledUs - this.#baseUs, Math.round(timeUs / 1000), this.#epoch]
    for (const symbol of batch) {
      const seq = (this.#seqs.get(symbol) ?? firstSeq) + 1
      this.#seqs.set(symbol, seq)
      this.#deliver({ symbol, price, timestampMs, seq, epoch })
    }
    this.#quotes += batch.length
    return true
  }
}

async function startService(): Promise<{ marketData: MarketData; deliver: (quote: Quote) => void }> {
  let bus: ScheduledBus | undefined
  const marketData = createMarketData({
    config: loadConfig({
      JWT_SECRET: jwtSecret,
      UPSTREAM_TOKEN: upstreamToken,
      NODE_ENV: 'production',
      MARKETDATA_HOST: '127.0.0.1',
      MARKETDATA_PORT: '0',
      MARKETDATA_ADMIN_PORT: '0',
    }),
    logger: createLogger({ service: 'upstream', level: 'error' }),
    clock: systemClock,
    random: Math.random,
    createBus: (observer) => {
      bus = new ScheduledBus(observer)
      return bus
    },
  })
  await marketData.run()
  return { marketData, deliver: (quote) => bus?.deliver(quote) }
}

async function main(): Promise<void> {
  raisePriority()
  const { values } = parseArgs({ options: { symbols: { type: 'string' }, 'base-us': { type: 'string' } } })
  const { marketData, deliver } = await startService()
  const symbols = symbolNames(Number(values.symbols))
  const schedule = new Schedule({ deliver, symbols, baseUs: Number(values['base-us']) })
  answerQuestions((question: Question) => {
    if (question.kind === 'port') return { port: marketData.port }
    if (question.kind === 'window') return schedule.window()
    schedule.play(question)
    return undefined
  })
  const tick = async () => {
    await schedule.tick()
    setTimeout(tick, tickMs)
  }
  await tick()
}

if (import.meta.main) await main()
