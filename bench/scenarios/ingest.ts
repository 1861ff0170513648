/**
 * Scenario (g): quotes a second into market-data from Redis, and out of it in batches to so many gateways, by the number
 * of symbols. Each gateway wants all of them. Market-data has core 0; Redis, publisher and what stands for the gateways
 * (ingest-client.ts) share core 1.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { busiestShare, describe, percent, totalOf, unlessLate } from '../support/limits.ts'
import { PublishLoad, type PublishWindow } from '../support/publish-load.ts'
import type { Result, RunOptions, Scenario } from '../support/scenario.ts'
import { IngestClient, type IngestWindow } from './ingest-client.ts'
import { thousands } from './pipeline.ts'
import { type IngestServers, startIngestServers } from './sides.ts'

/** Quotes a second. */
const rates = [40_000, 160_000, 320_000, 400_000, 500_000, 600_000]
const shortRates = [10_000, 40_000]
const symbolCounts = [100, 1_000, 10_000]
const gatewayCounts = [1, 2, 4, 8]
const shortSetups = [{ symbols: 1_000, gateways: 1 }]

/** Kept up with while so much of what was published arrives at every gateway, this late at most at p99. */
const leastArrivedShare = 0.95
const latestP99Ms = 200
const warmUpMs = 500
const settleMs = 500

interface Setup {
  readonly symbols: number
  readonly gateways: number
}

interface Point {
  readonly rate: number
  readonly published: number
  readonly window: IngestWindow
  /** CPU seconds a second. */
  readonly marketData: number
  readonly others: Readonly<Record<'Redis' | 'publisher' | 'gateways', number>>
  readonly keptUp: boolean
}

async function run(options: RunOptions): Promise<Result> {
  const all = symbolCounts.flatMap((symbols) => gatewayCounts.map((gateways) => ({ symbols, gateways })))
  const setups = options.isShort ? shortSetups : all
  const offered = options.isShort ? shortRates : rates
  const rows: string[][] = []
  const figures: Record<string, number> = {}
  for (const setup of setups) {
    const points = await curve(setup, offered, options)
    rows.push(row(setup, points, offered))
    if (setup.symbols !== 1_000) continue
    figures[`ingestQuotesPerSecondTo${setup.gateways}`] = mostOf(points)?.published ?? 0
    figures[`ingestMicrosecondsPerQuoteTo${setup.gateways}`] = microsecondsPerQuote(mostOf(points) ?? points[0])
  }
  const atRate = offered.map((rate) => `µs a quote at ${thousands(rate)}/s`)
  return {
    columns: ['symbols', 'gateways', 'most in/s', 'out/s', 'a batch', 'p50 ms', 'p99 ms', 'its core', ...atRate],
    rows,
    notes: [
      'Most in: the highest of the offered rates that market-data keeps up with (95 % of it reaches every gateway, p99 at most 200 ms); out counts each gateway.',
      'µs a quote: CPU time of the market-data process for each quote from Redis, to all gateways; in brackets where it did not keep up.',
    ],
    figures,
  }
}

async function curve(setup: Setup, offered: readonly number[], { log }: RunOptions): Promise<Point[]> {
  const symbols = Array.from({ length: setup.symbols }, (_, i) => `S${i}`)
  const baseUs = Date.now() * 1000
  await using servers = await startIngestServers()
  await using publisher = await PublishLoad.start({ redisPort: servers.redisPort, symbols, baseUs })
  const { address, upstreamToken } = servers
  await using client = await IngestClient.start({ address, upstreamToken, gateways: setup.gateways, symbols, baseUs })
  const points: Point[] = []
  for (const rate of offered) {
    const point = await measure({ setup, rate, seconds: 2, servers, publisher, client })
    log(describePoint(setup, point))
    requireMarketDataIsTheLimit(setup, point)
    points.push(point)
    if (!point.keptUp) break
  }
  return points
}

