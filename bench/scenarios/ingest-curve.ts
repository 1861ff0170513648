/**
 * One setup of the ingest scenario: market-data on core 0; Redis, the publisher and what stands for the gateways
 * (ingest-client.ts) on core 1.
 *
 * In:  who wants which symbols, and rates from low to high.
 * Out: a point a rate, each the medians of its runs, up to the second in a row that was not kept up with: one bad moment of
 *      the machine ends no curve. A run of which nothing counts is made again; where that does not help, the curve ends
 *      before its rate, and what market-data can do is above it.
 * Closed by: `curve` itself, with all it started.
 */
import { setTimeout as delay } from 'node:timers/promises'
import {
  CannotMeasure,
  inAttempts,
  latencyText,
  leastTrust,
  percent,
  requireRoom,
  type Trust,
  unlessLate,
} from '../support/limits.ts'
import { PublishLoad, type PublishWindow } from '../support/publish-load.ts'
import { median } from '../support/stats.ts'
import { IngestClient, type IngestWindow } from './ingest-client.ts'
import { thousands } from './pipeline.ts'
import { type IngestServers, startIngestServers } from './sides.ts'

/** Kept up with while so much of what was published arrives at every gateway that wants it, this late at most at p99. */
const leastArrivedShare = 0.95
const latestP99Ms = 200
const mostMissed = 2
/** Of a run, where nothing of it counts. */
const mostAttempts = 3
/** V8 compiles for some seconds, and a curve begins low. */
const heat = { rate: 160_000, ms: 2_000 } as const
const warmUpMs = 500
const settleMs = 500

export interface Setup {
  readonly symbols: number
  readonly gateways: number
  /** In words. */
  readonly wants: string
  /** Of the symbols, for each gateway. */
  readonly share: number
  /** Whether all want the same ones; else their parts begin evenly spread, and overlap where they are long enough. */
  readonly isSame: boolean
}

export interface Lengths {
  /** Of one run. */
  readonly seconds: number
  readonly runs: number
}

export interface Point {
  readonly rate: number
  /** Quotes a second from Redis. */
  readonly published: number
  /** Quotes a second over all gateways. */
  readonly arrived: number
  readonly perBatch: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** CPU seconds a second. */
  readonly cores: Readonly<Record<Core, number>>
  readonly keptUp: boolean
  readonly trust: Trust
}

type Core = 'market-data' | 'Redis' | 'publisher' | 'gateways'

interface Run {
  readonly published: PublishWindow
  readonly window: IngestWindow
  readonly cores: Readonly<Record<Core, number>>
  readonly trust: Trust
}

interface Bench {
  readonly setup: Setup
  /** How many gateways want a quote. */
  readonly copies: number
  readonly servers: IngestServers
  readonly publisher: PublishLoad
  readonly client: IngestClient
}

/** What each gateway wants. */
export function wantedLists({ symbols, gateways, share, isSame }: Omit<Setup, 'wants'>): string[][] {
  return Array.from({ length: gateways }, (_, gateway) => {
    const first = isSame ? 0 : Math.round((gateway * symbols) / gateways)
    return Array.from({ length: Math.round(share * symbols) }, (_, i) => `S${(first + i) % symbols}`)
  })
}

export interface Curve {
  readonly points: readonly Point[]
  /** It ends because the bench could not measure what came next. */
  readonly isOpen: boolean
}

export interface CurveOptions {
  readonly rates: readonly number[]
  readonly lengths: Lengths
  readonly log: (line: string) => void
}

export async function curve(setup: Setup, options: CurveOptions): Promise<Curve> {
  const wanted = wantedLists(setup)
  // What nobody wants does not reach market-data, so it is not published either.
  const symbols = [...new Set(wanted.flat())]
  const baseUs = Date.now() * 1000
  await using servers = await startIngestServers()
  await using publisher = await PublishLoad.start({ redisPort: servers.redisPort, symbols, baseUs })
  const { address, upstreamToken } = servers
  await using client = await IngestClient.start({ address, upstreamToken, wanted, baseUs })
  const bench = { setup, copies: wanted.flat().length / symbols.length, servers, publisher, client }
  await publisher.setRate(heat.rate)
  await delay(heat.ms)
  const points: Point[] = []
  for (const rate of options.rates) {
    const point = await pointAt(bench, rate, options)
    if (!point) return { points, isOpen: true }
    options.log(`${describeSetup(setup)}: ${describePoint(point)}`)
    points.push(point)
    if (hasEnded(points)) break
  }
  return { points, isOpen: false }
}

