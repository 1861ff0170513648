/** What a QuotewirePlatform may say, and what it may not. */
import { expect, test } from 'vitest'
import { pathOf } from '../services/operator/kubernetes-objects.ts'
import { platformManifests } from '../services/operator/platform-manifests.ts'
import { manifests } from './manifests.ts'
import { platformSchema, valuesOfPlatform } from './platform-values.ts'
import { ciFiles, readValues } from './testing/helm.ts'

const auth = { existingSecret: 'tokens' }

test('its objects are those of the chart with the same values', () => {
  const spec = { auth, gateway: { replicas: 3 }, redis: { mode: 'external', url: 'redis://redis:6379' } }
  const chart = { values: spec, releaseName: 'blue', namespace: 'here', managedBy: 'quotewire-operator' }
  expect(platformManifests({ name: 'blue', namespace: 'here', spec })).toEqual(manifests(chart))
})

test('what would lend the operator’s rights is dropped, in the schema and when it is applied', () => {
  const spec = {
    auth,
    extraManifests: [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mine' } }],
    gateway: {
      merge: { deployment: { spec: { replicas: 77 } } },
      extraVolumes: [{ name: 'node', hostPath: { path: '/' } }],
      extraVolumeMounts: [{ name: 'node', mountPath: '/node' }],
      serviceAccount: { name: 'admin', create: false },
      replicas: 2,
    },
    operator: { enabled: true },
    fullnameOverride: 'other',
  }
  const plain = { auth, gateway: { replicas: 2, serviceAccount: { create: false } } }
  expect(platformManifests({ name: 'b', namespace: 'here', spec })).toEqual(
    platformManifests({ name: 'b', namespace: 'here', spec: plain }),
  )
  const text = JSON.stringify(platformSchema())
  for (const name of ['merge', 'extraManifests', 'extraVolumes', 'extraVolumeMounts', 'operator', 'streamTest']) {
    expect(text).not.toContain(`"${name}":`)
  }
})

test('no Secret, Role, ClusterRole or binding comes of it, and every kind has a path', () => {
  for (const file of ciFiles) {
    const objects = platformManifests({ name: 'b', namespace: 'here', spec: { ...(readValues(file) as object), auth } })
    expect(objects.length).toBeGreaterThan(3)
    for (const { apiVersion, kind, metadata } of objects as {
      apiVersion: string
      kind: string
      metadata: { name: string }
    }[]) {
      expect(kind).not.toMatch(/Secret|Role/)
      expect(pathOf({ apiVersion, kind, name: metadata.name }, 'here')).toContain('/namespaces/here/')
    }
  }
})

test('values that are wrong are told by the words of the chart', () => {
  const build = (spec: object) => () => platformManifests({ name: 'b', namespace: 'here', spec })
  expect(build({ auth, redis: { mode: 'external' } })).toThrow('redis.url or redis.urlSecret.name is required')
  expect(build({ auth, gateway: { replicas: -1 } })).toThrow('gateway.replicas')
  expect(build({ auth, gatway: {} })).toThrow('gatway')
})

test('a spec that says nothing is one that says the defaults', () => {
  expect(valuesOfPlatform({})).toEqual({ operator: { enabled: false } })
})
