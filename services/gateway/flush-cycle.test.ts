import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { FlushCycle, type FlushPhase } from './flush-cycle.ts'

test('while the loop has time, all phases go out at the end of the turn that brought something, groups before outboxes', () => {
  const { cycle, endTurn, told } = setUp()
  const phases = phasesOf(cycle)
  for (const [i, phase] of phases.entries()) {
    phase.addOutbox({ flush: () => told.push(`outbox ${i}`) })
    phase.addGroup({ hand: () => told.push(`group ${i}`) })
  }
  expect(told).toEqual([])
  endTurn()
  expect(told).toEqual([0, 1, 2, 3, 4].flatMap((i) => [`group ${i}`, `outbox ${i}`]))
  endTurn()
  expect(told).toHaveLength(10)
})

test('an outbox that a group fills is written by the same flush', () => {
  const { cycle, endTurn, told } = setUp()
  const [phase] = phasesOf(cycle)
  phase?.addGroup({ hand: () => phase.addOutbox({ flush: () => told.push('written') }) })
  endTurn()
  expect(told).toEqual(['written'])
})

test('a busy loop makes the window grow up to the longest, an idle one lets it shrink to none, and between it stays', () => {
  const { cycle, busy, run } = setUp({ windowMs: 20 })
  expect(cycle.windowMs).toBe(0)
  busy.share = 0.9
  const grown = Array.from({ length: 8 }, () => run(100))
  expect(grown).toEqual([...grown].sort((a, b) => a - b))
  expect(grown.at(-1)).toBe(20)
  busy.share = 0.7
  expect(run(1_000)).toBe(20)
  busy.share = 0.1
  expect(run(2_000)).toBe(0)
})

test('no window is allowed: none comes, however busy the loop', () => {
  const { busy, run } = setUp({ windowMs: 0 })
  busy.share = 1
  expect(run(2_000)).toBe(0)
})

test('in a window each phase is flushed once, one after the other, spread over it', () => {
  const { cycle, clock, busy, run, told } = setUp({ windowMs: 20 })
  busy.share = 0.9
  run(1_000)
  const phases = phasesOf(cycle)
  for (let window = 0; window < 3; window++) {
    told.length = 0
    for (const [i, phase] of phases.entries()) phase.addGroup({ hand: () => told.push(`${i} at ${clock.nowMs()}`) })
    const beganMs = clock.nowMs()
    clock.advance(20)
    expect(told).toHaveLength(5)
    const times = told.map((line) => Number(line.split(' at ')[1]) - beganMs)
    expect(new Set(told.map((line) => line[0])).size).toBe(5)
    expect(times.map((ms) => Math.round(ms / 4))).toEqual([1, 2, 3, 4, 5])
  }
})

test('a loop that was held up for a window flushes all phases at once', () => {
  let nowMs = 0
  const tasks: (() => void)[] = []
  const clock = {
    nowMs: () => nowMs,
    wallMs: () => 0,
    after: (_: number, task: () => void) => {
      tasks.push(task)
      return () => {}
    },
  }
  const soon: (() => void)[] = []
  const cycle = new FlushCycle({
    clock,
    windowMs: 20,
    conflates: true,
    busyShare: () => 1,
    soon: (task) => soon.push(task),
  })
  const phases = phasesOf(cycle)
  const flushed: number[] = []
  const add = () => {
    for (const [i, phase] of phases.entries()) phase.addGroup({ hand: () => flushed.push(i) })
  }
  for (let i = 0; i < 20; i++) {
    add()
    for (const task of [...soon.splice(0), ...tasks.splice(0)]) task()
    nowMs += 101
  }
  add()
  flushed.length = 0
  nowMs += 25
  for (const task of tasks.splice(0)) task()
  expect([...new Set(flushed)].sort()).toEqual([0, 1, 2, 3, 4])
})

test('what answers a client does not wait for the window', () => {
  const { cycle, busy, run, endTurn, told } = setUp({ windowMs: 20 })
  busy.share = 0.9
  run(1_000)
  cycle.addUrgent({ flush: () => told.push('an ack') })
  phasesOf(cycle)[0]?.addGroup({ hand: () => told.push('a quote') })
  endTurn()
  expect(told).toEqual(['an ack'])
})

test('nothing waits for ever when the window ends, and no timer runs while nothing waits', () => {
  const { cycle, clock, busy, run, endTurn, told } = setUp({ windowMs: 20 })
  busy.share = 0.9
  run(1_000)
  clock.advance(100)
  expect(clock.pending).toBe(0)
  const phases = phasesOf(cycle)
  for (const phase of phases) phase.addGroup({ hand: () => told.push('handed') })
  busy.share = 0
  clock.advance(5_000)
  endTurn()
  expect(told).toHaveLength(5)
  expect(clock.pending).toBe(0)
})

test('phases conflate while there is a window, where that is wanted', () => {
  for (const conflates of [true, false]) {
    const { cycle, busy, run } = setUp({ windowMs: 20, conflates })
    const [phase] = phasesOf(cycle)
    busy.share = 0.9
    run(1_000)
    expect(phase?.conflates).toBe(conflates)
    busy.share = 0
    run(3_000)
    expect(phase?.conflates).toBe(false)
  }
})

test('stop writes what waits and leaves no timer', () => {
  const { cycle, clock, busy, run, told } = setUp({ windowMs: 20 })
  busy.share = 0.9
  run(1_000)
  for (const phase of phasesOf(cycle)) phase.addOutbox({ flush: () => told.push('written') })
  cycle.stop()
  expect([told.length, clock.pending]).toEqual([5, 0])
})

test('connections are dealt out to the phases evenly', () => {
  const { cycle } = setUp()
  const phases = Array.from({ length: 100 }, () => cycle.assignPhase())
  expect([...Map.groupBy(phases, (phase) => phase).values()].map(({ length }) => length)).toEqual([20, 20, 20, 20, 20])
})

function phasesOf(cycle: FlushCycle): FlushPhase[] {
  return [...new Set(Array.from({ length: 5 }, () => cycle.assignPhase()))]
}

function setUp({ windowMs = 20, conflates = true } = {}) {
  const clock = new ManualClock()
  const busy = { share: 0 }
  const told: string[] = []
  let turn: (() => void)[] = []
  const cycle = new FlushCycle({
    clock,
    windowMs,
    conflates,
    busyShare: () => busy.share,
    soon: (task) => turn.push(task),
  })
  const endTurn = () => {
    const tasks = turn
    turn = []
    for (const task of tasks) task()
  }
  const [phase] = phasesOf(cycle)
  /** Something waits in every millisecond; the window at the end. */
  const run = (forMs: number) => {
    for (let i = 0; i < forMs; i++) {
      phase?.addGroup({ hand: () => {} })
      endTurn()
      clock.advance(1)
    }
    clock.advance(windowMs)
    endTurn()
    return cycle.windowMs
  }
  return { cycle, clock, busy, run, endTurn, told }
}
