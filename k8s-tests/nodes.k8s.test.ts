/** A worker that is drained, and a Redis that dies, under a steady load of 200 connections. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { settings } from './settings.ts'
import { Episode } from './support/episode.ts'
import { killContainer, kubectl } from './support/kubectl.ts'
import { ClusterPlatform, fullname } from './support/platform.ts'
import { report } from './support/report.ts'
import { Watch } from './support/watch.ts'

const minute = 60_000
/** Redis and the publishers stay on the second; the first is drained. */
const [drained, other] = [`${settings.cluster}-worker`, `${settings.cluster}-worker2`]
const onOther = { nodeSelector: { 'kubernetes.io/hostname': other } }
const values = {
  publisher: onOther,
  redis: { merge: { deployment: { spec: { template: { spec: onOther } } } } },
}
/** Times that a gateway wrote all its counts to Redis, and users in the last of these. */
const registrations = 'quotewire_connection_counts_registrations_total'
const registeredUsers = 'quotewire_connection_counts_registered_users'
let platform: ClusterPlatform

beforeAll(async () => {
  platform = await ClusterPlatform.install({ namespace: 'nodes', values })
  await platform.explained(gatherAndConnect)
}, 5 * minute)

afterAll(async () => await platform?.[Symbol.asyncDispose](), 3 * minute)

test(
  'a worker with all gateways is drained: never more than one is missing, every close is announced, nothing is lost',
  async () => {
    onTestFailed(() => platform.tell())
    expect((await platform.pods('gateway')).map(({ node }) => node)).toEqual([drained, drained, drained])
    await platform.expectNothingConflated()
    const episode = new Episode(platform)
    using gateways = await watchBudget('gateway')
    using marketdata = await watchBudget('marketdata')
    try {
      await kubectl('drain', drained, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=180s')
      report('a worker drained, s', (performance.now() - episode.beganMs) / 1_000)
      await platform.untilSettled('gateway', 3)
      await platform.untilSettled('marketdata', 3)
      await platform.untilFresh()
    } finally {
      await kubectl('uncordon', drained)
    }
    episode.report('a worker drained')
    for (const { numbers } of [gateways, marketdata]) {
      // More than one state, or nothing was evicted.
      expect(numbers.length).toBeGreaterThan(2)
      for (const [healthy, desired] of numbers) expect([healthy, desired]).toSatisfy(atLeastDesired)
    }
    episode.expectAnnounced({ atLeast: 200 })
    await episode.expectNothingLost()
  },
  5 * minute,
)

test(
  'Redis is killed and comes back empty: fresh within 5 s of its return, epochs rise, each gateway registers its connections again',
  async () => {
    onTestFailed(() => platform.tell())
    const episode = new Episode(platform)
    const epochs = platform.fleet.clients.map((client) => client.epochs)
    const before = await platform.ofEachGateway(registrations)
    const [redis] = await platform.pods('redis')
    if (!redis) throw new Error('no redis')
    await killContainer(redis)
    await platform.until(async () => {
      const [pod] = await platform.pods('redis')
      return pod !== undefined && pod.restarts > redis.restarts && pod.isReady
    }, minute)
    const backMs = performance.now()
    await platform.until(() => platform.fleet.haveAllSince(backMs), minute)
    const tookMs = performance.now() - backMs
    report('Redis back (ready) to all clients fresh, s', tookMs / 1_000)
    episode.report('Redis killed')
    expect(tookMs).toBeLessThan(5_000)
    expect([episode.count('repeated'), episode.closes, episode.failures]).toEqual([0, {}, {}])
    for (const [i, client] of platform.fleet.clients.entries()) {
      for (const [symbol, epoch] of client.epochs) expect(epoch).toBeGreaterThan(epochs[i]?.get(symbol) ?? 0)
    }
    await platform.until(async () => {
      const now = await platform.ofEachGateway(registrations)
      return Object.entries(before).every(([pod, count]) => (now[pod] ?? 0) > count)
    }, minute)
    // Each client is a user of its own.
    const users = await platform.ofEachGateway(registeredUsers)
    expect(users).toEqual(await platform.connections())
    expect(Object.keys(users).sort()).toEqual(Object.keys(before).sort())
    expect(Object.keys(users)).toHaveLength(3)
    expect(Object.values(users).reduce((sum, count) => sum + count)).toBe(platform.fleet.clients.length)
  },
  5 * minute,
)

/** All three gateways on the worker that will be drained, and two of three market-data pods at least. */
async function gatherAndConnect(): Promise<void> {
  try {
    await kubectl('cordon', other)
    await platform.kubectl('rollout', 'restart', `deployment/${fullname}-gateway`)
    await platform.kubectl('rollout', 'status', `deployment/${fullname}-gateway`, '--timeout=180s')
    await platform.scale('gateway', 3)
    await platform.scale('marketdata', 3)
  } finally {
    await kubectl('uncordon', other)
  }
  await platform.connect(200)
}

/** Healthy and wanted pods of a PodDisruptionBudget, at every change. */
async function watchBudget(component: string): Promise<Watch> {
  const jsonPath = '{.status.currentHealthy} {.status.desiredHealthy}'
  return await Watch.start({ namespace: 'nodes', object: `pdb/${fullname}-${component}`, jsonPath })
}

function atLeastDesired([healthy, desired]: number[]): boolean {
  return healthy !== undefined && desired === 2 && healthy >= desired
}
