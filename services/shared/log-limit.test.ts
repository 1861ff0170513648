import { expect, test } from 'vitest'
import { LogLimit } from './log-limit.ts'
import { ManualClock } from './testing/manual-clock.ts'

test('the first is told at once, the others once a second, none is left out', () => {
  const clock = new ManualClock()
  const limit = new LogLimit({ clock })
  expect([limit.count(), limit.count(), limit.count()]).toEqual([1, 0, 0])
  clock.advance(999)
  expect(limit.count()).toBe(0)
  clock.advance(1)
  expect([limit.count(), limit.count()]).toEqual([4, 0])
  clock.advance(60_000)
  expect(limit.count()).toBe(2)
})
