import { expect, test } from 'vitest'
import { ecSigningKey, type SigningKey } from './testing/key-set-server.ts'
import { refusal, verifierWithKeySet } from './testing/verifier-with-key-set.ts'
import { signToken, type TokenSettings } from './tokens.ts'

const [old, next] = [ecSigningKey('old'), ecSigningKey('next')]
const dayMs = 86_400_000
const cooldownMs = 10_000
const unavailable = { code: 'service_unavailable', retryable: true }
const noKey = { code: 'unauthorized', message: 'no key for this token' }
const withdrawn = { code: 'unauthorized', message: 'token of a key that its issuer has withdrawn' }

test('a key that has left verifies for a day, unless another time is set', async () => {
  for (const [settings, honouredMs] of [
    [{}, dayMs],
    [{ JWT_JWKS_OLD_KEYS_S: 60 }, 60_000],
  ] as const) {
    const { clock, verifier, token } = await rotated(settings)
    clock.advance(honouredMs - 1)
    await verifier.verify(token)
    clock.advance(1)
    expect(await refusal(verifier, token)).toMatchObject(noKey)
  }
})

test('with 0 a key that has left verifies nothing as soon as that was noticed; the next fetch makes it final', async () => {
  const { clock, verifier, token } = await rotated({ JWT_JWKS_OLD_KEYS_S: 0 })
  expect(await refusal(verifier, token)).toMatchObject(unavailable)
  clock.advance(cooldownMs)
  expect(await refusal(verifier, token)).toMatchObject(noKey)
})

test('a process that starts after the rotation knows an old key only while the set still has it', async () => {
  const { server, verifier, token } = await rotated()
  await verifier.verify(token)
  const started = async () => (await verifierWithKeySet({ JWT_JWKS_URL: server.url })).verifier
  expect(await refusal(await started(), token)).toMatchObject(noKey)
  server.publish(next, old)
  expect(await (await started()).verify(token)).toMatchObject({ userId: 'ada' })
})

test('a key that has left verifies only what was issued before, give or take the tolerance', async () => {
  const { clock, verifier, mint } = await rotated({ JWT_CLOCK_TOLERANCE_S: 5 })
  const leftAtMs = clock.wallMs()
  await verifier.verify(mint(old, { issuedAtMs: leftAtMs + 5_000 }))
  expect(await refusal(verifier, mint(old, { issuedAtMs: leftAtMs + 6_000 }))).toMatchObject(withdrawn)
  await verifier.verify(mint(next, { issuedAtMs: leftAtMs + 6_000 }))
})

test('a key that has left verifies a token without an issue time, but none without an expiry', async () => {
  const { clock, verifier } = await rotated()
  const sign = (claims: { expiresAtMs?: number; issuedAtMs?: number }) =>
    signToken({ privateKey: old.privateKey, kid: old.kid, userId: 'ada', ...claims })
  await verifier.verify(sign({ expiresAtMs: clock.wallMs() + dayMs }))
  expect(await refusal(verifier, sign({ issuedAtMs: clock.wallMs() - dayMs }))).toMatchObject(withdrawn)
})

test('a key that comes back is as good as new, and its time starts again when it leaves again', async () => {
  const { server, clock, verifier, mint } = await rotated()
  clock.advance(dayMs / 2)
  server.publish(old, ecSigningKey('third'))
  // Nobody used the set for long, so that this fetches it.
  await verifier.verify(mint(old))
  clock.advance(dayMs / 2 - 1)
  await verifier.verify(mint(old))
  server.publish(next)
  clock.advance(dayMs / 4)
  const token = mint(old, { expiresAtMs: clock.wallMs() + dayMs * 3, issuedAtMs: clock.wallMs() - 1_000 })
  await verifier.verify(token)
  clock.advance(dayMs - 1)
  await verifier.verify(token)
  clock.advance(1)
  expect(await refusal(verifier, token)).toMatchObject(noKey)
})

test('of more than 100 keys that have left the newest 100 are kept', async () => {
  const { server, clock, verifier, mint } = await verifierWithKeySet()
  const many = Array.from({ length: 101 }, (_, i) => ecSigningKey(`old ${i}`))
  const token = ({ kid }: SigningKey) => tokens.get(kid) ?? ''
  const tokens = new Map(many.map((key) => [key.kid, mint(key, { expiresAtMs: clock.wallMs() + dayMs })]))
  const [oldest = next, ...others] = many
  server.publish(oldest)
  await verifier.verify(token(oldest))
  const last = others.pop() ?? next
  server.publish(last, ...others)
  await verifier.verify(token(last))
  await verifier.verify(token(oldest))
  clock.advance(10_000)
  server.publish(next)
  await verifier.verify(mint(next))
  expect(await refusal(verifier, token(oldest))).toMatchObject(unavailable)
  for (const key of [last, ...others]) await verifier.verify(token(key))
})

test('a key that came back takes no place among the 100', async () => {
  const { server, clock, verifier, mint } = await verifierWithKeySet()
  const many = Array.from({ length: 100 }, (_, i) => ecSigningKey(`old ${i}`))
  const [oldest = next, returning = next] = [many[0], many[99]]
  server.publish(...many)
  const token = mint(oldest, { expiresAtMs: clock.wallMs() + dayMs })
  await verifier.verify(token)
  server.publish(next)
  await verifier.verify(mint(next))
  clock.advance(10_000)
  server.publish(returning, ecSigningKey('newest'))
  // Another token of it than before: its key has to be back.
  expect(await refusal(verifier, mint(next, { kid: 'unknown' }))).toMatchObject({ code: 'unauthorized' })
  await verifier.verify(mint(returning, { issuedAtMs: clock.wallMs() + 1_000 }))
  await verifier.verify(token)
})

test('a set without any usable key takes back none: it counts as a failed fetch', async () => {
  const { server, clock, verifier, mint } = await verifierWithKeySet({ JWT_JWKS_OLD_KEYS_S: 0 })
  server.publish(old)
  await verifier.verify(mint(old))
  server.publish()
  expect(await refusal(verifier, mint(next))).toMatchObject({ code: 'service_unavailable', retryable: true })
  clock.advance(dayMs)
  await verifier.verify(mint(old))
})

/** A verifier that has just noticed that `next` took the place of `old`; `token` was signed before and lives long. */
async function rotated(settings: Partial<TokenSettings> = {}) {
  const parts = await verifierWithKeySet(settings)
  const { server, clock, verifier, mint } = parts
  server.publish(old)
  const token = mint(old, { expiresAtMs: clock.wallMs() + 2 * dayMs })
  await verifier.verify(token)
  server.publish(next)
  await verifier.verify(mint(next))
  return { ...parts, token }
}
