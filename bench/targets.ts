/** What the engine is to reach, and which figure of which scenario says whether it does. */
import { measuredWhere, type Results, type ScenarioResult } from './results.ts'

type Figures = ScenarioResult['figures']

export interface Target {
  readonly name: string
  readonly must: string
  readonly goal: string
  readonly scenario: string
  /** What was measured, in the words of `must`; undefined: a figure is missing. */
  readonly measured: (figures: Figures) => string | undefined
  /** Undefined: it is only told. */
  readonly isMet: ((figures: Figures) => boolean) | undefined
}

/** Memory of a connection, by a bare one. */
const mostTimesBare = 1.25

const at = (figures: Figures, name: string) => figures[name] ?? Number.NaN
/** A figure that is no number was not measured either; JSON makes null of it. */
const has = (figures: Figures, name: string) => Number.isFinite(figures[name])

/** Where more is better. */
function least(name: string, scenario: string, figure: string, must: number, goal: number, unit = ''): Target {
  const shown = (value: number) => `${unit === 'k/s' ? Math.round(value / 1000) : Number(value.toPrecision(3))}${unit}`
  const measured = (figures: Figures) => (has(figures, figure) ? shown(at(figures, figure)) : undefined)
  const isMet = (figures: Figures) => at(figures, figure) >= must
  return { name, scenario, must: shown(must), goal: shown(goal), measured, isMet }
}

/** Where less is better. */
function most(name: string, scenario: string, figure: string, must: number, goal: string, unit: string): Target {
  const measured = (figures: Figures) =>
    has(figures, figure) ? `${Number(at(figures, figure).toPrecision(3))}${unit}` : undefined
  const isMet = (figures: Figures) => at(figures, figure) <= must
  return { name, scenario, must: `${must}${unit}`, goal, measured, isMet }
}

/** At every size of a process that was measured; the worst of them counts. */
function memory(name: string, lists: 'Shared' | 'Different'): Target {
  const steps = [5_000, 15_000].map((step) => ({ step, figure: `memory${lists}TimesBareAt${step}` }))
  const shown = (figures: Figures) =>
    steps.map(({ step, figure }) => `${at(figures, figure).toFixed(2)} at ${step.toLocaleString('en')}`).join(', ')
  return {
    name,
    scenario: 'memory',
    must: `${mostTimesBare}`,
    goal: '1.05',
    measured: (figures) => (steps.every(({ figure }) => has(figures, figure)) ? shown(figures) : undefined),
    isMet: (figures) => steps.every(({ figure }) => at(figures, figure) <= mostTimesBare),
  }
}

/** For which there is no target. */
function told(name: string, scenario: string, figure: string, unit: string): Target {
  const measured = (figures: Figures) =>
    has(figures, figure) ? `${Number(at(figures, figure).toPrecision(3))}${unit}` : undefined
  return { name, scenario, must: '', goal: '', measured, isMet: undefined }
}

export const targets: readonly Target[] = [
  least(
    'fan-out without reading the upstream, against the floor, 1 frame a write',
    'fan-out',
    'fanOut1Ratio',
    0.62,
    0.8,
  ),
  least('the same, 2.3 frames a write', 'fan-out', 'fanOut2Ratio', 0.7, 0.8),
  least('the same, 10 frames a write', 'fan-out', 'fanOut10Ratio', 0.7, 0.8),
  least('the same, 10 frames a write, 50 different watchlists', 'fan-out', 'fanOut10Of50WatchlistsRatio', 0.7, 0.8),
  least('whole pipeline against the founding design, each at its best load', 'founding', 'pipelineRatioAtBest', 25, 50),
  most('end to end at 20k deliveries/s: p50', 'pipeline', 'pipelineP50MsAt20k', 1, '', ' ms'),
  most('the same: p99', 'pipeline', 'pipelineP99MsAt20k', 5, '2 ms', ' ms'),
  most('one gateway core, 300k deliveries/s: p99', 'pipeline', 'pipelineP99MsAt300k', 20, '400k/s at 20 ms', ' ms'),
  most('the goal, 400k deliveries/s: p99', 'pipeline', 'pipelineP99MsAt400k', 20, '', ' ms'),
  most('one gateway core, 600k deliveries/s: p99', 'pipeline', 'pipelineP99MsAt600k', 60, '1M/s at 60 ms', ' ms'),
  most('the goal, 1M deliveries/s: p99', 'pipeline', 'pipelineP99MsAt1000k', 60, '', ' ms'),
  memory('RSS of an idle connection, 20 of 500 symbols, by a bare ws connection; 1,000 different watchlists', 'Shared'),
  memory('the same, all watchlists different', 'Different'),
  least('market-data, quotes/s in and out, one core', 'ingest', 'ingestQuotesPerSecondTo1', 400_000, 600_000, 'k/s'),
  most(
    'a stalled client adds to the others’ p99, at 40k deliveries/s',
    'slow',
    'slowAddedP99Ms',
    1,
    'nothing measurable',
    ' ms',
  ),
  most('the same, at 100k deliveries/s', 'slow', 'slowAddedP99MsAt100k', 1, 'nothing measurable', ' ms'),
  most(
    '10,000 clients after their gateway died: slowest from its reconnect',
    'storm',
    'stormSlowestFreshS',
    2,
    '1 s',
    ' s',
  ),
  told('the same: until all are fresh after the loss', 'storm', 'stormAllFreshS', ' s'),
]

/** A Markdown table. What was not measured is told as such; where scenarios are of several commits, so is each row's. */
export function formatTargets(results: Results): string {
  const commits = new Set(Object.values(results).map(({ commit }) => commit))
  const isMixed = commits.size > 1
  const columns = ['target', 'must', 'goal', 'measured', 'met', ...(isMixed ? ['commit'] : [])]
  const rows = targets.map((target) => {
    const cells = cellsOf(target, results[target.scenario])
    return isMixed ? cells : cells.slice(0, -1)
  })
  const table = [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  const places = [...new Set(Object.values(results).map(measuredWhere))]
  const where = places.map((place) => {
    const there = Object.values(results).filter((result) => measuredWhere(result) === place)
    const some = [...new Set(there.map(({ commit }) => commit))].sort()
    return `${place}; ${some.length > 1 ? 'commits' : 'commit'} ${some.join(', ')}`
  })
  const mixed = isMixed ? ' Not one run of all: each row is of the commit beside it.' : ''
  return `${table}\n\nMeasured: ${where.join('. ')}.${mixed}`
}

/** The commit last. */
function cellsOf({ name, must, goal, measured, isMet }: Target, result: ScenarioResult | undefined): string[] {
  const figures = result?.figures ?? {}
  const shown = measured(figures)
  if (shown === undefined) return [name, must, goal, 'not measured', '', '']
  return [name, must, goal, shown, isMet === undefined ? '' : isMet(figures) ? 'yes' : 'no', result?.commit ?? '']
}
