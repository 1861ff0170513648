/** The operator, and what it stands on, dies or stands still in the middle of a drain. */
import { setTimeout as passing } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { settings } from './settings.ts'
import { killContainer, type Pod, signalContainer } from './support/kubectl.ts'
import {
  applyAutoscaler,
  connectTo,
  eventReasons,
  installCrds,
  leaderOf,
  quickScaleDown,
  statusOf,
} from './support/operator.ts'
import { ClusterPlatform, fullname } from './support/platform.ts'
import { report } from './support/report.ts'
import { run } from './support/run.ts'

const minute = 60_000
const leaseMs = 60_000
const bounds = { minReplicas: 2, maxReplicas: 3 }
let platform: ClusterPlatform

beforeAll(async () => {
  await installCrds()
  platform = await ClusterPlatform.install({
    namespace: 'operator-outages',
    values: { gateway: { replicas: 3, maxSessionAgeMs: 0 }, operator: { enabled: true, replicas: 1 } },
  })
}, 5 * minute)

afterEach(async () => {
  await platform.kubectl('delete', 'quotewireautoscaler', '--all', '--wait=true')
  platform.fleet.keep(0)
})
afterAll(async () => await platform?.[Symbol.asyncDispose](), 3 * minute)

test(
  'the operator is killed at each step of a drain, and goes on with the same pod',
  tested(async () => {
    await arrange()
    await applyAutoscaler(platform, { ...bounds, scaleDown: { ...quickScaleDown, drainSeconds: 15 } })
    await killedOnce(async () => (await eventReasons(platform)).includes('Draining'))
    const draining = (await statusOf(platform)).draining ?? (await unready())[0]?.name
    await killedOnce(async () => (await unready()).length === 1)
    await killedOnce(async () => Object.values(await platform.connections()).includes(0))
    await platform.untilSettled('gateway', 2)
    expect((await platform.pods('gateway')).map(({ name }) => name)).not.toContain(draining)
    await expectCalm(10)
  }),
  6 * minute,
)

test(
  'without any operator the pod is in service again within its lease, and who has not left stays',
  tested(async () => {
    await arrange()
    const scaleDown = { ...quickScaleDown, drainSeconds: 600, drainDeadlineSeconds: 900 }
    await applyAutoscaler(platform, { ...bounds, scaleDown })
    await platform.until(async () => (await unready()).length === 1, minute)
    await platform.kubectl('scale', `deployment/${fullname}-operator`, '--replicas=0')
    const began = performance.now()
    // The probe of readiness comes a while after.
    await platform.until(async () => (await unready()).length === 0, leaseMs + 15_000)
    report(
      'operator gone in the middle of a drain: the pod is in service again after, s',
      (performance.now() - began) / 1_000,
    )
    expect(await platform.pods('gateway')).toHaveLength(3)
    await expectCalm(10)
    await platform.kubectl('scale', `deployment/${fullname}-operator`, '--replicas=1')
    await platform.untilSettled('operator', 1)
  }),
  5 * minute,
)

test(
  'two operators: one acts; when it stands still the other does within 15 s, and nothing is done twice when it goes on',
  tested(async () => {
    await arrange()
    await platform.kubectl('scale', `deployment/${fullname}-operator`, '--replicas=2')
    await platform.untilSettled('operator', 2)
    await applyAutoscaler(platform, { ...bounds, scaleDown: { ...quickScaleDown, drainSeconds: 30 } })
    await platform.until(async () => (await eventReasons(platform)).includes('Draining'), minute)
    const first = await leader()
    await signalContainer(first, 'SIGSTOP')
    const stoppedAt = performance.now()
    await platform.until(async () => (await leaderOf(platform)) !== first.name, 30_000)
    const tookS = (performance.now() - stoppedAt) / 1_000
    report('two operators: another leads after the leader stood still, s', tookS)
    expect(tookS).toBeLessThan(15)
    await signalContainer(first, 'SIGCONT')
    await platform.untilSettled('gateway', 2)
    // Another window, in which whoever believed to lead would remove one more, were the floor not there.
    expect((await eventReasons(platform)).filter((reason) => reason === 'ScaledDown')).toHaveLength(1)
    await expectCalm(10)
    await platform.kubectl('scale', `deployment/${fullname}-operator`, '--replicas=1')
    await platform.untilSettled('operator', 1)
  }),
  5 * minute,
)

test(
  'the API server stands still for 40 s in the middle of a drain: nobody is cut off, and the pod goes afterwards',
  tested(async () => {
    await arrange()
    await applyAutoscaler(platform, { ...bounds, scaleDown: { ...quickScaleDown, drainSeconds: 20 } })
    await platform.until(async () => (await unready()).length === 1, minute)
    const node = `${settings.cluster}-control-plane`
    const pid = (await run('docker', ['exec', node, 'pgrep', '-f', '^kube-apiserver'])).trim()
    await run('docker', ['exec', node, 'kill', '-STOP', pid])
    try {
      await passing(40_000)
    } finally {
      await run('docker', ['exec', node, 'kill', '-CONT', pid])
    }
    await platform.untilSettled('gateway', 2)
    expect((await eventReasons(platform)).filter((reason) => reason === 'ScaledDown')).toHaveLength(1)
    await expectCalm(10)
  }),
  6 * minute,
)

async function arrange(): Promise<void> {
  await platform.scale('gateway', 3)
  await connectTo(platform, await platform.pods('gateway'), [40, 30, 10])
}

async function unready(): Promise<Pod[]> {
  return (await platform.pods('gateway')).filter(({ isReady }) => !isReady)
}

async function leader(): Promise<Pod> {
  const name = await leaderOf(platform)
  const found = (await platform.pods('operator')).find((pod) => pod.name === name)
  if (!found) throw new Error(`the leader ${name} is no pod`)
  return found
}

/** As soon as the drain is so far; resolves when it runs again. */
async function killedOnce(isSo: () => Promise<boolean>): Promise<void> {
  await platform.until(isSo, minute)
  const [pod] = await platform.pods('operator')
  if (!pod) throw new Error('no operator')
  await killContainer(pod)
  await platform.until(async () => {
    const [now] = await platform.pods('operator')
    return now !== undefined && now.restarts > pod.restarts && now.isReady
  }, 2 * minute)
}

/** As many left as were on the emptiest pod, all by a `reconnect`, and nothing was lost. */
async function expectCalm(most: number): Promise<void> {
  await platform.untilFresh()
  const ends = platform.fleet.clients.flatMap(({ ends: all }) => all)
  expect(ends.filter(({ code, wasAnnounced }) => code !== 4000 || !wasAnnounced)).toEqual([])
  expect(ends.length).toBeLessThanOrEqual(most)
  expect(platform.fleet.total('lost')).toBe(0)
}

/** What the cluster says, where a test fails. */
function tested(run: () => Promise<void>): () => Promise<void> {
  return async () => await platform.explained(run)
}
