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

test('close codes tell by their range whether to reconnect (rule 10)', () => {
  const final = ['unauthorized', 'revoked', 'keeps_asking']
  /** Of the registry, and all of them mean: come back. */
  const standard = new Set<number>([1011, 1013])
  for (const [name, code] of Object.entries(closeCodes)) {
    const isFinal = code >= 4500 && code <= 4999
    expect([name, isFinal]).toEqual([name, final.includes(name)])
    if (!isFinal) expect((code >= 4000 && code <= 4499) || standard.has(code)).toBe(true)
  }
})

test('a close reason fits the 123 bytes of a close frame', () => {
  expect(new SessionClose('unauthorized', 'x'.repeat(500)).reason).toHaveLength(123)
  expect(new SessionClose('too_slow', 'short', { retryAfterMs: 5 })).toMatchObject({
    reason: 'short',
    closeCode: 4008,
    retryAfterMs: 5,
  })
})
