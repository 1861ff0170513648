/** Who wants what in the ingest scenario, and where its curves end. */
import { expect, test } from 'vitest'
import { hasEnded, mostOf, wantedLists } from './ingest-curve.ts'

const points = (...keptUp: boolean[]) => keptUp.map((kept, i) => ({ rate: i + 1, keptUp: kept }))

/** For each symbol that is wanted by how many gateways. */
function wantedBy(share: number, isSame = false): number[] {
  const times = new Map<string, number>()
  for (const symbol of wantedLists({ symbols: 100, gateways: 4, share, isSame }).flat()) {
    times.set(symbol, (times.get(symbol) ?? 0) + 1)
  }
  return [...times.values()]
}

test('one missed point does not end a curve, a second one in a row does', () => {
  expect(hasEnded(points(true, false))).toBe(false)
  expect(hasEnded(points(false, true, false))).toBe(false)
  expect(hasEnded(points(true, false, false))).toBe(true)
  expect(hasEnded(points(false))).toBe(false)
})

test('the most is the highest point that was kept up with, also behind one that was missed', () => {
  expect(mostOf(points(true, false, true, false, false))?.rate).toBe(3)
  expect(mostOf(points(false, false))).toBeUndefined()
})

test('four gateways that want a quarter each have no symbol in common and miss none', () => {
  expect(wantedBy(0.25)).toEqual(Array(100).fill(1))
})

test('four gateways that want half each want every symbol twice', () => {
  expect(wantedBy(0.5)).toEqual(Array(100).fill(2))
})

test('all or the same quarter is wanted by each', () => {
  expect(wantedBy(1)).toEqual(Array(100).fill(4))
  expect(wantedBy(0.25, true)).toEqual(Array(25).fill(4))
})
