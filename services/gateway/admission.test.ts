import fc from 'fast-check'
import jwt from 'jsonwebtoken'
import { expect, test } from 'vitest'
import { RequestError, SessionClose } from '../shared/errors.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { signToken } from '../shared/tokens.ts'
import { Admission, type AdmissionOptions, type HttpRefusal, type Ticket, type UpgradeRequest } from './admission.ts'
import { AddressCounts } from './client-address.ts'
import { EntryHarness, retryAfterMs, secret, tokenOf } from './testing/entry-harness.ts'
import { settle } from './testing/gate.ts'

const good = tokenOf('ann', { tier: 'gold' })
const ofBob = tokenOf('bob')
const bad = {
  empty: '',
  garbage: 'nonsense',
  'of another key': signToken({ secret: 'another', userId: 'ann' }),
  unsigned: jwt.sign({ sub: 'ann' }, '', { algorithm: 'none' }),
  'of another algorithm': jwt.sign({ sub: 'ann' }, secret, { algorithm: 'HS512' }),
  expired: tokenOf('ann', { expiresAtMs: new ManualClock().wallMs() }),
  'without a sub': jwt.sign({}, secret),
  '200 kB long': `${good}${'x'.repeat(200_000)}`,
}

test('rule 1: a good token is taken from the header, with or without Bearer, the URL or the subprotocol', async () => {
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
    const { enter } = setUp()
    const { credential } = await enter(place)
    expect(credential).toMatchObject({ kind: 'user', identity: { userId: 'ann' }, terms: { tier: 'gold' } })
  }
})

test('rule 1: without a token an auth message has to follow, and it takes the user’s place', async () => {
  const { admit, enter, expectNothingTaken } = setUp({ connectionsPerUser: 1 })
  const ticket = await enter({})
  expect(ticket.credential).toEqual({ kind: 'none' })
  expect(await ticket.authenticate(good)).toMatchObject({ identity: { userId: 'ann' }, terms: { tier: 'gold' } })
  expect(ticket.credential.kind).toBe('user')
  expect(await admit({ authorization: good })).toMatchObject({ status: 429 })
  ticket.release()
  expectNothingTaken()
  expect((await enter({ authorization: good })).credential.kind).toBe('user')
})

test.for(Object.entries(bad))(
  'rule 1: a token that is %s is refused with 401 in the header, 4500 elsewhere',
  async ([, token]) => {
    const { admit, enter, expectNothingTaken } = setUp({ maxSessions: 1, connectionsPerAddress: 1 })
    expect(await admit({ authorization: `Bearer ${token}` })).toMatchObject({ status: 401, code: 'unauthorized' })
    for (const place of [{ queryToken: token }, { protocolToken: token }]) {
      const ticket = await enter(place)
      expect(ticket.credential).toMatchObject({ kind: 'refused', close: { code: 'unauthorized', closeCode: 4500 } })
      ticket.release()
    }
    const ticket = await enter({})
    await expect(ticket.authenticate(token)).rejects.toThrow(SessionClose)
    ticket.release()
    expectNothingTaken()
    // What is wrong is said, the token is not.
    const refusal = await admit({ authorization: token })
    if (token.length > 5) expect(JSON.stringify(refusal)).not.toContain(token)
  },
)

test('rule 14: one connection too many of a user is refused with 429 in the header, 4030 elsewhere, with a time to wait', async () => {
  const { admit, enter } = setUp({ connectionsPerUser: 2 })
  const first = await enter({ queryToken: good })
  await enter({ authorization: good })
  expect(await admit({ authorization: good })).toMatchObject({ status: 429, code: 'connection_limit', retryAfterMs })
  const refused = await enter({ queryToken: good })
  expect(refused.credential).toMatchObject({ kind: 'refused', close: { code: 'connection_limit', retryAfterMs } })
  refused.release()
  await expect((await enter({})).authenticate(good)).rejects.toThrow('at most 2 connections a user')
  expect((await enter({ queryToken: ofBob })).credential.kind).toBe('user')
  first.release()
  expect((await enter({ queryToken: good })).credential.kind).toBe('user')
})

