import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RequestError, SessionClose } from '../shared/errors.ts'
import { livePace } from '../shared/pacing.ts'
import {
  ackJson,
  authenticatedJson,
  closeJson,
  connectedJson,
  errorJson,
  gapJson,
  heartbeatJson,
  maxSymbolsPerMessage,
  ProtocolError,
  parseClientMessage,
  pongJson,
  quoteJson,
  reconnectJson,
  sortSymbols,
  staleJson,
  tierJson,
  tokenExpiringJson,
  unavailableJson,
} from './protocol.ts'
import type { Quote } from './quote.ts'

const iso = '2025-10-27T10:30:00.000Z'
const wallMs = Date.parse(iso)

test('the seed’s messages are read as it prints them', () => {
  expect(parseClientMessage('{"type":"subscribe","symbols":["AAPL","GOOGL","MSFT"]}')).toEqual({
    type: 'subscribe',
    id: undefined,
    symbols: ['AAPL', 'GOOGL', 'MSFT'],
    maxRate: undefined,
    since: new Map(),
  })
  expect(parseClientMessage('{"type":"unsubscribe","symbols":["AAPL"]}')).toMatchObject({ type: 'unsubscribe' })
})

test('every message type is read with its id, and unknown keys are ignored', () => {
  const read = (message: object) => parseClientMessage(JSON.stringify(message))
  expect(read({ type: 'auth', token: 'a.b.c', id: 1, more: {} })).toEqual({ type: 'auth', token: 'a.b.c', id: 1 })
  expect(read({ type: 'ping', id: 'p' })).toEqual({ type: 'ping', id: 'p' })
  expect(read({ id: -0.5, symbols: [], type: 'subscribe' })).toMatchObject({ type: 'subscribe', id: -0.5, symbols: [] })
})

test.for([0.01, 0.5, 1, 1_000, null, undefined])('maxRate: %s is taken as it is', (maxRate) => {
  expect(parse(JSON.stringify({ type: 'subscribe', symbols: [], maxRate }))).toMatchObject({ maxRate })
})

test('since: positions are read by symbol, whatever else they carry', () => {
  const since = { AAPL: { epoch: 3, seq: 7, more: 1 }, constructor: { epoch: 0, seq: 2 ** 53 - 1 } }
  expect(parse(JSON.stringify({ type: 'subscribe', symbols: ['AAPL', 'constructor'], since }))).toMatchObject({
    since: new Map([
      ['AAPL', { epoch: 3, seq: 7 }],
      ['constructor', { epoch: 0, seq: 2 ** 53 - 1 }],
    ]),
  })
  const symbols = Array.from({ length: 1_000 }, (_, i) => `S${i}`)
  const many = Object.fromEntries(symbols.map((symbol, seq) => [symbol, { epoch: 1, seq }]))
  const read = parse(JSON.stringify({ type: 'subscribe', symbols, since: many }))
  expect((read as { since: Map<string, unknown> }).since.size).toBe(1_000)
})

test('of a message that may have to wait nothing is kept but its symbols, and the positions of these', () => {
  const nested = [{}, { a: [{}] }, ['A']]
  const since = { A: { epoch: 1, seq: 2 }, B: { epoch: 1, seq: 2 }, ['x'.repeat(200_000)]: { epoch: 1, seq: 2 } }
  const message = { symbols: ['A', nested, 'x'.repeat(200_000), 'C'], since, junk: nested }
  expect(parse(JSON.stringify({ type: 'subscribe', id: nested, ...message }))).toStrictEqual({
    ...{ type: 'subscribe', id: undefined, maxRate: undefined },
    symbols: ['A', undefined, undefined, 'C'],
    since: new Map([['A', { epoch: 1, seq: 2 }]]),
  })
  expect(parse(JSON.stringify({ type: 'unsubscribe', ...message }))).toStrictEqual({
    ...{ type: 'unsubscribe', id: undefined },
    symbols: ['A', undefined, undefined, 'C'],
  })
})

