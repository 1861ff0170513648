/**
 * `npm run bench`: measures every scenario, or those that are named, one after the other, and prints their tables.
 *
 *   npm run bench -- [--short] [--write] [NAME …]
 *
 * `--short`: a few seconds a point. `--write`: what was measured becomes the last honest run (bench/results.json), from
 * which `npm run generate` writes the tables of bench/README.md and README.md. A scenario that finds the bench itself at
 * its limit ends the run with an error; what was measured before it is kept.
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
import type { Scenario } from './support/scenario.ts'
import { formatTargets } from './targets.ts'

export const scenarioNames = ['fan-out', 'ways', 'pipeline', 'founding', 'memory', 'slow', 'storm', 'ingest'] as const

export async function loadScenario(name: string): Promise<Scenario> {
  const { scenario } = (await import(`./scenarios/${name}.ts`)) as { scenario: Scenario }
  return scenario
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
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
    const result = await scenario.run({ isShort: values.short, log: (line) => say(`${name}: ${line}`) })
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
