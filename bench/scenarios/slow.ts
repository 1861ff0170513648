/**
 * Scenario (e): clients that do not read, or too slowly, and what the others notice of it: one of 1,000 that stalls, then
 * 10 % that read a quarter of what they are sent. The others' latency with and without them, in turns, and what the
 * gateway did with them.
 */
import { Load, type LoadWindow } from '../support/load.ts'
import { metric, type ServiceProcess, startGateway, targetOf } from '../support/platform.ts'
import type { Result, RunOptions, Scenario } from '../support/scenario.ts'
import { type Histogram, median, merged } from '../support/stats.ts'
import { requireOnSchedule, UpstreamLoad } from '../support/upstream.ts'
import { standard, subscribeMessage, symbolNames, watchlists } from '../support/watchlists.ts'

const gatewayCore = 0
const loadCore = 1
/** Deliveries a second over all; well within what a gateway can do, so that what is seen are the slow ones. */
const offered = 100_000
const batchesPerSecond = 250
const sampleEvery = 7
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
  const turns = options.isShort ? 1 : 3
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

async function measure({ stalled, slow }: Company, seconds: number): Promise<Turn> {
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
  await using slowOnes = await startSlow({ stalled, slow, port: gateway.port, baseUs, lists })
  await play(upstream, 1)
  await others.take()
  const [rssBefore, tooSlowBefore] = [gateway.rssBytes(), await tooSlowOf(gateway)]
  await upstream.window()
  const window = await others.window(seconds)
  requireOnSchedule(await upstream.window())
  if (window.closed > 0) throw new Error(`slow: ${window.closed} clients that read were closed`)
  const tooSlow = (await tooSlowOf(gateway)) - tooSlowBefore
  const rssGrewBytes = gateway.rssBytes() - rssBefore
  await slowOnes?.take()
  return { window, rssGrewBytes, tooSlow }
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

/** From now on, with so many seconds to warm up. */
async function play(upstream: UpstreamLoad, warmUpSeconds: number): Promise<void> {
  const deliveriesPerQuote = (standard.clients * standard.perClient) / standard.symbols
  await upstream.play({ quotesPerBatch: offered / deliveriesPerQuote / batchesPerSecond, batchesPerSecond })
  await new Promise((resolve) => setTimeout(resolve, warmUpSeconds * 1000))
}

async function tooSlowOf(gateway: ServiceProcess): Promise<number> {
  return await metric(gateway, 'quotewire_session_closes_total', 'code="too_slow"')
}

export const scenario: Scenario = { name: 'slow', title: 'Clients that do not read', run }
