/**
 * The publisher of the bench: quotes on the quote bus at a fixed rate, on a schedule that does not wait for anybody.
 *
 * In:  a rate to go on with, and questions for what was done.
 * Out: `PUBLISH quote:SYMBOL`, one pipeline for what has come due in a millisecond, with the payload that
 *      services/marketdata/quote.ts writes. A cycle has each symbol once. `price` is the scheduled time (µs since
 *      `baseUs`), so a late publisher makes latencies longer, never shorter.
 * Bound: it does not wait for answers; where Redis leaves 64 MiB unread, quotes are dropped and count as late.
 * Closed by: the bench, or its end.
 *
 * The commands are written to the socket as text. ioredis in pipelines took three times the CPU, and its garbage made the
 * schedule 15 ms late at p99 with 40,000 quotes a second, against 2 ms.
 *
 * This file is both sides: the class that the scenarios use, and the process that it starts.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { parseArgs } from 'node:util'
import { AskedProcess, answerQuestions } from './asked-process.ts'
import { raisePriority } from './priority.ts'
import { Histogram } from './stats.ts'
import { wallClock } from './wall-clock.ts'

const tickMs = 1
/**
 * Where quotes are further apart than this each is due by itself, and up to 1 ms of a timer's whole milliseconds would be
 * half of what is measured: the thread waits for it. More frequent ones go out together, in a pipeline each tick.
 */
const sparseUs = 1_000
const longestSleepUs = 1_500
const mostUnreadBytes = 64 * 1024 * 1024
const unreadLatenessUs = 1e6

export interface PublishOptions {
  readonly redisPort: number
  readonly symbols: readonly string[]
  /** Unix µs that `price` 0 stands for. */
  readonly baseUs: number
  readonly core?: number
}

export interface PublishWindow {
  readonly published: number
  readonly seconds: number
  readonly latenessP99Ms: number
  readonly cpuSeconds: number
}

type Question =
  | { readonly kind: 'symbols'; readonly symbols: readonly string[] }
  | { readonly kind: 'rate'; readonly rate: number }
  | { readonly kind: 'window' }

export class PublishLoad implements AsyncDisposable {
  readonly #process: AskedProcess

  static async start({ redisPort, symbols, baseUs, core = 1 }: PublishOptions): Promise<PublishLoad> {
    const args = ['--redis-port', String(redisPort), '--base-us', String(baseUs)]
    const child = new AskedProcess({ name: 'publisher', file: import.meta.filename, args, core })
    await child.ask({ kind: 'symbols', symbols })
    return new PublishLoad(child)
  }

  private constructor(child: AskedProcess) {
    this.#process = child
  }

  /** Quotes a second from now on; 0 pauses. A new schedule begins. */
  async setRate(quotesPerSecond: number): Promise<void> {
    await this.#process.ask({ kind: 'rate', rate: quotesPerSecond })
  }

  /** What was done since the last call. */
  async window(): Promise<PublishWindow> {
    return await this.#process.ask({ kind: 'window' })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop()
  }
}

/** What the process does. */
class Schedule {
  readonly #redis: Socket
  readonly #baseUs: number
  readonly #epoch = Date.now()
  #symbols: readonly string[] = []
  #seqs: number[] = []
  #rate = 0
  #startUs = 0
  /** Quotes of this schedule that were sent. */
  #sent = 0
  /** Where in the cycle the next quote is; goes on over schedules, so that each symbol has had as many as the others. */
  #next = 0
  #published = 0
  #lateness = new Histogram()
  #clock = wallClock()
  #sinceUs = this.#clock()
  #cpuSince = process.cpuUsage()

  constructor(options: { readonly redis: Socket; readonly baseUs: number }) {
    this.#redis = options.redis
    this.#baseUs = options.baseUs
    // Each answer is `:` and a number; anything else is an error.
    options.redis.on('data', (answers) => {
      if (answers.includes('-')) fail(`Redis answers ${answers.toString('latin1', 0, 200)}`)
    })
  }

