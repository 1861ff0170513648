/** What a session may have by its tier: at a subscribe, and when the rules change. */
import { expect, test, vi } from 'vitest'
import { livePace, type Pace } from '../shared/pacing.ts'
import type { Terms } from './terms.ts'
import { one, openEntitlements } from './testing/entitlements-harness.ts'
import { quoteOf } from './testing/manual-upstream.ts'
import { closeAsTooSlow, type OpenOptions, SessionHarness, type TestSession } from './testing/session-harness.ts'

const delayed: Pace = { delayMs: 1_000, intervalMs: 0 }
const limited: Pace = { delayMs: 0, intervalMs: 100 }

test('what the tier may not have is rejected symbol by symbol; the rest is taken, and upstream never hears of it', () => {
  const { connection, upstream, hold, deny } = setUp()
  deny('B', 'D')
  hold(['A', 'B', 'C', 'D'])
  expect(connection.ofType('subscribed')[0]).toMatchObject({
    symbols: ['A', 'C'],
    rejected: ['B', 'D'].map((symbol) => ({ symbol, code: 'not_entitled', message: `Symbol ${symbol} not allowed` })),
    active: 2,
  })
  expect(upstream.log).toEqual(['+A', '+C'])
})

test('what is lost is told by one message, given back upstream, and no quote of it follows', () => {
  const { connection, upstream, fanOut, hold, deny, review } = setUp()
  hold(['A', 'B', 'C'])
  const before = connection.messages.length
  deny('A', 'C')
  review()
  for (const symbol of ['A', 'B', 'C']) fanOut.quote(quoteOf(symbol, 2))
  expect(connection.texts[before]).toBe(
    '{"type":"unsubscribed","symbols":["A","C"],"rejected":[],"active":1,"reason":"entitlement"}',
  )
  expect(connection.messages.slice(before + 1)).toMatchObject([{ type: 'quote', symbol: 'B' }])
  expect(upstream.symbols).toEqual(['B'])
})

test('what is allowed again is told by one message with its reason, and its snapshots follow', () => {
  const { connection, upstream, hold, deny, review } = setUp()
  deny('B')
  hold(['A', 'B', 'C'])
  deny('A', 'B')
  review()
  deny()
  const before = connection.messages.length
  review()
  upstream.confirm('B', quoteOf('B', 7))
  upstream.confirm('A', quoteOf('A', 8))
  const [ack, ...quotes] = connection.messages.slice(before)
  expect(ack).toEqual({ type: 'subscribed', symbols: ['B', 'A'], rejected: [], active: 3, reason: 'entitlement' })
  expect(quotes).toMatchObject([
    { symbol: 'B', seq: 7, snapshot: true },
    { symbol: 'A', seq: 8, snapshot: true },
  ])
  const after = connection.messages.length
  review()
  expect(connection.messages).toHaveLength(after)
})

test('a symbol that is allowed again keeps the rate that was asked for', () => {
  const { connection, clock, upstream, fanOut, receive, deny, review } = setUp()
  deny('B')
  receive({ type: 'subscribe', symbols: ['A', 'B'], maxRate: 10 })
  upstream.confirm('A', quoteOf('A', 1))
  deny('A', 'B')
  review()
  deny()
  review()
  for (const symbol of ['A', 'B']) upstream.confirm(symbol, quoteOf(symbol, 1))
  const before = connection.messages.length
  for (const seq of [2, 3, 4]) for (const symbol of ['A', 'B']) fanOut.quote(quoteOf(symbol, seq))
  expect(connection.messages.slice(before).map(({ seq }) => seq)).toEqual([2, 2])
  clock.advance(100)
  expect(connection.messages.slice(before + 2).map(({ seq }) => seq)).toEqual([4, 4])
})

test('an unsubscribe forgets what was refused, also while the way back is already asked for', () => {
  const { connection, upstream, receive, hold, deny, review, test } = setUp()
  deny('A', 'B')
  hold(['A', 'B'])
  expect([...test.session.concerned()]).toEqual(['A', 'B'])
  receive({ type: 'unsubscribe', symbols: ['A'] })
  receive({ type: 'subscribe', symbols: ['X'] })
  receive({ type: 'unsubscribe', symbols: ['B'] })
  deny()
  review()
  expect(upstream.log).toEqual(['+X'])
  upstream.confirm('X')
  expect(upstream.log).toEqual(['+X'])
  expect(connection.ofType('subscribed')).toHaveLength(2)
})

test('what is refused by the symbol limit or by upstream is not remembered', () => {
  const { upstream, receive, test } = setUp({ maxSymbols: 1 })
  receive({ type: 'subscribe', symbols: ['A', 'B'] })
  upstream.reject('A', 'not_found')
  expect([...test.session.concerned()]).toEqual([])
})

