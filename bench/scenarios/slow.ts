/**
 * Scenario (e): clients that do not read, or too slowly, and what the others notice of it: one of 1,000 that stalls, then
 * 10 % that read a quarter of what they are sent. The others' latency with and without them, in turns, and what the
 * gateway did with them.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { requireRoomForLatency, unlessLate } from '../support/limits.ts'
import { Load, type LoadWindow } from '../support/load.ts'
import { metric, type ServiceProcess, startGateway, targetOf } from '../support/platform.ts'
import type { Result, RunOptions, Scenario } from '../support/scenario.ts'
import { type Histogram, median, merged } from '../support/stats.ts'
import { UpstreamLoad, type UpstreamWindow } from '../support/upstream.ts'
import { standard, subscribeMessage, symbolNames, watchlists } from '../support/watchlists.ts'

const gatewayCore = 0
const loadCore = 1
/** Deliveries a second over all, about a third of a core each: at about one frame a write, and at two and a half. */
const patterns = [
  { name: '40k/s', offered: 40_000, batchesPerSecond: 250 },
  { name: '100k/s', offered: 100_000, batchesPerSecond: 50 },
] as const
const turnsOfEach = 3
type Pattern = (typeof patterns)[number]
const sampleEvery = 7
/** V8 compiles for some seconds, which would be most of p99. Those who do not read come after it. */
const warmUpSeconds = 6
/** Of one client's bytes: frames of about 120 bytes. */
const slowShare = 0.25
const frameBytes = 120

interface Company {
  readonly name: string
  readonly stalled: number
  readonly slow: number
  /** Of a turn. */
  readonly seconds: number
}

/** One that stalls is closed about 18 s later at the lower rate. */
const closedWithinSeconds = 21
const companies: readonly Company[] = [
  { name: 'all read', stalled: 0, slow: 0, seconds: 10 },
  { name: '1 stalled', stalled: 1, slow: 0, seconds: closedWithinSeconds },
  { name: '10 % slow', stalled: 0, slow: standard.clients / 10, seconds: 10 },
]
const shortSeconds = 4

interface Turn {
  readonly window: LoadWindow
  readonly rssGrewBytes: number
  readonly tooSlow: number
}

/** A company under a pattern, and its turns. */
interface Measured {
  readonly pattern: Pattern
  readonly company: Company
  readonly turns: Turn[]
}

const columns = [
  'deliveries over all',
  'of 1,000 clients',
  'p50 ms',
  'p99 ms',
  'p99.9 ms',
  'closed as too slow',
  'gateway’s RSS grew',
]

async function run(options: RunOptions): Promise<Result> {
  const turnCount = options.isShort ? 1 : turnsOfEach
  const all: Measured[] = []
  for (const pattern of patterns) {
    const measured = companies.map((company): Measured => ({ pattern, company, turns: [] }))
    for (let turn = 0; turn < turnCount; turn++) {
      for (const { company, turns } of measured) {
        const one = await measure(pattern, company, options.isShort ? shortSeconds : company.seconds)
        const p99Ms = one.window.latency.percentile(99).toFixed(1)
        options.log(`${pattern.name}, ${company.name}: p99 ${p99Ms} ms, ${one.tooSlow} too slow`)
        turns.push(one)
      }
    }
    all.push(...measured)
  }
  const lengths = companies.map(({ name, seconds }) => `${options.isShort ? shortSeconds : seconds} s (${name})`)
  const notes = [
    `Turns: ${turnCount} of each, of ${lengths.join(', ')}; the percentiles are those of all their samples, latency is that of those who read.`,
    'The slow ones read a quarter of what they are sent. Slow clients are conflated, told and closed by docs/PROTOCOL.md, rule 22. The kernel takes all that a stalled client is sent until then, so the pings find it out, not a full buffer.',
  ]
  return { columns, rows: all.map(row), notes, figures: figuresOf(all) }
}

/** Of each pattern the medians of the turns’ p99, and what others than readers add to that. */
function figuresOf(all: readonly Measured[]): Record<string, number> {
  const figures: Record<string, number> = {}
  for (const pattern of patterns) {
    const [without = Number.NaN, stalled = Number.NaN, tenPercent = Number.NaN] = all
      .filter((one) => one.pattern === pattern)
      .map(({ turns }) => median(turns.map(({ window }) => window.latency.percentile(99))))
    const at = pattern === patterns[0] ? '' : `At${pattern.offered / 1_000}k`
    figures[`slowP99MsWithout${at}`] = without
    figures[`slowAddedP99Ms${at}`] = Math.max(0, stalled - without)
    figures[`slowAddedP99MsOfTenPercent${at}`] = Math.max(0, tenPercent - without)
  }
  return figures
}

