/** Nobody has the newest tier data, and all others have the same: what that may be used for (ADR 0006). */
import { expect, test } from 'vitest'
import { checksOf, one, openEntitlements, two } from './testing/entitlements-harness.ts'
import type { Rules } from './testing/manual-authority.ts'

const agreedMs = 1_500
const graceMs = 10_000
/** What new processes found at their start: a revision in seconds, below that of every change. */
const atStart: Rules = { ...one, revision: 1_790_000_000 }
/** What the processes before them had loaded last. */
const edited: Rules = { ...two, revision: 1_790_000_000_000 }

test('after a rollout with other data nobody is refused for longer than 1.5 s, and live sessions are reviewed after 10 s', async () => {
  const { clock, entitlements, authority, announce, authorize, check, changes } = openEntitlements()
  announce('old', edited)
  for (const address of ['new1', 'new2']) announce(address, atStart)
  entitlements.lost('old')
  clock.advance(agreedMs - 1)
  await expect(authorize('bob', 'basic')).rejects.toMatchObject({ code: 'service_unavailable' })
  clock.advance(1)
  const terms = await authorize('bob', 'basic')
  expect(terms).toMatchObject({ digest: 'one', isProvisional: false })
  expect(await check(terms, ['AAPL', 'GOLD'])).toEqual(['GOLD'])
  await authorize('eve', 'basic')
  expect(new Set(authority.questions.map(({ address }) => address))).toEqual(new Set(['new1', 'new2']))
  expect(changes()).toBe(1)
  clock.advance(graceMs - agreedMs)
  expect([entitlements.digest, changes(), clock.pending]).toEqual(['one', 2, 0])
})

test('what the newest data is known to deny stays denied, and is given after 10 s', async () => {
  const { clock, entitlements, announce, authorize, check, refusedAtOnce } = openEntitlements()
  announce('old', edited)
  announce('new', { ...atStart, tiers: { basic: { allSymbols: true } }, denied: {} })
  const live = await authorize('bob', 'basic')
  expect(await check(live, ['AAPL', 'IBM'])).toEqual(['AAPL'])
  entitlements.lost('old')
  clock.advance(agreedMs)
  const fresh = await authorize('eve', 'basic')
  for (const terms of [live, fresh]) expect(await check(terms, ['AAPL', 'IBM', 'OIL'])).toEqual(['AAPL'])
  // Kept as what it is.
  expect(refusedAtOnce(live, ['AAPL'])).toMatchObject([{ code: 'not_entitled', message: 'no AAPL in two' }])
  // Another tier was never asked about.
  expect(await check(await authorize('pro', 'pro'), ['AAPL'])).toEqual([])
  clock.advance(graceMs - agreedMs)
  expect(await check(await authorize('eve', 'basic'), ['AAPL', 'IBM'])).toEqual([])
})

test('the terms of a tier are the stricter of both, and those of what counts after 10 s', async () => {
  const { clock, entitlements, announce, authorize } = openEntitlements()
  const strict = { delayMs: 60_000, symbols: 50, connections: 9, allSymbols: false }
  const loose = { maxRate: 1, symbols: 70, connections: 2, allSymbols: true }
  announce('old', { ...edited, tiers: { basic: strict } })
  announce('new', { ...atStart, tiers: { basic: loose } })
  await authorize('bob', 'basic')
  entitlements.lost('old')
  clock.advance(agreedMs)
  expect(await authorize('eve', 'basic')).toMatchObject({
    allSymbols: false,
    pace: { delayMs: 60_000, intervalMs: 1_000 },
    limits: { symbols: 50, connections: 2, messagesPerSecond: 50 },
  })
  clock.advance(graceMs - agreedMs)
  expect(await authorize('eve', 'basic')).toMatchObject({
    allSymbols: true,
    pace: { delayMs: 0, intervalMs: 1_000 },
    limits: { symbols: 70, connections: 2 },
  })
})

