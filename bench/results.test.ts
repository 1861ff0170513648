/** The last honest run as text, and as Markdown. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatMarkdown, formatResults, parseResults, type ScenarioResult } from './results.ts'

const result: ScenarioResult = {
  title: 'Clients that do not read',
  columns: ['clients', 'p99 ms'],
  rows: [
    ['all read', '1.5'],
    ['1 stalled', '≤ 2.5'],
  ],
  notes: ['Three turns.', 'Medians.'],
  figures: { addedMs: 1 },
  date: '2026-11-26',
  machine: '2 cores',
  versions: 'Node 24',
  commit: 'abcdef123',
  seconds: 60,
}

test('results that are read from their own text are the same', () => {
  const results = { slow: result, storm: { ...result, title: 'A gateway dies', commit: '123456789' } }
  expect(parseResults(formatResults(results))).toEqual(results)
})

test('figures are rounded to four digits, however large, and texts and commits are left alone', () => {
  const figures = { smallMs: 0.123449, large: 1_234_567, exact: 500_000 }
  const { slow } = parseResults(formatResults({ slow: { ...result, figures, commit: '123456789' } }))
  expect(slow?.figures).toEqual({ smallMs: 0.1234, large: 1_235_000, exact: 500_000 })
  expect(slow?.commit).toBe('123456789')
  expect(slow?.rows).toEqual(result.rows)
})

test('the text is the same whichever scenario was measured first', () => {
  const text = formatResults({ storm: result, ingest: result })
  expect(text).toBe(formatResults({ ingest: result, storm: result }))
  expect(Object.keys(parseResults(text))).toEqual(['ingest', 'storm'])
})

test('what is committed was written by this code', () => {
  const committed = readFileSync(join(import.meta.dirname, 'results.json'), 'utf8')
  expect(formatResults(parseResults(committed))).toBe(committed)
})

test('the Markdown has title, table, notes, and where, when and at which commit it was measured', () => {
  expect(formatMarkdown(result).split('\n')).toEqual([
    '### Clients that do not read',
    '',
    '| clients | p99 ms |',
    '| --- | --- |',
    '| all read | 1.5 |',
    '| 1 stalled | ≤ 2.5 |',
    '',
    '- Three turns.',
    '- Medians.',
    '',
    '2026-11-26, 2 cores; Node 24; commit abcdef123; 60 s.',
  ])
})
