import { describe, expect, onTestFinished, test } from 'vitest'
import { RequestError } from '../shared/errors.ts'
import { quotewire } from '../shared/protobuf.ts'
import { Revocations } from '../shared/revocations.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { FixedKeys, secretKey } from '../shared/token-keys.ts'
import { signToken, TokenVerifier } from '../shared/tokens.ts'
import { EntitlementService } from './entitlement-service.ts'
import { GrpcServer } from './grpc-server.ts'
import { LastValueService } from './last-value-service.ts'
import { InProcessQuoteBus } from './quote-bus-in-process.ts'
import { QuoteStream } from './quote-stream.ts'
import { SymbolPaces } from './symbol-paces.ts'
import { SymbolRegistry } from './symbol-registry.ts'
import { bytesCodec, type Codec, GrpcTestClient } from './testing/grpc-test-client.ts'
import { WatchedTiers } from './testing/watched-tiers.ts'
import { TierTable } from './tiers.ts'
import { UserRates } from './user-rates.ts'
import { UserStream } from './user-stream.ts'

const v1 = quotewire.v1
const secret = 'a secret of the tests, 32 bytes or more'
const serviceToken = 'the service token'
const gateway = { 'x-upstream-token': serviceToken }
const streamQuotesPath = '/quotewire.v1.MarketDataService/StreamQuotes'
const batchesPath = '/quotewire.v1.GatewayService/StreamQuoteBatches'
const code = { ok: 0, invalidArgument: 3, permissionDenied: 7, exhausted: 8, unavailable: 14, unauthenticated: 16 }
const refusal = (symbol: string) => `Symbol ${symbol} not allowed for your subscription`
const subscribe = 1
const thousand = Array.from({ length: 1_000 }, (_, i) => `S${i}`)
const terms = 'delayed: 15m, maxRate: 0.5, limits: { connections: 2, symbols: 20, messagesPerSecond: 1.5 }'
const tiersText = `
tiers:
  default: { symbols: [AAPL] }
  pro: { symbols: ["*"] }
  slow: { symbols: [AAPL, IBM], ${terms} }
users: { sid: slow }
`
const slowTier = { name: 'slow', delayMs: 900_000, maxRate: 0.5, connections: 2, symbols: 20, messagesPerSecond: 1.5 }

describe('Authorize', () => {
  test('verifies the user’s token, and answers with his tier, its terms and what it may have', async () => {
    const { authorize, tokenOf, tiers } = await setUp()
    const answer = await authorize(tokenOf('sid', 'pro'), ['IBM', 'MSFT', 'a b'])
    expect(v1.AuthorizeResponse.toObject(answer)).toEqual({
      userId: 'sid',
      tier: slowTier,
      allowed: ['IBM'],
      denied: [
        { symbol: 'MSFT', code: 'not_entitled', message: refusal('MSFT') },
        { symbol: 'a b', code: 'bad_symbol', message: expect.stringMatching(/./) },
      ],
      tierData: { revision: 1, digest: tiers.table.digest },
    })
    const pro = v1.AuthorizeResponse.toObject(await authorize(tokenOf('ann', 'pro'), []))
    expect(pro).toMatchObject({ userId: 'ann', tier: { name: 'pro', allSymbols: true } })
  })

  test('tells a bad user from a bad service token', async () => {
    const { client, authorize, tokenOf, clock, verified } = await setUp()
    const expired = signToken({ secret, userId: 'ann', expiresAtMs: clock.wallMs() - 60_000 })
    await expect(authorize(expired)).rejects.toMatchObject({
      code: code.unauthenticated,
      details: 'user token: token expired',
    })
    await expect(authorize('')).rejects.toMatchObject({ code: code.unauthenticated, details: 'user token: no token' })
    verified.length = 0
    for (const metadata of [{}, { 'x-upstream-token': 'wrong' }, { authorization: tokenOf('ann') }]) {
      const request = { token: tokenOf('ann'), symbols: [] }
      await expect(
        client.call(path('Authorize'), authorizeCodec, request, metadata as typeof gateway),
      ).rejects.toMatchObject({
        code: code.unauthenticated,
        details: expect.stringMatching(/^missing or wrong x-upstream-token/),
      })
    }
    expect(verified).toEqual([])
  })

  test('a token that cannot be verified now is UNAVAILABLE, not a bad user', async () => {
    const { authorize, tokens } = await setUp()
    tokens.verify = async () => {
      throw new RequestError('service_unavailable', 'no keys', { retryable: true })
    }
    await expect(authorize('any')).rejects.toMatchObject({ code: code.unavailable, details: 'no keys' })
  })

  test('takes 1,000 symbols and not one more', async () => {
    const { authorize, tokenOf } = await setUp()
    expect((await authorize(tokenOf('ann', 'pro'), thousand)).allowed).toHaveLength(1_000)
    await expect(authorize(tokenOf('ann', 'pro'), [...thousand, 'X'])).rejects.toMatchObject({
      code: code.invalidArgument,
    })
  })
})

