import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { describeSettings, parseSettings } from './config-schema.ts'
import { ConfigError } from './errors.ts'
import { redisAccess, redisSettings } from './redis-settings.ts'
import { hintOf } from './redis-tls.ts'

const settings = redisSettings({ defaultUrl: 'redis://localhost:6379', purpose: 'Redis of a test.' })
const folder = mkdtempSync(join(tmpdir(), 'quotewire-settings-'))
const noPem = join(folder, 'no.pem')
const brokenPem = join(folder, 'broken.pem')
writeFileSync(noPem, 'hello')
writeFileSync(brokenPem, '-----BEGIN CERTIFICATE-----\nhello\n-----END CERTIFICATE-----\n')
afterAll(() => rmSync(folder, { recursive: true }))

test('without settings it is the default URL, in the clear and without credentials', () => {
  expect(access({})).toEqual({
    target: { kind: 'single', tls: false, credentials: {}, server: { host: 'localhost', port: 6379 }, db: 0 },
  })
})

test('REDIS_USERNAME and REDIS_PASSWORD take the place of those in the URL', () => {
  const credentials = { REDIS_USERNAME: 'publisher', REDIS_PASSWORD: 'p@ss/word' }
  const { target } = access({ REDIS_URL: 'redis+cluster://u:p@a,b', ...credentials })
  expect(target.credentials).toEqual({ username: 'publisher', password: 'p@ss/word' })
})

test('the name that certificates have to carry is taken over', () => {
  const { tls } = access({ REDIS_URL: 'rediss://h', REDIS_TLS_SERVER_NAME: 'redis.test' })
  expect(tls).toEqual({ serverName: 'redis.test' })
})

test.each([
  ['http://:hunter2@h', /^REDIS_URL: its value is not valid: not a redis:/],
  ['redis+sentinel://:hunter2@h', /^REDIS_URL: its value is not valid: the master’s name has to follow/],
  ['redis+cluster://:hunter2@h/1', /^REDIS_URL: its value is not valid: a Cluster has no databases/],
  ['redis://:hunter2%@h', /^REDIS_URL: its value is not valid: .*malformed/],
])('%s stops the start and says why, without the password', (url, why) => {
  const message = failure({ REDIS_URL: url })
  expect(message).toMatch(why)
  expect(message).toMatch(/Example: REDIS_URL=redis:/)
  expect(message).not.toContain('hunter2')
})

test.each([
  ['a user without a password', { REDIS_USERNAME: 'u' }, 'REDIS_PASSWORD=password'],
  ['a user in the URL without a password', { REDIS_URL: 'redis://u@h' }, 'REDIS_PASSWORD=password'],
  ['TLS for a URL without', { REDIS_TLS_SERVER_NAME: 'h' }, 'REDIS_URL: REDIS_TLS_… settings need rediss://'],
  ['a certificate without its key', { REDIS_TLS_CERT_FILE: noPem }, 'only one is set'],
  ['a file that is not there', { REDIS_TLS_CA_FILE: '/none' }, 'REDIS_TLS_CA_FILE: ENOENT'],
  ['a file that is not PEM', { REDIS_TLS_CA_FILE: noPem }, 'REDIS_TLS_CA_FILE: '],
  ['a damaged PEM', { REDIS_TLS_CERT_FILE: brokenPem, REDIS_TLS_KEY_FILE: brokenPem }, 'REDIS_TLS_…_FILE: '],
])('%s stops the start with the name of the variable', (_, environment, why) => {
  expect(failure(environment)).toContain(why)
})

test('a process that can do without Redis has no URL by default', () => {
  const optional = redisSettings({ defaultUrl: '', purpose: 'Redis of a test.' })
  expect(parseSettings(optional, {}).REDIS_URL).toBe('')
  expect(optional.REDIS_URL.shownDefault).toBe('none')
})

test('the log shows neither URL nor password', () => {
  const values = parseSettings(settings, { REDIS_URL: 'redis://:hunter2@h', REDIS_PASSWORD: 'hunter3' })
  expect(JSON.stringify(describeSettings(settings, values))).not.toContain('hunter')
})

test('the log says what a refused certificate means, and nothing about other errors', () => {
  const refused = Object.assign(new Error('self-signed'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  expect(hintOf(refused)).toContain('REDIS_TLS_CA_FILE')
  expect(hintOf(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }))).toBeUndefined()
})

function access(environment: Record<string, string>) {
  return redisAccess(parseSettings(settings, environment))
}

function failure(environment: Record<string, string>): string {
  try {
    access(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  throw new Error('it was accepted')
}