test('what is allowed again when the session is full is not held, however often that happens', () => {
  const { connection, hold, deny, review } = setUp({ maxSymbols: 1 })
  deny('A')
  hold(['A'])
  hold(['B'])
  deny()
  const before = connection.messages.length
  for (let i = 0; i < 200; i++) review()
  expect([connection.messages.length, connection.closes]).toEqual([before, []])
})

test('what could not be checked is rejected as unavailable, and not remembered', () => {
  const { connection, upstream, entitlements, receive, test } = setUp()
  entitlements.check = (_terms, symbols, onChecked) => {
    onChecked(symbols.map((symbol) => ({ symbol, code: 'service_unavailable', message: 'later' })))
  }
  receive({ type: 'subscribe', symbols: ['A'] })
  const rejected = [{ symbol: 'A', code: 'service_unavailable', message: 'later' }]
  expect(connection.messages.at(-1)).toMatchObject({ type: 'subscribed', symbols: [], rejected })
  expect([[...test.session.concerned()], upstream.log]).toEqual([[], []])
})

test('no more is remembered than the tier may hold', () => {
  const { upstream, receive, deny, review, test } = setUp({ maxSymbols: 3 })
  const names = Array.from({ length: 9 }, (_, i) => `S${i}`)
  deny(...names)
  for (let i = 0; i < 9; i += 3) receive({ type: 'subscribe', symbols: names.slice(i, i + 3) })
  expect([...test.session.concerned()]).toEqual(['S0', 'S1', 'S2'])
  deny()
  review()
  expect(upstream.symbols).toEqual(['S0', 'S1', 'S2'])
})

test('a way back that upstream refuses is silent, and is tried again by the next review', () => {
  const { connection, upstream, hold, deny, review } = setUp()
  deny('A')
  hold(['A'])
  deny()
  const before = connection.messages.length
  review()
  upstream.reject('A', 'service_unavailable')
  expect(connection.messages).toHaveLength(before)
  review()
  upstream.confirm('A')
  expect(connection.messages.slice(before)).toMatchObject([
    { type: 'subscribed', symbols: ['A'], reason: 'entitlement' },
  ])
})

test('a subscribe that waits for upstream ends without what was lost meanwhile, and upstream is given it back', () => {
  const { connection, upstream, receive, deny, review } = setUp()
  receive({ type: 'subscribe', id: 1, symbols: ['A', 'B', 'C'] })
  upstream.confirm('A', quoteOf('A', 1))
  deny('A', 'B', 'C')
  review()
  deny('A', 'C')
  review()
  expect(connection.ofType('unsubscribed')).toEqual([])
  upstream.reject('C', 'not_found')
  upstream.confirm('B', quoteOf('B', 1))
  expect(upstream.log).toEqual(['+A', '+B', '+C', '-C', '-A', '-B', '+B'])
  upstream.confirm('B', quoteOf('B', 1))
  expect(connection.ofType('subscribed')).toMatchObject([
    { id: 1, symbols: [], rejected: ['A', 'B', 'C'].map((symbol) => ({ symbol, code: 'not_entitled' })), active: 0 },
    // Allowed again while the subscribe was under way.
    { symbols: ['B'], reason: 'entitlement' },
  ])
  expect(connection.ofType('quote')).toMatchObject([{ symbol: 'B' }])
  expect(upstream.symbols).toEqual(['B'])
})

test('a subscribe that waits for its check is checked by the rules that count when it is answered', () => {
  const { connection, upstream, entitlements, receive, deny, review } = setUp()
  entitlements.isSlow = true
  receive({ type: 'subscribe', id: 1, symbols: ['A', 'B'] })
  expect(upstream.log).toEqual([])
  deny('A')
  review()
  entitlements.answer()
  // Asked by the terms of before: asked again.
  expect(upstream.log).toEqual([])
  entitlements.answer()
  upstream.confirm('B')
  expect(connection.ofType('subscribed')).toMatchObject([
    { id: 1, symbols: ['B'], rejected: [{ symbol: 'A', code: 'not_entitled' }] },
  ])
  expect(upstream.log).toEqual(['+B'])
})

test('what was subscribed while a review was under way is asked about behind it', () => {
  const { connection, upstream, entitlements, hold, deny, review, test } = setUp()
  const reviewed = new Set(test.session.concerned())
  hold(['A', 'B'])
  deny('B')
  entitlements.isSlow = true
  review({ reviewed })
  const before = connection.messages.length
  entitlements.answer()
  expect(connection.messages.slice(before)).toMatchObject([
    { type: 'unsubscribed', symbols: ['B'], reason: 'entitlement', active: 1 },
  ])
  expect(upstream.symbols).toEqual(['A'])
})