test('a place is given back once, however often a ticket is released', async () => {
  const { admission, enter } = setUp({ connectionsPerUser: 2, connectionsPerAddress: 2 })
  const first = await enter({ queryToken: good })
  await enter({ queryToken: good })
  for (let i = 0; i < 3; i++) first.release()
  expect(admission.taken).toEqual({ connections: 1, handshakes: 0, unauthenticated: 0 })
  expect((await enter({ queryToken: good })).credential.kind).toBe('user')
  expect(await enter({ queryToken: good })).toMatchObject({ credential: { close: { code: 'address_limit' } } })
  expect(await enter({ queryToken: good, address: '::1' })).toMatchObject({
    credential: { close: { code: 'connection_limit' } },
  })
})

test('rule 14: a full server refuses with 503 in the header, 1013 elsewhere, and keeps no place of the user', async () => {
  const { harness, admit, enter } = setUp({ maxSessions: 1, connectionsPerUser: 1 })
  const only = await enter({})
  expect(await admit({ authorization: good })).toMatchObject({ status: 503, code: 'server_full', retryAfterMs })
  for (const place of [{ queryToken: good }, {}]) {
    const refused = await enter(place)
    expect(refused.credential).toMatchObject({
      kind: 'refused',
      close: { code: 'server_full', closeCode: 1013, retryAfterMs },
    })
    await expect(refused.authenticate(good)).rejects.toThrow(SessionClose)
    refused.release()
  }
  // Nobody was asked about a token for which there is no room.
  expect(harness.asked).toEqual([])
  only.release()
  expect((await enter({ queryToken: good })).credential.kind).toBe('user')
})

test('rule 1: a refresh is for the same user, takes no second place and never closes', async () => {
  const { enter, expectNothingTaken } = setUp({ connectionsPerUser: 1 })
  const ticket = await enter({ queryToken: good })
  if (ticket.credential.kind !== 'user') throw new Error('not admitted')
  const { identity } = ticket.credential
  const fresh = tokenOf('ann', { tier: 'silver' })
  expect(await ticket.refresh(fresh, identity)).toMatchObject({
    identity: { tier: 'silver' },
    terms: { tier: 'silver' },
  })
  for (const token of [ofBob, bad.expired, bad.garbage]) {
    await expect(ticket.refresh(token, identity)).rejects.toThrow(RequestError)
  }
  ticket.release()
  expectNothingTaken()
  expect((await enter({ queryToken: good })).credential.kind).toBe('user')
})

test('an origin has to be the host’s own or on the list; no origin is no browser', async () => {
  const { admit } = setUp({ allowedOrigins: ['https://app.example.com'] })
  const host = 'quotes.example.com'
  const isAdmitted = async (origin: string | undefined) => !('status' in (await admit({ origin, host })))
  expect(await isAdmitted(undefined)).toBe(true)
  expect(await isAdmitted('https://app.example.com')).toBe(true)
  expect(await isAdmitted('https://quotes.example.com')).toBe(true)
  for (const origin of [
    'https://app.example.com.evil.org',
    'http://app.example.com',
    'null',
    '',
    'https://evil.org',
    'https://evilquotes.example.com',
  ]) {
    for (const place of [{ authorization: good }, { queryToken: good }, {}]) {
      expect(await admit({ origin, host, ...place })).toMatchObject({ status: 403, code: 'origin_not_allowed' })
    }
  }
  for (const origin of ['https://quotes.example.com', 'null', '']) {
    expect(await admit({ origin, host: undefined })).toMatchObject({ status: 403 })
  }
  expect(await setUp({ allowedOrigins: ['*'] }).admit({ origin: 'https://evil.org', host })).toHaveProperty(
    'credential',
  )
})

