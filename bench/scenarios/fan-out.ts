/**
 * Scenario (a): what a gateway delivers for a CPU second, beside what a C program reaches that only writes the same bytes
 * to as many sockets in the same pattern.
 *
 * Of a gateway's CPU time, that of the whole process, what reading the upstream costs is taken off: in the same seconds
 * another gateway reads the same upstream for a single client, and what counts is what the other clients cost on top,
 * (D − d) deliveries for (C − c) CPU seconds. A third program writes ready texts from Node: what it takes more than the floor
 * is Node's price of a write, which JavaScript cannot be below. They take turns in one run. The rate is half of what the gateway delivers for a CPU second at
 * a low rate, which uses about a third of its core: nearer to its limit it would read several batches in one turn and write
 * more frames at once than the pattern says.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { Floor } from '../support/floor.ts'
import { percent, requireRoomForLatency, unlessLate } from '../support/limits.ts'
import { Load, type LoadWindow } from '../support/load.ts'
import { startGateway, targetOf } from '../support/platform.ts'
import type { BenchProcess } from '../support/process.ts'
import type { Result, RunOptions, Scenario } from '../support/scenario.ts'
import { median, merged } from '../support/stats.ts'
import { UpstreamLoad, type UpstreamPattern, type UpstreamWindow } from '../support/upstream.ts'
import {
  quoteCycle,
  quotesByClient,
  standard,
  subscribeMessage,
  symbolNames,
  watchlists,
} from '../support/watchlists.ts'

interface Pattern {
  /** About how many frames a write they make with 20 of 500 symbols a client. */
  readonly name: string
  readonly quotesPerBatch: number
  readonly figure: string
}

interface Population {
  readonly name: string
  /** How many different watchlists there are. */
  readonly watchlists: number
  readonly patterns: readonly Pattern[]
}

const populations: readonly Population[] = [
  {
    name: 'each its own',
    watchlists: standard.clients,
    patterns: [
      { name: '1', quotesPerBatch: 1, figure: 'fanOut1' },
      { name: '2.3', quotesPerBatch: 57, figure: 'fanOut2' },
      { name: '10', quotesPerBatch: 250, figure: 'fanOut10' },
    ],
  },
  { name: '50', watchlists: 50, patterns: [{ name: '10', quotesPerBatch: 250, figure: 'fanOut10Of50Watchlists' }] },
]
const shortPopulations = populations.map((population) => ({
  ...population,
  patterns: population.patterns.filter(({ figure }) => figure === 'fanOut2' || population.watchlists === 50),
}))
/** Connections with one watchlist find each other. */
const settleMs = 2_500

const serverCore = 0
const loadCore = 1
const wantedShare = 0.5
/** Deliveries a second while nothing is known yet of what the gateway can do. */
const probeRate = 20_000
/** A price of ten digits for longer than any run, so that frames are of one length. */
const baseAgeUs = 2e9

interface Writer {
  readonly floor: Floor
  readonly load: Load
}

interface Bench {
  readonly gateway: BenchProcess
  /** The gateway with a single client. */
  readonly reader: BenchProcess
  readonly floor: Writer
  readonly nodeFloor: Writer
  readonly upstream: UpstreamLoad
  readonly gatewayLoad: Load
  readonly readerLoad: Load
  readonly lists: readonly (readonly string[])[]
}

interface Turn {
  /** Of the whole process. */
  readonly wholePerCpuSecond: number
  /** Without reading the upstream. */
  readonly deliveriesPerCpuSecond: number
  readonly share: number
  readonly window: LoadWindow
}

interface Measured {
  readonly offered: number
  readonly gateway: readonly Turn[]
  readonly floor: readonly Turn[]
  readonly nodeFloor: readonly Turn[]
}

const columns = [
  'watchlists',
  'quotes a batch',
  'offered/s',
  'frames a write: gateway',
  'floor',
  'deliveries per CPU-s: gateway, whole',
  'fan-out alone',
  'ready texts from Node',
  'floor',
  'ratio to the floor',
  'to Node’s own writes',
  'gateway core',
  'p50 ms',
  'p99 ms',
]

