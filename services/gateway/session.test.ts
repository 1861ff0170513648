import { expect, test } from 'vitest'
import { SessionClose } from '../shared/errors.ts'
import { quoteOf } from './testing/manual-upstream.ts'
import { closeAsTooSlow, heartbeatMs, type OpenOptions, SessionHarness } from './testing/session-harness.ts'

const dayMs = 86_400_000

test('rule 2: connected comes first, with what the client has to know', () => {
  const { connection, clock } = setUp()
  expect(connection.messages).toEqual([
    {
      type: 'connected',
      connectionId: 'c-1',
      serverTime: new Date(clock.wallMs()).toISOString(),
      heartbeatMs,
      tier: 'default',
      limits: {
        symbols: 10,
        symbolsPerMessage: 1_000,
        messageBytes: 262_144,
        connections: 5,
        messagesPerSecond: 1_000,
      },
    },
  ])
})

test('rule 2: connected waits for auth where the connection came without a token', async () => {
  const { harness, connection, receive, counted } = setUp({ isAnonymous: true })
  expect(connection.messages).toEqual([])
  receive({ type: 'auth', token: harness.token({ tier: 'gold' }) })
  await harness.settle()
  expect(connection.messages).toMatchObject([{ type: 'connected', tier: 'gold' }])
  expect(counted).toEqual(['received auth'])
})

test('rule 1: no auth within the time closes with 4500, and auth ends the wait', async () => {
  const silent = setUp({ isAnonymous: true })
  silent.clock.advance(9_999)
  expect(silent.connection.closes).toEqual([])
  silent.clock.advance(1)
  expect(silent.connection.closes).toMatchObject([{ code: 4500 }])
  expect(silent.connection.messages).toMatchObject([{ error: 'unauthorized', type: 'error', code: 'unauthorized' }])
  expect(silent.clock.pending).toBe(0)

  const timely = setUp({ isAnonymous: true })
  timely.clock.advance(9_999)
  timely.receive({ type: 'auth', token: timely.harness.token() })
  await timely.harness.settle()
  timely.clock.advance(1)
  expect(timely.connection.closes).toEqual([])
})

