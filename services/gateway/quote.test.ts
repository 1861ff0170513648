import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quotewire } from '../shared/protobuf.ts'
import { quoteJson } from './protocol.ts'
import { readQuote } from './quote.ts'

const { Quote } = quotewire.v1

test('a quote is read from the wire with its optional numbers as they were, absent or not', () => {
  const wire = { symbol: 'AAPL', price: 1.5, timestamp: 1_761_561_000_000, change: 0, seq: 2 ** 53 - 1, epoch: 1 }
  expect(readQuote(Quote.decode(Quote.encode(wire).finish()))).toEqual({
    symbol: 'AAPL',
    price: 1.5,
    timestampMs: 1_761_561_000_000,
    change: 0,
    seq: 2 ** 53 - 1,
    epoch: 1,
    snapshot: false,
  })
})

test('the bytes it came as stay with it as they are, and only where there are any', () => {
  const wire = { symbol: 'A', price: 1 }
  expect(readQuote(wire, '\u000a\u00ff')).toMatchObject({ symbol: 'A', encoded: '\u000a\u00ff' })
  expect(Object.keys(readQuote(wire) ?? {})).toEqual(['symbol', 'price', 'timestampMs', 'snapshot'])
  expect(readQuote({ symbol: 'A', price: Number.NaN }, 'x')).toBeUndefined()
})

test.for([
  ['no symbol', { price: 1 }],
  ['no finite price', { symbol: 'A', price: Number.POSITIVE_INFINITY }],
  ['a price that is no number', { symbol: 'A', price: Number.NaN }],
  ['an endless bid', { symbol: 'A', price: 1, bid: Number.NEGATIVE_INFINITY }],
  ['a timestamp past what ISO 8601 holds', { symbol: 'A', price: 1, timestamp: 8.64e15 + 2 }],
] as const)('a quote with %s is dropped', ([, message]) => {
  expect(readQuote(message)).toBeUndefined()
})

test('seq without epoch, or epoch without seq, is dropped: only both together say where a quote belongs', () => {
  expect(readQuote({ symbol: 'A', price: 1, seq: 1 })).toBeUndefined()
  expect(readQuote({ symbol: 'A', price: 1, epoch: 1 })).toBeUndefined()
})

test('whatever was read can be written as JSON', () => {
  const number = fc.option(fc.double(), { nil: undefined })
  const integer = fc.option(fc.integer({ min: -(2 ** 53), max: 2 ** 53 }), { nil: undefined })
  const message = fc.record({
    symbol: fc.constant('AAPL'),
    price: fc.double(),
    timestamp: integer,
    change: number,
    changePercent: number,
    bid: number,
    ask: number,
    volume: number,
    seq: integer,
    epoch: integer,
    snapshot: fc.boolean(),
  })
  fc.assert(
    fc.property(message, (fields) => {
      const quote = readQuote(fields as Parameters<typeof readQuote>[0])
      if (quote)
        expect(JSON.parse(quoteJson(quote, { snapshot: quote.snapshot, delayed: false }))).toMatchObject({
          type: 'quote',
          symbol: 'AAPL',
        })
    }),
    { numRuns: 500 },
  )
})
