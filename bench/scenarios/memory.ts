/**
 * Scenario (d): what a connection costs that has subscribed to 20 symbols and hears nothing but heartbeats, beside one of
 * a server that is `ws` and nothing else (bench/support/bare-server.ts).
 *
 * RSS of the whole process after a full garbage collection, so that what is kept is counted and not when V8 last
 * collected. By connection: what came on top of the first 1,000, for these pay for code and pools too. The kernel's own
 * buffers are in neither. Both run with the flags of the gateway's image, in turns.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { collectGarbage } from '../support/collect-garbage.ts'
import { Load } from '../support/load.ts'
import {
  answers,
  canConnect,
  freePort,
  nodeFlags,
  nodeOptions,
  type ServiceProcess,
  startGateway,
  targetOf,
} from '../support/platform.ts'
import { BenchProcess } from '../support/process.ts'
import type { Result, RunOptions, Scenario } from '../support/scenario.ts'
import { median } from '../support/stats.ts'
import { UpstreamLoad } from '../support/upstream.ts'
import { standard, subscribeMessage, symbolNames, watchlists } from '../support/watchlists.ts'

const serverCore = 0
const loadCore = 1
/** Of one process; the first of them are not counted. */
const steps = [1_000, 5_000, 15_000] as const
const shortSteps = [1_000, 4_000] as const
/** Gateways and connections of each, where 60,000 are held in all. */
const fleet = { gateways: 4, connections: 15_000 } as const
/** Above all that come. */
const maxSessions = '16000'
/** Those with one watchlist find each other. */
const settleMs = 2_500
const turns = 3
/** 127.0.0.2 and on: one address has 28,000 ports to one port of a server. */
const sourceAddresses = ['127.0.0.2', '127.0.0.3']

interface Server {
  readonly name: string
  readonly process: BenchProcess
  readonly port: number
  readonly inspectorPort: number
  readonly readyAt: 'ack' | 'upgrade'
}

interface Held {
  readonly connections: number
  readonly rssBytes: number
}

async function run(options: RunOptions): Promise<Result> {
  const baseUs = Date.now() * 1000
  await using upstream = await UpstreamLoad.start({ symbols: standard.symbols, baseUs, core: loadCore })
  const wanted = options.isShort ? shortSteps : steps
  const sides = { bare: [] as Held[][], platform: [] as Held[][] }
  for (let turn = 0; turn < (options.isShort ? 1 : turns); turn++) {
    sides.bare.push(await measure(await startBare(), wanted, options))
    sides.platform.push(await measure(await startPlatform(upstream.port), wanted, options))
  }
  const [bare, platform] = [medians(sides.bare), medians(sides.platform)]
  const rows = wanted.map((connections, i) => [
    thousands(connections),
    megabytes(bare[i]?.rssBytes),
    megabytes(platform[i]?.rssBytes),
    kilobytesMore(bare, i),
    kilobytesMore(platform, i),
  ])
  const [bareBytes, platformBytes] = [bytesMore(bare, wanted.length - 1), bytesMore(platform, wanted.length - 1)]
  const figures: Record<string, number> = {
    memoryRatio: bareBytes / platformBytes,
    memoryBareBytes: bareBytes,
    memoryPlatformBytes: platformBytes,
  }
  options.log(`${kib(bareBytes)} KiB a bare connection, ${kib(platformBytes)} KiB with 20 subscriptions`)
  const notes = [
    'RSS of the whole process after a full garbage collection; “a connection” is what came on top of the first 1,000.',
    `The bare server is ws with its defaults and compression off; it keeps nothing of its own. ${turns} turns, medians.`,
    'There are 1,000 different watchlists, so from 5,000 connections on 5 to 15 have the same one.',
  ]
  if (options.isShort) return { columns, rows, notes, figures }
  const whole = await measureFleet(upstream.port, options)
  figures.memoryFleetBytesPerConnection = whole.rssBytes / whole.connections
  rows.push([`${thousands(whole.connections)} over ${fleet.gateways}`, '', megabytes(whole.rssBytes), '', ''])
  notes.push(
    `In the last row the RSS of all gateways: ${kib(whole.rssBytes / whole.connections)} KiB a connection, code included.`,
  )
  return { columns, rows, notes, figures }
}

