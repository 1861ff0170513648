/** Which alerts there are: none that could not end. */
import { describe, expect, test } from 'vitest'
import { type Manifest, manifests } from './manifests.ts'
import { describeWithHelm, helmTemplate, objectNamed, releaseObjects } from './testing/helm.ts'

const common = [
  'QuotewireNotScrapedGateway',
  'QuotewireNotScrapedMarketdata',
  'QuotewireNoUpstream',
  'QuotewireGaps',
  'QuotewireSlowClients',
  'QuotewireGatewaysFull',
  'QuotewireConnectionsUncounted',
  'QuotewireRevocationsUnheard',
  'QuotewireTiersRefused',
  'QuotewirePublisherFenced',
]
const ofPublisher = ['QuotewireNotScrapedPublisher', 'QuotewireNobodyPublishes', 'QuotewireFeedFails']
const ofOperator = ['QuotewireOperatorGone', 'QuotewireAutoscalerFrozen']

describe.each([true, false])('with publisher.enabled and operator.enabled %s', (enabled) => {
  const expected = new Set(enabled ? [...common, ...ofPublisher, ...ofOperator] : common)
  const values = { publisher: { enabled }, operator: { enabled }, monitoring: { prometheusRule: true } }

  test('the plain manifests alert of publisher and operator only where they run', () => {
    const objects = manifests({ values, releaseName: 'quotewire', namespace: 'here', managedBy: 'Helm' })
    expect(alertsOf(objects)).toEqual(expected)
  })

  describeWithHelm('and Helm', () => {
    test('the chart alerts of publisher and operator only where they run', () => {
      expect(alertsOf(releaseObjects(helmTemplate('quotewire', values)))).toEqual(expected)
    })
  })
})

function alertsOf(objects: readonly Manifest[]): Set<string> {
  const { spec } = objectNamed(objects, 'monitoring.coreos.com/v1 PrometheusRule quotewire')
  const { groups } = spec as { readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[] }
  return new Set(groups.flatMap(({ rules }) => rules.map(({ alert }) => alert)))
}
