/** Which alerts there are: none that could not end. */
import { describe, expect, test } from 'vitest'
import { type Manifest, manifests } from './manifests.ts'
import { describeWithHelm, helmTemplate, objectNamed, releaseObjects } from './testing/helm.ts'

const common = [
  'QuotewireNoUpstream',
  'QuotewireGaps',
  'QuotewireSlowClients',
  'QuotewireTiersRefused',
  'QuotewirePublisherFenced',
]
const ofPublisher = 'QuotewireNobodyPublishes'

describe.each([true, false])('with publisher.enabled %s', (enabled) => {
  const expected = new Set(enabled ? [...common, ofPublisher] : common)
  const values = { publisher: { enabled }, monitoring: { prometheusRule: true } }

  test('the plain manifests alert that nobody publishes only where a publisher runs', () => {
    const objects = manifests({ values, releaseName: 'quotewire', namespace: 'here', managedBy: 'Helm' })
    expect(alertsOf(objects)).toEqual(expected)
  })

  describeWithHelm('and Helm', () => {
    test('the chart alerts that nobody publishes only where a publisher runs', () => {
      expect(alertsOf(releaseObjects(helmTemplate('quotewire', values)))).toEqual(expected)
    })
  })
})

function alertsOf(objects: readonly Manifest[]): Set<string> {
  const { spec } = objectNamed(objects, 'monitoring.coreos.com/v1 PrometheusRule quotewire')
  const { groups } = spec as { readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[] }
  return new Set(groups.flatMap(({ rules }) => rules.map(({ alert }) => alert)))
}
