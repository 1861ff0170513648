import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { FlushCycle } from './flush-cycle.ts'
import { binaryFrame, pingFrame, textFrame } from './frame.ts'
import { Outbox, type OutboxSocket, outboxLimitBytes, probeBytes, probeEveryMs } from './outbox.ts'
import { pingPayload } from './ping-payload.ts'
import { behindAfterMs } from './slow-clients.ts'
import { readFrames } from './testing/frames.ts'

test('what was pushed in one turn is one write, in order', async () => {
  const { outbox, socket } = setUp()
  for (const frame of ['a', 'b', 'c']) outbox.push(frame)
  expect(socket.writes).toEqual([])
  await setImmediate()
  expect(socket.writes).toEqual(['abc'])
  outbox.push('d')
  await setImmediate()
  expect(socket.writes).toEqual(['abc', 'd'])
  await setImmediate()
  expect(socket.writes).toHaveLength(2)
})

test('all outboxes share a cycle and are written in the same turn', async () => {
  const cycle = turnCycle()
  const all = Array.from({ length: 5 }, () => setUp({ cycle }))
  for (const { outbox } of all) outbox.push('x')
  await setImmediate()
  expect(all.map(({ socket }) => socket.writes)).toEqual(all.map(() => ['x']))
})

test('flush writes at once, and the turn’s end writes nothing more', async () => {
  const { outbox, socket } = setUp()
  outbox.push('a')
  outbox.flush(0)
  outbox.flush(0)
  expect(socket.writes).toEqual(['a'])
  await setImmediate()
  expect(socket.writes).toEqual(['a'])
})

test('exactly the limit fits; one byte more is dropped and told once, when the socket takes nothing', async () => {
  const { outbox, socket, overflows } = setUp()
  socket.keeps = true
  outbox.push('x'.repeat(outboxLimitBytes))
  expect([outbox.bytes, overflows()]).toEqual([outboxLimitBytes, 0])
  outbox.push('y')
  outbox.push('z')
  expect(overflows()).toBe(1)
  await setImmediate()
  expect(socket.writes).toEqual(['x'.repeat(outboxLimitBytes)])
})

test('a burst in one turn is written on the way and closes nobody whose socket takes it', () => {
  const { outbox, socket, overflows } = setUp()
  for (let i = 0; i < 5_000; i++) outbox.push('x'.repeat(1_000))
  outbox.flush(0)
  expect(overflows()).toBe(0)
  expect(socket.writes.join('')).toHaveLength(5_000_000)
})

test('what Node still holds for the socket counts', () => {
  const { outbox, socket, overflows } = setUp()
  socket.keeps = true
  socket.writableLength = outboxLimitBytes - 10
  outbox.push('x'.repeat(10))
  expect([outbox.bytes, overflows()]).toEqual([outboxLimitBytes, 0])
  outbox.push('y')
  expect(overflows()).toBe(1)
})

test('after discard nothing is written and nothing overflows', async () => {
  const { outbox, socket, overflows } = setUp()
  outbox.push('a')
  outbox.discard()
  outbox.push('x'.repeat(outboxLimitBytes + 1))
  outbox.flush(0)
  await setImmediate()
  expect([socket.writes, overflows(), outbox.bytes]).toEqual([[], 0, 0])
})

test('onOverflow may flush, push and discard again without effect', () => {
  const socket = new RecordedSocket()
  let overflows = 0
  const outbox: Outbox = new Outbox({
    socket,
    phase: turnCycle().assignPhase(),
    batches: false,
    owner: {
      number,
      onUnread: () => {},
      onOverflow: () => {
        overflows++
        outbox.push('x'.repeat(outboxLimitBytes + 1))
        outbox.flush(0)
        outbox.discard()
      },
    },
  })
  outbox.push('x'.repeat(outboxLimitBytes + 1))
  expect([overflows, socket.writes]).toEqual([1, []])
})

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('push'), bytes: fc.integer({ min: 1, max: 300_000 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('flush'), bytes: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('kernel takes'), bytes: fc.nat(600_000) }) },
)

test('what is written is what was pushed, in order, up to the overflow; the bound holds throughout', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { outbox, socket, overflows } = setUp()
      socket.keeps = true
      let pushed = ''
      let isOver = false
      steps.forEach(({ kind, bytes }, index) => {
        if (kind === 'flush') outbox.flush(0)
        else if (kind === 'kernel takes') socket.writableLength = Math.max(0, socket.writableLength - bytes)
        else {
          const fits = outbox.bytes + bytes <= outboxLimitBytes
          outbox.push(String.fromCharCode(65 + index).repeat(bytes))
          if (!isOver && fits) pushed += String.fromCharCode(65 + index).repeat(bytes)
          isOver ||= !fits
        }
        expect(outbox.bytes).toBeLessThanOrEqual(outboxLimitBytes)
        expect(overflows()).toBe(isOver ? 1 : 0)
      })
      outbox.flush(0)
      const written = socket.writes.join('')
      expect(pushed.startsWith(written)).toBe(true)
      if (!isOver) expect(written.length).toBe(pushed.length)
    }),
  )
})

