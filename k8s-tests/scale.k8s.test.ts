/** Scaling and rollouts under a steady load of 200 connections: nothing lost, nobody cut off unannounced. */
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest'
import type { End } from './support/fleet.ts'
import { metric } from './support/kubectl.ts'
import { ClusterPlatform, fullname } from './support/platform.ts'
import { report } from './support/report.ts'

const minute = 60_000
let platform: ClusterPlatform

beforeAll(async () => {
  platform = await ClusterPlatform.install({ namespace: 'scale' })
  report('helm install to ready, s', platform.installedInMs / 1_000)
  await platform.connect(200)
}, 5 * minute)

afterAll(async () => await platform?.[Symbol.asyncDispose](), 3 * minute)

describe('market-data under load', () => {
  test(
    '1→3: each new pod carries streams within 5 s of Ready; nothing lost, nobody closed',
    tested(async () => {
      await platform.scale('marketdata', 3)
      const all = await platform.pods('marketdata')
      const readyMs = Math.max(...all.map(({ readySinceMs = 0 }) => readySinceMs))
      await platform.until(async () => {
        const counts = await Promise.all(all.map(({ name }) => metric('scale', name, 9091, 'redis_subscriptions')))
        return counts.every((count) => count > 0)
      }, minute)
      const seconds = (Date.now() - readyMs) / 1_000
      report('market-data 1→3: last pod ready to streams on every pod, s', seconds)
      expect(seconds).toBeLessThan(5 + slowestReadS)
      await expectCalm()
    }),
    4 * minute,
  )

  test(
    '3→1: its symbols move before pods end; nothing lost, nobody closed',
    tested(async () => {
      await platform.scale('marketdata', 1)
      await expectCalm()
      report('market-data 1→3→1: lost', platform.fleet.total('lost'))
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
    '3→1 and a rolling restart: every close is 4000, announced, staggered; fresh within 3 s of its close',
    tested(async () => {
      // The load is 200 again; 800 that come back within seconds would measure this machine.
      platform.fleet.keep(200)
      const before = platform.fleet.ends.length
      await platform.scale('gateway', 1)
      await platform.kubectl('rollout', 'restart', `deployment/${fullname}-gateway`)
      await platform.kubectl('rollout', 'status', `deployment/${fullname}-gateway`, '--timeout=180s')
      await platform.untilSettled('gateway', 1)
      await platform.untilFresh()
      const ends = platform.fleet.ends.slice(before)
      expect(ends.length).toBeGreaterThan(200)
      report('gateway 3→1 and restart: closes', ends.length)
      expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([4000]))
      expect(ends.every(({ wasAnnounced }) => wasAnnounced)).toBe(true)
      expect(mostWithin(500, ends)).toBeLessThan(ends.length / 2)
      const slowestMs = Math.max(...ends.map(({ freshAfterMs = Infinity }) => freshAfterMs))
      report('gateway 3→1 and restart: slowest client fresh again, s', slowestMs / 1_000)
      expect(slowestMs).toBeLessThan(3_000)
      expect(platform.fleet.total('lost')).toBe(0)
    }),
    6 * minute,
  )
})

/** Reading a metric in each pod takes a second or two by itself. */
const slowestReadS = 5

/** How many ends fall into the fullest stretch of so many ms; a drain takes 5 s. */
function mostWithin(ms: number, ends: readonly End[]): number {
  return Math.max(...ends.map(({ atMs }) => ends.filter((end) => end.atMs >= atMs && end.atMs < atMs + ms).length))
}

async function expectCalm(): Promise<void> {
  const { fleet } = platform
  expect({ ends: fleet.ends, troubles: fleet.troubles }).toEqual({ ends: [], troubles: {} })
  expect([fleet.total('lost'), fleet.total('repeated'), fleet.total('missed')]).toEqual([0, 0, 0])
  // Were quotes conflated, a jump in seq would not count as a loss.
  const all = await platform.pods('marketdata')
  const conflated = await Promise.all(
    all.map(({ name }) => metric('scale', name, 9_091, 'quotewire_conflated_quotes_total')),
  )
  expect(conflated.every((count) => count === 0)).toBe(true)
}

/** What the cluster says, where the test fails. */
function tested(body: () => Promise<void>) {
  return async () => {
    onTestFailed(() => platform.tell())
    await body()
  }
}
