import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DelayBudget, defaultDelayedItems, delayBudget } from './delay-budget.ts'
import { DelayLine } from './delay-line.ts'
import { ManualClock } from './testing/manual-clock.ts'

const delayMs = 1_000

test('a line that is alone has all the buckets it asks for, and nothing is counted', () => {
  const { clock, budget, lines } = setUp({ maxEntries: 1_001, lines: 1 })
  for (let i = 0; i < 3 * delayMs; i++) {
    lines[0]?.push(clock)
    clock.advance(1)
  }
  expect([budget.share(1_000), budget.held, budget.conflated]).toEqual([1_000, 999, 0])
  expect(lines[0]?.out.map(({ atMs }) => atMs).slice(0, 100)).toEqual(
    Array.from({ length: 100 }, (_, i) => delayMs + i),
  )
})

test('many lines share the budget alike: each goes on at even distances, coarser, and late by no less than its delay', () => {
  const { clock, budget, lines } = setUp({ maxEntries: 100, lines: 20 })
  let most = 0
  for (let i = 0; i < 10 * delayMs; i++) {
    for (const line of lines) line.push(clock)
    clock.advance(1)
    most = Math.max(most, budget.held)
  }
  // One at a time they began, and each took its part of what was left then.
  expect(most).toBeLessThanOrEqual(100 + 2 * lines.length)
  // Five items a line: four buckets of 250 ms.
  for (const { out } of lines) {
    const settled = out.filter(({ atMs }) => atMs > 3 * delayMs).map(({ atMs }) => atMs)
    const distances = settled.slice(1).map((atMs, i) => atMs - (settled[i] ?? Number.NaN))
    expect([Math.min(...distances), Math.max(...distances)]).toEqual([250, 250])
    for (const { arrivedMs, atMs } of out) expect(atMs - arrivedMs).toBe(delayMs)
  }
  expect(budget.conflated).toBeGreaterThan(0)
  clock.advance(delayMs)
  expect(lines.map(({ out }) => out.at(-1)?.arrivedMs)).toEqual(lines.map(() => 10 * delayMs - 1))
  expect([budget.held, budget.share(1_000)]).toEqual([0, 99])
})

test('while others still hold the whole budget a line that begins goes on all the same', () => {
  const { clock, budget, lines } = setUp({ maxEntries: 10, lines: 8 })
  const [first, ...late] = lines
  for (let i = 0; i < 8; i++) {
    first?.push(clock)
    clock.advance(112)
  }
  expect([budget.held, budget.share(10)]).toEqual([8, 9])
  for (let i = 0; i < 30; i++) {
    for (const line of late) line.push(clock)
    if (i === 0) expect([budget.held, budget.share(10)]).toEqual([15, 1])
    clock.advance(100)
    expect(budget.held).toBeLessThanOrEqual(10 + 2 * lines.length)
  }
  for (const { out } of late) expect(out.length).toBeGreaterThanOrEqual(2)
})

test('a line that is stopped gives back what it held', () => {
  const { clock, budget, lines } = setUp({ maxEntries: 100, lines: 3 })
  for (const line of lines) line.push(clock)
  expect([budget.held, budget.share(1_000)]).toEqual([3, 32])
  lines[0]?.stop()
  lines[0]?.push(clock)
  expect([budget.held, budget.share(1_000)]).toEqual([2, 49])
  for (const line of lines) line.stop()
  expect([budget.held, budget.share(1_000)]).toEqual([0, 99])
})

test('lines take from the budget of the process unless they are given another', () => {
  const clock = new ManualClock()
  const line = new DelayLine<number>({ clock, delayMs, onDue: () => {} })
  line.push(1)
  expect(delayBudget.held).toBe(1)
  clock.advance(delayMs)
  expect(delayBudget.held).toBe(0)
  delayBudget.resize(3)
  expect(delayBudget.share(1_000)).toBe(2)
  delayBudget.resize(defaultDelayedItems)
})

test('whatever comes and goes: within the bound, in order, never early, the newest always comes out, and nothing is left', () => {
  const action = fc.record({ line: fc.nat(7), waitMs: fc.oneof(fc.nat(5), fc.nat(300)), isStop: fc.nat(60) })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.array(action, { maxLength: 300 }), (maxEntries, actions) => {
      const { clock, budget, lines } = setUp({ maxEntries, lines: 8 })
      for (const { line, waitMs, isStop } of actions) {
        if (isStop === 0) lines[line]?.stop()
        else lines[line]?.push(clock)
        expect(budget.held).toBeLessThanOrEqual(maxEntries + 2 * lines.length)
        clock.advance(waitMs)
      }
      clock.advance(delayMs)
      for (const { out, lastPushedMs, isStopped } of lines) {
        for (const { arrivedMs, atMs } of out) expect(atMs - arrivedMs).toBeGreaterThanOrEqual(delayMs)
        expect(out.map(({ arrivedMs }) => arrivedMs)).toEqual(
          out.map(({ arrivedMs }) => arrivedMs).toSorted((a, b) => a - b),
        )
        if (!isStopped) expect(out.at(-1)?.arrivedMs).toBe(lastPushedMs)
      }
      expect([budget.held, budget.share(1_000_000), clock.pending]).toEqual([0, Math.max(1, maxEntries - 1), 0])
    }),
    { numRuns: 200 },
  )
})

/** A line whose items are the times at which they came. */
class TestedLine {
  readonly out: { arrivedMs: number; atMs: number }[] = []
  lastPushedMs: number | undefined
  isStopped = false
  readonly #line: DelayLine<number>

  constructor(clock: ManualClock, budget: DelayBudget) {
    const onDue = (arrivedMs: number) => void this.out.push({ arrivedMs, atMs: clock.nowMs() })
    this.#line = new DelayLine({ clock, delayMs, budget, onDue })
  }

  push(clock: ManualClock): void {
    if (!this.isStopped) this.lastPushedMs = clock.nowMs()
    this.#line.push(clock.nowMs())
  }

  stop(): void {
    this.isStopped = true
    this.#line.stop()
  }
}

function setUp({ maxEntries, lines }: { readonly maxEntries: number; readonly lines: number }) {
  const clock = new ManualClock()
  const budget = new DelayBudget({ maxEntries })
  return { clock, budget, lines: Array.from({ length: lines }, () => new TestedLine(clock, budget)) }
}