test('batches: one turn is one write of as few frames as its order allows', async () => {
  const { outbox, socket } = setUp({ batches: true })
  for (const frame of [textFrame('1'), textFrame('2'), binaryFrame('b'), pingFrame(), binaryFrame('c')])
    outbox.push(frame)
  expect(socket.writes).toEqual([])
  await setImmediate()
  expect(socket.writes).toEqual([textFrame('[1,2]') + binaryFrame('b') + pingFrame() + binaryFrame('c')])
  outbox.push(textFrame('3'))
  await setImmediate()
  expect(socket.writes[1]).toBe(textFrame('[3]'))
  await setImmediate()
  expect(socket.writes).toHaveLength(2)
})

test('batches: flush writes at once, and after discard nothing is written', async () => {
  const { outbox, socket } = setUp({ batches: true })
  outbox.push(textFrame('1'))
  outbox.flush(0)
  outbox.flush(0)
  expect(socket.writes).toEqual([textFrame('[1]')])
  outbox.push(textFrame('2'))
  expect(outbox.bytes).toBe(textFrame('[2]').length)
  outbox.discard()
  outbox.push(textFrame('3'))
  outbox.flush(0)
  await setImmediate()
  expect([socket.writes.length, outbox.bytes]).toEqual([1, 0])
})

test('batches: what waits counts as long as it will be, and the limit is never passed', () => {
  // Text and binary in turn cannot be joined: each text grows by its brackets and by a longer header.
  const frames = [textFrame('7'.repeat(124)), binaryFrame('b')]
  for (let heldBytes = outboxLimitBytes - 1_000; heldBytes < outboxLimitBytes - 800; heldBytes++) {
    const { outbox, socket, overflows } = setUp({ batches: true })
    socket.keeps = true
    socket.writableLength = heldBytes
    let most = 0
    for (let i = 0; overflows() === 0; i++) {
      outbox.push(frames[i % 2] ?? '')
      most = Math.max(most, outbox.bytes)
      expect(i).toBeLessThan(20)
    }
    expect(most).toBeLessThanOrEqual(outboxLimitBytes)
    expect(most).toBeGreaterThan(outboxLimitBytes - 140)
    expect(socket.writableLength).toBe(most)
    expect(overflows()).toBe(1)
  }
})

test('an outbox is given to its cycle once a turn, whether it batches or not', async () => {
  for (const batches of [true, false]) {
    const cycle = turnCycle()
    const add = vi.spyOn(cycle, 'addUrgent')
    const { outbox } = setUp({ cycle, batches })
    for (let i = 0; i < 5; i++) outbox.push(textFrame('1'))
    expect(add).toHaveBeenCalledTimes(1)
    await setImmediate()
    outbox.push(textFrame('1'))
    expect(add).toHaveBeenCalledTimes(2)
  }
})

test('batches: a burst in one turn is written on the way and closes nobody whose socket takes it', () => {
  const { outbox, socket, overflows } = setUp({ batches: true })
  for (let i = 0; i < 5_000; i++) outbox.push(textFrame(`"${'x'.repeat(1_000)}"`))
  outbox.flush(0)
  expect(overflows()).toBe(0)
  expect(socket.writes.length).toBeLessThan(8)
  for (const write of socket.writes) expect(write.length).toBeLessThanOrEqual(outboxLimitBytes)
  expect(readFrames(socket.writes.join('')).flatMap(({ payload }) => JSON.parse(payload) as string[])).toHaveLength(
    5_000,
  )
})

test('quotes are refused while Node still holds bytes for the socket, and taken once the kernel has them', () => {
  const { outbox, socket } = setUp()
  expect(outbox.offer('a')).toBe(true)
  socket.isFull = true
  socket.writableLength = 70_000
  outbox.flush(0)
  expect(outbox.offer('b')).toBe(false)
  outbox.push('an ack')
  socket.writableLength = 0
  expect(outbox.offer('c')).toBe(true)
  outbox.flush(0)
  expect(socket.writes).toEqual(['a', 'an ackc'])
})

test('quotes fill at most half of the limit, so that acks still fit', () => {
  const { outbox, overflows, socket } = setUp()
  socket.isFull = true
  expect(outbox.offer('x'.repeat(outboxLimitBytes / 2))).toBe(true)
  socket.keeps = true
  expect(outbox.offer('y')).toBe(false)
  outbox.push('x'.repeat(outboxLimitBytes / 2))
  expect(overflows()).toBe(0)
})

test('what waits for the end of a turn is written before quotes are refused: a client that reads loses none', () => {
  const { outbox, socket } = setUp()
  const frames = Array.from({ length: 40 }, (_, i) => textFrame(`"${i}${'x'.repeat(60_000)}"`))
  for (const frame of frames) expect(outbox.offer(frame)).toBe(true)
  outbox.flush(0)
  expect(socket.writes.join('')).toBe(frames.join(''))
})

