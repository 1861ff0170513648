/** Who says `replicas` over the revisions of a release: what upgrades see of the running one, by `lookup`. */
import { expect, test } from 'vitest'
import type { Manifest } from './manifests.ts'
import { ApiServer } from './testing/api-server.ts'
import { describeWithHelm, objectNamed } from './testing/helm.ts'

const annotation = 'quotewire.dev/replicas-from'

describeWithHelm('replicas, as upgrades render them,', () => {
  test.each(['gateway', 'marketdata'])('are never said of %s that began in an autoscaled mode', async (component) => {
    await using cluster = await ApiServer.start()
    const installed = await render(cluster, component, 'operator')
    expect(summary(installed)).toEqual({ origin: 'autoscaler' })
    cluster.set(scaled(installed, 30))
    const upgraded = await render(cluster, component, 'operator')
    expect(summary(upgraded)).toEqual({ origin: 'autoscaler' })
    cluster.set(scaled(upgraded, 3))
    expect(summary(await render(cluster, component, 'operator'))).toEqual({ origin: 'autoscaler' })
  })

  test.each(['gateway', 'marketdata'])('are those of the cluster for %s that began in mode none', async (component) => {
    await using cluster = await ApiServer.start()
    const installed = await render(cluster, component, 'none')
    expect(summary(installed)).toEqual({ origin: 'manifest', replicas: 2 })
    cluster.set(scaled(installed, 7))
    const upgraded = await render(cluster, component, 'operator')
    expect(summary(upgraded)).toEqual({ origin: 'manifest', replicas: 7 })
    cluster.set(scaled(upgraded, 30))
    expect(summary(await render(cluster, component, 'operator'))).toEqual({ origin: 'manifest', replicas: 30 })
  })

  test('are those of the cluster where a chart before the annotation made the Deployment', async () => {
    await using cluster = await ApiServer.start()
    const { metadata, ...installed } = await render(cluster, 'gateway', 'operator')
    const { name } = metadata as { readonly name: string }
    for (const annotations of [undefined, {}, { other: 'one' }]) {
      cluster.set(scaled({ ...installed, metadata: { name, annotations } }, 4))
      expect(summary(await render(cluster, 'gateway', 'operator'))).toEqual({ origin: 'manifest', replicas: 4 })
    }
  })

  test('are not said where the cluster has 0: an HPA would stay off', async () => {
    await using cluster = await ApiServer.start()
    cluster.set(scaled(await render(cluster, 'gateway', 'none'), 0))
    expect(summary(await render(cluster, 'gateway', 'operator'))).toEqual({ origin: 'manifest' })
  })

  test('are those of the values again in mode none, and their origin the manifest from then on', async () => {
    await using cluster = await ApiServer.start()
    cluster.set(scaled(await render(cluster, 'gateway', 'operator'), 30))
    const fixed = await render(cluster, 'gateway', 'none')
    expect(summary(fixed)).toEqual({ origin: 'manifest', replicas: 2 })
    cluster.set(scaled(fixed, 5))
    expect(summary(await render(cluster, 'gateway', 'operator'))).toEqual({ origin: 'manifest', replicas: 5 })
  })
})

async function render(cluster: ApiServer, component: string, mode: string): Promise<Manifest> {
  const objects = await cluster.render({ [component]: { autoscaling: { mode } } })
  return objectNamed(objects, `apps/v1 Deployment quotewire-${component}`)
}

function scaled(deployment: Manifest, replicas: number): Manifest {
  return { ...deployment, spec: { ...(deployment.spec as object), replicas } }
}

function summary({ metadata, spec }: Manifest): object {
  const { annotations } = metadata as { readonly annotations: Readonly<Record<string, string>> }
  const { replicas } = spec as { readonly replicas?: number }
  return { origin: annotations[annotation], ...(replicas === undefined ? {} : { replicas }) }
}
