/** The WebSocket protocol against a real gateway, market-data and gRPC. Rules are those of docs/PROTOCOL.md. */
import { once } from 'node:events'
import { createConnection } from 'node:net'
import jwt from 'jsonwebtoken'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { signToken } from '../shared/tokens.ts'
import { Browser } from './testing/browser.ts'
import { LocalPlatform } from './testing/local-platform.ts'
import { secret, tokenOf } from './testing/platform.ts'

let platform: LocalPlatform
beforeAll(async () => {
  platform = await LocalPlatform.start()
})
afterAll(() => platform[Symbol.asyncDispose]())

let users = 0
const newToken = () => tokenOf(`user-${users++}`)
const connect = () => Browser.connect(platform.gateway.port, newToken())

test('a client of the founding design works unmodified: token in the query, three messages, nothing else known', async () => {
  await using browser = new Browser(`${platform.url}?token=${newToken()}`)
  await browser.opened()
  browser.sendText('{"type":"subscribe","symbols":["AAPL","GOOGL","MSFT"]}')
  await browser.message(({ type }) => type === 'subscribed')
  platform.publish('AAPL', { price: 150.25, timestamp: '2025-10-27T10:30:00Z' })
  await browser.message(({ type }) => type === 'quote')
  expect(browser.texts.at(-1)).toMatch(
    /^\{"type":"quote","symbol":"AAPL","price":150.25,"timestamp":"2025-10-27T10:30:00.000Z"[,}]/,
  )
  browser.sendText('{"type":"unsubscribe","symbols":["AAPL"]}')
  await browser.message(({ type }) => type === 'unsubscribed')
  platform.publish('AAPL', { price: 151 })
  platform.publish('MSFT', { price: 400 })
  await browser.message(({ symbol }) => symbol === 'MSFT')
  expect(browser.quotes('AAPL')).toHaveLength(1)
})