function latencyOf(turns: readonly Turn[]): Histogram {
  return merged(turns.map(({ window }) => window.latency))
}

function row({ pattern, company, turns }: Measured): string[] {
  const latency = latencyOf(turns)
  return [
    pattern.name,
    company.name,
    latency.percentile(50).toFixed(2),
    latency.percentile(99).toFixed(2),
    latency.percentile(99.9).toFixed(2),
    String(median(turns.map(({ tooSlow }) => tooSlow))),
    `${(median(turns.map(({ rssGrewBytes }) => rssGrewBytes)) / 1024 / 1024).toFixed(0)} MiB`,
  ]
}

async function measure(pattern: Pattern, company: Company, seconds: number): Promise<Turn> {
  return await unlessLate('upstream', async () => await measureOnce(pattern, company, seconds))
}

async function measureOnce(
  pattern: Pattern,
  { stalled, slow }: Company,
  seconds: number,
): Promise<readonly [UpstreamWindow, Turn]> {
  const baseUs = Date.now() * 1000
  const symbols = symbolNames(standard.symbols)
  const lists = watchlists({ clients: standard.clients, symbols, perClient: standard.perClient })
  await using upstream = await UpstreamLoad.start({ symbols: standard.symbols, baseUs, core: loadCore })
  await using gateway = await startGateway({ marketDataPorts: [upstream.port], core: gatewayCore })
  const clients = { port: gateway.port, baseUs, sampleEvery, core: loadCore }
  // A program of their own: what the slow ones read late is no latency of the others'.
  await using others = await Load.start({
    ...clients,
    connections: standard.clients - stalled - slow,
    targetOf,
    subscribeOf: (i) => subscribeMessage(lists[i] ?? []),
  })
  await play(upstream, pattern, warmUpSeconds)
  await using slowOnes = await startSlow({ pattern, stalled, slow, port: gateway.port, baseUs, lists })
  await others.take()
  await slowOnes?.take()
  const [rssBefore, tooSlowBefore] = [gateway.rssBytes(), await tooSlowOf(gateway)]
  const cpuBefore = gateway.cpuSeconds()
  await upstream.window()
  const window = await others.window(seconds)
  const gatewayCpu = gateway.cpuSeconds() - cpuBefore
  const played = await upstream.window()
  const slowCpu = (await slowOnes?.take())?.cpuSeconds ?? 0
  const seen = { load: window.cpuSeconds, 'slow clients': slowCpu, upstream: played.cpuSeconds }
  const load = Object.fromEntries(Object.entries(seen).map(([name, used]) => [name, used / window.seconds]))
  requireRoomForLatency('slow', { load, server: { gateway: gatewayCpu / window.seconds } })
  if (window.closed > 0) throw new Error(`slow: ${window.closed} clients that read were closed`)
  const tooSlow = (await tooSlowOf(gateway)) - tooSlowBefore
  if (seconds >= closedWithinSeconds && tooSlow < stalled) {
    throw new Error(`slow: of ${stalled} that stalled only ${tooSlow} were closed within ${seconds} s`)
  }
  const rssGrewBytes = gateway.rssBytes() - rssBefore
  return [played, { window, rssGrewBytes, tooSlow }]
}

async function startSlow(options: {
  readonly pattern: Pattern
  readonly stalled: number
  readonly slow: number
  readonly port: number
  readonly baseUs: number
  readonly lists: readonly (readonly string[])[]
}): Promise<Load | undefined> {
  const { pattern, stalled, slow, port, baseUs, lists } = options
  if (stalled + slow === 0) return undefined
  const bytesPerSecond = Math.round((pattern.offered / standard.clients) * frameBytes * slowShare)
  return await Load.start({
    port,
    baseUs,
    connections: stalled + slow,
    targetOf: (i) => targetOf(`slow-${i}`),
    subscribeOf: (i) => subscribeMessage(lists[standard.clients - 1 - i] ?? []),
    sampleEvery: 0,
    core: loadCore,
    stalled,
    slow: { count: slow, bytesPerSecond },
  })
}

/** From now on; resolves after so many seconds. */
async function play(upstream: UpstreamLoad, { offered, batchesPerSecond }: Pattern, seconds: number): Promise<void> {
  const deliveriesPerQuote = (standard.clients * standard.perClient) / standard.symbols
  await upstream.play({ quotesPerBatch: offered / deliveriesPerQuote / batchesPerSecond, batchesPerSecond })
  await delay(seconds * 1000)
}

async function tooSlowOf(gateway: ServiceProcess): Promise<number> {
  return await metric(gateway, 'quotewire_session_closes_total', 'code="too_slow"')
}

export const scenario: Scenario = { name: 'slow', title: 'Clients that do not read', run }
