import { expect, test } from 'vitest'
import { seededRandom, seedFor } from './seeded-random.ts'

test('the numbers are those of mulberry32', () => {
  const random = seededRandom(42)
  expect([random(), random(), random()]).toEqual([0.6011037519201636, 0.44829055899754167, 0.8524657934904099])
})

test('names and seeds get streams of their own', () => {
  const seeds = ['MSFT', 'AAPL', 'TFSM', ''].flatMap((name) => [seedFor(1, name), seedFor(2, name)])
  expect(new Set(seeds).size).toBe(seeds.length)
})
