/** Subscription options and limits of one gateway, over real WebSockets and gRPC in one process. */
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { quotewire } from '../shared/protobuf.ts'
import { ecSigningKey, KeySetServer } from '../shared/testing/key-set-server.ts'
import { signToken } from '../shared/tokens.ts'
import { Browser, type Message } from './testing/browser.ts'
import { LocalPlatform } from './testing/local-platform.ts'
import { tokenOf } from './testing/platform.ts'

let platform: LocalPlatform
let users = 0

beforeAll(async () => {
  platform = await LocalPlatform.start()
})
afterAll(() => platform[Symbol.asyncDispose]())

test('since suppresses an equal snapshot, not a newer one (rule 8)', async () => {
  publish('SINCE', { price: 1, seq: 7, epoch: 3 })
  await using first = await connect()
  await first.subscribe('SINCE')
  publish('SINCE', { price: 2, seq: 8, epoch: 3 })
  await first.message(({ seq }) => seq === 8)
  const snapshotAfter = async (since: unknown) => {
    await using browser = await connect()
    browser.send({ type: 'subscribe', symbols: ['SINCE'], since })
    await browser.roundTrip()
    return browser.quotes('SINCE').map(({ seq, snapshot }) => [seq, snapshot])
  }
  expect(await snapshotAfter({ SINCE: { epoch: 3, seq: 8 } })).toEqual([])
  expect(await snapshotAfter({ SINCE: { epoch: 3, seq: 7 } })).toEqual([[8, true]])
  expect(await snapshotAfter({ OTHER: { epoch: 3, seq: 8 } })).toEqual([[8, true]])
})

test('maxRate: the newest quote goes out when it is due, and the last one always arrives (rule 8)', async () => {
  await using browser = await connect()
  browser.send({ type: 'subscribe', symbols: ['PACED'], maxRate: 5 })
  await browser.message(({ type }) => type === 'subscribed')
  const arrivedMs: number[] = []
  let sent = 0
  let isOver = false
  const publishing = setInterval(() => publish('PACED', { price: ++sent, seq: sent, epoch: 1 }), 5)
  await browser.until(() => {
    for (let i = arrivedMs.length; i < browser.quotes('PACED').length; i++) arrivedMs.push(performance.now())
    if (arrivedMs.length >= 6 && !isOver) {
      isOver = true
      clearInterval(publishing)
    }
    return isOver && browser.quotes('PACED').at(-1)?.seq === sent
  })
  // Six quotes at five a second took a second at least; the timers of this process may be late by a little.
  expect((arrivedMs[5] ?? 0) - (arrivedMs[0] ?? 0)).toBeGreaterThan(900)
  expect(sent).toBeGreaterThan(50)
})

test('batch: the messages of one flush come as one JSON array, always as an array (rule 8)', async () => {
  const { ws, next } = await open('?batch=true&token=', [])
  const connected = JSON.parse(String(await next())) as Message[]
  expect(connected).toMatchObject([{ type: 'connected' }])
  publish('B1', { price: 1 })
  ws.send(JSON.stringify({ type: 'subscribe', symbols: ['B1', 'B2'] }))
  expect(JSON.parse(String(await next()))).toMatchObject([{ type: 'subscribed', symbols: ['B1', 'B2'] }])
  for (const price of [1, 2, 3]) publish('B1', { price })
  const batch = JSON.parse(String(await next())) as Message[]
  expect(batch.map(({ price }) => price)).toEqual([1, 2, 3])
  ws.terminate()
})

test('the protobuf subprotocol: quotes are binary QuoteBatches, all else is JSON text (rule 8)', async () => {
  const { ws, next } = await open('?token=', ['quotewire.v1.protobuf'])
  expect(ws.protocol).toBe('quotewire.v1.protobuf')
  expect(JSON.parse(String(await next()))).toMatchObject({ type: 'connected' })
  ws.send(JSON.stringify({ type: 'subscribe', symbols: ['BIN'] }))
  expect(JSON.parse(String(await next()))).toMatchObject({ type: 'subscribed' })
  publish('BIN', { price: 1.5, seq: 1, epoch: 9, bid: 1.4 })
  const { entries } = quotewire.v1.QuoteBatch.decode(await next())
  expect(entries).toMatchObject([{ quote: { symbol: 'BIN', price: 1.5, seq: 1, epoch: 9, bid: 1.4 } }])
  ws.terminate()
})

test('more messages than a session may send close with 4029, and only that session (rule 14)', async () => {
  await using slow = await LocalPlatform.start({ MAX_MESSAGES_PER_SECOND: '10' })
  await using calm = await Browser.connect(slow.gateway.port, tokenOf('calm'))
  await using hasty = await Browser.connect(slow.gateway.port, tokenOf('hasty'))
  for (let id = 0; id < 200; id++) hasty.send({ type: 'ping', id })
  expect((await hasty.closed).code).toBe(4029)
  expect(hasty.messages.at(-1)).toMatchObject({ error: 'message_rate', code: 'message_rate', retryAfterMs: 1_000 })
  expect(await slow.metrics()).toMatch(/quotewire_session_closes_total\{code="message_rate"\} 1/)
  await calm.roundTrip()
})

