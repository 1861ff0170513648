/**
 * `npm run bench:check [-- --write]`: whether a change made the platform slower. Runs the scenarios that have ratios in
 * their short form, one after the other, and compares each ratio with bench/committed.json; `--write` commits what it
 * measured instead, the medians of three runs.
 *
 * Ratios only: both sides of one were measured in the same run on the same machine, so the machine's moods hit both. They
 * differ between kinds of processors all the same, by up to a quarter, so the file has them by kind; for a kind that is not
 * in it, the lowest of each counts. More is better in every one of them.
 *
 * Ends with 1 where a ratio is too low, and with 2 where a scenario says twice that the machine cannot measure it
 * (support/limits.ts): that is told apart, for it says nothing about the change.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { loadScenario } from './main.ts'
import { CannotMeasure, couldNotMeasureCode, inAttempts } from './support/limits.ts'
import { median } from './support/stats.ts'

/** What of the committed ratio must be reached: what is below is more than the noise of a short run. */
const allowedShare = 0.85
const mostAttempts = 2
const scenarioNames = ['fan-out', 'founding', 'memory'] as const
const processor = cpus()[0]?.model.trim() ?? 'unknown'
const committedFile = join(import.meta.dirname, 'committed.json')

export const exitCodes = { passed: 0, failed: 1, couldNotMeasure: couldNotMeasureCode } as const

type Say = (line: string) => void

export type Figures = Readonly<Record<string, number>>

export interface Comparison {
  readonly figure: string
  readonly measured: number | undefined
  readonly committed: number | undefined
  /** Least that passes. */
  readonly allowed: number | undefined
  readonly verdict: 'ok' | 'too low' | 'not measured' | 'not committed'
}

/** Of this kind of processor; else the lowest of each over all kinds, so that something is asked everywhere. */
export function committedFor(kind: string, kinds: Readonly<Record<string, Figures>>): Figures {
  const own = kinds[kind]
  if (own) return own
  const lowest: Record<string, number> = {}
  for (const figures of Object.values(kinds)) {
    for (const [name, ratio] of Object.entries(figures)) lowest[name] = Math.min(lowest[name] ?? ratio, ratio)
  }
  return lowest
}

/** Each figure of either side that is a ratio, by name. Throws where a committed figure is no ratio above 0. */
export function compareRatios(committed: Figures, measured: Figures): readonly Comparison[] {
  for (const [figure, ratio] of Object.entries(committed)) {
    if (!isRatio(figure) || !Number.isFinite(ratio) || ratio <= 0) {
      throw new Error(`bench/committed.json: ${figure}: ${ratio} is no ratio; name it …Ratio and give a number above 0`)
    }
  }
  const figures = new Set([...Object.keys(committed), ...Object.keys(measured).filter(isRatio)])
  return [...figures].sort().map((figure) => compareRatio(figure, committed[figure], measured[figure]))
}

function compareRatio(figure: string, committed: number | undefined, measured: number | undefined): Comparison {
  if (committed === undefined) return { figure, measured, committed, allowed: undefined, verdict: 'not committed' }
  const allowed = committed * allowedShare
  if (measured === undefined) return { figure, measured, committed, allowed, verdict: 'not measured' }
  // Not `measured < allowed`: NaN has to fail.
  return { figure, measured, committed, allowed, verdict: measured >= allowed ? 'ok' : 'too low' }
}

/** A ratio that is not committed is only told. */
export function hasPassed(comparisons: readonly Comparison[]): boolean {
  return comparisons.every(({ verdict }) => verdict === 'ok' || verdict === 'not committed')
}

export function formatTable(comparisons: readonly Comparison[]): string {
  const lines = comparisons.map(({ figure, measured, committed, allowed, verdict }) => [
    figure,
    ...[measured, committed, allowed].map((ratio) => ratio?.toFixed(2) ?? '-'),
    verdict,
  ])
  const cells = [['figure', 'measured', 'committed', 'allowed', ''], ...lines]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)))
  const padded = (line: readonly string[]) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
  return cells.map((line) => padded(line).join('  ').trimEnd()).join('\n')
}

