import { expect, test } from 'vitest'
import { requireRoom, unlessLate } from './limits.ts'

test('what a late source gave is measured again, until it is late for the third time', async () => {
  const lateness = [6, 5.1, 5]
  let runs = 0
  const measure = async () => [{ latenessP99Ms: lateness[runs] ?? 9 }, ++runs] as const
  expect(await unlessLate('publisher', measure)).toBe(3)
  await expect(unlessLate('publisher', measure)).rejects.toThrow(
    'the publisher was 9.0 ms late at p99 (at most 5), 3 times in a row',
  )
  expect(runs).toBe(6)
})

test('a full core of the load is told with the shares of each', () => {
  requireRoom('slow', { load: 0.4, upstream: 0.44 })
  expect(() => requireRoom('slow', { load: 0.4, upstream: 0.46 })).toThrow(
    "slow: the load's core was used to 86 % (load 40 %, upstream 46 %; at most 85 %)",
  )
})