const columns = ['connections', 'RSS: bare ws', 'gateway', 'a connection: bare ws', 'gateway, 20 symbols']

/** At each step of the turns. */
function medians(held: readonly (readonly Held[])[]): Held[] {
  return (held[0] ?? []).map(({ connections }, step) => ({
    connections,
    rssBytes: median(held.map((one) => one[step]?.rssBytes ?? Number.NaN)),
  }))
}

async function startBare(): Promise<Server> {
  const [port, inspectorPort] = [await freePort(), await freePort()]
  const flags = [...nodeFlags.gateway, `--inspect=127.0.0.1:${inspectorPort}`]
  const args = [...flags, 'bench/support/bare-server.ts', '--port', String(port)]
  const env = { NODE_OPTIONS: nodeOptions.gateway }
  const child = new BenchProcess({ name: 'bare-server', command: process.execPath, args, env, core: serverCore })
  await answers(child, () => canConnect(port))
  return { name: 'bare ws', process: child, port, inspectorPort, readyAt: 'upgrade' }
}

async function startPlatform(upstreamPort: number): Promise<Server> {
  const inspectorPort = await freePort()
  const env = { MAX_SESSIONS: maxSessions, NODE_OPTIONS: `--inspect=127.0.0.1:${inspectorPort}` }
  const gateway: ServiceProcess = await startGateway({ marketDataPorts: [upstreamPort], core: serverCore, env })
  return { name: 'gateway', process: gateway, port: gateway.port, inspectorPort, readyAt: 'ack' }
}

/** Ends the server. */
async function measure(server: Server, wanted: readonly number[], { log }: RunOptions): Promise<Held[]> {
  await using _ = server.process
  await using loads = new AsyncDisposableStack()
  const held: Held[] = []
  for (const connections of wanted) {
    loads.use(await connect(server, { from: held.at(-1)?.connections ?? 0, to: connections }))
    const rssBytes = await settledRss(server)
    log(`${server.name}: ${thousands(connections)} connections, ${megabytes(rssBytes)}`)
    held.push({ connections, rssBytes })
  }
  return held
}

async function measureFleet(upstreamPort: number, { log }: RunOptions): Promise<Held> {
  await using parts = new AsyncDisposableStack()
  const { gateways, connections } = fleet
  const servers: Server[] = []
  for (let i = 0; i < gateways; i++) {
    const server = await startPlatform(upstreamPort)
    parts.use(server.process)
    parts.use(await connect(server, { from: i * connections, to: (i + 1) * connections }))
    servers.push(server)
    log(`${thousands((i + 1) * connections)} connections over ${i + 1} gateways`)
  }
  let rssBytes = 0
  for (const server of servers) rssBytes += await settledRss(server)
  return { connections: gateways * connections, rssBytes }
}

async function connect({ port, readyAt }: Server, { from, to }: { from: number; to: number }): Promise<Load> {
  const symbols = symbolNames(standard.symbols)
  const lists = watchlists({ clients: standard.clients, symbols, perClient: standard.perClient })
  return await Load.start({
    port,
    connections: to - from,
    targetOf: (i) => targetOf(from + i),
    subscribeOf: (i) => subscribeMessage(lists[(from + i) % lists.length] ?? []),
    baseUs: 0,
    sampleEvery: 0,
    core: loadCore,
    readyAt,
    sourceAddresses,
  })
}

async function settledRss({ process: child, inspectorPort }: Server): Promise<number> {
  await delay(settleMs)
  await collectGarbage(inspectorPort)
  await delay(500)
  return child.rssBytes()
}

/** Of one connection, beyond the first step. */
function bytesMore(held: readonly Held[], i: number): number {
  const [first, last] = [held[0], held[i]]
  if (!first || !last) throw new Error('a step was not measured')
  return (last.rssBytes - first.rssBytes) / (last.connections - first.connections)
}

function kilobytesMore(held: readonly Held[], i: number): string {
  return i === 0 ? '' : `${kib(bytesMore(held, i))} KiB`
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1)
}

function megabytes(bytes = Number.NaN): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`
}

function thousands(count: number): string {
  return count.toLocaleString('en')
}

export const scenario: Scenario = { name: 'memory', title: 'Memory of idle connections', run }
