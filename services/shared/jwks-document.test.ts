import { generateKeyPairSync } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { fetchJwks, fetchTimeoutMs, longestBodyBytes, mostKeys, readJwks } from './jwks-document.ts'
import { ecSigningKey, KeySetServer, rsaSigningKey } from './testing/key-set-server.ts'
import { ManualClock } from './testing/manual-clock.ts'

const ec = ecSigningKey('ec')
const rsa = rsaSigningKey('rsa')

test('the keys of the set come as they were published', async () => {
  const { server, load } = await setUp()
  server.publish(ec, rsa)
  expect(await load()).toEqual([ec.jwk, rsa.jwk])
})

test.each<[string, RequestListener, RegExp]>([
  ['a page', (_, response) => response.end('<html>'), /not valid JSON/],
  ['nothing', (_, response) => response.end(), /JSON/],
  ['half a set', (_, response) => response.end('{"keys":[{"kty":'), /JSON/],
  ['bytes that are no text', (_, response) => response.end(Buffer.from([0xff, 0x00, 0xfe])), /not valid JSON/],
  ['an array', (_, response) => response.end('[]'), /no array of keys/],
  ['null', (_, response) => response.end('null'), /no array of keys/],
  ['an object of keys', (_, response) => response.end('{"keys":{"a":1}}'), /no array of keys/],
  ['not found', (_, response) => response.writeHead(404).end('{"keys":[]}'), /status 404/],
  ['accepted', (_, response) => response.writeHead(202).end('{"keys":[]}'), /status 202/],
  ['a reset', (request) => request.destroy(), /fetch failed/],
  [
    'a cut answer',
    (_, response) => response.writeHead(200, { 'content-length': 99 }).write('{') && response.destroy(),
    /./,
  ],
])('%s is no key set', async (_, respond, message) => {
  const { server, load } = await setUp()
  server.respond = respond
  await expect(load()).rejects.toThrow(message)
})

test('a redirect is not followed', async () => {
  const { server, load } = await setUp()
  server.publish(ec)
  server.respond = (request, response) => {
    if (request.url === '/elsewhere') server.answer(request, response)
    else response.writeHead(302, { location: '/elsewhere' }).end()
  }
  await expect(load()).rejects.toThrow()
  expect(server.fetches).toBe(1)
})

test('one MiB is read and one byte more is not, however it is declared', async () => {
  const { server, load } = await setUp()
  const body = '{"keys":[]}'
  let bytes = longestBodyBytes
  server.respond = (_, response) => response.end(body.padEnd(bytes))
  expect(await load()).toEqual([])
  bytes++
  await expect(load()).rejects.toThrow(/more than 1048576 bytes/)
})

test('an endless answer is cut at the bound', async () => {
  const { server, load } = await setUp()
  let isCut = false
  server.respond = (_, response) => {
    const chunk = Buffer.alloc(65_536, ' ')
    const more = () => {
      while (!isCut && response.write(chunk));
    }
    response.on('drain', more).on('close', () => {
      isCut = true
    })
    more()
  }
  await expect(load()).rejects.toThrow(/more than 1048576 bytes/)
})

test('the rest of an answer that is refused by its status is not waited for', async () => {
  const { server, load } = await setUp()
  const isCut = new Promise<void>((resolve) => {
    server.respond = (_, response) => {
      response.on('close', resolve).writeHead(503).write('busy')
    }
  })
  await expect(load()).rejects.toThrow('status 503')
  await isCut
})

test('100 keys are read, 101 are not', async () => {
  const { server, load } = await setUp()
  server.publishJwks(Array.from({ length: mostKeys }, () => ec.jwk))
  expect(await load()).toHaveLength(mostKeys)
  server.publishJwks(Array.from({ length: mostKeys + 1 }, () => ec.jwk))
  await expect(load()).rejects.toThrow('101 keys; at most 100 are read')
})

test.each<[string, RequestListener]>([
  ['does not answer', () => {}],
  ['answers half', (_, response) => response.writeHead(200).write('{"keys":')],
])('an endpoint that %s is given up after 5 s', async (_, respond) => {
  const { server, clock, load } = await setUp()
  const asked = new Promise<void>((resolve) => {
    server.respond = (request, response) => {
      respond(request, response)
      resolve()
    }
  })
  let isOver = false
  const over = load().finally(() => {
    isOver = true
  })
  const refused = expect(over).rejects.toThrow('no whole answer within 5000 ms')
  await asked
  clock.advance(fetchTimeoutMs - 1)
  // A turn of the event loop, in which an abort that came too early would show.
  await new Promise((resolve) => void setImmediate(resolve))
  expect(isOver).toBe(false)
  clock.advance(1)
  await refused
})

test('RSA keys are for RS256, P-256 keys for ES256, with or without kid, use and alg', () => {
  const bare = { ...ec.publicKey.export({ format: 'jwk' }) }
  const { keys, skipped } = readJwks([rsa.jwk, ec.jwk, bare, { ...bare, key_ops: ['verify'] }])
  expect(keys.map(({ algorithm, kid }) => [algorithm, kid])).toEqual([
    ['RS256', 'rsa'],
    ['ES256', 'ec'],
    ['ES256', undefined],
    ['ES256', undefined],
  ])
  expect(keys[0]?.key.equals(rsa.publicKey)).toBe(true)
  expect(skipped).toEqual([])
})

test('keys for other purposes are left out silently', () => {
  const entries = [
    { ...rsa.jwk, use: 'enc' },
    { ...rsa.jwk, key_ops: ['encrypt'] },
  ]
  expect(readJwks(entries)).toEqual({ keys: [], skipped: [] })
})

test.each<[string, unknown, RegExp]>([
  ['a secret', { kty: 'oct', k: 'c2VjcmV0', kid: 'a' }, /kty is neither/],
  ['an Ed25519 key', generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }), /kty is neither/],
  ['an unknown kty', { kty: 'PQ', kid: 'a' }, /kty is neither/],
  ['a number as kid', { ...ec.jwk, kid: 7 }, /kid is not text/],
  ['RS512', { ...rsa.jwk, alg: 'RS512' }, /alg is not RS256/],
  ['an EC key that calls itself HS256', { ...ec.jwk, alg: 'HS256' }, /alg is not ES256/],
  ['an RSA key of 1024 bits', rsaSigningKey('a', 1_024).jwk, /1024 bits; at least 2048/],
  ['a P-384 key', generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' }), /P-256/],
  ['a point off the curve', { ...ec.jwk, x: ec.jwk.y }, /./],
  ['a key without its numbers', { kty: 'RSA', kid: 'a' }, /./],
  ['null', null, /not an object/],
  ['text', 'key', /not an object/],
])('%s is skipped with a reason, and costs no other key', (_, entry, reason) => {
  const { keys, skipped } = readJwks([entry, ec.jwk])
  expect(keys.map(({ kid }) => kid)).toEqual(['ec'])
  expect(skipped).toHaveLength(1)
  expect(skipped[0]).toMatch(/^key 1: /)
  expect(skipped[0]).toMatch(reason)
})

async function setUp() {
  const server = new KeySetServer()
  await server.run()
  const clock = new ManualClock()
  const stop = new AbortController()
  onTestFinished(async () => {
    stop.abort()
    await server.stop()
    expect(clock.pending).toBe(0)
  })
  return { server, clock, load: () => fetchJwks({ url: server.url, clock, stop: stop.signal }) }
}
