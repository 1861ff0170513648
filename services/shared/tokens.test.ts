import { createHmac, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import jwt from 'jsonwebtoken'
import { expect, test } from 'vitest'
import { ConfigError, RequestError } from './errors.ts'
import { ecSigningKey, rsaSigningKey } from './testing/key-set-server.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { silentLogger } from './testing/silent-logger.ts'
import {
  createTokenVerifier,
  longestTokenBytes,
  signToken,
  stripBearer,
  type TokenSettings,
  type TokenVerifier,
} from './tokens.ts'

const secret = 'a secret of the tests, 32 bytes or more'
const nowMs = Date.UTC(2025, 9, 27, 10, 30)
const hourMs = 3_600_000
const rsa = rsaSigningKey('rsa')
const ec = ecSigningKey('ec')

test('a valid token gives user, tier, expiry and issue time', async () => {
  const times = { expiresAtMs: nowMs + hourMs, issuedAtMs: nowMs - hourMs }
  const token = signToken({ secret, userId: 'ada', tier: 'gold', ...times })
  expect(await verify(token)).toEqual({ userId: 'ada', tier: 'gold', ...times })
})

test('without tier and times: the default tier, and no times', async () => {
  expect(await verify(signToken({ secret, userId: 'ada' }))).toEqual({
    userId: 'ada',
    tier: 'default',
    expiresAtMs: undefined,
    issuedAtMs: undefined,
  })
})

test('a token of the previous secret counts as well, and one of no secret that is set does not', async () => {
  const verifier = verifierWith({ JWT_SECRET: 'the new one', JWT_SECRET_PREVIOUS: secret })
  for (const good of [secret, 'the new one']) {
    expect(await verifier.verify(signToken({ secret: good, userId: 'ada' }))).toMatchObject({ userId: 'ada' })
  }
  await expectRefusal(signToken({ secret: 'another', userId: 'ada' }), verifier, 'invalid signature')
})

test('unsigned tokens are refused, however the header spells it', async () => {
  for (const alg of ['none', 'None', 'NONE', '', undefined]) {
    const token = `${base64url({ alg, typ: 'JWT' })}.${base64url({ sub: 'ada' })}.`
    await expectRefusal(token)
    await expectRefusal(`${token}${hmac(token.slice(0, -1), secret)}`)
  }
})

test('a public key cannot be passed off as the HMAC secret, nor a secret as a public key', async () => {
  const pem = publicPem(rsa)
  const unsigned = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ sub: 'ada' })}`
  const forged = `${unsigned}.${hmac(unsigned, pem)}`
  await expectRefusal(forged, verifierWith({ JWT_PUBLIC_KEY: pem, JWT_SECRET: '' }), 'no key for this token')
  await expectRefusal(forged, verifierWith({ JWT_PUBLIC_KEY: pem }), 'invalid signature')
  const signedByRsa = signToken({ privateKey: rsa.privateKey, userId: 'ada' })
  await expectRefusal(signedByRsa, verifierWith({ JWT_SECRET: pem }), 'no key for this token')
})

test('each key verifies its own algorithm only, whatever the token says', async () => {
  const all = verifierWith({ JWT_PUBLIC_KEY: publicPem(rsa) + publicPem(ec) })
  const sign = (key: typeof rsa, algorithm: jwt.Algorithm) => jwt.sign({ sub: 'ada' }, key.privateKey, { algorithm })
  expect((await all.verify(sign(rsa, 'RS256'))).userId).toBe('ada')
  expect((await all.verify(sign(ec, 'ES256'))).userId).toBe('ada')
  expect((await all.verify(signToken({ secret, userId: 'bob' }))).userId).toBe('bob')
  for (const algorithm of ['RS384', 'RS512', 'PS256', 'PS384'] as const) await expectRefusal(sign(rsa, algorithm), all)
  const relabelled = sign(ec, 'ES256')
    .split('.')
    .with(0, base64url({ alg: 'RS256', typ: 'JWT' }))
    .join('.')
  await expectRefusal(relabelled, all)
})

test('of several public keys any may have signed', async () => {
  const other = ecSigningKey('other')
  const verifier = verifierWith({ JWT_SECRET: '', JWT_PUBLIC_KEY: publicPem(other) + publicPem(ec) })
  for (const { privateKey } of [other, ec]) {
    expect((await verifier.verify(signToken({ privateKey, kid: 'any', userId: 'ada' }))).userId).toBe('ada')
  }
  const stranger = ecSigningKey('stranger')
  await expectRefusal(signToken({ privateKey: stranger.privateKey, userId: 'ada' }), verifier, 'invalid signature')
})

test('a changed character anywhere in payload or signature never verifies', async () => {
  const verifier = verifierWith({ JWT_PUBLIC_KEY: publicPem(rsa) + publicPem(ec) })
  const claims = { userId: 'ada', tier: 'gold', expiresAtMs: nowMs + hourMs }
  const tokens = [{ secret }, { privateKey: rsa.privateKey }, { privateKey: ec.privateKey }].map((key) =>
    signToken({ ...key, ...claims }),
  )
  for (const token of tokens) expect((await verifier.verify(token)).userId).toBe('ada')
  const change = fc.record({ token: fc.constantFrom(...tokens), at: fc.nat(), mask: fc.integer({ min: 1, max: 127 }) })
  await fc.assert(
    fc.asyncProperty(change, async ({ token, at, mask }) => {
      const begin = token.indexOf('.') + 1
      const index = begin + (at % (token.length - begin))
      const changed = String.fromCharCode(token.charCodeAt(index) ^ mask)
      await expectRefusal(token.slice(0, index) + changed + token.slice(index + 1), verifier)
    }),
    { numRuns: 500 },
  )
})

test('a signature has one spelling: spare bits of its last character and padding are refused', async () => {
  const verifier = verifierWith({ JWT_PUBLIC_KEY: publicPem(rsa) })
  const token = signToken({ privateKey: rsa.privateKey, userId: 'ada' })
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(token.slice(-1))
  for (let spare = 1; spare < 16; spare++) {
    await expectRefusal(token.slice(0, -1) + alphabet[last ^ spare], verifier, 'malformed token')
  }
  await expectRefusal(`${token}==`, verifier, 'malformed token')
})

test('a kid that is not text and a critical extension are refused', async () => {
  for (const header of [{ kid: 7 }, { kid: null }, { crit: ['b64'], b64: false }]) {
    const content = `${base64url({ alg: 'HS256', ...header })}.${base64url({ sub: 'ada' })}`
    await expectRefusal(
      `${content}.${hmac(content, secret)}`,
      undefined,
      /^token with an (unusable kid|unsupported crit)$/,
    )
  }
})

test('other HMAC algorithms are refused too', async () => {
  for (const algorithm of ['HS384', 'HS512'] as const)
    await expectRefusal(jwt.sign({ sub: 'ada' }, secret, { algorithm }))
})

test('an expiry that no clock can show is refused', async () => {
  await expectRefusal(jwt.sign({ sub: 'ada', exp: 8.64e12 + 1 }, secret, { algorithm: 'HS256' }))
})

test('a token counts until the millisecond before its expiry', async () => {
  const token = signToken({ secret, userId: 'ada', expiresAtMs: nowMs + hourMs })
  const clock = new ManualClock(nowMs)
  const verifier = verifierWith({}, clock)
  clock.advance(hourMs - 1)
  expect((await verifier.verify(token)).userId).toBe('ada')
  clock.advance(1)
  await expectRefusal(token, verifier, 'token expired')
})

test('a token that is not valid yet is refused', async () => {
  await expectRefusal(jwt.sign({ sub: 'ada', nbf: nowMs / 1_000 + 60 }, secret, { algorithm: 'HS256' }))
})

test('the tolerance stretches expiry and nbf; who comes within it counts until it is over, who came before until his expiry', async () => {
  const clock = new ManualClock(nowMs)
  const verifier = verifierWith({ JWT_CLOCK_TOLERANCE_S: 5 }, clock)
  const token = signToken({ secret, userId: 'ada', expiresAtMs: nowMs + hourMs })
  const early = (byS: number) => sign({ sub: 'ada', nbf: nowMs / 1_000 + byS })
  expect((await verifier.verify(early(5))).userId).toBe('ada')
  await expectRefusal(early(6), verifier, 'jwt not active')
  clock.advance(hourMs - 1)
  expect((await verifier.verify(token)).expiresAtMs).toBe(nowMs + hourMs)
  for (const waitMs of [1, 4_999]) {
    clock.advance(waitMs)
    expect((await verifier.verify(token)).expiresAtMs).toBe(nowMs + hourMs + 5_000)
  }
  clock.advance(1)
  await expectRefusal(token, verifier, 'token expired')
})

test('a token of another key, a changed and a cut one are refused', async () => {
  const token = signToken({ secret, userId: 'ada' })
  const [header, , signature] = token.split('.')
  await expectRefusal(signToken({ secret: `${secret}!`, userId: 'ada' }))
  await expectRefusal(`${header}.${base64url({ sub: 'root' })}.${signature}`)
  await expectRefusal(token.slice(0, -1))
  await expectRefusal(token.slice(0, token.lastIndexOf('.')))
})

test('an empty token, garbage and 200 kB are refused; the length before any parsing', async () => {
  await expectRefusal('', undefined, 'no token')
  for (const garbage of ['x', '..', 'a.b.c', 'null', '{"alg":"none"}', '\0', '€.€.€']) await expectRefusal(garbage)
  const long = signToken({ secret, userId: 'a'.repeat(200_000) })
  await expectRefusal(long, undefined, `token longer than ${longestTokenBytes} bytes`)
})

test('a token needs a usable sub and, if any, a usable tier', async () => {
  for (const sub of [undefined, '', 'a'.repeat(257)])
    await expectRefusal(sign({ sub }), undefined, 'token without a usable sub')
  for (const sub of [7, ['ada'], { name: 'ada' }]) await expectRefusal(sign({ sub }))
  for (const tier of ['', 7, ['gold'], 'a'.repeat(257)]) {
    await expectRefusal(sign({ sub: 'ada', tier }), undefined, 'token with an unusable tier')
  }
  await expectRefusal(signed('"ada"'), undefined, 'token without claims')
})

test('times that are not numbers are refused', async () => {
  for (const time of ['soon', null, [1], {}]) {
    await expectRefusal(sign({ sub: 'ada', exp: time }))
    await expectRefusal(sign({ sub: 'ada', iat: time }), undefined, 'token with an unusable iat')
  }
})

test('issuer and audience are checked where they are set', async () => {
  const verifier = verifierWith({ JWT_ISSUER: 'idp', JWT_AUDIENCE: 'quotes' })
  const token = signToken({ secret, userId: 'ada', issuer: 'idp', audience: 'quotes' })
  expect((await verifier.verify(token)).userId).toBe('ada')
  expect((await verifier.verify(sign({ sub: 'ada', iss: 'idp', aud: ['other', 'quotes'] }))).userId).toBe('ada')
  await expectRefusal(sign({ sub: 'ada', iss: 'idp' }), verifier)
  await expectRefusal(sign({ sub: 'ada', aud: 'quotes' }), verifier)
  await expectRefusal(sign({ sub: 'ada', iss: 'other', aud: 'quotes' }), verifier)
  expect((await verify(sign({ sub: 'ada', iss: 'any', aud: 'any' }))).userId).toBe('ada')
})

test('without any key there is no verifier', () => {
  expect(() => verifierWith({ JWT_SECRET: '' })).toThrow(ConfigError)
})

test('Bearer is stripped, in any case', () => {
  for (const header of ['abc', 'Bearer abc', 'bearer abc', 'BEARER   abc', ' abc '])
    expect(stripBearer(header)).toBe('abc')
  expect(stripBearer('Bearer')).toBe('Bearer')
})

function verifierWith(settings: Partial<TokenSettings>, clock = new ManualClock(nowMs)): TokenVerifier {
  const defaults = { JWT_SECRET: secret, JWT_PUBLIC_KEY: '', JWT_JWKS_URL: '', JWT_CLOCK_TOLERANCE_S: 0 }
  const config = { ...defaults, JWT_ISSUER: '', JWT_AUDIENCE: '', ...settings }
  return createTokenVerifier(config, { clock, logger: silentLogger })
}

function verify(token: string) {
  return verifierWith({}).verify(token)
}

/** As an `unauthorized` that never quotes the token. */
async function expectRefusal(token: string, verifier = verifierWith({}), message?: string | RegExp): Promise<void> {
  const thrown: unknown = await verifier.verify(token).catch((error: unknown) => error)
  expect(thrown, token.slice(0, 100)).toBeInstanceOf(RequestError)
  const error = thrown as RequestError
  expect(error.code).toBe('unauthorized')
  expect(error.message).not.toBe('')
  if (token.length > 10) expect(error.message).not.toContain(token.slice(0, 50))
  if (typeof message === 'string') expect(error.message).toBe(message)
  else if (message) expect(error.message).toMatch(message)
}

function publicPem({ publicKey }: { publicKey: KeyObject }): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

/** Claims as they are, without the checks of the library that signs. */
function sign(claims: object): string {
  return signed(JSON.stringify(claims))
}

function signed(payload: string): string {
  const content = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${Buffer.from(payload).toString('base64url')}`
  return `${content}.${hmac(content, secret)}`
}

function hmac(content: string, key: string): string {
  return createHmac('sha256', key).update(content).digest('base64url')
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
