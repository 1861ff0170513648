import { expect, test } from 'vitest'
import { redisUrl, requireStrongSecret, target, upstreamToken } from './common-settings.ts'

test('the service token is UPSTREAM_TOKEN, else the HMAC that the contract prints', () => {
  expect(upstreamToken({ UPSTREAM_TOKEN: 'chosen', JWT_SECRET: 'secret' })).toBe('chosen')
  // printf 'quotewire upstream v1' | openssl dgst -sha256 -hmac secret
  const derived = upstreamToken({ UPSTREAM_TOKEN: '', JWT_SECRET: 'secret' })
  expect(derived).toBe('50742d1c931980726e6ebae8ff504e600d4c2f1613d78ad6a5cc507314f7197b')
})

test('production refuses a secret of fewer than 32 bytes and does not print it', () => {
  const check = (JWT_SECRET: string, NODE_ENV: string) => () => requireStrongSecret({ JWT_SECRET, NODE_ENV })
  expect(check('x'.repeat(31), 'production')).toThrow(/^JWT_SECRET: .* fewer than 32 bytes.*Example: JWT_SECRET=\$\(/)
  expect(check('hunter2', 'production')).not.toThrow(/hunter2/)
  expect(check('x'.repeat(32), 'production')).not.toThrow()
  // Bytes, not characters.
  expect(check('é'.repeat(16), 'production')).not.toThrow()
  expect(check('x', 'development')).not.toThrow()
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

test.each([
  ['redis://localhost', true],
  ['redis://:password@redis:6379/3', true],
  ['rediss://user:password@redis:6380', true],
  ['http://localhost', false],
  ['redis://', false],
  ['localhost:6379', false],
  ['redis', false],
])('the Redis URL %s: %s', (value, isValid) => {
  expect(redisUrl.safeParse(value).success).toBe(isValid)
})
