/**
 * The two pipelines that the scenarios put under load, started in one way: the platform from its bundles, and the founding
 * design. Both get the clients and watch lists of the standard point.
 */
import { join } from 'node:path'
import { Load } from '../support/load.ts'
import {
  answers,
  canConnect,
  freePort,
  jwtSecret,
  ServiceProcess,
  startGateway,
  startMarketData,
  startRedis,
  targetOf,
  upstreamToken,
} from '../support/platform.ts'
import type { BenchProcess } from '../support/process.ts'
import { PublishLoad } from '../support/publish-load.ts'
import { standard, subscribeMessage, symbolNames, watchlists } from '../support/watchlists.ts'
import { DeliverySide, type Servers } from './delivery-side.ts'

const gatewayCore = 0
const loadCore = 1
/** One frame in so many is read for its latency; no divisor of the 20 symbols of a client, or of 500. */
const sampleEvery = 61
/** While the founding design's clients come: 4,000 deliveries a second, as it answers a subscribe by nothing. */
const quotesWhileConnecting = 100
const foundingFolder = join(import.meta.dirname, '../founding')

export interface SideStart {
  readonly name: string
  /** The gateway has core 0; this is the core of Redis and market-data. Publisher and load have core 1. */
  readonly othersCore: number
}

export async function startPlatformSide(
  options: SideStart & { readonly gatewayEnv: Readonly<Record<string, string>> },
): Promise<DeliverySide> {
  const { name, othersCore: core, gatewayEnv: env } = options
  const redis = await startRedis(core)
  const marketData = await startMarketData({ redisPort: redis.port, core })
  const gateway = await startGateway({ marketDataPorts: [marketData.port], core: gatewayCore, env })
  return await loaded({ name, othersCore: core, servers: { redis, marketData, gateway }, quotesWhileConnecting: 0 })
}

export async function startFoundingSide({ name, othersCore: core }: SideStart): Promise<DeliverySide> {
  const redis = await startRedis(core)
  const marketData = await startFounding('market-data', core, ['--redis-port', String(redis.port)])
  const upstream = `127.0.0.1:${marketData.port}`
  const gateway = await startFounding('gateway', gatewayCore, ['--market-data', upstream, '--jwt-secret', jwtSecret])
  return await loaded({ name, othersCore: core, servers: { redis, marketData, gateway }, quotesWhileConnecting })
}

export interface IngestServers extends AsyncDisposable {
  readonly redis: BenchProcess
  readonly redisPort: number
  readonly marketData: BenchProcess
  readonly address: string
  readonly upstreamToken: string
}

/** Market-data alone on core 0, for clients that stand for gateways. */
export async function startIngestServers(): Promise<IngestServers> {
  const redis = await startRedis(loadCore)
  const marketData = await startMarketData({ redisPort: redis.port, core: 0 })
  return {
    redis,
    redisPort: redis.port,
    marketData,
    address: `127.0.0.1:${marketData.port}`,
    upstreamToken,
    async [Symbol.asyncDispose]() {
      await marketData.stop()
      await redis.stop()
    },
  }
}

interface Loaded extends SideStart {
  readonly servers: Servers & { readonly redis: ServiceProcess; readonly gateway: ServiceProcess }
  /** 0: a subscribe is answered. Else its first quote is waited for. */
  readonly quotesWhileConnecting: number
}

async function loaded({ name, othersCore, servers, quotesWhileConnecting }: Loaded): Promise<DeliverySide> {
  const baseUs = Date.now() * 1000
  const { clients, perClient } = standard
  const symbols = symbolNames(standard.symbols)
  const lists = watchlists({ clients, symbols, perClient })
  const publisher = await PublishLoad.start({ redisPort: servers.redis.port, symbols, baseUs, core: loadCore })
  await publisher.setRate(quotesWhileConnecting)
  const load = await Load.start({
    port: servers.gateway.port,
    connections: clients,
    targetOf,
    subscribeOf: (i) => subscribeMessage(lists[i] ?? []),
    baseUs,
    sampleEvery,
    core: loadCore,
    readyAt: quotesWhileConnecting === 0 ? 'ack' : 'first-frame',
  })
  await publisher.setRate(0)
  return new DeliverySide({
    name,
    servers,
    load,
    publisher,
    deliveriesPerQuote: (clients * perClient) / symbols.length,
    besideLoad: othersCore === loadCore ? ['redis', 'marketData'] : [],
  })
}

async function startFounding(name: string, core: number, args: readonly string[]): Promise<ServiceProcess> {
  const port = await freePort()
  const child = new ServiceProcess({
    name: `founding ${name}`,
    command: process.execPath,
    args: [join(foundingFolder, `${name}.ts`), '--port', String(port), ...args],
    core,
    port,
    adminPort: 0,
  })
  await answers(child, () => canConnect(port))
  return child
}
