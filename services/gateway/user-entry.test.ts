import { expect, test } from 'vitest'
import { RequestError, SessionClose, type SessionCloseCode } from '../shared/errors.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import type { Identity } from '../shared/tokens.ts'
import { leastBurst } from './connect-rates.ts'
import { provisionalTerms } from './terms.ts'
import { CheckedCounts, EntryHarness, retryAfterMs, tokenOf } from './testing/entry-harness.ts'
import { settle } from './testing/gate.ts'

const issuedAtMs = new ManualClock().wallMs() - 10_000
const good = tokenOf('ann', { tier: 'gold', issuedAtMs })
const ann: Identity = { userId: 'ann', tier: 'gold', expiresAtMs: undefined, issuedAtMs }
const away = new RequestError('service_unavailable', 'nobody answers', { retryable: true })

test('a good token becomes an identity, the terms of its tier, and one connection within their limit', async () => {
  const harness = new EntryHarness()
  harness.entitlements.limits = { symbols: 7, connections: 2, messagesPerSecond: 3 }
  const admitted = await harness.users.enter(good)
  expect(admitted).toEqual({ identity: ann, terms: harness.entitlements.termsOf('gold') })
  expect([...harness.counts.held]).toEqual([['ann', 1]])
  await harness.users.enter(good)
  await expect(harness.users.enter(good)).rejects.toMatchObject({ message: 'at most 2 connections a user' })
  harness.users.leave(admitted.identity)
  expect([...harness.counts.held]).toEqual([['ann', 1]])
})

test('who comes too often is told when to come again, and nobody is asked about him', async () => {
  const harness = new EntryHarness()
  harness.entitlements.limits = { symbols: 7, connections: 2, messagesPerSecond: 3 }
  for (let i = 0; i < leastBurst; i++) {
    const { identity } = await harness.users.enter(good)
    harness.users.leave(identity)
  }
  expect(harness.asked).toHaveLength(leastBurst)
  const tooOften = { code: 'connection_limit', message: 'too many new connections of a user in a short time' }
  expect(await refusalOf(harness, good)).toMatchObject({ ...tooOften, retryAfterMs })
  expect(harness.asked).toHaveLength(leastBurst)
  await harness.users.refresh(good, ann)
  harness.clock.advance(1_000)
  await harness.users.enter(good)
})

test('whose tier may have many connections may come as often as that at once', async () => {
  const harness = new EntryHarness()
  harness.entitlements.limits = { ...harness.entitlements.limits, connections: 1_000 }
  for (let i = 0; i < 2 * leastBurst; i++) await harness.users.enter(good)
  expect([...harness.counts.held]).toEqual([['ann', 2 * leastBurst]])
})

test('a bad token ends it for good, and nobody else is asked', async () => {
  const harness = new EntryHarness()
  const refused = await refusalOf(harness, 'nonsense')
  expect(refused).toMatchObject({ code: 'unauthorized', retryAfterMs: undefined })
  expect(harness.asked).toEqual([])
})

test('a token that market-data finds bad ends it for good', async () => {
  const harness = new EntryHarness()
  harness.failure = new RequestError('unauthorized', 'token expired')
  expect(await refusalOf(harness)).toMatchObject({ code: 'unauthorized', message: 'token expired' })
})

test.for([away, new RequestError('internal', 'a fault'), new TypeError('secret details')])(
  'whatever else goes wrong in asking says come later, and nothing of the cause: %s',
  async (failure) => {
    const harness = new EntryHarness()
    harness.failure = failure
    const refused = await refusalOf(harness)
    expect(refused).toMatchObject({ code: 'service_unavailable', retryAfterMs, cause: failure })
    expect(refused.message).toBe('this server cannot tell who you are at the moment')
    expect(await refusalOf(new EntryHarness({ verify: () => Promise.reject(failure) }))).toEqual(refused)
  },
)

test('a failure that names its own close keeps it', async () => {
  const harness = new EntryHarness()
  harness.failure = new SessionClose('server_full', 'full')
  expect(await refusalOf(harness)).toBe(harness.failure)
})

