import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Clock } from './clock.ts'
import { DelayLine, type DelayLineOptions } from './delay-line.ts'
import { ManualClock } from './testing/manual-clock.ts'

const delayMs = 1_000

test('an item comes out when the delay is over, not a moment before', () => {
  const { clock, line, out } = setUp()
  line.push('a')
  clock.advance(delayMs - 0.001)
  expect([out, line.last, line.size]).toEqual([[], undefined, 1])
  clock.advance(0.001)
  expect([out, line.last, line.size, clock.pending]).toEqual([['a at 1000'], 'a', 0, 0])
})

test('who joins sees the newest item that is due, and nothing that waits', () => {
  const { clock, line } = setUp()
  line.push('a')
  clock.advance(500)
  line.push('b')
  clock.advance(500)
  expect(line.last).toBe('a')
  clock.advance(500)
  line.push('c')
  clock.advance(999)
  expect(line.last).toBe('b')
})

test('within a bucket the newest item counts, and its own arrival says when it is due', () => {
  const { clock, line, out } = setUp({ maxEntries: 10 })
  line.push('a')
  clock.advance(60)
  line.push('b')
  clock.advance(39)
  line.push('c')
  clock.advance(1)
  line.push('d')
  expect(line.size).toBe(2)
  clock.advance(10_000)
  expect(out).toEqual(['c at 1099', 'd at 1100'])
})

test('a steady stream does not keep its bucket open: something comes out of each', () => {
  const { clock, line, out } = setUp({ maxEntries: 4 })
  for (let i = 0; i < 200; i++) {
    line.push(String(i))
    clock.advance(10)
  }
  expect(out).toEqual(['24 at 1240', '49 at 1490', '74 at 1740', '99 at 1990'])
})

test('without a bound of its own a line has 1,000 buckets, and holds at most one item more', () => {
  const one = setUp({ delayMs: 900_000 })
  const sizes = [0, 899.9, 0.1].map((waitMs) => {
    one.clock.advance(waitMs)
    one.line.push('a')
    return one.line.size
  })
  expect(sizes).toEqual([1, 1, 2])
  const { clock, line } = setUp({ delayMs: 900_000 })
  let most = 0
  for (let i = 0; i < 10_000; i++) {
    line.push(String(i))
    most = Math.max(most, line.size)
    clock.advance(300)
  }
  expect(most).toBe(1_001)
})

test('for any arrivals and delays, with timers that fire early: each bucket’s newest item, at its own time, in order', () => {
  const options = fc.record({
    delayMs: fc.integer({ min: 1, max: 5_000 }),
    maxEntries: fc.integer({ min: 1, max: 40 }),
    earlyMs: fc.constantFrom(0, 0.25, 1),
  })
  const quarterMs = fc.oneof(fc.nat(40), fc.nat(1_000), fc.nat(20_000))
  fc.assert(
    fc.property(options, fc.array(quarterMs, { maxLength: 200 }), ({ earlyMs, ...bounds }, waits) => {
      const clock = new ManualClock()
      const pushedAtMs: number[] = []
      const delivered: { index: number; atMs: number }[] = []
      const line: DelayLine<number> = new DelayLine({
        ...bounds,
        clock: withEarlyTimers(clock, earlyMs),
        onDue: (index) => {
          delivered.push({ index, atMs: clock.nowMs() })
          expect(line.last).toBe(index)
        },
      })
      for (const [index, quarters] of waits.entries()) {
        clock.advance(quarters / 4)
        pushedAtMs.push(clock.nowMs())
        line.push(index)
        expect(line.size).toBeLessThanOrEqual(bounds.maxEntries + 1)
        expect(clock.pending).toBe(1)
      }
      clock.advance(bounds.delayMs)
      expect(delivered).toEqual(expectedDeliveries(pushedAtMs, bounds))
      expect([line.size, clock.pending]).toEqual([0, 0])
    }),
    { numRuns: 300 },
  )
})

