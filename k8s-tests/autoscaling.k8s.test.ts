/** The HPA on real CPU load, and the way from fixed replicas to it. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { settings } from './settings.ts'
import { explained } from './support/diagnosis.ts'
import { Episode } from './support/episode.ts'
import { kubectl } from './support/kubectl.ts'
import { ClusterPlatform, fullname, symbols } from './support/platform.ts'
import { report } from './support/report.ts'
import { Watch } from './support/watch.ts'

const minute = 60_000
let platform: ClusterPlatform

/** 400 a second to 200 clients keep more than one gateway busy; at 2 a second one has hardly anything to do. */
function feed(quotesPerSecond: number) {
  const env = { SIMULATED_SYMBOLS: symbols.join(','), SIMULATED_QUOTES_PER_SECOND: String(quotesPerSecond) }
  return { publisher: { env } }
}

const autoscaling = {
  mode: 'hpa',
  minReplicas: 1,
  maxReplicas: 3,
  // From two to one only below half of it: on a busy machine a pod with hardly anything to do takes 40 % of its request.
  targetCpuPercent: 100,
  behavior: {
    scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 2, periodSeconds: 15 }] },
    scaleDown: { stabilizationWindowSeconds: 15, policies: [{ type: 'Pods', value: 2, periodSeconds: 15 }] },
  },
}

beforeAll(async () => {
  await kubectl('apply', '--filename', settings.metricsServerManifest)
  const metricsServer = ['rollout', 'status', 'deployment/metrics-server', '--timeout=120s']
  await explained('kube-system', () => kubectl('--namespace', 'kube-system', ...metricsServer))
  platform = await ClusterPlatform.install({ namespace: 'hpa', values: { ...feed(400), gateway: { replicas: 3 } } })
}, 6 * minute)

afterAll(async () => await platform?.[Symbol.asyncDispose](), 3 * minute)

test(
  'none → hpa on three pods under 200 connections never goes below three, wanted or ready, and closes nobody',
  async () => {
    onTestFailed(() => platform.tell())
    await platform.connect(200)
    const object = `deployment/${fullname}-gateway`
    const jsonPath = '{.spec.replicas} {.status.readyReplicas}'
    using watch = await Watch.start({ namespace: 'hpa', object, jsonPath })
    const episode = new Episode(platform)
    // The annotation makes a state of the Deployment that the switch itself wrote, without another pod.
    const merge = { deployment: { metadata: { annotations: { switched: 'yes' } } } }
    const gateway = { autoscaling: { ...autoscaling, minReplicas: 3 }, merge }
    const seen = watch.lines.length
    await platform.helm('upgrade', { ...feed(400), gateway })
    // It has read the pods' CPU use, and decided.
    const decided = ['--for=condition=ScalingActive', '--timeout=150s']
    await platform.kubectl('wait', `horizontalpodautoscaler/${fullname}-gateway`, ...decided)
    await platform.until(() => watch.lines.length > seen, minute)
    expect(await wanted()).toBe(3)
    for (const state of watch.numbers) expect(state).toEqual([3, 3])
    await episode.expectCalm()
  },
  6 * minute,
)

test(
  'the HPA scales 200 clients out on real load without cutting anybody off, and in again with 4000 alone',
  async () => {
    onTestFailed(() => platform.tell())
    platform.fleet.keep(0)
    await platform.helm('upgrade', { ...feed(400), gateway: { autoscaling } })
    await platform.until(async () => (await wanted()) === 1, 4 * minute)
    await platform.untilSettled('gateway', 1)
    const out = new Episode(platform)
    for (let i = 0; i < 200; i++) platform.fleet.add({ url: platform.url, token: platform.token(), symbols })
    await platform.until(async () => (await ready()) > 1, 4 * minute)
    report('HPA: load to a second gateway ready, s', (performance.now() - out.beganMs) / 1_000)
    await platform.untilFresh()
    out.report('HPA scales out')
    await out.expectCalm()

    // Half of the clients come again, as pages do: the new pods have connections to lose.
    platform.fleet.keep(100)
    // Ready is not yet reachable: each node's kube-proxy follows about a second later.
    await platform.until(async () => {
      for (let i = 0; i < 20; i++) platform.fleet.add({ url: platform.url, token: platform.token(), symbols })
      return Object.values(await platform.connections()).every((count) => count > 0)
    }, minute)
    while (platform.fleet.clients.length < 200) {
      platform.fleet.add({ url: platform.url, token: platform.token(), symbols })
    }
    await platform.untilFresh()
    await platform.expectNothingConflated()
    const episode = new Episode(platform)
    await platform.helm('upgrade', { ...feed(2), gateway: { autoscaling } })
    await platform.until(async () => (await wanted()) === 1, 5 * minute)
    report('HPA: load gone to one gateway wanted, s', (performance.now() - episode.beganMs) / 1_000)
    await platform.untilSettled('gateway', 1)
    await platform.untilFresh(minute)
    episode.report('HPA scales in')
    episode.expectAnnounced({ atLeast: 1 })
    await episode.expectNothingLost()
  },
  14 * minute,
)

async function wanted(): Promise<number> {
  const path = 'jsonpath={.spec.replicas}'
  return Number(await platform.kubectl('get', `deployment/${fullname}-gateway`, '--output', path))
}

async function ready(): Promise<number> {
  return (await platform.pods('gateway')).filter(({ isReady }) => isReady).length
}