describe('ResolveTiers and CheckSymbols', () => {
  test('each user’s tier in order, and each of these tiers once', async () => {
    const { client, tiers } = await setUp()
    const users = ['ann pro', 'sid pro', 'bob gold', 'cid pro'].map((each) => {
      const [id = '', claimedTier = ''] = each.split(' ')
      return { id, claimedTier }
    })
    const answer = await client.call(path('ResolveTiers'), resolveCodec, { users }, gateway)
    expect(v1.ResolveTiersResponse.toObject(answer)).toEqual({
      names: ['pro', 'slow', 'default', 'pro'],
      tiers: [{ name: 'pro', allSymbols: true }, slowTier, { name: 'default' }],
      tierData: { revision: 1, digest: tiers.table.digest },
    })
    const many = thousand.map((id) => ({ id, claimedTier: 'pro' }))
    expect((await client.call(path('ResolveTiers'), resolveCodec, { users: many }, gateway)).names).toHaveLength(1_000)
    const tooMany = { users: [...many, { id: 'ann', claimedTier: '' }] }
    await expect(client.call(path('ResolveTiers'), resolveCodec, tooMany, gateway)).rejects.toMatchObject({
      code: code.invalidArgument,
    })
  })

  test('which symbols a tier may not have', async () => {
    const { client, tiers } = await setUp()
    const check = (tier: string, symbols: string[]) =>
      client.call(path('CheckSymbols'), checkCodec, { tier, symbols }, gateway)
    const { denied, tierData } = await check('slow', ['AAPL', 'MSFT', '*'])
    expect(denied.map((each) => `${each.code} ${each.symbol}`)).toEqual(['not_entitled MSFT', 'bad_symbol *'])
    expect(tierData?.digest).toBe(tiers.table.digest)
    expect((await check('gold', thousand)).denied).toHaveLength(1_000)
    await expect(check('gold', [...thousand, 'X'])).rejects.toMatchObject({ code: code.invalidArgument })
  })

  test('are for gateways only', async () => {
    const { client, tokenOf } = await setUp()
    for (const method of ['ResolveTiers', 'CheckSymbols']) {
      const call = client.call(path(method), bytesCodec, Buffer.alloc(0), { authorization: tokenOf('ann') })
      await expect(call).rejects.toMatchObject({ code: code.unauthenticated })
    }
  })
})

describe('StreamQuoteBatches', () => {
  test('tells the revision of the tier data at once and at every change; ended streams watch no more', async () => {
    const { client, tiers, change, watchers } = await setUp()
    const streams = [0, 1].map(() => client.stream(batchesPath, tierDataCodec, gateway))
    for (const stream of streams)
      expect(await nextTierData(stream)).toEqual({ revision: 1, digest: tiers.table.digest })
    expect(watchers()).toBe(2)
    change('tiers: { pro: { symbols: [] } }')
    for (const stream of streams)
      expect(await nextTierData(stream)).toEqual({ revision: 2, digest: tiers.table.digest })
    streams[0]?.cancel()
    await expect.poll(watchers).toBe(1)
    streams[1]?.halfClose()
    expect((await streams[1]?.ended)?.code).toBe(code.ok)
    await expect.poll(watchers).toBe(0)
  })
})

