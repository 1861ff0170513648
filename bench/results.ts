/**
 * The last honest run: bench/results.json, one entry a scenario, and its form in Markdown.
 *
 * In:  what a scenario measured, with the machine, the versions and the date.
 * Out: tables for bench/README.md and README.md (scripts/generate.ts writes them).
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Result } from './support/scenario.ts'

export interface ScenarioResult extends Result {
  readonly title: string
  /** ISO date. */
  readonly date: string
  readonly machine: string
  readonly versions: string
  /** How long it took. */
  readonly seconds: number
}

export type Results = Readonly<Record<string, ScenarioResult>>

const file = join(import.meta.dirname, 'results.json')

export function readResults(): Results {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : {}
}

/** In the order of their names, figures rounded, so that a diff shows what changed. */
export function writeResults(results: Results): void {
  const sorted = Object.fromEntries(Object.entries(results).sort(([a], [b]) => a.localeCompare(b)))
  const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)
  writeFileSync(file, `${JSON.stringify(sorted, rounded, 2)}\n`)
}

export function measuredOn(): Pick<ScenarioResult, 'date' | 'machine' | 'versions'> {
  const memoryGiB = Math.round(totalmem() / 2 ** 30)
  const redis = /v=(\S+)/.exec(execFileSync('redis-server', ['--version'], { encoding: 'utf8' }))?.[1]
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${memoryGiB} GiB`,
    versions: `Node ${process.versions.node}, Redis ${redis ?? 'unknown'}`,
  }
}

export function formatMarkdown({
  title,
  columns,
  rows,
  notes,
  date,
  machine,
  versions,
  seconds,
}: ScenarioResult): string {
  const lines = [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  const said = notes.map((note) => `- ${note}`)
  return [`### ${title}`, '', ...lines, '', ...said, '', `${date}, ${machine}; ${versions}; ${seconds} s.`].join('\n')
}