test('while timers are late the line stays within its bound, and the last item still comes out', () => {
  const manual = new ManualClock()
  const late: (() => void)[] = []
  const clock: Clock = {
    nowMs: () => manual.nowMs(),
    wallMs: () => manual.wallMs(),
    after: (_delayMs, task) => {
      late.push(task)
      return () => {}
    },
  }
  const out: string[] = []
  const line = new DelayLine<string>({ clock, delayMs, maxEntries: 4, onDue: (item) => out.push(item) })
  for (let i = 0; i < 50; i++) {
    line.push(String(i))
    manual.advance(300)
    expect(line.size).toBeLessThanOrEqual(5)
  }
  expect(late).toHaveLength(1)
  late.shift()?.()
  expect(out).toEqual(['0', '1', '2', '3'])
  manual.advance(delayMs)
  late.shift()?.()
  expect([out.at(-1), line.size, late]).toEqual(['49', 0, []])
})

test('stop drops what waits and what was last, and ignores later pushes', () => {
  const { clock, line, out } = setUp()
  line.push('a')
  clock.advance(delayMs)
  line.push('b')
  line.stop()
  line.push('c')
  expect([line.size, line.last, clock.pending]).toEqual([0, undefined, 0])
  clock.advance(10 * delayMs)
  expect(out).toEqual(['a at 1000'])
})

test('onDue may stop the line: nothing follows, and no timer is left', () => {
  const clock = new ManualClock()
  const out: string[] = []
  const line: DelayLine<string> = new DelayLine({
    clock,
    delayMs,
    onDue: (item) => {
      out.push(item)
      line.stop()
    },
  })
  line.push('a')
  clock.advance(10)
  line.push('b')
  clock.advance(delayMs)
  expect([out, line.size, clock.pending]).toEqual([['a'], 0, 0])
})

test('onDue may push: the item waits its own delay, and there is one timer', () => {
  const clock = new ManualClock()
  const out: string[] = []
  const line: DelayLine<string> = new DelayLine({
    clock,
    delayMs,
    onDue: (item) => {
      out.push(`${item} at ${clock.nowMs()}`)
      if (out.length < 3) line.push(`${item}’`)
    },
  })
  line.push('a')
  clock.advance(10)
  line.push('b')
  clock.advance(delayMs - 10)
  expect(clock.pending).toBe(1)
  clock.advance(delayMs)
  expect(out).toEqual(['a at 1000', 'b at 1010', 'a’ at 2000'])
})

test('a delay or a bound that is no number above 0 is refused, because it would let items out early', () => {
  for (const bad of [{ delayMs: Number.NaN }, { delayMs: 0 }, { delayMs: -1 }, { delayMs: Infinity }]) {
    expect(() => setUp(bad)).toThrow(`delayMs is ${bad.delayMs}`)
  }
  for (const maxEntries of [0, -1, 0.5, Number.NaN, Infinity]) {
    expect(() => setUp({ maxEntries })).toThrow(`maxEntries is ${maxEntries}`)
  }
})

/** The rule by itself: cut arrivals into buckets, keep the newest of each. */
function expectedDeliveries(pushedAtMs: readonly number[], bounds: { delayMs: number; maxEntries: number }) {
  const buckets: { startMs: number; index: number; atMs: number }[] = []
  for (const [index, arrivedMs] of pushedAtMs.entries()) {
    const newest = buckets.at(-1)
    const atMs = arrivedMs + bounds.delayMs
    if (newest && arrivedMs - newest.startMs < bounds.delayMs / bounds.maxEntries)
      Object.assign(newest, { index, atMs })
    else buckets.push({ startMs: arrivedMs, index, atMs })
  }
  return buckets.map(({ index, atMs }) => ({ index, atMs }))
}

/** Like Node's, whose timers count whole milliseconds of another clock. */
function withEarlyTimers(clock: ManualClock, earlyMs: number): Clock {
  return {
    nowMs: () => clock.nowMs(),
    wallMs: () => clock.wallMs(),
    after: (waitMs, task) => clock.after(waitMs > earlyMs ? waitMs - earlyMs : waitMs, task),
  }
}

function setUp(options: Partial<DelayLineOptions<string>> = {}) {
  const clock = new ManualClock()
  const out: string[] = []
  const onDue = (item: string) => out.push(`${item} at ${clock.nowMs()}`)
  const line = new DelayLine<string>({ clock, delayMs, onDue, ...options })
  return { clock, line, out }
}
