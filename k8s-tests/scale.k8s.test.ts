/** Scaling and rollouts under a steady load of 200 connections: nothing lost, nobody cut off unannounced. */
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest'
import { settings } from './settings.ts'
import { drainsOf, fewestCloses, isStaggered, placesOf } from './support/drains.ts'
import { Episode } from './support/episode.ts'
import { type Pod, whenAboveZero } from './support/kubectl.ts'
import { ClusterPlatform, fullname, gatewayDrainWindowMs } from './support/platform.ts'
import { report } from './support/report.ts'

const minute = 60_000
let platform: ClusterPlatform
/** From the moment at which the container runs, so there is some time to Ready in it. */
const subscriptions = {
  namespace: 'scale',
  port: 9_091,
  name: 'redis_subscriptions',
  timeoutMs: settings.streamsWithinS * 1_000 + minute,
}

beforeAll(async () => {
  platform = await ClusterPlatform.install({ namespace: 'scale' })
  report('helm install to ready, s', platform.installedInMs / 1_000)
  await platform.explained(() => platform.connect(200))
}, 5 * minute)

afterAll(async () => await platform?.[Symbol.asyncDispose](), 3 * minute)

describe('market-data under load', () => {
  test(
    `1→3: each new pod carries streams within ${settings.streamsWithinS} s of its Ready; nothing lost, nobody closed`,
    tested(async () => {
      const episode = new Episode(platform)
      const [old] = await platform.pods('marketdata')
      await platform.kubectl('scale', `deployment/${fullname}-marketdata`, '--replicas=3')
      const started = await newPods(old)
      const carryingMs = Promise.all(started.map(({ name: pod }) => whenAboveZero({ ...subscriptions, pod })))
      await platform.untilSettled('marketdata', 3)
      const readyMs = new Map((await platform.pods('marketdata')).map(({ name, readySinceMs }) => [name, readySinceMs]))
      const tookS = (await carryingMs).map((ms, i) => (ms - (readyMs.get(started[i]?.name ?? '') ?? 0)) / 1_000)
      report('market-data 1→3: each new pod from Ready to streams, s', tookS.join(' '))
      for (const seconds of tookS) expect(seconds).toBeLessThan(settings.streamsWithinS + readyGranularityS)
      await episode.expectCalm()
      episode.report('market-data 1→3')
    }),
    4 * minute + subscriptions.timeoutMs,
  )

  test(
    '3→1: its symbols move before pods end; nothing lost, nobody closed',
    tested(async () => {
      const episode = new Episode(platform)
      await platform.expectNothingConflated()
      await platform.scale('marketdata', 1)
      await episode.expectCalm()
      episode.report('market-data 3→1')
    }),
    4 * minute,
  )
})

describe('gateways under load', () => {
  test(
    '1→3: 600 new connections spread within 25 % of the mean',
    tested(async () => {
      await platform.scale('gateway', 3)
      // Ready is not yet reachable: each node's kube-proxy follows about a second later.
      await platform.until(async () => {
        await platform.connect(10)
        return Object.values(await platform.connections()).every((count) => count > 0)
      }, minute)
      const before = await platform.connections()
      await platform.connect(600)
      const after = await platform.connections()
      const fresh = Object.entries(after).map(([name, count]) => count - (before[name] ?? 0))
      report('gateway 1→3: new connections a pod', fresh.join(' '))
      for (const count of fresh) expect(Math.abs(count - 200)).toBeLessThanOrEqual(50)
    }),
    4 * minute,
  )

  test(
    '3→1: every close is 4000, announced, staggered by each pod; fresh within 3 s of its close; nothing lost',
    tested(async () => {
      // The load is 200 again; 800 that come back within seconds would measure this machine.
      platform.fleet.keep(200)
      await expectDrained('gateway 3→1', { pods: 2, atLeast: 2 * fewestCloses }, () => platform.scale('gateway', 1))
    }),
    4 * minute,
  )

  test(
    'a rolling restart: every close is 4000, announced, staggered; fresh within 3 s of its close; nothing lost',
    tested(async () => {
      await expectDrained('gateway, a rolling restart', { pods: 1, atLeast: 200 }, async () => {
        await platform.kubectl('rollout', 'restart', `deployment/${fullname}-gateway`)
        await platform.kubectl('rollout', 'status', `deployment/${fullname}-gateway`, '--timeout=180s')
        await platform.untilSettled('gateway', 1)
      })
    }),
    4 * minute,
  )
})

async function expectDrained(
  scenario: string,
  { pods, atLeast }: { pods: number; atLeast: number },
  cause: () => Promise<void>,
): Promise<void> {
  const places = await placesOf('scale', await platform.pods('gateway'))
  const episode = new Episode(platform)
  await cause()
  await platform.untilFresh()
  episode.report(scenario)
  episode.expectAnnounced({ atLeast })
  const drains = drainsOf(platform.fleet.endsSince(episode.beganMs), places)
  report(`${scenario}: drains`, JSON.stringify([...drains.values()]))
  expect(drains.size).toBe(pods)
  for (const [pod, drain] of drains) {
    expect(drain.closes).toBeGreaterThanOrEqual(fewestCloses)
    expect(isStaggered(drain, gatewayDrainWindowMs), `${pod}: ${JSON.stringify(drain)}`).toBe(true)
  }
  expect(episode.slowestFreshMs).toBeLessThan(3_000)
  await episode.expectNothingLost()
}

/** The cluster tells Ready in whole seconds, rounded down. */
const readyGranularityS = 1

/** As soon as they run, ready or not. */
async function newPods(old: Pod | undefined): Promise<Pod[]> {
  let started: Pod[] = []
  await platform.until(async () => {
    const all = await platform.pods('marketdata')
    started = all.filter(({ name, isRunning }) => name !== old?.name && isRunning)
    return started.length === 2
  }, minute)
  return started
}

/** What the cluster says, where the test fails. */
function tested(body: () => Promise<void>) {
  return async () => {
    onTestFailed(() => platform.tell())
    await body()
  }
}
