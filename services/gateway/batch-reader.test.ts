import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quotewire } from '../shared/protobuf.ts'
import { readBatch } from './batch-reader.ts'

const { QuoteBatch } = quotewire.v1

const symbol = fc.stringMatching(/^[A-Z0-9^][A-Z0-9.=-]{0,31}$/)
const double = fc.double({ noNaN: true })
const integer = fc.maxSafeNat()
const quote = fc.record(
  {
    symbol,
    price: double,
    timestamp: integer,
    change: double,
    bid: double,
    volume: double,
    seq: integer,
    epoch: integer,
    snapshot: fc.boolean(),
  },
  { requiredKeys: ['symbol', 'price'] },
)
const request = fc.nat(2 ** 32 - 1)
const entry = fc.oneof(
  { weight: 4, arbitrary: quote.map((each) => ({ quote: each })) },
  fc.record({ request, symbol, last: quote }, { requiredKeys: ['symbol'] }).map((subscribed) => ({ subscribed })),
  fc.record({ request, symbol }).map((unsubscribed) => ({ unsubscribed })),
  fc.record({ request, symbol, code: fc.string(), message: fc.string() }).map((rejected) => ({ rejected })),
  fc.record({ revision: integer, digest: fc.string() }).map((tierData) => ({ tierData })),
  fc.constantFrom({ heartbeat: {} }, { busLost: {} }, { busRestored: {} }, { goAway: {} }, {}),
)
const batch = fc.array(entry, { maxLength: 20 }).map((entries) => Buffer.from(QuoteBatch.encode({ entries }).finish()))

test('every entry is read as protobuf reads it, and the bytes of the quotes are a batch of these quotes', () => {
  fc.assert(
    fc.property(batch, (bytes) => {
      const decoded = QuoteBatch.decode(bytes).entries
      const entries = readBatch(bytes)
      expect(entries.map(({ encoded: _, ...rest }) => rest)).toEqual(decoded.map((each) => ({ ...each })))
      for (const each of entries) expect(each.encoded !== undefined).toBe(Boolean(each.quote))
      const joined = Buffer.from(entries.map(({ encoded }) => encoded ?? '').join(''), 'latin1')
      expect(QuoteBatch.decode(joined).entries).toEqual(decoded.filter((each) => each.quote))
      expect(joined).toEqual(Buffer.from(QuoteBatch.encode({ entries: decoded.filter((each) => each.quote) }).finish()))
    }),
    { numRuns: 500 },
  )
})

test.for([
  ['a number', [0x98, 0x06, 0x96, 0x01]],
  ['8 bytes', [0x99, 0x06, 1, 2, 3, 4, 5, 6, 7, 8]],
  ['a string that looks like an entry', [0x9a, 0x06, 0x02, 0x0a, 0x00]],
  ['a group', [0x9b, 0x06, 0x08, 0x01, 0x9c, 0x06]],
  ['the number of the entries, but not their type', [0x08, 0x02]],
  ['4 bytes', [0x9d, 0x06, 1, 2, 3, 4]],
] as const)('an unknown field of the batch, %s, is skipped before, between and behind entries', ([, field]) => {
  const unknown = Buffer.from(field)
  const quoteBytes = encode({ quote: { symbol: 'A', price: 1 } })
  const beat = encode({ heartbeat: {} })
  const entries = readBatch(Buffer.concat([unknown, quoteBytes, unknown, beat, unknown]))
  expect(entries).toMatchObject([{ quote: { symbol: 'A' }, encoded: quoteBytes.toString('latin1') }, { heartbeat: {} }])
  expect(entries).toHaveLength(2)
})

test('a batch of nothing has no entries', () => {
  expect(readBatch(Buffer.alloc(0))).toEqual([])
})

test.for([
  ['a tag that does not end', [0x80]],
  ['an entry without its length', [0x0a]],
  ['an entry that is cut off', [0x0a, 0x05, 0x0a, 0x03, 0x0a]],
  ['an entry whose length is past the end', [0x0a, 0x7f, 0x2a, 0x00]],
  ['a wire type that there is not', [0x0f]],
  ['a group that only ends', [0x0c]],
  ['a field that is cut off', [0x99, 0x06, 1, 2]],
] as const)('bytes that are no batch throw: %s', ([, bytes]) => {
  expect(() => readBatch(Buffer.from(bytes))).toThrow()
})

test('a batch that is cut off anywhere but between entries throws', () => {
  const parts = [encode({ quote: { symbol: 'AAPL', price: 1.5, seq: 3, epoch: 4 } }), encode({ heartbeat: {} })]
  const whole = Buffer.concat(parts)
  const boundaries = [0, parts[0]?.length ?? 0, whole.length]
  for (let end = 0; end <= whole.length; end++) {
    const read = () => readBatch(whole.subarray(0, end))
    if (boundaries.includes(end)) expect(read()).toHaveLength(boundaries.indexOf(end))
    else expect(read).toThrow()
  }
})

function encode(each: object): Buffer {
  return Buffer.from(QuoteBatch.encode({ entries: [each] }).finish())
}
