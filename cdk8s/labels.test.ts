/** Labels of every object: those of the templates that are written by hand are those of the others. */
import { expect, test } from 'vitest'
import { chartFacts } from './chart-facts.ts'
import { evaluate } from './evaluate.ts'
import { type Manifest, manifests } from './manifests.ts'
import { type Component, labels } from './names.ts'
import { describeWithHelm, helmTemplate, objectNamed, releaseObjects, testObjects } from './testing/helm.ts'
import { completeValues } from './values.ts'

const given = {
  commonLabels: { team: 'markets', release: 'platform', 'example.com/odd': '1e3 <"{{ x }}">' },
  monitoring: { mode: 'podMonitor', labels: { release: 'prometheus' } },
}
const release = { Name: 'blue', Namespace: 'here', Service: 'Helm' }
const monitor = 'monitoring.coreos.com/v1 PodMonitor blue-quotewire'

test('monitoring.labels win over commonLabels in the plain manifests', () => {
  const objects = manifests({ values: given, releaseName: 'blue', namespace: 'here', managedBy: 'Helm' })
  expect(labelsOf(objectNamed(objects, monitor))).toMatchObject({ team: 'markets', release: 'prometheus' })
})

describeWithHelm('with Helm', () => {
  const result = helmTemplate('blue', given)

  test('monitoring.labels win over commonLabels', () => {
    const found = objectNamed(releaseObjects(result), monitor)
    expect(labelsOf(found)).toMatchObject({ team: 'markets', release: 'prometheus' })
  })

  test('the Secret has the labels of an object without a component', () => {
    expect(labelsOf(objectNamed(releaseObjects(result), 'v1 Secret blue-quotewire-secrets'))).toEqual(expected())
  })

  test('the pod of helm test and its ConfigMap have those of their component', () => {
    for (const kind of ['Pod', 'ConfigMap']) {
      const found = objectNamed(testObjects(result), `v1 ${kind} blue-quotewire-stream-test`)
      expect(labelsOf(found), kind).toEqual(expected('stream-test'))
    }
  })

  test('no object is without commonLabels', () => {
    for (const object of [...releaseObjects(result), ...testObjects(result)]) {
      expect(labelsOf(object)).toMatchObject({ team: 'markets', 'example.com/odd': '1e3 <"{{ x }}">' })
    }
  })
})

function expected(component?: Component): unknown {
  return evaluate(labels(component), { values: completeValues(given), release, chart: chartFacts })
}

function labelsOf({ metadata }: Manifest): unknown {
  return (metadata as { readonly labels: unknown }).labels
}