test('from the start of a drain on everybody is refused with 503', async () => {
  const { admission, admit } = setUp()
  admission.close()
  for (const place of [{}, { queryToken: good }, { authorization: good }]) {
    expect(await admit(place)).toMatchObject({ status: 503, code: 'draining' })
  }
})

test('who was on his way in when the drain began is refused with 503 too, and no place is kept', async () => {
  const { harness, admission, admit, expectNothingTaken } = setUp()
  harness.authorizing.isShut = true
  const decisions = [{ queryToken: good }, { authorization: good }].map(admit)
  await settle()
  admission.close()
  harness.authorizing.open()
  for (const decision of decisions) expect(await decision).toMatchObject({ status: 503, code: 'draining' })
  expectNothingTaken()
})

const userFaults: [code: string, status: number, closeCode: number, arrange: (harness: EntryHarness) => void][] = [
  ['connection_limit', 429, 4030, ({ counts }) => (counts.answer = 'full')],
  ['limits_unavailable', 503, 1013, ({ counts }) => (counts.answer = 'unavailable')],
  ['service_unavailable', 503, 1013, (harness) => (harness.failure = new RequestError('service_unavailable', 'away'))],
  ['service_unavailable', 503, 1013, (harness) => (harness.failure = new TypeError('a fault of ours'))],
]

test.for(userFaults)(
  'rule 9: %s is refused with %i in the header, closes with %i elsewhere and says when to come back',
  async ([code, status, closeCode, arrange]) => {
    const { harness, admit, enter, expectNothingTaken } = setUp()
    arrange(harness)
    expect(await admit({ authorization: good })).toMatchObject({ status, code, retryAfterMs })
    for (const place of [{ queryToken: good }, { protocolToken: good }]) {
      const { credential } = await enter(place)
      expect(credential).toMatchObject({ kind: 'refused', close: { code, closeCode, retryAfterMs } })
    }
    const ticket = await enter({})
    await expect(ticket.authenticate(good)).rejects.toMatchObject({ code, closeCode, retryAfterMs })
    ticket.release()
    expectNothingTaken()
  },
)

test('a token refused for good says nothing about coming back', async () => {
  const { admit, enter } = setUp()
  expect(await admit({ authorization: bad.garbage })).not.toHaveProperty('retryAfterMs')
  expect(await enter({ queryToken: bad.garbage })).toMatchObject({ credential: { close: { retryAfterMs: undefined } } })
})

test('a fault of the counting is an internal error, which tells nothing and keeps no place', async () => {
  const { harness, admit, enter, expectNothingTaken } = setUp()
  harness.counts.answer = new TypeError('secret details')
  const message = 'internal error'
  expect(await admit({ authorization: good })).toEqual({ status: 503, code: 'internal', message })
  expect(await enter({ queryToken: good })).toMatchObject({ credential: { close: { closeCode: 1011, message } } })
  expectNothingTaken()
})

test('rule 14: only so many tokens are looked at in the same moment; the others come later', async () => {
  const { harness, admission, admit, enter, expectNothingTaken } = setUp({ maxHandshakes: 2 })
  harness.authorizing.isShut = true
  const pending = [admit({ queryToken: good }), admit({ authorization: ofBob })]
  expect(admission.taken).toEqual({ connections: 2, handshakes: 2, unauthenticated: 0 })
  const code = 'handshake_limit'
  expect(await admit({ authorization: good })).toMatchObject({ status: 503, code, retryAfterMs })
  for (const place of [{ queryToken: good }, { protocolToken: good }]) {
    expect(await enter(place)).toMatchObject({ credential: { close: { code, closeCode: 1013, retryAfterMs } } })
  }
  expect(admission.taken).toEqual({ connections: 2, handshakes: 2, unauthenticated: 0 })
  // No token has to be looked at yet.
  const anonymous = await enter({})
  expect(anonymous.credential.kind).toBe('none')
  harness.authorizing.open()
  for (const ticket of await Promise.all(pending)) ticketOf(ticket).release()
  anonymous.release()
  expectNothingTaken()
  // A bad token gives its turn back as well.
  for (let i = 0; i < 3; i++) expect(await admit({ authorization: bad.garbage })).toMatchObject({ status: 401 })
  expect((await enter({ queryToken: good })).credential.kind).toBe('user')
})

