/** How much one session may send and ask for. */
import { expect, test } from 'vitest'
import { quoteOf } from './testing/manual-upstream.ts'
import { type OpenOptions, SessionHarness } from './testing/session-harness.ts'

const ping = { type: 'ping' }
const tooMany = { error: 'message_rate', type: 'error', code: 'message_rate', retryAfterMs: 1_000 }

test('a session may send twice its messages a second at once; one more closes with 4029 and says when to come back', () => {
  const { connection, receive, clock, counted, releases } = setUp(5)
  for (let i = 0; i < 10; i++) receive(ping)
  expect([connection.ofType('pong').length, connection.closes]).toEqual([10, []])
  receive(ping)
  expect(connection.messages.at(-1)).toEqual({ ...tooMany, message: 'more than 5 messages a second' })
  expect(connection.closes).toMatchObject([{ code: 4029 }])
  receive(ping)
  expect(connection.ofType('pong')).toHaveLength(10)
  expect([clock.pending, releases(), counted.at(-1)]).toEqual([0, 1, 'closed message_rate'])
})

test('who keeps to the rate is never closed', () => {
  const { connection, receive, clock } = setUp(5)
  for (let i = 0; i < 10; i++) receive(ping)
  for (let i = 0; i < 100; i++) {
    clock.advance(200)
    receive(ping)
  }
  expect(connection.closes).toEqual([])
  receive(ping)
  expect(connection.closes).toMatchObject([{ code: 4029 }])
})

test('a message counts as one for each 4,096 characters of it, and as no more than a second brings', () => {
  const { connection, session, clock } = setUp(5)
  const send = (length: number) => session.onText(JSON.stringify({ ...ping, id: 'x' }).padEnd(length))
  for (const length of [4_096, 4_097, 3 * 4_096, 4 * 4_096]) send(length)
  expect([connection.ofType('pong').length, connection.closes]).toEqual([4, []])
  clock.advance(2_000)
  send(256 * 1_024)
  send(256 * 1_024)
  expect([connection.ofType('pong').length, connection.closes]).toEqual([6, []])
  clock.advance(200)
  send(4_097)
  expect(connection.messages.at(-1)).toEqual({ ...tooMany, message: 'more than 5 messages a second' })
  expect(connection.closes).toMatchObject([{ code: 4029 }])
})

test('a message counts as one for each 100 symbols of it, where that is more than its length', () => {
  const { connection, receive } = setUp(5)
  const send = (symbols: number) => receive({ type: 'unsubscribe', symbols: Array(symbols).fill(0) })
  for (const symbols of [100, 101, 300]) send(symbols)
  expect([connection.ofType('unsubscribed').length, connection.closes]).toEqual([3, []])
  send(1_000)
  expect(connection.ofType('unsubscribed')).toHaveLength(3)
  expect(connection.closes).toMatchObject([{ code: 4029 }])
})

test('a tier with less than one message a second may still send one', () => {
  const { connection, receive, clock } = setUp(0.1)
  receive(ping)
  clock.advance(10_000)
  receive(ping)
  expect(connection.closes).toEqual([])
  receive(ping)
  expect(connection.messages.at(-1)).toMatchObject({ message: 'more than 0.1 messages a second' })
})

test.for([
  ['what is not JSON', '{'],
  ['an unknown type', '{"type":"?"}'],
  ['an unsubscribe', '{"type":"unsubscribe","symbols":[]}'],
  ['binary frames', undefined],
])('%s counts as a message', ([, text]) => {
  const { connection, session, counted } = setUp(1)
  const send = () => (text === undefined ? session.onBinary() : session.onText(text))
  send()
  send()
  expect(connection.closes).toEqual([])
  send()
  expect(connection.messages.at(-1)).toMatchObject(tooMany)
  expect(connection.closes).toMatchObject([{ code: 4029 }])
  const { length } = counted
  send()
  expect([connection.closes.length, counted.length]).toEqual([1, length])
})