test('options of a subscribe are unknown keys elsewhere', () => {
  expect(parse('{"type":"unsubscribe","symbols":[],"maxRate":-1,"since":5}')).toEqual({
    type: 'unsubscribe',
    id: undefined,
    symbols: [],
  })
})

const manyPositions = Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`S${i}`, { epoch: 1, seq: i }]))

test.for([
  ['a maxRate of 0', { maxRate: 0 }],
  ['a maxRate below 0.01', { maxRate: 0.0099 }],
  ['a maxRate above 1,000', { maxRate: 1_000.1 }],
  ['a maxRate below 0', { maxRate: -1 }],
  ['a maxRate that is a string', { maxRate: '5' }],
  ['a maxRate that is a list', { maxRate: [5] }],
  ['a maxRate that is a boolean', { maxRate: true }],
  ['since null', { since: null }],
  ['since a list', { since: [] }],
  ['since a string', { since: 'A' }],
  ['since with a position that is null', { since: { A: null } }],
  ['since with a position that is a number', { since: { A: 5 } }],
  ['since without an epoch', { since: { A: { seq: 5 } } }],
  ['since without a seq', { since: { A: { epoch: 5 } } }],
  ['since with a seq that is a string', { since: { A: { epoch: 5, seq: '5' } } }],
  ['since with a broken seq', { since: { A: { epoch: 5, seq: 5.5 } } }],
  ['since with an epoch that is not exact', { since: { A: { epoch: 2 ** 53, seq: 5 } } }],
  ['since with one bad position among good ones', { since: { A: { epoch: 5, seq: 5 }, B: {} } }],
  ['since of 1,001 symbols', { since: manyPositions }],
])('rule 9: %s is a bad_message with its id', ([, options]) => {
  const error = parse(JSON.stringify({ type: 'subscribe', id: 'i', symbols: ['A'], ...(options as object) }))
  expect(error).toBeInstanceOf(ProtocolError)
  expect(error).toMatchObject({ code: 'bad_message', id: 'i' })
  expect((error as ProtocolError).message.length).toBeLessThan(200)
})