interface Measurement {
  readonly setup: Setup
  readonly rate: number
  readonly seconds: number
  readonly servers: IngestServers
  readonly publisher: PublishLoad
  readonly client: IngestClient
}

async function measure(measurement: Measurement): Promise<Point> {
  return await unlessLate('publisher', async () => {
    const { published, point } = await measureOnce(measurement)
    await delay(settleMs)
    return [published, point]
  })
}

async function measureOnce(measurement: Measurement): Promise<{ published: PublishWindow; point: Point }> {
  const { setup, rate, seconds, servers, publisher, client } = measurement
  await publisher.setRate(rate)
  await delay(warmUpMs)
  await publisher.window()
  await client.window()
  const before = cpuSeconds(servers)
  await delay(seconds * 1_000)
  const published = await publisher.window()
  const window = await client.window()
  const after = cpuSeconds(servers)
  await publisher.setRate(0)
  const arrivedShare = window.quotes / window.seconds / setup.gateways / rate
  const point: Point = {
    rate,
    published: published.published / published.seconds,
    window,
    marketData: (after.marketData - before.marketData) / window.seconds,
    others: {
      Redis: (after.redis - before.redis) / window.seconds,
      publisher: published.cpuSeconds / published.seconds,
      gateways: window.cpuSeconds / window.seconds,
    },
    keptUp: arrivedShare >= leastArrivedShare && window.p99Ms <= latestP99Ms,
  }
  return { published, point }
}

function cpuSeconds({ redis, marketData }: IngestServers): { redis: number; marketData: number } {
  return { redis: redis.cpuSeconds(), marketData: marketData.cpuSeconds() }
}

function requireMarketDataIsTheLimit({ symbols, gateways }: Setup, { keptUp, marketData, others, rate }: Point): void {
  if (keptUp || totalOf(others) <= busiestShare || marketData > busiestShare) return
  throw new Error(
    `ingest of ${rate} quotes/s, ${symbols} symbols, ${gateways} gateways: core 1 was used to ${describe(others)} ` +
      `and market-data's to ${percent(marketData)}: ` +
      'the bench is the limit, not the platform',
  )
}

function mostOf(points: readonly Point[]): Point | undefined {
  return points.findLast(({ keptUp }) => keptUp)
}

function microsecondsPerQuote(point: Point | undefined): number {
  return point ? (1e6 * point.marketData) / point.published : Number.NaN
}

function row({ symbols, gateways }: Setup, points: readonly Point[], offered: readonly number[]): string[] {
  const most = mostOf(points) ?? points[0]
  if (!most) throw new Error(`no rate was measured with ${symbols} symbols and ${gateways} gateways`)
  const { window } = most
  const costs = offered.map((_, i) => {
    const point = points[i]
    if (!point) return '-'
    const cost = microsecondsPerQuote(point).toFixed(1)
    return point.keptUp ? cost : `(${cost})`
  })
  return [
    String(symbols),
    String(gateways),
    thousands(most.published),
    thousands(window.quotes / window.seconds),
    (window.quotes / window.batches).toFixed(1),
    window.p50Ms.toFixed(1),
    window.p99Ms.toFixed(1),
    percent(most.marketData),
    ...costs,
  ]
}

function describePoint({ symbols, gateways }: Setup, point: Point): string {
  const { window, published, marketData, others } = point
  const shares = Object.entries({ 'market-data': marketData, ...others }).map(([name, it]) => `${name} ${percent(it)}`)
  const latency = `p50 ${window.p50Ms.toFixed(1)}, p99 ${window.p99Ms.toFixed(1)} ms`
  const out = thousands(window.quotes / window.seconds)
  return `${symbols} symbols, ${gateways} gateways: ${thousands(published)}/s in, ${out}/s out, ${latency}, ${shares.join(', ')}`
}

export const scenario: Scenario = {
  name: 'ingest',
  title: 'Quotes into market-data and out to gateways',
  run,
}
