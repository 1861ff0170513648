import { beforeEach, expect, test, vi } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { type Arrival, Channel } from './channel.ts'
import { FlushCycle } from './flush-cycle.ts'
import { quoteOf } from './testing/manual-upstream.ts'
import { RecordedMember } from './testing/recorded-member.ts'

test('members of one encoding are sent the very same frame, built once', () => {
  const channel = channelOf({})
  const [ann, bob, binary] = [new RecordedMember(), new RecordedMember(), new RecordedMember('protobuf')]
  for (const member of [ann, bob, binary]) channel.join(member)
  channel.quote(arrival(1))
  expect(told).toEqual(['delivered 2', 'delivered 1'])
  expect(ann.frames).toHaveLength(1)
  expect(bob.frames).toEqual(ann.frames)
  expect(ann.opcodes).toEqual([1])
  expect(binary.opcodes).toEqual([2])
})

test('gaps and news are text for everybody', () => {
  const channel = channelOf({})
  const [ann, binary] = [new RecordedMember(), new RecordedMember('protobuf')]
  for (const member of [ann, binary]) channel.join(member)
  channel.send('\u0081\u0002{}')
  expect([ann.frames, binary.frames]).toEqual([['\u0081\u0002{}'], ['\u0081\u0002{}']])
})

test('who joins is sent the newest value as a snapshot, also when it changed since the last one joined', () => {
  const channel = channelOf({ last: arrival(1) })
  const [early, late] = [new RecordedMember(), new RecordedMember()]
  channel.join(early)
  channel.quote(arrival(2))
  channel.join(late)
  expect(early.messages).toMatchObject([{ seq: 1, snapshot: true }, { seq: 2 }])
  expect(late.messages).toMatchObject([{ seq: 2, snapshot: true }])
})

test.for([
  ['that very quote', { epoch: 1, seq: 5 }, 0],
  ['an older one', { epoch: 1, seq: 4 }, 1],
  ['a newer one', { epoch: 1, seq: 6 }, 1],
  ['one of another epoch', { epoch: 2, seq: 5 }, 1],
] as const)('since: a snapshot for who has %s', ([, since, snapshots]) => {
  const channel = channelOf({ last: arrival(5) })
  const member = new RecordedMember()
  channel.join(member, since)
  expect(member.frames).toHaveLength(snapshots)
  channel.quote(arrival(6))
  expect(member.messages.at(-1)).toMatchObject({ seq: 6 })
})

test('a last value without seq is never what somebody has', () => {
  const channel = channelOf({ last: { quote: quoteOf('AAPL'), order: 1 } })
  const member = new RecordedMember()
  channel.join(member, { epoch: 1, seq: 5 })
  expect(member.frames).toHaveLength(1)
})

test('a delayed channel marks snapshots and quotes', () => {
  const channel = channelOf({ isDelayed: true, last: arrival(1) })
  const member = new RecordedMember()
  channel.join(member)
  channel.quote(arrival(2))
  expect(member.messages).toMatchObject([
    { seq: 1, snapshot: true, delayed: true },
    { seq: 2, delayed: true },
  ])
  expect(member.messages[1]).not.toHaveProperty('snapshot')
})

test('who moves in with less is sent the last value at once; with as much, only what is newer', () => {
  const channel = channelOf({ last: arrival(5) })
  const [behind, nothing, level] = [new RecordedMember(), new RecordedMember(), new RecordedMember()]
  channel.moveIn(behind, 4)
  channel.moveIn(nothing, 0)
  channel.moveIn(level, 5)
  expect([behind, nothing, level].map(({ frames }) => frames.length)).toEqual([1, 1, 0])
  expect(behind.messages).toMatchObject([{ seq: 5, snapshot: true }])
  channel.quote(arrival(6))
  expect(told).toEqual(['delivered 3'])
  expect(level.messages).toMatchObject([{ seq: 6 }])
})

test('who moves in with more is sent nothing until the channel is past that, whether its quotes have seqs or not', () => {
  for (const of of [arrival, (order: number): Arrival => ({ quote: quoteOf('AAPL'), order })]) {
    const channel = channelOf({ isDelayed: true, last: of(2) })
    const [ahead, local] = [new RecordedMember(), new RecordedMember()]
    channel.join(local)
    channel.moveIn(ahead, 5)
    told.length = 0
    for (const order of [3, 4, 5, 6, 7]) channel.quote(of(order))
    expect(told).toEqual([1, 1, 1, 2, 2].map((quotes) => `delivered ${quotes}`))
    expect([ahead.frames.length, local.frames.length]).toEqual([2, 6])
  }
})

test('what a member has seen is the newest of here and of where it came from', () => {
  const channel = channelOf({ isDelayed: true, last: arrival(2) })
  const [ahead, local, stranger] = [new RecordedMember(), new RecordedMember(), new RecordedMember()]
  channel.join(local)
  channel.moveIn(ahead, 4)
  const seen = () => [ahead, local, stranger].map((member) => channel.seenBy(member))
  expect(seen()).toEqual([4, 2, undefined])
  for (const order of [3, 4, 5]) channel.quote(arrival(order))
  expect(seen()).toEqual([5, 5, undefined])
})

test('who left is sent nothing, and is a newcomer when it comes again', () => {
  const channel = channelOf({ isDelayed: true, last: arrival(1) })
  const member = new RecordedMember()
  channel.moveIn(member, 9)
  expect(channel.leave(member)).toBe(true)
  expect(channel.leave(member)).toBe(false)
  channel.quote(arrival(2))
  expect(member.frames).toEqual([])
  channel.join(member)
  channel.quote(arrival(3))
  expect(member.messages).toMatchObject([{ seq: 2, snapshot: true }, { seq: 3 }])
})