async function run(options: RunOptions): Promise<Result> {
  const rows: string[][] = []
  const figures: Record<string, number> = {}
  for (const population of options.isShort ? shortPopulations : populations) {
    await using parts = new AsyncDisposableStack()
    const bench = await startBench(population, parts)
    for (const pattern of population.patterns) {
      const measured = await measure(bench, pattern.quotesPerBatch, options)
      const ratios = {
        ratio: ratioOf(measured.gateway, measured.floor),
        nodeRatio: ratioOf(measured.gateway, measured.nodeFloor),
      }
      options.log(
        `${pattern.figure}: ratio ${ratios.ratio.toFixed(2)}, to Node’s writes ${ratios.nodeRatio.toFixed(2)}`,
      )
      rows.push([population.name, ...row(pattern.quotesPerBatch, measured, ratios)])
      figures[`${pattern.figure}Ratio`] = ratios.ratio
      figures[`${pattern.figure}ToNodesWrites`] = ratios.nodeRatio
      figures[`${pattern.figure}CeilingOfNode`] = ratioOf(measured.nodeFloor, measured.floor)
      figures[`${pattern.figure}DeliveriesPerCpuSecond`] = costOf(measured.gateway)
      figures[`${pattern.figure}FloorDeliveriesPerCpuSecond`] = costOf(measured.floor)
    }
  }
  return { columns, rows, notes, figures }
}

async function startBench({ watchlists: count }: Population, parts: AsyncDisposableStack): Promise<Bench> {
  const symbols = symbolNames(standard.symbols)
  const different = watchlists({ clients: count, symbols, perClient: standard.perClient })
  const lists = Array.from({ length: standard.clients }, (_, i) => different[i % count] ?? [])
  const baseUs = Date.now() * 1000 - baseAgeUs
  const upstream = parts.use(await UpstreamLoad.start({ symbols: standard.symbols, baseUs, core: loadCore }))
  const gateway = parts.use(await startGateway({ marketDataPorts: [upstream.port], core: serverCore }))
  const reader = parts.use(await startGateway({ marketDataPorts: [upstream.port], core: serverCore }))
  const clients = { connections: standard.clients, baseUs, core: loadCore }
  const subscribeOf = (i: number) => subscribeMessage(lists[i] ?? [])
  const gatewayLoad = parts.use(
    await Load.start({ ...clients, port: gateway.port, targetOf, subscribeOf, sampleEvery: 64 }),
  )
  const all = { subscribeOf: () => subscribeMessage(symbols), targetOf: () => targetOf('reader'), sampleEvery: 0 }
  const readerLoad = parts.use(await Load.start({ ...clients, ...all, connections: 1, port: reader.port }))
  const writers = { floor: await startWriter('native', parts), nodeFloor: await startWriter('node', parts) }
  await delay(settleMs)
  return { gateway, reader, upstream, gatewayLoad, readerLoad, lists, ...writers }
}

async function startWriter(kind: 'native' | 'node', parts: AsyncDisposableStack): Promise<Writer> {
  const floor = parts.use(await Floor.start(serverCore, kind))
  const unheard = { targetOf: () => '/', subscribeOf: () => 'x', sampleEvery: 0, baseUs: 0, core: loadCore }
  const load = parts.use(await Load.start({ ...unheard, connections: standard.clients, port: floor.port }))
  return { floor, load }
}

const notes = [
  '1,000 clients, each 20 of 500 symbols; frames are those of quotes with seq and epoch, about 120 bytes.',
  '“Fan-out alone” is what the 1,000 clients cost on top of a gateway with a single one, which reads the same upstream in the same seconds; the ratios are of it. The floor (C) and the program in Node write bytes that are ready.',
  'Frames a write are frames by the client’s reads, which is nearly the same: a read seldom finds two writes.',
  'Medians of turns; the gateway and the floor took turns in one run. Percentiles are those of all turns’ samples together, from the time that a batch was scheduled for.',
]

async function measure(bench: Bench, quotesPerBatch: number, { isShort, log }: RunOptions): Promise<Measured> {
  const turns = isShort ? 3 : 5
  const seconds = isShort ? 1.2 : 3
  const probe = await gatewayTurn(bench, patternOf(quotesPerBatch, probeRate), 1)
  const offered = probe.wholePerCpuSecond * wantedShare
  log(`${quotesPerBatch} quotes a batch: ${Math.round(offered)} deliveries/s offered`)
  const pattern = patternOf(quotesPerBatch, offered)
  const gateway: Turn[] = []
  const floor: Turn[] = []
  const nodeFloor: Turn[] = []
  for (let i = 0; i < turns; i++) {
    const turn = await gatewayTurn(bench, pattern, seconds)
    const played = { pattern, frameBytes: Math.round(turn.window.bytes / turn.window.frames), lists: bench.lists }
    gateway.push(turn)
    floor.push(await floorTurn(bench.floor, played, seconds))
    nodeFloor.push(await floorTurn(bench.nodeFloor, played, seconds))
  }
  return { offered, gateway, floor, nodeFloor }
}

function patternOf(quotesPerBatch: number, deliveriesPerSecond: number): UpstreamPattern {
  const deliveriesPerQuote = (standard.clients * standard.perClient) / standard.symbols
  return { quotesPerBatch, batchesPerSecond: deliveriesPerSecond / deliveriesPerQuote / quotesPerBatch }
}

