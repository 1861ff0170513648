import { expect, test } from 'vitest'
import { readTierResources } from './tier-content.ts'
import { TierSources } from './tier-sources.ts'
import { parseTierContent, type TierTable } from './tiers.ts'

const file = parseTierContent('{tiers: {default: {symbols: [A]}, pro: {symbols: [A, B]}}, users: {ann: pro}}')

test('a tier of the resources takes the place of the file’s, whose other tiers and users stay', () => {
  const { sources, table } = combined()
  sources.file(file, 1_000)
  sources.resources(read({ pro: { symbols: ['C'] }, gold: { symbols: ['*'] } }), 5_000)
  expect(table().tier('pro').allows('A')).toBe(false)
  expect(table().tier('pro').allows('C')).toBe(true)
  expect(table().tier('default').allows('A')).toBe(true)
  expect(table().tierNameOf('ann', 'default')).toBe('pro')
  expect(table().tierNameOf('ben', 'gold')).toBe('gold')
  sources.resources(read({}), 6_000)
  expect(table().tier('pro').allows('B')).toBe(true)
  expect(table().tierNameOf('ben', 'gold')).toBe('default')
})

test('without a file, tiers that no resource names may have everything, as before', () => {
  const { sources, table } = combined()
  sources.resources(read({ basic: { symbols: ['A'], delayed: '15m', maxRate: 0.5, limits: { symbols: 3 } } }), 5_000)
  expect(table().tier('basic')).toMatchObject({ delayMs: 900_000, maxRate: 0.5, limits: { symbols: 3 } })
  expect(table().tier('basic').allows('B')).toBe(false)
  expect(table().tier('other').allows('B')).toBe(true)
  expect(table().tierNameOf('ann', 'other')).toBe('other')
})

test('who has the newer of file or resources has the higher revision, whatever he read last', () => {
  const [one, other] = [combined(), combined()]
  one.sources.file(file, 2_000_000)
  one.sources.resources(read({ pro: { symbols: ['C'] } }), 5_000_000)
  other.sources.resources(read({ pro: { symbols: ['C'] } }), 5_000_000)
  other.sources.file(file, 1_000_000)
  expect(one.revision()).toBeGreaterThan(other.revision())
  other.sources.file(file, 2_000_000)
  expect(other.revision()).toBe(one.revision())
  expect(other.table().digest).toBe(one.table().digest)
})

test('the digest tells contents apart, and is that of the file where there are no resources', () => {
  const { sources, table } = combined()
  sources.file(file, 1)
  const digests = [table().digest]
  for (const tiers of [{ pro: { symbols: ['C'] } }, { pro: { symbols: ['D'] } }, { gold: { symbols: ['D'] } }]) {
    sources.resources(read(tiers), digests.length)
    digests.push(table().digest)
  }
  expect(new Set(digests).size).toBe(4)
  sources.resources(read({}), 9)
  expect(table().digest).toBe(file.digest)
})

test('what a resource says wrong is reported with its path', () => {
  const problems: string[] = []
  const report = (path: readonly PropertyKey[], message: string) => problems.push(`${path.join('.')}: ${message}`)
  readTierResources({ pro: { symbols: ['a b'], maxRate: 0 }, gold: { symbols: ['A'], excpt: [] } }, report)
  expect(problems).toEqual([
    expect.stringContaining('tiers.pro.symbols.0: a pattern is a symbol'),
    'tiers.pro.maxRate: expected a number from 0.01 to 1000',
    'tiers.gold.excpt: unknown key',
  ])
})

function combined() {
  let current: { table: TierTable; revision: number } | undefined
  const sources = new TierSources({
    revision: 1,
    onChange: (table, revision) => {
      current = { table, revision }
    },
  })
  const now = () => {
    if (!current) throw new Error('nothing yet')
    return current
  }
  return { sources, table: () => now().table, revision: () => now().revision }
}

function read(tiers: Record<string, Record<string, unknown>>) {
  return readTierResources(tiers, (path, message) => {
    throw new Error(`${path.join('.')}: ${message}`)
  })
}
