import { expect, test } from 'vitest'
import { RequestError } from '../shared/errors.ts'
import { quotewire } from '../shared/protobuf.ts'
import type { User } from './entitlements.ts'
import { checksOf, defaults, one, openEntitlements, two } from './testing/entitlements-harness.ts'

test('terms are those of the user’s tier; what it leaves open comes from the settings', async () => {
  const { announce, authorize } = openEntitlements()
  const tiers = {
    pro: { allSymbols: true, delayMs: 900, maxRate: 3, connections: 2, symbols: 9, messagesPerSecond: 0.5 },
  }
  announce('a', { ...one, tiers, users: { ann: 'pro' } })
  expect(await authorize('ann', 'basic')).toEqual({
    ...{ tier: 'pro', allSymbols: true, pace: { delayMs: 900, intervalMs: 334 } },
    ...{ limits: { symbols: 9, connections: 2, messagesPerSecond: 0.5 }, isProvisional: false, digest: 'one' },
  })
  expect(await authorize('bob', 'basic')).toEqual({
    ...{ tier: 'basic', allSymbols: false, pace: { delayMs: 0, intervalMs: 0 } },
    ...{ limits: defaults, isProvisional: false, digest: 'one' },
  })
})

test('a symbol is asked about once a tier, and then known at once', async () => {
  const { authority, announce, authorize, check, refusedAtOnce } = openEntitlements()
  announce('a', one)
  const basic = await authorize('bob', 'basic')
  const other = await authorize('eve', 'other')
  expect(await check(basic, ['AAPL', 'GOLD'])).toEqual(['GOLD'])
  expect(await check(basic, ['OIL', 'AAPL', 'GOLD', 'MSFT'])).toEqual(['GOLD', 'OIL'])
  expect(await check(other, ['GOLD'])).toEqual([])
  expect(checksOf(authority)).toEqual([['AAPL', 'GOLD'], ['OIL', 'MSFT'], ['GOLD']])
  expect(refusedAtOnce(basic, ['MSFT', 'OIL', 'GOLD'])).toEqual([
    { symbol: 'OIL', code: 'not_entitled', message: 'no OIL in one' },
    { symbol: 'GOLD', code: 'not_entitled', message: 'no GOLD in one' },
  ])
  expect(refusedAtOnce(other, ['GOLD'])).toEqual([])
  expect(refusedAtOnce(other, [])).toEqual([])
  expect(checksOf(authority)).toHaveLength(3)
})

test('a tier that may have all is never asked about', async () => {
  const { authority, entitlements, announce, authorize, refusedAtOnce } = openEntitlements()
  announce('a', { ...one, tiers: { basic: { allSymbols: true } } })
  const terms = await authorize('bob', 'basic')
  expect(refusedAtOnce(terms, ['GOLD'])).toEqual([])
  expect(await entitlements.refusals(terms, ['GOLD'])).toEqual(new Map())
  expect(checksOf(authority)).toEqual([])
})

test('a question has at most 1,000 symbols', async () => {
  const { authority, announce, authorize, check } = openEntitlements()
  announce('a', one)
  const symbols = [...manySymbols(2_000), 'GOLD']
  expect(await check(await authorize('bob', 'basic'), symbols)).toEqual(['GOLD'])
  expect(checksOf(authority).map(({ length }) => length)).toEqual([1_000, 1_000, 1])
  expect(checksOf(authority).flat()).toEqual(symbols)
})

test('two who ask about the same at once are told each refusal once', async () => {
  const { authority, announce, authorize, check } = openEntitlements()
  announce('a', one)
  const terms = await authorize('bob', 'basic')
  authority.gate.isShut = true
  const answers = [check(terms, ['GOLD', 'AAPL']), check(terms, ['OIL', 'GOLD'])]
  authority.gate.open()
  expect(await Promise.all(answers)).toEqual([['GOLD'], ['GOLD', 'OIL']])
})

