import { expect, test } from 'vitest'
import { Revocations, type RevocationsOptions } from './revocations.ts'
import { ManualClock } from './testing/manual-clock.ts'

test('a token issued before the revocation, or in the same moment, counts no more; a later one does', () => {
  const { clock, revocations } = setUp()
  const nowMs = clock.wallMs()
  revocations.revoke('ann')
  clock.advance(60_000)
  const isRevoked = (issuedAtMs: number) => revocations.isRevoked({ userId: 'ann', issuedAtMs })
  expect([isRevoked(0), isRevoked(nowMs - 1), isRevoked(nowMs)]).toEqual([true, true, true])
  expect([isRevoked(nowMs + 1), isRevoked(nowMs + 60_000)]).toEqual([false, false])
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
  clock.advance(1_000)
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

function setUp(options: Partial<RevocationsOptions> = {}) {
  const clock = new ManualClock()
  return {
    clock,
    revocations: new Revocations({ wallMs: () => clock.wallMs(), onRevoked: () => {}, ...options }),
  }
}
