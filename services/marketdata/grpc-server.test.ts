import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import jwt from 'jsonwebtoken'
import { describe, expect, onTestFinished, test } from 'vitest'
import { upstreamToken } from '../shared/common-settings.ts'
import type { Logger } from '../shared/logger.ts'
import { quotewire } from '../shared/protobuf.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { RecordedLog } from '../shared/testing/recorded-log.ts'
import { freePort } from '../shared/testing/redis-server.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { signToken } from '../shared/tokens.ts'
import { loadConfig } from './config.ts'
import { createMarketData } from './main.ts'
import type { Quote } from './quote.ts'
import { InProcessQuoteBus } from './quote-bus-in-process.ts'
import { bytesCodec, type Codec, GrpcTestClient } from './testing/grpc-test-client.ts'

const v1 = quotewire.v1
const secret = 'a secret of the tests, 32 bytes or more'
const streamQuotesPath = '/quotewire.v1.MarketDataService/StreamQuotes'
const gatewayPath = '/quotewire.v1.GatewayService/StreamQuoteBatches'
const code = {
  ok: 0,
  invalidArgument: 3,
  notFound: 5,
  exhausted: 8,
  unimplemented: 12,
  unavailable: 14,
  unauthenticated: 16,
}

interface StreamRequest {
  readonly action: string
  readonly symbols: string[]
}
const quotesCodec: Codec<StreamRequest, InstanceType<typeof v1.StreamQuotesResponse>> = {
  encode: (request) => Buffer.from(v1.StreamQuotesRequest.encode(request).finish()),
  decode: (bytes) => v1.StreamQuotesResponse.decode(bytes),
}

/** As the founding design prints them, with the empty messages that it leaves out. */
const seedService = `
service MarketDataService {
    // Existing unary RPCs
    rpc GetMarketData(GetMarketDataRequest) returns (GetMarketDataResponse);
    rpc GetBatchMarketData(GetBatchMarketDataRequest) returns (GetBatchMarketDataResponse);

    // NEW: Bidirectional streaming for real-time quotes
    rpc StreamQuotes(stream StreamQuotesRequest) returns (stream StreamQuotesResponse);
}

message StreamQuotesRequest {
    string action = 1;           // "subscribe" or "unsubscribe"
    repeated string symbols = 2; // ["AAPL", "GOOGL", "MSFT"]
}

message StreamQuotesResponse {
    string symbol = 1;
    double price = 2;
    double change = 3;
    double change_percent = 4;
    int64 timestamp = 5;
    string type = 6; // "quote" or "error"
}`
const seedRest = [
  'GetMarketDataRequest',
  'GetMarketDataResponse',
  'GetBatchMarketDataRequest',
  'GetBatchMarketDataResponse',
]
  .map((name) => `message ${name} {}`)
  .join('\n')

describe('a client of the founding contract', () => {
  test.each([
    ['without a package', '', 'MarketDataService', '/MarketDataService/StreamQuotes'],
    ['with our package', 'package quotewire.v1;', 'quotewire.v1.MarketDataService', streamQuotesPath],
  ])('made from its own proto %s gets quotes with the fields 1 to 6', async (_, packageLine, service, path) => {
    const { bus, client, token, subscribed } = await setUp()
    const method = loadSeedProto(packageLine, service)
    expect(method.path).toBe(path)
    const codec = { encode: method.requestSerialize, decode: method.responseDeserialize } as Codec<
      StreamRequest,
      object
    >
    // user_id beside the token, as the founding gateway sends it.
    const stream = client.stream(path, codec, { authorization: token, user_id: 'somebody else' })
    stream.send({ action: 'subscribe', symbols: ['AAPL'] })
    expect(await stream.next()).toMatchObject({ type: 'subscribed', symbol: 'AAPL' })
    await subscribed(1)
    await bus.publish([{ ...quote('AAPL', 150), change: 1.5, changePercent: 1.01, bid: 149 }])
    expect(await stream.next()).toEqual({
      symbol: 'AAPL',
      price: 150,
      change: 1.5,
      changePercent: 1.01,
      timestamp: 1_761_561_000_123,
      type: 'quote',
    })
    stream.send({ action: 'unsubscribe', symbols: ['AAPL'] })
    expect(await stream.next()).toMatchObject({ type: 'unsubscribed', symbol: 'AAPL' })
    stream.halfClose()
    expect((await stream.ended).code).toBe(code.ok)
  })
})

