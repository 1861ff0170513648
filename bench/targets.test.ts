/** Which figures meet a target, and what the table says of them. */
import { expect, test } from 'vitest'
import { scenarioNames } from './main.ts'
import type { Results, ScenarioResult } from './results.ts'
import { formatTargets, targets } from './targets.ts'

type Figures = Readonly<Record<string, number>>

function measured(figures: Figures, { commit = 'aaa', date = '2026-11-26' } = {}): ScenarioResult {
  const rest = { title: '', columns: [], rows: [], notes: [], machine: '2 cores', versions: 'Node 24', seconds: 1 }
  return { ...rest, figures, commit, date }
}

/** The cells of the row that begins so. */
function row(results: Results, target: string): string[] {
  const line = formatTargets(results)
    .split('\n')
    .find((one) => one.startsWith(`| ${target}`))
  return (line ?? '').split(' | ').map((cell) => cell.replace(/^\| | ?\|$/g, ''))
}

const shownAndMet = (scenario: string, target: string, figures: Figures) =>
  row({ [scenario]: measured(figures) }, target).slice(3)

test('where more is better, what is asked is enough and less is not', () => {
  const judge = (ratio: number) =>
    shownAndMet('fan-out', 'fan-out without reading the upstream', { fanOut1Ratio: ratio })
  expect(judge(0.62)).toEqual(['0.62', 'yes'])
  expect(judge(0.619)).toEqual(['0.619', 'no'])
})

test('where less is better, what is asked is enough and more is not', () => {
  const judge = (p50Ms: number) => shownAndMet('pipeline', 'end to end at 20k', { pipelineP50MsAt20k: p50Ms })
  expect(judge(1)).toEqual(['1 ms', 'yes'])
  expect(judge(1.01)).toEqual(['1.01 ms', 'no'])
})

test('quotes a second are told in thousands and judged exactly', () => {
  const judge = (rate: number) => shownAndMet('ingest', 'market-data, quotes/s', { ingestQuotesPerSecondTo1: rate })
  expect(judge(400_000)).toEqual(['400k/s', 'yes'])
  expect(judge(399_000)).toEqual(['399k/s', 'no'])
})

test('memory is told at both sizes of a process and judged at the worse one, whichever that is', () => {
  const judge = (at5000: number, at15000: number) =>
    shownAndMet('memory', 'RSS of an idle connection', {
      memorySharedTimesBareAt5000: at5000,
      memorySharedTimesBareAt15000: at15000,
    })
  expect(judge(1.25, 1.1)).toEqual(['1.25 at 5,000, 1.10 at 15,000', 'yes'])
  expect(judge(1.26, 1.1)).toEqual(['1.26 at 5,000, 1.10 at 15,000', 'no'])
  expect(judge(1.1, 1.26)).toEqual(['1.10 at 5,000, 1.26 at 15,000', 'no'])
})

test('memory that was measured at one of the sizes only was not measured', () => {
  const figures = { memorySharedTimesBareAt15000: 1.1 }
  expect(shownAndMet('memory', 'RSS of an idle connection', figures)).toEqual(['not measured', ''])
})

test('shared and different watchlists are targets of their own', () => {
  const figures = { memoryDifferentTimesBareAt5000: 1.2, memoryDifferentTimesBareAt15000: 1.3 }
  expect(shownAndMet('memory', 'RSS of an idle connection', figures)).toEqual(['not measured', ''])
  const different = 'the same, all watchlists different'
  expect(shownAndMet('memory', different, figures)).toEqual(['1.20 at 5,000, 1.30 at 15,000', 'no'])
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, null])(
  'a figure that is %s was not measured, and is not met',
  (figure) => {
    const figures = { slowAddedP99Ms: figure as number }
    expect(shownAndMet('slow', 'a stalled client adds', figures)).toEqual(['not measured', ''])
  },
)

test('what has no target is told and not judged', () => {
  expect(shownAndMet('storm', 'the same: until all are fresh', { stormAllFreshS: 12.34 })).toEqual(['12.3 s', ''])
})

test('of results of one commit it is told once', () => {
  const text = formatTargets({ slow: measured({ slowAddedP99Ms: 0 }), storm: measured({ stormAllFreshS: 12 }) })
  expect(text.split('\n')[0]).toBe('| target | must | goal | measured | met |')
  expect(text).toContain('\n\nMeasured: 2026-11-26, 2 cores; Node 24; commit aaa.')
})

test('of results of several commits each row has its own, and what was not measured has none', () => {
  const results = {
    slow: measured({ slowAddedP99Ms: 0 }),
    storm: measured({ stormAllFreshS: 12 }, { commit: 'bbb', date: '2026-11-27' }),
  }
  expect(row(results, 'a stalled client adds').slice(3)).toEqual(['0 ms', 'yes', 'aaa'])
  expect(row(results, 'the same: until all are fresh').slice(3)).toEqual(['12 s', '', 'bbb'])
  expect(row(results, '10,000 clients').slice(3)).toEqual(['not measured', '', ''])
  expect(formatTargets(results).split('\n').at(-1)).toBe(
    'Measured: 2026-11-26, 2 cores; Node 24; commit aaa. 2026-11-27, 2 cores; Node 24; commit bbb. ' +
      'Not one run of all: each row is of the commit beside it.',
  )
})

test('every target names a scenario that there is', () => {
  for (const { name, scenario } of targets) expect(scenarioNames, name).toContain(scenario)
})