async function gatewayTurn(bench: Bench, pattern: UpstreamPattern, seconds: number): Promise<Turn> {
  return await unlessLate('upstream', async () => await gatewayTurnOnce(bench, pattern, seconds))
}

async function gatewayTurnOnce(
  bench: Bench,
  pattern: UpstreamPattern,
  seconds: number,
): Promise<readonly [UpstreamWindow, Turn]> {
  const { upstream, gateway, gatewayLoad, reader, readerLoad } = bench
  await upstream.play(pattern)
  await delay(500)
  await upstream.window()
  await readerLoad.take()
  const readBefore = reader.cpuSeconds()
  const whole = await measuredTurn(() => gateway.cpuSeconds(), gatewayLoad, seconds)
  const [readCpu, read] = [reader.cpuSeconds() - readBefore, await readerLoad.take()]
  const usedCpu = whole.window.frames / whole.wholePerCpuSecond
  const turn = { ...whole, deliveriesPerCpuSecond: (whole.window.frames - read.frames) / (usedCpu - readCpu) }
  const played = await upstream.window()
  await upstream.play({ ...pattern, batchesPerSecond: 0 })
  const { window } = turn
  requireRoomForLatency(`fan-out of ${pattern.quotesPerBatch} quotes a batch`, {
    load: {
      load: window.cpuSeconds / window.seconds,
      'reader’s client': read.cpuSeconds / read.seconds,
      upstream: played.cpuSeconds / played.seconds,
    },
    server: { gateway: usedCpu / window.seconds, reader: readCpu / window.seconds },
  })
  if (window.closed > 0) throw new Error(`fan-out: the gateway ended ${window.closed} sessions; its log says why`)
  await delay(200)
  return [played, turn]
}

interface Played {
  readonly pattern: UpstreamPattern
  readonly frameBytes: number
  readonly lists: Bench['lists']
}

async function floorTurn(
  { floor, load }: Writer,
  { pattern, frameBytes, lists }: Played,
  seconds: number,
): Promise<Turn> {
  const flushes = quotesByClient(quoteCycle(symbolNames(standard.symbols), pattern.quotesPerBatch), lists)
  await floor.play({ flushes, flushesPerSecond: pattern.batchesPerSecond, frameBytes })
  await delay(300)
  const turn = await measuredTurn(() => floor.cpuSeconds(), load, seconds)
  requireRoomForLatency(`floor of ${pattern.quotesPerBatch} quotes a batch`, {
    load: { load: turn.window.cpuSeconds / turn.window.seconds },
    server: { floor: turn.share },
  })
  floor.pause()
  await delay(200)
  return turn
}

async function measuredTurn(cpuSeconds: () => number, load: Load, seconds: number): Promise<Turn> {
  const before = cpuSeconds()
  const window = await load.window(seconds)
  const used = cpuSeconds() - before
  const perCpuSecond = window.frames / used
  return { wholePerCpuSecond: perCpuSecond, deliveriesPerCpuSecond: perCpuSecond, share: used / window.seconds, window }
}

function costOf(turns: readonly Turn[]): number {
  return median(turns.map((turn) => turn.deliveriesPerCpuSecond))
}

/** Of each pair that was measured one after the other, so that a busy moment of the machine hits both sides. */
function ratioOf(turns: readonly Turn[], others: readonly Turn[]): number {
  return median(turns.map((turn, i) => turn.deliveriesPerCpuSecond / (others[i]?.deliveriesPerCpuSecond ?? Number.NaN)))
}

function perWrite(turns: readonly Turn[]): string {
  return median(turns.map(({ window }) => window.frames / window.reads)).toFixed(2)
}

function row(
  quotesPerBatch: number,
  { offered, gateway, floor, nodeFloor }: Measured,
  { ratio, nodeRatio }: { readonly ratio: number; readonly nodeRatio: number },
): string[] {
  const latency = merged(gateway.map(({ window }) => window.latency))
  return [
    String(quotesPerBatch),
    thousands(offered),
    perWrite(gateway),
    perWrite(floor),
    thousands(median(gateway.map((turn) => turn.wholePerCpuSecond))),
    thousands(costOf(gateway)),
    thousands(costOf(nodeFloor)),
    thousands(costOf(floor)),
    ratio.toFixed(2),
    nodeRatio.toFixed(2),
    percent(median(gateway.map(({ share }) => share))),
    latency.percentile(50).toFixed(1),
    latency.percentile(99).toFixed(1),
  ]
}

function thousands(value: number): string {
  return `${Math.round(value / 1000)}k`
}

export const scenario: Scenario = {
  name: 'fan-out',
  title: 'Fan-out of one gateway, beside the writes alone',
  run,
}
