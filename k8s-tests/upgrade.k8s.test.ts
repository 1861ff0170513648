/** From the previous chart and its images to these and back, under a steady load of 200 connections. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { settings } from './settings.ts'
import { Episode } from './support/episode.ts'
import { helm } from './support/kubectl.ts'
import { ClusterPlatform, release } from './support/platform.ts'
import { run } from './support/run.ts'

const minute = 60_000
const previousChart = 'k8s-tests/fixtures/quotewire-0.1.0.tgz'
const images = ['quotewire-gateway', 'quotewire-marketdata']
const previousImages = { image: { tag: '0.1.0' } }
const twoEach = { gateway: { replicas: 2 }, marketdata: { replicas: 2 } }
let platform: ClusterPlatform

beforeAll(async () => {
  await buildPreviousImages()
  platform = await ClusterPlatform.install({
    namespace: 'upgrade',
    chart: previousChart,
    values: {
      gateway: { ...twoEach.gateway, ...previousImages },
      marketdata: { ...twoEach.marketdata, ...previousImages },
    },
  })
  await platform.explained(() => platform.connect(200))
}, 8 * minute)

afterAll(async () => await platform?.[Symbol.asyncDispose](), 3 * minute)

test(
  'helm upgrade from the previous chart, then helm rollback: selectors stay, every close is 4000, nothing is lost',
  async () => {
    onTestFailed(() => platform.tell())
    const before = await selectors()
    const upgrade = new Episode(platform)
    await platform.expectNothingConflated()
    await platform.helm('upgrade', twoEach)
    await settled()
    expect(await selectors()).toEqual(before)
    upgrade.report('helm upgrade 0.1.0 to 0.2.0')
    upgrade.expectAnnounced({ atLeast: 200 })
    await upgrade.expectNothingLost()

    const rollback = new Episode(platform)
    await helm('rollback', release, '--namespace', 'upgrade', '--wait', '--timeout', '180s')
    await settled()
    expect(await selectors()).toEqual(before)
    rollback.report('helm rollback to 0.1.0')
    rollback.expectAnnounced({ atLeast: 200 })
    await rollback.expectNothingLost()
  },
  8 * minute,
)

async function settled(): Promise<void> {
  for (const component of ['gateway', 'marketdata', 'publisher']) await platform.untilSettled(component, 2)
  await platform.untilFresh()
}

async function selectors(): Promise<Record<string, unknown>> {
  const text = await platform.kubectl('get', 'deployments', '--output', 'json')
  const { items } = JSON.parse(text) as { items: { metadata: { name: string }; spec: { selector: unknown } }[] }
  return Object.fromEntries(items.map(({ metadata, spec }) => [metadata.name, spec.selector]))
}

/** Of the commit before the one that raised the chart's version. */
async function buildPreviousImages(): Promise<void> {
  const search = ['log', '--format=%H', '-S', 'version: 0.2.0', '--', 'charts/quotewire/Chart.yaml']
  const raised = (await run('git', search)).trim().split('\n').at(-1)
  for (const image of images) {
    const file = `Dockerfile.${image.replace('quotewire-', '')}`
    const build = `git archive ${raised}^ | docker build --quiet --file ${file} --tag ${image}:0.1.0 -`
    await run('bash', ['-o', 'pipefail', '-c', build], { timeoutMs: 8 * minute })
  }
  const names = images.map((image) => `${image}:0.1.0`)
  await run('kind', ['load', 'docker-image', ...names, '--name', settings.cluster], { timeoutMs: 5 * minute })
}
