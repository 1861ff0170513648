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
  /** Of what was measured. */
  readonly commit: string
  /** How long it took. */
  readonly seconds: number
}

export type Results = Readonly<Record<string, ScenarioResult>>

const file = join(import.meta.dirname, 'results.json')

export function readResults(): Results {
  return existsSync(file) ? parseResults(readFileSync(file, 'utf8')) : {}
}

export function writeResults(results: Results): void {
  writeFileSync(file, formatResults(results))
}

export function parseResults(text: string): Results {
  return JSON.parse(text) as Results
}

/** In the order of their names, figures rounded, so that a diff shows what changed. */
export function formatResults(results: Results): string {
  const sorted = Object.fromEntries(Object.entries(results).sort(([a], [b]) => a.localeCompare(b)))
  const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)
  return `${JSON.stringify(sorted, rounded, 2)}\n`
}

/** HEAD. Throws where a file differs from it: what is measured has to have a name. The results themselves may. */
export function requireCommitted(): string {
  const changed = git(
    'status',
    '--porcelain',
    '--',
    ...['bench/results.json', 'bench/README.md', 'README.md'].map((path) => `:(top,exclude)${path}`),
  )
  if (changed !== '') throw new Error(`--write measures what is committed, and these are not:\n${changed}`)
  return headCommit()
}

export function headCommit(): string {
  return git('rev-parse', '--short=9', 'HEAD')
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', cwd: join(import.meta.dirname, '..') }).trim()
}

export function measuredOn(commit: string): Pick<ScenarioResult, 'date' | 'machine' | 'versions' | 'commit'> {
  const memoryGiB = Math.round(totalmem() / 2 ** 30)
  const redis = /v=(\S+)/.exec(execFileSync('redis-server', ['--version'], { encoding: 'utf8' }))?.[1]
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${memoryGiB} GiB`,
    versions: `Node ${process.versions.node}, Redis ${redis ?? 'unknown'}`,
    commit,
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
  commit,
  seconds,
}: ScenarioResult): string {
  const lines = [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  const said = notes.map((note) => `- ${note}`)
  return [
    `### ${title}`,
    '',
    ...lines,
    '',
    ...said,
    '',
    `${measuredWhere({ date, machine, versions })}; commit ${commit}; ${seconds} s.`,
  ].join('\n')
}

/** In one line. */
export function measuredWhere({ date, machine, versions }: Omit<ReturnType<typeof measuredOn>, 'commit'>): string {
  return `${date}, ${machine}; ${versions}`
}
