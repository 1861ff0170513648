/** What the cores are used to in short intervals. */
import { expect, test } from 'vitest'
import { ManualClock } from '../../services/shared/testing/manual-clock.ts'
import { CoreWatch } from './core-watch.ts'

test('each second is told by itself, and the last one only when it is whole', () => {
  const used = { load: 0, server: 5 }
  const clock = new ManualClock()
  const watch = new CoreWatch({
    clock,
    load: { storm: { cpuSeconds: () => used.load } },
    server: { gateway: { cpuSeconds: () => used.server } },
  })
  for (const [load, server] of [
    [0.9, 0.5],
    [0.1, 1],
  ] as const) {
    used.load += load
    used.server += server
    clock.advance(1_000)
  }
  used.load += 0.4
  clock.advance(400)
  const seconds = watch.stop()
  expect(clock.pending).toBe(0)
  expect(seconds).toHaveLength(2)
  expect(seconds[0]?.load.storm).toBeCloseTo(0.9)
  expect(seconds[0]?.server.gateway).toBeCloseTo(0.5)
  expect(seconds[1]?.load.storm).toBeCloseTo(0.1)
  expect(seconds[1]?.server.gateway).toBeCloseTo(1)
})

test('it ends with the first process that has ended, and keeps what it saw', () => {
  let isGone = false
  const storm = {
    cpuSeconds: () => {
      if (isGone) throw new Error('ENOENT')
      return 0
    },
  }
  const clock = new ManualClock()
  const watch = new CoreWatch({ clock, load: { storm }, server: {} })
  clock.advance(1_000)
  isGone = true
  clock.advance(2_000)
  expect(clock.pending).toBe(0)
  expect(watch.stop()).toHaveLength(1)
})
