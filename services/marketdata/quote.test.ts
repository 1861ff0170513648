import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodePayload, parsePayload, type Quote } from './quote.ts'

const nowMs = 1_761_561_000_000

test.each<[unknown, number]>([
  [undefined, nowMs],
  [null, nowMs],
  [0, 0],
  [-1_000, -1_000],
  [1_761_561_000_123.9, 1_761_561_000_123],
  ['2025-10-27T10:30:00Z', 1_761_561_000_000],
  ['2025-10-27T10:30:00.250+01:00', 1_761_557_400_250],
])('the timestamp %j is read as %d', (timestamp, expected) => {
  expect(parsePayload('AAPL', JSON.stringify({ price: 1, timestamp }), nowMs)).toMatchObject({ timestampMs: expected })
})

test.each(['', 'now', true, [], {}, 8.64e15 + 1, -9e15])('the timestamp %j is refused', (timestamp) => {
  expect(parsePayload('AAPL', JSON.stringify({ price: 1, timestamp }), nowMs)).toBe('bad_field')
})

test.each([
  ['{"price":1e999}', 'bad_field'],
  ['{"price":-1e999}', 'bad_field'],
  ['{"price":1,"bid":1e999}', 'bad_field'],
  ['{"price":1,"timestamp":1e999}', 'bad_field'],
  ['{"price":1,"seq":1e999,"epoch":1}', 'bad_seq'],
])('the overflowing number in %s is refused', (payload, reason) => {
  expect(parsePayload('AAPL', payload, nowMs)).toBe(reason)
})

test.each([0, -1, 1.5, 2 ** 53, '1', true, null])('the seq %j is refused', (seq) => {
  expect(parsePayload('AAPL', JSON.stringify({ price: 1, seq, epoch: 1 }), nowMs)).toBe('bad_seq')
  expect(parsePayload('AAPL', JSON.stringify({ price: 1, seq: 1, epoch: seq }), nowMs)).toBe('bad_seq')
})

test('unknown keys are ignored, and none of them reaches the quote', () => {
  const payload = '{"price":1,"__proto__":{"bid":1},"constructor":1,"type":"x","seq2":3}'
  expect(parsePayload('AAPL', payload, nowMs)).toEqual({ symbol: 'AAPL', price: 1, timestampMs: nowMs })
})

test('4,096 characters are taken, one more is not', () => {
  const payload = (length: number) => `{"price":1}${' '.repeat(length - 11)}`
  expect(parsePayload('AAPL', payload(4_096), nowMs)).toMatchObject({ price: 1 })
  expect(parsePayload('AAPL', payload(4_097), nowMs)).toBe('too_long')
})

test('whatever is published, parsing returns a reason or a quote of finite numbers', () => {
  const nearly = fc.record(
    {
      price: fc.oneof(fc.double(), fc.anything()),
      symbol: fc.oneof(fc.constant('AAPL'), fc.anything()),
      timestamp: fc.oneof(fc.double(), fc.string(), fc.anything()),
      seq: fc.oneof(fc.integer(), fc.anything()),
      epoch: fc.oneof(fc.integer(), fc.anything()),
      bid: fc.anything(),
      volume: fc.oneof(fc.double(), fc.anything()),
    },
    { requiredKeys: [] },
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ price: value })),
    nearly.map((value) => stringify(value)),
  )
  fc.assert(
    fc.property(text, (payload) => {
      const quote = parsePayload('AAPL', payload, nowMs)
      if (typeof quote === 'string') return
      const { symbol, seq, epoch, ...numbers } = quote
      expect(symbol).toBe('AAPL')
      expect((seq === undefined) === (epoch === undefined)).toBe(true)
      expect(Object.values(numbers).every((value) => Number.isFinite(value))).toBe(true)
      expect(() => new Date(quote.timestampMs).toISOString()).not.toThrow()
    }),
    { numRuns: 2_000 },
  )
})

test('an epoch over a day ahead of the clock is refused: it would silence its symbol', () => {
  const payload = (epoch: number) => JSON.stringify({ price: 1, seq: 1, epoch })
  expect(parsePayload('AAPL', payload(nowMs + 86_400_000), nowMs)).toMatchObject({ epoch: nowMs + 86_400_000 })
  expect(parsePayload('AAPL', payload(nowMs + 86_400_001), nowMs)).toBe('bad_seq')
  expect(parsePayload('AAPL', payload(Number.MAX_SAFE_INTEGER), nowMs)).toBe('bad_seq')
})

test('an encoded quote is read back as it was', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0 || 0)
  const counter = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
  const base = { symbol: fc.constant('AAPL'), price: finite, timestampMs: fc.integer({ min: -8.64e15, max: 8.64e15 }) }
  const optional = { change: finite, changePercent: finite, bid: finite, ask: finite, volume: finite }
  const unsequenced = fc.record({ ...base, ...optional }, { requiredKeys: ['symbol', 'price', 'timestampMs'] })
  const epoch = fc.integer({ min: 1, max: nowMs + 86_400_000 })
  const position = fc.oneof(fc.constant({}), fc.record({ seq: counter, epoch }))
  fc.assert(
    fc.property(unsequenced, position, (fields, sequenced) => {
      const quote: Quote = { ...fields, ...sequenced }
      expect(parsePayload('AAPL', encodePayload(quote), nowMs)).toEqual(quote)
    }),
  )
})

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return ''
  }
}
