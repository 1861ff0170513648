/** Scale-down from pods with 150, 40 and 10 connections, by the operator and by `kubectl scale`, in the same arrangement. */
import { beforeAll, expect, test } from 'vitest'
import type { Pod } from './support/kubectl.ts'
import { applyAutoscaler, connectTo, eventReasons, hold, installCrds, release, statusOf } from './support/operator.ts'
import { ClusterPlatform } from './support/platform.ts'
import { report } from './support/report.ts'

const minute = 60_000
const counts = [150, 40, 10]
const values = { gateway: { replicas: 3, maxSessionAgeMs: 0 } }

beforeAll(installCrds, 2 * minute)

test(
  'kubectl scale 3→1 takes pods whoever holds the connections',
  async () => {
    // The arrangement needs leases; the operator is not there.
    const env = { ADMIN_TOKEN: { valueFrom: { secretKeyRef: { name: 'tokens', key: 'ADMIN_TOKEN' } } } }
    await using platform = await ClusterPlatform.install({
      namespace: 'down-control',
      values: { gateway: { ...values.gateway, env } },
    })
    await arrange(platform)
    await platform.scale('gateway', 1)
    await platform.untilFresh()
    expectAnnounced(platform)
    expect(forced(platform)).toBeGreaterThanOrEqual(160)
    report('scale-down 3→1 of 150/40/10 connections by kubectl scale: forced reconnects', forced(platform))
  },
  6 * minute,
)

test(
  'the operator 3→1 empties the emptiest pod first, and removes it when it is empty',
  async () => {
    await using platform = await ClusterPlatform.install({
      namespace: 'down-operator',
      values: { ...values, operator: { enabled: true, replicas: 1 } },
    })
    await arrange(platform)
    await applyAutoscaler(platform, { minReplicas: 1, maxReplicas: 3 })
    await platform.explained(() => platform.untilSettled('gateway', 1))
    await platform.untilFresh()
    expectAnnounced(platform)
    const reasons = await eventReasons(platform)
    expect(reasons.filter((reason) => reason === 'ScaledDown')).toHaveLength(2)
    expect(await statusOf(platform)).toMatchObject({ mode: 'Scale', replicas: 1 })
    report('scale-down 3→1 of 150/40/10 connections by the operator: forced reconnects', forced(platform))
    // The 10, and of the rest those on the emptier pod: without it 150 + 40, or 150 + 10.
    expect(forced(platform)).toBeLessThan(80)
  },
  8 * minute,
)

/**
 * The fullest shares its node, and has been ready for the shortest time: what a ReplicaSet removes first where it knows of
 * no cost. So it is after a node was away, and clients have come to the pod that replaced another one last.
 */
async function arrange(platform: ClusterPlatform): Promise<void> {
  const all = await platform.pods('gateway')
  const together = (pod: Pod) => all.filter(({ node }) => node === pod.node).length
  const pods = all.toSorted((a, b) => together(b) - together(a))
  await connectTo(platform, pods, counts)
  const [fullest] = pods
  if (!fullest) throw new Error('no gateway')
  await hold(platform, fullest)
  // Ages count by powers of two.
  const isOld = ({ readySinceMs = Date.now() }: Pod) => Date.now() - readySinceMs > 25_000
  await platform.until(async () => (await platform.pods('gateway')).filter(isOld).length === 2)
  await release(platform, fullest)
  await platform.untilSettled('gateway', 3)
  const connections = await platform.connections()
  expect(pods.map(({ name }) => connections[name])).toEqual(counts)
}

function forced(platform: ClusterPlatform): number {
  return platform.fleet.clients.reduce((sum, { ends }) => sum + ends.length, 0)
}

function expectAnnounced(platform: ClusterPlatform): void {
  const ends = platform.fleet.clients.flatMap(({ ends }) => ends)
  expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([4000]))
  expect(ends.every(({ wasAnnounced }) => wasAnnounced)).toBe(true)
}
