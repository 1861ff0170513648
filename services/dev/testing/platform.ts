/**
 * The platform as separate processes: redis-server, publishers, market-data and gateways, each with its own ports.
 */
import { join } from 'node:path'
import { Child, logged } from '../../shared/testing/child.ts'
import { signToken } from '../../shared/tokens.ts'

export const secret = 'a secret of the process tests, 32+'
const services = join(import.meta.dirname, '../..')

/** A token of its own user, so that the per-user limit stays out of the way. */
export function tokenOf(userId: string): string {
  return signToken({ secret, userId, tier: 'basic' })
}

export class Service implements AsyncDisposable {
  readonly child: Child
  readonly port: number
  readonly adminPort: number

  constructor(child: Child, port: number, adminPort: number) {
    this.child = child
    this.port = port
    this.adminPort = adminPort
  }

  async metrics(): Promise<string> {
    return await (await fetch(`http://127.0.0.1:${this.adminPort}/metrics`)).text()
  }

  /** The sum over the labels of one metric. */
  async metric(name: string): Promise<number> {
    const lines = (await this.metrics()).split('\n').filter((line) => line.match(`^${name}[ {]`))
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.child[Symbol.asyncDispose]()
  }
}

type Settings = Readonly<Record<string, string>>

/** A RedisServer, or whatever REDIS_URL can name. */
interface RedisPlace {
  readonly url: string
}

export async function startMarketData(redis: RedisPlace, settings: Settings = {}): Promise<Service> {
  const child = startNode('marketdata/main.ts', {
    REDIS_URL: redis.url,
    MARKETDATA_PORT: '0',
    MARKETDATA_ADMIN_PORT: '0',
    ...settings,
  })
  const adminPort = Number(await child.line(logged('serving health and metrics', 'port')))
  return new Service(child, Number(await child.line(logged('serving gRPC', 'port'))), adminPort)
}

/** Resolves when it competes for the lease, which may be another's. */
export async function startPublisher(redis: RedisPlace, settings: Settings = {}): Promise<Service> {
  const child = startNode('marketdata/main.ts', {
    REDIS_URL: redis.url,
    MARKETDATA_ADMIN_PORT: '0',
    MARKETDATA_ROLES: 'publish',
    ...settings,
  })
  const adminPort = Number(await child.line(logged('serving health and metrics', 'port')))
  await child.line(logged('ready to publish', 'feed'))
  return new Service(child, 0, adminPort)
}

/** Ready: every one of `upstreams` is connected. `prefix` is a command that runs it. */
export async function startGateway(
  upstreams: readonly Pick<Service, 'port'>[],
  settings: Settings = {},
  prefix: readonly string[] = [],
): Promise<Service> {
  const env = {
    GATEWAY_PORT: '0',
    GATEWAY_ADMIN_PORT: '0',
    MARKETDATA_ADDRESSES: upstreams.map(({ port }) => `127.0.0.1:${port}`).join(','),
    // Tests count every quote, and the machine may be busy.
    CONFLATE: 'false',
    ...settings,
  }
  const child = startNode('gateway/main.ts', env, prefix)
  const adminPort = Number(await child.line(logged('serving health and metrics', 'port')))
  const port = Number(await child.line(logged('serving WebSockets', 'port')))
  for (const upstream of upstreams) {
    await child.line((line) =>
      logged('upstream ready', 'address')(line) === `127.0.0.1:${upstream.port}` ? true : undefined,
    )
  }
  return new Service(child, port, adminPort)
}

function startNode(entry: string, settings: Settings, prefix: readonly string[] = []): Child {
  const env = { JWT_SECRET: secret, NODE_ENV: 'test', ...settings }
  const [command = process.execPath, ...args] = [...prefix, process.execPath, join(services, entry)]
  return new Child({ command, args, env })
}
