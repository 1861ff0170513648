import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RequestError, SessionClose } from '../shared/errors.ts'
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
  })
  expect(parseClientMessage('{"type":"unsubscribe","symbols":["AAPL"]}')).toMatchObject({ type: 'unsubscribe' })
})

test('every message type is read with its id, and unknown keys are ignored', () => {
  const read = (message: object) => parseClientMessage(JSON.stringify(message))
  expect(read({ type: 'auth', token: 'a.b.c', id: 1, more: {} })).toEqual({ type: 'auth', token: 'a.b.c', id: 1 })
  expect(read({ type: 'ping', id: 'p' })).toEqual({ type: 'ping', id: 'p' })
  expect(read({ id: -0.5, symbols: [], type: 'subscribe' })).toEqual({ type: 'subscribe', id: -0.5, symbols: [] })
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
  const { symbols, rejected } = sortSymbols([...bad, ...good, ...good])
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
  { type: aType, id: fc.jsonValue(), symbols: fc.jsonValue(), token: fc.jsonValue() },
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
  expect(quoteJson(quote, false)).toBe(`{"type":"quote","symbol":"AAPL","price":150.25,"timestamp":"${iso}"}`)
  const full = { ...quote, change: -1, changePercent: -0.66, seq: 7, epoch: 3, bid: 150.2, ask: 150.3, volume: 10 }
  expect(quoteJson(full, true)).toBe(
    `{"type":"quote","symbol":"AAPL","price":150.25,"timestamp":"${iso}","change":-1,"changePercent":-0.66,` +
      '"seq":7,"epoch":3,"bid":150.2,"ask":150.3,"volume":10,"snapshot":true}',
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
      const text = quoteJson(quote, isSnapshot)
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
  const limits = { symbols: 1, symbolsPerMessage: 2, messageBytes: 3, connections: 4 }
  const connected = { connectionId: 'c', serverTime: iso, heartbeatMs: 5, tier: 't', limits }
  const gap = { epoch: 1, fromSeq: 2, toSeq: 3 }
  const ack = { id: 'i', symbols: ['A'], rejected: [], active: 1 }
  const written = [
    [connectedJson(connected), { type: 'connected', ...connected }],
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

/** The message, or whatever was thrown. */
function parse(text: string): unknown {
  try {
    return parseClientMessage(text)
  } catch (error) {
    return error
  }
}