test('live sessions are not reviewed meanwhile: what they have they keep', async () => {
  const { clock, entitlements, announce } = openEntitlements()
  announce('old', edited)
  announce('new', atStart)
  entitlements.lost('old')
  clock.advance(agreedMs)
  const users = [{ id: 'bob', claimedTier: 'basic' }]
  await expect(entitlements.resolve(users)).rejects.toMatchObject({ code: 'service_unavailable', retryable: true })
  clock.advance(graceMs - agreedMs)
  expect(await entitlements.resolve(users)).toMatchObject([{ tier: 'basic', digest: 'one' }])
})

test('whoever brings the newest data back, or newer, ends it, and live sessions are reviewed', async () => {
  for (const rules of [edited, { ...edited, revision: 1 }, { ...atStart, revision: edited.revision + 1 }]) {
    const { clock, entitlements, announce, authorize, check, changes } = openEntitlements()
    announce('old', edited)
    announce('new', atStart)
    await check(await authorize('bob', 'basic'), ['AAPL'])
    entitlements.lost('old')
    clock.advance(agreedMs)
    announce('back', rules)
    expect([entitlements.digest, changes(), clock.pending]).toEqual([rules.digest, 2, 0])
    expect(await check(await authorize('bob', 'basic'), ['AAPL', 'GOLD'])).toEqual(rules.denied?.basic?.slice(0, 1))
    expect(await entitlements.resolve([{ id: 'bob', claimedTier: 'basic' }])).toMatchObject([{ digest: rules.digest }])
  }
})

test('data in between counts for now as well, and no denial is forgotten on the way', async () => {
  const { clock, entitlements, announce, authorize, check, changes } = openEntitlements()
  announce('old', edited)
  announce('new', atStart)
  const terms = await authorize('bob', 'basic')
  await check(terms, ['AAPL'])
  entitlements.lost('old')
  clock.advance(agreedMs)
  await check(terms, ['GOLD'])
  announce('newer', { revision: atStart.revision + 1, digest: 'between', denied: {} })
  expect([entitlements.digest, changes()]).toEqual(['between', 1])
  expect(await check(terms, ['AAPL', 'GOLD', 'OIL'])).toEqual(['AAPL', 'GOLD'])
  clock.advance(graceMs - agreedMs)
  expect([entitlements.digest, changes()]).toEqual(['between', 2])
  expect(await check(terms, ['AAPL', 'GOLD', 'OIL'])).toEqual([])
})

test('the 1.5 s begin when all have agreed: one that is away for a moment lends nobody its vote', () => {
  const { clock, entitlements, announce } = openEntitlements()
  announce('old', edited)
  announce('new', atStart)
  announce('other', { ...atStart, digest: 'zero' })
  entitlements.lost('old')
  clock.advance(5_000)
  entitlements.lost('other')
  clock.advance(agreedMs - 1)
  expect(entitlements.digest).toBe('two')
  announce('other', { ...atStart, digest: 'zero' })
  clock.advance(1_000)
  entitlements.lost('new')
  clock.advance(agreedMs - 1)
  expect(entitlements.digest).toBe('two')
  clock.advance(1)
  expect(entitlements.digest).toBe('zero')
})

test('where every address is lost the newest is waited for anew', async () => {
  const { clock, entitlements, authority, announce, authorize, check } = openEntitlements()
  announce('old', edited)
  announce('new', atStart)
  const terms = await authorize('bob', 'basic')
  entitlements.lost('old')
  clock.advance(agreedMs)
  await check(terms, ['AAPL'])
  entitlements.lost('new')
  expect([entitlements.digest, clock.pending]).toEqual(['two', 0])
  announce('new', atStart)
  expect(entitlements.digest).toBe('two')
  announce('old', edited)
  // Nothing of what counted for now is left.
  authority.questions.length = 0
  expect(await check(terms, ['AAPL'])).toEqual(['AAPL'])
  expect(checksOf(authority)).toEqual([['AAPL']])
})