test('every refused call is told with its method and status; that no quote is known is an answer', async () => {
  const { client, authorize, refused, tokenOf } = await setUp()
  const ask = async (path: string, request: Buffer, metadata: Record<string, string>) => {
    await client.call(path, bytesCodec, request, metadata as typeof gateway).catch(() => undefined)
  }
  const user = { authorization: tokenOf('ann', 'basic') }
  const one = (symbol: string) => Buffer.from(v1.GetMarketDataRequest.encode({ symbol }).finish())
  const batch = (symbols: string[]) => Buffer.from(v1.GetBatchMarketDataRequest.encode({ symbols }).finish())
  await ask('/MarketDataService/GetMarketData', one('AAPL'), {})
  await ask('/MarketDataService/GetMarketData', one('MSFT'), user)
  await ask('/MarketDataService/GetMarketData', one('AAPL'), user)
  await ask('/MarketDataService/GetBatchMarketData', batch(['a b']), user)
  await ask('/MarketDataService/GetBatchMarketData', batch(['MSFT']), user)
  for (const method of ['Authorize', 'ResolveTiers', 'CheckSymbols']) await ask(path(method), Buffer.alloc(0), user)
  await authorize('bad').catch(() => undefined)
  await authorize(tokenOf('ann'))
  await client.stream(streamQuotesPath, quotesCodec, {}).ended
  expect(refused).toEqual([
    'GetMarketData 16',
    'GetMarketData 7',
    'GetBatchMarketData 3',
    ...['Authorize 16', 'ResolveTiers 16', 'CheckSymbols 16'],
    'Authorize 16',
    'StreamQuotes 16',
  ])
})

test.for([
  ['0.8', 0, 47_999],
  ['1.0', 0.5, 59_999],
  ['1.2', 0.9999, 71_997],
] as const)(
  'a connection is told GoAway at %s times its age, by chance, and not before (rule 19)',
  async ([, jitter, beforeMs]) => {
    const { clock, client } = await setUp({ maxConnectionAgeMs: 60_000, random: () => jitter })
    const stream = openBatches(client)
    await nextTierData(stream)
    clock.advance(beforeMs)
    expect(await goAwaysUntilAnswer(stream)).toEqual([])
    clock.advance(1)
    expect(await goAwaysUntilAnswer(stream)).toMatchObject([{ deadlineMs: 1_000 }])
    stream.halfClose()
    expect((await stream.ended).code).toBe(code.ok)
  },
)

test('without a maximum age a connection is never told GoAway, and goes on (rule 19)', async () => {
  const { clock, client } = await setUp({ maxConnectionAgeMs: 0 })
  const stream = openBatches(client)
  await nextTierData(stream)
  clock.advance(3_600_000)
  expect(await goAwaysUntilAnswer(stream)).toEqual([])
  stream.halfClose()
  expect((await stream.ended).code).toBe(code.ok)
})

