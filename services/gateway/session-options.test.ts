/** What a client may choose: `since` and `maxRate` in a subscribe, and how its quotes are written. */
import { expect, test } from 'vitest'
import { quotewire } from '../shared/protobuf.ts'
import { readBatch } from './batch-reader.ts'
import { type Quote, readQuote } from './quote.ts'
import { readFrames } from './testing/frames.ts'
import { quoteOf } from './testing/manual-upstream.ts'
import { closeAsTooSlow, type OpenOptions, SessionHarness } from './testing/session-harness.ts'

const { QuoteBatch } = quotewire.v1

test('since: what the client has is not sent again; another seq or epoch, and symbols it does not name, are', () => {
  const { connection, upstream, receive } = setUp()
  const since = { A: { epoch: 1, seq: 5 }, B: { epoch: 1, seq: 4 }, C: { epoch: 2, seq: 5 }, E: { epoch: 1, seq: 5 } }
  receive({ type: 'subscribe', symbols: ['A', 'B', 'C', 'D'], since })
  for (const symbol of ['A', 'B', 'C', 'D']) upstream.confirm(symbol, quoteOf(symbol, 5))
  expect(connection.ofType('subscribed')).toMatchObject([{ symbols: ['A', 'B', 'C', 'D'] }])
  expect(connection.ofType('quote').map(({ symbol }) => symbol)).toEqual(['B', 'C', 'D'])
})

test('since: only the snapshot is left out, every quote behind it comes', () => {
  const { connection, upstream, fanOut, receive } = setUp()
  receive({ type: 'subscribe', symbols: ['A'], since: { A: { epoch: 1, seq: 5 } } })
  upstream.confirm('A', quoteOf('A', 5))
  fanOut.quote(quoteOf('A', 6))
  expect(connection.ofType('quote')).toMatchObject([{ seq: 6 }])
})

test('maxRate: quotes come as often as that at most, the newest of each interval; gaps are told at once', () => {
  const { connection, clock, upstream, fanOut, receive } = setUp()
  receive({ type: 'subscribe', symbols: ['A'], maxRate: 10 })
  upstream.confirm('A', quoteOf('A', 1))
  for (let seq = 2; seq <= 22; seq++) {
    fanOut.quote(quoteOf('A', seq))
    clock.advance(10)
  }
  fanOut.gap('A', { epoch: 1, fromSeq: 23, toSeq: 23 })
  const told = connection.messages.slice(2).map(({ type, seq }) => (type === 'quote' ? seq : type))
  expect(told).toEqual([1, 2, 11, 21, 'gap'])
})

test.for([
  ['the client’s wish where it is slower', 100, 4, 250],
  ['the tier’s rate where that is slower', 500, 4, 500],
] as const)('maxRate: %s counts', ([, tierMs, maxRate, intervalMs]) => {
  const { connection, clock, upstream, fanOut, receive } = setUp({
    terms: { pace: { delayMs: 0, intervalMs: tierMs } },
  })
  receive({ type: 'subscribe', symbols: ['A'], maxRate })
  upstream.confirm('A')
  for (const seq of [1, 2]) fanOut.quote(quoteOf('A', seq))
  clock.advance(intervalMs - 1)
  expect(connection.ofType('quote')).toHaveLength(1)
  clock.advance(1)
  expect(connection.ofType('quote').at(-1)).toMatchObject({ seq: 2 })
})