test('the founding design’s client with a bad token reads its error (rule 1)', async () => {
  await using browser = new Browser(`${platform.url}?token=nonsense`)
  const { code } = await browser.closed
  expect(browser.texts[0]).toMatch(/^\{"error":"unauthorized"/)
  expect(code).toBe(4500)
})

const hour = 3_600_000
const otherKey = 'another secret that is long enough'
const badTokens = {
  expired: () => signToken({ secret, userId: 'u', expiresAtMs: Date.now() - hour }),
  unsigned: () => jwt.sign({ sub: 'u' }, '', { algorithm: 'none' }),
  'of another key': () => signToken({ secret: otherKey, userId: 'u' }),
  'without sub': () => jwt.sign({ tier: 'gold' }, secret),
  'no JWT at all': () => 'a.b.c',
}

test.each(Object.entries(badTokens))(
  'a token that is %s is refused by HTTP in the header, by close elsewhere (rule 1)',
  async (_, make) => {
    const token = make()
    expect(await upgradeStatus({ authorization: `Bearer ${token}` })).toBe(401)
    for (const browser of [
      new Browser(`${platform.url}?token=${token}`),
      new Browser(platform.url, { protocols: ['quotewire.v1', `bearer.${token}`] }),
      await authenticating(token),
    ]) {
      expect(await browser.closed).toMatchObject({ code: 4500 })
      expect(browser.messages[0]).toMatchObject({ error: 'unauthorized', type: 'error', code: 'unauthorized' })
    }
  },
)

test('a token of 200 kB is answered: 431 in the URL and in the header, unauthorized in a message (rule 14)', async () => {
  const token = 'x'.repeat(200_000)
  expect(await upgradeStatus({ authorization: `Bearer ${token}` })).toBe(431)
  expect(await upgradeStatus({}, `?token=${token}`)).toBe(431)
  const browser = await authenticating(token)
  expect(await browser.closed).toMatchObject({ code: 4500 })
})

test('the header, the subprotocol and an auth message admit as the query does (rule 1)', async () => {
  await using byHeader = new Browser(platform.url, { headers: { authorization: `Bearer ${newToken()}` } })
  await using byBareHeader = new Browser(platform.url, { headers: { authorization: newToken() } })
  await using byProtocol = new Browser(platform.url, { protocols: ['quotewire.v1', `bearer.${newToken()}`] })
  await using byMessage = await authenticating(newToken())
  for (const browser of [byHeader, byBareHeader, byProtocol, byMessage]) {
    expect(await browser.message(() => true)).toMatchObject({ type: 'connected', tier: 'basic' })
  }
  expect(byProtocol.protocol).toBe('quotewire.v1')
})

test('connected names the connection, the heartbeat, the tier and the limits (rule 2)', async () => {
  await using browser = await connect()
  expect(browser.messages[0]).toMatchObject({
    connectionId: expect.stringMatching(/^c-/),
    serverTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    heartbeatMs: 30_000,
    tier: 'basic',
    limits: { symbols: 500, symbolsPerMessage: 1_000, messageBytes: 262_144, connections: 5 },
  })
})

const deep = (what: string) => what.replace('…', `${'['.repeat(20_000)}${']'.repeat(20_000)}`)
const badMessages: [name: string, text: string, code: string][] = [
  ['an unknown type', '{"type":"buy"}', 'unknown_type'],
  ['bad JSON', '{"type":', 'bad_json'],
  ['no object', '[1,2]', 'bad_message'],
  ['symbols that are no array', '{"type":"subscribe","symbols":"AAPL"}', 'bad_message'],
  ['10,000 symbols', JSON.stringify({ type: 'subscribe', symbols: Array(10_000).fill('A') }), 'too_many_symbols'],
  ['JSON nested 20,000 deep as the type', deep('{"type":…}'), 'unknown_type'],
  ['JSON nested 20,000 deep as the message', deep('…'), 'bad_message'],
]

test.each(badMessages)(
  '%s is answered with its error, and the next good message works (rule 9)',
  async (_, text, code) => {
    await using browser = await connect()
    browser.sendText(text)
    expect(await browser.message(({ type }) => type === 'error')).toMatchObject({ code })
    expect(await browser.subscribe('AAPL')).toMatchObject({ symbols: ['AAPL'] })
  },
)

const badSymbols: [name: string, symbol: unknown][] = [
  ['with a newline', 'AA\nPL'],
  ['with *', '*'],
  ['that is a number', 5],
  ['that is null', null],
  ['nested 20,000 deep', JSON.parse(deep('…'))],
  ['of 33 characters', 'A'.repeat(33)],
]

test.each(badSymbols)(
  'a symbol %s is rejected by its index; the others are accepted (rules 3, 15)',
  async (name, symbol) => {
    await using browser = await connect()
    const text = name.includes('deep')
      ? deep('{"type":"subscribe","id":1,"symbols":["AAPL",…]}')
      : JSON.stringify({ type: 'subscribe', id: 1, symbols: ['AAPL', symbol] })
    browser.sendText(text)
    expect(await browser.message(({ type }) => type === 'subscribed')).toMatchObject({
      id: 1,
      symbols: ['AAPL'],
      rejected: [{ index: 1, code: 'bad_symbol' }],
      active: 1,
    })
  },
)

test('binary garbage is answered, and the next good message works (rule 9)', async () => {
  await using browser = await connect()
  browser.sendBinary(new Uint8Array([0, 255, 1, 254]))
  expect(await browser.message(({ type }) => type === 'error')).toMatchObject({ code: 'binary_not_supported' })
  expect(await browser.subscribe('AAPL')).toMatchObject({ symbols: ['AAPL'] })
})

test('a frame of 2 MB closes with 1009 (rules 10, 14)', async () => {
  const browser = await connect()
  browser.sendText(JSON.stringify({ type: 'ping', id: 'x'.repeat(2_000_000) }))
  expect(await browser.closed).toMatchObject({ code: 1009 })
})

test('bytes that are no WebSocket frame close with 1002 and harm nobody', async () => {
  const ws = new WebSocket(`${platform.url}?token=${newToken()}`)
  await once(ws, 'open')
  // A server never sends masked frames, nor a client unmasked ones.
  const socket = (ws as unknown as { _socket: { write(bytes: Uint8Array): void } })._socket
  socket.write(new Uint8Array([0xff, 0xff, 0xff, 0xff]))
  const [code] = await once(ws, 'close')
  expect(code).toBe(1002)
  await using browser = await connect()
  expect(await browser.subscribe('AAPL')).toMatchObject({ symbols: ['AAPL'] })
})

test('order of one outbox: ack, snapshots, quotes, unsubscribed, and nothing of the symbol after it (rules 3, 4, 5)', async () => {
  await using first = await connect()
  await first.subscribe('ORDER')
  platform.publish('ORDER', { price: 1, seq: 1, epoch: 1 })
  await first.message(({ type }) => type === 'quote')
  await using browser = await connect()
  browser.send({ type: 'subscribe', symbols: ['ORDER'], id: 'a' })
  await browser.message(({ type }) => type === 'subscribed')
  platform.publish('ORDER', { price: 2, seq: 2, epoch: 1 })
  await browser.until(() => browser.quotes('ORDER').length === 2)
  browser.send({ type: 'unsubscribe', symbols: ['ORDER'], id: 'b' })
  await browser.message(({ type }) => type === 'unsubscribed')
  platform.publish('ORDER', { price: 3, seq: 3, epoch: 1 })
  await first.until(() => first.quotes('ORDER').length === 3)
  await browser.roundTrip()
  expect(browser.messages.slice(1, 5)).toMatchObject([
    { type: 'subscribed', id: 'a', symbols: ['ORDER'], rejected: [], active: 1 },
    { type: 'quote', price: 1, seq: 1, epoch: 1, snapshot: true },
    { type: 'quote', price: 2, seq: 2, epoch: 1 },
    { type: 'unsubscribed', id: 'b', symbols: ['ORDER'], active: 0 },
  ])
  expect(browser.quotes('ORDER')).toHaveLength(2)
})

test('repeats and lower epochs are dropped, a jump is told as a gap, a higher epoch starts over (rules 6, 7)', async () => {
  await using browser = await connect()
  await browser.subscribe('SEQ')
  for (const [epoch, seq] of [
    [1, 1],
    [1, 2],
    [1, 2],
    [1, 5],
    [2, 1],
    [1, 6],
    [2, 2],
  ] as const) {
    platform.publish('SEQ', { price: seq, seq, epoch })
  }
  await browser.until(() => browser.quotes('SEQ').length === 5)
  const told = browser.messages
    .slice(2)
    .map(({ type, seq, epoch, fromSeq, toSeq }) => ({ type, seq, epoch, fromSeq, toSeq }))
  expect(told).toEqual([
    { type: 'quote', epoch: 1, seq: 1 },
    { type: 'quote', epoch: 1, seq: 2 },
    { type: 'gap', epoch: 1, fromSeq: 3, toSeq: 4 },
    { type: 'quote', epoch: 1, seq: 5 },
    { type: 'quote', epoch: 2, seq: 1 },
    { type: 'quote', epoch: 2, seq: 2 },
  ])
})

test('pings of both kinds are answered (rule 12)', async () => {
  await using browser = await connect()
  browser.send({ type: 'ping', id: 9 })
  expect(await browser.message(({ type }) => type === 'pong')).toMatchObject({ id: 9 })
  const ws = new WebSocket(`${platform.url}?token=${newToken()}`)
  await once(ws, 'open')
  ws.ping('payload')
  const [payload] = await once(ws, 'pong')
  expect(String(payload)).toBe('payload')
  ws.terminate()
})

test('pages of other origins may not connect, the gateway’s own and no origin at all may', async () => {
  const authorization = `Bearer ${newToken()}`
  expect(await upgradeStatus({ authorization, origin: 'https://evil.example' })).toBe(403)
  expect(await upgradeStatus({ authorization, origin: platform.http })).toBe(101)
  expect(await upgradeStatus({ authorization })).toBe(101)
})

test('the sixth connection of a user is refused with 4030 and retryAfterMs, by 429 in the header; one that leaves makes room (rules 10, 14)', async () => {
  const token = newToken()
  const browsers = await Promise.all(Array.from({ length: 5 }, () => Browser.connect(platform.gateway.port, token)))
  await using sixth = new Browser(`${platform.url}?token=${token}`)
  expect(await sixth.closed).toMatchObject({ code: 4030 })
  expect(sixth.messages[0]).toMatchObject({ error: 'connection_limit', retryAfterMs: expect.any(Number) })
  expect(await upgradeStatus({ authorization: token })).toBe(429)
  await metricIs('quotewire_session_closes_total{code="connection_limit"}', 1)
  await metricIs('quotewire_upgrades_refused_total{code="connection_limit"}', 1)
  await Promise.all(browsers.map((browser) => browser[Symbol.asyncDispose]()))
  await metricIs('websocket_connections', 0)
  await using again = await Browser.connect(platform.gateway.port, token)
  expect(again.messages[0]).toMatchObject({ type: 'connected' })
})

test('symbols beyond the session’s limit are rejected one by one as symbol_limit (rules 3, 14)', async () => {
  await using browser = await connect()
  const symbols = Array.from({ length: 502 }, (_, i) => `L${i}`)
  const ack = await browser.subscribe(...symbols)
  expect(ack.symbols).toEqual(symbols.slice(0, 500))
  expect(ack.rejected).toMatchObject([
    { symbol: 'L500', code: 'symbol_limit' },
    { symbol: 'L501', code: 'symbol_limit' },
  ])
})

test('a client that does not read is conflated, then closed with 4008; the others read on (rule 22)', async () => {
  await using reader = await connect()
  await reader.subscribe('FLOOD')
  const stalled = new WebSocket(`${platform.url}?token=${newToken()}`)
  await once(stalled, 'open')
  stalled.send('{"type":"subscribe","symbols":["FLOOD"]}')
  await once(stalled, 'message')
  stalled.pause()
  const received: Record<string, unknown>[] = []
  stalled.on('message', (data) => received.push(JSON.parse(String(data))))
  let published = 0
  const publish = async () => {
    for (let i = 0; i < 100; i++) platform.publish('FLOOD', { price: i, seq: ++published, epoch: 1 })
    await reader.until(() => reader.messages.at(-1)?.seq === published)
  }
  while (!(await platform.metrics()).includes('quotewire_slow_clients 1')) await publish()
  const sent = published
  while (!(await platform.metrics()).includes('quotewire_session_closes_total{code="too_slow"} 1')) await publish()
  expect(reader.quotes('FLOOD')).toHaveLength(published)
  stalled.resume()
  const [code] = await once(stalled, 'close')
  // 1006 where the closing handshake timed out behind what the kernel held.
  expect([4008, 1006]).toContain(code)
  // Nothing was sent once it was known not to read, but the word about it.
  expect(received.filter(({ type }) => type === 'quote').length).toBeLessThanOrEqual(sent)
  expect(received.filter(({ type }) => type === 'slow')).toHaveLength(1)
}, 60_000)

test.each(['//x/ws', '/ws/../ws', '/ws/', 'http://other/ws', '/ws#x'])(
  'the target %s is not /ws, however it would resolve',
  async (target) => {
    expect(await rawAnswer(upgradeRequest(target))).toContain('404 Not Found')
  },
)

test('who asks for another protocol on the way (h2c) gets the page as if it had not asked', async () => {
  const headers = ['Host: x', 'Connection: Upgrade, HTTP2-Settings, close', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk']
  expect(await rawAnswer(`GET / HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)).toContain('200 OK')
})

test('a message in more than 64 fragments closes the connection, before any token is seen (rule 14)', async () => {
  const ws = new WebSocket(platform.url)
  await once(ws, 'open')
  for (let i = 0; i < 66; i++) ws.send('x', { fin: false })
  const [code] = await once(ws, 'close')
  expect(code).toBe(1008)
  await expect.poll(() => platform.metrics()).toMatch(/quotewire_session_closes_total\{code="bad_frame"\} [1-9]/)
})

test('a burst of 50,000 small requests is answered in full: only who does not read is too slow (rule 10)', async () => {
  await using patient = await LocalPlatform.start({ MAX_MESSAGES_PER_SECOND: '50000' })
  await using browser = await Browser.connect(patient.gateway.port, newToken())
  for (let id = 0; id < 50_000; id++) browser.send({ type: 'ping', id })
  await browser.message(({ type, id }) => type === 'pong' && id === 49_999)
  expect(browser.messages.filter(({ type }) => type === 'pong')).toHaveLength(50_000)
})

test('the page and its files are served with a strict policy, nothing else is', async () => {
  const page = await fetch(`${platform.http}/`)
  expect(page.status).toBe(200)
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none';.* connect-src 'self';/)
  expect((await fetch(`${platform.http}/watch.js`)).headers.get('content-type')).toContain('javascript')
  expect((await fetch(`${platform.http}/../config.ts`)).status).toBe(404)
  expect((await fetch(`${platform.http}/`, { method: 'POST' })).status).toBe(405)
  expect(await upgradeStatus({}, '', '/elsewhere')).toBe(404)
})

test('sessions beyond the pod’s limit are refused: 503 in the header, server_full and 1013 elsewhere (rule 14)', async () => {
  await using full = await LocalPlatform.start({ MAX_SESSIONS: '1' })
  await using first = await Browser.connect(full.gateway.port, newToken())
  await using second = new Browser(`${full.url}?token=${newToken()}`)
  expect(await second.closed).toMatchObject({ code: 1013 })
  expect(second.messages[0]).toMatchObject({ error: 'server_full' })
  expect(await upgradeStatus({ authorization: newToken() }, '', '/ws', full.gateway.port)).toBe(503)
  for (const refusals of ['session_closes', 'upgrades_refused']) {
    expect(await full.metrics()).toContain(`\nquotewire_${refusals}_total{code="server_full"} 1\n`)
  }
  expect(first.messages).toHaveLength(1)
})

test('without any upstream a subscribe is answered with service_unavailable, sessions learn stale, and readiness stays (rules 12, 13)', async () => {
  await using alone = await LocalPlatform.start()
  await using browser = await Browser.connect(alone.gateway.port, newToken())
  await browser.subscribe('AAPL')
  await alone.stopMarketData()
  await browser.message(({ type }) => type === 'stale')
  const ack = await browser.subscribe('MSFT')
  expect(ack.rejected).toMatchObject([{ symbol: 'MSFT', code: 'service_unavailable' }])
  expect(browser.texts.find((text) => text.startsWith('{"error":"service_unavailable"'))).toBeDefined()
  expect(await alone.readyz()).toBe(200)
})

const upgradeRequest = (target: string) =>
  [
    `GET ${target} HTTP/1.1`,
    'Host: x',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    `Authorization: ${newToken()}`,
    '\r\n',
  ].join('\r\n')

/** What comes back until the server closes. */
async function rawAnswer(request: string): Promise<string> {
  const socket = createConnection(platform.gateway.port, '127.0.0.1')
  socket.write(request)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

async function authenticating(token: string): Promise<Browser> {
  const browser = new Browser(platform.url)
  await browser.opened()
  browser.send({ type: 'auth', token })
  return browser
}

async function metricIs(name: string, value: number): Promise<void> {
  await expect.poll(async () => (await platform.metrics()).includes(`\n${name} ${value}\n`)).toBe(true)
}

/** What the HTTP side answers to an upgrade; 101 where it takes it. */
async function upgradeStatus(
  headers: Record<string, string>,
  query = '',
  path = '/ws',
  port = platform.gateway.port,
): Promise<number> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}${path}${query}`, { headers })
  return await new Promise((resolve, reject) => {
    ws.on('open', () => {
      ws.terminate()
      resolve(101)
    })
    ws.on('unexpected-response', (_, response) => {
      response.destroy()
      resolve(response.statusCode ?? 0)
    })
    ws.on('error', reject)
  })
}
