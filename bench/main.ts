/**
 * `npm run bench`: measures every scenario, or those that are named, one after the other, and prints their tables.
 *
 *   npm run bench -- [--short] [--write] [NAME …]
 *
 * `--short`: a few seconds a point. `--write`: what was measured becomes the last honest run (bench/results.json), from
 * which `npm run generate` writes the tables of bench/README.md and README.md. A scenario that finds the bench itself at
 * its limit is tried once more; then the others follow, and the run ends with 2. What was measured is kept.
 */
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import {
  formatMarkdown,
  headCommit,
  measuredOn,
  readResults,
  requireCommitted,
  type ScenarioResult,
  writeResults,
} from './results.ts'
import { CannotMeasure, couldNotMeasureCode, inAttempts } from './support/limits.ts'
import type { Result, Scenario } from './support/scenario.ts'
import { formatTargets } from './targets.ts'

export const scenarioNames = ['fan-out', 'ways', 'pipeline', 'founding', 'memory', 'slow', 'storm', 'ingest'] as const

const mostAttempts = 2

export async function loadScenario(name: string): Promise<Scenario> {
  const { scenario } = (await import(`./scenarios/${name}.ts`)) as { scenario: Scenario }
  return scenario
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Undefined: the machine could not measure it. */
async function resultOf(scenario: Scenario, isShort: boolean): Promise<Result | undefined> {
  const log = (line: string) => say(`${scenario.name}: ${line}`)
  try {
    return await inAttempts(mostAttempts, () => scenario.run({ isShort, log }), log)
  } catch (error) {
    if (!(error instanceof CannotMeasure)) throw error
    log(`could not measure: ${error.message}`)
    return undefined
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { short: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
  })
  const unknown = positionals.find((name) => !(scenarioNames as readonly string[]).includes(name))
  if (unknown) throw new Error(`${unknown} is no scenario; there are ${scenarioNames.join(', ')}`)
  if (values.short && values.write) throw new Error('a short run is not written: its points are a few seconds long')
  const commit = values.write ? requireCommitted() : headCommit()
  const run: Record<string, ScenarioResult> = {}
  for (const name of positionals.length > 0 ? positionals : scenarioNames) {
    const scenario = await loadScenario(name)
    const startedMs = performance.now()
    const result = await resultOf(scenario, values.short)
    if (!result) {
      process.exitCode = couldNotMeasureCode
      continue
    }
    const seconds = Math.round((performance.now() - startedMs) / 1000)
    const measured: ScenarioResult = { title: scenario.title, ...result, ...measuredOn(commit), seconds }
    run[name] = measured
    say(`\n${formatMarkdown(measured)}\n`)
    if (values.write && requireCommitted() !== commit) throw new Error('HEAD has moved: nothing is written')
    if (values.write) writeResults({ ...readResults(), [name]: measured })
  }
  say(formatTargets(run))
  if (values.write) execFileSync(process.execPath, ['scripts/generate.ts'], { stdio: 'inherit' })
}

if (import.meta.main) await main()