test('an answer for terms that were replaced meanwhile changes nothing', () => {
  const { connection, entitlements, hold, deny, review } = setUp()
  hold(['A'])
  const before = connection.messages.length
  entitlements.isSlow = true
  review({ reviewed: new Set() })
  review()
  deny('A')
  entitlements.answer()
  expect(connection.messages).toHaveLength(before)
})

test('answers that come after the close change nothing', () => {
  const { connection, clock, upstream, entitlements, receive, hold, deny, review, hangUp } = setUp()
  hold(['A'])
  entitlements.isSlow = true
  review({ reviewed: new Set() })
  receive({ type: 'subscribe', symbols: ['B'] })
  const before = connection.messages.length
  hangUp()
  deny('A')
  entitlements.answer()
  entitlements.answer()
  review()
  expect([connection.messages.length, upstream.symbols, clock.pending]).toEqual([before, [], 0])
  expect(upstream.log).toEqual(['+A', '-A'])
})

test('changed terms are told by one `tier` message before anything else, the same terms by none', () => {
  const { connection, hold, deny, review } = setUp()
  hold(['A'])
  const before = connection.messages.length
  review()
  expect(connection.messages).toHaveLength(before)
  deny('A')
  review({ terms: { pace: { delayMs: 900_000, intervalMs: 500 } } })
  expect(connection.messages.slice(before)).toMatchObject([
    { type: 'tier', tier: 'default', delayMs: 900_000, minIntervalMs: 500, limits: { symbols: 10 } },
    { type: 'unsubscribed' },
  ])
})

test('changed terms move what is held to the new pace, and what is held afterwards has it too', () => {
  const { connection, clock, fanOut, hold, review } = setUp()
  hold(['A'])
  review({ terms: { pace: delayed } })
  hold(['B'])
  const before = connection.messages.length
  for (const symbol of ['A', 'B']) fanOut.quote(quoteOf(symbol, 2))
  clock.advance(999)
  expect(connection.messages).toHaveLength(before)
  clock.advance(1)
  expect(connection.messages.slice(before)).toMatchObject([
    { symbol: 'A', seq: 2, delayed: true },
    { symbol: 'B', seq: 2, delayed: true },
  ])
  fanOut.quote(quoteOf('A', 3))
  review({ terms: { pace: livePace } })
  expect(connection.messages.slice(before + 2)).toMatchObject([
    { type: 'tier' },
    { symbol: 'A', seq: 3, snapshot: true },
  ])
})

test.for([
  ['delayed', delayed],
  ['limited', limited],
] as const)('a %s session that ends, or unsubscribes, is sent nothing more while others go on', ([, pace]) => {
  for (const isGone of [true, false]) {
    const { harness, connection, clock, upstream, fanOut, hold, receive, hangUp } = setUp({ terms: { pace } })
    const other = harness.open({ terms: { pace }, userId: 'bob' })
    hold(['A'])
    other.receive({ type: 'subscribe', symbols: ['A'] })
    if (isGone) hangUp()
    else receive({ type: 'unsubscribe', symbols: ['A'] })
    const before = connection.messages.length
    const closes = connection.closes.length
    for (const seq of [2, 3]) fanOut.quote(quoteOf('A', seq))
    clock.advance(2_000)
    expect(other.connection.messages.at(-1)).toMatchObject({ seq: 3 })
    expect([connection.messages.length, connection.closes.length]).toEqual([before, closes])
    other.hangUp()
    hangUp()
    // What was held with a delay or an interval stays that long.
    clock.advance(pace.delayMs + pace.intervalMs)
    expect([upstream.symbols, clock.pending]).toEqual([[], 0])
  }
})

test('a session whose terms changed leaves the pace that it moved to', () => {
  const { harness, connection, clock, upstream, fanOut, hold, review, hangUp } = setUp()
  const other = harness.open({ terms: { pace: limited }, userId: 'bob' })
  hold(['A'])
  other.receive({ type: 'subscribe', symbols: ['A'] })
  review({ terms: { pace: limited } })
  hangUp()
  const before = connection.messages.length
  fanOut.quote(quoteOf('A', 2))
  expect(connection.messages).toHaveLength(before)
  other.hangUp()
  clock.advance(limited.intervalMs)
  expect([upstream.symbols, clock.pending]).toEqual([[], 0])
})

