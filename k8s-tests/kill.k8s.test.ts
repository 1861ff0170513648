/** Processes that die without a word, under a steady load of 200 connections. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { killContainer, metric, type Pod } from './support/kubectl.ts'
import { ClusterPlatform } from './support/platform.ts'
import { report } from './support/report.ts'

const minute = 60_000
let platform: ClusterPlatform

beforeAll(async () => {
  const values = { gateway: { replicas: 2 }, marketdata: { replicas: 2 } }
  platform = await ClusterPlatform.install({ namespace: 'kill', values })
  await platform.connect(200)
}, 5 * minute)

afterAll(async () => await platform?.[Symbol.asyncDispose](), 3 * minute)

test.each(['gateway', 'marketdata', 'publisher'])(
  'SIGKILL of one of two (%s): every client is fresh within 5 s, and no quote comes twice',
  async (component) => {
    onTestFailed(() => platform.tell())
    const before = { missed: platform.fleet.total('missed'), lost: platform.fleet.total('lost') }
    const victim = await busiest(component)
    const killedMs = performance.now()
    await killContainer(victim)
    await platform.until(() => platform.fleet.haveAllSince(killedMs), 20_000)
    const tookMs = performance.now() - killedMs
    report(`SIGKILL of a ${component}: all fresh, s`, tookMs / 1_000)
    report(`SIGKILL of a ${component}: quotes missed`, platform.fleet.total('missed') - before.missed)
    report(`SIGKILL of a ${component}: quotes lost on open connections`, platform.fleet.total('lost') - before.lost)
    expect(tookMs).toBeLessThan(5_000)
    expect(platform.fleet.total('repeated')).toBe(0)
    await platform.untilSettled(component, 2)
  },
  4 * minute,
)

/** The one that matters: of the publishers who holds the lease. */
async function busiest(component: string): Promise<Pod> {
  const all = await platform.pods(component)
  const [first] = all
  if (!first) throw new Error(`no ${component}`)
  if (component !== 'publisher') return first
  for (const pod of all) if ((await metric('kill', pod.name, 9_091, 'quotewire_publisher_shards_held')) > 0) return pod
  throw new Error('nobody publishes')
}