/** Of a check that tells whether it passed. */
export async function exitCodeOf(check: () => Promise<boolean>, say: Say): Promise<number> {
  try {
    return (await check()) ? exitCodes.passed : exitCodes.failed
  } catch (error) {
    if (!(error instanceof CannotMeasure)) throw error
    say(`bench:check could not measure, which says nothing about the change: ${error.message}`)
    return exitCodes.couldNotMeasure
  }
}

function isRatio(figure: string): boolean {
  return figure.endsWith('Ratio')
}

async function measure(): Promise<Figures> {
  const figures: Record<string, number> = {}
  for (const name of scenarioNames) {
    const scenario = await loadScenario(name)
    const startedMs = performance.now()
    const log = (line: string) => say(`${name}: ${line}`)
    const result = await inAttempts(mostAttempts, () => scenario.run({ isShort: true, log }), log)
    for (const [figure, value] of Object.entries(result.figures)) {
      if (Object.hasOwn(figures, figure))
        throw new Error(`${figure} is a figure of two scenarios; rename the one of ${name}`)
      figures[figure] = value
    }
    say(`${name}: ${Math.round((performance.now() - startedMs) / 1000)} s`)
  }
  return figures
}

/**
 * Another process may have had the machine for the second that one side was measured in: where a ratio is too low, all is
 * measured twice more, and the medians count.
 */
async function measureFor(committed: Figures): Promise<Figures> {
  const first = await measure()
  const failed = failedOf(compareRatios(committed, first))
  if (failed.length === 0) return first
  say(`too low: ${failed.join(', ')}; twice more, and the medians count`)
  return medians([first, await measure(), await measure()])
}

function readCommitted(): Readonly<Record<string, Figures>> {
  return JSON.parse(readFileSync(committedFile, 'utf8')) as Record<string, Figures>
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function mediansOfThree(): Promise<Figures> {
  return medians([await measure(), await measure(), await measure()])
}

function medians(runs: readonly Figures[]): Figures {
  const names = Object.keys(runs[0] ?? {})
  return Object.fromEntries(names.map((name) => [name, median(runs.map((figures) => figures[name] ?? Number.NaN))]))
}

function commit(figures: Figures): void {
  const ratios = Object.entries(figures).flatMap(([name, value]) =>
    isRatio(name) ? [[name, Number(value.toPrecision(3))] as const] : [],
  )
  const all = { ...readCommitted(), [processor]: Object.fromEntries(ratios.sort()) }
  writeFileSync(committedFile, `${JSON.stringify(all, undefined, 2)}\n`)
}

function failedOf(comparisons: readonly Comparison[]): string[] {
  return comparisons.filter((comparison) => !hasPassed([comparison])).map(({ figure }) => figure)
}

async function write(): Promise<boolean> {
  commit(await mediansOfThree())
  return true
}

async function check(): Promise<boolean> {
  const committed = committedFor(processor, readCommitted())
  const comparisons = compareRatios(committed, await measureFor(committed))
  say(`\n${formatTable(comparisons)}\n`)
  for (const { figure, verdict } of comparisons) {
    if (verdict === 'not committed') say(`${figure} is not in bench/committed.json: add it to have it checked`)
    if (verdict === 'not measured') say(`${figure} is in bench/committed.json and was not measured`)
  }
  const failed = failedOf(comparisons)
  say(
    failed.length === 0
      ? 'bench:check passed'
      : `bench:check failed: ${failed.join(', ')} (at least ${allowedShare} of the committed ratio is asked)`,
  )
  return failed.length === 0
}

if (import.meta.main) process.exitCode = await exitCodeOf(process.argv.includes('--write') ? write : check, say)
