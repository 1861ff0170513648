import fc from 'fast-check'
import { expect, test } from 'vitest'
import { binaryFrame, pingFrame, pongFrame, textFrame } from './frame.ts'
import { batchOverheadBytes, FrameBatch } from './frame-batch.ts'
import { readFrames } from './testing/frames.ts'

test('texts of one flush come as one array, also a single one', () => {
  const batch = new FrameBatch()
  for (const json of ['{"a":1}', '{"b":"ü"}']) batch.add(textFrame(json))
  expect(readFrames(batch.take())).toEqual([{ opcode: 1, payload: '[{"a":1},{"b":"ü"}]' }])
  batch.add(textFrame('{}'))
  expect(readFrames(batch.take())).toEqual([{ opcode: 1, payload: '[{}]' }])
})

test('binary frames of one flush come as one, their bytes one behind the other', () => {
  const batch = new FrameBatch()
  for (const bytes of ['\u000a\u0001\u00ff', '\u000a\u0001\u0080']) batch.add(binaryFrame(bytes))
  expect(batch.take()).toBe(binaryFrame('\u000a\u0001\u00ff\u000a\u0001\u0080'))
})

test('the order of texts, binaries, pings and pongs stays; only neighbours of one kind are joined', () => {
  const batch = new FrameBatch()
  const pong = pongFrame(Buffer.from('x'))
  for (const frame of [text(1), text(2), binaryFrame('b'), binaryFrame('c'), text(3), pingFrame(), text(4), pong]) {
    batch.add(frame)
  }
  for (const frame of [pong, binaryFrame('d'), pingFrame(), binaryFrame('e')]) batch.add(frame)
  const payloads = readFrames(batch.take()).map(({ opcode, payload }) => `${opcode} ${payload}`)
  expect(payloads).toEqual(['1 [1,2]', '2 bc', '1 [3]', '9 ', '1 [4]', '10 x', '10 x', '2 d', '9 ', '2 e'])
})

test('what was taken is not taken again', () => {
  const batch = new FrameBatch()
  batch.add(text(1))
  batch.take()
  expect([batch.take(), batch.bytes]).toEqual(['', 0])
  batch.add(text(2))
  expect(readFrames(batch.take())).toEqual([{ opcode: 1, payload: '[2]' }])
})

// Around the lengths at which a frame's header grows, before and after brackets.
const length = fc.constantFrom(1, 2, 60, 123, 124, 125, 126, 127, 1_000, 65_500, 65_533, 65_534, 65_535, 65_536, 70_000)
const aFrame = fc.oneof(
  { weight: 4, arbitrary: length.map((n) => textFrame('7'.repeat(n))) },
  { weight: 4, arbitrary: length.map((n) => binaryFrame('\u00ff'.repeat(n))) },
  { weight: 1, arbitrary: fc.constant(pingFrame()) },
)

test('every message comes out once and in order, and `bytes` is what comes out', () => {
  fc.assert(
    fc.property(fc.array(aFrame, { maxLength: 12 }), (frames) => {
      const batch = new FrameBatch()
      for (const frame of frames) {
        const before = batch.bytes
        batch.add(frame)
        expect(batch.bytes).toBeLessThanOrEqual(before + frame.length + batchOverheadBytes)
      }
      const { bytes } = batch
      const taken = batch.take()
      expect(taken).toHaveLength(bytes)
      const messages = readFrames(taken).flatMap(({ opcode, payload }) =>
        opcode === 1 ? payload.slice(1, -1).split(',') : [payload],
      )
      // A binary frame is a concatenation: only its bytes can be compared.
      expect(messages.join('')).toBe(frames.flatMap((frame) => readFrames(frame).map((f) => f.payload)).join(''))
    }),
    { numRuns: 300 },
  )
})

function text(value: number): string {
  return textFrame(String(value))
}
