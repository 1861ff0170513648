import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quotewire } from '../shared/protobuf.ts'
import { quoteMessage } from './encoded-quote.ts'
import { type Entry, EntrySlab, entryOf, joined } from './entry-slab.ts'
import type { Quote } from './quote.ts'

const { QuoteBatch } = quotewire.v1

const number = fc.double({ noNaN: true, noDefaultInfinity: true })
const counter = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const quote = fc.record(
  {
    symbol: fc.stringMatching(/^[A-Za-z0-9^][A-Za-z0-9.^=_/-]{0,31}$/),
    price: number,
    timestampMs: fc.integer({ min: -8.64e15, max: 8.64e15 }),
    change: number,
    changePercent: number,
    bid: number,
    ask: number,
    volume: number,
    seq: counter,
    epoch: counter,
  },
  { requiredKeys: ['symbol', 'price', 'timestampMs'] },
)

test('an entry is read by the generated code as what that would have written', () => {
  const slab = new EntrySlab()
  fc.assert(
    fc.property(quote, fc.boolean(), (each, snapshot) => {
      const entry = slab.write(each as Quote, snapshot)
      const expected = QuoteBatch.encode({ entries: [{ quote: quoteMessage(each as Quote, snapshot) }] }).finish()
      expect(decode(joined([entry]))).toEqual(decode(Buffer.from(expected)))
      expect(entry.quotedSymbol).toBe(each.symbol)
    }),
    { numRuns: 2_000 },
  )
})

test('the longest quote fits, and the numbers at which varints grow are right', () => {
  const slab = new EntrySlab()
  const numbers = { change: 0.1, changePercent: -0.1, bid: 1e300, ask: -1e-300, volume: 5e-324 }
  const most = Number.MAX_SAFE_INTEGER
  const longest = { symbol: 'X'.repeat(32), price: -0, timestampMs: -8.64e15, seq: most, epoch: most, ...numbers }
  const { start, end } = slab.write(longest, true)
  expect(end - start).toBeLessThanOrEqual(127)
  for (let power = 0; power <= 52; power++) {
    for (const seq of [2 ** power - 1, 2 ** power, 2 ** power + 1].filter((value) => value > 0)) {
      const [entry] = decode(joined([slab.write({ symbol: 'A', price: 1, timestampMs: seq, seq, epoch: seq }, false)]))
      expect(entry?.quote).toMatchObject({ timestamp: seq, seq, epoch: seq })
    }
  }
})

test('entries that follow each other are one piece that is not copied, others are put together in their order', () => {
  const slab = new EntrySlab()
  const [a, b, c] = ['A', 'B', 'C'].map((symbol) => slab.write({ symbol, price: 1, timestampMs: 1 }, false)) as [
    Entry,
    Entry,
    Entry,
  ]
  const whole = joined([a, b, c])
  expect([whole.buffer, whole.byteOffset]).toEqual([a.bytes.buffer, a.start])
  const heartbeat = entryOf(QuoteBatch.encode({ entries: [{ heartbeat: {} }] }).finish())
  const symbols = (entries: readonly Entry[]) =>
    decode(joined(entries)).map((entry) => entry.quote?.symbol ?? 'heartbeat')
  expect(symbols([a, b, c])).toEqual(['A', 'B', 'C'])
  expect(symbols([a, c])).toEqual(['A', 'C'])
  expect(symbols([c, heartbeat, a, b])).toEqual(['C', 'heartbeat', 'A', 'B'])
})

test('full slabs stay as they are while new ones are filled', () => {
  const slab = new EntrySlab()
  const entries = Array.from({ length: 20_000 }, (_, i) => slab.write({ symbol: 'A', price: i, timestampMs: i }, false))
  expect(new Set(entries.map(({ bytes }) => bytes)).size).toBeGreaterThan(1)
  expect(decode(joined(entries)).map((entry) => entry.quote?.price)).toEqual(entries.map((_, i) => i))
})

function decode(bytes: Buffer) {
  return QuoteBatch.toObject(QuoteBatch.decode(bytes), { defaults: true }).entries as {
    quote?: Record<string, unknown>
  }[]
}