/** With so many points in a row that were not kept up with. */
export function hasEnded(points: readonly Pick<Point, 'keptUp'>[]): boolean {
  return points.length >= mostMissed && points.slice(-mostMissed).every(({ keptUp }) => !keptUp)
}

/** The highest point that was kept up with, whatever was missed below it. */
export function mostOf<P extends Pick<Point, 'keptUp'>>(points: readonly P[]): P | undefined {
  return points.findLast(({ keptUp }) => keptUp)
}

/** Undefined: of none of the attempts anything counts. */
async function pointAt(bench: Bench, rate: number, options: CurveOptions): Promise<Point | undefined> {
  try {
    return await measure(bench, rate, options)
  } catch (error) {
    if (!(error instanceof CannotMeasure)) throw error
    options.log(`the curve ends: ${error.message}`)
    return undefined
  }
}

async function measure(bench: Bench, rate: number, { lengths, log }: CurveOptions): Promise<Point> {
  const { publisher, client } = bench
  await publisher.setRate(0)
  await delay(settleMs)
  await publisher.setRate(rate)
  await delay(warmUpMs)
  await publisher.window()
  await client.window()
  const measured: Run[] = []
  while (measured.length < lengths.runs) {
    const inTime = async () => {
      const made = await measureOnce(bench, rate, lengths.seconds)
      return [made.published, made] as const
    }
    measured.push(await inAttempts(mostAttempts, async () => await unlessLate('publisher', inTime), log))
  }
  return pointOf({ rate, copies: bench.copies, runs: measured })
}

async function measureOnce({ setup, servers, publisher, client }: Bench, rate: number, seconds: number): Promise<Run> {
  const before = cpuSeconds(servers)
  await delay(seconds * 1_000)
  const published = await publisher.window()
  const window = await client.window()
  const after = cpuSeconds(servers)
  const cores = {
    'market-data': (after.marketData - before.marketData) / window.seconds,
    Redis: (after.redis - before.redis) / window.seconds,
    publisher: published.cpuSeconds / published.seconds,
    gateways: window.cpuSeconds / window.seconds,
  }
  const { 'market-data': marketData, ...load } = cores
  const trust = requireRoom(`${rate} quotes/s, ${describeSetup(setup)}`, {
    load,
    server: { 'market-data': marketData },
  })
  return { published, window, cores, trust }
}

/** Medians over the runs. */
function pointOf(options: { readonly rate: number; readonly copies: number; readonly runs: readonly Run[] }): Point {
  const { rate, copies, runs } = options
  const of = (value: (run: Run) => number) => median(runs.map(value))
  const arrived = of(({ window }) => window.quotes / window.seconds)
  const p99Ms = of(({ window }) => window.p99Ms)
  return {
    rate,
    published: of(({ published }) => published.published / published.seconds),
    arrived,
    perBatch: of(({ window }) => window.quotes / window.batches),
    p50Ms: of(({ window }) => window.p50Ms),
    p99Ms,
    cores: {
      'market-data': of(({ cores }) => cores['market-data']),
      Redis: of(({ cores }) => cores.Redis),
      publisher: of(({ cores }) => cores.publisher),
      gateways: of(({ cores }) => cores.gateways),
    },
    keptUp: arrived >= leastArrivedShare * rate * copies && p99Ms <= latestP99Ms,
    trust: leastTrust(runs.map(({ trust }) => trust)),
  }
}

function cpuSeconds({ redis, marketData }: IngestServers): { redis: number; marketData: number } {
  return { redis: redis.cpuSeconds(), marketData: marketData.cpuSeconds() }
}

function describeSetup({ symbols, gateways, wants }: Setup): string {
  return `${symbols} symbols, ${gateways} gateways that want ${wants}`
}

function describePoint({ published, arrived, p50Ms, p99Ms, cores, keptUp, trust }: Point): string {
  const shares = Object.entries(cores).map(([name, share]) => `${name} ${percent(share)}`)
  const latency = `p50 ${latencyText(p50Ms, trust)}, p99 ${latencyText(p99Ms, trust)} ms`
  const missed = keptUp ? '' : ', not kept up with'
  return `${thousands(published)}/s in, ${thousands(arrived)}/s out, ${latency}, ${shares.join(', ')}${missed}`
}
