import jwt from 'jsonwebtoken'
import { expect, test } from 'vitest'
import { RequestError, SessionClose } from '../shared/errors.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { signToken, TokenVerifier } from '../shared/tokens.ts'
import { Admission, type AdmissionOptions, type Ticket, type UpgradeRequest } from './admission.ts'

const secret = 'a secret of tests'
const good = signToken({ secret, userId: 'ann', tier: 'gold' })
const ofBob = signToken({ secret, userId: 'bob' })
const bad = {
  empty: '',
  garbage: 'nonsense',
  'of another key': signToken({ secret: 'another', userId: 'ann' }),
  unsigned: jwt.sign({ sub: 'ann' }, '', { algorithm: 'none' }),
  'of another algorithm': jwt.sign({ sub: 'ann' }, secret, { algorithm: 'HS512' }),
  expired: signToken({ secret, userId: 'ann', expiresAtMs: new ManualClock().wallMs() }),
  'without a sub': jwt.sign({}, secret),
  '200 kB long': `${good}${'x'.repeat(200_000)}`,
}

test('rule 1: a good token is taken from the header, with or without Bearer, the URL or the subprotocol', () => {
  const places: Partial<UpgradeRequest>[] = [
    { authorization: `Bearer ${good}` },
    { authorization: good },
    { queryToken: good },
    { protocolToken: good },
    // In this order.
    { authorization: good, queryToken: 'bad', protocolToken: 'bad' },
    { queryToken: good, protocolToken: 'bad' },
  ]
  for (const place of places) {
    const { admit } = setUp()
    expect(ticketOf(admit(place)).credential).toMatchObject({ kind: 'user', identity: { userId: 'ann', tier: 'gold' } })
  }
})

test('rule 1: without a token an auth message has to follow, and it takes the user’s place', () => {
  const { admit } = setUp({ maxConnectionsPerUser: 1 })
  const ticket = ticketOf(admit({}))
  expect(ticket.credential).toEqual({ kind: 'none' })
  expect(ticket.authenticate(good, undefined)).toMatchObject({ userId: 'ann' })
  expect(admit({ authorization: good })).toMatchObject({ status: 429 })
  ticket.release()
  expect(ticketOf(admit({ authorization: good })).credential.kind).toBe('user')
})

test.for(Object.entries(bad))(
  'rule 1: a token that is %s is refused with 401 in the header, 4500 elsewhere',
  ([, token]) => {
    const { admit } = setUp({ maxSessions: 1 })
    expect(admit({ authorization: `Bearer ${token}` })).toMatchObject({ status: 401, code: 'unauthorized' })
    for (const place of [{ queryToken: token }, { protocolToken: token }]) {
      const ticket = ticketOf(admit(place))
      expect(ticket.credential).toMatchObject({ kind: 'refused', close: { code: 'unauthorized', closeCode: 4500 } })
      ticket.release()
    }
    const ticket = ticketOf(admit({}))
    expect(() => ticket.authenticate(token, undefined)).toThrow(SessionClose)
    // What is wrong is said, the token is not.
    const refusal = admit({ authorization: token })
    if (token.length > 5) expect(JSON.stringify(refusal)).not.toContain(token)
  },
)

test('rule 14: one connection too many of a user is refused with 429 in the header, 4030 elsewhere, with a time to wait', () => {
  const { admit } = setUp({ maxConnectionsPerUser: 2, random: () => 0.5 })
  const first = ticketOf(admit({ queryToken: good }))
  ticketOf(admit({ authorization: good }))
  expect(admit({ authorization: good })).toMatchObject({ status: 429, code: 'connection_limit', retryAfterMs: 3_000 })
  const refused = ticketOf(admit({ queryToken: good }))
  expect(refused.credential).toMatchObject({
    kind: 'refused',
    close: { code: 'connection_limit', retryAfterMs: 3_000 },
  })
  refused.release()
  expect(() => ticketOf(admit({})).authenticate(good, undefined)).toThrow('at most 2 connections a user')
  expect(ticketOf(admit({ queryToken: ofBob })).credential.kind).toBe('user')
  first.release()
  expect(ticketOf(admit({ queryToken: good })).credential.kind).toBe('user')
})

