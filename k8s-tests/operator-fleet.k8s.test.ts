/** The operator beside a fleet that changes: scale-up and rebalance, other scalers, rollouts, cordons. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { apply, kubectl, metric } from './support/kubectl.ts'
import {
  applyAutoscaler,
  connectTo,
  costsOf,
  eventReasons,
  installCrds,
  quickScaleDown,
  statusOf,
} from './support/operator.ts'
import { ClusterPlatform, fullname } from './support/platform.ts'
import { report } from './support/report.ts'

const minute = 60_000
const gateway = `deployment/${fullname}-gateway`
let platform: ClusterPlatform

beforeAll(async () => {
  await installCrds()
  platform = await ClusterPlatform.install({
    namespace: 'operator-fleet',
    values: { gateway: { replicas: 1, maxSessionAgeMs: 0 }, operator: { enabled: true, replicas: 1 } },
  })
}, 5 * minute)

afterEach(async () => {
  await platform.kubectl('delete', 'quotewireautoscaler,hpa', '--all', '--wait=true')
  platform.fleet.keep(0)
})
afterAll(async () => await platform?.[Symbol.asyncDispose](), 3 * minute)

test(
  'scale-up 1→3 by 600 connections, and the spread is inside the band soon after',
  tested(async () => {
    await platform.scale('gateway', 1)
    await platform.connect(600)
    const began = performance.now()
    const rebalance = { bandPercent: 20, sessionsPerSecond: 50 }
    await applyAutoscaler(platform, { minReplicas: 1, maxReplicas: 3, rebalance })
    await platform.untilSettled('gateway', 3)
    const scaledMs = performance.now() - began
    await platform.until(async () => {
      const counts = Object.values(await platform.connections())
      const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
      return counts.length === 3 && mean === 200 && counts.every((count) => count <= mean * 1.2)
    }, 2 * minute)
    const balancedMs = performance.now() - began
    await platform.untilFresh()
    const ends = platform.fleet.clients.flatMap(({ ends: all }) => all)
    expect(ends.every(({ code, wasAnnounced }) => code === 4000 && wasAnnounced)).toBe(true)
    // Without it nobody moves until the maximum age of sessions: an hour.
    expect(balancedMs).toBeLessThan(2 * minute)
    expect(platform.fleet.total('lost')).toBe(0)
    report('operator, scale-up 1→3 of 600 connections: pods ready, s', scaledMs / 1_000)
    report('operator, scale-up 1→3 of 600 connections: inside 20 % of the mean, s', balancedMs / 1_000)
    report('operator, scale-up 1→3 of 600 connections: connections moved', ends.length)
    report('operator, scale-up 1→3: connections of each', Object.values(await platform.connections()).join(' '))
  }),
  5 * minute,
)

test(
  'under an HPA it writes costs alone, and the HPA takes the emptiest',
  tested(async () => {
    await platform.scale('gateway', 3)
    const pods = await platform.pods('gateway')
    await connectTo(platform, pods, [60, 5, 30])
    await apply(platform.namespace, [hpa(3)])
    await applyAutoscaler(platform, { target: { connectionsPerPod: 100 }, minReplicas: 1, maxReplicas: 3 })
    await platform.until(async () => (await costsOf(platform, pods)).join() === '6,1,3', minute)
    expect(await statusOf(platform)).toMatchObject({ mode: 'CostOnly', replicas: 3 })
    // Above its maximum an HPA scales down without any metric.
    await apply(platform.namespace, [hpa(2)])
    await platform.untilSettled('gateway', 2)
    const left = (await platform.pods('gateway')).map(({ name }) => name)
    expect(left.toSorted()).toEqual([pods[0]?.name, pods[2]?.name].toSorted())
    expect(platform.fleet.clients.flatMap(({ ends }) => ends)).toHaveLength(5)
    expect(await eventReasons(platform)).not.toContain('Draining')
  }),
  5 * minute,
)

test(
  'a rollout in the middle of a drain: frozen, the pod is in service again, and scaled down afterwards',
  tested(async () => {
    await platform.scale('gateway', 3)
    await connectTo(platform, await platform.pods('gateway'), [30, 20, 10])
    await applyAutoscaler(platform, { minReplicas: 2, maxReplicas: 3, scaleDown: slowDrain })
    await platform.until(async () => (await statusOf(platform)).draining !== undefined, minute)
    await platform.kubectl('rollout', 'restart', gateway)
    await platform.until(async () => (await eventReasons(platform)).includes('Frozen'), minute)
    await platform.until(async () => (await statusOf(platform)).draining === undefined, minute)
    expect(await platform.kubectl('get', gateway, '--output', 'jsonpath={.spec.replicas}')).toBe('3')
    await platform.kubectl('rollout', 'status', gateway, '--timeout=180s')
    await applyAutoscaler(platform, { minReplicas: 2, maxReplicas: 3 })
    await platform.untilSettled('gateway', 2)
    expect(await eventReasons(platform)).toContain('Thawed')
    await expectCalm()
  }),
  6 * minute,
)

test(
  'a node is drained in the middle of a drain: frozen until it is over, nobody is cut off, and scaled down afterwards',
  tested(async () => {
    await platform.scale('gateway', 3)
    await connectTo(platform, await platform.pods('gateway'), [30, 20, 10])
    await applyAutoscaler(platform, { minReplicas: 2, maxReplicas: 3, scaleDown: slowDrain })
    await platform.until(async () => (await statusOf(platform)).draining !== undefined, minute)
    const [redis] = await platform.pods('redis')
    // Without persistence: its node is another matter.
    const node = (await platform.pods('gateway')).find((pod) => pod.node !== redis?.node)?.node ?? ''
    const drained = kubectl('drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=120s')
    try {
      await platform.until(async () => (await eventReasons(platform)).includes('Frozen'), minute)
      // Its budget lets the node's pods go only once the drained one is in service again.
      await drained
      expect(await platform.kubectl('get', gateway, '--output', 'jsonpath={.spec.replicas}')).toBe('3')
    } finally {
      await kubectl('uncordon', node)
    }
    await applyAutoscaler(platform, { minReplicas: 2, maxReplicas: 3 })
    await platform.untilSettled('gateway', 2)
    expect(await eventReasons(platform)).toContain('Thawed')
    await expectCalm()
  }),
  6 * minute,
)

test(
  'after all of this the operator has less than 120 MB',
  tested(async () => {
    const [pod] = await platform.pods('operator')
    const bytes = await metric('operator-fleet', pod?.name ?? '', 9_092, 'process_resident_memory_bytes')
    report('operator: RSS, MB', bytes / 1e6)
    expect(bytes).toBeLessThan(120e6)
    expect(pod?.restarts).toBe(0)
  }),
  minute,
)

/** Long enough that something may come in between. */
const slowDrain = { ...quickScaleDown, drainSeconds: 60, drainDeadlineSeconds: 120 }

async function expectCalm(): Promise<void> {
  await platform.untilFresh()
  const ends = platform.fleet.clients.flatMap(({ ends: all }) => all)
  expect(ends.filter(({ code, wasAnnounced }) => code !== 4000 || !wasAnnounced)).toEqual([])
  expect(platform.fleet.total('lost')).toBe(0)
}

function hpa(maxReplicas: number) {
  const metric = {
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 90 } },
  }
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'gateways' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: `${fullname}-gateway` },
      minReplicas: 1,
      maxReplicas,
      metrics: [metric],
    },
  }
}

/** What the cluster says, where a test fails. */
function tested(run: () => Promise<void>): () => Promise<void> {
  return async () => await platform.explained(run)
}