test.for([
  ['a subscribe', JSON.stringify({ type: 'subscribe', symbols: ['AAPL'] })],
  ['a ping', JSON.stringify({ type: 'ping' })],
  ['what is not JSON', '{'],
  ['a bad token', JSON.stringify({ type: 'auth', token: 'a.b.c' })],
  ['a token that is no string', JSON.stringify({ type: 'auth', token: 5 })],
])('rule 1: %s before auth closes with 4500 and the seed’s error', async ([, text]) => {
  const { harness, session, connection, upstream, clock } = setUp({ isAnonymous: true })
  session.onText(text ?? '')
  await harness.settle()
  expect(connection.closes).toMatchObject([{ code: 4500 }])
  expect(connection.texts[0]).toMatch(/^\{"error":"unauthorized",/)
  expect([upstream.log, clock.pending]).toEqual([[], 0])
})

test('rule 1: a binary frame before auth closes with 4500', () => {
  const { session, connection } = setUp({ isAnonymous: true })
  session.onBinary()
  expect(connection.closes).toMatchObject([{ code: 4500 }])
})

test('rule 1: a bad token of the URL is told, then closed with 4500, and its place is free again', () => {
  const { connection, releases, clock } = setUp({ refusedWith: new SessionClose('unauthorized', 'jwt malformed') })
  expect(connection.messages).toMatchObject([{ error: 'unauthorized', code: 'unauthorized' }])
  expect(connection.closes).toMatchObject([{ code: 4500 }])
  expect([releases(), clock.pending]).toEqual([1, 0])
})

test('rule 1: a later auth of the same user refreshes in band and moves the end of the session', async () => {
  const { harness, clock, connection, receive } = setUp({ expiresInMs: 120_000 })
  const expiresAtMs = clock.wallMs() + 600_000
  receive({ type: 'auth', id: 'r', token: harness.token({ tier: 'gold', expiresAtMs }) })
  await harness.settle()
  expect(connection.messages.at(-1)).toEqual({
    type: 'authenticated',
    id: 'r',
    tier: 'gold',
    expiresAt: new Date(expiresAtMs).toISOString(),
  })
  for (let second = 0; second < 130; second++) {
    clock.advance(1_000)
    receive({ type: 'ping' })
  }
  expect(connection.ofType('token_expiring')).toEqual([])
  expect(connection.closes).toEqual([])
})

test('rule 1: a refresh is refused for another user, a bad or an oversized token, and the session lives on as it was', async () => {
  const { harness, clock, connection, receive } = setUp({ expiresInMs: 20_000 })
  receive({ type: 'auth', id: 1, token: harness.token({ userId: 'bob' }) })
  await harness.settle()
  receive({ type: 'auth', id: 2, token: 'nonsense' })
  await harness.settle()
  receive({ type: 'auth', id: 3, token: 'x'.repeat(200_000) })
  expect(connection.messages.slice(1)).toMatchObject(
    [1, 2, 3].map((id) => ({ type: 'error', code: 'unauthorized', id })),
  )
  expect(connection.messages.some((message) => 'error' in message)).toBe(false)
  receive({ type: 'ping', id: 4 })
  expect(connection.messages.at(-1)).toEqual({ type: 'pong', id: 4 })
  clock.advance(20_000)
  expect(connection.closes).toMatchObject([{ code: 4001 }])
})

test('messages behind the first auth are answered in their order, after connected', async () => {
  const { harness, connection, upstream, receive } = setUp({ isAnonymous: true })
  receive({ type: 'auth', token: harness.token() })
  receive({ type: 'ping', id: 1 })
  receive({ type: 'subscribe', id: 2, symbols: [] })
  receive({ type: 'unsubscribe', id: 3, symbols: [] })
  receive({ type: 'nonsense', id: 4 })
  expect([connection.messages, upstream.log]).toEqual([[], []])
  await harness.settle()
  expect(connection.messages).toMatchObject([
    { type: 'connected' },
    { type: 'pong', id: 1 },
    { type: 'subscribed', id: 2 },
    { type: 'unsubscribed', id: 3 },
    { type: 'error', code: 'unknown_type', id: 4 },
  ])
})

test('a first auth that is refused answers nothing that was sent behind it', async () => {
  const { harness, connection, clock, receive, releases } = setUp({ isAnonymous: true })
  receive({ type: 'auth', token: 'a.b.c' })
  receive({ type: 'ping', id: 1 })
  await harness.settle()
  expect(connection.messages).toMatchObject([{ error: 'unauthorized' }])
  expect([connection.closes.length, releases(), clock.pending]).toEqual([1, 1, 0])
})

test('an auth that fails for an unknown reason closes with 1011 and does not say why', async () => {
  const { harness, connection, receive } = setUp({ isAnonymous: true })
  harness.users.enter = async () => {
    throw new Error('a secret of ours')
  }
  receive({ type: 'auth', token: harness.token() })
  await harness.settle()
  expect(connection.messages).toMatchObject([{ error: 'internal', code: 'internal' }])
  expect(connection.closes).toEqual([{ code: 1011, reason: 'internal error' }])
})

test('a second refresh while one is under way is busy, and one behind it is taken again', async () => {
  const { harness, connection, receive } = setUp()
  for (const id of [1, 2]) receive({ type: 'auth', id, token: harness.token({ tier: 'gold' }) })
  expect(connection.messages.slice(1)).toMatchObject([{ type: 'error', code: 'busy', id: 2 }])
  await harness.settle()
  expect(connection.messages.slice(2)).toMatchObject([{ type: 'tier' }, { type: 'authenticated', id: 1, tier: 'gold' }])
  receive({ type: 'auth', id: 3, token: 'nonsense' })
  await harness.settle()
  receive({ type: 'auth', id: 4, token: harness.token() })
  await harness.settle()
  expect(connection.messages.slice(4)).toMatchObject([
    { type: 'error', code: 'unauthorized', id: 3 },
    { type: 'tier' },
    { type: 'authenticated', id: 4 },
  ])
})

test.for([
  ['a good token', true],
  ['a bad token', false],
] as const)('the answer to an auth with %s that comes after the close changes nothing', async ([, isGood]) => {
  for (const isAnonymous of [true, false]) {
    const { harness, connection, clock, receive, counted, releases, hangUp } = setUp({ isAnonymous })
    receive({ type: 'auth', token: isGood ? harness.token({ tier: 'gold', expiresAtMs: 1e15 }) : 'nonsense' })
    hangUp()
    const before = [connection.messages.length, counted.length]
    await harness.settle()
    expect([connection.messages.length, counted.length]).toEqual(before)
    expect([connection.closes, clock.pending, releases(), connection.lateFrames]).toEqual([[], 0, 1, 0])
  }
})

test('rule 1: an auth that came in time may be answered later: the client is not to blame', async () => {
  const { harness, connection, clock, receive } = setUp({ isAnonymous: true })
  receive({ type: 'auth', token: harness.token() })
  expect(clock.pending).toBe(0)
  clock.advance(60_000)
  expect(connection.closes).toEqual([])
  await harness.settle()
  expect(connection.messages).toMatchObject([{ type: 'connected' }])
})

test('rule 1: who leaves before auth leaves no timer', () => {
  const { clock, hangUp, releases } = setUp({ isAnonymous: true })
  expect(clock.pending).toBe(1)
  hangUp()
  expect([clock.pending, releases()]).toEqual([0, 1])
})

test.for([0, 1])('an outbox that overflows %i frames into a refresh leaves no timer', async (frames) => {
  const { harness, clock, session, connection, receive } = setUp()
  receive({ type: 'auth', token: harness.token({ tier: 'gold', expiresAtMs: clock.wallMs() + dayMs }) })
  connection.overflowAfter(frames, () => closeAsTooSlow(session))
  await harness.settle()
  expect([connection.closes.length, clock.pending, connection.lateFrames]).toEqual([1, 0, 0])
})

test('an outbox that overflows in `connected` leaves no timer', async () => {
  const { harness, clock, session, connection, receive } = setUp({ isAnonymous: true })
  receive({ type: 'auth', token: harness.token({ expiresAtMs: clock.wallMs() + dayMs }) })
  receive({ type: 'subscribe', symbols: ['A'] })
  connection.overflowAfter(0, () => closeAsTooSlow(session))
  await harness.settle()
  expect([connection.closes.length, clock.pending, connection.lateFrames, harness.upstream.log]).toEqual([1, 0, 0, []])
})

test('an outbox that overflows in the very message that tells of the close ends the session once', () => {
  const { session, connection, releases, counted } = setUp()
  connection.overflowAfter(0, () => closeAsTooSlow(session))
  session.close(new SessionClose('connection_lost', 'no upstream'))
  expect(connection.closes).toMatchObject([{ code: 4008 }])
  expect([releases(), counted]).toEqual([1, ['closed too_slow']])
})

test('rule 1: token_expiring warns, then the session closes with 4001 at the end of the token', () => {
  const { clock, connection } = setUp({ expiresInMs: 20_000 })
  clock.advance(10_000)
  const expiresAt = new Date(clock.wallMs() + 10_000).toISOString()
  expect(connection.ofType('token_expiring')).toEqual([{ type: 'token_expiring', expiresAt, inMs: 10_000 }])
  clock.advance(9_999)
  expect(connection.closes).toEqual([])
  clock.advance(1)
  expect(connection.messages.at(-1)).toMatchObject({ error: 'token_expired', code: 'token_expired' })
  expect(connection.closes).toEqual([{ code: 4001, reason: 'token expired' }])
  expect(clock.pending).toBe(0)
})

test('rule 1: a token that ends in 60 days neither ends at once nor leaves a timer that overflows', () => {
  const { clock, connection, receive } = setUp({ expiresInMs: 60 * dayMs })
  for (let hours = 0; hours < 59 * 24; hours++) {
    receive({ type: 'ping' })
    clock.advance(dayMs / 24 / 60 / 2)
  }
  expect(connection.closes).toEqual([])
})

test('rule 3: an ack carries the id, what was taken, what was not and why, and how many are held', () => {
  const { connection, upstream, receive } = setUp()
  receive({ type: 'subscribe', id: 7, symbols: ['AAPL', 'bad symbol', 5, 'NOPE', 'AAPL'] })
  expect(connection.ofType('subscribed')).toEqual([])
  upstream.reject('NOPE', 'not_found')
  upstream.confirm('AAPL')
  const message = expect.stringContaining('a symbol is 1 to 32 of')
  expect(connection.messages.at(-1)).toEqual({
    type: 'subscribed',
    id: 7,
    symbols: ['AAPL'],
    rejected: [
      { index: 1, code: 'bad_symbol', message },
      { index: 2, code: 'bad_symbol', message },
      { symbol: 'NOPE', code: 'not_found', message: 'NOPE was refused' },
    ],
    active: 1,
  })
})

test('rule 3: a request without an id is answered without one, and one too long to echo too', () => {
  const { connection, receive } = setUp()
  receive({ type: 'unsubscribe', symbols: [] })
  receive({ type: 'unsubscribe', id: 'x'.repeat(65), symbols: [] })
  receive({ type: 'unsubscribe', id: 'x'.repeat(64), symbols: [] })
  expect(connection.ofType('unsubscribed').map((ack) => 'id' in ack)).toEqual([false, false, true])
})

test('rule 3: symbols past the limit are rejected one by one as symbol_limit; the others are taken', () => {
  const { connection, upstream, receive } = setUp({ maxSymbols: 2 })
  receive({ type: 'subscribe', symbols: ['A', 'B', 'C', 'D'] })
  upstream.confirm('A')
  upstream.confirm('B')
  expect(connection.messages.at(-1)).toMatchObject({
    symbols: ['A', 'B'],
    rejected: [
      { symbol: 'C', code: 'symbol_limit', message: 'at most 2 symbols a session' },
      { symbol: 'D', code: 'symbol_limit' },
    ],
    active: 2,
  })
  receive({ type: 'subscribe', symbols: ['B', 'E'] })
  expect(connection.messages.at(-1)).toMatchObject({ symbols: ['B'], rejected: [{ symbol: 'E' }], active: 2 })
  receive({ type: 'unsubscribe', symbols: ['A'] })
  receive({ type: 'subscribe', symbols: ['E'] })
  upstream.confirm('E')
  expect(connection.messages.at(-1)).toMatchObject({ symbols: ['E'], rejected: [], active: 2 })
})

test('rule 10: who keeps asking past the limit, a hundred times in a row, is closed with 4505', () => {
  const { connection, clock, receive, upstream } = setUp({ maxSymbols: 1 })
  receive({ type: 'subscribe', symbols: ['A'] })
  upstream.confirm('A')
  for (let i = 0; i < 99; i++) receive({ type: 'subscribe', symbols: ['B'] })
  receive({ type: 'subscribe', symbols: ['A', 'B'] })
  for (let i = 0; i < 99; i++) receive({ type: 'subscribe', symbols: ['B'] })
  expect(connection.closes).toEqual([])
  receive({ type: 'subscribe', symbols: ['B'] })
  expect(connection.messages.at(-1)).toMatchObject({ error: 'keeps_asking', code: 'keeps_asking' })
  expect(connection.closes).toMatchObject([{ code: 4505 }])
  expect([upstream.symbols, clock.pending, connection.lateFrames]).toEqual([[], 0, 0])
})

test('rule 4: the ack, then the snapshots, then quotes', () => {
  const { connection, upstream, fanOut, receive } = setUp()
  receive({ type: 'subscribe', symbols: ['AAPL', 'MSFT', 'NEW'] })
  upstream.confirm('AAPL', quoteOf('AAPL', 5))
  fanOut.quote(quoteOf('AAPL', 6))
  upstream.confirm('NEW')
  upstream.confirm('MSFT', quoteOf('MSFT', 9))
  fanOut.quote(quoteOf('MSFT', 10))
  expect(connection.messages.slice(1)).toMatchObject([
    { type: 'subscribed', symbols: ['AAPL', 'MSFT', 'NEW'], active: 3 },
    { type: 'quote', symbol: 'AAPL', seq: 6, snapshot: true },
    { type: 'quote', symbol: 'MSFT', seq: 9, snapshot: true },
    { type: 'quote', symbol: 'MSFT', seq: 10 },
  ])
  expect(connection.messages.at(-1)).not.toHaveProperty('snapshot')
})

test('rule 4: an unsubscribe behind a pending subscribe is answered after it, and nothing follows', () => {
  const { connection, upstream, fanOut, receive } = setUp()
  receive({ type: 'subscribe', id: 1, symbols: ['AAPL'] })
  receive({ type: 'unsubscribe', id: 2, symbols: ['AAPL'] })
  receive({ type: 'ping', id: 3 })
  upstream.confirm('AAPL', quoteOf('AAPL', 1))
  fanOut.quote(quoteOf('AAPL', 2))
  expect(connection.messages.slice(1)).toMatchObject([
    { type: 'pong', id: 3 },
    { type: 'subscribed', id: 1, symbols: ['AAPL'], active: 1 },
    { type: 'quote', snapshot: true },
    { type: 'unsubscribed', id: 2, symbols: ['AAPL'], active: 0 },
  ])
  expect(connection.messages).toHaveLength(5)
  expect(upstream.symbols).toEqual([])
})

test('requests that follow each other without a wait are all answered, in their order', () => {
  const { connection, upstream, receive } = setUp()
  for (let id = 0; id < 20; id++) receive({ type: 'subscribe', id, symbols: [`S${id % 3}`] })
  for (let i = 0; i < 3; i++) upstream.confirm(`S${i}`)
  expect(connection.ofType('subscribed').map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, id) => id))
})

