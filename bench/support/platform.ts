/**
 * The platform's processes as they run in production: the bundles of dist/ and a redis-server, each on a port of its own.
 *
 * In:  cores and settings; what a setting leaves out is the service's own default.
 * Out: processes that are ready; their ports; `metric` reads one of theirs.
 * Closed by: the scenario, each by `stop`.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { signToken } from '../../services/shared/tokens.ts'
import { BenchProcess, cacheFolder, type ProcessOptions } from './process.ts'

export const jwtSecret = 'the secret of the bench, which signs nothing else'
/** Both services derive the same one where none is set; the bench speaks to each alone, so it sets one. */
export const upstreamToken = 'the-upstream-token-of-the-bench'

type Settings = Readonly<Record<string, string>>

export interface ServiceProcessOptions extends ProcessOptions {
  readonly port: number
  readonly adminPort: number
}

export class ServiceProcess extends BenchProcess {
  readonly port: number
  /** 0 for one without. */
  readonly adminPort: number

  constructor(options: ServiceProcessOptions) {
    super(options)
    this.port = options.port
    this.adminPort = options.adminPort
  }
}

const root = join(import.meta.dirname, '../..')
const distFolder = join(cacheFolder, 'dist')
const readyMs = 30_000
const common = { JWT_SECRET: jwtSecret, UPSTREAM_TOKEN: upstreamToken, NODE_ENV: 'production' }
/** What the images run Node with: NODE_OPTIONS, and the flags that those do not take. */
export const nodeOptions = { gateway: nodeOptionsOf('gateway'), marketdata: nodeOptionsOf('marketdata') }
export const nodeFlags = { gateway: nodeFlagsOf('gateway'), marketdata: nodeFlagsOf('marketdata') }
/** Below those that outgoing connections take. */
let nextPort = 21_000 + (process.pid % 500) * 20
let isBuilt = false

/** Nothing on disk. */
export async function startRedis(core: number): Promise<ServiceProcess> {
  const port = await freePort()
  const args = ['--save', '', '--appendonly', 'no', '--bind', '127.0.0.1', '--port', String(port)]
  const redis = new ServiceProcess({ name: 'redis', command: 'redis-server', args, core, port, adminPort: 0 })
  await answers(redis, () => canConnect(port))
  return redis
}

export interface MarketDataOptions {
  readonly redisPort: number
  readonly core: number
}

export async function startMarketData({ redisPort, core }: MarketDataOptions): Promise<ServiceProcess> {
  const [port, adminPort] = [await freePort(), await freePort()]
  const marketData = startService('marketdata', core, {
    MARKETDATA_HOST: '127.0.0.1',
    MARKETDATA_PORT: String(port),
    MARKETDATA_ADMIN_PORT: String(adminPort),
    REDIS_URL: `redis://127.0.0.1:${redisPort}`,
  })
  await answers(marketData, () => isReady(marketData))
  return marketData
}

export interface GatewayOptions {
  readonly marketDataPorts: readonly number[]
  readonly core: number
  readonly env?: Settings
}

/** Resolves when it has an upstream. Without Redis: it counts a user's connections itself. */
export async function startGateway({ marketDataPorts, core, env }: GatewayOptions): Promise<ServiceProcess> {
  const [port, adminPort] = [await freePort(), await freePort()]
  const gateway = startService('gateway', core, {
    GATEWAY_PORT: String(port),
    GATEWAY_ADMIN_PORT: String(adminPort),
    MARKETDATA_ADDRESSES: marketDataPorts.map((own) => `127.0.0.1:${own}`).join(','),
    ...env,
  })
  await answers(gateway, () => isReady(gateway))
  return gateway
}

/** The sum of a metric over its labels, or over those with this one; 0 where nothing was counted under it. */
export async function metric({ adminPort, name }: ServiceProcess, wanted: string, label = ''): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()
  if (!text.includes(`# HELP ${wanted} `)) throw new Error(`${wanted} is no metric of ${name}`)
  const lines = text.split('\n').filter((line) => line.startsWith(`${wanted} `) || line.startsWith(`${wanted}{`))
  const counted = lines.filter((line) => line.includes(label))
  return counted.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}

/** Each user is one of his own, so that limits by user do not count. */
function tokenOf(user: number | string): string {
  return signToken({ secret: jwtSecret, userId: `user-${user}` })
}

/** The request target of a WebSocket of this user. */
export function targetOf(user: number | string): string {
  return `/ws?token=${tokenOf(user)}`
}

/** One that nobody listens on, and that no outgoing connection takes. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = nextPort++
    if (nextPort > 32_000) nextPort = 21_000
    if (await canListen(port)) return port
  }
}

/** Waits until `question` is answered by true. Throws when the process ends first, or 30 s are over. */
export async function answers(child: BenchProcess, question: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + readyMs
  while (!(await question())) {
    child.requireRunning()
    if (performance.now() > deadlineMs) throw new Error(`${child.name} is not ready after ${readyMs / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export async function canConnect(port: number): Promise<boolean> {
  const { connect } = await import('node:net')
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

function startService(name: 'gateway' | 'marketdata', core: number, settings: Settings): ServiceProcess {
  buildOnce()
  const [port = '', adminPort = ''] = ['_PORT', '_ADMIN_PORT'].map((end) => settings[name.toUpperCase() + end])
  return new ServiceProcess({
    name,
    command: process.execPath,
    args: [...nodeFlags[name], 'main.js'],
    cwd: join(distFolder, name),
    env: { ...common, ...settings, NODE_OPTIONS: `${nodeOptions[name]} ${settings.NODE_OPTIONS ?? ''}` },
    core,
    port: Number(port),
    adminPort: Number(adminPort),
  })
}

function nodeFlagsOf(name: string): string[] {
  const found = /^ENTRYPOINT (\[.*"main.js"\])$/m.exec(dockerfileOf(name))?.[1]
  if (found === undefined) throw new Error(`the ENTRYPOINT of Dockerfile.${name} does not end in main.js`)
  return (JSON.parse(found) as string[]).slice(1, -1)
}

function dockerfileOf(name: string): string {
  return readFileSync(join(root, `Dockerfile.${name}`), 'utf8')
}

function nodeOptionsOf(name: string): string {
  const found = /NODE_OPTIONS=("?)(.*)\1$/m.exec(dockerfileOf(name))?.[2]
  if (found === undefined) throw new Error(`Dockerfile.${name} sets no NODE_OPTIONS`)
  return found
}

/** By the script of `npm run build`, where a source is newer than the last. */
function buildOnce(): void {
  if (isBuilt) return
  isBuilt = true
  const built = statSync(join(distFolder, 'marketdata/stocks.csv'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (built > newestMs(join(root, 'services')) && built > newestMs(join(root, 'scripts'))) return
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/build.ts'), distFolder], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`scripts/build.ts failed:\n${stderr}`)
}

function newestMs(folder: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return Math.max(...names.map((file) => statSync(join(folder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0))
}

async function isReady({ adminPort }: ServiceProcess): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).ok
  } catch {
    return false
  }
}

async function canListen(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, () => server.close(() => resolve(true)))
  })
}