test('new terms with another rate count from now on; the same rate does not fill the bucket again', () => {
  const { connection, receive, session, entitlements } = setUp(5)
  const apply = () => session.apply(entitlements.termsOf('default'), new Set(), new Map())
  for (let i = 0; i < 10; i++) receive(ping)
  apply()
  entitlements.limits = { ...entitlements.limits, symbols: 20 }
  apply()
  receive(ping)
  expect(connection.closes).toMatchObject([{ code: 4029 }])

  const other = setUp(5)
  for (let i = 0; i < 10; i++) other.receive(ping)
  other.entitlements.limits = { ...other.entitlements.limits, messagesPerSecond: 2 }
  other.session.apply(other.entitlements.termsOf('default'), new Set(), new Map())
  for (let i = 0; i < 4; i++) other.receive(ping)
  expect(other.connection.closes).toEqual([])
  other.receive(ping)
  expect(other.connection.messages.at(-1)).toMatchObject({ message: 'more than 2 messages a second' })
})

test('before auth the gateway’s own rate counts', async () => {
  const { harness, connection, receive } = setUp(1_000, { isAnonymous: true, messagesPerSecond: 2 })
  receive({ type: 'auth', token: harness.token() })
  for (let i = 0; i < 3; i++) receive(ping)
  expect(connection.closes).toEqual([])
  receive(ping)
  expect(connection.messages).toEqual([{ ...tooMany, message: 'more than 2 messages a second' }])
  expect(connection.closes).toMatchObject([{ code: 4029 }])
  await harness.settle()
  expect(connection.messages).toHaveLength(1)
})

test('64 messages may wait behind auth; one more closes with 4029, and the answer that comes later changes nothing', async () => {
  const patient = setUp(1_000, { isAnonymous: true })
  patient.receive({ type: 'auth', token: patient.harness.token() })
  for (let id = 0; id < 64; id++) patient.receive({ ...ping, id })
  expect(patient.connection.messages).toEqual([])
  await patient.harness.settle()
  expect(patient.connection.messages[0]).toMatchObject({ type: 'connected' })
  expect(patient.connection.messages.slice(1)).toEqual(Array.from({ length: 64 }, (_, id) => ({ type: 'pong', id })))

  const { harness, connection, receive, releases, clock, counted } = setUp(1_000, { isAnonymous: true })
  receive({ type: 'auth', token: harness.token() })
  for (let id = 0; id < 65; id++) receive({ ...ping, id })
  expect(connection.messages).toMatchObject([tooMany])
  expect(connection.closes).toMatchObject([{ code: 4029 }])
  await harness.settle()
  expect(connection.messages).toHaveLength(1)
  expect([releases(), clock.pending, connection.lateFrames]).toEqual([1, 0, 0])
  expect(counted).toEqual(['received auth', 'closed message_rate'])
})

test('64 KiB may wait behind auth; one byte more closes with 4029', async () => {
  const { session, harness, connection, receive } = setUp(1_000, { isAnonymous: true })
  receive({ type: 'auth', token: harness.token() })
  for (const bytes of [32_768, 32_766]) session.onText(pingOf(bytes))
  session.onText('12')
  expect(connection.messages).toEqual([])
  await harness.settle()
  expect(connection.messages.slice(1)).toMatchObject([{ type: 'pong' }, { type: 'pong' }, { code: 'bad_message' }])

  const hasty = setUp(1_000, { isAnonymous: true })
  hasty.receive({ type: 'auth', token: hasty.harness.token() })
  for (const bytes of [32_768, 32_766]) hasty.session.onText(pingOf(bytes))
  hasty.session.onText('123')
  expect(hasty.connection.messages).toMatchObject([tooMany])
  expect(hasty.connection.closes).toMatchObject([{ code: 4029 }])
})

