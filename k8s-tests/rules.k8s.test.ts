/** What holds over all pods, under a load of 200 connections: the connection limit, NetworkPolicies, edited tiers. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { WebSocket } from 'ws'
import { Episode } from './support/episode.ts'
import { testLabel } from './support/kind-cluster.ts'
import { apply, kubectl } from './support/kubectl.ts'
import { ClusterPlatform, fullname } from './support/platform.ts'
import { reached } from './support/probe.ts'
import { report } from './support/report.ts'

const minute = 60_000
/** One whose pods may reach admin ports, and one that nobody names. */
const [named, unnamed] = ['rules-monitoring', 'rules-stranger']
let platform: ClusterPlatform

beforeAll(async () => {
  await apply('default', [named, unnamed].map(namespaceOf))
  platform = await ClusterPlatform.install({ namespace: 'rules', values: valuesWith({ symbols: ['S*'] }) })
  await platform.explained(() => platform.connect(200))
}, 5 * minute)

afterAll(async () => {
  await kubectl('delete', 'namespace', named, unnamed, '--ignore-not-found', '--timeout=120s')
  await platform?.[Symbol.asyncDispose]()
}, 4 * minute)

test(
  'the connection limit holds over three gateways under load: the sixth of a user is closed with 4030, his five go on',
  async () => {
    onTestFailed(() => platform.tell())
    const episode = new Episode(platform)
    const token = platform.token('ann')
    const allowed = Array.from({ length: 5 }, () =>
      platform.fleet.add({ url: platform.url, token, symbols: ['S0', 'S1'] }),
    )
    await platform.until(() => allowed.every(({ isFresh }) => isFresh), minute)
    for (let i = 0; i < 6; i++) expect(await closeCode(token)).toBe(4030)
    const refusedMs = performance.now()
    await platform.until(() => allowed.every((client) => client.hasAllSince(refusedMs)), minute)
    // Nobody was closed meanwhile, neither they nor the load.
    await episode.expectCalm()
  },
  2 * minute,
)

test(
  'NetworkPolicy: Redis is reached from market-data, and from a stranger only while there is no policy',
  async () => {
    onTestFailed(() => platform.tell())
    expect(await reachesRedis()).toBe(false)
    await platform.kubectl('delete', 'networkpolicy', `${fullname}-redis`)
    await platform.until(reachesRedis, minute)
    await platform.helm('upgrade', valuesWith({ symbols: ['S*'] }))
    await platform.until(async () => !(await reachesRedis()), minute)
  },
  4 * minute,
)

test(
  'NetworkPolicy: admin ports are reached from the namespace that is named for it, and from no other',
  async () => {
    onTestFailed(() => platform.tell())
    const admin = [await addressOf('gateway', 9_090), await addressOf('marketdata', 9_091)]
    admin.push(await addressOf('publisher', 9_091))
    // The port of clients shows that a stranger has a network.
    const all = [await addressOf('gateway', 8_080), ...admin]
    expect(await reached(named, all)).toEqual([true, true, true, true])
    expect(await reached(unnamed, all)).toEqual([true, false, false, false])
    expect(await reached('rules', all)).toEqual([true, false, false, false])
  },
  4 * minute,
)

test(
  'an edit of the tiers reaches open sessions without a restart',
  async () => {
    onTestFailed(() => platform.tell())
    const before = await platform.pods('marketdata')
    const client = platform.fleet.add({ url: platform.url, token: platform.token(), symbols: ['S0', 'S1'] })
    await platform.until(() => client.isFresh, minute)
    const startedMs = performance.now()
    await platform.helm('upgrade', valuesWith({ symbols: ['S*'], except: ['S1'] }))
    // The kubelet looks once a minute or so.
    await platform.until(() => client.troubles.get('unsubscribed') === 1, 3 * minute)
    report('a tier edit by helm upgrade to unsubscribed at the client, s', (performance.now() - startedMs) / 1_000)
    const after = await platform.pods('marketdata')
    expect(after.map(({ name, restarts }) => [name, restarts])).toEqual(
      before.map(({ name, restarts }) => [name, restarts]),
    )
    expect(client.ends).toEqual([])
  },
  5 * minute,
)

function valuesWith(defaultTier: { symbols: string[]; except?: string[] }) {
  return {
    gateway: { replicas: 3 },
    tiers: { content: { tiers: { default: defaultTier } } },
    networkPolicy: { adminNamespaces: [named] },
  }
}

async function closeCode(token: string): Promise<number> {
  const ws = new WebSocket(`${platform.url}?token=${token}`)
  ws.on('error', () => {})
  return await new Promise((resolve) => void ws.on('close', resolve))
}

async function reachesRedis(): Promise<boolean> {
  const [isOpen] = await reached('rules', [`${fullname}-redis:6379`])
  return isOpen === true
}

async function addressOf(component: string, port: number): Promise<string> {
  const [pod] = await platform.pods(component)
  if (!pod) throw new Error(`no ${component}`)
  return `${pod.ip}:${port}`
}

function namespaceOf(name: string) {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: testLabel } }
}