test('new symbols beyond the churn limit are rejected one by one with a time to wait, and counted; unsubscribe never is (rule 14)', async () => {
  await using churny = await LocalPlatform.start({ MAX_NEW_SYMBOLS_PER_SECOND: '1' })
  await using browser = await Browser.connect(churny.gateway.port, tokenOf('churner'))
  const symbols = Array.from({ length: 500 }, (_, i) => `C${i}`)
  for (let round = 0; round < 4; round++) {
    expect(await browser.subscribe(...symbols)).toMatchObject({ rejected: [], active: 500 })
    browser.send({ type: 'unsubscribe', symbols })
  }
  const { rejected, active } = await browser.subscribe(...symbols)
  expect(active).toBe(0)
  expect(rejected).toHaveLength(500)
  expect((rejected as Message[])[0]).toMatchObject({ symbol: 'C0', code: 'churn_limit' })
  expect((rejected as { retryAfterMs: number }[])[0]?.retryAfterMs).toBeGreaterThan(100_000)
  expect(await churny.metrics()).toMatch(/^quotewire_symbols_rejected_total\{code="churn_limit"\} 500$/m)
})

test('connections of one address, and those without a token, are limited, each with its code and count (rule 14)', async () => {
  const settings = { TRUSTED_PROXIES: 'loopback', MAX_CONNECTIONS_PER_ADDRESS: '1', MAX_UNAUTHENTICATED: '1' }
  await using limited = await LocalPlatform.start(settings)
  const from = (address: string, token = '') =>
    new Browser(`${limited.url}${token}`, { headers: { 'x-forwarded-for': address } })
  const withToken = `?token=${tokenOf('ann')}`
  await using first = from('203.0.113.7', withToken)
  await first.message(({ type }) => type === 'connected')
  await using second = from('203.0.113.7', withToken)
  expect((await second.closed).code).toBe(4031)
  expect(second.messages[0]).toMatchObject({ error: 'address_limit', code: 'address_limit' })
  await using elsewhere = from('203.0.113.8', withToken)
  await elsewhere.message(({ type }) => type === 'connected')
  await using silent = from('203.0.113.9')
  await silent.opened()
  await using tooMany = from('203.0.113.10')
  expect((await tooMany.closed).code).toBe(1013)
  expect(tooMany.messages[0]).toMatchObject({ code: 'unauthenticated_limit' })
  for (const code of ['address_limit', 'unauthenticated_limit']) expect(await closesOf(limited, code)).toBe(1)
})

test('tokens of auth messages that are looked at count as handshakes; one more is closed with 1013 (rule 14)', async () => {
  const keys = new KeySetServer()
  onTestFinished(() => keys.stop())
  // It never answers.
  keys.respond = () => {}
  await keys.run()
  await using limited = await LocalPlatform.start({ JWT_JWKS_URL: keys.url, MAX_HANDSHAKES: '2' })
  const { privateKey, kid } = ecSigningKey('unknown')
  const token = signToken({ privateKey, kid, userId: 'ann' })
  const authenticating = async () => {
    const browser = new Browser(limited.url)
    await browser.opened()
    browser.send({ type: 'auth', token })
    return browser
  }
  await using _first = await authenticating()
  await using _second = await authenticating()
  await expect.poll(() => limited.metrics()).toMatch(/^quotewire_handshakes 2$/m)
  await using third = await authenticating()
  expect((await third.closed).code).toBe(1013)
  expect(third.messages).toMatchObject([{ code: 'handshake_limit', retryAfterMs: expect.any(Number) }])
  expect(await closesOf(limited, 'handshake_limit')).toBe(1)
})

test('sockets of an address count from the moment they are open, 20 more than its connections (rule 14)', async () => {
  await using limited = await LocalPlatform.start({ TRUSTED_PROXIES: 'none', MAX_CONNECTIONS_PER_ADDRESS: '1' })
  const sockets = Array.from({ length: 22 }, () => createConnection(limited.gateway.port, '127.0.0.1'))
  const closed = sockets.map(async (socket, i) => {
    await once(socket.resume(), 'close')
    return i
  })
  const last = await Promise.race(closed)
  expect(last).toBe(21)
  expect(sockets.filter(({ readyState }) => readyState === 'open')).toHaveLength(21)
  expect(await limited.metrics()).toMatch(/^quotewire_sockets_dropped_total\{code="address_limit"\} 1$/m)
  for (const socket of sockets) socket.destroy()
})

/** How many sessions ended for this; undefined: none ever. */
async function closesOf(limited: LocalPlatform, code: string): Promise<number | undefined> {
  const found = new RegExp(`^quotewire_session_closes_total\\{code="${code}"\\} (\\d+)$`, 'm').exec(
    await limited.metrics(),
  )
  return found ? Number(found[1]) : undefined
}

function publish(symbol: string, payload: unknown): void {
  platform.publish(symbol, payload)
}

async function connect(): Promise<Browser> {
  return await Browser.connect(platform.gateway.port, tokenOf(`option-user-${users++}`))
}

/** `query` ends where the token belongs. */
async function open(query: string, protocols: string[]) {
  const ws = new WebSocket(`${platform.url}${query}${tokenOf(`option-user-${users++}`)}`, protocols)
  const frames: Buffer[] = []
  ws.on('message', (data: Buffer) => {
    frames.push(data)
    ws.emit('frame')
  })
  await once(ws, 'open')
  const next = async (): Promise<Buffer> => {
    while (frames.length === 0) await once(ws, 'frame')
    return frames.shift() as Buffer
  }
  return { ws, next }
}