test('beyond 200,000 verdicts all are forgotten and asked for again', async () => {
  const { authority, entitlements, announce, authorize, refusedAtOnce } = openEntitlements()
  announce('a', one)
  const terms = await authorize('bob', 'basic')
  await entitlements.refusals(terms, manySymbols(200_000))
  authority.questions.length = 0
  expect(refusedAtOnce(terms, ['S0', 'S199999'])).toEqual([])
  const refusals = await entitlements.refusals(terms, ['S0', 'GOLD'])
  expect([...refusals.keys()]).toEqual(['GOLD'])
  expect(await entitlements.refusals(terms, ['S0', 'S1', 'GOLD'])).toEqual(refusals)
  expect(await entitlements.refusals(terms, ['GOLD', 'S1'])).toEqual(refusals)
  expect(checksOf(authority)).toEqual([['GOLD'], ['S0', 'S1']])
})

test('where an address fails another one is asked, and no address twice while there are others', async () => {
  const { authority, announce, authorize } = openEntitlements()
  for (const address of ['a', 'b', 'c', 'd']) announce(address, one)
  authority.failures.set('a', new TypeError('broken'))
  authority.failures.set('b', new RequestError('service_unavailable', 'this upstream does not answer'))
  authority.gate.isShut = true
  // Together, so that each moves on what comes next for the others.
  const answers = Array.from({ length: 8 }, (_, i) => authorize(`u${i}`, 'basic'))
  authority.gate.open()
  for (const answer of answers) expect(await answer).toMatchObject({ digest: 'one' })
  for (let i = 0; i < 8; i++) {
    const asked = authority.questions.filter(({ about }) => about[0] === `u${i}/basic`).map(({ address }) => address)
    expect(new Set(asked).size).toBe(asked.length)
  }
})

test('three addresses are asked at most; then it is not available', async () => {
  const { authority, announce, authorize } = openEntitlements()
  for (const address of ['a', 'b', 'c', 'd']) {
    announce(address, one)
    authority.failures.set(address, new TypeError(`${address} is broken`))
  }
  const asked = () => authority.questions.map(({ address }) => address)
  const failure: unknown = await authorize('bob', 'basic').catch((error: unknown) => error)
  const cause = { message: `${asked().at(-1)} is broken` }
  expect(failure).toMatchObject({ name: 'RequestError', code: 'service_unavailable', retryable: true, cause })
  expect(asked()).toHaveLength(3)
  expect(new Set(asked()).size).toBe(3)
})

test('a refusal of the token is final: nobody else is asked', async () => {
  const { authority, announce, authorize } = openEntitlements()
  const refusal = new RequestError('unauthorized', 'token expired')
  announce('a', one)
  announce('b', one)
  authority.failures.set('a', refusal)
  await expect(authorize('bob', 'basic')).rejects.toBe(refusal)
  expect(authority.questions).toHaveLength(1)
})

test('symbols that cannot be asked about are unavailable for now; what is known stays known', async () => {
  const { authority, announce, authorize, checked, check } = openEntitlements()
  announce('a', one)
  const terms = await authorize('bob', 'basic')
  await check(terms, ['AAPL', 'GOLD'])
  authority.failures.set('a', new RequestError('service_unavailable', 'away'))
  expect(await checked(terms, ['AAPL', 'GOLD', 'MSFT'])).toMatchObject([
    { symbol: 'GOLD', code: 'not_entitled' },
    { symbol: 'MSFT', code: 'service_unavailable' },
  ])
  // It is not kept.
  authority.failures.clear()
  expect(await check(terms, ['MSFT'])).toEqual([])
})

test('what was allowed by the old data is not allowed where the new cannot be asked', async () => {
  const { authority, announce, authorize, check, checked } = openEntitlements()
  announce('a', one)
  const terms = await authorize('bob', 'basic')
  await check(terms, ['AAPL'])
  authority.gate.isShut = true
  authority.failures.set('a', new TypeError('broken'))
  const answer = checked(terms, ['AAPL', 'MSFT'])
  announce('a', two)
  authority.gate.open()
  expect(await answer).toMatchObject(['AAPL', 'MSFT'].map((symbol) => ({ symbol, code: 'service_unavailable' })))
})