test.for([
  ['before auth', false],
  ['behind auth', true],
] as const)('a message of more than 32 KiB %s closes with 4500 and says why', async ([, hasAuth]) => {
  // Bytes count, not characters.
  for (const [bytes, filler] of [
    [32_769, 'x'],
    [32_770, 'é'],
  ] as const) {
    const { session, harness, connection, receive, clock, counted } = setUp(1_000, { isAnonymous: true })
    if (hasAuth) receive({ type: 'auth', token: harness.token() })
    session.onText(pingOf(bytes, filler))
    const message = 'a message before connected has 32768 bytes at most'
    expect(connection.messages).toMatchObject([{ error: 'unauthorized', code: 'unauthorized', message }])
    expect(connection.closes).toEqual([{ code: 4500, reason: message }])
    await harness.settle()
    expect([connection.messages.length, clock.pending, counted.at(-1)]).toEqual([1, 0, 'closed unauthorized'])
  }
})

test('the longest token fits into an auth, and once connected longer messages are taken', async () => {
  const { session, harness, connection } = setUp(1_000, { isAnonymous: true })
  const auth = JSON.stringify({ type: 'auth', token: harness.token() })
  session.onText(auth.padEnd(32_768))
  await harness.settle()
  session.onText(pingOf(200_000))
  expect(connection.messages).toMatchObject([{ type: 'connected' }, { type: 'pong' }])
})

test('what waited behind auth is paid for already; what follows counts by the rate of the tier', async () => {
  const { harness, connection, receive } = setUp(5, { isAnonymous: true })
  receive({ type: 'auth', token: harness.token() })
  for (let i = 0; i < 11; i++) receive(ping)
  expect(connection.closes).toEqual([])
  await harness.settle()
  expect([connection.ofType('pong').length, connection.closes]).toEqual([11, []])
  for (let i = 0; i < 11; i++) receive(ping)
  expect(connection.ofType('pong')).toHaveLength(21)
  expect(connection.closes).toMatchObject([{ code: 4029 }])
})

test('ten refreshes at once, then one in ten seconds; beyond that an auth is busy, counted, and ends nothing (rule 14)', async () => {
  const harness = new SessionHarness()
  const { connection, receive, counted } = harness.open({ userId: 'ann' })
  const refresh = async (id: number) => {
    receive({ type: 'auth', token: harness.token(), id })
    await harness.settle()
    return connection.messages.at(-1)
  }
  for (let id = 1; id <= 10; id++) expect(await refresh(id)).toMatchObject({ type: 'authenticated', id })
  expect(await refresh(11)).toMatchObject({ code: 'busy', message: 'too many auths; again in 10000 ms', id: 11 })
  expect(counted.filter((each) => each === 'failed busy')).toHaveLength(1)
  harness.clock.advance(10_000)
  expect(await refresh(12)).toMatchObject({ type: 'authenticated', id: 12 })
  expect(await refresh(13)).toMatchObject({ code: 'busy', id: 13 })
  expect(connection.closes).toEqual([])
})

test('2,000 new symbols at once, then so many a second; beyond that a request is rejected with the time to wait', () => {
  const { connection, receive, upstream, clock } = setUp(1_000, { maxSymbols: 5_000, newSymbolsPerSecond: 100 })
  const ask = (id: number, names: readonly string[]) => {
    receive({ type: 'subscribe', id, symbols: names })
    return connection.messages.at(-1)
  }
  // That upstream has nothing does not make them old.
  upstream.isAvailable = false
  for (const part of [0, 1]) ask(part, symbols(1_000, part))
  upstream.isAvailable = true
  const message = 'too many new symbols in a short time'
  expect(ask(2, ['A', 'B'])).toEqual({
    type: 'subscribed',
    id: 2,
    symbols: [],
    rejected: ['A', 'B'].map((symbol) => ({ symbol, code: 'churn_limit', message, retryAfterMs: 20 })),
    active: 0,
  })
  expect(upstream.log).toEqual([])
  clock.advance(19)
  expect(ask(3, ['A', 'B'])).toMatchObject({ symbols: [], rejected: [{ retryAfterMs: 1 }, {}] })
  clock.advance(1)
  ask(4, ['A', 'B'])
  expect(upstream.symbols).toEqual(['A', 'B'])
})

