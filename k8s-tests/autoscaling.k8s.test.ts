/** The HPA on real CPU load, and the way from fixed replicas to it. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { settings } from './settings.ts'
import { kubectl } from './support/kubectl.ts'
import { ClusterPlatform, fullname, symbols } from './support/platform.ts'
import { report } from './support/report.ts'

const minute = 60_000
let platform: ClusterPlatform

/** 100 quotes a second to everybody: a gateway is busy with 150 clients, and idle without. */
const busyFeed = {
  publisher: { env: { SIMULATED_SYMBOLS: symbols.join(','), SIMULATED_QUOTES_PER_SECOND: '100' } },
}
const autoscaling = {
  mode: 'hpa',
  minReplicas: 1,
  maxReplicas: 3,
  targetCpuPercent: 60,
  behavior: {
    scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 2, periodSeconds: 15 }] },
    scaleDown: { stabilizationWindowSeconds: 15, policies: [{ type: 'Pods', value: 2, periodSeconds: 15 }] },
  },
}

beforeAll(async () => {
  await kubectl('apply', '--filename', settings.metricsServerManifest)
  await kubectl('--namespace', 'kube-system', 'rollout', 'status', 'deployment/metrics-server', '--timeout=120s')
  platform = await ClusterPlatform.install({ namespace: 'hpa', values: { ...busyFeed, gateway: { replicas: 3 } } })
}, 6 * minute)

afterAll(async () => await platform?.[Symbol.asyncDispose](), 3 * minute)

test(
  'none → hpa on three pods never goes below three while the upgrade runs',
  async () => {
    onTestFailed(() => platform.tell())
    let least = 3
    let isDone = false
    const watching = (async () => {
      while (!isDone) least = Math.min(least, await desired())
    })()
    await platform.helm('upgrade', { ...busyFeed, gateway: { autoscaling: { ...autoscaling, minReplicas: 3 } } })
    isDone = true
    await watching
    expect(least).toBe(3)
    expect((await platform.pods('gateway')).filter(({ isReady }) => isReady)).toHaveLength(3)
  },
  4 * minute,
)

test(
  'the HPA scales the gateway out on real load without cutting anybody off, and in again once the clients have left',
  async () => {
    onTestFailed(() => platform.tell())
    await platform.helm('upgrade', { ...busyFeed, gateway: { autoscaling } })
    await platform.until(async () => (await desired()) === 1, 4 * minute)
    await platform.untilSettled('gateway', 1)
    const startedMs = performance.now()
    for (let i = 0; i < 150; i++) platform.fleet.add({ url: platform.url, token: platform.token(), symbols })
    await platform.until(async () => (await ready()) > 1, 4 * minute)
    report('HPA: load to a second gateway ready, s', (performance.now() - startedMs) / 1_000)
    platform.fleet[Symbol.dispose]()
    const stoppedMs = performance.now()
    await platform.until(async () => (await desired()) === 1, 5 * minute)
    report('HPA: load gone to one gateway wanted, s', (performance.now() - stoppedMs) / 1_000)
    const codes = new Set(platform.fleet.ends.map(({ code }) => code))
    codes.delete(4000)
    expect([...codes]).toEqual([])
  },
  14 * minute,
)

async function desired(): Promise<number> {
  const path = 'jsonpath={.spec.replicas}'
  return Number(await platform.kubectl('get', `deployment/${fullname}-gateway`, '--output', path))
}

async function ready(): Promise<number> {
  return (await platform.pods('gateway')).filter(({ isReady }) => isReady).length
}
