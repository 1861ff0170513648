import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { CurrentTiers } from './current-tiers.ts'
import { TierTable } from './tiers.ts'
import { UserRates } from './user-rates.ts'

const tiersOf = (perSecond: number) =>
  TierTable.parse(
    `tiers: { default: { symbols: ["*"] }, slow: { symbols: ["*"], limits: { messagesPerSecond: ${perSecond} } } }`,
  )

test('a user has two seconds of the rate at once, then the rate; others are not concerned', () => {
  const { rates, clock, called } = setUp({ requestsPerSecond: 5 })
  expect(called('ann', 20)).toBe(10)
  expect(rates.exceeded(userOf('ann'))).toBe(5)
  expect(called('bob', 20)).toBe(10)
  clock.advance(1_000)
  expect(called('ann', 20)).toBe(5)
  clock.advance(60_000)
  expect(called('ann', 20)).toBe(10)
})

test('the rate is that of the user’s tier, where it says one, and follows the tier data', () => {
  const { rates, tiers, called } = setUp({ requestsPerSecond: 5 })
  expect(called('sid', 20, 'slow')).toBe(4)
  expect(rates.exceeded(userOf('sid', 'slow'))).toBe(2)
  tiers.replace(tiersOf(3), 2)
  expect(called('sid', 20, 'slow')).toBe(6)
  tiers.replace(tiersOf(0.5), 3)
  expect(called('sid', 20, 'slow')).toBe(1)
})

test('tokens that claim different tiers, used in turn, give no more than both rates', () => {
  const { called } = setUp({ requestsPerSecond: 5 })
  let calls = 0
  for (let i = 0; i < 50; i++) calls += called('ann', 1, i % 2 === 0 ? 'slow' : 'default')
  expect(calls).toBe(2 * 2 + 2 * 5)
})

test('beyond so many users the one whose last call is longest ago is forgotten, and nobody else', () => {
  const { called } = setUp({ requestsPerSecond: 1, maxUsers: 3 })
  for (const user of ['ann', 'bob', 'eve']) expect(called(user, 9)).toBe(2)
  expect(called('ann', 9)).toBe(0)
  expect(called('new', 9)).toBe(2)
  // Bob's was the oldest.
  expect(['ann', 'eve', 'new'].map((user) => called(user, 9))).toEqual([0, 0, 0])
  expect(called('bob', 9)).toBe(2)
})

function setUp(options: { readonly requestsPerSecond: number; readonly maxUsers?: number }) {
  const clock = new ManualClock()
  const tiers = new CurrentTiers({ table: tiersOf(2), revision: 1 })
  const rates = new UserRates({ clock, tiers, ...options })
  /** How many of so many calls were within the rate. */
  const called = (userId: string, calls: number, tier?: string) => {
    const exceeded = Array.from({ length: calls }, () => rates.exceeded(userOf(userId, tier)))
    return exceeded.filter((each) => each === undefined).length
  }
  return { rates, clock, tiers, called }
}

function userOf(userId: string, tier = 'default') {
  return { userId, tier, expiresAtMs: undefined, issuedAtMs: undefined }
}