describe('StreamQuotes', () => {
  test.each(['/MarketDataService/StreamQuotes', streamQuotesPath])(
    'acks, snapshot, quotes and errors on %s',
    async (path) => {
      const { bus, client, token } = await setUp()
      await bus.publish([quote('AAPL', 1)])
      const stream = client.stream(path, quotesCodec, { authorization: `Bearer ${token}` })
      stream.send({ action: 'subscribe', symbols: ['AAPL'] })
      expect(await stream.take(2)).toMatchObject([
        { type: 'subscribed', symbol: 'AAPL' },
        { type: 'quote', symbol: 'AAPL', price: 1, seq: 1, epoch: 7, snapshot: true },
      ])
      await bus.publish([quote('AAPL', 2)])
      bus.publishRaw('quote:AAPL', '{"price":150}')
      expect(await stream.take(2)).toMatchObject([
        { type: 'quote', price: 2, seq: 2, snapshot: false },
        { type: 'quote', price: 150, seq: 0, epoch: 0 },
      ])
      stream.send({ action: 'sell', symbols: [] })
      stream.send({ action: 'subscribe', symbols: ['a b', 'MSFT'] })
      const [unknown, bad, good] = await stream.take(3)
      expect([unknown?.code, bad?.code, good?.type]).toEqual(['unknown_action', 'bad_symbol', 'subscribed'])
      expect([unknown?.message, bad?.message].every(Boolean)).toBe(true)
    },
  )

  test('who has no valid token gets UNAUTHENTICATED, whatever user_id says', async () => {
    const { client, clock, tokenOf } = await setUp()
    const expired = signToken({ secret, userId: 'u', expiresAtMs: clock.wallMs() - 6_000 })
    const unsigned = `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url({ sub: 'u' })}.`
    const refused: Record<string, string>[] = [
      {},
      { user_id: 'u' },
      { authorization: '' },
      { authorization: 'Bearer ' },
      { authorization: 'garbage' },
      { authorization: expired, user_id: 'u' },
      { authorization: unsigned },
      { authorization: `Bearer ${signToken({ secret: 'another secret', userId: 'u' })}` },
      { authorization: signToken({ secret, userId: '' }) },
      { authorization: 'x'.repeat(17_000) },
      { 'x-upstream-token': upstreamToken({ UPSTREAM_TOKEN: '', JWT_SECRET: secret }) },
    ]
    for (const metadata of refused) {
      const { code: got, details } = await client.stream(streamQuotesPath, quotesCodec, metadata).ended
      expect([metadata, got]).toEqual([metadata, code.unauthenticated])
      expect(details).not.toBe('')
      if (metadata.authorization) expect(details).not.toContain(metadata.authorization)
      const one = client.call('/MarketDataService/GetMarketData', bytesCodec, Buffer.alloc(0), metadata)
      await expect(one).rejects.toMatchObject({ code: code.unauthenticated })
    }
    const stream = client.stream(streamQuotesPath, quotesCodec, { authorization: tokenOf('u') })
    stream.send({ action: 'subscribe', symbols: ['AAPL'] })
    expect((await stream.next()).type).toBe('subscribed')
  })

  test('a token of 200 kB is refused, and the server goes on', async () => {
    const { port, client, token } = await setUp()
    const stream = client.stream(streamQuotesPath, quotesCodec, { authorization: 'x'.repeat(200_000) })
    expect((await stream.ended).code).not.toBe(code.ok)
    await expectService(port, token)
  })

  test('streams of one user are capped; ending one, however it ends, frees a place', async () => {
    const { client, tokenOf } = await setUp({ MAX_STREAMS_PER_USER: '2' })
    const open = async (userId: string) => {
      const stream = client.stream(streamQuotesPath, quotesCodec, { authorization: tokenOf(userId) })
      stream.send({ action: 'subscribe', symbols: ['AAPL'] })
      const first = await Promise.race([stream.next(), stream.ended])
      return { stream, outcome: 'code' in first && typeof first.code === 'number' ? first.code : 'open' }
    }
    const [one, two] = [await open('u'), await open('u')]
    expect((await open('u')).outcome).toBe(code.exhausted)
    expect((await open('other')).outcome).toBe('open')
    one.stream.cancel()
    await expect.poll(async () => (await open('u')).outcome).toBe('open')
    expect((await open('u')).outcome).toBe(code.exhausted)
    two.stream.halfClose()
    await two.stream.ended
    await expect.poll(async () => (await open('u')).outcome).toBe('open')
  })

  test('a client that asks too fast is refused in the stream, then ended; both are counted', async () => {
    const rates = { MAX_REQUESTS_PER_SECOND: '2', MAX_NEW_SYMBOLS_PER_SECOND: '1', MAX_SYMBOLS_PER_STREAM: '3000' }
    const { client, clock, token, metrics } = await setUp(rates, await freePort())
    const stream = client.stream(streamQuotesPath, quotesCodec, { authorization: token })
    const symbols = Array.from({ length: 2_002 }, (_, i) => `S${i}`)
    for (const from of [0, 1_000, 2_000]) {
      // One of 1,000 symbols counts as what a second brings, two.
      if (from === 2_000) clock.advance(1_000)
      stream.send({ action: 'subscribe', symbols: symbols.slice(from, from + 1_000) })
      await stream.take(Math.min(1_000, symbols.length - from))
    }
    stream.send({ action: 'subscribe', symbols: ['a b'] })
    stream.send({ action: 'subscribe', symbols: ['a b'] })
    expect(await stream.ended).toEqual({ code: code.exhausted, details: 'more than 2 requests a second' })
    const text = await metrics()
    for (const [refused, count] of [
      ['churn_limit', 2],
      ['bad_symbol', 1],
      ['request_rate', 1],
    ]) {
      expect(text).toContain(`quotewire_stream_refusals_total{code="${refused}"} ${count}\n`)
    }
  })

  test('the log names what a request changed; requests that change nothing leave no line', async () => {
    const log = new RecordedLog()
    const { client, token } = await setUp({}, 0, log.logger)
    const stream = client.stream(streamQuotesPath, quotesCodec, { authorization: token })
    for (const action of ['unsubscribe', 'subscribe', 'subscribe', 'unsubscribe', 'unsubscribe']) {
      stream.send({ action, symbols: ['AAPL', 'a b'] })
      await stream.take(2)
    }
    const lines = log.lines.filter(({ msg }) => msg === 'StreamQuotes request')
    expect(lines.map(({ action, symbols }) => [action, symbols])).toEqual([
      ['subscribe', ['AAPL']],
      ['unsubscribe', ['AAPL']],
    ])
  })

  test('cancel, half-close and a lost connection free every symbol and stream', async () => {
    const { port, client, token, subscribed, metrics } = await setUp({}, await freePort())
    const dropped = new GrpcTestClient(port)
    const streams = [client, client, dropped].map((from, i) => {
      const stream = from.stream(streamQuotesPath, quotesCodec, { authorization: token })
      stream.send({ action: 'subscribe', symbols: ['SHARED', `OWN${i}`] })
      return stream
    })
    for (const stream of streams) await stream.take(2)
    await subscribed(4)
    expect(await metrics()).toContain('quotewire_grpc_streams{method="StreamQuotes"} 3')
    expect(await metrics()).toContain('redis_subscriptions 4')
    streams[0]?.cancel()
    streams[1]?.halfClose()
    dropped[Symbol.dispose]()
    streams[2]?.cancel()
    await subscribed(0)
    await expect.poll(metrics).toContain('quotewire_grpc_streams{method="StreamQuotes"} 0')
    expect(await metrics()).toContain('redis_subscriptions 0')
    expect(await metrics()).toContain('grpc_stream_duration_seconds_count{method="StreamQuotes"} 3')
  })

  test('a stream that ends while its requests are still coming in keeps no symbol', async () => {
    const { client, clock, token, tokenOf, subscribed } = await setUp()
    const stream = client.stream(streamQuotesPath, quotesCodec, { authorization: tokenOf('u', 60_000) })
    stream.send({ action: 'subscribe', symbols: ['AAPL'] })
    await stream.next()
    for (let i = 0; i < 20; i++) stream.send({ action: 'subscribe', symbols: [`S${i}`] })
    clock.advance(60_000)
    expect(await stream.ended).toEqual({ code: code.unauthenticated, details: 'token expired' })
    const gateway = client.stream(gatewayPath, batchCodec, gatewayMetadata)
    gateway.send({ action: 9, request: 1, symbols: [] })
    for (let i = 0; i < 20; i++) gateway.send({ action: 1, request: 2, symbols: [`G${i}`] })
    expect((await gateway.ended).code).toBe(code.invalidArgument)
    // A later stream shows that everything sent before has been handled.
    const later = client.stream(streamQuotesPath, quotesCodec, { authorization: token })
    later.send({ action: 'subscribe', symbols: ['LATER'] })
    await later.next()
    await subscribed(1)
  })

  test('a token that expires within the second is refused or ends the stream, and leaves nothing', async () => {
    const { client, clock, metrics } = await setUp({ JWT_CLOCK_TOLERANCE_S: '0' }, await freePort())
    clock.advance(900)
    const authorization = jwt.sign({ sub: 'u', exp: (clock.wallMs() - 400) / 1_000 }, secret, { algorithm: 'HS256' })
    const timersBefore = clock.pending
    expect((await client.stream(streamQuotesPath, quotesCodec, { authorization }).ended).code).toBe(
      code.unauthenticated,
    )
    await expect.poll(() => clock.pending).toBe(timersBefore)
    expect(await metrics()).not.toContain('quotewire_grpc_streams{method="StreamQuotes"} 1')
  })

  test('a client that reads slowly gets fewer quotes, the newest one always, and its later requests', async () => {
    const { bus, client, token } = await setUp()
    const stream = client.stream(streamQuotesPath, quotesCodec, { authorization: token })
    stream.send({ action: 'subscribe', symbols: ['AAPL'] })
    await stream.next()
    stream.pause()
    const published = 30_000
    for (let price = 1; price <= published; price++) {
      await bus.publish([quote('AAPL', price)])
      if (price % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    stream.send({ action: 'subscribe', symbols: ['MSFT'] })
    stream.resume()
    const prices: number[] = []
    for (let done = 0; done < 2; ) {
      const { type, price } = await stream.next()
      if (type === 'quote') prices.push(price)
      if (type === 'subscribed' || price === published) done++
    }
    expect(prices).toEqual(prices.toSorted((a, b) => a - b))
    expect(prices.length).toBeLessThan(published)
  })

  test('a request of more than 1 MiB ends its stream with RESOURCE_EXHAUSTED', async () => {
    const { port, client, token } = await setUp()
    const stream = client.stream(streamQuotesPath, quotesCodec, { authorization: token })
    stream.send({ action: 'x'.repeat(1024 * 1024), symbols: [] })
    expect((await stream.ended).code).toBe(code.exhausted)
    await expectService(port, token)
  })

  test('garbage requests fail their own call only', async () => {
    const { port, client, token } = await setUp()
    const requests = [
      Buffer.from([0xff, 0xff, 0xff, 0xff]),
      Buffer.from([0x0a, 0x7f, 0x41]),
      Buffer.from([0x12, 0xff, 0xff, 0xff, 0xff, 0x0f]),
    ]
    for (const request of requests) {
      const stream = client.stream(streamQuotesPath, bytesCodec, { authorization: token })
      stream.send(request)
      expect((await stream.ended).code).not.toBe(code.ok)
      const gateway = client.stream(gatewayPath, bytesCodec, gatewayMetadata)
      gateway.send(request)
      expect((await gateway.ended).code).not.toBe(code.ok)
      const unary = client.call('/MarketDataService/GetMarketData', bytesCodec, request, { authorization: token })
      await expect(unary).rejects.toBeDefined()
    }
    await expectService(port, token)
  })
})

describe('unary calls', () => {
  test('GetMarketData answers with the last value, NOT_FOUND or INVALID_ARGUMENT', async () => {
    const { bus, client, token } = await setUp()
    await bus.publish([quote('AAPL', 5)])
    for (const service of ['MarketDataService', 'quotewire.v1.MarketDataService']) {
      const get = (symbol: string) =>
        client.call(`/${service}/GetMarketData`, oneCodec, { symbol }, { authorization: token })
      expect((await get('AAPL')).quote).toMatchObject({ symbol: 'AAPL', price: 5, seq: 5, epoch: 7, snapshot: true })
      await expect(get('MSFT')).rejects.toMatchObject({ code: code.notFound })
      for (const bad of ['', '*', 'A\nB', 'x'.repeat(33)]) {
        await expect(get(bad)).rejects.toMatchObject({ code: code.invalidArgument })
      }
    }
  })

  test('GetBatchMarketData lists what is missing and takes up to 1,000 symbols', async () => {
    const { bus, client, token } = await setUp()
    await bus.publish([quote('AAPL', 5), quote('IBM', 6)])
    const get = (symbols: string[]) =>
      client.call('/MarketDataService/GetBatchMarketData', batchGetCodec, { symbols }, { authorization: token })
    const { quotes, missing } = await get(['IBM', 'MSFT', 'AAPL'])
    expect(quotes.map(({ symbol, price }) => `${symbol} ${price}`).toSorted()).toEqual(['AAPL 5', 'IBM 6'])
    expect(missing).toEqual(['MSFT'])
    const thousand = Array.from({ length: 1_000 }, (_, i) => `S${i}`)
    expect((await get(thousand)).missing).toEqual(thousand)
    await expect(get([...thousand, 'AAPL'])).rejects.toMatchObject({ code: code.invalidArgument })
    await expect(get(['AAPL', '*'])).rejects.toMatchObject({ code: code.invalidArgument })
  })

  test('a user’s calls beyond his rate, of both methods and names together, get RESOURCE_EXHAUSTED and are counted', async () => {
    const { bus, client, clock, tokenOf, metrics } = await setUp({ MAX_REQUESTS_PER_SECOND: '2' }, await freePort())
    await bus.publish([quote('AAPL', 5)])
    const get = (userId: string, service = 'MarketDataService') =>
      client.call(`/${service}/GetMarketData`, oneCodec, { symbol: 'AAPL' }, { authorization: tokenOf(userId) })
    const getBatch = (userId: string) =>
      client.call(
        '/MarketDataService/GetBatchMarketData',
        batchGetCodec,
        { symbols: ['AAPL'] },
        { authorization: tokenOf(userId) },
      )
    await get('ann')
    await get('ann', 'quotewire.v1.MarketDataService')
    await getBatch('ann')
    await getBatch('ann')
    const tooFast = { code: code.exhausted, details: 'more than 2 requests a second' }
    await expect(get('ann')).rejects.toMatchObject(tooFast)
    await expect(getBatch('ann')).rejects.toMatchObject(tooFast)
    expect((await get('bob')).quote?.price).toBe(5)
    clock.advance(500)
    expect((await get('ann')).quote?.price).toBe(5)
    await expect(get('ann')).rejects.toMatchObject(tooFast)
    const text = await metrics()
    expect(text).toContain('quotewire_grpc_refused_total{method="GetMarketData",code="8"} 2\n')
    expect(text).toContain('quotewire_grpc_refused_total{method="GetBatchMarketData",code="8"} 1\n')
  })

  test('while the bus is away they fail with UNAVAILABLE, which tells nothing of the cause', async () => {
    const { bus, client, token } = await setUp()
    bus.lastValues = async () => {
      throw new Error('connect ECONNREFUSED 10.0.0.7:6379')
    }
    const get = client.call('/MarketDataService/GetMarketData', oneCodec, { symbol: 'AAPL' }, { authorization: token })
    await expect(get).rejects.toMatchObject({ code: code.unavailable, details: 'the quote bus is away' })
  })
})

describe('GatewayService', () => {
  test('a missing or wrong service token is refused; a user’s token does not help', async () => {
    const { client, token } = await setUp()
    const right = String(gatewayMetadata['x-upstream-token'])
    const wrong = [{}, { 'x-upstream-token': '' }, { 'x-upstream-token': right.slice(1) }, { authorization: token }]
    for (const metadata of [...wrong, { 'x-upstream-token': `${right} ${right}` }]) {
      const { code: got } = await client.stream(gatewayPath, batchCodec, metadata as Record<string, string>).ended
      expect([metadata, got]).toEqual([metadata, code.unauthenticated])
    }
  })

  test('the right one gets a heartbeat at once, confirmations and quotes', async () => {
    const { bus, client } = await setUp()
    const stream = client.stream(gatewayPath, batchCodec, gatewayMetadata)
    expect(await stream.next()).toEqual(['heartbeat', 'tierData'])
    stream.send({ action: 1, request: 4, symbols: ['AAPL'] })
    expect(await stream.next()).toEqual(['subscribed'])
    await bus.publish([quote('AAPL', 1), quote('AAPL', 2)])
    expect(await stream.next()).toEqual(['quote', 'quote'])
    stream.halfClose()
    expect((await stream.ended).code).toBe(code.ok)
  })

  test('strangers are logged once a second, with their number', async () => {
    const log = new RecordedLog()
    const { client, clock } = await setUp({}, 0, log.logger)
    const knock = async () => expect(await client.stream(gatewayPath, batchCodec, {}).ended).toMatchObject({ code: 16 })
    for (let i = 0; i < 5; i++) await knock()
    clock.advance(1_000)
    await knock()
    const lines = log.lines.filter(({ msg }) => msg === 'a gateway came with a missing or wrong UPSTREAM_TOKEN')
    expect(lines.map(({ calls }) => calls)).toEqual([1, 5])
  })

  test('the previous token counts as well, be it set or derived', async () => {
    for (const environment of [
      { UPSTREAM_TOKEN: 'new', UPSTREAM_TOKEN_PREVIOUS: 'chosen' },
      { JWT_SECRET: 'another secret', JWT_SECRET_PREVIOUS: secret },
    ]) {
      const { client } = await setUp(environment)
      const previous = 'UPSTREAM_TOKEN' in environment ? { 'x-upstream-token': 'chosen' } : gatewayMetadata
      for (const metadata of [previous, { 'x-upstream-token': upstreamToken({ ...noToken, ...environment }) }]) {
        expect(await client.stream(gatewayPath, batchCodec, metadata).next()).toEqual(['heartbeat', 'tierData'])
      }
    }
  })

  test('UPSTREAM_TOKEN replaces the derived one', async () => {
    const { client } = await setUp({ UPSTREAM_TOKEN: 'chosen' })
    expect((await client.stream(gatewayPath, batchCodec, gatewayMetadata).ended).code).toBe(code.unauthenticated)
    expect(await client.stream(gatewayPath, batchCodec, { 'x-upstream-token': 'chosen' }).next()).toEqual([
      'heartbeat',
      'tierData',
    ])
  })
})

test('a client may send 64 KiB ahead of the reader and open 1,000 streams a connection', async () => {
  const { port } = await setUp()
  const session = connect(`http://127.0.0.1:${port}`)
  onTestFinished(() => session.destroy())
  const [settings] = await once(session, 'remoteSettings')
  expect(settings).toMatchObject({ initialWindowSize: 65_535, maxConcurrentStreams: 1_000 })
  expect(session.state.remoteWindowSize).toBe(65_535)
})

describe('health and reflection', () => {
  test('health is SERVING for the server and each service, without a token', async () => {
    const { client } = await setUp()
    for (const service of ['', 'MarketDataService', 'quotewire.v1.MarketDataService', 'quotewire.v1.GatewayService']) {
      expect(await health(client, service)).toBe('SERVING')
    }
  })

  test('reflection lists the services outside production', async () => {
    const { client } = await setUp()
    const stream = client.stream('/grpc.reflection.v1.ServerReflection/ServerReflectionInfo', bytesCodec)
    stream.send(listServices)
    const listed = (await stream.next()).toString('latin1')
    expect(listed).toContain('quotewire.v1.MarketDataService')
    expect(listed).toContain('quotewire.v1.GatewayService')
    stream.halfClose()
    await stream.ended
  })

  test('production has no reflection', async () => {
    const { client } = await setUp({ NODE_ENV: 'production' })
    const stream = client.stream('/grpc.reflection.v1.ServerReflection/ServerReflectionInfo', bytesCodec)
    stream.send(listServices)
    expect((await stream.ended).code).toBe(code.unimplemented)
  })
})

describe('stop', () => {
  test('fails readiness and health, serves on until load balancers noticed, then says GoAway and ends what is left with UNAVAILABLE', async () => {
    const waitMs = { ENDPOINT_REMOVAL_WAIT_MS: '5000' }
    const { bus, client, token, clock, marketData, get } = await setUp(waitMs, await freePort())
    const stream = client.stream(streamQuotesPath, quotesCodec, { authorization: token })
    const gateway = client.stream(gatewayPath, batchCodec, gatewayMetadata)
    stream.send({ action: 'subscribe', symbols: ['AAPL'] })
    await Promise.all([stream.next(), gateway.next()])
    expect((await get('/readyz')).status).toBe(200)
    const stopping = marketData.stop()
    expect(await health(client, 'quotewire.v1.GatewayService')).toBe('NOT_SERVING')
    expect((await get('/readyz')).status).toBe(503)
    await bus.publish([quote('AAPL', 1)])
    expect((await stream.next()).price).toBe(1)
    clock.advance(5_000)
    expect((await stream.ended).code).toBe(code.unavailable)
    while (!(await gateway.next()).includes('goAway')) {}
    clock.advance(10_000)
    expect((await gateway.ended).code).toBe(code.unavailable)
    await stopping
    expect(clock.pending).toBe(0)
  })

  test('a gateway that half-closes after GoAway lets the server go before its drain is over', async () => {
    const { client, clock, marketData } = await setUp()
    const gateway = client.stream(gatewayPath, batchCodec, gatewayMetadata)
    await gateway.next()
    const stopping = marketData.stop()
    clock.advance(0)
    while (!(await gateway.next()).includes('goAway')) {}
    gateway.halfClose()
    expect((await gateway.ended).code).toBe(code.ok)
    await stopping
    expect(clock.pending).toBe(0)
  })

  test('who comes after GoAway is refused with UNAVAILABLE, also while others are still moving away', async () => {
    const { client, token, clock, marketData } = await setUp()
    const first = client.stream(gatewayPath, batchCodec, gatewayMetadata)
    await first.next()
    const stopping = marketData.stop()
    clock.advance(0)
    while (!(await first.next()).includes('goAway')) {}
    const late = client.stream(gatewayPath, batchCodec, gatewayMetadata)
    expect((await late.ended).code).toBe(code.unavailable)
    const lateUser = client.stream(streamQuotesPath, quotesCodec, { authorization: token })
    expect((await lateUser.ended).code).toBe(code.unavailable)
    first.halfClose()
    expect((await first.ended).code).toBe(code.ok)
    await stopping
    expect(clock.pending).toBe(0)
  })

  test('a client that does not let go is cut off after 2 s', async () => {
    const { client, clock, marketData } = await setUp()
    const watch = client.stream('/grpc.health.v1.Health/Watch', bytesCodec)
    watch.send(Buffer.alloc(0))
    watch.halfClose()
    await watch.next()
    let isStopped = false
    const stopping = marketData.stop().then(() => {
      isStopped = true
    })
    clock.advance(0)
    await expect.poll(() => clock.pending).toBe(1)
    clock.advance(1_999)
    await new Promise((resolve) => setImmediate(resolve))
    expect(isStopped).toBe(false)
    clock.advance(1)
    await stopping
    expect((await watch.ended).code).not.toBe(code.ok)
  })

  test('a taken port is a config error that names its setting', async () => {
    const { port } = await setUp()
    const { marketData } = create({ MARKETDATA_PORT: String(port) }, 0)
    await expect(marketData.run()).rejects.toThrow(`MARKETDATA_PORT: [::]:${port} cannot be listened on`)
  })
})

const noToken = { UPSTREAM_TOKEN: '', JWT_SECRET: '' }
const gatewayMetadata = { 'x-upstream-token': upstreamToken({ UPSTREAM_TOKEN: '', JWT_SECRET: secret }) }

/** Kinds of a batch's entries. */
const batchCodec: Codec<{ action: number; request: number; symbols: string[] }, string[]> = {
  encode: (request) => Buffer.from(v1.QuoteBatchRequest.encode(request).finish()),
  decode: (bytes) => v1.QuoteBatch.decode(bytes).entries.map((entry) => String(entry.entry)),
}
const oneCodec: Codec<{ symbol: string }, InstanceType<typeof v1.GetMarketDataResponse>> = {
  encode: (request) => Buffer.from(v1.GetMarketDataRequest.encode(request).finish()),
  decode: (bytes) => v1.GetMarketDataResponse.decode(bytes),
}
const batchGetCodec: Codec<{ symbols: string[] }, InstanceType<typeof v1.GetBatchMarketDataResponse>> = {
  encode: (request) => Buffer.from(v1.GetBatchMarketDataRequest.encode(request).finish()),
  decode: (bytes) => v1.GetBatchMarketDataResponse.decode(bytes),
}
/** ServerReflectionRequest with an empty list_services. */
const listServices = Buffer.from([0x3a, 0x00])

function loadSeedProto(packageLine: string, service: string) {
  const folder = mkdtempSync(join(tmpdir(), 'seed-proto-'))
  try {
    const file = join(folder, 'market_data_service.proto')
    writeFileSync(file, ['syntax = "proto3";', packageLine, seedService, seedRest].join('\n'))
    const definition = loadSync(file, { longs: Number })[service] as unknown as ServiceDefinition
    return definition.StreamQuotes as MethodDefinition<StreamRequest, object>
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function health(client: GrpcTestClient, service: string): Promise<string> {
  const name = Buffer.from(service)
  const request = Buffer.concat([Buffer.from([0x0a, name.length]), name])
  const response = await client.call('/grpc.health.v1.Health/Check', bytesCodec, request)
  return { 1: 'SERVING', 2: 'NOT_SERVING' }[response[1] ?? 0] ?? `unknown ${response.toString('hex')}`
}

async function expectService(port: number, token: string): Promise<void> {
  using client = new GrpcTestClient(port)
  const stream = client.stream(streamQuotesPath, quotesCodec, { authorization: token })
  stream.send({ action: 'subscribe', symbols: ['AAPL'] })
  expect((await stream.next()).type).toBe('subscribed')
  stream.cancel()
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** A running service and a client; both end with the test, and nothing may be left. */
async function setUp(environment: Record<string, string> = {}, adminPort = 0, logger: Logger = silentLogger) {
  const { marketData, clock, bus, subscriptions } = create(environment, adminPort, logger)
  await marketData.run()
  const client = new GrpcTestClient(marketData.port)
  onTestFinished(async () => {
    client[Symbol.dispose]()
    let isStopped = false
    const stopping = marketData.stop().then(() => {
      isStopped = true
    })
    while (!isStopped) {
      clock.advance(1_000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await stopping
    expect(clock.pending).toBe(0)
  })
  const tokenOf = (userId: string, lifeMs = 3_600_000) =>
    signToken({ secret, userId, expiresAtMs: clock.wallMs() + lifeMs })
  const get = (path: string) => fetch(`http://127.0.0.1:${adminPort}${path}`)
  return {
    marketData,
    port: marketData.port,
    clock,
    bus,
    client,
    token: tokenOf('u'),
    tokenOf,
    get,
    metrics: async () => (await get('/metrics')).text(),
    /** How many symbols the process subscribes to; there is no event that a client could see. */
    subscribed: (count: number) => expect.poll(subscriptions).toBe(count),
  }
}

function create(environment: Record<string, string>, adminPort: number, logger: Logger = silentLogger) {
  const clock = new ManualClock()
  const defaults = { JWT_SECRET: secret, MARKETDATA_PORT: '0', MARKETDATA_ADMIN_PORT: String(adminPort) }
  const config = loadConfig({ ...defaults, NODE_ENV: 'test', ...environment })
  let count = 0
  let bus: InProcessQuoteBus | undefined
  const marketData = createMarketData({
    config,
    logger,
    clock,
    random: () => 0.5,
    createBus: (observer) => {
      const subscriptionCount = (symbols: number) => {
        count = symbols
        observer.subscriptionCount(symbols)
      }
      bus = new InProcessQuoteBus({ wallMs: () => clock.wallMs(), observer: { ...observer, subscriptionCount } })
      return bus
    },
  })
  if (!bus) throw new Error('the service made no bus')
  return { marketData, clock, bus, subscriptions: () => count }
}

/** With its price as seq. */
function quote(symbol: string, price: number): Quote {
  return { symbol, price, timestampMs: 1_761_561_000_123, seq: price, epoch: 7 }
}
