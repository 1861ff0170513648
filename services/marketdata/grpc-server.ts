/**
 * Owns the gRPC server: MarketDataService under both names, GatewayService, grpc.health.v1 and, outside production,
 * reflection.
 *
 * In:  calls. Who calls is checked (callers.ts) before a handler exists.
 * Out: handlers that see a StreamCall; encoded messages pass through as bytes.
 * Bound: requests of 1 MiB; 64 KiB that a client may send ahead of the reader; 1,000 streams a connection;
 * `maxStreamsPerUser` StreamQuotes a user and process, and a rate of unary calls; keepalive pings end dead peers.
 * Closed by: the application. Gateways get GoAway and `drainMs` to move away, other streams end with UNAVAILABLE; then
 * the server has `shutdownMs` before it is forced.
 */
import * as grpc from '@grpc/grpc-js'
import { HealthImplementation } from 'grpc-health-check'
import type { Clock } from '../shared/clock.ts'
import { ConfigError, UpstreamError } from '../shared/errors.ts'
import { LogLimit } from '../shared/log-limit.ts'
import type { Logger } from '../shared/logger.ts'
import type { messages } from '../shared/protobuf.ts'
import type { Revocations } from '../shared/revocations.ts'
import type { Identity, TokenVerifier } from '../shared/tokens.ts'
import { Callers, notAGateway } from './callers.ts'
import type { EntitlementService } from './entitlement-service.ts'
import { gatewayDefinition, marketDataDefinition } from './grpc-definitions.ts'
import { addReflection } from './grpc-reflection.ts'
import type { LastValueService } from './last-value-service.ts'
import type { QuoteBatchRequestMessage } from './quote-stream.ts'
import { statusOf } from './status-of-error.ts'
import { openStreamCall, type StreamCall, type StreamHandler, status } from './stream-call.ts'
import { UnaryCalls } from './unary-calls.ts'
import { UserCalls } from './user-calls.ts'
import type { UserRates } from './user-rates.ts'
import type { StreamQuotesRequestMessage } from './user-stream.ts'

export interface GrpcServerOptions {
  /** Address to listen on; `::` is every one. */
  readonly host: string
  readonly port: number
  readonly clock: Clock
  readonly logger: Logger
  readonly tokens: Pick<TokenVerifier, 'verify'>
  readonly revocations: Pick<Revocations, 'isRevoked'>
  readonly upstreamTokens: readonly string[]
  readonly maxStreamsPerUser: number
  /** Of unary calls. */
  readonly rates: Pick<UserRates, 'exceeded'>
  /** How long gateways have for moving away before their streams are ended. */
  readonly drainMs: number
  /** About how long a connection may live, ± 20 %; 0: for ever. */
  readonly maxConnectionAgeMs: number
  readonly random: () => number
  readonly reflection: boolean
  readonly lastValues: LastValueService
  readonly entitlements: EntitlementService
  readonly openQuoteStream: (call: StreamCall) => StreamHandler<QuoteBatchRequestMessage>
  readonly openUserStream: (
    call: StreamCall,
    user: Identity,
    onClosed: () => void,
  ) => StreamHandler<StreamQuotesRequestMessage>
  readonly observer: GrpcServerObserver
}

export interface GrpcServerObserver {
  streamOpened(method: string): void
  streamClosed(method: string, durationMs: number): void
  /** A stream before it began, or a unary call; `code` is a gRPC status. */
  refused(method: string, code: number): void
}

const shutdownMs = 2_000
const goingAway = { code: status.unavailable, details: 'this server is shutting down' }
const serviceNames = ['quotewire.v1.MarketDataService', 'quotewire.v1.GatewayService', 'MarketDataService']
// Without grpc-node.flow_control_window, which a server of grpc-js does not know: what comes is small, and what is sent goes
// by the window of the client (upstream-link.ts raises its own).
const serverOptions = {
  'grpc.max_receive_message_length': 1024 * 1024,
  'grpc.max_concurrent_streams': 1_000,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
}

type Duplex<Request> = grpc.ServerDuplexStream<Request, Uint8Array>

