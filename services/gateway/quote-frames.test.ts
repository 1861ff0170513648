import { expect, test } from 'vitest'
import { quotewire } from '../shared/protobuf.ts'
import { readBatch } from './batch-reader.ts'
import { type Quote, readQuote } from './quote.ts'
import { QuoteFrames } from './quote-frames.ts'
import { readFrames } from './testing/frames.ts'

const { QuoteBatch } = quotewire.v1
const wire = { symbol: 'AAPL', price: 150.25, timestamp: 1_761_561_000_123, bid: 150.2, seq: 2 ** 40, epoch: 3 }

test('JSON is a text frame, made once', () => {
  const frames = new QuoteFrames({ quote: arrived(wire), snapshot: false, delayed: false })
  const [{ opcode, payload } = { opcode: 0, payload: '' }] = readFrames(frames.of('json'))
  expect(opcode).toBe(1)
  expect(JSON.parse(payload)).toMatchObject({ type: 'quote', symbol: 'AAPL', price: 150.25, seq: 2 ** 40 })
  expect(JSON.parse(payload)).not.toHaveProperty('encoded')
  expect(frames.of('json')).toBe(frames.of('json'))
})

test('a live quote as protobuf is exactly the bytes that the upstream sent, what this version does not know included', () => {
  const known = Buffer.from(QuoteBatch.encode({ entries: [{ quote: wire }] }).finish())
  // Field 99 of the entry, behind the quote: the entry's length grows by its 3 bytes.
  const later = Buffer.concat([known, Buffer.from([0x98, 0x06, 0x01])])
  later.writeUInt8(known.readUInt8(1) + 3, 1)
  for (const bytes of [known, later]) {
    const [entry] = readBatch(bytes)
    const quote = readQuote(entry?.quote ?? {}, entry?.encoded)
    if (!quote) throw new Error('not read')
    const frame = Buffer.from(new QuoteFrames({ quote, snapshot: false, delayed: false }).of('protobuf'), 'latin1')
    expect(frame.readUInt8(0)).toBe(0x82)
    expect(frame.subarray(2)).toEqual(bytes)
  }
})

test.for([
  ['a snapshot of a live quote', { snapshot: true, delayed: false }],
  ['a delayed quote', { snapshot: false, delayed: true }],
  ['a delayed snapshot', { snapshot: true, delayed: true }],
] as const)('%s is encoded anew, with its marks and all else as it was', ([, marks]) => {
  const frames = new QuoteFrames({ quote: arrived(wire), ...marks })
  const shown = Object.fromEntries(Object.entries(marks).filter(([, isSet]) => isSet))
  expect(decode(frames.of('protobuf'))).toEqual([{ ...wire, ...shown }])
  const { snapshot, delayed } = JSON.parse(readFrames(frames.of('json'))[0]?.payload ?? '') as Record<string, unknown>
  expect({ snapshot, delayed }).toEqual({ snapshot: undefined, delayed: undefined, ...shown })
})

test('a last value that was read again upstream keeps its bytes and its mark', () => {
  const quote = arrived({ ...wire, snapshot: true })
  const frame = new QuoteFrames({ quote, snapshot: true, delayed: false }).of('protobuf')
  expect(frame.slice(2)).toBe(quote.encoded)
  expect(decode(frame)).toMatchObject([{ snapshot: true }])
  // As a live quote of the same channel it must not carry the mark.
  const [live = {}] = decode(new QuoteFrames({ quote, snapshot: false, delayed: false }).of('protobuf'))
  expect(Object.keys(live)).not.toContain('snapshot')
})

test('a quote without bytes of its own, as a last value has none, is encoded', () => {
  const quote: Quote = { symbol: 'NEW', price: -0.5, timestampMs: 7, snapshot: false }
  const [read = {}] = decode(new QuoteFrames({ quote, snapshot: false, delayed: false }).of('protobuf'))
  expect(read).toMatchObject({ symbol: 'NEW', price: -0.5, timestamp: 7 })
  expect(Object.keys(read)).not.toContain('seq')
})

function arrived(fields: typeof wire & { readonly snapshot?: boolean }): Quote {
  const [entry] = readBatch(Buffer.from(QuoteBatch.encode({ entries: [{ quote: fields }] }).finish()))
  const quote = readQuote(entry?.quote ?? {}, entry?.encoded)
  if (!quote) throw new Error('not read')
  return quote
}

/** The quotes of one binary frame that is short enough for a header of two bytes. */
function decode(frame: string): object[] {
  const bytes = Buffer.from(frame, 'latin1')
  expect([bytes.readUInt8(0), bytes.readUInt8(1)]).toEqual([0x82, bytes.length - 2])
  return QuoteBatch.decode(bytes.subarray(2)).entries.map(({ quote }) => ({ ...quote }))
}