describe('MarketDataService', () => {
  test.each(['MarketDataService', 'quotewire.v1.MarketDataService'])(
    '%s enforces the tier of the verified token, and nobody’s word about it',
    async (service) => {
      const { bus, client, tokenOf } = await setUp()
      await bus.publish([quote('AAPL', 1), quote('MSFT', 2)])
      const metadata = { authorization: tokenOf('ann', 'basic'), user_id: 'pat', tier: 'pro' }
      const stream = client.stream(`/${service}/StreamQuotes`, quotesCodec, metadata)
      stream.send({ action: 'subscribe', symbols: ['MSFT', 'AAPL'] })
      expect(await stream.take(3)).toMatchObject([
        { type: 'error', symbol: 'MSFT', code: 'not_entitled', message: refusal('MSFT') },
        { type: 'subscribed', symbol: 'AAPL' },
        { type: 'quote', symbol: 'AAPL', price: 1, delayed: false },
      ])
      const one = client.call(`/${service}/GetMarketData`, oneCodec, { symbol: 'MSFT' }, metadata)
      await expect(one).rejects.toMatchObject({ code: code.permissionDenied, details: refusal('MSFT') })
      const batch = { symbols: ['MSFT', 'AAPL'] }
      const { quotes, missing } = await client.call(`/${service}/GetBatchMarketData`, batchCodec, batch, metadata)
      expect([quotes.map(({ symbol }) => symbol), missing]).toEqual([['AAPL'], ['MSFT']])
    },
  )

  test('a token within the clock tolerance gets a stream until that is over (rule 1)', async () => {
    const { bus, clock, client } = await setUp()
    await bus.publish([quote('AAPL', 1)])
    // The tolerance is 5 s, so 4 s are left.
    const authorization = signToken({ secret, userId: 'ann', expiresAtMs: clock.wallMs() - 1_000 })
    const stream = client.stream(streamQuotesPath, quotesCodec, { authorization })
    stream.send({ action: 'subscribe', symbols: ['AAPL'] })
    await stream.take(2)
    clock.advance(3_999)
    await bus.publish([quote('AAPL', 2)])
    expect(await stream.next()).toMatchObject({ price: 2 })
    clock.advance(1)
    expect(await stream.ended).toEqual({ code: code.unauthenticated, details: 'token expired' })
  })

  test('a live stream loses a symbol with the reason, and gets it back, when the tier data changes', async () => {
    const { bus, client, change, tokenOf } = await setUp()
    const stream = client.stream(streamQuotesPath, quotesCodec, { authorization: tokenOf('ann', 'pro') })
    stream.send({ action: 'subscribe', symbols: ['MSFT'] })
    await stream.next()
    change('tiers: { pro: { symbols: [AAPL] } }')
    await bus.publish([quote('MSFT', 1)])
    change('tiers: { pro: { symbols: ["*"] } }')
    const why = { code: 'not_entitled', message: refusal('MSFT') }
    expect(await stream.take(3)).toMatchObject([
      { type: 'unsubscribed', symbol: 'MSFT', ...why },
      { type: 'subscribed', symbol: 'MSFT' },
      { type: 'quote', symbol: 'MSFT', price: 1, snapshot: true },
    ])
  })

  test('a delayed tier’s quotes come late and say so, in the stream and in unary calls', async () => {
    const { bus, clock, client, tokenOf, registry, paces } = await setUp()
    const metadata = { authorization: tokenOf('sid') }
    const stream = client.stream(streamQuotesPath, quotesCodec, metadata)
    stream.send({ action: 'subscribe', symbols: ['IBM'] })
    await stream.next()
    await bus.publish([quote('IBM', 1)])
    const get = () => client.call('/MarketDataService/GetMarketData', oneCodec, { symbol: 'IBM' }, metadata)
    clock.advance(899_999)
    await expect(get()).rejects.toMatchObject({ details: 'no quote of IBM is known' })
    clock.advance(1)
    expect((await get()).quote).toMatchObject({ price: 1, delayed: true })
    // Heartbeats of the 15 minutes before.
    const quotes = []
    while (quotes.length === 0) quotes.push(...(await stream.take(1)).filter(({ type }) => type === 'quote'))
    expect(quotes).toMatchObject([{ price: 1, delayed: true }])
    stream.halfClose()
    await stream.ended
    paces.stop()
    await expect.poll(() => registry.symbolCount).toBe(0)
  })
})

