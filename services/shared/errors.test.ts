import { expect, test } from 'vitest'
import { ConfigError, closeCodes, RequestError, SessionClose, toKnownError, UpstreamError } from './errors.ts'

test('errors of the four families stay as they are', () => {
  const known = [
    new ConfigError('x'),
    new RequestError('busy', 'x'),
    new SessionClose('drain', 'x'),
    new UpstreamError(14, 'x'),
  ]
  for (const error of known) expect(toKnownError(error)).toBe(error)
})

test.each([
  new Error('connect ECONNREFUSED 10.0.0.7'),
  new TypeError('x is not a function'),
  'a string',
  undefined,
  null,
  { code: 'busy', message: 'not one of ours' },
])('%o becomes internal: the cause is kept for the log, not told', (thrown) => {
  const error = toKnownError(thrown)
  expect(error).toBeInstanceOf(RequestError)
  expect(error).toMatchObject({ code: 'internal', message: 'internal error', retryable: true })
  expect(error.cause).toBe(thrown)
})

test('close codes tell by their range whether to reconnect', () => {
  const { server_full, connection_lost, unauthorized, keeps_asking, ...reconnecting } = closeCodes
  for (const code of Object.values(reconnecting)) expect(code >= 4000 && code <= 4499).toBe(true)
  for (const code of [unauthorized, keeps_asking]) expect(code >= 4500 && code <= 4999).toBe(true)
  expect([server_full, connection_lost]).toEqual([1013, 1013])
})

test('a close reason fits the 123 bytes of a close frame', () => {
  expect(new SessionClose('unauthorized', 'x'.repeat(500)).reason).toHaveLength(123)
  expect(new SessionClose('too_slow', 'short', { retryAfterMs: 5 })).toMatchObject({
    reason: 'short',
    closeCode: 4008,
    retryAfterMs: 5,
  })
})
