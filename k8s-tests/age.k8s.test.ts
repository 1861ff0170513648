/** Connections that stay where they are move over to new gateways by the maximum age of sessions. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { Episode } from './support/episode.ts'
import { ClusterPlatform } from './support/platform.ts'
import { report } from './support/report.ts'

const minute = 60_000
let platform: ClusterPlatform

beforeAll(async () => {
  const values = { gateway: { replicas: 1, maxSessionAgeMs: 15_000 } }
  platform = await ClusterPlatform.install({ namespace: 'age', values })
  await platform.explained(() => platform.connect(240))
}, 5 * minute)

afterAll(async () => await platform?.[Symbol.asyncDispose](), 3 * minute)

test(
  'gateway 1→3 with a short maximum age: old connections rebalance to within 25 %, announced, without a stale symbol',
  async () => {
    onTestFailed(() => platform.tell())
    const episode = new Episode(platform)
    await platform.scale('gateway', 3)
    const startedMs = performance.now()
    await platform.until(async () => {
      const counts = Object.values(await platform.connections())
      return counts.length === 3 && counts.every((count) => Math.abs(count - 80) <= 20)
    }, 2 * minute)
    report('gateway 1→3, maximum age 15 s: even to 25 %, s', (performance.now() - startedMs) / 1_000)
    await platform.untilFresh()
    episode.report('gateway 1→3, maximum age 15 s')
    episode.expectAnnounced({ atLeast: 100 })
    expect(platform.fleet.troubles).toEqual({})
    await episode.expectNothingLost()
  },
  4 * minute,
)
