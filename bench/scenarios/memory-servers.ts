/**
 * The servers of the memory scenario, and idle connections to them: the gateway, and one that is `ws` and nothing else
 * (bench/support/bare-server.ts), both with the flags of the gateway's image.
 *
 * In:  how many connections, and how many different watchlists these have.
 * Out: RSS of the whole process after a full garbage collection, so that what is kept is counted and not when V8 last
 *      collected. The kernel's own buffers are not in it.
 * Closed by: `hold` and `holdFleet` themselves, with all they started.
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
import { standard, subscribeMessage, symbolNames, watchlists } from '../support/watchlists.ts'

const serverCore = 0
const loadCore = 1
/** Above all that come. */
const maxSessions = '16000'
/** Those with one watchlist find each other. */
const settleMs = 2_500
/** 127.0.0.2 and on: one address has 28,000 ports to one port of a server. */
const sourceAddresses = ['127.0.0.2', '127.0.0.3']

export interface Server {
  readonly name: string
  readonly process: BenchProcess
  readonly port: number
  readonly inspectorPort: number
  readonly readyAt: 'ack' | 'upgrade'
}

export interface Population {
  readonly name: string
  /** How many different watchlists so many connections have. */
  readonly watchlistsOf: (connections: number) => number
}

export interface Held {
  readonly connections: number
  readonly rssBytes: number
}

interface Holding {
  readonly population: Population
  readonly log: (line: string) => void
}

export async function startBare(): Promise<Server> {
  const [port, inspectorPort] = [await freePort(), await freePort()]
  const flags = [...nodeFlags.gateway, `--inspect=127.0.0.1:${inspectorPort}`]
  const args = [...flags, 'bench/support/bare-server.ts', '--port', String(port)]
  const env = { NODE_OPTIONS: nodeOptions.gateway }
  const child = new BenchProcess({ name: 'bare-server', command: process.execPath, args, env, core: serverCore })
  await answers(child, () => canConnect(port))
  return { name: 'bare ws', process: child, port, inspectorPort, readyAt: 'upgrade' }
}

export async function startPlatform(upstreamPort: number): Promise<Server> {
  const inspectorPort = await freePort()
  const env = { MAX_SESSIONS: maxSessions, NODE_OPTIONS: `--inspect=127.0.0.1:${inspectorPort}` }
  const gateway: ServiceProcess = await startGateway({ marketDataPorts: [upstreamPort], core: serverCore, env })
  return { name: 'gateway', process: gateway, port: gateway.port, inspectorPort, readyAt: 'ack' }
}

/** At each of the steps. Ends the server. */
export async function hold(
  server: Server,
  { steps, population, log }: Holding & { readonly steps: readonly number[] },
): Promise<Held[]> {
  await using _ = server.process
  await using loads = new AsyncDisposableStack()
  const held: Held[] = []
  for (const connections of steps) {
    loads.use(await connect(server, { from: held.at(-1)?.connections ?? 0, to: connections, population }))
    const rssBytes = await settledRss(server)
    log(`${server.name}, ${population.name}: ${connections} connections, ${Math.round(rssBytes / 1024 / 1024)} MiB`)
    held.push({ connections, rssBytes })
  }
  return held
}

/** Over so many gateways at once, the RSS of all. */
export async function holdFleet(
  options: Holding & { readonly upstreamPort: number; readonly gateways: number; readonly connections: number },
): Promise<Held> {
  const { upstreamPort, gateways, connections, population, log } = options
  await using parts = new AsyncDisposableStack()
  const servers: Server[] = []
  for (let i = 0; i < gateways; i++) {
    const server = await startPlatform(upstreamPort)
    parts.use(server.process)
    parts.use(await connect(server, { from: i * connections, to: (i + 1) * connections, population }))
    servers.push(server)
    log(`${(i + 1) * connections} connections over ${i + 1} gateways, ${population.name}`)
  }
  let rssBytes = 0
  for (const server of servers) rssBytes += await settledRss(server)
  return { connections: gateways * connections, rssBytes }
}

async function connect(
  { port, readyAt }: Server,
  { from, to, population }: { readonly from: number; readonly to: number; readonly population: Population },
): Promise<Load> {
  const symbols = symbolNames(standard.symbols)
  const lists = watchlists({ clients: population.watchlistsOf(to), symbols, perClient: standard.perClient })
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
