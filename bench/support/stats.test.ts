/** Medians, and percentiles of known samples. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Histogram, median, merged } from './stats.ts'

function histogramOf(values: Iterable<number>): Histogram {
  const histogram = new Histogram()
  for (const value of values) histogram.add(value)
  return histogram
}

/** Within 1 %. */
function expectNear(told: number, expected: number): void {
  expect(Math.abs(told - expected), `${told} for ${expected}`).toBeLessThanOrEqual(0.01 * expected)
}

const oneTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

test('the median of an odd number of values is the middle one, of an even number between the two in the middle', () => {
  expect(median([30, 1, 2])).toBe(2)
  expect(median([40, 1, 2, 4])).toBe(3)
  expect(median([7])).toBe(7)
})

test('the median compares numbers as numbers and leaves what it is given as it was', () => {
  const values = [100, 9, 20]
  expect(median(values)).toBe(20)
  expect(values).toEqual([100, 9, 20])
})

test('there is no median of nothing', () => {
  expect(() => median([])).toThrow('the median of no values')
})

test.each([
  [0, 1],
  [50, 500],
  [99, 990],
  [99.9, 999],
  [100, 1_000],
])('percentile %d of 1 to 1,000 is %d, to one in a hundred', (percent, expected) => {
  expectNear(histogramOf(oneTo(1_000)).percentile(percent), expected)
})

test('a percentile is the least value that so many percent do not exceed: one of 100 is beyond p99, not in it', () => {
  const histogram = histogramOf([...Array(99).fill(1), 1_000])
  expectNear(histogram.percentile(99), 1)
  expect(histogram.percentile(99.1)).toBe(1_000)
})

test('a value that is added so many times counts so often', () => {
  const histogram = new Histogram()
  histogram.add(1, 98)
  histogram.add(1_000, 2)
  histogram.add(1_000_000, 0)
  expectNear(histogram.percentile(98), 1)
  expect(histogram.percentile(99)).toBe(1_000)
  expect(histogram.highest).toBe(1_000)
})

test('percentiles of several histograms together are those of all values, not averages', () => {
  const all = merged([histogramOf(Array(990).fill(1)), histogramOf(Array(10).fill(500))])
  expectNear(all.percentile(99), 1)
  expectNear(all.percentile(99.5), 500)
  expect(all.highest).toBe(500)
})

test('of nothing there is no percentile, and the highest is 0', () => {
  expect(new Histogram().percentile(50)).toBeNaN()
  expect(new Histogram().highest).toBe(0)
})

test.each([-1, Number.NaN])('%d cannot be counted', (value) => {
  expect(() => new Histogram().add(value)).toThrow('cannot be counted')
})

test.each([-1, 101, Number.NaN])('%d is no percentile', (percent) => {
  expect(() => histogramOf([1]).percentile(percent)).toThrow('it is one of 0 to 100')
})

test('of any values any percentile is within 1 % of the true one', () => {
  const value = fc.double({ min: 0.01, max: 1e9, noNaN: true })
  const percent = fc.integer({ min: 0, max: 100 })
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), percent, (values, wanted) => {
      const sorted = values.toSorted((a, b) => a - b)
      const rank = Math.max(1, Math.ceil((wanted / 100) * sorted.length))
      expectNear(histogramOf(values).percentile(wanted), sorted[rank - 1] ?? Number.NaN)
    }),
  )
})