const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
const deepObject = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`

test.for([
  ['nothing', '', 'bad_json'],
  ['no JSON', '{"type":"subscribe"', 'bad_json'],
  ['binary garbage', '\u0000\ufffd\u0001\ud800', 'bad_json'],
  ['a string', '"subscribe"', 'bad_message'],
  ['null', 'null', 'bad_message'],
  ['a number', '1e999', 'bad_message'],
  ['an array', '[{"type":"ping"}]', 'bad_message'],
  ['20,000 arrays', deep, 'bad_message'],
  ['20,000 arrays without an end', '['.repeat(20_000), 'bad_json'],
  ['20,000 objects', deepObject, 'unknown_type'],
  ['no type', '{}', 'unknown_type'],
  ['an unknown type', '{"type":"subscribe "}', 'unknown_type'],
  ['a type of Object.prototype', '{"type":"__proto__"}', 'unknown_type'],
  ['a prototype with a type', '{"__proto__":{"type":"ping"}}', 'unknown_type'],
  ['a type that is no string', '{"type":["subscribe"],"symbols":[]}', 'unknown_type'],
  ['20,000 arrays as the type', `{"type":${deep}}`, 'unknown_type'],
  ['20,000 objects as the type', `{"type":${deepObject}}`, 'unknown_type'],
  ['no symbols', '{"type":"subscribe"}', 'bad_message'],
  ['symbols that are no array', '{"type":"unsubscribe","symbols":{"0":"A","length":1}}', 'bad_message'],
  ['20,000 objects as the symbols', `{"type":"subscribe","symbols":${deepObject}}`, 'bad_message'],
  ['10,000 symbols', JSON.stringify({ type: 'subscribe', symbols: Array(10_000).fill('A') }), 'too_many_symbols'],
  ['1,001 symbols', JSON.stringify({ type: 'unsubscribe', symbols: Array(1_001).fill('A') }), 'too_many_symbols'],
  ['no token', '{"type":"auth"}', 'bad_message'],
  ['a token that is no string', `{"type":"auth","token":${deep}}`, 'bad_message'],
])('rule 9: %s', ([, text, code]) => {
  const error = parse(text ?? '')
  expect(error).toBeInstanceOf(ProtocolError)
  if (!(error instanceof ProtocolError)) return
  expect(error.code).toBe(code)
  expect(error.message.length).toBeLessThan(200)
  expect(JSON.parse(errorJson(error, error.id))).toMatchObject({ type: 'error', code })
})

test('1,000 symbols are taken', () => {
  const symbols = Array(maxSymbolsPerMessage).fill('A')
  expect(parse(JSON.stringify({ type: 'subscribe', symbols }))).toMatchObject({ symbols })
})

test.for([
  ['64 characters', JSON.stringify('x'.repeat(64)), 'x'.repeat(64)],
  ['65 characters', JSON.stringify('x'.repeat(65)), undefined],
  ['200 kB', JSON.stringify('x'.repeat(200_000)), undefined],
  ['infinite', '1e999', undefined],
  ['null', 'null', undefined],
  ['an object', '{"a":1}', undefined],
  ['20,000 arrays', deep, undefined],
  ['20,000 objects', deepObject, undefined],
])('rule 3: an id of %s is echoed only where it is short', ([, id, expected]) => {
  expect(parseClientMessage(`{"type":"ping","id":${id}}`).id).toEqual(expected)
  expect(parse(`{"type":"?","id":${id}}`)).toMatchObject({ code: 'unknown_type', id: expected })
  expect(JSON.parse(pongJson(expected))).toEqual({ type: 'pong', ...(expected === undefined ? {} : { id: expected }) })
})

test('rule 3: a long or strange type is not echoed', () => {
  expect(parse('{"type":"subscrib"}')).toMatchObject({ message: 'unknown type "subscrib"' })
  for (const type of [JSON.stringify('x'.repeat(65)), deep, '{}']) {
    expect(parse(`{"type":${type}}`)).toMatchObject({ message: 'unknown type of another kind' })
  }
})

test('rule 15: each symbol is taken once; what is no symbol is named by its index', () => {
  const bad = ['', 'A B', 'A\nB', 'A\n', 'quote:*', '*', '.A', 'A'.repeat(33), 'Ä', 5, null, {}, ['A'], true]
  const good = ['AAPL', 'aapl', '^GSPC', 'BRK.B', 'EUR=X', 'a/b_c-d', '0', 'A'.repeat(32)]
  const message = parseClientMessage(JSON.stringify({ type: 'unsubscribe', symbols: [...bad, ...good, ...good] }))
  if (message.type !== 'unsubscribe') throw new Error('not read as unsubscribe')
  const { symbols, rejected } = sortSymbols(message.symbols)
  expect(symbols).toEqual(good)
  expect(rejected.map((each) => 'index' in each && each.index)).toEqual(bad.map((_, index) => index))
  expect(rejected.every(({ code }) => code === 'bad_symbol')).toBe(true)
})

test('a symbol that is nested 20,000 deep is rejected by its index, and the ack can be written', () => {
  for (const nested of [deep, deepObject]) {
    const message = parseClientMessage(`{"type":"subscribe","symbols":["A",${nested}]}`)
    if (message.type !== 'subscribe') throw new Error('not read as subscribe')
    const { symbols, rejected } = sortSymbols(message.symbols)
    expect(JSON.parse(ackJson('subscribed', { id: undefined, symbols, rejected, active: 1 }))).toMatchObject({
      symbols: ['A'],
      rejected: [{ index: 1, code: 'bad_symbol' }],
    })
  }
})

const aType = fc.oneof(fc.constantFrom('subscribe', 'unsubscribe', 'auth', 'ping'), fc.jsonValue())
const almostAMessage = fc.record(
  {
    type: aType,
    id: fc.jsonValue(),
    symbols: fc.jsonValue(),
    token: fc.jsonValue(),
    maxRate: fc.jsonValue(),
    since: fc.jsonValue(),
  },
  { requiredKeys: [] },
)
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  almostAMessage.map((message) => JSON.stringify(message)),
  fc.tuple(almostAMessage, fc.nat()).map(([message, at]) => {
    const text = JSON.stringify(message)
    return text.slice(0, at % (text.length + 1))
  }),
)

test('whatever the text, the answer is a message or a ProtocolError that can be written', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const result = parse(text)
      if (result instanceof ProtocolError) {
        const written = JSON.parse(errorJson(result, result.id)) as unknown
        expect(written).toMatchObject({ type: 'error', code: result.code })
        return
      }
      expect(result).not.toBeInstanceOf(Error)
      if (typeof result === 'object' && result !== null && 'symbols' in result && Array.isArray(result.symbols)) {
        const { symbols, rejected } = sortSymbols(result.symbols)
        expect(symbols.length + rejected.length).toBeLessThanOrEqual(result.symbols.length)
        expect(() => ackJson('subscribed', { id: undefined, symbols, rejected, active: 0 })).not.toThrow()
      }
    }),
    { numRuns: 2_000 },
  )
})

test('rule 5: a quote is written as the seed prints it, its further keys behind', () => {
  const quote = { symbol: 'AAPL', price: 150.25, timestampMs: wallMs, snapshot: false }
  expect(quoteJson(quote, { snapshot: false, delayed: false })).toBe(
    `{"type":"quote","symbol":"AAPL","price":150.25,"timestamp":"${iso}"}`,
  )
  const full = { ...quote, change: -1, changePercent: -0.66, seq: 7, epoch: 3, bid: 150.2, ask: 150.3, volume: 10 }
  expect(quoteJson(full, { snapshot: true, delayed: false })).toBe(
    `{"type":"quote","symbol":"AAPL","price":150.25,"timestamp":"${iso}","change":-1,"changePercent":-0.66,` +
      '"seq":7,"epoch":3,"bid":150.2,"ask":150.3,"volume":10,"snapshot":true}',
  )
})

test('a delayed quote says so, as its last key', () => {
  const quote = { symbol: 'AAPL', price: 150.25, timestampMs: wallMs, snapshot: false, encoded: 'x' }
  expect(quoteJson(quote, { snapshot: true, delayed: true })).toBe(
    `{"type":"quote","symbol":"AAPL","price":150.25,"timestamp":"${iso}","snapshot":true,"delayed":true}`,
  )
})

test('an ack that answers nobody has its reason instead of an id', () => {
  const ack = { id: undefined, symbols: ['A'], rejected: [], active: 0, reason: 'entitlement' } as const
  expect(ackJson('unsubscribed', ack)).toBe(
    '{"type":"unsubscribed","symbols":["A"],"rejected":[],"active":0,"reason":"entitlement"}',
  )
})

// -0 is left out: JSON.stringify writes 0 for it as well.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
const aQuote = fc
  .record(
    {
      symbol: fc.stringMatching(/^[A-Za-z0-9^][A-Za-z0-9.^=_/-]{0,31}$/),
      price: number,
      timestampMs: fc.integer({ min: -8.64e15, max: 8.64e15 }),
      change: number,
      changePercent: number,
      bid: number,
      ask: number,
      volume: number,
      position: fc.record({ seq: fc.maxSafeNat(), epoch: fc.maxSafeNat() }),
    },
    { requiredKeys: ['symbol', 'price', 'timestampMs'] },
  )
  .map(({ position, ...quote }): Quote => ({ ...quote, ...position, snapshot: false }))

test('rule 5: a quote parses back to what it was, the seed’s keys first', () => {
  fc.assert(
    fc.property(aQuote, fc.boolean(), (quote, isSnapshot) => {
      const text = quoteJson(quote, { snapshot: isSnapshot, delayed: false })
      const parsed = JSON.parse(text) as Record<string, unknown>
      const { timestampMs, snapshot, ...rest } = quote
      const timestamp = new Date(timestampMs).toISOString()
      expect(parsed).toEqual({ type: 'quote', ...rest, timestamp, ...(isSnapshot ? { snapshot: true } : {}) })
      expect(Object.keys(parsed).slice(0, 4)).toEqual(['type', 'symbol', 'price', 'timestamp'])
      expect(text).toBe(JSON.stringify(parsed))
    }),
    { numRuns: 500 },
  )
})

test('rule 9: what closes begins with the seed’s error key and carries retryAfterMs where there is one', () => {
  expect(closeJson(new SessionClose('unauthorized', 'no'))).toBe(
    '{"error":"unauthorized","type":"error","code":"unauthorized","message":"no"}',
  )
  expect(closeJson(new SessionClose('connection_lost', 'x'))).toMatch(/^\{"error":"connection_lost",/)
  expect(JSON.parse(closeJson(new SessionClose('connection_limit', 'x', { retryAfterMs: 5 })))).toMatchObject({
    retryAfterMs: 5,
  })
  expect(unavailableJson('a')).toMatch(/^\{"error":"service_unavailable","type":"error","code":"service_unavailable",/)
  expect(JSON.parse(unavailableJson('a'))).toMatchObject({ id: 'a' })
})

test('every other server message carries what its rule names', () => {
  const limits = { symbols: 1, connections: 4, messagesPerSecond: 6 }
  const pace = { delayMs: 900_000, intervalMs: 500 }
  const terms = { tier: 't', allSymbols: false, pace, limits, isProvisional: false, digest: 'd' }
  const shown = {
    tier: 't',
    limits: { ...limits, symbolsPerMessage: 1_000, messageBytes: 3 },
    delayMs: 900_000,
    minIntervalMs: 500,
  }
  const greeting = { connectionId: 'c', serverTime: iso, heartbeatMs: 5 }
  const gap = { epoch: 1, fromSeq: 2, toSeq: 3 }
  const ack = { id: 'i', symbols: ['A'], rejected: [], active: 1 }
  const written = [
    [connectedJson({ ...greeting, messageBytes: 3, terms }), { type: 'connected', ...greeting, ...shown }],
    [tierJson(terms, 3), { type: 'tier', ...shown }],
    [ackJson('unsubscribed', ack), { type: 'unsubscribed', ...ack }],
    [gapJson('A', gap), { type: 'gap', symbol: 'A', ...gap }],
    [staleJson('stale', ['A']), { type: 'stale', symbols: ['A'] }],
    [errorJson(new RequestError('busy', 'm'), 1), { type: 'error', code: 'busy', message: 'm', id: 1 }],
    [reconnectJson(9), { type: 'reconnect', afterMs: 9 }],
    [tokenExpiringJson(wallMs, 60_000), { type: 'token_expiring', expiresAt: iso, inMs: 60_000 }],
    [authenticatedJson(2, 'gold', wallMs), { type: 'authenticated', id: 2, tier: 'gold', expiresAt: iso }],
    [authenticatedJson(2, 'gold', undefined), { type: 'authenticated', id: 2, tier: 'gold' }],
    [pongJson('p'), { type: 'pong', id: 'p' }],
    [heartbeatJson, { type: 'heartbeat' }],
  ] as const
  for (const [text, message] of written) expect(JSON.parse(text)).toEqual(message)
})

test('a tier without delay and rate limit names neither', () => {
  const limits = { symbols: 1, connections: 4, messagesPerSecond: 6 }
  const terms = { tier: 't', allSymbols: false, pace: livePace, limits, isProvisional: false, digest: 'd' }
  expect(Object.keys(JSON.parse(tierJson(terms, 3)) as object)).toEqual(['type', 'tier', 'limits'])
})

/** The message, or whatever was thrown. */
function parse(text: string): unknown {
  try {
    return parseClientMessage(text)
  } catch (error) {
    return error
  }
}
