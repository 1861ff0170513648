import { expect, test } from 'vitest'
import type { RequestError } from './errors.ts'
import { ecSigningKey, type KeySetServer } from './testing/key-set-server.ts'
import { refusal, verifierWithKeySet } from './testing/verifier-with-key-set.ts'

const [first, second, third] = [ecSigningKey('first'), ecSigningKey('second'), ecSigningKey('third')]
const cooldownMs = 10_000
const noKey = { code: 'unauthorized', message: 'no key for this token' }
const unavailable = { code: 'service_unavailable', retryable: true }

test('made-up kids cause one fetch in the cooldown; within it nobody can say that they are wrong', async () => {
  const { server, clock, verifier, mint } = await verifierWithKeySet()
  server.publish(first)
  await verifier.verify(mint(first))
  const flood = () =>
    Promise.all(Array.from({ length: 50 }, (_, i) => refusal(verifier, mint(second, { kid: `x${i}` }))))
  for (const error of await flood()) expect(error).toMatchObject(noKey)
  expect(server.fetches).toBe(2)
  clock.advance(cooldownMs - 1)
  for (const error of await flood()) expect(error).toMatchObject(unavailable)
  expect(server.fetches).toBe(2)
  clock.advance(1)
  await flood()
  expect(server.fetches).toBe(3)
})

test('who keeps the cooldown spent for ever keeps no new key out for longer than that', async () => {
  const { server, clock, verifier, mint } = await verifierWithKeySet()
  server.publish(first)
  await verifier.verify(mint(first))
  for (let round = 1; round <= 5; round++) {
    const fresh = ecSigningKey(`fresh ${round}`)
    expect(await refusal(verifier, mint(third, { kid: 'made up' }))).toMatchObject(noKey)
    server.publish(first, fresh)
    expect(await refusal(verifier, mint(fresh))).toMatchObject(unavailable)
    clock.advance(cooldownMs - 1)
    expect(await refusal(verifier, mint(fresh))).toMatchObject(unavailable)
    clock.advance(1)
    // The fetch is theirs, the key that it brings is for all.
    await refusal(verifier, mint(third, { kid: 'made up' }))
    await verifier.verify(mint(fresh))
    expect(server.fetches).toBe(2 * round + 1)
    clock.advance(cooldownMs)
  }
})

test('a set whose fetch began before the token came cannot say that its key does not exist', async () => {
  const { server, verifier, mint } = await verifierWithKeySet()
  server.publish(first)
  await verifier.verify(mint(first))
  const asked = nextRequest(server)
  const [earlier, answer] = [refusal(verifier, mint(third)), await asked]
  const later = refusal(verifier, mint(second))
  answer()
  expect(await earlier).toMatchObject(noKey)
  expect(await later).toMatchObject(unavailable)
})

test('while the provider is slow 100 tokens wait, the next are told to come back, and known keys never wait', async () => {
  const { server, clock, verifier, mint } = await verifierWithKeySet()
  server.publish(first)
  await verifier.verify(mint(first))
  for (let round = 1; round <= 2; round++) {
    const asked = nextRequest(server)
    const settled: RequestError[] = []
    const waiting = Array.from({ length: 100 }, async () => settled.push(await refusal(verifier, mint(third))))
    const answer = await asked
    expect(await refusal(verifier, mint(third))).toMatchObject(unavailable)
    await verifier.verify(mint(first))
    expect(settled).toEqual([])
    answer()
    await Promise.all(waiting)
    expect(server.fetches).toBe(round + 1)
    clock.advance(cooldownMs)
  }
})

test('the first fetch too keeps no more than 100 waiting', async () => {
  const { server, verifier, mint } = await verifierWithKeySet()
  server.publish(first)
  const asked = nextRequest(server)
  const waiting = Array.from({ length: 100 }, () => verifier.verify(mint(first)))
  const answer = await asked
  expect(await refusal(verifier, mint(first))).toMatchObject(unavailable)
  answer()
  expect(await Promise.all(waiting)).toHaveLength(100)
  await verifier.verify(mint(first))
})

/** Holds back the answer to the next request until the function it gives is called. */
function nextRequest(server: KeySetServer): Promise<() => void> {
  return new Promise((resolve) => {
    server.respond = (request, response) => {
      server.respond = undefined
      resolve(() => server.answer(request, response))
    }
  })
}
