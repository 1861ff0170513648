import { expect, test } from 'vitest'
import { describeSettings } from '../shared/config-schema.ts'
import { ConfigError } from '../shared/errors.ts'
import { loadConfig, marketDataSettings } from './config.ts'

const serving = { JWT_SECRET: 'a secret of the tests, 32 bytes or more' }

test('serving needs JWT_SECRET only; the rest has its documented default', () => {
  expect(loadConfig(serving)).toMatchObject({
    MARKETDATA_PORT: 50_051,
    MARKETDATA_ADMIN_PORT: 9_091,
    MARKETDATA_ROLES: ['serve'],
    REDIS_URL: 'redis://localhost:6379',
    FEED: 'replay',
    REPLAY_PACE: { kind: 'date-per-second' },
    MAX_STREAMS_PER_USER: 5,
    LOG_LEVEL: 'info',
    NODE_ENV: 'development',
  })
})

test('serving without any key for tokens stops with its name and an example; publishing alone needs none', () => {
  expect(() => loadConfig({})).toThrow(
    /^JWT_SECRET, JWT_PUBLIC_KEY or JWT_JWKS_URL is required. Example: JWT_SECRET=\$\(openssl/,
  )
  expect(() => loadConfig({ MARKETDATA_ROLES: 'publish,serve' })).toThrow(
    /^JWT_SECRET, JWT_PUBLIC_KEY or JWT_JWKS_URL is required/,
  )
  const config = loadConfig({ MARKETDATA_ROLES: 'publish', NODE_ENV: 'production' })
  expect(config).toMatchObject({ MARKETDATA_ROLES: ['publish'], JWT_SECRET: '' })
})

test('production refuses a short secret from whoever serves', () => {
  const short = { JWT_SECRET: 'hunter2', NODE_ENV: 'production' }
  expect(() => loadConfig(short)).toThrow(/^JWT_SECRET: .*fewer than 32 bytes/)
  expect(() => loadConfig({ ...short, MARKETDATA_ROLES: 'publish' })).not.toThrow()
})

test.each([
  ['MARKETDATA_PORT', 'http'],
  ['MARKETDATA_PORT', '70000'],
  ['MARKETDATA_ADMIN_PORT', '-1'],
  ['MARKETDATA_ROLES', 'server'],
  ['MARKETDATA_ROLES', ','],
  ['FEED', 'yahoo'],
  ['REPLAY_PACE', 'fast'],
  ['REPLAY_PACE', '0'],
  ['REPLAY_PACE', '-1'],
  ['REPLAY_STEPS', '101'],
  ['REPLAY_LOOP', 'yes'],
  ['SIMULATED_SYMBOLS', 'AAPL,*'],
  ['SIMULATED_QUOTES_PER_SECOND', '100001'],
  ['SIMULATED_SEED', '1.5'],
  ['MAX_SYMBOLS', '0'],
  ['MAX_SYMBOLS_PER_STREAM', '0'],
  ['MAX_STREAMS_PER_USER', 'many'],
  ['ENDPOINT_REMOVAL_WAIT_MS', '5s'],
  ['LOG_LEVEL', 'verbose'],
  ['NODE_ENV', 'prod'],
])('%s=%s stops the start with the name, what is wrong and an example that works', (name, value) => {
  const message = failure({ ...serving, [name]: value })
  expect(message).toContain(`${name}: ${JSON.stringify(value)} is not valid`)
  const example = /Example: (\w+)=(.+)$/.exec(message)
  expect(example?.[1]).toBe(name)
  expect(() => loadConfig({ ...serving, [name]: example?.[2] })).not.toThrow()
})

test('REDIS_URL is never printed: it may hold a password', () => {
  for (const url of ['http://:hunter2@redis', 'redis:hunter2', 'hunter2']) {
    const message = failure({ ...serving, REDIS_URL: url })
    expect(message).toMatch(/^REDIS_URL: its value is not valid.*; expected redis:.*Example: REDIS_URL=redis:/)
    expect(message).not.toContain('hunter2')
  }
})

test('what is logged at the start shows no secret', () => {
  const secrets = { JWT_SECRET: 'hunter2-jwt', UPSTREAM_TOKEN: 'hunter2-up', REDIS_URL: 'redis://:hunter2@redis' }
  const shown = JSON.stringify(describeSettings(marketDataSettings, loadConfig(secrets)))
  expect(shown).not.toContain('hunter2')
  expect(shown).toContain('"MARKETDATA_PORT":50051')
})

test('a multiple of real time is a pace', () => {
  expect(loadConfig({ ...serving, REPLAY_PACE: '2.5' }).REPLAY_PACE).toEqual({ kind: 'real-time', multiple: 2.5 })
})

function failure(environment: Record<string, string>): string {
  try {
    loadConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  throw new Error('it was accepted')
}
