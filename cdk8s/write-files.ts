/**
 * What is generated in charts/ and deploy/. What is written by hand there (helpers, NOTES.txt, the Secret, the
 * test) stays; a generated template that no builder gives any more is stale, and removed.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Yaml } from 'cdk8s'
import { chartFolder } from './chart-facts.ts'
import { customResourceDefinitions } from './crds.ts'
import { manifests } from './manifests.ts'
import { chartTemplates, generatedMark } from './templates.ts'
import { valuesSchemaJson, valuesTable, valuesYaml } from './values-files.ts'

const deployFolder = join(import.meta.dirname, '../deploy')
const crdsFolder = join(chartFolder, '../quotewire-crds/templates')
const templatesFolder = join(chartFolder, 'templates')

export function writeKubernetesFiles(): void {
  for (const file of staleTemplates()) rmSync(file)
  for (const [file, text] of kubernetesFiles()) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

/** Text by absolute path. */
export function kubernetesFiles(): ReadonlyMap<string, string> {
  const readme = join(chartFolder, 'README.md')
  const streamTest = readFileSync(join(import.meta.dirname, 'chart/stream-test.mjs'), 'utf8')
  return new Map([
    ...[...chartTemplates()].map(([path, text]): [string, string] => [join(templatesFolder, path), text]),
    [join(chartFolder, 'values.yaml'), valuesYaml()],
    [join(chartFolder, 'values.schema.json'), valuesSchemaJson()],
    [readme, withTable(readFileSync(readme, 'utf8'))],
    [join(chartFolder, 'files/stream-test.mjs'), streamTest],
    [join(deployFolder, 'quotewire.yaml'), plainManifests()],
    ...customResourceDefinitions().map(({ plural, object }): [string, string] => [
      join(crdsFolder, `${plural}.yaml`),
      `# ${generatedMark}\n${Yaml.stringify(object)}`,
    ]),
  ])
}

export function staleTemplates(): string[] {
  const templates = chartTemplates()
  const paths = readdirSync(templatesFolder, { recursive: true, encoding: 'utf8' })
  return paths
    .filter((path) => path.endsWith('.yaml') && !templates.has(path))
    .map((path) => join(templatesFolder, path))
    .filter((file) => readFileSync(file, 'utf8').includes(generatedMark))
}

function plainManifests(): string {
  const objects = manifests({ values: {}, releaseName: 'quotewire', namespace: 'default', managedBy: 'kubectl' })
  return `# ${generatedMark} See README.md.\n${Yaml.stringify(...objects)}`
}

function withTable(readme: string): string {
  const [begin, end] = ['<!-- values -->', '<!-- /values -->']
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the chart's README.md has no ${begin} … ${end}`)
  return `${readme.slice(0, from)}${begin}\n${valuesTable()}\n${readme.slice(to)}`
}
