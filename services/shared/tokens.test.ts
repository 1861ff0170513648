import { createHmac, generateKeyPairSync } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { expect, test } from 'vitest'
import { RequestError } from './errors.ts'
import { longestTokenBytes, signToken, stripBearer, TokenVerifier } from './tokens.ts'

const secret = 'a secret of the tests, 32 bytes or more'
const nowMs = Date.UTC(2025, 9, 27, 10, 30)
const hourMs = 3_600_000

test('a valid token gives user, tier and expiry', () => {
  const token = signToken({ secret, userId: 'ada', tier: 'gold', expiresAtMs: nowMs + hourMs })
  expect(verify(token)).toEqual({ userId: 'ada', tier: 'gold', expiresAtMs: nowMs + hourMs })
})

test('without tier and expiry: the default tier, and no expiry', () => {
  expect(verify(signToken({ secret, userId: 'ada' }))).toEqual({
    userId: 'ada',
    tier: 'default',
    expiresAtMs: undefined,
  })
})

test('unsigned tokens are refused, however the header spells it', () => {
  for (const alg of ['none', 'None', 'NONE', '', undefined]) {
    const token = `${base64url({ alg, typ: 'JWT' })}.${base64url({ sub: 'ada' })}.`
    expectRefusal(token)
    expectRefusal(`${token}${hmac(token.slice(0, -1), secret)}`)
  }
})

test('a public key cannot be passed off as the HMAC secret', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const verifier = new TokenVerifier({ secret: pem, issuer: '', audience: '', wallMs: () => nowMs })
  expectRefusal(jwt.sign({ sub: 'ada' }, privateKey, { algorithm: 'RS256' }), verifier)
  const unsigned = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ sub: 'ada' })}`
  expectRefusal(`${unsigned}.${hmac(unsigned, pem)}`, verifier)
})

test('other HMAC algorithms are refused too', () => {
  for (const algorithm of ['HS384', 'HS512'] as const) expectRefusal(jwt.sign({ sub: 'ada' }, secret, { algorithm }))
})

test('an expiry that no clock can show is refused', () => {
  expectRefusal(jwt.sign({ sub: 'ada', exp: 8.64e12 + 1 }, secret, { algorithm: 'HS256' }))
})

test('a token counts until the millisecond before its expiry', () => {
  const token = signToken({ secret, userId: 'ada', expiresAtMs: nowMs + hourMs })
  let wallMs = nowMs + hourMs - 1
  const verifier = new TokenVerifier({ secret, issuer: '', audience: '', wallMs: () => wallMs })
  expect(verifier.verify(token).userId).toBe('ada')
  wallMs++
  expectRefusal(token, verifier, 'token expired')
})

test('a token that is not valid yet is refused', () => {
  expectRefusal(jwt.sign({ sub: 'ada', nbf: nowMs / 1_000 + 60 }, secret, { algorithm: 'HS256' }))
})

test('a token of another key, a changed and a cut one are refused', () => {
  const token = signToken({ secret, userId: 'ada' })
  const [header, , signature] = token.split('.')
  expectRefusal(signToken({ secret: `${secret}!`, userId: 'ada' }))
  expectRefusal(`${header}.${base64url({ sub: 'root' })}.${signature}`)
  expectRefusal(token.slice(0, -1))
  expectRefusal(token.slice(0, token.lastIndexOf('.')))
})

test('an empty token, garbage and 200 kB are refused; the length before any parsing', () => {
  expectRefusal('', undefined, 'no token')
  for (const garbage of ['x', '..', 'a.b.c', 'null', '{"alg":"none"}', '\0', '€.€.€']) expectRefusal(garbage)
  const long = signToken({ secret, userId: 'a'.repeat(200_000) })
  expectRefusal(long, undefined, `token longer than ${longestTokenBytes} bytes`)
})

test('a token needs a usable sub and, if any, a usable tier', () => {
  for (const sub of [undefined, '', 'a'.repeat(257)])
    expectRefusal(sign({ sub }), undefined, 'token without a usable sub')
  for (const sub of [7, ['ada'], { name: 'ada' }]) expectRefusal(sign({ sub }))
  for (const tier of ['', 7, ['gold'], 'a'.repeat(257)]) {
    expectRefusal(sign({ sub: 'ada', tier }), undefined, 'token with an unusable tier')
  }
  expectRefusal(signed('"ada"'), undefined, 'token without claims')
})

test('an expiry that is not a number is refused', () => {
  for (const exp of ['soon', null, [1], {}]) expectRefusal(sign({ sub: 'ada', exp }))
})

test('issuer and audience are checked where they are set', () => {
  const verifier = new TokenVerifier({ secret, issuer: 'idp', audience: 'quotes', wallMs: () => nowMs })
  expect(verifier.verify(sign({ sub: 'ada', iss: 'idp', aud: ['other', 'quotes'] })).userId).toBe('ada')
  expectRefusal(sign({ sub: 'ada', iss: 'idp' }), verifier)
  expectRefusal(sign({ sub: 'ada', aud: 'quotes' }), verifier)
  expectRefusal(sign({ sub: 'ada', iss: 'other', aud: 'quotes' }), verifier)
  expect(verify(sign({ sub: 'ada', iss: 'any', aud: 'any' })).userId).toBe('ada')
})

test('Bearer is stripped, in any case', () => {
  for (const header of ['abc', 'Bearer abc', 'bearer abc', 'BEARER   abc', ' abc '])
    expect(stripBearer(header)).toBe('abc')
  expect(stripBearer('Bearer')).toBe('Bearer')
})

function verify(token: string) {
  return new TokenVerifier({ secret, issuer: '', audience: '', wallMs: () => nowMs }).verify(token)
}

/** As an `unauthorized` that never quotes the token. */
function expectRefusal(token: string, verifier?: TokenVerifier, message?: string): void {
  let thrown: unknown
  try {
    if (verifier) verifier.verify(token)
    else verify(token)
  } catch (error) {
    thrown = error
  }
  expect(thrown, token.slice(0, 100)).toBeInstanceOf(RequestError)
  const error = thrown as RequestError
  expect(error.code).toBe('unauthorized')
  expect(error.message).not.toBe('')
  if (token.length > 10) expect(error.message).not.toContain(token.slice(0, 50))
  if (message !== undefined) expect(error.message).toBe(message)
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
