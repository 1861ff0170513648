import { expect, onTestFinished, test, vi } from 'vitest'
import { RemoteKeys } from './jwks.ts'
import { ecSigningKey, type KeySetServer, rsaSigningKey, type SigningKey } from './testing/key-set-server.ts'
import { silentLogger } from './testing/silent-logger.ts'
import { refusal, verifierWithKeySet } from './testing/verifier-with-key-set.ts'
import { signToken } from './tokens.ts'

const [first, second, third] = [ecSigningKey('first'), ecSigningKey('second'), ecSigningKey('third')]
const rsa = rsaSigningKey('rsa')
const secret = 'a secret of the tests, 32 bytes or more'
/** With random() = 1. */
const refreshMs = 660_000
const cooldownMs = 10_000
const dayMs = 86_400_000
const noKey = { code: 'unauthorized', message: 'no key for this token' }
const unavailable = { code: 'service_unavailable', retryable: true }

test('nothing is fetched before the first token that needs the set, then once for all that wait', async () => {
  const { server, verifier, mint } = await verifierWithKeySet({ JWT_SECRET: secret })
  server.publish(first, rsa)
  await verifier.verify(signToken({ secret, userId: 'ada' }))
  expect(server.fetches).toBe(0)
  const tokens = [mint(first), mint(rsa), mint(first), mint(rsa)]
  const identities = await Promise.all(tokens.map((token) => verifier.verify(token)))
  expect(identities.map(({ userId }) => userId)).toEqual(['ada', 'ada', 'ada', 'ada'])
  expect(server.fetches).toBe(1)
})

test('an HS256 token is no matter of the set: it is refused without a fetch where there is no secret', async () => {
  const { server, verifier } = await verifierWithKeySet()
  server.publish(first)
  const token = signToken({ secret, kid: first.kid, userId: 'ada' })
  expect(await refusal(verifier, token)).toMatchObject(noKey)
  expect(server.fetches).toBe(0)
})

test('public keys and the set stand side by side; what a fixed key signed needs no fetch', async () => {
  const pem = second.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const { server, verifier, mint } = await verifierWithKeySet({ JWT_PUBLIC_KEY: pem })
  server.publish(first)
  await verifier.verify(mint(second, { kid: 'any' }))
  expect(server.fetches).toBe(0)
  await verifier.verify(mint(first))
  expect(await refusal(verifier, mint(third))).toMatchObject({ code: 'unauthorized' })
})

test('a rotation: the new key is accepted after one fetch, tokens of the old one stay valid until they expire', async () => {
  const { server, clock, verifier, mint } = await verifierWithKeySet()
  server.publish(first)
  const old = mint(first, { expiresAtMs: clock.wallMs() + 3_600_000 })
  await verifier.verify(old)
  server.publish(second)
  await verifier.verify(mint(second))
  expect(server.fetches).toBe(2)
  expect((await verifier.verify(old)).expiresAtMs).toBe(clock.wallMs() + 3_600_000)
  clock.advance(3_599_999)
  await verifier.verify(old)
  clock.advance(1)
  expect(await refusal(verifier, old)).toMatchObject({ code: 'unauthorized', message: 'token expired' })
})

test('a first token of an unknown kid is refused after the one fetch that it caused', async () => {
  const { server, verifier, mint } = await verifierWithKeySet()
  server.publish(first)
  expect(await refusal(verifier, mint(second))).toMatchObject(noKey)
  expect(server.fetches).toBe(1)
})

test('a set in use is refreshed in the background: nobody waits, and no timer stays', async () => {
  const { server, clock, verifier, mint } = await verifierWithKeySet()
  server.publish(first)
  const token = mint(first, { expiresAtMs: clock.wallMs() + dayMs })
  await verifier.verify(token)
  clock.advance(refreshMs - 1)
  await verifier.verify(token)
  expect(server.fetches).toBe(1)
  const asked = nextRequest(server)
  clock.advance(1)
  await verifier.verify(token)
  const answer = await asked
  await verifier.verify(token)
  server.publish(second)
  const waiting = verifier.verify(mint(second))
  answer()
  await waiting
  expect(server.fetches).toBe(2)
})

test('a set that nobody used for long is fetched before it is trusted again', async () => {
  const { server, clock, verifier, mint } = await verifierWithKeySet({ JWT_JWKS_OLD_KEYS_S: 0 })
  server.publish(first)
  const token = mint(first, { expiresAtMs: clock.wallMs() + dayMs })
  await verifier.verify(token)
  server.publish(second)
  clock.advance(2 * refreshMs)
  expect(await refusal(verifier, token)).toMatchObject(noKey)
})