test('a place is given back once, however often a ticket is released', () => {
  const { admit } = setUp({ maxConnectionsPerUser: 2 })
  const first = ticketOf(admit({ queryToken: good }))
  ticketOf(admit({ queryToken: good }))
  for (let i = 0; i < 3; i++) first.release()
  expect(ticketOf(admit({ queryToken: good })).credential.kind).toBe('user')
  expect(ticketOf(admit({ queryToken: good })).credential.kind).toBe('refused')
})

test('rule 14: a full server refuses with 503 in the header, 1013 elsewhere, and keeps no place of the user', () => {
  const { admit } = setUp({ maxSessions: 1, maxConnectionsPerUser: 1 })
  const only = ticketOf(admit({}))
  expect(admit({ authorization: good })).toMatchObject({ status: 503, code: 'server_full' })
  for (const place of [{ queryToken: good }, {}]) {
    const refused = ticketOf(admit(place))
    expect(refused.credential).toMatchObject({ kind: 'refused', close: { code: 'server_full', closeCode: 1013 } })
    expect(() => refused.authenticate(good, undefined)).toThrow(SessionClose)
    refused.release()
  }
  only.release()
  expect(ticketOf(admit({ queryToken: good })).credential.kind).toBe('user')
})

test('rule 1: a refresh is for the same user, takes no second place and never closes', () => {
  const { admit } = setUp({ maxConnectionsPerUser: 1 })
  const ticket = ticketOf(admit({ queryToken: good }))
  if (ticket.credential.kind !== 'user') throw new Error('not admitted')
  const { identity } = ticket.credential
  const fresh = signToken({ secret, userId: 'ann', tier: 'silver' })
  expect(ticket.authenticate(fresh, identity)).toMatchObject({ userId: 'ann', tier: 'silver' })
  for (const token of [ofBob, bad.expired, bad.garbage]) {
    expect(() => ticket.authenticate(token, identity)).toThrow(RequestError)
  }
  ticket.release()
  expect(ticketOf(admit({ queryToken: good })).credential.kind).toBe('user')
})

test('an origin has to be the host’s own or on the list; no origin is no browser', () => {
  const { admit } = setUp({ allowedOrigins: ['https://app.example.com'] })
  const host = 'quotes.example.com'
  const isAdmitted = (origin: string | undefined) => !('status' in admit({ origin, host }))
  expect(isAdmitted(undefined)).toBe(true)
  expect(isAdmitted('https://app.example.com')).toBe(true)
  expect(isAdmitted('https://quotes.example.com')).toBe(true)
  for (const origin of [
    'https://app.example.com.evil.org',
    'http://app.example.com',
    'null',
    '',
    'https://evil.org',
    'https://evilquotes.example.com',
  ]) {
    expect(admit({ origin, host, authorization: good })).toMatchObject({ status: 403, code: 'origin_not_allowed' })
  }
  expect(admit({ origin: 'https://quotes.example.com', host: undefined })).toMatchObject({ status: 403 })
  expect(setUp({ allowedOrigins: ['*'] }).admit({ origin: 'https://evil.org', host })).toHaveProperty('credential')
})

test('from the start of a drain on everybody is refused with 503', () => {
  const { admission, admit } = setUp()
  admission.close()
  for (const place of [{}, { queryToken: good }, { authorization: good }]) {
    expect(admit(place)).toMatchObject({ status: 503, code: 'draining' })
  }
})

function ticketOf(decision: ReturnType<Admission['admit']>): Ticket {
  if ('status' in decision) throw new Error(`refused with ${decision.status} ${decision.code}`)
  return decision
}

function setUp(options: Partial<AdmissionOptions> = {}) {
  const clock = new ManualClock()
  const admission = new Admission({
    tokens: new TokenVerifier({ secret, issuer: '', audience: '', wallMs: () => clock.wallMs() }),
    allowedOrigins: [],
    maxSessions: 100,
    maxConnectionsPerUser: 5,
    random: () => 0,
    ...options,
  })
  const nothing = { origin: undefined, host: undefined, authorization: undefined }
  const admit = (request: Partial<UpgradeRequest>) =>
    admission.admit({ ...nothing, queryToken: undefined, protocolToken: undefined, ...request })
  return { clock, admission, admit }
}