test('maxRate on what is held changes its pace behind the ack; without it the pace stays, null lifts it', () => {
  const { connection, clock, upstream, fanOut, receive } = setUp()
  const subscribe = (options: object) => receive({ type: 'subscribe', symbols: ['A'], ...options })
  subscribe({})
  upstream.confirm('A', quoteOf('A', 1))
  subscribe({ maxRate: 1 })
  subscribe({})
  for (const seq of [2, 3]) fanOut.quote(quoteOf('A', seq))
  expect(connection.ofType('quote').map(({ seq }) => seq)).toEqual([1, 2])
  const before = connection.messages.length
  subscribe({ maxRate: null })
  expect(connection.messages.slice(before)).toMatchObject([
    { type: 'subscribed', symbols: ['A'], active: 1 },
    { type: 'quote', seq: 3, snapshot: true },
  ])
  fanOut.quote(quoteOf('A', 4))
  fanOut.quote(quoteOf('A', 5))
  clock.advance(5_000)
  expect(connection.ofType('quote').map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
})

test('a delayed session that changes its rate is neither silent for another delay nor ahead of it', () => {
  const { connection, clock, upstream, fanOut, receive } = setUp({ terms: { pace: { delayMs: 1_000, intervalMs: 0 } } })
  receive({ type: 'subscribe', symbols: ['A'] })
  upstream.confirm('A', quoteOf('A', 1))
  clock.advance(900)
  fanOut.quote(quoteOf('A', 2))
  clock.advance(100)
  receive({ type: 'subscribe', symbols: ['A'], maxRate: 2 })
  clock.advance(899)
  expect(connection.ofType('quote').map(({ seq }) => seq)).toEqual([1])
  clock.advance(1)
  expect(connection.ofType('quote').at(-1)).toMatchObject({ seq: 2, delayed: true })
})

test('bad options are answered by bad_message and change nothing', () => {
  const { connection, upstream, receive } = setUp()
  for (const options of [{ maxRate: 0 }, { maxRate: '5' }, { since: [] }, { since: { A: { seq: 1 } } }]) {
    receive({ type: 'subscribe', id: 'x', symbols: ['A'], ...options })
    expect(connection.messages.at(-1)).toMatchObject({ type: 'error', code: 'bad_message', id: 'x' })
  }
  expect(upstream.log).toEqual([])
})

test.for([0, 1, 2, 3])('an outbox that overflows %i frames into a change of rates leaves nothing behind', (frames) => {
  const { harness, connection, clock, upstream, fanOut, receive, session } = setUp()
  const other = harness.open({ userId: 'bob' })
  other.receive({ type: 'subscribe', symbols: ['A', 'B', 'N'] })
  receive({ type: 'subscribe', symbols: ['A', 'B'], maxRate: 1 })
  for (const symbol of ['A', 'B', 'N']) upstream.confirm(symbol, quoteOf(symbol, 1))
  for (const seq of [2, 3]) for (const symbol of ['A', 'B']) fanOut.quote(quoteOf(symbol, seq))
  connection.overflowAfter(frames, () => closeAsTooSlow(session))
  // The ack, the snapshots of A and B at their new rate, the one of N.
  receive({ type: 'subscribe', symbols: ['A', 'B', 'N'], maxRate: null })
  expect(connection.closes).toMatchObject([{ code: 4008 }])
  other.hangUp()
  expect([upstream.symbols, clock.pending, connection.lateFrames]).toEqual([[], 0, 0])
})

test('protobuf: live quotes are the upstream’s own bytes, snapshots are encoded anew, all else is JSON', () => {
  const { connection, upstream, fanOut, receive } = setUp({ encoding: 'protobuf' })
  const frames = recordFrames(connection)
  receive({ type: 'subscribe', symbols: ['A'] })
  upstream.confirm('A', wireQuote(1))
  const live = wireQuote(2)
  fanOut.quote(live)
  fanOut.gap('A', { epoch: 1, fromSeq: 3, toSeq: 3 })
  receive({ type: 'ping' })
  const [ack, snapshot, quote, gap, pong] = frames.map(readFrame)
  expect([ack, gap, pong]).toMatchObject(['subscribed', 'gap', 'pong'].map((type) => ({ json: { type } })))
  expect(snapshot).toMatchObject({ quotes: [{ symbol: 'A', seq: 1, snapshot: true }] })
  expect(quote?.bytes.toString('latin1')).toBe(live.encoded)
  expect(frames).toHaveLength(5)
})

test('protobuf: delayed quotes are marked', () => {
  const { connection, clock, upstream, fanOut, receive } = setUp({
    encoding: 'protobuf',
    terms: { pace: { delayMs: 1_000, intervalMs: 0 } },
  })
  const frames = recordFrames(connection)
  receive({ type: 'subscribe', symbols: ['A'] })
  upstream.confirm('A', wireQuote(1))
  clock.advance(10)
  fanOut.quote(wireQuote(2))
  clock.advance(1_000)
  expect(frames.slice(1).map(readFrame)).toMatchObject([
    { quotes: [{ seq: 1, snapshot: true, delayed: true, price: 101 }] },
    { quotes: [{ seq: 2, delayed: true, price: 102 }] },
  ])
})

/** As the upstream reads it from its bytes. */
function wireQuote(seq: number): Quote {
  const fields = { symbol: 'A', price: 100 + seq, timestamp: 1_761_561_000_000, seq, epoch: 1 }
  const [entry] = readBatch(Buffer.from(QuoteBatch.encode({ entries: [{ quote: fields }] }).finish()))
  const quote = readQuote(entry?.quote ?? {}, entry?.encoded)
  if (!quote) throw new Error('not read')
  return quote
}

function recordFrames(connection: { sendFrame(frame: string): void }): string[] {
  const frames: string[] = []
  connection.sendFrame = (frame) => frames.push(frame)
  return frames
}

/** All frames here have the header of a payload below 126 bytes, or of one below 64 KiB. */
function readFrame(frame: string) {
  const bytes = Buffer.from(frame.slice(frame.charCodeAt(1) < 126 ? 2 : 4), 'latin1')
  if (frame.charCodeAt(0) === 0x81) return { bytes, json: JSON.parse(readFrames(frame)[0]?.payload ?? '') as object }
  return { bytes, quotes: QuoteBatch.decode(bytes).entries.map(({ quote }) => quote) }
}

function setUp(options: OpenOptions = {}) {
  const harness = new SessionHarness()
  const { clock, upstream, fanOut } = harness
  return { harness, clock, upstream, fanOut, ...harness.open(options) }
}