  answer(question: Question): unknown {
    if (question.kind === 'symbols') {
      this.#symbols = question.symbols
      this.#seqs = question.symbols.map(() => 0)
    } else if (question.kind === 'rate') {
      this.#rate = question.rate
      this.#clock = wallClock()
      this.#startUs = this.#clock()
      this.#sent = 0
    } else return this.#window()
    return undefined
  }

  /** How long the thread may sleep until the next quote is due; undefined: a timer is good enough, or better. */
  sleepUs(): number | undefined {
    if (this.#rate === 0 || this.#symbols.length === 0 || 1e6 / this.#rate < sparseUs) return undefined
    const waitUs = this.#startUs + ((this.#sent + 1) * 1e6) / this.#rate - this.#clock()
    return waitUs > longestSleepUs ? undefined : Math.max(1, waitUs)
  }

  /** All that has come due, in one pipeline. */
  tick(): void {
    const timeUs = this.#clock()
    const due = Math.floor(((timeUs - this.#startUs) * this.#rate) / 1e6)
    if (due <= this.#sent || this.#symbols.length === 0) return
    if (this.#redis.writableLength > mostUnreadBytes) {
      // Redis does not keep up, so neither does this; what is measured now does not count.
      this.#lateness.add(unreadLatenessUs, due - this.#sent)
      this.#sent = due
      return
    }
    const timestampMs = Math.round(timeUs / 1000)
    let pipeline = ''
    this.#published += due - this.#sent
    for (; this.#sent < due; this.#sent++) {
      const scheduledUs = this.#startUs + Math.round(((this.#sent + 1) * 1e6) / this.#rate)
      this.#lateness.add(Math.max(0, timeUs - scheduledUs))
      pipeline += this.#command(scheduledUs, timestampMs)
    }
    this.#redis.write(pipeline, 'latin1')
  }

  #command(scheduledUs: number, timestampMs: number): string {
    const i = this.#next
    this.#next = i + 1 === this.#symbols.length ? 0 : i + 1
    const symbol = this.#symbols[i] ?? ''
    const seq = (this.#seqs[i] ?? 0) + 1
    this.#seqs[i] = seq
    const price = scheduledUs - this.#baseUs
    const payload = `{"symbol":"${symbol}","price":${price},"timestamp":${timestampMs},"seq":${seq},"epoch":${this.#epoch}}`
    const channel = `quote:${symbol}`
    return `*3\r\n$7\r\nPUBLISH\r\n$${channel.length}\r\n${channel}\r\n$${payload.length}\r\n${payload}\r\n`
  }

  #window(): PublishWindow {
    const timeUs = this.#clock()
    const { user, system } = process.cpuUsage(this.#cpuSince)
    const window = {
      published: this.#published,
      seconds: (timeUs - this.#sinceUs) / 1e6,
      latenessP99Ms: this.#published === 0 ? 0 : this.#lateness.percentile(99) / 1000,
      cpuSeconds: (user + system) / 1e6,
    }
    this.#published = 0
    this.#lateness = new Histogram()
    this.#sinceUs = timeUs
    this.#cpuSince = process.cpuUsage()
    return window
  }
}

function fail(error: unknown): never {
  process.stderr.write(`bench/support/publish-load.ts: ${error instanceof Error ? error.message : error}\n`)
  process.exit(1)
}

async function main(): Promise<void> {
  raisePriority()
  const { values } = parseArgs({ options: { 'redis-port': { type: 'string' }, 'base-us': { type: 'string' } } })
  const redis = connect({ host: '127.0.0.1', port: Number(values['redis-port']), noDelay: true })
  redis.on('error', fail)
  redis.on('close', () => fail('Redis closed the connection'))
  await once(redis, 'connect')
  const schedule = new Schedule({ redis, baseUs: Number(values['base-us']) })
  answerQuestions((question: Question) => schedule.answer(question))
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  const tick = () => {
    schedule.tick()
    // What was written, and what is asked, has its turn first.
    if (schedule.sleepUs() === undefined) setTimeout(tick, tickMs)
    else setImmediate(sleepAndTick)
  }
  const sleepAndTick = () => {
    Atomics.wait(sleeper, 0, 0, (schedule.sleepUs() ?? 0) / 1_000)
    tick()
  }
  tick()
}

if (import.meta.main) await main()