test('more than 2,000 symbols in requests that wait are answered busy, and the session lives on', () => {
  const { connection, upstream, receive, counted } = setUp()
  receive({ type: 'subscribe', id: 'first', symbols: ['AAPL'] })
  const symbols = Array.from({ length: 999 }, (_, i) => `S${i}`)
  receive({ type: 'unsubscribe', id: 'second', symbols })
  receive({ type: 'unsubscribe', id: 'third', symbols })
  receive({ type: 'unsubscribe', id: 'fourth', symbols: [] })
  expect(connection.messages.slice(1)).toMatchObject([{ type: 'error', code: 'busy', id: 'fourth' }])
  upstream.confirm('AAPL')
  expect(connection.messages.slice(2).map(({ id }) => id)).toEqual(['first', 'second', 'third'])
  receive({ type: 'unsubscribe', id: 'fifth', symbols: [] })
  expect(connection.messages.at(-1)).toMatchObject({ type: 'unsubscribed', id: 'fifth' })
  expect(counted).toContain('failed busy')
})

test('rule 9: a bad message is answered with its code and id, and the next good one still works', () => {
  const { session, connection, receive } = setUp()
  session.onText('{')
  session.onText('[]')
  receive({ type: 'nonsense', id: 'a' })
  receive({ type: 'subscribe', id: 'b', symbols: Array.from({ length: 10_000 }, () => 'A') })
  receive({ type: 'subscribe', id: 'c', symbols: 'A' })
  session.onBinary()
  receive({ type: 'ping', id: 'd' })
  expect(connection.messages.slice(1)).toMatchObject([
    { type: 'error', code: 'bad_json' },
    { type: 'error', code: 'bad_message' },
    { type: 'error', code: 'unknown_type', id: 'a' },
    { type: 'error', code: 'too_many_symbols', id: 'b' },
    { type: 'error', code: 'bad_message', id: 'c' },
    { type: 'error', code: 'binary_not_supported' },
    { type: 'pong', id: 'd' },
  ])
})