test('rule 14: a token of an auth message counts among those that are looked at', async () => {
  const { harness, admission, admit, enter, expectNothingTaken } = setUp({ maxHandshakes: 2 })
  const tickets = [await enter({}), await enter({}), await enter({})] as const
  harness.authorizing.isShut = true
  const underWay = [tickets[0].authenticate(good), tickets[1].authenticate(ofBob)]
  expect(admission.taken).toEqual({ connections: 3, handshakes: 2, unauthenticated: 3 })
  const code = 'handshake_limit'
  await expect(tickets[2].authenticate(good)).rejects.toMatchObject({ code, closeCode: 1013, retryAfterMs })
  expect(await admit({ authorization: good })).toMatchObject({ status: 503, code, retryAfterMs })
  harness.authorizing.open()
  await Promise.all(underWay)
  // A bad token gives its turn back as well.
  for (let i = 0; i < 3; i++) await expect(tickets[2].authenticate(bad.garbage)).rejects.toThrow(SessionClose)
  await tickets[2].authenticate(good)
  for (const ticket of tickets) ticket.release()
  expectNothingTaken()
})

test('rule 14: a token of a refresh counts among those that are looked at, and is busy beyond them', async () => {
  const { harness, admission, admit, enter, expectNothingTaken } = setUp({ maxHandshakes: 2 })
  const tickets = [await enter({ queryToken: good }), await enter({ queryToken: good })] as const
  const identity = { userId: 'ann', tier: 'gold', expiresAtMs: undefined, issuedAtMs: undefined }
  harness.authorizing.isShut = true
  const underWay = [tickets[0].refresh(good, identity), admit({ queryToken: ofBob })] as const
  expect(admission.taken).toEqual({ connections: 3, handshakes: 2, unauthenticated: 0 })
  await expect(tickets[1].refresh(good, identity)).rejects.toMatchObject({ code: 'busy', retryable: true })
  expect(await admit({ authorization: good })).toMatchObject({ status: 503, code: 'handshake_limit' })
  harness.authorizing.open()
  const [, bob] = await Promise.all(underWay)
  // A bad token gives its turn back as well.
  for (const token of [bad.garbage, ofBob, good, good]) await tickets[1].refresh(token, identity).catch(() => undefined)
  expect(admission.taken.handshakes).toBe(0)
  for (const ticket of [...tickets, ticketOf(bob)]) ticket.release()
  expectNothingTaken()
})

test('rule 14: only so many connections may be open that have not said who they are', async () => {
  const { admission, enter, expectNothingTaken } = setUp({ maxUnauthenticated: 2 })
  const [first, second] = [await enter({}), await enter({})]
  const code = 'unauthenticated_limit'
  expect(await enter({})).toMatchObject({ credential: { close: { code, closeCode: 1013, retryAfterMs } } })
  const user = await enter({ queryToken: good })
  expect(user.credential.kind).toBe('user')
  await first.authenticate(good)
  expect(admission.taken.unauthenticated).toBe(1)
  const third = await enter({})
  expect(third.credential.kind).toBe('none')
  await expect(third.authenticate(bad.garbage)).rejects.toThrow(SessionClose)
  expect(admission.taken.unauthenticated).toBe(2)
  second.release()
  const fourth = await enter({})
  for (const ticket of [first, user, third, fourth]) ticket.release()
  expectNothingTaken()
})

