import type { RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import { ecSigningKey } from './testing/key-set-server.ts'
import { refusal, verifierWithKeySet } from './testing/verifier-with-key-set.ts'

const [first, second] = [ecSigningKey('first'), ecSigningKey('second')]
const cooldownMs = 10_000
const dayMs = 86_400_000
const noKey = { code: 'unauthorized', message: 'no key for this token' }
const unavailable = { code: 'service_unavailable', retryable: true }

test('an endpoint that is away cuts nobody, however long; it is asked again after a growing wait', async () => {
  const { server, clock, verifier, mint } = await verifierWithKeySet()
  server.publish(first)
  const token = mint(first, { expiresAtMs: clock.wallMs() + 30 * dayMs })
  await verifier.verify(token)
  server.respond = (_, response) => response.writeHead(503).end()
  for (let day = 1; day < 10; day++) {
    clock.advance(dayMs)
    await verifier.verify(token)
    expect(server.fetches).toBe(day + 1)
  }
  await verifier.verify(token)
  expect(server.fetches).toBe(10)
})

test('an unknown kid does not shorten the backoff, which starts again after a success', async () => {
  const { server, clock, verifier, mint } = await verifierWithKeySet()
  const away: RequestListener = (_, response) => response.writeHead(503).end()
  server.publish(first)
  await verifier.verify(mint(first))
  server.respond = away
  // Waits of 1, 2, 4, 8 and 16 s follow these.
  for (const waitMs of [cooldownMs, 2_000, 4_000, 8_000]) {
    expect(await refusal(verifier, mint(second))).toMatchObject(unavailable)
    clock.advance(waitMs)
  }
  expect(await refusal(verifier, mint(second))).toMatchObject(unavailable)
  expect(server.fetches).toBe(6)
  clock.advance(15_999)
  expect(await refusal(verifier, mint(second))).toMatchObject(unavailable)
  expect(server.fetches).toBe(6)
  server.respond = undefined
  clock.advance(1)
  expect(await refusal(verifier, mint(second))).toMatchObject(noKey)
  expect(server.fetches).toBe(7)
  server.respond = away
  clock.advance(cooldownMs)
  expect(await refusal(verifier, mint(second))).toMatchObject(unavailable)
  clock.advance(cooldownMs)
  expect(await refusal(verifier, mint(second))).toMatchObject(unavailable)
  expect(server.fetches).toBe(9)
})

test('while the endpoint is away nobody can say that an unknown kid is wrong: come back later', async () => {
  const { server, clock, verifier, mint } = await verifierWithKeySet()
  server.publish(first)
  await verifier.verify(mint(first))
  server.respond = (request) => request.destroy()
  expect(await refusal(verifier, mint(second))).toMatchObject(unavailable)
  expect(await refusal(verifier, mint(second))).toMatchObject(unavailable)
  expect(server.fetches).toBe(2)
  expect(await refusal(verifier, mint(second, { kid: 'first' }))).toMatchObject({ message: 'invalid signature' })
  server.respond = undefined
  server.publish(first, second)
  clock.advance(cooldownMs)
  await verifier.verify(mint(second))
})

test('without a first fetch nobody can be let in or refused: a retryable error, and tries with backoff', async () => {
  const { server, clock, verifier, mint } = await verifierWithKeySet()
  server.publish(first)
  server.respond = (_, response) => response.writeHead(500).end()
  // random() = 1: waits of 1, 2 and 4 s.
  for (const [tries, waitMs] of [1_000, 2_000, 4_000].entries()) {
    expect(await refusal(verifier, mint(first))).toMatchObject(unavailable)
    clock.advance(waitMs - 1)
    expect(await refusal(verifier, mint(first))).toMatchObject(unavailable)
    expect(server.fetches).toBe(tries + 1)
    clock.advance(1)
  }
  server.respond = undefined
  await verifier.verify(mint(first))
})