test.for<['full' | 'unavailable', SessionCloseCode]>([
  ['full', 'connection_limit'],
  ['unavailable', 'limits_unavailable'],
])('where the count is %s it is %s, with a time to wait', async ([answer, code]) => {
  const harness = new EntryHarness()
  harness.counts.answer = answer
  expect(await refusalOf(harness)).toMatchObject({ code, retryAfterMs })
})

test('a token issued before its user was revoked lets nobody in; a later one does', async () => {
  const harness = new EntryHarness()
  harness.revocations.revoke('ann')
  expect(await refusalOf(harness)).toMatchObject({ code: 'unauthorized', message: 'revoked', retryAfterMs: undefined })
  expect(harness.asked).toEqual([])
  const later = tokenOf('ann', { issuedAtMs: harness.clock.wallMs() + 6_000 })
  expect(await harness.users.enter(later)).toMatchObject({ identity: { userId: 'ann' } })
  expect(await harness.users.enter(tokenOf('bob', { issuedAtMs }))).toMatchObject({ identity: { userId: 'bob' } })
})

test('a user who is revoked on the way in is not let in, and keeps no place', async () => {
  for (const gateOf of [(h: EntryHarness) => h.authorizing, (h: EntryHarness) => h.counts.gate]) {
    const harness = new EntryHarness()
    const gate = gateOf(harness)
    gate.isShut = true
    const refused = refusalOf(harness)
    await settle()
    expect(gate.waiting).toBe(1)
    harness.revocations.revoke('ann')
    gate.open()
    expect(await refused).toMatchObject({ code: 'unauthorized', message: 'revoked' })
  }
})

test('rule 1: a refresh takes the new tier and no place, whatever the connection limit', async () => {
  const harness = new EntryHarness()
  harness.counts.answer = 'full'
  const fresh = tokenOf('ann', { tier: 'silver' })
  const admitted = await harness.users.refresh(fresh, ann)
  expect(admitted).toMatchObject({ identity: { userId: 'ann', tier: 'silver' }, terms: { tier: 'silver' } })
  expect([...harness.counts.held]).toEqual([])
})

test('rule 1: a refresh that fails is answered by an error and ends nothing', async () => {
  const harness = new EntryHarness()
  const outcome = async (token: string) => await harness.users.refresh(token, ann).catch((error: unknown) => error)
  expect(await outcome('nonsense')).toBeInstanceOf(RequestError)
  expect(await outcome(tokenOf('bob'))).toMatchObject({ code: 'unauthorized', message: 'the token is of another user' })
  harness.failure = away
  expect(await outcome(good)).toBe(away)
  harness.failure = undefined
  harness.revocations.revoke('ann')
  expect(await outcome(good)).toMatchObject({ name: 'RequestError', code: 'unauthorized', message: 'revoked' })
})

test('a refresh while nobody can be asked keeps the terms that are known', async () => {
  const harness = new EntryHarness()
  const { limits } = harness.entitlements
  harness.entitlements.authorize = async (_token, { tier }) => provisionalTerms(tier, limits)
  await expect(harness.users.refresh(good, ann)).rejects.toMatchObject({ code: 'service_unavailable', retryable: true })
  // At the beginning there is nothing better.
  expect(await harness.users.enter(good)).toMatchObject({ terms: { isProvisional: true, tier: 'gold' } })
})

test('two who come at once for the last place: one gets it', async () => {
  const harness = new EntryHarness()
  harness.entitlements.limits = { ...harness.entitlements.limits, connections: 1 }
  const outcomes = await Promise.allSettled([harness.users.enter(good), harness.users.enter(good)])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
})

/** Why it is refused; it keeps no place. */
async function refusalOf(harness: EntryHarness, token = good): Promise<SessionClose> {
  const thrown: unknown = await harness.users.enter(token).catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(SessionClose)
  expect(harness.counts).toBeInstanceOf(CheckedCounts)
  expect([...harness.counts.held]).toEqual([])
  return thrown as SessionClose
}
