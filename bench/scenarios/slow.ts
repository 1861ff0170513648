/**
 * Scenario (e): clients that do not read, or too slowly, and what the others notice of it: one of 1,000 that stalls, then
 * 10 % that read a quarter of what they are sent. The others' latency with and without them, in turns, and what the
 * gateway did with them.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { requireRoom, unlessLate } from '../support/limits.ts'
import { Load, type LoadWindow } from '../support/load.ts'
import { metric, type ServiceProcess, startGateway, targetOf } from '../support/platform.ts'
import type { Result, RunOptions, Scenario } from '../support/scenario.ts'
import { type Histogram, median, merged } from '../support/stats.ts'
import { UpstreamLoad, type UpstreamWindow } from '../support/upstream.ts'
import { standard, subscribeMessage, symbolNames, watchlists } from '../support/watchlists.ts'

const gatewayCore = 0
const loadCore = 1
/**
 * Deliveries a second over all: a third of a core at about one frame a write, so that what is seen are the slow ones. At
 * 100k/s, near the limit of that pattern, p99 is 25 to 50 ms from one turn to the next whoever stalls.
 */
const offered = 40_000
const batchesPerSecond = 250
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
}

const companies: readonly Company[] = [
  { name: 'all read', stalled: 0, slow: 0 },
  { name: '1 stalled', stalled: 1, slow: 0 },
  { name: '10 % slow', stalled: 0, slow: standard.clients / 10 },
]

interface Turn {
  readonly window: LoadWindow
  readonly rssGrewBytes: number
  readonly tooSlow: number
}

const columns = ['of 1,000 clients', 'p50 ms', 'p99 ms', 'p99.9 ms', 'closed as too slow', 'gateway’s RSS grew']

async function run(options: RunOptions): Promise<Result> {
  const turnsOf = new Map<Company, Turn[]>(companies.map((company) => [company, []]))
  const turns = options.isShort ? 1 : 5
  const seconds = options.isShort ? 4 : 18
  for (let turn = 0; turn < turns; turn++) {
    for (const company of companies) {
      const measured = await measure(company, seconds)
      const { window } = measured
      options.log(`${company.name}: p99 ${window.latency.percentile(99).toFixed(1)} ms, ${measured.tooSlow} too slow`)
      turnsOf.get(company)?.push(measured)
    }
  }
  const all = [...turnsOf].map(([company, measured]) => ({ company, measured, latency: latencyOf(measured) }))
  const p99 = (i: number) => median(all[i]?.measured.map(({ window }) => window.latency.percentile(99)) ?? [])
  const figures = {
    slowP99MsWithout: p99(0),
    slowAddedP99Ms: Math.max(0, p99(1) - p99(0)),
    slowAddedP99MsOfTenPercent: Math.max(0, p99(2) - p99(0)),
  }
  const notes = [
    `${offered / 1000}k deliveries/s over all, ${seconds} s a turn, ${turns} turns each; latency is that of those who read.`,
    'The slow ones read a quarter of what they are sent. Slow clients are conflated, told and closed by docs/PROTOCOL.md, rule 22.',
  ]
  return { columns, rows: all.map(row), notes, figures }
}

function latencyOf(turns: readonly Turn[]): Histogram {
  return merged(turns.map(({ window }) => window.latency))
}

function row({
  company,
  measured,
  latency,
}: {
  company: Company
  measured: readonly Turn[]
  latency: Histogram
}): string[] {
  return [
    company.name,
    latency.percentile(50).toFixed(2),
    latency.percentile(99).toFixed(2),
    latency.percentile(99.9).toFixed(2),
    String(median(measured.map(({ tooSlow }) => tooSlow))),
    `${(median(measured.map(({ rssGrewBytes }) => rssGrewBytes)) / 1024 / 1024).toFixed(0)} MiB`,
  ]
}

async function measure(company: Company, seconds: number): Promise<Turn> {
  return await unlessLate('upstream', async () => await measureOnce(company, seconds))
}

async function measureOnce({ stalled, slow }: Company, seconds: number): Promise<readonly [UpstreamWindow, Turn]> {
  const baseUs = Date.now() * 1000
  const symbols = symbolNames(standard.symbols)
  const lists = watchlists({ clients: standard.clients, symbols, perClient: standard.perClient })
  await using upstream = await UpstreamLoad.start({ symbols: standard.symbols, baseUs, core: loadCore })
  await using gateway = await startGateway({ marketDataPorts: [upstream.port], core: gatewayCore })
  const clients = { port: gateway.port, baseUs, sampleEvery, core: loadCore }
  const listOf = (i: number) => subscribeMessage(lists[i] ?? [])
  // A program of their own: what the slow ones read late is no latency of the others'.
  await using others = await Load.start({
    ...clients,
    connections: standard.clients - stalled - slow,
    targetOf,
    subscribeOf: listOf,
  })
  await play(upstream, warmUpSeconds)
  await using slowOnes = await startSlow({ stalled, slow, port: gateway.port, baseUs, lists })
  await others.take()
  await slowOnes?.take()
  const [rssBefore, tooSlowBefore] = [gateway.rssBytes(), await tooSlowOf(gateway)]
  await upstream.window()
  const window = await others.window(seconds)
  const played = await upstream.window()
  const slowCpu = ((await slowOnes?.take())?.cpuSeconds ?? 0) / window.seconds
  requireRoom('slow', {
    load: window.cpuSeconds / window.seconds,
    'slow clients': slowCpu,
    upstream: played.cpuSeconds / played.seconds,
  })
  if (window.closed > 0) throw new Error(`slow: ${window.closed} clients that read were closed`)
  const tooSlow = (await tooSlowOf(gateway)) - tooSlowBefore
  const rssGrewBytes = gateway.rssBytes() - rssBefore
  return [played, { window, rssGrewBytes, tooSlow }]
}

async function startSlow(options: {
  readonly stalled: number
  readonly slow: number
  readonly port: number
  readonly baseUs: number
  readonly lists: readonly (readonly string[])[]
}): Promise<Load | undefined> {
  const { stalled, slow, port, baseUs, lists } = options
  if (stalled + slow === 0) return undefined
  const bytesPerSecond = Math.round((offered / standard.clients) * frameBytes * slowShare)
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
async function play(upstream: UpstreamLoad, seconds: number): Promise<void> {
  const deliveriesPerQuote = (standard.clients * standard.perClient) / standard.symbols
  await upstream.play({ quotesPerBatch: offered / deliveriesPerQuote / batchesPerSecond, batchesPerSecond })
  await delay(seconds * 1000)
}

async function tooSlowOf(gateway: ServiceProcess): Promise<number> {
  return await metric(gateway, 'quotewire_session_closes_total', 'code="too_slow"')
}

export const scenario: Scenario = { name: 'slow', title: 'Clients that do not read', run }
