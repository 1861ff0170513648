/** skaffold.yaml speaks of values, files and names that exist; Skaffold itself is not run here. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { manifests } from './manifests.ts'
import { completeValues } from './values.ts'

const root = dirname(import.meta.dirname)
const text = readFileSync(join(root, 'skaffold.yaml'), 'utf8')
const config = parse(text)
const [release] = config.deploy.helm.releases

test('every value that is set is one of the chart, and they are valid together', () => {
  const set = { ...release.setValueTemplates, ...config.profiles[0].patches[0].value }
  const given: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(set)) put(given, path.split('.'), value)
  expect(() => completeValues(given)).not.toThrow()
  expect(Object.keys(set).length).toBeGreaterThan(8)
})

test('images are built from files that are there, and set by their own names', () => {
  for (const { image, docker } of config.build.artifacts) {
    expect(existsSync(join(root, docker.dockerfile))).toBe(true)
    const name = image.replaceAll('-', '_')
    expect(Object.values(release.setValueTemplates)).toContain(`{{.IMAGE_REPO_${name}}}`)
    expect(Object.values(release.setValueTemplates)).toContain(`{{.IMAGE_TAG_${name}}}`)
  }
})

test('the Service that is forwarded is one of the release', () => {
  const objects = manifests({ values: {}, releaseName: release.name, namespace: 'default', managedBy: 'Helm' })
  const [{ resourceName, port }] = config.portForward
  const services = objects.filter(({ kind }) => kind === 'Service')
  expect(services.map(({ metadata, spec }) => ({ metadata, spec }))).toContainEqual({
    metadata: expect.objectContaining({ name: resourceName }),
    spec: expect.objectContaining({ ports: [expect.objectContaining({ port })] }),
  })
})

test('the least versions of Skaffold are those of the schema and of Helm 4, here and in the README', () => {
  expect(config.apiVersion).toBe('skaffold/v4beta11')
  for (const page of [text, readFileSync(join(root, 'README.md'), 'utf8')]) {
    // 2.12.0 brought v4beta11, 2.17.0 Helm 4; Helm 4.1.4 refuses the plugin that 2.17 and 2.18 bring for it.
    expect(page).toContain('2.12 with Helm 3, 2.17 with Helm 4')
    expect(page.replaceAll(/\s+#?\s*/g, ' ')).toContain('2.19 from Helm 4.1.4 on')
    expect(page.toLowerCase()).toContain('checked against its schema')
  }
})

function put(into: Record<string, unknown>, [first = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    into[first] = value
    return
  }
  into[first] ??= {}
  put(into[first] as Record<string, unknown>, rest, value)
}

test('the profile of the operator: its image, values of the chart, and the CRDs before the release', () => {
  const { patches } = config.profiles.find(({ name }: { name: string }) => name === 'operator')
  const at = (path: string) => patches.filter((patch: { path: string }) => patch.path.startsWith(path))
  const [artifact] = at('/build/artifacts')
  expect(existsSync(join(root, artifact.value.docker.dockerfile))).toBe(true)
  const prefix = '/deploy/helm/releases/0/setValueTemplates/'
  const set = Object.fromEntries(
    at(prefix).map(({ path, value }: { path: string; value: string }) => [path.slice(prefix.length), value]),
  )
  const given: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(set)) put(given, path.split('.'), value === 'true' ? true : value)
  expect(completeValues(given)).toMatchObject({ operator: { enabled: true }, tiers: { resources: true } })
  expect(set['operator.image.repository']).toBe(`{{.IMAGE_REPO_${artifact.value.image.replaceAll('-', '_')}}}`)
  // Patches apply in their order: the first release is the other one from this one on.
  expect(patches.at(-1).value.name).toBe('quotewire-crds')
  expect(existsSync(join(root, patches.at(-1).value.chartPath, 'Chart.yaml'))).toBe(true)
})