test.for([0, 1, 2, 3, 4, 5])(
  'an outbox that overflows %i frames into new terms, snapshots and losses leaves nothing behind',
  (frames) => {
    const { harness, connection, clock, upstream, fanOut, hold, deny, review, test } = setUp({
      terms: { pace: limited },
    })
    const other = harness.open({ terms: { pace: limited }, userId: 'bob' })
    other.receive({ type: 'subscribe', symbols: ['A', 'B'] })
    hold(['A', 'B', 'C'])
    for (const seq of [2, 3]) for (const symbol of ['A', 'B', 'C']) fanOut.quote(quoteOf(symbol, seq))
    connection.overflowAfter(frames, () => closeAsTooSlow(test.session))
    deny('C')
    const check = vi.spyOn(harness.entitlements, 'check')
    // The tier message, three snapshots of what is newer, `unsubscribed`.
    review({ terms: { pace: livePace } })
    if (frames < 5) expect(connection.closes).toMatchObject([{ code: 4008 }])
    else test.hangUp()
    expect(check).toHaveBeenCalledTimes(frames < 5 ? 0 : 1)
    expect([test.releases(), connection.lateFrames]).toEqual([1, 0])
    // What was held with an interval stays that long.
    clock.advance(1_000)
    expect([upstream.symbols, connection.lateFrames]).toEqual([['A', 'B'], 0])
    other.hangUp()
    clock.advance(limited.intervalMs)
    expect([upstream.symbols, clock.pending]).toEqual([[], 0])
  },
)

test('a refresh into another tier asks about everything anew: what is held, waits, or was refused', async () => {
  const { harness, connection, upstream, entitlements, receive, hold, deny } = setUp()
  deny('B')
  entitlements.denied.set('gold', new Set(['A']))
  hold(['A', 'B', 'C'])
  const before = connection.messages.length
  receive({ type: 'auth', id: 'r', token: harness.token({ tier: 'gold' }) })
  await harness.settle()
  upstream.confirm('B', quoteOf('B', 1))
  expect(connection.messages.slice(before)).toMatchObject([
    { type: 'tier', tier: 'gold' },
    { type: 'authenticated', id: 'r', tier: 'gold' },
    { type: 'unsubscribed', symbols: ['A'], active: 1, reason: 'entitlement' },
    { type: 'subscribed', symbols: ['B'], active: 2, reason: 'entitlement' },
    { type: 'quote', symbol: 'B', snapshot: true },
  ])
  expect(upstream.symbols).toEqual(['B', 'C'])
})

test('who comes in, or refreshes, by rules that changed meanwhile is reviewed', async () => {
  const { harness, entitlements, receive } = setUp()
  expect(harness.reviews).toBe(0)
  const old = entitlements.termsOf('default')
  entitlements.digest = 'd2'
  harness.open({ terms: old })
  expect(harness.reviews).toBe(1)
  harness.open({ terms: { ...old, isProvisional: true } })
  harness.open()
  expect(harness.reviews).toBe(1)
  entitlements.authorize = async () => old
  receive({ type: 'auth', token: harness.token() })
  await harness.settle()
  expect(harness.reviews).toBe(2)
})

test('who was let in while nobody could be asked is reviewed as soon as he comes in, before he asks for anything', () => {
  const { entitlements, authority, announce, changes } = openEntitlements()
  const harness = new SessionHarness()
  harness.entitlements.check = (...question) => entitlements.check(...question)
  const terms = { isProvisional: true }
  harness.open({ terms })
  expect(changes()).toBe(0)
  announce('a', one)
  const before = changes()
  harness.open({ terms })
  expect([changes() - before, authority.questions]).toEqual([1, []])
})

test('a refresh while nobody can be asked does not lift the delay of the session', async () => {
  const { harness, connection, entitlements, fanOut, receive, hold } = setUp({ terms: { pace: delayed } })
  hold(['A'])
  fanOut.quote(quoteOf('A', 2))
  const before = connection.messages.length
  const provisional = { ...entitlements.termsOf('default'), isProvisional: true }
  entitlements.authorize = async () => provisional
  receive({ type: 'auth', id: 'r', token: harness.token() })
  await harness.settle()
  expect(connection.messages.slice(before)).toMatchObject([{ type: 'error', code: 'service_unavailable', id: 'r' }])
})

interface ReviewOptions {
  readonly reviewed?: ReadonlySet<string>
  readonly terms?: Partial<Terms>
}

function setUp(options: OpenOptions = {}) {
  const harness = new SessionHarness()
  const { clock, upstream, fanOut, entitlements } = harness
  const test: TestSession = harness.open(options)
  const { connection, receive, hangUp, session } = test
  return {
    harness,
    clock,
    upstream,
    fanOut,
    entitlements,
    test,
    connection,
    receive,
    hangUp,
    deny: (...symbols: string[]) => entitlements.denied.set('default', new Set(symbols)),
    hold: (symbols: readonly string[]) => {
      receive({ type: 'subscribe', symbols })
      for (const symbol of symbols) upstream.confirm(symbol, quoteOf(symbol, 1))
    },
    /** What a review of entitlements ends with; `reviewed` is what it had asked about. */
    review: ({ reviewed = session.concerned(), terms }: ReviewOptions = {}) => {
      const refusals = entitlements.refusals('default', [...reviewed])
      session.apply({ ...entitlements.termsOf('default'), ...terms }, reviewed, refusals)
    },
  }
}