export class GrpcServer {
  readonly #options: GrpcServerOptions
  readonly #server: grpc.Server
  readonly #callers: Callers
  readonly #unary: UnaryCalls
  readonly #health = new HealthImplementation({ '': 'SERVING' })
  readonly #streams = new Set<StreamHandler<never>>()
  readonly #userCalls: UserCalls
  readonly #strangerLog: LogLimit
  #port = 0
  /** A stream that came now would not have been told, and would be cut off at the deadline. */
  #isGoingAway = false
  #onEmpty: () => void = () => {}

  constructor(options: GrpcServerOptions) {
    this.#options = options
    this.#server = new grpc.Server({ ...serverOptions, ...ageOptions(options) })
    this.#callers = new Callers(options)
    this.#unary = new UnaryCalls({ ...options, callers: this.#callers })
    this.#userCalls = new UserCalls({ maxPerUser: options.maxStreamsPerUser })
    this.#strangerLog = new LogLimit(options)
  }

  get port(): number {
    return this.#port
  }

  async run(): Promise<void> {
    for (const prefix of ['/quotewire.v1.MarketDataService', '/MarketDataService']) {
      this.#server.addService(marketDataDefinition(prefix), this.#marketDataMethods())
    }
    this.#server.addService(gatewayDefinition(), this.#gatewayMethods())
    this.#health.addToServer(this.#server)
    for (const name of serviceNames) this.#health.setStatus(name, 'SERVING')
    if (this.#options.reflection) await addReflection(this.#server)
    this.#port = await this.#bind()
  }

  /** Tells health watchers that no new work should come here. */
  drain(): void {
    for (const name of ['', ...serviceNames]) this.#health.setStatus(name, 'NOT_SERVING')
  }

  /** Ends the streams of a user whose tokens count no more. */
  revoke(userId: string): void {
    this.#userCalls.end(userId, new UpstreamError(status.unauthenticated, 'revoked'))
  }

  /** Ends the streams of all users whose tokens count no more. */
  endRevoked(): void {
    this.#userCalls.endRevoked(this.#options.revocations, new UpstreamError(status.unauthenticated, 'revoked'))
  }

  async stop(): Promise<void> {
    this.#isGoingAway = true
    for (const stream of [...this.#streams]) stream.goAway(this.#options.drainMs)
    await this.#allStreamsClosed()
    for (const stream of [...this.#streams]) stream.shutDown()
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(shutdownMs, () => {
        this.#server.forceShutdown()
        resolve()
      })
      this.#server.tryShutdown(() => {
        cancel()
        resolve()
      })
    })
  }

  /** Or the drain is over. */
  async #allStreamsClosed(): Promise<void> {
    if (this.#streams.size === 0) return
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(this.#options.drainMs, resolve)
      this.#onEmpty = () => {
        cancel()
        resolve()
      }
    })
  }

  #marketDataMethods(): grpc.UntypedServiceImplementation {
    const { lastValues } = this.#options
    return {
      getMarketData: this.#unary.ofUser('GetMarketData', (request: messages.v1.GetMarketDataRequest, user) =>
        lastValues.one(request, user),
      ),
      getBatchMarketData: this.#unary.ofUser(
        'GetBatchMarketData',
        (request: messages.v1.GetBatchMarketDataRequest, user) => lastValues.batch(request, user),
      ),
      streamQuotes: (call: Duplex<StreamQuotesRequestMessage>) => this.#openUserStream(call),
    }
  }

  #gatewayMethods(): grpc.UntypedServiceImplementation {
    const { entitlements } = this.#options
    return {
      streamQuoteBatches: (call: Duplex<QuoteBatchRequestMessage>) => this.#openQuoteStream(call),
      authorize: this.#unary.ofGateway('Authorize', (request: messages.v1.AuthorizeRequest) =>
        entitlements.authorize(request),
      ),
      resolveTiers: this.#unary.ofGateway('ResolveTiers', (request: messages.v1.ResolveTiersRequest) =>
        entitlements.resolveTiers(request),
      ),
      checkSymbols: this.#unary.ofGateway('CheckSymbols', (request: messages.v1.CheckSymbolsRequest) =>
        entitlements.checkSymbols(request),
      ),
    }
  }

  #openQuoteStream(call: Duplex<QuoteBatchRequestMessage>): void {
    if (!this.#callers.isGateway(call.metadata)) {
      // Nobody but a gateway calls here, so this is a wrong setting on one of the two sides; it comes again and again.
      const calls = this.#strangerLog.count()
      const text = 'a gateway came with a missing or wrong UPSTREAM_TOKEN'
      if (calls > 0) this.#options.logger.warn({ peer: call.getPeer(), calls }, text)
      return this.#refuse(call, 'StreamQuoteBatches', { code: status.unauthenticated, details: notAGateway })
    }
    if (this.#isGoingAway) return this.#refuse(call, 'StreamQuoteBatches', goingAway)
    const { clock, random, drainMs, maxConnectionAgeMs } = this.#options
    const handler = this.#serve(call, 'StreamQuoteBatches', (stream) => this.#options.openQuoteStream(stream))
    if (maxConnectionAgeMs === 0) return
    // Before the transport's own end (ageOptions), so that its symbols have moved by then.
    const cancel = clock.after(jittered(maxConnectionAgeMs, random()), () => handler.goAway(drainMs))
    call.once('close', cancel)
  }

  /** Requests that come before the token is verified wait in the transport: nobody reads them. */
  #openUserStream(call: Duplex<StreamQuotesRequestMessage>): void {
    this.#callers.userOf(call.metadata).then(
      (user) => {
        if (!call.cancelled) this.#startUserStream(call, user)
      },
      (error) => this.#refuse(call, 'StreamQuotes', statusOf(error, this.#options.logger)),
    )
  }

  #startUserStream(call: Duplex<StreamQuotesRequestMessage>, user: Identity): void {
    if (this.#isGoingAway) return this.#refuse(call, 'StreamQuotes', goingAway)
    if (this.#userCalls.isFull(user.userId)) {
      const details = `at most ${this.#options.maxStreamsPerUser} streams a user`
      return this.#refuse(call, 'StreamQuotes', { code: status.resourceExhausted, details })
    }
    this.#options.logger.info({ user: user.userId, action: 'stream' }, 'user stream opened')
    this.#serve(call, 'StreamQuotes', (stream) => {
      const remove = this.#userCalls.add(user, stream)
      return this.#options.openUserStream(stream, user, remove)
    })
  }

  #refuse<Request>(call: Duplex<Request>, method: string, error: { code: number; details: string }): void {
    this.#options.observer.refused(method, error.code)
    call.on('error', () => {})
    call.emit('error', error)
  }

  #serve<Request>(
    call: Duplex<Request>,
    method: string,
    open: (stream: StreamCall) => StreamHandler<Request>,
  ): StreamHandler<Request> {
    const startedMs = this.#options.clock.nowMs()
    const handler = open(openStreamCall(call))
    this.#streams.add(handler as StreamHandler<never>)
    this.#options.observer.streamOpened(method)
    let isClosed = false
    const onClosed = () => {
      if (isClosed) return
      isClosed = true
      this.#streams.delete(handler as StreamHandler<never>)
      if (this.#streams.size === 0) this.#onEmpty()
      this.#options.observer.streamClosed(method, this.#options.clock.nowMs() - startedMs)
      handler.closed()
    }
    call.on('data', (request: Request) => handler.request(request))
    call.on('end', () => handler.halfClosed())
    call.on('drain', () => handler.drained())
    // `error` also stands for a status of our own; grpc-js sends it and ends the call.
    for (const event of ['cancelled', 'error', 'finish', 'close']) call.on(event, onClosed)
    return handler
  }

  async #bind(): Promise<number> {
    const { host, port } = this.#options
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
    return await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, bound) => {
        if (!error) return resolve(bound)
        reject(
          new ConfigError(`MARKETDATA_PORT: ${address} cannot be listened on. Example: MARKETDATA_PORT=${port + 1}`, {
            cause: error,
          }),
        )
      })
    })
  }
}

/** The transport's own end of a connection: for clients that do not know GoAway, and for streams that did not leave. */
function ageOptions({ maxConnectionAgeMs, drainMs }: GrpcServerOptions): grpc.ServerOptions {
  if (maxConnectionAgeMs === 0) return {}
  return {
    'grpc.max_connection_age_ms': Math.ceil(jittered(maxConnectionAgeMs, 1)) + drainMs,
    'grpc.max_connection_age_grace_ms': drainMs,
  }
}

function jittered(ageMs: number, random: number): number {
  return ageMs * (0.8 + 0.4 * random)
}
