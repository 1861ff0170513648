/** A Cluster of three masters, the first of which has a replica, for a test: own ports, dead with the test, no files left. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { vi } from 'vitest'
import { freePort, RedisServer } from './redis-server.ts'

/** Where `quotewire:{publisher}:…` belongs, so that the node with the replica has it. */
const publisherKey = 'quotewire:{publisher}:last'
const slotRanges = [
  [0, 5460],
  [5461, 10922],
  [10923, 16383],
] as const
const waiting = { timeout: 15_000, interval: 50 }

export class RedisCluster implements AsyncDisposable {
  /** All four; the replica last. */
  readonly nodes: readonly RedisServer[]
  readonly #folder: string

  private constructor(nodes: readonly RedisServer[], folder: string) {
    this.nodes = nodes
    this.#folder = folder
  }

  /** The master of the publisher's keys; it has the replica. */
  get publisherNode(): RedisServer {
    const [first] = this.nodes
    if (!first) throw new Error('no nodes')
    return first
  }

  get hosts(): string {
    return this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')
  }

  static async start(): Promise<RedisCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'quotewire-cluster-'))
    const nodes: RedisServer[] = []
    for (let i = 0; i < 4; i++) nodes.push(await startNode(folder, i))
    const cluster = new RedisCluster(nodes, folder)
    const admins = nodes.map(({ port }) => new Redis({ port, host: '127.0.0.1' }))
    try {
      await join4(admins, nodes)
    } finally {
      for (const admin of admins) admin.disconnect()
    }
    return cluster
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node[Symbol.asyncDispose]()))
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

async function startNode(folder: string, index: number): Promise<RedisServer> {
  const busPort = String(await freePort())
  const own = ['--cluster-config-file', `nodes-${index}.conf`, '--dbfilename', `${index}.rdb`]
  const failover = ['--cluster-node-timeout', '500', '--cluster-replica-validity-factor', '0']
  const rest = ['--cluster-require-full-coverage', 'no', '--cluster-allow-replica-migration', 'no']
  const args = ['--cluster-enabled', 'yes', '--cluster-port', busPort, '--repl-diskless-sync-delay', '0']
  const node = await RedisServer.start({ args: ['--dir', folder, ...own, ...args, ...failover, ...rest] })
  busPorts.set(node, busPort)
  return node
}

const busPorts = new WeakMap<RedisServer, string>()

async function join4(admins: readonly Redis[], nodes: readonly RedisServer[]): Promise<void> {
  const [first, , , replica] = admins
  if (!first || !replica) throw new Error('four nodes are needed')
  const slot = await first.cluster('KEYSLOT', publisherKey)
  const own = slotRanges.findIndex(([from, to]) => from <= slot && slot <= to)
  for (const [i, admin] of admins.slice(0, 3).entries()) {
    const [from, to] = slotRanges[(own + i) % 3] ?? [0, 0]
    await admin.call('CLUSTER', 'ADDSLOTSRANGE', from, to)
  }
  for (const [i, admin] of admins.entries()) await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1)
  for (const node of nodes.slice(1)) {
    await first.call('CLUSTER', 'MEET', '127.0.0.1', node.port, busPorts.get(node) ?? '')
  }
  const isWhole = async (admin: Redis) => {
    const info = String(await admin.cluster('INFO'))
    if (!/cluster_state:ok/.test(info) || !/cluster_known_nodes:4/.test(info)) throw new Error(info)
    if (!/cluster_slots_assigned:16384/.test(info)) throw new Error(info)
  }
  await vi.waitFor(async () => await Promise.all(admins.map(isWhole)), waiting)
  await replica.call('CLUSTER', 'REPLICATE', String(await first.call('CLUSTER', 'MYID')))
  await vi.waitFor(async () => {
    if (!(await replica.info('replication')).includes('master_link_status:up')) throw new Error('no replica yet')
    for (const admin of admins)
      if (!String(await admin.cluster('NODES')).includes(' slave ') && admin !== replica)
        throw new Error('unknown replica')
  }, waiting)
}
