/** The real Helm, for tests that compare. Skipped with the reason in the name where it is absent, except in CI. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { chartFolder } from '../chart-facts.ts'
import type { Manifest } from '../manifests.ts'

const howToGetIt = 'helm is not installed: https://helm.sh/docs/intro/install, or brew install helm'
const isInstalled = spawnSync('helm', ['version']).status === 0

export function describeWithHelm(name: string, suite: () => void): void {
  // biome-ignore lint/style/noProcessEnv: CI tells itself by this variable
  const isCi = process.env.CI === 'true'
  if (isInstalled) describe(name, suite)
  else if (!isCi) describe.skip(`${name} (skipped: ${howToGetIt})`, suite)
  else {
    test(`${name} needs helm`, () => {
      throw new Error(howToGetIt)
    })
  }
}

export interface HelmResult {
  readonly ok: boolean
  readonly stdout: string
  readonly stderr: string
}

export function helm(args: readonly string[], stdin = ''): HelmResult {
  const { status, stdout, stderr } = spawnSync('helm', args, { encoding: 'utf8', input: stdin, maxBuffer: 2 ** 26 })
  return { ok: status === 0, stdout, stderr }
}

/** `helm template` of the chart with values, given as an object or as the path of a file. */
export function helmTemplate(release: string, values: object | string): HelmResult {
  const args = ['template', release, chartFolder, '--namespace', 'here', '--values']
  return typeof values === 'string' ? helm([...args, values]) : helm([...args, '-'], JSON.stringify(values))
}

/** What a release consists of; its tests apart, which `helm test` runs later. */
export function releaseObjects(result: HelmResult): Manifest[] {
  return objectsOf(result).filter((object) => !belongsToTest(object))
}

/** What `helm test` runs. */
export function testObjects(result: HelmResult): Manifest[] {
  return objectsOf(result).filter(belongsToTest)
}

function objectsOf({ ok, stdout, stderr }: HelmResult): Manifest[] {
  if (!ok) throw new Error(stderr)
  const objects = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest | null)
  return objects.filter((object) => object !== null)
}

export const ciFiles: readonly string[] = readdirSync(join(chartFolder, 'ci')).map((name) =>
  join(chartFolder, 'ci', name),
)

export function readValues(file: string): object {
  return parse(readFileSync(file, 'utf8')) as object
}

/** `apps/v1 Deployment quotewire-gateway`. */
export function identity(object: Manifest): string {
  return `${object.apiVersion} ${object.kind} ${(object.metadata as { name: string }).name}`
}

/** Throws where there is none. */
export function objectNamed(objects: readonly Manifest[], name: string): Manifest {
  const found = objects.find((object) => identity(object) === name)
  if (found === undefined) throw new Error(`there is no ${name}, only ${objects.map(identity).join(', ')}`)
  return found
}

function belongsToTest(object: Manifest): boolean {
  const { annotations } = object.metadata as { annotations?: Record<string, string> }
  return annotations?.['helm.sh/hook'] !== undefined
}
