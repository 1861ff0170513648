/** Processes that die without a word, under a steady load of 200 connections. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { Episode } from './support/episode.ts'
import { killContainer, metric, type Pod } from './support/kubectl.ts'
import { ClusterPlatform } from './support/platform.ts'
import { report } from './support/report.ts'

const minute = 60_000
const replicas: Readonly<Record<string, number>> = { gateway: 3, marketdata: 2, publisher: 2 }
let platform: ClusterPlatform

beforeAll(async () => {
  const values = { gateway: { replicas: replicas.gateway }, marketdata: { replicas: replicas.marketdata } }
  platform = await ClusterPlatform.install({ namespace: 'kill', values })
  await platform.explained(() => platform.connect(200))
}, 5 * minute)

afterAll(async () => await platform?.[Symbol.asyncDispose](), 3 * minute)

test.each(['gateway', 'marketdata', 'publisher'])(
  'SIGKILL of one of several (%s): every client is fresh within 5 s, and no quote comes twice',
  async (component) => {
    onTestFailed(() => platform.tell())
    const victim = await chosen(component)
    const episode = new Episode(platform)
    await killContainer(victim)
    // Later than the kill: the time counts from before its command.
    const killedMs = performance.now()
    await platform.until(() => platform.fleet.haveAllSince(killedMs), 20_000)
    const tookMs = performance.now() - episode.beganMs
    report(`SIGKILL of a ${component}: all fresh, s`, tookMs / 1_000)
    episode.report(`SIGKILL of a ${component}`)
    expect(tookMs).toBeLessThan(5_000)
    expect(episode.count('repeated')).toBe(0)
    const { '1006 unannounced': cut = 0, ...others } = episode.closes
    expect(others).toEqual({})
    if (component === 'gateway') expect(cut).toBeGreaterThan(0)
    else expect(cut).toBe(0)
    await platform.untilSettled(component, replicas[component] ?? 0)
  },
  4 * minute,
)

/** The one that matters: of the publishers who holds the lease. */
async function chosen(component: string): Promise<Pod> {
  const all = await platform.pods(component)
  const [first] = all
  if (!first) throw new Error(`no ${component}`)
  if (component !== 'publisher') return first
  for (const pod of all) if ((await metric('kill', pod.name, 9_091, 'quotewire_publisher_shards_held')) > 0) return pod
  throw new Error('nobody publishes')
}
