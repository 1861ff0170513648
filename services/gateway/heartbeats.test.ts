import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { type Beating, Heartbeats } from './heartbeats.ts'

const heartbeatMs = 1_000

test('each session is beaten every heartbeatMs from when it was added, by one timer', () => {
  const { clock, heartbeats, add } = setUp()
  const ann = add()
  clock.advance(300)
  const bob = add()
  expect(clock.pending).toBe(1)
  clock.advance(2_000)
  expect([ann.beats, bob.beats]).toEqual([
    [1_000, 2_000],
    [1_300, 2_300],
  ])
  heartbeats.remove(ann)
  heartbeats.remove(bob)
  clock.advance(5_000)
  expect([ann.beats.length, bob.beats.length, clock.pending]).toEqual([2, 2, 0])
})

test('rule 12: who was not heard for two heartbeats is silent, once; any sign of life in time is enough', () => {
  const { clock, add } = setUp()
  const [silent, alive] = [add({ isSilent: true }), add()]
  clock.advance(10_000)
  expect(silent.silentAtMs).toEqual([2_000])
  expect(silent.beats).toEqual([1_000])
  expect([alive.silentAtMs, alive.beats.length]).toEqual([[], 10])
})

test('a session that ends within its beat is not beaten again, and takes nobody with it', () => {
  const { clock, heartbeats, add } = setUp()
  const sessions = [add(), add(), add()]
  const [first, middle, last] = sessions
  if (middle) middle.onBeat = () => heartbeats.remove(middle)
  clock.advance(3_000)
  expect([first, middle, last].map((session) => session?.beats.length)).toEqual([3, 1, 3])
})

test('removing one that is not in changes nothing, whether alone, first, last or in the middle before', () => {
  for (const removed of [0, 1, 2]) {
    const { clock, heartbeats, add } = setUp()
    const sessions = [add(), add(), add()]
    const one = sessions[removed] as TestBeating
    heartbeats.remove(one)
    heartbeats.remove(one)
    clock.advance(2_000)
    expect(sessions.map(({ beats }) => beats.length)).toEqual([0, 1, 2].map((i) => (i === removed ? 0 : 2)))
  }
})

test('after this process was held up, who was not heard meanwhile is asked once more', () => {
  const { clock, add } = setUp()
  const session = add({ isSilent: true })
  clock.advance(heartbeatMs)
  // The timers of the next beat come late.
  clock.jump(3 * heartbeatMs)
  clock.advance(1)
  expect([session.beats.length, session.silentAtMs.length]).toEqual([2, 0])
  clock.advance(heartbeatMs)
  expect(session.silentAtMs).toHaveLength(1)
})

class TestBeating implements Beating {
  beatDueMs = 0
  previousBeating: Beating | undefined
  nextBeating: Beating | undefined
  readonly beats: number[] = []
  readonly silentAtMs: number[] = []
  onBeat = () => {}
  readonly #clock: ManualClock
  readonly #isSilent: boolean

  constructor(clock: ManualClock, isSilent: boolean) {
    this.#clock = clock
    this.#isSilent = isSilent
  }

  get lastHeardMs(): number {
    return this.#isSilent ? 0 : this.#clock.nowMs()
  }

  beat(): void {
    this.beats.push(this.#clock.nowMs())
    this.onBeat()
  }

  silent(): void {
    this.silentAtMs.push(this.#clock.nowMs())
  }
}

function setUp() {
  const clock = new ManualClock()
  const heartbeats = new Heartbeats({ clock, heartbeatMs })
  const add = ({ isSilent = false } = {}) => {
    const session = new TestBeating(clock, isSilent)
    heartbeats.add(session)
    return session
  }
  return { clock, heartbeats, add }
}