describe('a revoked user', () => {
  test('loses every stream at once; others live on', async () => {
    const { bus, client, revocations, tokenOf, watchers } = await setUp()
    const [one, two, other] = await Promise.all(
      ['ann', 'ann', 'bob'].map(async (userId) => {
        const stream = client.stream(streamQuotesPath, quotesCodec, { authorization: tokenOf(userId, 'pro') })
        stream.send({ action: 'subscribe', symbols: ['AAPL'] })
        await stream.next()
        return stream
      }),
    )
    revocations.revoke('ann')
    for (const stream of [one, two]) {
      expect(await stream?.ended).toEqual({ code: code.unauthenticated, details: 'revoked' })
    }
    expect(watchers()).toBe(1)
    await bus.publish([quote('AAPL', 1)])
    expect(await other?.next()).toMatchObject({ type: 'quote', price: 1 })
    revocations.revoke('nobody')
    await bus.publish([quote('AAPL', 2)])
    expect(await other?.next()).toMatchObject({ type: 'quote', price: 2 })
  })

  test('gets nothing with tokens issued before, or that do not say when; later ones count, for all his places', async () => {
    const { bus, client, clock, revocations, tokenOf } = await setUp()
    await bus.publish([quote('AAPL', 1)])
    const before = tokenOf('ann')
    const timeless = signToken({ secret, userId: 'ann' })
    const get = (authorization: string) =>
      client.call('/MarketDataService/GetMarketData', oneCodec, { symbol: 'AAPL' }, { authorization })
    const open = async (authorization: string) => {
      const stream = client.stream(streamQuotesPath, quotesCodec, { authorization })
      stream.send({ action: 'subscribe', symbols: ['AAPL'] })
      return await Promise.race([stream.next(), stream.ended])
    }
    for (const token of [before, timeless]) expect(await open(token)).toMatchObject({ type: 'subscribed' })
    expect(await open(before)).toMatchObject({ code: code.exhausted })
    revocations.revoke('ann')
    const refused = { code: code.unauthenticated, details: 'revoked' }
    for (const token of [before, timeless, `Bearer ${before}`]) {
      expect(await open(token)).toEqual(refused)
      await expect(get(token)).rejects.toMatchObject(refused)
    }
    // Past the clock tolerance.
    clock.advance(6_000)
    const after = tokenOf('ann')
    expect((await get(after)).quote?.price).toBe(1)
    for (const token of [after, after]) expect(await open(token)).toMatchObject({ type: 'subscribed' })
    expect((await get(tokenOf('bob'))).quote?.price).toBe(1)
  })

  test('is refused if that happens while the token is being verified', async () => {
    const { client, revocations, tokens, tokenOf, verified } = await setUp()
    const release = slowDown(tokens)
    const stream = client.stream(streamQuotesPath, quotesCodec, { authorization: tokenOf('ann') })
    await expect.poll(() => verified.length).toBe(1)
    revocations.revoke('ann')
    release()
    expect(await stream.ended).toEqual({ code: code.unauthenticated, details: 'revoked' })
  })
})

describe('while a token is being verified', () => {
  test('requests and a half-close wait, and are answered then', async () => {
    const { client, tokens, tokenOf, verified } = await setUp()
    const release = slowDown(tokens)
    const stream = client.stream(streamQuotesPath, quotesCodec, { authorization: tokenOf('ann') })
    stream.send({ action: 'subscribe', symbols: ['AAPL'] })
    stream.halfClose()
    await expect.poll(() => verified.length).toBe(1)
    release()
    expect(await stream.next()).toMatchObject({ type: 'subscribed', symbol: 'AAPL' })
    expect((await stream.ended).code).toBe(code.ok)
  })

  test.each([
    ['good', undefined],
    ['bad', 'no such user'],
  ])('a call with a %s token may be cancelled, and leaves nothing', async (_, problem) => {
    const { clock, registry, client, tokens, tokenOf, verified, watchers, openStreams } = await setUp()
    const timers = clock.pending
    const release = slowDown(tokens, problem)
    const cancelled = [0, 1, 2].map(() => {
      const stream = client.stream(streamQuotesPath, quotesCodec, { authorization: tokenOf('ann') })
      stream.send({ action: 'subscribe', symbols: ['AAPL'] })
      return stream
    })
    await expect.poll(() => verified.length).toBe(3)
    for (const stream of cancelled) {
      stream.cancel()
      await stream.ended
    }
    // On the same connection, so the server has read the cancels before.
    const unary = client.call('/MarketDataService/GetMarketData', bytesCodec, Buffer.alloc(0)).catch(() => undefined)
    await expect.poll(() => verified.length).toBe(4)
    release()
    await unary
    await expect.poll(() => [openStreams(), watchers(), registry.symbolCount, clock.pending]).toEqual([0, 0, 0, timers])
    // Nor does it take one of the user's two places.
    tokens.verify = tokens.verifyNow
    for (let i = 0; i < 2; i++) {
      const stream = client.stream(streamQuotesPath, quotesCodec, { authorization: tokenOf('ann') })
      stream.send({ action: 'subscribe', symbols: ['AAPL'] })
      expect(await stream.next()).toMatchObject({ type: 'subscribed' })
    }
  })
})