test('of many symbols, what was answered before the failure counts', async () => {
  const { authority, announce, authorize, checked } = openEntitlements()
  announce('a', one)
  const terms = await authorize('bob', 'basic')
  authority.gate.isShut = true
  const answer = checked(terms, ['GOLD', ...manySymbols(999), 'AAPL'])
  authority.failures.set('a', new TypeError('broken'))
  authority.gate.open()
  expect(await answer).toMatchObject([
    { symbol: 'GOLD', code: 'not_entitled' },
    { symbol: 'AAPL', code: 'service_unavailable' },
  ])
})

test('while nobody can be asked the token’s own word is taken, without symbols and with the limits of the settings', async () => {
  const { authority, authorize, refusedAtOnce, changes } = openEntitlements()
  const terms = await authorize('bob', 'pro')
  expect(terms).toEqual({
    ...{ tier: 'pro', allSymbols: false, pace: { delayMs: 0, intervalMs: 0 } },
    ...{ limits: defaults, isProvisional: true, digest: '' },
  })
  expect(refusedAtOnce(terms, ['AAPL'])).toMatchObject([{ symbol: 'AAPL', code: 'service_unavailable' }])
  expect([authority.questions.length, changes()]).toEqual([0, 0])
})

test('users are resolved in their order, each by the tier that the data gives him', async () => {
  const { entitlements, authority, announce } = openEntitlements()
  announce('a', { ...one, users: { ann: 'pro' }, tiers: { pro: { delayMs: 5 }, basic: { symbols: 3 } } })
  const users: User[] = ['bob', 'ann', 'eve'].map((id) => ({ id, claimedTier: 'basic' }))
  const terms = await entitlements.resolve(users)
  expect(terms.map(({ tier }) => tier)).toEqual(['basic', 'pro', 'basic'])
  expect(terms[0]).toMatchObject({ limits: { ...defaults, symbols: 3 }, isProvisional: false, digest: 'one' })
  expect(terms[1]).toMatchObject({ pace: { delayMs: 5, intervalMs: 0 }, limits: defaults, digest: 'one' })
  expect(authority.questions).toEqual([{ call: 'resolveTiers', address: 'a', about: ['bob', 'ann', 'eve'] }])
})

test('a tier that is named but not described has no limits of its own', async () => {
  const { entitlements, authority, announce } = openEntitlements()
  announce('a', one)
  authority.resolveTiers = async () =>
    quotewire.v1.ResolveTiersResponse.create({ names: ['ghost'], tiers: [], tierData: { revision: 1, digest: 'one' } })
  expect(await entitlements.resolve([{ id: 'bob', claimedTier: 'ghost' }])).toMatchObject([
    { tier: 'ghost', allSymbols: false, limits: defaults, isProvisional: false, digest: 'one' },
  ])
})

test('refusals are those of the symbols asked for, known ones included, and reject where nobody can be asked', async () => {
  const { entitlements, authority, announce, authorize } = openEntitlements()
  announce('a', one)
  const terms = await authorize('bob', 'basic')
  expect([...(await entitlements.refusals(terms, ['GOLD', 'AAPL'])).keys()]).toEqual(['GOLD'])
  const refusals = await entitlements.refusals(terms, ['AAPL', 'GOLD', 'OIL'])
  expect(refusals.get('GOLD')).toEqual({ symbol: 'GOLD', code: 'not_entitled', message: 'no GOLD in one' })
  expect([...refusals.keys()]).toEqual(['GOLD', 'OIL'])
  expect(checksOf(authority)).toEqual([['GOLD', 'AAPL'], ['OIL']])
  authority.failures.set('a', new TypeError('broken'))
  await expect(entitlements.refusals(terms, ['MSFT'])).rejects.toMatchObject({ code: 'service_unavailable' })
})

function manySymbols(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `S${i}`)
}
