/** A master, a replica and three Sentinels for a test: own ports, dead with the test, no files left. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Child } from './child.ts'
import { freePort, RedisServer } from './redis-server.ts'

export interface SentinelTrioOptions {
  /** For the servers, as arguments. */
  readonly args?: readonly string[]
  /** For the Sentinels, as lines of their configuration; with `tls-` settings they speak TLS only. */
  readonly sentinelLines?: readonly string[]
}

export class SentinelTrio implements AsyncDisposable {
  readonly master: RedisServer
  readonly replica: RedisServer
  readonly ports: readonly number[]
  readonly #folder: string
  readonly #sentinels: readonly Child[]

  private constructor(servers: readonly [RedisServer, RedisServer], folder: string, sentinels: Map<number, Child>) {
    this.master = servers[0]
    this.replica = servers[1]
    this.#folder = folder
    this.ports = [...sentinels.keys()]
    this.#sentinels = [...sentinels.values()]
  }

  /** The hosts as they stand in a URL. */
  get hosts(): string {
    return this.ports.map((port) => `127.0.0.1:${port}`).join(',')
  }

  static async start({ args = [], sentinelLines = [] }: SentinelTrioOptions = {}): Promise<SentinelTrio> {
    const folder = mkdtempSync(join(tmpdir(), 'quotewire-sentinel-'))
    // A replica writes down what it gets from its master.
    const shared = ['--dir', folder, '--repl-diskless-sync-delay', '0', ...args]
    const master = await RedisServer.start({ args: ['--dbfilename', 'master.rdb', ...shared] })
    const replicaOf = ['--replicaof', `127.0.0.1 ${master.port}`, '--dbfilename', 'replica.rdb']
    const replica = await RedisServer.start({ args: [...replicaOf, ...shared] })
    await replica.logged(/MASTER <-> REPLICA sync: Finished/)
    const sentinels = new Map<number, Child>()
    for (let i = 0; i < 3; i++) {
      const port = await freePort()
      sentinels.set(port, startSentinel({ folder, port, masterPort: master.port, lines: sentinelLines }))
    }
    const trio = new SentinelTrio([master, replica], folder, sentinels)
    await Promise.all(trio.#sentinels.map(knowsTheOthers))
    return trio
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#sentinels, this.master, this.replica]
    await Promise.all(all.map((each) => each[Symbol.asyncDispose]()))
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

interface SentinelOptions {
  readonly folder: string
  readonly port: number
  readonly masterPort: number
  readonly lines: readonly string[]
}

function startSentinel({ folder, port, masterPort, lines }: SentinelOptions): Child {
  const file = join(folder, `${port}.conf`)
  const hasTls = lines.some((line) => line.startsWith('tls-'))
  const config = [
    hasTls ? `port 0\ntls-port ${port}` : `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor mymaster 127.0.0.1 ${masterPort} 2`,
    'sentinel down-after-milliseconds mymaster 500',
    'sentinel failover-timeout mymaster 4000',
    ...lines,
  ]
  writeFileSync(file, `${config.join('\n')}\n`)
  return new Child({ command: 'redis-server', args: [file, '--sentinel'] })
}

async function knowsTheOthers(sentinel: Child): Promise<void> {
  const met = new Set<string>()
  await sentinel.line((line) => {
    const kind = / \+(slave|sentinel) (.*)/.exec(line)
    if (kind?.[2]) met.add(kind[2])
    return met.size === 3 ? true : undefined
  })
}
