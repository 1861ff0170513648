import { expect, test } from 'vitest'
import { Revocations, type RevocationsOptions } from './revocations.ts'
import { ManualClock } from './testing/manual-clock.ts'

test('a token issued before the revocation counts no more, though its issuer’s clock is ahead; a later one does', () => {
  for (const [options, toleranceMs] of [
    [{}, 5_000],
    [{ toleranceMs: 60_000 }, 60_000],
    [{ toleranceMs: 0 }, 0],
  ] as const) {
    const { clock, revocations } = setUp(options)
    const nowMs = clock.wallMs()
    revocations.revoke('ann')
    clock.advance(60_000)
    const isRevoked = (issuedAtMs: number) => revocations.isRevoked({ userId: 'ann', issuedAtMs })
    expect([isRevoked(0), isRevoked(nowMs), isRevoked(nowMs + toleranceMs)]).toEqual([true, true, true])
    expect([isRevoked(nowMs + toleranceMs + 1), isRevoked(nowMs + 120_000)]).toEqual([false, false])
  }
})

test('a token that does not say when it was issued counts no more', () => {
  const { revocations } = setUp()
  revocations.revoke('ann')
  expect(revocations.isRevoked({ userId: 'ann', issuedAtMs: undefined })).toBe(true)
})

test('other users keep what they have, whatever their names', () => {
  const { revocations } = setUp()
  revocations.revoke('ann')
  for (const userId of ['bob', 'Ann', 'ann ', '', '__proto__', 'constructor']) {
    expect(revocations.isRevoked({ userId, issuedAtMs: undefined })).toBe(false)
  }
  revocations.revoke('__proto__')
  expect(revocations.isRevoked({ userId: '__proto__', issuedAtMs: 0 })).toBe(true)
})

test('who is revoked again is revoked from then on', () => {
  const { clock, revocations } = setUp()
  revocations.revoke('ann')
  clock.advance(6_000)
  const issuedAtMs = clock.wallMs()
  expect(revocations.isRevoked({ userId: 'ann', issuedAtMs })).toBe(false)
  revocations.revoke('ann')
  expect(revocations.isRevoked({ userId: 'ann', issuedAtMs })).toBe(true)
})

test('each revocation is told, and counts already when it is', () => {
  const told: [string, boolean][] = []
  const { revocations } = setUp({
    onRevoked: (userId) => told.push([userId, revocations.isRevoked({ userId, issuedAtMs: 0 })]),
  })
  for (const userId of ['ann', 'bob', 'ann']) revocations.revoke(userId)
  expect(told).toEqual([
    ['ann', true],
    ['bob', true],
    ['ann', true],
  ])
})

test('beyond the bound the longest revoked is forgotten, and who is revoked again is not', () => {
  const { revocations } = setUp({ maxUsers: 3 })
  const revoked = () => ['a', 'b', 'c', 'd', 'e'].filter((userId) => revocations.isRevoked({ userId, issuedAtMs: 0 }))
  for (const userId of ['a', 'b', 'c']) revocations.revoke(userId)
  expect(revoked()).toEqual(['a', 'b', 'c'])
  // At the bound, without a new user.
  for (const userId of ['b', 'a']) revocations.revoke(userId)
  expect(revoked()).toEqual(['a', 'b', 'c'])
  revocations.revoke('d')
  expect(revoked()).toEqual(['a', 'b', 'd'])
  revocations.revoke('e')
  expect(revoked()).toEqual(['a', 'd', 'e'])
})

test('100,000 users are remembered where nothing else is said', () => {
  const { revocations } = setUp()
  for (let i = 0; i <= 100_000; i++) revocations.revoke(`u${i}`)
  const isRevoked = (userId: string) => revocations.isRevoked({ userId, issuedAtMs: 0 })
  expect([isRevoked('u0'), isRevoked('u1'), isRevoked('u100000')]).toEqual([false, true, true])
})

test('what is learnt counts from its own time, and what lives is looked at once', () => {
  let looks = 0
  const { clock, revocations, ended } = setUp({ onLearnt: () => looks++ })
  const revokedAtMs = clock.wallMs() - 3_600_000
  revocations.learn([
    { userId: 'ann', revokedAtMs },
    { userId: 'bob', revokedAtMs: revokedAtMs + 1 },
  ])
  const isRevoked = (userId: string, issuedAtMs: number) => revocations.isRevoked({ userId, issuedAtMs })
  expect([isRevoked('ann', revokedAtMs + 5_000), isRevoked('bob', revokedAtMs + 5_001)]).toEqual([true, true])
  expect([isRevoked('ann', revokedAtMs + 5_001), isRevoked('bob', revokedAtMs + 5_002)]).toEqual([false, false])
  expect([looks, ended]).toEqual([1, []])
})

test('what is known already, or is no time, changes nothing and ends nothing', () => {
  let looks = 0
  const { clock, revocations } = setUp({ onLearnt: () => looks++ })
  const issuedAtMs = clock.wallMs()
  revocations.revoke('ann')
  revocations.learn([])
  for (const revokedAtMs of [0, issuedAtMs - 60_000, issuedAtMs]) revocations.learn([{ userId: 'ann', revokedAtMs }])
  revocations.learn([{ userId: 'bob', revokedAtMs: Number.NaN }])
  expect(looks).toBe(0)
  expect(revocations.isRevoked({ userId: 'ann', issuedAtMs })).toBe(true)
  expect(revocations.isRevoked({ userId: 'bob', issuedAtMs: undefined })).toBe(false)
})

test('a message does not take back what was learnt of a later time, by another clock', () => {
  const { clock, revocations } = setUp()
  const revokedAtMs = clock.wallMs() + 2_000
  revocations.learn([{ userId: 'ann', revokedAtMs }])
  revocations.revoke('ann')
  expect(revocations.isRevoked({ userId: 'ann', issuedAtMs: revokedAtMs + 5_000 })).toBe(true)
})

test('without somebody who looks, everything of those who were learnt ends', () => {
  const { clock, revocations, ended } = setUp()
  revocations.revoke('ann')
  const recorded = ['ann', 'bob', 'cem'].map((userId) => ({ userId, revokedAtMs: clock.wallMs() }))
  revocations.learn(recorded)
  expect(ended).toEqual(['ann', 'bob', 'cem'])
})

test('with what is learnt too the longest revoked is forgotten beyond the bound', () => {
  const { clock, revocations } = setUp({ maxUsers: 3 })
  const nowMs = clock.wallMs()
  const revoked = () => ['a', 'b', 'c', 'd', 'e'].filter((userId) => revocations.isRevoked({ userId, issuedAtMs: 0 }))
  revocations.revoke('a')
  revocations.learn([
    { userId: 'b', revokedAtMs: nowMs - 3 },
    { userId: 'c', revokedAtMs: nowMs - 2 },
    { userId: 'd', revokedAtMs: nowMs - 1 },
  ])
  expect(revoked()).toEqual(['a', 'c', 'd'])
  revocations.revoke('e')
  expect(revoked()).toEqual(['a', 'd', 'e'])
})

function setUp(options: Partial<RevocationsOptions> = {}) {
  const clock = new ManualClock()
  const ended: string[] = []
  const onRevoked = (userId: string) => void ended.push(userId)
  return { clock, ended, revocations: new Revocations({ wallMs: () => clock.wallMs(), onRevoked, ...options }) }
}
