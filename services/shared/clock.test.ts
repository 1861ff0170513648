import { expect, test } from 'vitest'
import { every, systemClock } from './clock.ts'
import { ManualClock } from './testing/manual-clock.ts'

test('every ticks once a period until it is stopped, and leaves no timer', () => {
  const clock = new ManualClock()
  const ticks: number[] = []
  const stop = every(clock, 100, () => ticks.push(clock.nowMs()))
  clock.advance(350)
  expect(ticks).toEqual([100, 200, 300])
  stop()
  clock.advance(1_000)
  expect(ticks).toHaveLength(3)
  expect(clock.pending).toBe(0)
})

test('every may be stopped from within its own tick', () => {
  const clock = new ManualClock()
  let ticks = 0
  const stop = every(clock, 100, () => {
    ticks++
    stop()
  })
  clock.advance(1_000)
  expect([ticks, clock.pending]).toEqual([1, 0])
})

test('a delay beyond what Node can wait does not fire at once', async () => {
  const fired: string[] = []
  const cancel = systemClock.after(2 ** 40, () => fired.push('long'))
  await new Promise<void>((resolve) => {
    systemClock.after(5, () => {
      fired.push('short')
      resolve()
    })
  })
  cancel()
  expect(fired).toEqual(['short'])
})