test('a kid that comes back with another key behind it is noticed by the signature', async () => {
  const { server, verifier, mint } = await verifierWithKeySet()
  server.publish(first)
  const old = mint(first)
  await verifier.verify(old)
  server.publishJwks([{ ...second.jwk, kid: 'first' }])
  await verifier.verify(mint(second, { kid: 'first' }))
  await verifier.verify(old)
  expect(server.fetches).toBe(2)
})

test('a key that is given another kid is known by it', async () => {
  const { server, verifier, mint } = await verifierWithKeySet()
  server.publish(first)
  const old = mint(first)
  await verifier.verify(old)
  server.publishJwks([{ ...first.jwk, kid: 'renamed' }])
  await verifier.verify(mint(first, { kid: 'renamed' }))
  await verifier.verify(old)
})

test('of keys that share a kid eight are tried', async () => {
  const { server, verifier, mint } = await verifierWithKeySet()
  const keys = Array.from({ length: 9 }, () => ecSigningKey('same'))
  server.publish(...keys)
  const [eighth = first, ninth = first] = keys.slice(7)
  await verifier.verify(mint(eighth))
  expect(await refusal(verifier, mint(ninth))).toMatchObject({ code: 'unauthorized', message: 'invalid signature' })
})

test('keys of no use are logged when they come, not at every refresh', async () => {
  const warn = vi.spyOn(silentLogger, 'warn').mockClear()
  onTestFinished(() => warn.mockRestore())
  const { server, clock, verifier, mint } = await verifierWithKeySet()
  server.publishJwks([first.jwk, { kty: 'oct' }])
  for (let round = 0; round < 3; round++) {
    await verifier.verify(mint(first))
    clock.advance(2 * refreshMs)
  }
  expect(server.fetches).toBe(3)
  expect(warn).toHaveBeenCalledTimes(1)
  server.publishJwks([first.jwk, { kty: 'oct' }, { kty: 'AKP' }])
  await verifier.verify(mint(first))
  expect(warn).toHaveBeenCalledTimes(2)
})

test('a key that did not fit is not offered again after the cooldown refused a fetch', async () => {
  const { server, clock } = await verifierWithKeySet()
  const keys = new RemoteKeys({ url: server.url, oldKeysS: 0, clock, logger: silentLogger, random: () => 1 })
  server.publish(first, second)
  for (let round = 0; round < 3; round++) {
    const offered = await Array.fromAsync(keys.candidates({ algorithm: 'ES256', kid: 'first' }))
    if (round !== 1) expect(offered.map(({ key }) => key.equals(first.publicKey))).toEqual([true])
  }
  expect(server.fetches).toBe(2)
})

test('without a kid there must be one key of the algorithm; a withdrawn one does not count, but verifies', async () => {
  const { server, clock, verifier } = await verifierWithKeySet()
  const mintWithoutKid = ({ privateKey }: SigningKey) =>
    signToken({ privateKey, userId: 'ada', expiresAtMs: clock.wallMs() + dayMs, issuedAtMs: clock.wallMs() })
  server.publish(first, rsa)
  const old = mintWithoutKid(first)
  await verifier.verify(old)
  await verifier.verify(mintWithoutKid(rsa))
  server.publish(first, second, rsa)
  expect(await refusal(verifier, mintWithoutKid(second))).toMatchObject({ code: 'unauthorized' })
  expect(await refusal(verifier, old)).toMatchObject(unavailable)
  await verifier.verify(mintWithoutKid(rsa))
  clock.advance(cooldownMs)
  server.publish(second)
  await verifier.verify(mintWithoutKid(second))
  await verifier.verify(old)
  server.publish(third)
  expect(await refusal(verifier, mintWithoutKid(third))).toMatchObject(unavailable)
  clock.advance(cooldownMs)
  await verifier.verify(mintWithoutKid(third))
})

test('stop ends a fetch under way and starts no other; the keys at hand keep verifying', async () => {
  const { server, clock, verifier, mint } = await verifierWithKeySet()
  server.publish(first)
  await verifier.verify(mint(first))
  const asked = nextRequest(server)
  const waiting = refusal(verifier, mint(second))
  await asked
  verifier.stop()
  expect(await waiting).toMatchObject(unavailable)
  clock.advance(cooldownMs)
  await verifier.verify(mint(first))
  expect(await refusal(verifier, mint(second))).toMatchObject(unavailable)
  expect(server.fetches).toBe(2)
})

/** Holds back the answer to the next request until the function it gives is called. */
function nextRequest(server: KeySetServer): Promise<() => void> {
  return new Promise((resolve) => {
    server.respond = (request, response) => {
      server.respond = undefined
      resolve(() => server.answer(request, response))
    }
  })
}
