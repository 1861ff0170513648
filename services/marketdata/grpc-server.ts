/**
 * Owns the gRPC server: MarketDataService under both names, GatewayService, grpc.health.v1 and, outside production,
 * reflection.
 *
 * In:  calls. Who calls is checked here (a user's token or the service token) before a handler exists.
 * Out: handlers that see a StreamCall; encoded messages pass through as bytes.
 * Bound: requests of 1 MiB; 1,000 streams a connection; `maxStreamsPerUser` StreamQuotes a user and process; keepalive pings end dead peers.
 * Closed by: the application. Gateways get GoAway and `drainMs` to move away, other streams end with UNAVAILABLE; then
 * the server has `shutdownMs` before it is forced.
 */
import { timingSafeEqual } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as grpc from '@grpc/grpc-js'
import { HealthImplementation } from 'grpc-health-check'
import type { Clock } from '../shared/clock.ts'
import { ConfigError, RequestError, toKnownError, UpstreamError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import type { messages } from '../shared/protobuf.ts'
import { type Identity, stripBearer, type TokenVerifier } from '../shared/tokens.ts'
import { gatewayDefinition, marketDataDefinition } from './grpc-definitions.ts'
import type { LastValueService } from './last-value-service.ts'
import type { QuoteBatchRequestMessage } from './quote-stream.ts'
import { type StreamCall, type StreamHandler, status } from './stream-call.ts'
import type { StreamQuotesRequestMessage } from './user-stream.ts'

export interface GrpcServerOptions {
  /** Address to listen on; `::` is every one. */
  readonly host: string
  readonly port: number
  readonly clock: Clock
  readonly logger: Logger
  readonly tokens: TokenVerifier
  readonly upstreamToken: string
  readonly maxStreamsPerUser: number
  /** How long gateways have for moving away before their streams are ended. */
  readonly drainMs: number
  readonly reflection: boolean
  readonly lastValues: LastValueService
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
  /** Before it began; `code` is a gRPC status. */
  refused(method: string, code: number): void
}

const shutdownMs = 2_000
const serviceNames = ['quotewire.v1.MarketDataService', 'quotewire.v1.GatewayService', 'MarketDataService']
const serverOptions = {
  'grpc.max_receive_message_length': 1024 * 1024,
  'grpc.max_concurrent_streams': 1_000,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc-node.flow_control_window': 4 * 1024 * 1024,
}

type Duplex<Request> = grpc.ServerDuplexStream<Request, Uint8Array>

export class GrpcServer {
  readonly #options: GrpcServerOptions
  readonly #server = new grpc.Server(serverOptions)
  readonly #health = new HealthImplementation({ '': 'SERVING' })
  readonly #streams = new Set<StreamHandler<never>>()
  readonly #streamsPerUser = new Map<string, number>()
  #port = 0
  #onEmpty: () => void = () => {}

  constructor(options: GrpcServerOptions) {
    this.#options = options
  }

  get port(): number {
    return this.#port
  }

  async run(): Promise<void> {
    for (const prefix of ['/quotewire.v1.MarketDataService', '/MarketDataService']) {
      this.#server.addService(marketDataDefinition(prefix), this.#marketDataMethods())
    }
    this.#server.addService(gatewayDefinition, {
      streamQuoteBatches: (call: Duplex<QuoteBatchRequestMessage>) => this.#openQuoteStream(call),
    })
    this.#health.addToServer(this.#server)
    for (const name of serviceNames) this.#health.setStatus(name, 'SERVING')
    if (this.#options.reflection) await this.#addReflection()
    this.#port = await this.#bind()
  }

  /** Tells health watchers that no new work should come here. */
  drain(): void {
    for (const name of ['', ...serviceNames]) this.#health.setStatus(name, 'NOT_SERVING')
  }

  async stop(): Promise<void> {
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
      getMarketData: this.#unary((request: messages.v1.GetMarketDataRequest) => lastValues.one(request)),
      getBatchMarketData: this.#unary((request: messages.v1.GetBatchMarketDataRequest) => lastValues.batch(request)),
      streamQuotes: (call: Duplex<StreamQuotesRequestMessage>) => this.#openUserStream(call),
    }
  }

  #unary<Request, Response>(answer: (request: Request) => Promise<Response>) {
    return (call: grpc.ServerUnaryCall<Request, Response>, callback: grpc.sendUnaryData<Response>) => {
      const respond = async () => {
        this.#authenticate(call.metadata)
        return await answer(call.request)
      }
      respond().then(
        (response) => callback(null, response),
        (error) => callback(this.#toStatus(error)),
      )
    }
  }

  #openQuoteStream(call: Duplex<QuoteBatchRequestMessage>): void {
    const presented = String(call.metadata.get('x-upstream-token')[0] ?? '')
    if (!isSameSecret(presented, this.#options.upstreamToken)) {
      // Nobody but a gateway calls here, so this is a wrong setting on one of the two sides.
      this.#options.logger.warn({ peer: call.getPeer() }, 'a gateway came with a missing or wrong UPSTREAM_TOKEN')
      const details =
        'missing or wrong x-upstream-token: UPSTREAM_TOKEN and JWT_SECRET have to be the same on both sides'
      return this.#refuse(call, 'StreamQuoteBatches', { code: status.unauthenticated, details })
    }
    this.#serve(call, 'StreamQuoteBatches', (stream) => this.#options.openQuoteStream(stream))
  }

  #openUserStream(call: Duplex<StreamQuotesRequestMessage>): void {
    let user: Identity
    try {
      user = this.#authenticate(call.metadata)
    } catch (error) {
      return this.#refuse(call, 'StreamQuotes', this.#toStatus(error))
    }
    const count = this.#streamsPerUser.get(user.userId) ?? 0
    if (count >= this.#options.maxStreamsPerUser) {
      const details = `at most ${this.#options.maxStreamsPerUser} streams a user`
      return this.#refuse(call, 'StreamQuotes', { code: status.resourceExhausted, details })
    }
    this.#streamsPerUser.set(user.userId, count + 1)
    this.#options.logger.info({ user: user.userId, action: 'stream' }, 'user stream opened')
    this.#serve(call, 'StreamQuotes', (stream) =>
      this.#options.openUserStream(stream, user, () => this.#releaseUser(user.userId)),
    )
  }

  #refuse<Request>(call: Duplex<Request>, method: string, error: { code: number; details: string }): void {
    this.#options.observer.refused(method, error.code)
    call.on('error', () => {})
    call.emit('error', error)
  }

  #releaseUser(userId: string): void {
    const count = this.#streamsPerUser.get(userId) ?? 0
    if (count <= 1) this.#streamsPerUser.delete(userId)
    else this.#streamsPerUser.set(userId, count - 1)
  }

  /** Only `authorization` counts; a `user_id` beside it is a claim that nobody signed. */
  #authenticate(metadata: grpc.Metadata): Identity {
    return this.#options.tokens.verify(stripBearer(String(metadata.get('authorization')[0] ?? '')))
  }

  #serve<Request>(call: Duplex<Request>, method: string, open: (stream: StreamCall) => StreamHandler<Request>): void {
    const startedMs = this.#options.clock.nowMs()
    const handler = open(streamCall(call))
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
  }

  #toStatus(thrown: unknown): { code: number; details: string } {
    const error = toKnownError(thrown)
    if (error instanceof UpstreamError) return { code: error.status, details: error.message }
    if (error instanceof RequestError && error.code !== 'internal') {
      const code = {
        unauthorized: status.unauthenticated,
        not_found: status.notFound,
        service_unavailable: status.unavailable,
      }
      return { code: code[error.code as keyof typeof code] ?? status.invalidArgument, details: error.message }
    }
    this.#options.logger.error({ err: error.cause ?? error }, 'a call failed')
    return { code: status.internal, details: 'internal error' }
  }

  async #addReflection(): Promise<void> {
    // Loaded on demand: production does not need these modules.
    const [{ ReflectionService }, { loadSync }] = await Promise.all([
      import('@grpc/reflection'),
      import('@grpc/proto-loader'),
    ])
    // A bundle ships its own copy beside its code.
    const beside = join(import.meta.dirname, 'proto')
    const protoRoot = existsSync(beside) ? beside : join(import.meta.dirname, '../../proto')
    new ReflectionService(loadSync('quotewire/v1/market_data.proto', { includeDirs: [protoRoot] })).addToServer(
      this.#server,
    )
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

function streamCall<Request>(call: Duplex<Request>): StreamCall {
  let ended = false
  return {
    write: (message) => !ended && call.write(message),
    end(error) {
      if (ended) return
      ended = true
      if (error) call.emit('error', { code: error.status, details: error.message })
      else call.end()
    },
    pauseRequests: () => call.pause(),
    resumeRequests: () => call.resume(),
  }
}

function isSameSecret(presented: string, expected: string): boolean {
  const [a, b] = [Buffer.from(presented), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