test('who joins while a quote waits gets it as the snapshot alone; those before him as the quote', () => {
  const { phase, endTurn } = waitingPhase()
  const channel = channelOf({ last: arrival(1) })
  const [early, late] = [new RecordedMember('json', phase), new RecordedMember('json', phase)]
  channel.join(early)
  channel.quote(arrival(2))
  channel.join(late)
  endTurn()
  expect(early.messages).toMatchObject([{ seq: 1, snapshot: true }, { seq: 2 }])
  expect(late.messages).toMatchObject([{ seq: 2, snapshot: true }])
})

test('what waits for a member counts as seen only once it was handed over', () => {
  const { phase, endTurn } = waitingPhase()
  const channel = channelOf({ last: arrival(1) })
  const member = new RecordedMember('json', phase)
  channel.join(member)
  channel.quote(arrival(2))
  expect(channel.seenBy(member)).toBe(2)
  expect(member.messages).toMatchObject([{ seq: 1 }, { seq: 2 }])
  channel.quote(arrival(3))
  channel.leave(member)
  endTurn()
  expect(member.messages.map(({ seq }) => seq)).toEqual([1, 2, 3])
})

test('quotes that wait together keep their distance to a member that has seen the first of them', () => {
  const { phase, otherPhase, endTurn } = waitingPhase()
  const channel = channelOf({ isDelayed: true, last: arrival(1) })
  const [ahead, local] = [new RecordedMember('json', phase), new RecordedMember('json', otherPhase)]
  channel.join(local)
  channel.quote(arrival(2))
  channel.moveIn(ahead, 3)
  for (const order of [3, 4]) channel.quote(arrival(order))
  endTurn()
  expect(ahead.messages.map(({ seq }) => seq)).toEqual([4])
  expect(local.messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
})

test('who waits for what is newer takes nothing from the others: what they are sent is conflated as before', () => {
  const { phase, otherPhase, endTurn } = waitingPhase()
  const channel = channelOf({ isDelayed: true, last: arrival(1) })
  const [ahead, local] = [new RecordedMember('json', phase), new RecordedMember('json', otherPhase)]
  channel.join(local)
  channel.moveIn(ahead, 5)
  expect(channel.size).toBe(2)
  otherPhase.conflates = true
  for (const order of [2, 3, 4]) channel.quote(arrival(order))
  endTurn()
  expect(told).toEqual(['delivered 1', 'conflated 2'])
  expect(local.messages.map(({ seq }) => seq)).toEqual([1, 4])
  for (const order of [5, 6, 7]) channel.quote(arrival(order))
  endTurn()
  expect(ahead.messages.map(({ seq }) => seq)).toEqual([6, 7])
  expect(channel.size).toBe(2)
})

test('news go to who waits for what is newer, too', () => {
  const channel = channelOf({ isDelayed: true, last: arrival(1) })
  const ahead = new RecordedMember()
  channel.moveIn(ahead, 5)
  channel.send('news')
  expect(ahead.frames).toEqual(['news'])
})

test('a quote that is replaced while it waits is not encoded', () => {
  const { phase, endTurn } = waitingPhase()
  phase.conflates = true
  const channel = channelOf({ last: arrival(1) })
  const member = new RecordedMember('json', phase)
  channel.join(member)
  const encoded = vi.spyOn(channel, 'newest')
  for (const order of [2, 3, 4]) channel.quote(arrival(order))
  expect(encoded).not.toHaveBeenCalled()
  endTurn()
  expect(encoded).toHaveBeenCalledTimes(1)
  expect(member.messages.map(({ seq }) => seq)).toEqual([1, 4])
})

test('where a phase stops or begins to conflate while quotes wait, each counts once', () => {
  for (const modes of [
    [true, false, false],
    [false, true, false],
    [false, false, true],
  ]) {
    told.length = 0
    const { phase, endTurn } = waitingPhase()
    const channel = channelOf({ last: arrival(1) })
    const member = new RecordedMember('json', phase)
    channel.join(member)
    for (const [i, conflates] of modes.entries()) {
      phase.conflates = conflates
      channel.quote(arrival(i + 2))
    }
    endTurn()
    const sent = member.messages.slice(1).map(({ seq }) => seq)
    expect(sent.at(-1)).toBe(4)
    expect(told.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0)).toBe(3)
    expect(told[0]).toBe(`delivered ${sent.length}`)
  }
})

function waitingPhase() {
  let turn: (() => void)[] = []
  const cycle = new FlushCycle({
    clock: new ManualClock(),
    windowMs: 0,
    conflates: false,
    busyShare: () => 0,
    soon: (task) => turn.push(task),
  })
  const endTurn = () => {
    const tasks = turn
    turn = []
    for (const task of tasks) task()
  }
  return { phase: cycle.assignPhase(), otherPhase: cycle.assignPhase(), endTurn }
}

const told: string[] = []
beforeEach(() => {
  told.length = 0
})

function channelOf({ isDelayed = false, last = undefined as Arrival | undefined }): Channel {
  const observer = {
    delivered: (quotes: number) => told.push(`delivered ${quotes}`),
    conflated: (quotes: number) => told.push(`conflated ${quotes}`),
  }
  return new Channel({ isDelayed, last, observer })
}

function arrival(order: number): Arrival {
  return { quote: quoteOf('AAPL', order), order }
}
