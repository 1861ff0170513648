import { expect, test } from 'vitest'
import { checksOf, one, openEntitlements, two } from './testing/entitlements-harness.ts'
import type { Rules } from './testing/manual-authority.ts'

const agreedMs = 1_500
const graceMs = 10_000

test('other tier data changes the digest, forgets every verdict and is told once', async () => {
  const { entitlements, authority, announce, authorize, check, changes } = openEntitlements()
  announce('a', one)
  expect(entitlements.digest).toBe('one')
  const terms = await authorize('bob', 'basic')
  expect(await check(terms, ['AAPL', 'GOLD'])).toEqual(['GOLD'])
  announce('a', two)
  expect(entitlements.digest).toBe('two')
  expect(changes()).toBe(2)
  expect(await check(terms, ['AAPL', 'GOLD'])).toEqual(['AAPL'])
  expect(checksOf(authority)).toHaveLength(2)
})

test('the same data under another revision changes nothing', async () => {
  const { entitlements, authority, announce, authorize, check, changes } = openEntitlements()
  announce('a', one)
  announce('b', { ...one, revision: 7 })
  announce('c', { ...one, revision: 3 })
  const terms = await authorize('bob', 'basic')
  await check(terms, ['GOLD'])
  announce('a', { ...one, revision: 8 })
  await check(terms, ['GOLD'])
  expect([entitlements.digest, changes(), checksOf(authority).length]).toEqual(['one', 1, 1])
  // All three have what counts.
  for (let i = 0; i < 6; i++) await authorize('bob', 'basic')
  expect(new Set(authority.questions.map(({ address }) => address))).toEqual(new Set(['a', 'b', 'c']))
})

test('who has an older revision is not asked', async () => {
  const { entitlements, authority, announce, authorize, changes } = openEntitlements()
  announce('new', two)
  announce('old', one)
  for (let i = 0; i < 4; i++) expect(await authorize('bob', 'basic')).toMatchObject({ digest: 'two' })
  expect(new Set(authority.questions.map(({ address }) => address))).toEqual(new Set(['new']))
  expect([entitlements.digest, changes()]).toEqual(['two', 1])
})

test('of two that were loaded in the same millisecond the first counts, and they do not take turns', () => {
  const { entitlements, announce, changes } = openEntitlements()
  announce('a', one)
  announce('b', { ...two, revision: one.revision })
  announce('a', one)
  expect([entitlements.digest, changes()]).toEqual(['one', 1])
})

test('where the data changes while a question is under way it is asked again, of the new data', async () => {
  const { authority, announce, authorize, check } = openEntitlements()
  announce('a', one)
  const terms = await authorize('bob', 'basic')
  authority.gate.isShut = true
  const answer = check(terms, ['AAPL', 'GOLD'])
  announce('a', two)
  authority.gate.open()
  expect(await answer).toEqual(['AAPL'])
  // By the old data AAPL would be allowed.
  expect(await check(terms, ['AAPL', 'GOLD'])).toEqual(['AAPL'])
})

test('what the change finds answered but not yet kept is not kept', async () => {
  const { authority, announce, authorize, check, refusedAtOnce } = openEntitlements()
  announce('a', one)
  announce('b', one)
  const terms = await authorize('bob', 'basic')
  await authorize('bob', 'basic')
  authority.gate.isShut = true
  const answer = check(terms, ['AAPL'])
  // The other process has loaded new data, and its answer is the first to say so, in the same moment.
  authority.rules.set('b', two)
  const authorized = authorize('eve', 'basic')
  expect(authority.questions.slice(-2).map(({ address }) => address)).toEqual(['a', 'b'])
  authority.gate.open()
  expect(await authorized).toMatchObject({ digest: 'two' })
  expect(await answer).toEqual(['AAPL'])
  expect(refusedAtOnce(terms, ['AAPL'])).toMatchObject([{ symbol: 'AAPL' }])
})

test('an answer may be the first to tell of new data', async () => {
  const { entitlements, authority, announce, authorize, changes } = openEntitlements()
  announce('a', one)
  authority.rules.set('a', two)
  expect(await authorize('bob', 'basic')).toMatchObject({ digest: 'two' })
  expect([entitlements.digest, changes()]).toEqual(['two', 2])
})

test('an answer that comes late, from data replaced meanwhile, does not bring it back', async () => {
  const { clock, entitlements, authority, announce, authorize, changes } = openEntitlements()
  announce('a', one)
  authority.gate.isShut = true
  const answer = authorize('bob', 'basic')
  announce('a', two)
  authority.gate.open()
  expect(await answer).toMatchObject({ digest: 'two' })
  clock.advance(2 * graceMs)
  expect([entitlements.digest, changes()]).toEqual(['two', 2])
})

test('an answer of an address that was lost meanwhile counts for itself only', async () => {
  for (const rules of [one, two]) {
    const { entitlements, authority, announce, authorize, changes } = openEntitlements()
    announce('a', one)
    announce('b', one)
    authority.rules.set('a', rules)
    authority.gate.isShut = true
    const answer = authorize('bob', 'basic')
    entitlements.lost('a')
    authority.gate.open()
    expect(await answer).toMatchObject({ digest: 'one' })
    expect([entitlements.digest, changes()]).toEqual(['one', 1])
    authority.questions.length = 0
    for (let i = 0; i < 3; i++) await authorize('bob', 'basic')
    expect(authority.questions.map(({ address }) => address)).toEqual(['b', 'b', 'b'])
  }
})