test('rule 12: a heartbeat and a ping frame every heartbeatMs, whatever the traffic', () => {
  const { clock, connection, upstream, fanOut, receive } = setUp()
  receive({ type: 'subscribe', symbols: ['AAPL'] })
  upstream.confirm('AAPL')
  for (let second = 1; second <= 120; second++) {
    clock.advance(1_000)
    receive({ type: 'ping' })
    fanOut.quote(quoteOf('AAPL', second))
  }
  expect(connection.ofType('heartbeat')).toHaveLength(4)
  expect(connection.pings).toEqual([30_000, 60_000, 90_000, 120_000])
})

test('rule 12: a client that is silent for two heartbeats is closed with 4012', () => {
  const { clock, connection } = setUp()
  clock.advance(heartbeatMs)
  connection.lastHeardMs = clock.nowMs()
  clock.advance(2 * heartbeatMs - 1)
  expect(connection.closes).toEqual([])
  clock.advance(1)
  expect(connection.messages.at(-1)).toMatchObject({ error: 'no_pong', code: 'no_pong' })
  expect(connection.closes).toMatchObject([{ code: 4012 }])
  expect(clock.pending).toBe(0)
})

test('rule 13: without an upstream a subscribe is answered with the seed’s error and a rejecting ack', () => {
  const { connection, upstream, receive } = setUp()
  upstream.isAvailable = false
  receive({ type: 'subscribe', id: 1, symbols: ['AAPL'] })
  expect(connection.texts[1]).toMatch(/^\{"error":"service_unavailable",/)
  expect(connection.messages.slice(1)).toMatchObject([
    { error: 'service_unavailable', type: 'error', code: 'service_unavailable', id: 1 },
    { type: 'subscribed', id: 1, symbols: [], rejected: [{ symbol: 'AAPL', code: 'service_unavailable' }], active: 0 },
  ])
  expect(connection.closes).toEqual([])
  upstream.isAvailable = true
  receive({ type: 'subscribe', id: 2, symbols: ['AAPL'] })
  upstream.confirm('AAPL')
  expect(connection.messages.at(-1)).toMatchObject({ type: 'subscribed', id: 2, symbols: ['AAPL'] })
})

test('rule 3: an upstream that does not confirm within 2 s is answered the same way', () => {
  const { clock, connection, receive, upstream } = setUp()
  receive({ type: 'subscribe', id: 1, symbols: ['AAPL'] })
  receive({ type: 'subscribe', id: 2, symbols: [] })
  clock.advance(2_000)
  expect(connection.messages.slice(1)).toMatchObject([
    { error: 'service_unavailable', id: 1 },
    { type: 'subscribed', id: 1, rejected: [{ symbol: 'AAPL', code: 'service_unavailable' }] },
    { type: 'subscribed', id: 2 },
  ])
  expect(upstream.symbols).toEqual([])
})

test('rule 11: a drain is announced by reconnect, and its close brings no error', () => {
  const { session, connection } = setUp()
  session.announceDrain(250)
  session.close(new SessionClose('drain', 'this server is going away'))
  session.announceDrain(250)
  expect(connection.messages.slice(1)).toEqual([{ type: 'reconnect', afterMs: 250 }])
  expect(connection.closes).toEqual([{ code: 4000, reason: 'this server is going away' }])
  expect(connection.lateFrames).toBe(0)
})

test('rule 10: connection_limit tells when to come back', () => {
  const { session, connection } = setUp()
  session.close(new SessionClose('connection_limit', 'too many', { retryAfterMs: 3_000 }))
  expect(connection.messages.at(-1)).toMatchObject({ error: 'connection_limit', retryAfterMs: 3_000 })
  expect(connection.closes).toMatchObject([{ code: 4030 }])
})

test('a connection that ends frees everything, held and pending, exactly once', () => {
  const all = setUp({ expiresInMs: dayMs })
  const { session, connection, upstream, fanOut, subscriptions, clock, receive, releases, counted, hangUp } = all
  receive({ type: 'subscribe', symbols: ['AAPL'] })
  upstream.confirm('AAPL')
  receive({ type: 'subscribe', symbols: ['MSFT'] })
  receive({ type: 'subscribe', symbols: ['NEXT'] })
  hangUp()
  hangUp()
  session.close(new SessionClose('drain', 'late'))
  receive({ type: 'subscribe', symbols: ['LATER'] })
  upstream.confirm('MSFT', quoteOf('MSFT', 1))
  fanOut.quote(quoteOf('AAPL', 1))
  expect(upstream.log).toEqual(['+AAPL', '+MSFT', '-MSFT', '-AAPL'])
  expect([subscriptions.symbolCount, clock.pending, releases()]).toEqual([0, 0, 1])
  expect(connection.messages).toHaveLength(2)
  expect(counted.filter((event) => event.startsWith('closed'))).toEqual(['closed client'])
})

test.for([0, 1, 2, 3])(
  'an outbox that overflows %i frames into ack and snapshots takes nothing from others',
  (frames) => {
    const { harness, session, connection, upstream, fanOut, subscriptions, receive, releases } = setUp()
    const other = harness.open({ userId: 'bob' })
    other.receive({ type: 'subscribe', symbols: ['A', 'B', 'C'] })
    receive({ type: 'subscribe', symbols: ['A', 'B', 'C'] })
    connection.overflowAfter(frames, () => closeAsTooSlow(session))
    for (const symbol of ['A', 'B', 'C']) upstream.confirm(symbol, quoteOf(symbol, 1))
    expect(connection.closes).toMatchObject([{ code: 4008 }])
    for (const symbol of ['A', 'B', 'C']) fanOut.quote(quoteOf(symbol, 2))
    expect(other.connection.ofType('quote')).toHaveLength(6)
    expect([subscriptions.symbolCount, releases(), connection.lateFrames]).toEqual([3, 1, 0])
    other.hangUp()
    expect([upstream.symbols, harness.clock.pending]).toEqual([[], 0])
  },
)

test('an outbox that overflows in a heartbeat leaves no timer', () => {
  const { clock, session, connection } = setUp()
  connection.overflowAfter(0, () => closeAsTooSlow(session))
  clock.advance(heartbeatMs)
  expect([connection.closes.length, clock.pending, connection.lateFrames]).toEqual([1, 0, 0])
})

function setUp({ expiresInMs, ...options }: OpenOptions & { readonly expiresInMs?: number } = {}) {
  const harness = new SessionHarness()
  const { clock, upstream, fanOut, subscriptions } = harness
  const expiry = expiresInMs === undefined ? {} : { expiresAtMs: clock.wallMs() + expiresInMs }
  return { harness, clock, upstream, fanOut, subscriptions, ...harness.open({ ...options, ...expiry }) }
}
