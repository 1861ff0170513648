/** What holds over all pods: the connection limit, NetworkPolicies, tiers edited while sessions are open. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { WebSocket } from 'ws'
import { ClusterPlatform, fullname } from './support/platform.ts'
import { report } from './support/report.ts'

const minute = 60_000
let platform: ClusterPlatform

beforeAll(async () => {
  platform = await ClusterPlatform.install({ namespace: 'rules', values: valuesWith({ symbols: ['S*'] }) })
}, 5 * minute)

afterAll(async () => await platform?.[Symbol.asyncDispose](), 3 * minute)

test(
  'the connection limit holds over three gateways: five of a user, and the sixth is closed with 4030',
  async () => {
    onTestFailed(() => platform.tell())
    const token = platform.token('ann')
    const open = Array.from({ length: 5 }, () => new WebSocket(`${platform.url}?token=${token}`))
    await platform.until(() => open.every(({ readyState }) => readyState === WebSocket.OPEN), minute)
    for (let i = 0; i < 6; i++) expect(await closeCode(token)).toBe(4030)
    for (const ws of open) ws.terminate()
  },
  minute,
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
  return { gateway: { replicas: 3 }, tiers: { content: { tiers: { default: defaultTier } } } }
}

async function closeCode(token: string): Promise<number> {
  const ws = new WebSocket(`${platform.url}?token=${token}`)
  ws.on('error', () => {})
  return await new Promise((resolve) => void ws.on('close', resolve))
}

/** From a pod that nobody knows; it has to satisfy `restricted` like all others. */
async function reachesRedis(): Promise<boolean> {
  const probe = `require('node:net').connect({host:'${fullname}-redis',port:6379,timeout:2000}).on('connect',()=>process.exit(0)).on('timeout',()=>process.exit(7)).on('error',()=>process.exit(7))`
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
  const container = {
    name: 'probe',
    image: 'quotewire-gateway:test',
    command: ['/nodejs/bin/node', '--eval', probe],
    securityContext,
  }
  const pod = {
    spec: {
      containers: [container],
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      restartPolicy: 'Never',
    },
  }
  const run = ['run', 'probe', '--image=quotewire-gateway:test', '--restart=Never', '--overrides', JSON.stringify(pod)]
  await platform.kubectl(...run)
  const path = 'jsonpath={.status.phase}'
  let phase = ''
  await platform.until(async () => {
    phase = await platform.kubectl('get', 'pod', 'probe', '--output', path)
    return phase === 'Succeeded' || phase === 'Failed'
  }, minute)
  await platform.kubectl('delete', 'pod', 'probe', '--wait=true')
  return phase === 'Succeeded'
}
