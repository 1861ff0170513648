import { expect, test } from 'vitest'
import {
  acceptedUpstreamTokens,
  commonSettings,
  requireStrongSecret,
  requireTokenKey,
  target,
  upstreamToken,
} from './common-settings.ts'
import { parseSettings } from './config-schema.ts'
import { ConfigError } from './errors.ts'

const url = 'https://idp.example.com/jwks.json'

test('the service token is UPSTREAM_TOKEN, else the HMAC that the contract prints', () => {
  expect(upstreamToken({ UPSTREAM_TOKEN: 'chosen', JWT_SECRET: 'secret' })).toBe('chosen')
  // printf 'quotewire upstream v1' | openssl dgst -sha256 -hmac secret
  const derived = upstreamToken({ UPSTREAM_TOKEN: '', JWT_SECRET: 'secret' })
  expect(derived).toBe('50742d1c931980726e6ebae8ff504e600d4c2f1613d78ad6a5cc507314f7197b')
})

test('market-data takes the previous service token as well, set or derived', () => {
  const none = { UPSTREAM_TOKEN: '', UPSTREAM_TOKEN_PREVIOUS: '', JWT_SECRET: 'secret', JWT_SECRET_PREVIOUS: '' }
  const derived = (JWT_SECRET: string) => upstreamToken({ UPSTREAM_TOKEN: '', JWT_SECRET })
  expect(acceptedUpstreamTokens(none)).toEqual([derived('secret')])
  expect(acceptedUpstreamTokens({ ...none, JWT_SECRET_PREVIOUS: 'old' })).toEqual([derived('secret'), derived('old')])
  const set = { ...none, UPSTREAM_TOKEN: 'new', UPSTREAM_TOKEN_PREVIOUS: 'before' }
  expect(acceptedUpstreamTokens(set)).toEqual(['new', 'before'])
})

test('production refuses a secret of fewer than 32 bytes and does not print it', () => {
  const check = (JWT_SECRET: string, NODE_ENV: string) => () =>
    requireStrongSecret({ JWT_SECRET, JWT_SECRET_PREVIOUS: '', NODE_ENV })
  expect(check('x'.repeat(31), 'production')).toThrow(/^JWT_SECRET: .* fewer than 32 bytes.*Example: JWT_SECRET=\$\(/)
  expect(check('hunter2', 'production')).not.toThrow(/hunter2/)
  expect(check('x'.repeat(32), 'production')).not.toThrow()
  // Bytes, not characters.
  expect(check('é'.repeat(16), 'production')).not.toThrow()
  expect(check('x', 'development')).not.toThrow()
})

test('without UPSTREAM_TOKEN and JWT_SECRET there is no service token: an empty secret derives none', () => {
  const derive = () => upstreamToken({ UPSTREAM_TOKEN: '', JWT_SECRET: '' })
  expect(derive).toThrow(ConfigError)
  expect(derive).toThrow(/^UPSTREAM_TOKEN is required without JWT_SECRET/)
})

test('one of secret, public key and key set is required; the last two need UPSTREAM_TOKEN', () => {
  const check = (environment: Record<string, string>) => () => requireTokenKey(parse(environment))
  expect(check({})).toThrow(/^JWT_SECRET, JWT_PUBLIC_KEY or JWT_JWKS_URL is required/)
  expect(check({ UPSTREAM_TOKEN: 'chosen' })).toThrow(ConfigError)
  expect(check({ JWT_SECRET: 'x' })).not.toThrow()
  for (const key of [{ JWT_PUBLIC_KEY: '@file' }, { JWT_JWKS_URL: url }]) {
    expect(check(key)).toThrow(/^UPSTREAM_TOKEN is required/)
    expect(check({ ...key, UPSTREAM_TOKEN: 'chosen' })).not.toThrow()
    expect(check({ ...key, JWT_SECRET: 'x' })).not.toThrow()
  }
})

test('production refuses a short secret where there is one, and none where there is none', () => {
  const environment = { JWT_JWKS_URL: url, UPSTREAM_TOKEN: 'chosen', NODE_ENV: 'production' }
  expect(() => requireTokenKey(parse(environment))).not.toThrow()
  expect(() => requireTokenKey(parse({ ...environment, JWT_SECRET: 'short' }))).toThrow(/^JWT_SECRET: .*fewer than 32/)
  const previous = { ...environment, JWT_SECRET_PREVIOUS: 'short' }
  expect(() => requireTokenKey(parse(previous))).toThrow(/^JWT_SECRET_PREVIOUS: .*Example: JWT_SECRET_PREVIOUS=/)
})

test.each([
  ['https://idp.example.com/keys', 'production', true],
  ['http://idp.example.com/keys', 'production', false],
  ['http://idp.example.com/keys', 'development', true],
  ['http://localhost:8080/keys', 'production', true],
  ['http://127.0.0.1:8080/keys', 'production', true],
  ['http://127.8.9.10/keys', 'production', true],
  ['http://[::1]:8080/keys', 'production', true],
  ['HTTP://idp.example.com/keys', 'production', false],
  [' http://idp.example.com/keys', 'production', false],
  ['http://localhost.example.com/keys', 'production', false],
  ['http://127.0.0.1.example.com/keys', 'production', false],
  ['http://[::2]/keys', 'production', false],
])('the key set %s in %s: %s', (JWT_JWKS_URL, NODE_ENV, isAccepted) => {
  const check = expect(() => requireTokenKey(parse({ JWT_JWKS_URL, NODE_ENV, UPSTREAM_TOKEN: 'chosen' })))
  if (isAccepted) check.not.toThrow()
  else check.toThrow(/^JWT_JWKS_URL: NODE_ENV=production refuses http:/)
})

test.each(['ftp://idp.example.com', 'idp.example.com/keys', 'https://', 'https://user:hunter2@idp.example.com/keys'])(
  'the key set %s is refused by name, and its password not shown where there is one',
  (JWT_JWKS_URL) => {
    expect(() => parse({ JWT_JWKS_URL })).toThrow(/^JWT_JWKS_URL: .* is not valid/)
    expect(() => parse({ JWT_JWKS_URL })).not.toThrow(/hunter2/)
  },
)

test('tolerance and old keys have bounds and defaults', () => {
  expect(parse({})).toMatchObject({ JWT_CLOCK_TOLERANCE_S: 5, JWT_JWKS_OLD_KEYS_S: 86_400 })
  expect(parse({ JWT_CLOCK_TOLERANCE_S: '300' }).JWT_CLOCK_TOLERANCE_S).toBe(300)
  expect(parse({ JWT_JWKS_OLD_KEYS_S: '0' }).JWT_JWKS_OLD_KEYS_S).toBe(0)
  for (const value of ['301', '-1', '1.5']) expect(() => parse({ JWT_CLOCK_TOLERANCE_S: value })).toThrow(ConfigError)
})

test.each([
  ['localhost:50051', true],
  ['dns:///market-data.quotes.svc:50051', true],
  ['10.0.0.1:1', true],
  ['[::1]:50051', true],
  ['dns:///[::1]:50051', true],
  ['localhost', false],
  ['localhost:', false],
  ['localhost:65536', false],
  ['http://localhost:50051', false],
  ['dns://localhost:50051', false],
  ['a b:1', false],
  [':50051', false],
])('the target %s: %s', (value, isValid) => {
  expect(target.safeParse(value).success).toBe(isValid)
})

function parse(environment: Record<string, string>) {
  return parseSettings(commonSettings, environment)
}
