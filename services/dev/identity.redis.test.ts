/** Public keys and their rotation, with real processes and a local identity provider. */
import { expect, test, vi } from 'vitest'
import { askRedis } from '../marketdata/testing/ask-redis.ts'
import { type Codec, GrpcTestClient } from '../marketdata/testing/grpc-test-client.ts'
import { quotewire } from '../shared/protobuf.ts'
import { revokedUsersKey } from '../shared/recorded-revocations.ts'
import { ecSigningKey, KeySetServer, rsaSigningKey, type SigningKey } from '../shared/testing/key-set-server.ts'
import { describeWithRedis, RedisServer } from '../shared/testing/redis-server.ts'
import { signToken } from '../shared/tokens.ts'
import { Browser } from './testing/browser.ts'
import { type Service, startGateway, startMarketData } from './testing/platform.ts'

const codec: Codec<{ action: string; symbols: string[] }, { type: string }> = {
  encode: (request) => Buffer.from(quotewire.v1.StreamQuotesRequest.encode(request).finish()),
  decode: (bytes) => quotewire.v1.StreamQuotesResponse.decode(bytes),
}
const unauthenticated = 16

describeWithRedis('keys of an identity provider', () => {
  test('keys rotate with 50 sessions online: none is cut before its own expiry, old tokens count until theirs (rule 1)', async () => {
    await using platform = await RotatingPlatform.start()
    const [old, next] = [ecSigningKey('2026-01'), rsaSigningKey('2026-02')]
    platform.keys.publish(old)
    const lifeMs = 8_000
    const expiresAtMs = Math.ceil((Date.now() + lifeMs) / 1_000) * 1_000
    const sessions = await Promise.all(
      Array.from({ length: 50 }, (_, i) => platform.connect(tokenOf(`user-${i}`, old, expiresAtMs))),
    )
    const [refreshing] = sessions
    using client = new GrpcTestClient(platform.marketData.port)
    const metadata = { authorization: tokenOf('ann', old, expiresAtMs) }
    const stream = client.stream('/MarketDataService/StreamQuotes', codec, metadata)
    stream.send({ action: 'subscribe', symbols: ['AAPL'] })
    expect(await stream.next()).toMatchObject({ type: 'subscribed' })

    platform.keys.publish(next)
    // Signed by the new key, which nobody has seen; then by the old one again, which has left the set.
    await platform.connect(tokenOf('new', next, expiresAtMs + 3_600_000))
    await platform.connect(tokenOf('late', old, expiresAtMs))
    await expect(platform.connect(tokenOf('eve', ecSigningKey('2026-01'), expiresAtMs))).rejects.toThrow('4500')
    refreshing?.send({ type: 'auth', id: 1, token: tokenOf('user-0', next, expiresAtMs + 3_600_000) })
    expect(await refreshing?.message(({ type }) => type === 'authenticated')).toMatchObject({ id: 1 })
    for (const session of sessions) await session.roundTrip()
    expect(Date.now()).toBeLessThan(expiresAtMs)

    const ends = await Promise.all(
      sessions.slice(1).map(async (session) => ({ ...(await session.closed), wallMs: Date.now() })),
    )
    for (const { code, wallMs } of ends) {
      expect(code).toBe(4001)
      expect(wallMs).toBeGreaterThanOrEqual(expiresAtMs)
    }
    expect((await stream.ended).code).toBe(unauthenticated)
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAtMs)
    await refreshing?.roundTrip()
  })

  test('while the provider is away nobody is cut and known keys go on; who comes first is told to come again (rule 1)', async () => {
    await using platform = await RotatingPlatform.start()
    const key = ecSigningKey('only')
    const hourMs = Date.now() + 3_600_000
    platform.keys.respond = (_request, response) => void response.writeHead(503).end()
    await expect(platform.connect(tokenOf('ann', key, hourMs))).rejects.toThrow('1013')
    platform.keys.publish(key)
    platform.keys.respond = undefined
    // Tried again after at most 30 s, by the next who comes.
    const first = await vi.waitFor(() => platform.connect(tokenOf('ann', key, hourMs)), {
      timeout: 20_000,
      interval: 200,
    })
    platform.keys.respond = (_request, response) => void response.writeHead(503).end()
    await platform.connect(tokenOf('bob', key, hourMs))
    await first.roundTrip()
  })

  test('who is revoked while the processes do not hear Redis is cut when they do again, unless his token is newer (rule 1)', async () => {
    await using platform = await RotatingPlatform.start()
    const key = ecSigningKey('only')
    platform.keys.publish(key)
    const [nowMs, hourMs] = [Date.now(), 3_600_000]
    const issuedAt = (userId: string, issuedAtMs: number) =>
      signToken({ ...key, userId, issuedAtMs, expiresAtMs: nowMs + hourMs, issuer: 'idp' })
    const token = issuedAt('ann', nowMs - 60_000)
    const ann = await platform.connect(token)
    const bob = await platform.connect(issuedAt('bob', nowMs))
    using client = new GrpcTestClient(platform.marketData.port)
    const stream = client.stream('/MarketDataService/StreamQuotes', codec, { authorization: token })
    stream.send({ action: 'subscribe', symbols: ['AAPL'] })
    expect(await stream.next()).toMatchObject({ type: 'subscribed' })
    // Recorded, as by a command whose message nobody heard.
    await askRedis(platform.redis, async (admin) => {
      await admin.zadd(revokedUsersKey, nowMs - 30_000, 'ann', nowMs - 30_000, 'bob')
      await admin.client('KILL', 'TYPE', 'pubsub')
    })
    expect((await ann.closed).code).toBe(4502)
    expect((await stream.ended).code).toBe(unauthenticated)
    await expect(platform.connect(token)).rejects.toThrow('4500')
    await bob.roundTrip()
  })
})

/** Gateway and market-data that know nothing but the provider's URL. */
class RotatingPlatform implements AsyncDisposable {
  readonly keys: KeySetServer
  readonly marketData: Service
  readonly redis: RedisServer
  readonly #gateway: Service
  readonly #stack: AsyncDisposableStack

  private constructor(
    parts: { keys: KeySetServer; redis: RedisServer; marketData: Service; gateway: Service },
    stack: AsyncDisposableStack,
  ) {
    this.keys = parts.keys
    this.marketData = parts.marketData
    this.redis = parts.redis
    this.#gateway = parts.gateway
    this.#stack = stack
  }

  static async start(): Promise<RotatingPlatform> {
    await using stack = new AsyncDisposableStack()
    const keys = new KeySetServer()
    await keys.run()
    stack.defer(() => keys.stop())
    const redis = stack.use(await RedisServer.start())
    const settings = { JWT_SECRET: '', JWT_JWKS_URL: keys.url, UPSTREAM_TOKEN: 'between-services', JWT_ISSUER: 'idp' }
    const marketData = stack.use(await startMarketData(redis, settings))
    const gateway = stack.use(await startGateway([marketData], { ...settings, REDIS_URL: redis.url }))
    return new RotatingPlatform({ keys, redis, marketData, gateway }, stack.move())
  }

  async connect(token: string): Promise<Browser> {
    return this.#stack.use(await Browser.connect(this.#gateway.port, token))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
  }
}

function tokenOf(userId: string, { kid, privateKey }: SigningKey, expiresAtMs: number): string {
  return signToken({ privateKey, kid, userId, expiresAtMs, issuer: 'idp' })
}
