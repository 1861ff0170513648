import { expect, test } from 'vitest'
import { CurrentTiers } from './current-tiers.ts'
import { TierTable } from './tiers.ts'

test('every change is told to each watcher, which sees the new data already', () => {
  const tiers = new CurrentTiers({ table: TierTable.open, revision: 1 })
  const seen: unknown[] = []
  tiers.watch(() => seen.push(['one', tiers.data]))
  tiers.watch(() => seen.push(['other', tiers.data]))
  expect(tiers.data).toEqual({ revision: 1, digest: TierTable.open.digest })
  expect(seen).toEqual([])
  tiers.replace(TierTable.closed, 2)
  const data = { revision: 2, digest: TierTable.closed.digest }
  expect(tiers.table).toBe(TierTable.closed)
  expect(seen).toEqual([
    ['one', data],
    ['other', data],
  ])
})

test('who has ended watching is not called, not even by the change during which it ended', () => {
  const tiers = new CurrentTiers({ table: TierTable.open, revision: 1 })
  const called: string[] = []
  const endFirst = tiers.watch(() => {
    called.push('first')
    endSecond()
  })
  const endSecond = tiers.watch(() => called.push('second'))
  tiers.replace(TierTable.closed, 2)
  endFirst()
  endFirst()
  tiers.replace(TierTable.open, 3)
  expect(called).toEqual(['first'])
})

test('who begins to watch during a change is called by the next one', () => {
  const tiers = new CurrentTiers({ table: TierTable.open, revision: 1 })
  const called: number[] = []
  const end = tiers.watch(() => {
    end()
    tiers.watch(() => called.push(tiers.data.revision))
  })
  tiers.replace(TierTable.closed, 2)
  expect(called).toEqual([])
  tiers.replace(TierTable.open, 3)
  expect(called).toEqual([3])
})
