/** A worker that is drained, and a Redis that dies, under a steady load of 200 connections. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { killContainer, kubectl, metric } from './support/kubectl.ts'
import { ClusterPlatform } from './support/platform.ts'
import { report } from './support/report.ts'

const minute = 60_000
let platform: ClusterPlatform

beforeAll(async () => {
  const values = { gateway: { replicas: 2 }, marketdata: { replicas: 2 } }
  platform = await ClusterPlatform.install({ namespace: 'nodes', values })
  await platform.connect(200)
}, 5 * minute)

afterAll(async () => await platform?.[Symbol.asyncDispose](), 3 * minute)

test(
  'a worker is drained: it ends by itself, every close is 4000 and announced, no quote comes twice',
  async () => {
    onTestFailed(() => platform.tell())
    const [gateway] = await platform.pods('gateway')
    const node = gateway?.node ?? ''
    const startedMs = performance.now()
    try {
      await kubectl('drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=180s')
      report('a worker drained, s', (performance.now() - startedMs) / 1_000)
      await platform.untilSettled('gateway', 2)
      await platform.untilSettled('marketdata', 2)
      await platform.untilFresh()
    } finally {
      await kubectl('uncordon', node)
    }
    const { ends } = platform.fleet
    expect(ends.length).toBeGreaterThan(0)
    report('a worker drained: closes', ends.length)
    expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([4000]))
    expect(ends.every(({ wasAnnounced }) => wasAnnounced)).toBe(true)
    expect(platform.fleet.total('repeated')).toBe(0)
  },
  5 * minute,
)

test(
  'Redis is killed and comes back empty: fresh within 5 s of its return, no quote comes twice, connections are counted again',
  async () => {
    onTestFailed(() => platform.tell())
    const before = platform.fleet.ends.length
    const registered = await registrations()
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
    expect(tookMs).toBeLessThan(5_000)
    report('Redis killed: quotes that clients were told they missed', platform.fleet.total('lost'))
    expect(platform.fleet.total('repeated')).toBe(0)
    expect(platform.fleet.ends.length).toBe(before)
    await platform.until(async () => (await registrations()) >= registered + 2, minute)
  },
  5 * minute,
)

/** Times that the gateways wrote all their counts. */
async function registrations(): Promise<number> {
  const all = await platform.pods('gateway')
  const name = 'quotewire_connection_counts_registrations_total'
  const counts = await Promise.all(all.map((pod) => metric('nodes', pod.name, 9_090, name)))
  return counts.reduce((sum, count) => sum + count, 0)
}