test('rule 14: an address may have only so many connections, whoever they are of', async () => {
  const { harness, admit, enter, expectNothingTaken } = setUp({ connectionsPerAddress: 2 })
  const code = 'address_limit'
  const [first, second] = [await enter({}), await enter({ queryToken: good })]
  expect(await admit({ authorization: ofBob })).toMatchObject({ status: 429, code, retryAfterMs })
  for (const place of [{}, { queryToken: ofBob }, { protocolToken: ofBob }]) {
    const refused = await enter(place)
    expect(refused).toMatchObject({ credential: { close: { code, closeCode: 4031, retryAfterMs } } })
    // It has no place to give back.
    refused.release()
  }
  expect(harness.asked).toEqual([good])
  const others = [await enter({ address: '192.0.2.2' }), await enter({ address: undefined })]
  expect(others.map(({ credential }) => credential.kind)).toEqual(['none', 'none'])
  first.release()
  const third = await enter({ queryToken: ofBob })
  expect(third.credential.kind).toBe('user')
  for (const ticket of [second, third, ...others]) ticket.release()
  expectNothingTaken()
})

test('a limit that was reached for another reason takes nothing of the address', async () => {
  const { addresses, admit, enter } = setUp({ maxSessions: 1, connectionsPerAddress: 5 })
  await enter({ address: undefined })
  await enter({})
  await admit({ authorization: good })
  expect(addresses.size).toBe(0)
})

test('a connection that ends while its auth is looked at keeps no place of its user', async () => {
  const { harness, enter, expectNothingTaken } = setUp({ connectionsPerUser: 1 })
  for (const gate of [harness.authorizing, harness.counts.gate]) {
    const ticket = await enter({})
    gate.isShut = true
    const outcome = expect(ticket.authenticate(good)).rejects.toThrow(SessionClose)
    await settle()
    expect(gate.waiting).toBe(1)
    ticket.release()
    gate.open()
    await outcome
    expectNothingTaken()
  }
  expect((await enter({ queryToken: good })).credential.kind).toBe('user')
})

test('a second auth on the way takes no second place', async () => {
  const { harness, enter, expectNothingTaken } = setUp()
  const ticket = await enter({})
  const outcomes = await Promise.allSettled([ticket.authenticate(good), ticket.authenticate(ofBob)])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect([...harness.counts.held]).toEqual([['ann', 1]])
  ticket.release()
  expectNothingTaken()
})

type Place = 'header' | 'URL' | 'none'
const command = fc.oneof(
  fc.record({
    do: fc.constant('admit' as const),
    place: fc.constantFrom<Place>('header', 'URL', 'none'),
    token: fc.constantFrom(good, ofBob, bad.garbage),
    address: fc.constantFrom('192.0.2.1', '2001:db8::/64', undefined),
  }),
  fc.record({
    do: fc.constantFrom('authenticate' as const, 'refresh' as const),
    which: fc.nat(),
    token: fc.constantFrom(good, ofBob, bad.garbage),
  }),
  fc.record({ do: fc.constant('release' as const), which: fc.nat() }),
  fc.record({ do: fc.constantFrom('let one through' as const, 'let all through' as const) }),
)