/** Verification waits until the returned function is called, and then fails with `problem`, where there is one. */
function slowDown(tokens: RecordedTokens, problem?: string): () => void {
  const gate = Promise.withResolvers<void>()
  tokens.verify = async (token) => {
    tokens.verified.push(token)
    await gate.promise
    if (problem !== undefined) throw new RequestError('unauthorized', problem)
    return await tokens.verifier.verify(token)
  }
  return gate.resolve
}

class RecordedTokens {
  readonly verified: string[] = []
  readonly verifier: TokenVerifier
  verify: TokenVerifier['verify']

  constructor(clock: ManualClock) {
    const keys = [new FixedKeys({ keys: [secretKey(secret)] })]
    const wallMs = () => clock.wallMs()
    this.verifier = new TokenVerifier({ keys, issuer: '', audience: '', clockToleranceS: 5, wallMs })
    this.verify = this.verifyNow
  }

  readonly verifyNow: TokenVerifier['verify'] = async (token) => {
    this.verified.push(token)
    return await this.verifier.verify(token)
  }
}

const userStreamRest = {
  ...{ maxSymbols: 100, requestsPerSecond: 100, newSymbolsPerSecond: 100 },
  observer: { refused() {} },
  onChanged() {},
}

/** A running server and a client; both end with the test, and nothing may be left. */
async function setUp({ maxConnectionAgeMs = 0, random = (): number => 0.5 } = {}) {
  const clock = new ManualClock()
  const busObserver = { connected() {}, subscriptionCount() {}, badPayload() {} }
  const bus = new InProcessQuoteBus({ wallMs: () => clock.wallMs(), observer: busObserver })
  const registry = new SymbolRegistry({ bus, clock, random: () => 0.5, logger: silentLogger, maxSymbols: 100 })
  registry.restored()
  const paces = new SymbolPaces({ registry, clock })
  const tiers = new WatchedTiers({ table: TierTable.parse(tiersText), revision: 1 })
  const tokens = new RecordedTokens(clock)
  const revocations = new Revocations({ wallMs: () => clock.wallMs(), onRevoked: (userId) => server.revoke(userId) })
  let openStreams = 0
  const refused: string[] = []
  const server: GrpcServer = new GrpcServer({
    ...{ host: '127.0.0.1', port: 0, clock, logger: silentLogger, tokens, revocations, upstreamTokens: [serviceToken] },
    ...{ maxStreamsPerUser: 2, drainMs: 1_000, reflection: false, maxConnectionAgeMs, random },
    rates: new UserRates({ clock, tiers, requestsPerSecond: 50 }),
    lastValues: new LastValueService({ paces, tiers }),
    entitlements: new EntitlementService({ tokens: { verify: (token) => tokens.verify(token) }, revocations, tiers }),
    openQuoteStream: (call) => new QuoteStream({ call, registry, tiers, clock, observer: { conflated() {} } }),
    openUserStream: (call, user, onClosed) =>
      new UserStream({ call, user, tiers, paces, clock, onClosed, ...userStreamRest }),
    observer: {
      streamOpened: () => openStreams++,
      streamClosed: () => openStreams--,
      refused: (method, status) => refused.push(`${method} ${status}`),
    },
  })
  await server.run()
  const client = new GrpcTestClient(server.port)
  onTestFinished(async () => {
    client[Symbol.dispose]()
    let isStopped = false
    const stopping = server.stop().then(() => {
      isStopped = true
    })
    while (!isStopped) {
      clock.advance(1_000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await stopping
    paces.stop()
    expect([openStreams, tiers.watcherCount, registry.symbolCount, clock.pending]).toEqual([0, 0, 0, 0])
  })
  return {
    ...{ clock, bus, registry, paces, tiers, tokens, revocations, client, refused, verified: tokens.verified },
    openStreams: () => openStreams,
    watchers: () => tiers.watcherCount,
    change: (text: string) => tiers.replace(TierTable.parse(text), tiers.data.revision + 1),
    tokenOf: (userId: string, tier = 'basic') =>
      signToken({ secret, userId, tier, expiresAtMs: clock.wallMs() + 86_400_000, issuedAtMs: clock.wallMs() }),
    authorize: (token: string, symbols: string[] = []) =>
      client.call(path('Authorize'), authorizeCodec, { token, symbols }, gateway),
  }
}

function path(method: string): string {
  return `/quotewire.v1.GatewayService/${method}`
}

interface Message<Fields, Decoded> {
  encode(fields: Fields): { finish(): Uint8Array }
  decode(bytes: Uint8Array): Decoded
}

function codecOf<Fields, Decoded>(
  request: Pick<Message<Fields, unknown>, 'encode'>,
  response: Pick<Message<never, Decoded>, 'decode'>,
): Codec<Fields, Decoded> {
  return { encode: (fields) => Buffer.from(request.encode(fields).finish()), decode: (bytes) => response.decode(bytes) }
}

const authorizeCodec = codecOf(v1.AuthorizeRequest, v1.AuthorizeResponse)
const resolveCodec = codecOf(v1.ResolveTiersRequest, v1.ResolveTiersResponse)
const checkCodec = codecOf(v1.CheckSymbolsRequest, v1.CheckSymbolsResponse)
const quotesCodec = codecOf(v1.StreamQuotesRequest, v1.StreamQuotesResponse)
const oneCodec = codecOf(v1.GetMarketDataRequest, v1.GetMarketDataResponse)
const batchCodec = codecOf(v1.GetBatchMarketDataRequest, v1.GetBatchMarketDataResponse)
const tierDataCodec = codecOf(v1.QuoteBatchRequest, v1.QuoteBatch)

/** Of the next batch that has some. */
async function nextTierData(stream: { next(): Promise<InstanceType<typeof v1.QuoteBatch>> }) {
  for (;;) {
    const told = (await stream.next()).entries.flatMap(({ tierData }) => tierData ?? [])
    if (told[0]) return { revision: told[0].revision, digest: told[0].digest }
  }
}

/** What came before the answer to a request that is sent now: everything that was sent until it arrived. */
async function goAwaysUntilAnswer(stream: ReturnType<typeof openBatches>) {
  const request = ++requests
  stream.send({ action: subscribe, request, symbols: [`R${request}`] })
  const goAways = []
  for (;;) {
    for (const { goAway, subscribed } of (await stream.next()).entries) {
      if (goAway) goAways.push(goAway)
      if (subscribed?.request === request) return goAways
    }
  }
}

let requests = 0

function openBatches(client: GrpcTestClient) {
  return client.stream(batchesPath, tierDataCodec, gateway)
}

/** With its price as seq. */
function quote(symbol: string, price: number) {
  return { symbol, price, timestampMs: 1_000, seq: price, epoch: 7 }
}
