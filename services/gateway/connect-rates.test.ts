/** How often a user may come, and what is remembered of him. */
import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { ConnectRates, leastBurst, perSecond } from './connect-rates.ts'

test('a user may come so often at once, then at the rate, and is told when; others do not notice', () => {
  const { rates, clock, come } = setUp()
  expect(come('ann', leastBurst)).toBe(0)
  expect(come('ann')).toBe(1_000 / perSecond)
  expect(come('bob')).toBe(0)
  clock.advance(1_000 / perSecond)
  expect([come('ann'), come('ann')]).toEqual([0, 1_000 / perSecond])
  // Bob's bucket is full again.
  expect(rates.size).toBe(1)
})

test('whose tier has many connections may come twice that often at once', () => {
  const { rates, come } = setUp()
  expect(come('ann')).toBe(0)
  rates.allows('ann', 1_000)
  expect(come('ann', 1_000)).toBe(0)
  // Market-data is away: the tier's word is not known for a moment.
  rates.allows('ann', 5)
  expect(come('ann', 999)).toBe(0)
  expect(come('ann')).toBeGreaterThan(0)
  rates.allows('nobody', 1_000)
  expect(rates.size).toBe(1)
})

test('who has not come for a while is forgotten with the next who comes, and of very many the first', () => {
  const { rates, clock, come } = setUp()
  for (let i = 0; i < 1_000; i++) come(`user ${i}`)
  expect(rates.size).toBe(1_000)
  clock.advance(1_000 / perSecond)
  come('ann')
  expect(rates.size).toBe(1)
  come('bob', leastBurst)
  for (let i = 0; i < 20_000; i++) come(`user ${i}`)
  expect(rates.size).toBe(20_000)
  // Forgotten, so that his bucket is full.
  expect(come('bob')).toBe(0)
})

function setUp() {
  const clock = new ManualClock()
  const rates = new ConnectRates({ clock })
  /** The last answer. */
  const come = (userId: string, times = 1) =>
    Array.from({ length: times }, () => rates.exceeded(userId)).at(-1) ?? Number.NaN
  return { rates, clock, come }
}
