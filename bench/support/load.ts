/**
 * The clients of the bench: so many WebSocket connections of one native process (bench/native/load.c), which counts what
 * they get by the frames' headers and samples how late it is.
 *
 * In:  for each connection its request target and subscribe message.
 * Out: `window`, what came in so long.
 * Bound: one core; whether that was the limit is judged by who reads a window's CPU seconds (limits.ts).
 * Closed by: the scenario; its connections end with it.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nativeProgram } from './native.ts'
import { BenchProcess, cacheFolder } from './process.ts'
import { Histogram } from './stats.ts'

export interface LoadOptions {
  readonly port: number
  readonly connections: number
  /** Of connection i: the request target, with its token. */
  readonly targetOf: (i: number) => string
  /** Sent as soon as it is open. */
  readonly subscribeOf: (i: number) => string
  /** Unix µs that `price` 0 stands for: latency = now − (base + price). */
  readonly baseUs: number
  /** Of how many frames one is a sample of latency; 0: none. */
  readonly sampleEvery: number
  readonly core?: number
  /** How long it sleeps before it looks for news again. Default: 200; where nothing is sampled, more costs less. */
  readonly pollUs?: number
  /** Connections (the first ones) that stop reading once all are in. */
  readonly stalled?: number
  /** Connections (behind those) that read at most so many bytes a second once all are in. */
  readonly slow?: { readonly count: number; readonly bytesPerSecond: number }
  /** Taken in turn, 127.0.0.2 and so on: one address has 28,000 ports to one port of a server. */
  readonly sourceAddresses?: readonly string[]
  /**
   * When a connection counts as in: with the ack of its subscribe, which must reject nothing; with the first data frame
   * of any kind; or with the upgrade, for servers that answer neither. Default: ack.
   */
  readonly readyAt?: 'ack' | 'first-frame' | 'upgrade'
}

export interface LoadWindow {
  /** Data frames; pings are answered and not counted. */
  readonly frames: number
  /** Of these frames, headers included. */
  readonly bytes: number
  /** Calls of recv that brought something: frames / reads is nearly frames a write of the server. */
  readonly reads: number
  readonly seconds: number
  /** Of the samples, in ms. */
  readonly latency: Histogram
  readonly cpuSeconds: number
  /** Connections that have ended in this time. */
  readonly closed: number
}

const connectMs = 120_000
const answerMs = 10_000

export class Load implements AsyncDisposable {
  readonly #process: BenchProcess

  /** Resolves when all connections are in. Throws when one ends before. */
  static async start(options: LoadOptions): Promise<Load> {
    const file = join(cacheFolder, `clients-${process.pid}-${performance.now()}`)
    const clients = Array.from({ length: options.connections }, (_, i) => clientLine(options, i))
    const program = nativeProgram('load')
    writeFileSync(file, clients.join(''))
    const child = new BenchProcess({
      name: 'load',
      command: program,
      args: argumentsOf(options, file),
      core: options.core ?? 1,
      talks: true,
    })
    try {
      const line = await child.nextLine(connectMs)
      if (line !== 'ready') throw new Error(`load says ${line} where ready was expected`)
    } catch (error) {
      await child.stop()
      throw error
    } finally {
      rmSync(file, { force: true })
    }
    return new Load(child)
  }

  private constructor(child: BenchProcess) {
    this.#process = child
  }

  /** Counts from now for so long. */
  async window(seconds: number): Promise<LoadWindow> {
    await this.take()
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    return await this.take()
  }

  /** Of its life. */
  cpuSeconds(): number {
    return this.#process.cpuSeconds()
  }

  /** What came since the last take. */
  async take(): Promise<LoadWindow> {
    this.#process.say('take')
    return readWindow(await this.#process.nextLine(answerMs))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop()
  }
}

function clientLine({ targetOf, subscribeOf }: LoadOptions, i: number): string {
  const line = `${targetOf(i)}\t${subscribeOf(i)}`
  if (line.includes('\n')) throw new Error(`connection ${i}: a target and a subscribe message have no line breaks`)
  return `${line}\n`
}

function argumentsOf(options: LoadOptions, file: string): string[] {
  const {
    slow = { count: 0, bytesPerSecond: 0 },
    pollUs = 200,
    readyAt = 'ack',
    stalled = 0,
    sourceAddresses = [],
  } = options
  return [
    `clients=${file}`,
    `port=${options.port}`,
    `base-us=${options.baseUs}`,
    `sample-every=${options.sampleEvery}`,
    `stalled=${stalled}`,
    `slow=${slow.count}`,
    `slow-bytes=${slow.bytesPerSecond}`,
    `sources=${sourceAddresses.join(',')}`,
    `poll-us=${pollUs}`,
    `ready-at=${readyAt}`,
  ]
}

/** `took SECONDS CPU_SECONDS FRAMES BYTES READS CLOSED`, then `US:TIMES` for each latency. */
function readWindow(line: string): LoadWindow {
  const [word, ...fields] = line.split(' ')
  if (word !== 'took') throw new Error(`load says ${line} where took was expected`)
  const [seconds = 0, cpuSeconds = 0, frames = 0, bytes = 0, reads = 0, closed = 0] = fields.slice(0, 6).map(Number)
  const latency = new Histogram()
  for (const sample of fields.slice(6)) {
    const [us, times] = sample.split(':')
    latency.add(Number(us) / 1000, Number(times))
  }
  return { frames, bytes, reads, seconds, latency, cpuSeconds, closed }
}