test('a ping follows what was written, by bytes and by time; until its pong comes what was written is unread', () => {
  const { outbox, socket, unread } = setUp()
  const frames = 'x'.repeat(probeBytes)
  const write = (nowMs: number) => {
    outbox.push(frames)
    outbox.flush(nowMs)
    return readFrames(socket.writes.at(-1)?.slice(frames.length) ?? '').map(({ opcode }) => opcode)
  }
  outbox.push('x'.repeat(probeBytes - 1))
  outbox.flush(5_000)
  expect(socket.writes.at(-1)).toHaveLength(probeBytes - 1)
  expect(write(5_000)).toEqual([9])
  const [probe] = readFrames(socket.writes[1]?.slice(frames.length) ?? '')
  expect([outbox.unreadMs(5_000 + behindAfterMs - 1), unread()]).toEqual([behindAfterMs - 1, 0])
  // One at a time.
  expect(write(5_000 + probeEveryMs)).toEqual([])
  expect(write(5_000 + behindAfterMs)).toEqual([])
  expect(unread()).toBe(1)
  const payload = probe?.payload ?? ''
  const forged = [
    '',
    '0',
    '1',
    '2',
    `${payload}x`,
    payload.slice(0, -1),
    pingPayload(number, 2),
    pingPayload(number + 1, 1),
  ]
  for (const text of forged) expect(outbox.pong(Buffer.from(text))).toBe(false)
  expect(outbox.unreadMs(9_000)).toBe(4_000)
  expect(outbox.pong(Buffer.from(payload))).toBe(true)
  expect(outbox.pong(Buffer.from(payload))).toBe(false)
  expect(outbox.unreadMs(9_000)).toBe(0)
  expect(write(9_000)).toEqual([9])
  outbox.pong(Buffer.from(pingPayload(number, 2)))
  outbox.push('x'.repeat(probeBytes - 1))
  outbox.flush(20_000)
  expect(socket.writes.at(-1)).toHaveLength(probeBytes - 1)
})

test('the pong to a later ping says that the earlier was read too, however many there were', () => {
  const { outbox } = setUp()
  for (let round = 0; round < 300; round++) {
    const nowMs = round * 10_000
    outbox.ping(nowMs)
    outbox.ping(nowMs + 1_000)
    expect(outbox.unreadMs(nowMs + 3_000)).toBe(3_000)
    expect(outbox.pong(Buffer.from(pingPayload(number, 2 * round + 2)))).toBe(true)
    expect(outbox.unreadMs(nowMs + 3_000)).toBe(0)
  }
})

test('every ping is answered by one pong, also where several waited; a client that lags stays behind by as much', () => {
  const { outbox } = setUp()
  const lagS = 3
  for (let second = 0; second < 300; second++) {
    outbox.ping(second * probeEveryMs)
    if (second < lagS) continue
    expect(outbox.pong(Buffer.from(pingPayload(number, second - lagS + 1)))).toBe(true)
    expect(outbox.unreadMs(second * probeEveryMs)).toBe((lagS - 1) * probeEveryMs)
  }
  for (let last = 300 - lagS; last < 300; last++)
    expect(outbox.pong(Buffer.from(pingPayload(number, last + 1)))).toBe(true)
  expect(outbox.unreadMs(400_000)).toBe(0)
  expect(outbox.pong(Buffer.from(pingPayload(number, 300)))).toBe(false)
})

test('what is shared fills at most half of the limit too; what waits goes first', () => {
  const { outbox, socket } = setUp()
  socket.keeps = true
  expect(outbox.writeShared(Buffer.alloc(outboxLimitBytes / 2 + 1), 0)).toBe(false)
  expect(socket.writes).toEqual([])
  outbox.push('x')
  expect(outbox.writeShared(Buffer.alloc(outboxLimitBytes / 2), 0)).toBe(true)
  expect(socket.writes.map(({ length }) => length).slice(0, 2)).toEqual([1, outboxLimitBytes / 2])
  expect(outbox.writeShared(Buffer.alloc(1), 0)).toBe(false)
  expect(outbox.bytes).toBeLessThanOrEqual(outboxLimitBytes)
})

/** Of the connection. */
const number = 7

class RecordedSocket implements OutboxSocket {
  readonly writes: string[] = []
  writableLength = 0
  /** Whether writes stay with Node until the kernel takes them. */
  keeps = false
  isFull = false

  write(data: string | Buffer, encoding?: 'latin1'): boolean {
    expect(encoding).toBe(typeof data === 'string' ? 'latin1' : undefined)
    this.writes.push(typeof data === 'string' ? data : data.toString('latin1'))
    if (this.keeps) this.writableLength += data.length
    return this.writableLength < 65_536 && !this.isFull
  }
}

function turnCycle(): FlushCycle {
  return new FlushCycle({
    clock: new ManualClock(),
    windowMs: 0,
    conflates: false,
    busyShare: () => 0,
    soon: globalThis.setImmediate,
  })
}

function setUp({ cycle = turnCycle(), batches = false } = {}) {
  const socket = new RecordedSocket()
  let [overflows, unread] = [0, 0]
  const owner = { number, onOverflow: () => overflows++, onUnread: () => unread++ }
  const outbox = new Outbox({ socket, phase: cycle.assignPhase(), batches, owner })
  return { socket, outbox, overflows: () => overflows, unread: () => unread }
}