test('while nobody has the newest data nobody is asked, and after 10 s the best of the others counts', async () => {
  const { clock, entitlements, authority, announce, authorize, changes } = openEntitlements()
  announce('new', { ...two, revision: 9 })
  announce('old', one)
  announce('better', { ...two, revision: 5, digest: 'five' })
  expect(clock.pending).toBe(0)
  entitlements.lost('new')
  clock.advance(graceMs - 1)
  await expect(authorize('bob', 'basic')).rejects.toMatchObject({ code: 'service_unavailable' })
  expect([authority.questions.length, changes()]).toEqual([0, 1])
  clock.advance(1)
  expect([entitlements.digest, changes(), clock.pending]).toEqual(['five', 2, 0])
  expect(await authorize('bob', 'basic')).toMatchObject({ digest: 'five' })
  // From here on it is what others have to surpass, and what is waited for.
  announce('newer', { ...two, revision: 6 })
  expect([entitlements.digest, changes()]).toEqual(['two', 3])
  entitlements.lost('newer')
  clock.advance(graceMs)
  entitlements.lost('better')
  clock.advance(graceMs)
  expect([entitlements.digest, changes()]).toEqual(['one', 5])
})

test('the verdicts of data that no longer counts are forgotten', async () => {
  const { clock, entitlements, announce, authorize, check } = openEntitlements()
  announce('new', two)
  announce('old', one)
  const terms = await authorize('bob', 'basic')
  expect(await check(terms, ['AAPL', 'GOLD'])).toEqual(['AAPL'])
  entitlements.lost('new')
  clock.advance(graceMs)
  expect(await check(terms, ['AAPL', 'GOLD'])).toEqual(['GOLD'])
})

test('while the others disagree whoever brings the newest data, or newer, ends the wait of 10 s', async () => {
  for (const rules of [two, { ...two, revision: 1 }, { ...one, revision: 3 }]) {
    const { clock, entitlements, announce, changes } = openEntitlements()
    announce('new', two)
    announce('old', { ...one, revision: 0 })
    announce('other', { ...one, revision: 0, digest: 'zero' })
    entitlements.lost('new')
    clock.advance(graceMs - 1)
    announce('again', rules)
    expect(clock.pending).toBe(0)
    clock.advance(graceMs)
    expect([entitlements.digest, changes()]).toEqual([rules.digest, rules.digest === 'two' ? 1 : 2])
  }
})

test('the 10 s begin when the newest data is gone, not anew with each address that comes or goes', () => {
  const { clock, entitlements, announce } = openEntitlements()
  announce('new', two)
  announce('old', one)
  announce('older', { ...one, revision: 0, digest: 'zero' })
  entitlements.lost('new')
  clock.advance(graceMs / 2)
  entitlements.lost('older')
  announce('older', { ...one, revision: 0, digest: 'zero' })
  clock.advance(graceMs / 2)
  expect(entitlements.digest).toBe('one')
})

test('a process that went back to older data waits for the others as any', () => {
  const { clock, entitlements, announce, changes } = openEntitlements()
  announce('a', two)
  announce('a', one)
  expect([entitlements.digest, changes()]).toEqual(['two', 1])
  clock.advance(graceMs)
  expect([entitlements.digest, changes()]).toEqual(['one', 2])
})

test('the wait ends where every address is lost: nobody is the best then', () => {
  const { clock, entitlements, announce, changes } = openEntitlements()
  announce('new', two)
  announce('old', one)
  entitlements.lost('new')
  entitlements.lost('old')
  expect(clock.pending).toBe(0)
  // It begins again with the first that comes back.
  announce('old', one)
  clock.advance(agreedMs - 1)
  expect([entitlements.digest, changes()]).toEqual(['two', 2])
  clock.advance(1)
  expect([entitlements.digest, changes()]).toEqual(['one', 2])
})

test('stop leaves no timer', () => {
  const { clock, entitlements, announce } = openEntitlements()
  announce('a', two)
  announce('a', one)
  expect(clock.pending).toBe(1)
  entitlements.stop()
  expect(clock.pending).toBe(0)
})

test.for<[string, Rules]>([
  ['the same data', one],
  ['the same data, loaded anew', { ...one, revision: 5 }],
  ['older data', { ...one, revision: 0, digest: 'zero' }],
  ['newer data', two],
])('the first link that comes back is told once, with %s', async ([, rules]) => {
  const { entitlements, announce, authorize, changes } = openEntitlements()
  announce('a', one)
  announce('b', one)
  entitlements.lost('a')
  expect(await authorize('bob', 'basic')).toMatchObject({ isProvisional: false })
  entitlements.lost('b')
  expect(await authorize('bob', 'basic')).toMatchObject({ isProvisional: true })
  expect(changes()).toBe(1)
  announce('b', rules)
  expect(changes()).toBe(2)
  announce('a', rules)
  expect(changes()).toBe(2)
})

test('terms by the token’s own word never open a symbol, and ask for a review where one is possible', async () => {
  const { entitlements, announce, authorize, check, refusedAtOnce, changes } = openEntitlements()
  announce('a', one)
  await check(await authorize('bob', 'pro'), ['AAPL'])
  entitlements.lost('a')
  const terms = await authorize('bob', 'pro')
  const refused = [{ symbol: 'AAPL', code: 'service_unavailable' }]
  expect(refusedAtOnce(terms, ['AAPL'])).toMatchObject(refused)
  announce('a', one)
  expect(changes()).toBe(2)
  expect(refusedAtOnce(terms, ['AAPL'])).toMatchObject(refused)
  expect(changes()).toBe(3)
})
