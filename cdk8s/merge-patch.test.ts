/** The escape hatch: both worlds merge a patch in the same way. */
import { expect, test } from 'vitest'
import { type Manifest, manifests, mergePatch } from './manifests.ts'
import { describeWithHelm, helmTemplate, objectNamed, releaseObjects } from './testing/helm.ts'

const removed = { $patch: 'delete' }
const patch = {
  metadata: { annotations: { note: 'kept', gone: removed }, labels: { 'app.kubernetes.io/part-of': null } },
  spec: {
    progressDeadlineSeconds: removed,
    strategy: { type: 'Recreate', rollingUpdate: { ...removed, maxSurge: 3 } },
    paused: false,
    template: { spec: { containers: [{ name: 'whole', other: removed }] } },
  },
}

test('{$patch: delete} removes a key as null does, whatever else it holds; a list replaces as it is', () => {
  const target = { a: { x: 1, y: 2 }, b: { z: 3 }, c: 4 }
  expect(mergePatch(target, { a: { x: removed }, b: { $patch: 'delete', z: 5 }, c: null })).toEqual({ a: { y: 2 } })
  expect(mergePatch({ a: 1 }, { a: { b: removed, c: null, d: 1 }, e: [removed] })).toEqual({
    a: { d: 1 },
    e: [removed],
  })
  expect(mergePatch({ a: 1 }, { a: { $patch: 'other' }, b: 'delete' })).toEqual({ a: { $patch: 'other' }, b: 'delete' })
})

describeWithHelm('the chart', () => {
  test('merges as the plain manifests do', () => {
    const values = { gateway: { merge: { deployment: patch } } }
    const plain = gateway(manifests({ values, releaseName: 'quotewire', namespace: 'here', managedBy: 'Helm' }))
    expect(plain.spec).not.toHaveProperty('progressDeadlineSeconds')
    expect(plain.spec).toMatchObject({ strategy: { type: 'Recreate' }, paused: false })
    expect(gateway(releaseObjects(helmTemplate('quotewire', values)))).toEqual(plain)
  })
})

function gateway(objects: readonly Manifest[]): Manifest {
  return objectNamed(objects, 'apps/v1 Deployment quotewire-gateway')
}
