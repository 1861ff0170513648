import fc from 'fast-check'
import { expect, test } from 'vitest'
import { intervalOf, isLive, livePace, type Pace, PacedLine, paceName } from './pacing.ts'
import { ManualClock } from './testing/manual-clock.ts'

test.for([
  [undefined, 0],
  [1, 1_000],
  [0.01, 100_000],
  [3, 334],
  [1_000, 1],
] as const)(
  'a rate of %s a second is an interval of %i ms, rounded so that it is never exceeded',
  ([rate, intervalMs]) => {
    expect(intervalOf(rate)).toBe(intervalMs)
  },
)

test('only a pace without delay and interval is live, and equal paces have equal names', () => {
  const paces = [livePace, { delayMs: 1, intervalMs: 0 }, { delayMs: 0, intervalMs: 1 }, { delayMs: 1, intervalMs: 1 }]
  expect(paces.map(isLive)).toEqual([true, false, false, false])
  expect(new Set(paces.map(paceName)).size).toBe(4)
  expect(paceName({ intervalMs: 5, delayMs: 7 })).toBe(paceName({ delayMs: 7, intervalMs: 5 }))
})

test('without delay and interval everything comes out at once and no timer is made', () => {
  const { line, due, clock } = setUp(livePace)
  for (const item of [1, 2, 3]) line.push(item)
  expect(due).toEqual(['1 at 0', '2 at 0', '3 at 0'])
  expect(clock.pending).toBe(0)
})

test('the first comes at once, then the newest of each interval', () => {
  const { line, due, clock } = setUp({ delayMs: 0, intervalMs: 100 })
  for (let item = 1; item <= 25; item++) {
    line.push(item)
    clock.advance(10)
  }
  expect(due).toEqual(['1 at 0', '10 at 100', '20 at 200'])
  clock.advance(1_000)
  expect(due.at(-1)).toBe('25 at 300')
  expect(clock.pending).toBe(0)
})

test('after a quiet interval the next comes at once, and its interval begins then', () => {
  const { line, due, clock } = setUp({ delayMs: 0, intervalMs: 100 })
  line.push(1)
  clock.advance(100)
  line.push(2)
  expect(due).toEqual(['1 at 0', '2 at 100'])
  clock.advance(50)
  line.push(3)
  clock.advance(49)
  expect(due).toEqual(['1 at 0', '2 at 100'])
  clock.advance(1)
  expect(due.at(-1)).toBe('3 at 200')
})

test('with a delay nothing comes before its time, and the interval counts what comes out', () => {
  const { line, due, clock } = setUp({ delayMs: 1_000, intervalMs: 100 })
  for (let item = 1; item <= 4; item++) {
    line.push(item)
    clock.advance(30)
  }
  clock.advance(1_000 - 120 - 1)
  expect(due).toEqual([])
  clock.advance(1_000)
  expect(due).toEqual(['1 at 1000', '4 at 1100'])
  expect(clock.pending).toBe(0)
})

test('a timer that fires a fraction early releases nothing early', () => {
  const clock = new HastyClock()
  const { line, due } = setUp({ delayMs: 0, intervalMs: 100 }, clock)
  line.push(1)
  line.push(2)
  clock.advance(99.6)
  expect(due).toEqual(['1 at 0'])
  clock.advance(10)
  expect(due).toEqual(['1 at 0', '2 at 100'])
})

test.for([
  ['live', livePace],
  ['limited', { delayMs: 0, intervalMs: 100 }],
  ['delayed', { delayMs: 1_000, intervalMs: 0 }],
  ['delayed and limited', { delayMs: 1_000, intervalMs: 100 }],
] as const)('%s: after stop nothing comes out and no timer is left', ([, pace]) => {
  const { line, due, clock } = setUp(pace)
  line.push(1)
  clock.advance(pace.delayMs)
  line.push(2)
  line.push(3)
  clock.advance(pace.delayMs > 0 ? pace.delayMs - 1 : 0)
  const before = [...due]
  line.stop()
  line.push(4)
  expect(clock.pending).toBe(0)
  clock.advance(10_000)
  expect(due).toEqual(before)
})

test('a line that is stopped while an item comes out gives nothing more', () => {
  for (const pace of [
    { delayMs: 0, intervalMs: 100 },
    { delayMs: 1_000, intervalMs: 0 },
    { delayMs: 1_000, intervalMs: 100 },
  ]) {
    const clock = new ManualClock()
    const due: number[] = []
    const line: PacedLine<number> = new PacedLine({ clock, pace, onDue: (item) => due.push(item) && line.stop() })
    line.push(1)
    clock.advance(10)
    line.push(2)
    clock.advance(10_000)
    expect([due, clock.pending]).toEqual([[1], 0])
  }
})

const step = fc.record({ waitMs: fc.nat(150), pushes: fc.nat(3) })
const aPace = fc.record({ delayMs: fc.constantFrom(0, 1_000), intervalMs: fc.constantFrom(0, 1, 40, 300) })

test('each item is late enough, the next one an interval after it, newer, and the newest that is due', () => {
  fc.assert(
    fc.property(aPace, fc.array(step, { maxLength: 40 }), (pace, steps) => {
      const clock = new ManualClock()
      const arrivals: number[] = []
      const out: { item: number; atMs: number }[] = []
      const line = new PacedLine<number>({ clock, pace, onDue: (item) => out.push({ item, atMs: clock.nowMs() }) })
      for (const { waitMs, pushes } of steps) {
        clock.advance(waitMs)
        for (let i = 0; i < pushes; i++) line.push(arrivals.push(clock.nowMs()) - 1)
      }
      clock.advance(pace.delayMs + pace.intervalMs)
      const dueMs = arrivals.map((atMs) => atMs + pace.delayMs)
      out.forEach(({ item, atMs }, i) => {
        expect(atMs).toBeGreaterThanOrEqual(dueMs[item] ?? Number.NaN)
        expect(item).toBeGreaterThan(out[i - 1]?.item ?? -1)
        if (i > 0) expect(atMs - (out[i - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(pace.intervalMs)
        // Every delay is a whole number of the delay line's steps here, so nothing due is held back by it.
        if (pace.intervalMs > 0) expect(item).toBeGreaterThanOrEqual(dueMs.findLastIndex((ms) => ms < atMs))
      })
      dueMs.forEach((ms, item) => {
        expect(out.some((each) => each.item >= item && each.atMs <= ms + pace.intervalMs)).toBe(true)
      })
      if (pace.delayMs === 0 && pace.intervalMs === 0) expect(out).toHaveLength(arrivals.length)
      expect(clock.pending).toBe(0)
    }),
    { numRuns: 500 },
  )
})

/** Timers fire half a millisecond early, as Node's may. */
class HastyClock extends ManualClock {
  override after(delayMs: number, task: () => void): () => void {
    return super.after(delayMs > 1 ? delayMs - 0.5 : delayMs, task)
  }
}

function setUp(pace: Pace, clock = new ManualClock()) {
  const due: string[] = []
  const line = new PacedLine<number>({ clock, pace, onDue: (item) => due.push(`${item} at ${clock.nowMs()}`) })
  return { line, due, clock }
}
