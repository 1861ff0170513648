/**
 * One complete pipeline under load, the platform or the founding design, and one point of its curve: so many deliveries a
 * second offered, what arrived, how late, and what it cost in CPU seconds of each process.
 *
 * A symbol's quote is one delivery for each client that watches it. The publisher goes round the symbols, so a cycle
 * of quotes is exactly as many deliveries as there are watched symbols over all clients.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { leastTrust, requireRoom, type Trust, unlessLate } from '../support/limits.ts'
import type { Load, LoadWindow } from '../support/load.ts'
import type { BenchProcess } from '../support/process.ts'
import type { PublishLoad, PublishWindow } from '../support/publish-load.ts'
import { type Histogram, median, merged } from '../support/stats.ts'

/** A point is kept up with while so much of what was offered arrives … */
const leastArrivedShare = 0.95
/** … and this late at most at p99. */
const latestP99Ms = 200
const settleSeconds = 15
const heatSeconds = 6

export interface Servers {
  readonly redis: BenchProcess
  readonly marketData: BenchProcess
  readonly gateway: BenchProcess
}

export const allServers = ['redis', 'marketData', 'gateway'] as const

type Cores = Readonly<Record<keyof Servers | 'load' | 'publisher', number>>

export interface SideOptions {
  readonly name: string
  readonly servers: Servers
  readonly load: Load
  readonly publisher: PublishLoad
  readonly deliveriesPerQuote: number
  /** Of the servers, those that share their core with the load and the publisher. */
  readonly besideLoad: readonly (keyof Servers)[]
}

export interface Point {
  readonly offered: number
  /** Deliveries a second. */
  readonly arrived: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
  /** Sessions that the server ended. */
  readonly closed: number
  /** CPU seconds a second. */
  readonly cores: Cores
  readonly keptUp: boolean
  readonly trust: Trust
}

export interface Offer {
  /** Deliveries a second. */
  readonly offered: number
  readonly warmUpSeconds: number
  /** Of one run. */
  readonly seconds: number
  readonly runs: number
}

interface Run {
  readonly window: LoadWindow
  readonly published: PublishWindow
  readonly cores: Cores
  readonly trust: Trust
}

export class DeliverySide implements AsyncDisposable {
  readonly #options: SideOptions

  constructor(options: SideOptions) {
    this.#options = options
  }

  get name(): string {
    return this.#options.name
  }

  /** Until V8 has compiled what a load needs: servers run for days, and a point for seconds. */
  async warmUp(offered: number): Promise<void> {
    await this.#options.publisher.setRate(offered / this.#options.deliveriesPerQuote)
    await delay(heatSeconds * 1000)
    await this.#options.publisher.setRate(0)
    await this.#settle()
  }

  /** Throws where the bench may be the limit, not the servers (limits.ts), whether or not it was kept up with. */
  async measure({ offered, warmUpSeconds, seconds, runs }: Offer): Promise<Point> {
    const { publisher, load, deliveriesPerQuote } = this.#options
    await publisher.setRate(offered / deliveriesPerQuote)
    await delay(warmUpSeconds * 1000)
    await publisher.window()
    await load.take()
    const measured: Run[] = []
    while (measured.length < runs) {
      const run = async () => {
        const made = await this.#run(offered, seconds)
        return [made.published, made] as const
      }
      measured.push(await unlessLate('publisher', run))
    }
    await publisher.setRate(0)
    await this.#settle()
    return pointOf(offered, measured)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#options.publisher[Symbol.asyncDispose]()
    await this.#options.load[Symbol.asyncDispose]()
    for (const server of Object.values(this.#options.servers)) await server.stop()
  }

  async #run(offered: number, seconds: number): Promise<Run> {
    const { publisher, load, servers } = this.#options
    const before = cpuSeconds(servers)
    const window = await load.window(seconds)
    const after = cpuSeconds(servers)
    const published = await publisher.window()
    const used = (name: keyof Servers) => (after[name] - before[name]) / window.seconds
    const cores = {
      redis: used('redis'),
      marketData: used('marketData'),
      gateway: used('gateway'),
      load: window.cpuSeconds / window.seconds,
      publisher: published.cpuSeconds / published.seconds,
    }
    return { window, published, cores, trust: this.#trustOf(offered, cores) }
  }

  #trustOf(offered: number, cores: Cores): Trust {
    const { name, besideLoad } = this.#options
    const sharesOf = (names: readonly (keyof Cores)[]) => Object.fromEntries(names.map((one) => [one, cores[one]]))
    const server = allServers.filter((one) => !besideLoad.includes(one))
    const load = sharesOf([...besideLoad, 'load', 'publisher'])
    return requireRoom(`${name} at ${offered} deliveries/s`, { load, server: sharesOf(server) })
  }

  /** What is still on its way belongs to the last point. */
  async #settle(): Promise<void> {
    for (let waited = 0; waited < settleSeconds; waited += 0.5) {
      const { frames } = await this.#options.load.window(0.5)
      // Heartbeats still come.
      if (frames < 100) return
    }
  }
}

/** Medians over the runs; the percentiles are those of all their samples. */
function pointOf(offered: number, runs: readonly Run[]): Point {
  const latency: Histogram = merged(runs.map(({ window }) => window.latency))
  const arrived = median(runs.map(({ window }) => window.frames / window.seconds))
  const closed = runs.reduce((sum, { window }) => sum + window.closed, 0)
  const p99Ms = latency.percentile(99)
  const cores = (name: keyof Cores) => median(runs.map((run) => run.cores[name]))
  return {
    offered,
    arrived,
    p50Ms: latency.percentile(50),
    p99Ms,
    p999Ms: latency.percentile(99.9),
    closed,
    cores: {
      redis: cores('redis'),
      marketData: cores('marketData'),
      gateway: cores('gateway'),
      load: cores('load'),
      publisher: cores('publisher'),
    },
    keptUp: arrived >= leastArrivedShare * offered && closed === 0 && p99Ms <= latestP99Ms,
    trust: leastTrust(runs.map(({ trust }) => trust)),
  }
}

function cpuSeconds({ redis, marketData, gateway }: Servers): Record<keyof Servers, number> {
  return { redis: redis.cpuSeconds(), marketData: marketData.cpuSeconds(), gateway: gateway.cpuSeconds() }
}

/** Deliveries for each CPU second of these servers. */
export function perCpuSecond({ arrived, cores }: Point, names: readonly (keyof Servers)[]): number {
  return arrived / names.reduce((sum, name) => sum + cores[name], 0)
}

/** The point that was kept up with at the least cost of all servers; the first where none was. */
export function bestOf(points: readonly Point[]): Point {
  const kept = points.filter(({ keptUp }) => keptUp)
  const best = kept.toSorted((a, b) => perCpuSecond(b, allServers) - perCpuSecond(a, allServers))[0] ?? points[0]
  if (!best) throw new Error('no point was measured')
  return best
}
