import { expect, test } from 'vitest'
import { describeSettings } from '../shared/config-schema.ts'
import { ConfigError } from '../shared/errors.ts'
import { gatewaySettings, loadConfig } from './config.ts'

const secret = 'correct-horse-battery-staple'
const least = { JWT_SECRET: secret }

test('a secret is all that is needed; the names and defaults that others rely on hold', () => {
  expect(loadConfig(least)).toMatchObject({
    GATEWAY_PORT: 8080,
    GATEWAY_ADMIN_PORT: 9090,
    MARKETDATA_ADDRESSES: ['localhost:50051'],
    MAX_CONNECTIONS_PER_USER: 5,
    MAX_SYMBOLS_PER_SESSION: 500,
    MAX_MESSAGE_BYTES: 262_144,
    HEARTBEAT_MS: 30_000,
    AUTH_TIMEOUT_MS: 10_000,
    ALLOWED_ORIGINS: [],
    LOG_LEVEL: 'info',
  })
  expect(Object.isFrozen(loadConfig(least))).toBe(true)
})

test('well-formed values are taken, and an empty one counts as unset', () => {
  expect(
    loadConfig({
      ...least,
      GATEWAY_PORT: '0',
      GATEWAY_ADMIN_PORT: '',
      MARKETDATA_ADDRESSES: ' a:1 , dns:///marketdata.svc:50051,[::1]:2,',
      ALLOWED_ORIGINS: 'https://app.example.com,http://localhost:5173',
      WATCH_PAGE: 'false',
    }),
  ).toMatchObject({
    GATEWAY_PORT: 0,
    GATEWAY_ADMIN_PORT: 9090,
    MARKETDATA_ADDRESSES: ['a:1', 'dns:///marketdata.svc:50051', '[::1]:2'],
    ALLOWED_ORIGINS: ['https://app.example.com', 'http://localhost:5173'],
    WATCH_PAGE: false,
  })
})

const integers = Object.keys(gatewaySettings).filter((name) => /PORT|MAX_|_MS$/.test(name))
const malformed: [name: string, value: string][] = [
  ...integers.flatMap((name) =>
    ['abc', '-1', '1.5', '1e3', '99999999999', ' 5'].map((value): [string, string] => [name, value]),
  ),
  ['MARKETDATA_ADDRESSES', 'localhost'],
  ['MARKETDATA_ADDRESSES', 'localhost:99999'],
  ['MARKETDATA_ADDRESSES', 'http://localhost:50051'],
  ['MARKETDATA_ADDRESSES', ','],
  ['ALLOWED_ORIGINS', 'app.example.com'],
  ['ALLOWED_ORIGINS', 'https://app.example.com/'],
  ['WATCH_PAGE', 'yes'],
  ['LOG_LEVEL', 'loud'],
  ['NODE_ENV', 'prod'],
]

test.for(malformed)('%s=%s stops with its name, what is wrong and an example', ([name, value]) => {
  const message = failure({ ...least, [name]: value })
  expect(message.split('\n')).toHaveLength(1)
  expect(message).toMatch(new RegExp(`^${name}: .* is not valid.*; expected .+\\. Example: ${name}=.+`))
  expect(message).toContain(JSON.stringify(value))
})

test('every example of an error is itself a valid value', () => {
  for (const [name, setting] of Object.entries(gatewaySettings)) {
    expect([name, setting.schema.safeParse(setting.example).success]).toEqual([name, true])
  }
})

test('a missing secret stops with its name and an example', () => {
  for (const environment of [{}, { JWT_SECRET: '' }]) {
    expect(failure(environment)).toBe(
      'JWT_SECRET, JWT_PUBLIC_KEY or JWT_JWKS_URL is required. Example: JWT_SECRET=$(openssl rand -hex 32)',
    )
  }
})

test('all that is wrong is told at once, one line each', () => {
  const lines = failure({ ...least, GATEWAY_PORT: 'x', HEARTBEAT_MS: '-1', LOG_LEVEL: 'y' }).split('\n')
  expect(lines.map((line) => line.split(/[ :]/)[0])).toEqual(['GATEWAY_PORT', 'HEARTBEAT_MS', 'LOG_LEVEL'])
})

test('production refuses a short secret without printing it', () => {
  const message = failure({ ...least, NODE_ENV: 'production' })
  expect(message).toMatch(/^JWT_SECRET: .* fewer than 32 bytes.* Example: JWT_SECRET=/)
  expect(message).not.toContain(secret)
  expect(loadConfig({ JWT_SECRET: 'x'.repeat(32), NODE_ENV: 'production' }).NODE_ENV).toBe('production')
})

test('an UPSTREAM_TOKEN with a line break, as files end in, is refused by name and not shown', () => {
  const message = failure({ ...least, UPSTREAM_TOKEN: 'swordfish\n' })
  expect(message).toMatch(/^UPSTREAM_TOKEN: its value is not valid; expected printable ASCII without spaces/)
  expect(message).not.toContain('swordfish')
})

test('secrets are never printed, neither in an error nor in the log', () => {
  const environment = { ...least, UPSTREAM_TOKEN: 'another-secret' }
  expect(failure({ ...environment, GATEWAY_PORT: 'x' })).not.toMatch(/staple|another/)
  const shown = describeSettings(gatewaySettings, loadConfig(environment))
  expect(JSON.stringify(shown)).not.toMatch(/staple|another/)
  expect(shown).toMatchObject({ JWT_SECRET: '[28 characters]', UPSTREAM_TOKEN: '[14 characters]', GATEWAY_PORT: 8080 })
})

function failure(environment: Record<string, string>): string {
  try {
    loadConfig(environment)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).message
  }
  throw new Error('the configuration was taken')
}
