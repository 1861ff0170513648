/** What bench:check lets pass. */
import { expect, test } from 'vitest'
import { committedFor, compareRatios, exitCodeOf, exitCodes, formatTable, hasPassed } from './check.ts'
import { CannotMeasure } from './support/limits.ts'

const verdicts = (committed: Record<string, number>, measured: Record<string, number>) =>
  compareRatios(committed, measured).map(({ figure, verdict }) => `${figure}: ${verdict}`)

test('a ratio at 0.85 of the committed one passes, one below it fails', () => {
  expect(verdicts({ aRatio: 100 }, { aRatio: 85 })).toEqual(['aRatio: ok'])
  expect(verdicts({ aRatio: 100 }, { aRatio: 84.9 })).toEqual(['aRatio: too low'])
  expect(hasPassed(compareRatios({ aRatio: 100 }, { aRatio: 85 }))).toBe(true)
  expect(hasPassed(compareRatios({ aRatio: 100 }, { aRatio: 84.9 }))).toBe(false)
})

test('a kind of processor that is not committed is asked for the lowest of each ratio', () => {
  const kinds = { x: { aRatio: 3, bRatio: 1 }, y: { aRatio: 2, cRatio: 5 } }
  expect(committedFor('x', kinds)).toEqual({ aRatio: 3, bRatio: 1 })
  expect(committedFor('z', kinds)).toEqual({ aRatio: 2, bRatio: 1, cRatio: 5 })
})

test('a ratio above the committed one passes', () => {
  expect(verdicts({ aRatio: 1 }, { aRatio: 20 })).toEqual(['aRatio: ok'])
})

test('a ratio that is no number fails', () => {
  expect(verdicts({ aRatio: 1 }, { aRatio: Number.NaN })).toEqual(['aRatio: too low'])
})

test('a committed ratio that was not measured fails', () => {
  const comparisons = compareRatios({ aRatio: 1, bRatio: 1 }, { bRatio: 1 })
  expect(comparisons.map(({ verdict }) => verdict)).toEqual(['not measured', 'ok'])
  expect(hasPassed(comparisons)).toBe(false)
})

test('a measured ratio that is not committed is told and passes', () => {
  const comparisons = compareRatios({ aRatio: 1 }, { aRatio: 1, bRatio: 0.1 })
  expect(comparisons.map(({ verdict }) => verdict)).toEqual(['ok', 'not committed'])
  expect(hasPassed(comparisons)).toBe(true)
})

test('one that fails among others that pass fails the whole', () => {
  expect(hasPassed(compareRatios({ aRatio: 1, bRatio: 1, cRatio: 1 }, { aRatio: 1, bRatio: 0.5, cRatio: 1 }))).toBe(
    false,
  )
})

test('figures that are no ratios are left out', () => {
  expect(verdicts({ aRatio: 1 }, { aRatio: 1, deliveriesPerSecond: 3 })).toEqual(['aRatio: ok'])
})

test.each([
  ['a name that does not end in Ratio', { deliveriesPerSecond: 3 }, 'deliveriesPerSecond: 3'],
  ['0', { aRatio: 0 }, 'aRatio: 0'],
  ['no number', { aRatio: Number.NaN }, 'aRatio: NaN'],
])('a committed figure of %s is refused by name', (_, committed, named) => {
  expect(() => compareRatios(committed as Record<string, number>, {})).toThrow(named)
})

test('the table shows measured, committed, allowed and the verdict of each', () => {
  const comparisons = compareRatios({ aRatio: 10, longerRatio: 2 }, { aRatio: 5, newRatio: 1 })
  expect(formatTable(comparisons).split('\n')).toEqual([
    'figure       measured  committed  allowed',
    'aRatio           5.00      10.00     8.50  too low',
    'longerRatio         -       2.00     1.70  not measured',
    'newRatio         1.00          -        -  not committed',
  ])
})

const full = () => Promise.reject(new CannotMeasure('the core was full'))
const broken = () => Promise.reject(new Error('a process ended early'))

test('a regression and a machine that cannot measure end with codes of their own, neither of them 0', async () => {
  const said: string[] = []
  const say = (line: string) => said.push(line)
  expect(await exitCodeOf(async () => true, say)).toBe(0)
  expect(await exitCodeOf(async () => false, say)).toBe(exitCodes.failed)
  expect(said).toEqual([])
  expect(await exitCodeOf(full, say)).toBe(exitCodes.couldNotMeasure)
  expect(said).toEqual(['bench:check could not measure, which says nothing about the change: the core was full'])
  expect(new Set(Object.values(exitCodes)).size).toBe(3)
  await expect(exitCodeOf(broken, say)).rejects.toThrow('a process ended early')
})