test('symbols that are held, refused by the limit or not well-formed are not new, and an unsubscribe is never refused', () => {
  const { connection, receive, upstream } = setUp(1_000, { maxSymbols: 2, newSymbolsPerSecond: 1 })
  receive({ type: 'subscribe', symbols: ['A', 'B'] })
  for (const symbol of ['A', 'B']) upstream.confirm(symbol)
  for (let i = 0; i < 50; i++) {
    receive({ type: 'subscribe', symbols: ['A', 'B', 'not one', ...symbols(900, i)] })
    receive({ type: 'unsubscribe', symbols: ['C'] })
  }
  const codes = new Set(connection.messages.flatMap(({ rejected }) => rejected ?? []).map((each) => codeOf(each)))
  expect([...codes]).toEqual(['bad_symbol', 'symbol_limit'])
  receive({ type: 'unsubscribe', symbols: ['A', 'B'] })
  // 1,998 are left.
  upstream.isAvailable = false
  for (let i = 0; i < 999; i++) receive({ type: 'subscribe', symbols: ['A', 'B'] })
  expect(connection.messages.at(-1)).toMatchObject({ rejected: [{ code: 'service_unavailable' }, {}] })
  receive({ type: 'subscribe', symbols: ['A'] })
  expect(connection.messages.at(-1)).toMatchObject({ rejected: [{ code: 'churn_limit', retryAfterMs: 1_000 }] })
  receive({ type: 'unsubscribe', symbols: ['A'] })
  expect(connection.messages.at(-1)).toMatchObject({ type: 'unsubscribed', symbols: ['A'], rejected: [] })
})

test('symbols that are allowed again are not new', () => {
  const { connection, receive, upstream, session, entitlements } = setUp(1_000, { newSymbolsPerSecond: 1 })
  const review = (...denied: string[]) => {
    entitlements.denied.set('default', new Set(denied))
    const concerned = session.concerned()
    session.apply(entitlements.termsOf('default'), concerned, entitlements.refusals('default', [...concerned]))
  }
  receive({ type: 'subscribe', symbols: ['A', 'B'] })
  for (const symbol of ['A', 'B']) upstream.confirm(symbol)
  // More often than the bucket of new symbols would bear.
  for (let i = 1; i <= 1_100; i++) {
    review('A', 'B')
    review()
    for (const symbol of ['A', 'B']) upstream.confirm(symbol, quoteOf(symbol, i))
  }
  expect(connection.ofType('subscribed').at(-1)).toMatchObject({ symbols: ['A', 'B'], rejected: [], active: 2 })
  expect(connection.ofType('quote')).toHaveLength(2_200)
})

function symbols(count: number, part: number): string[] {
  return Array.from({ length: count }, (_, i) => `S${part}.${i}`)
}

function codeOf(rejection: unknown): string {
  return (rejection as { code: string }).code
}

/** Of so many bytes as UTF-8. */
function pingOf(bytes: number, filler = 'x'): string {
  const frame = '{"type":"ping","x":""}'
  const text = frame.replace('""', `"${filler.repeat((bytes - frame.length) / Buffer.byteLength(filler))}"`)
  expect(Buffer.byteLength(text)).toBe(bytes)
  return text
}

/** `messagesPerSecond`: of the tier. */
function setUp(messagesPerSecond: number, options: OpenOptions = {}) {
  const harness = new SessionHarness()
  const { clock, upstream, entitlements } = harness
  entitlements.limits = { ...entitlements.limits, messagesPerSecond }
  return { harness, clock, upstream, entitlements, ...harness.open({ messagesPerSecond: 1_000, ...options }) }
}