test('nothing leaks, in whatever order connections come, say who they are, refresh and go', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 50 }), async (commands) => {
      const limits = { maxSessions: 6, maxHandshakes: 2, maxUnauthenticated: 2, connectionsPerUser: 2 }
      const { harness, admission, admit, expectNothingTaken } = setUp({ ...limits, connectionsPerAddress: 3 })
      const gates = [harness.authorizing, harness.counts.gate]
      for (const gate of gates) gate.isShut = true
      const tickets: Ticket[] = []
      const underWay: Promise<unknown>[] = []
      for (const step of commands) {
        const ticket = 'which' in step ? tickets[step.which % Math.max(1, tickets.length)] : undefined
        if (step.do === 'admit') {
          const token = { header: { authorization: step.token }, URL: { queryToken: step.token }, none: {} }[step.place]
          const admitted = admit({ ...token, address: step.address })
          underWay.push(admitted.then((decision) => void ('status' in decision || tickets.push(decision))))
        } else if (step.do === 'authenticate') underWay.push(quiet(ticket?.authenticate(step.token)))
        else if (step.do === 'refresh' && ticket?.credential.kind === 'user') {
          underWay.push(quiet(ticket.refresh(step.token, ticket.credential.identity)))
        } else if (step.do === 'release') ticket?.release()
        else {
          for (const gate of gates) {
            gate.letThrough(step.do === 'let one through' ? 1 : undefined)
            await settle()
          }
        }
        await settle()
        const { connections, handshakes, unauthenticated } = admission.taken
        expect(connections).toBeLessThanOrEqual(limits.maxSessions)
        expect(handshakes).toBeLessThanOrEqual(limits.maxHandshakes)
        expect(unauthenticated).toBeLessThanOrEqual(limits.maxUnauthenticated)
        for (const [, count] of harness.counts.held) expect(count).toBeLessThanOrEqual(limits.connectionsPerUser)
      }
      for (const gate of gates) gate.open()
      await Promise.all(underWay)
      for (const ticket of tickets) ticket.release()
      expectNothingTaken()
    }),
    { numRuns: 150 },
  )
})

async function quiet(outcome: Promise<unknown> | undefined): Promise<void> {
  await outcome?.catch((error) => expect([SessionClose, RequestError]).toContain(error.constructor))
}

function ticketOf(decision: HttpRefusal | Ticket): Ticket {
  if ('status' in decision) throw new Error(`refused with ${decision.status} ${decision.code}`)
  return decision
}

test('rule 13: who comes while there is nothing to be had is told to come later, by HTTP where its token is in the header', async () => {
  let isStranded = true
  const { enter, admit, expectNothingTaken } = setUp({ isStranded: () => isStranded })
  const later = { code: 'service_unavailable', closeCode: 1013, retryAfterMs }
  expect(await enter({ queryToken: good })).toMatchObject({ credential: { close: later } })
  expect(await enter({})).toMatchObject({ credential: { close: later } })
  expect(await admit({ authorization: good })).toMatchObject({ status: 503, code: 'service_unavailable', retryAfterMs })
  expectNothingTaken()
  isStranded = false
  expect((await enter({ queryToken: good })).credential.kind).toBe('user')
})

interface SetUpOptions extends Partial<AdmissionOptions> {
  readonly connectionsPerUser?: number
  readonly connectionsPerAddress?: number
}

function setUp({ connectionsPerUser = 5, connectionsPerAddress = 100, ...options }: SetUpOptions = {}) {
  const harness = new EntryHarness()
  harness.entitlements.limits = { ...harness.entitlements.limits, connections: connectionsPerUser }
  const addresses = new AddressCounts({ limit: connectionsPerAddress })
  const admission = new Admission({
    users: harness.users,
    allowedOrigins: [],
    maxSessions: 100,
    maxHandshakes: 100,
    maxUnauthenticated: 100,
    addresses,
    retryAfterMs: () => retryAfterMs,
    isStranded: () => false,
    ...options,
  })
  const nothing = { origin: undefined, host: undefined, authorization: undefined, address: '192.0.2.1' }
  const admit = async (request: Partial<UpgradeRequest>) =>
    await admission.admit({ ...nothing, queryToken: undefined, protocolToken: undefined, ...request })
  const enter = async (request: Partial<UpgradeRequest>) => ticketOf(await admit(request))
  const expectNothingTaken = () => {
    expect(admission.taken).toEqual({ connections: 0, handshakes: 0, unauthenticated: 0 })
    expect([...harness.counts.held]).toEqual([])
    expect(addresses.size).toBe(0)
  }
  return { harness, addresses, admission, admit, enter, expectNothingTaken }
}
