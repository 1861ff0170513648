/** The chart and the plain manifests are one definition: for each example they have to give the same objects. */
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { chartFolder } from './chart-facts.ts'
import { manifests } from './manifests.ts'
import { ciFiles, describeWithHelm, helm, helmTemplate, identity, readValues, releaseObjects } from './testing/helm.ts'

/** As long as Helm allows. */
const longName = 'a-release-whose-name-is-as-long-as-helm-will-allow-it'

describeWithHelm('the chart with Helm', () => {
  for (const file of ciFiles) {
    test(`gives the objects of the plain manifests with ci/${basename(file)}`, () => {
      for (const releaseName of ['quotewire', 'blue', 'just-short-enough-for-a-plain-one', longName]) {
        const fromHelm = byIdentity(releaseObjects(helmTemplate(releaseName, file)))
        const plain = byIdentity(plainObjects(readValues(file), releaseName))
        expect([...fromHelm.keys()]).toEqual([...plain.keys()])
        for (const [name, object] of plain) expect(fromHelm.get(name), name).toEqual(object)
      }
    })

    test(`passes helm lint --strict with ci/${basename(file)}`, () => {
      const { stdout, stderr } = helm(['lint', '--strict', chartFolder, '--values', file])
      expect(stdout + stderr).toContain('0 chart(s) failed')
    })
  }

  test('without an existing Secret it makes one more object, the Secret', () => {
    const fromHelm = releaseObjects(helmTemplate('quotewire', {})).map(identity)
    const plain = plainObjects({}, 'quotewire').map(identity)
    expect(fromHelm.filter((name) => !plain.includes(name))).toEqual(['v1 Secret quotewire-secrets'])
    expect(plain.filter((name) => !fromHelm.includes(name))).toEqual([])
  })

  test('can be a subchart: a parent may set global, and enabled', () => {
    expect(helmTemplate('quotewire', { enabled: true, global: { other: 'of the parent' } }).stderr).toBe('')
  })
})

function plainObjects(values: object, releaseName: string) {
  return manifests({ values, releaseName, namespace: 'here', managedBy: 'Helm' })
}

function byIdentity(objects: ReturnType<typeof plainObjects>) {
  const sorted = objects.map((object) => [identity(object), object] as const).sort(([a], [b]) => (a < b ? -1 : 1))
  expect(new Set(sorted.map(([name]) => name)).size).toBe(objects.length)
  return new Map(sorted)
}
