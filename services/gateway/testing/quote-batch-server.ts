/** A real gRPC server with GatewayService/StreamQuoteBatches alone; the test reads the requests and writes the answers. */
import * as grpc from '@grpc/grpc-js'
import { type messages, quotewire } from '../../shared/protobuf.ts'

const { QuoteBatch, QuoteBatchRequest } = quotewire.v1
type Entry = messages.v1.QuoteEntry.$Properties
type Batch = messages.v1.QuoteBatch.$Properties
type Request = messages.v1.QuoteBatchRequest

const definition = {
  StreamQuoteBatches: {
    path: '/quotewire.v1.GatewayService/StreamQuoteBatches',
    requestStream: true,
    responseStream: true,
    requestSerialize: (request: Request) => Buffer.from(QuoteBatchRequest.encode(request).finish()),
    requestDeserialize: (bytes: Buffer) => QuoteBatchRequest.decode(bytes),
    responseSerialize: (batch: Batch) => Buffer.from(QuoteBatch.encode(batch).finish()),
    responseDeserialize: (bytes: Buffer) => QuoteBatch.decode(bytes),
  },
} as const

export interface Asked {
  readonly action: 'subscribe' | 'unsubscribe'
  readonly request: number
  readonly symbols: readonly string[]
}

export class QuoteBatchServer implements AsyncDisposable {
  readonly #server = new grpc.Server()
  /** Streams in the order they came, each to be taken once. */
  readonly streams = new Inbox<QuoteBatchStream>()
  /** Where set, every stream begins with this, without the test's doing. */
  onStream: ((stream: QuoteBatchStream) => void) | undefined
  #port = 0

  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  /** On a free port, or the given one. */
  static async start(port = 0): Promise<QuoteBatchServer> {
    const started = new QuoteBatchServer()
    started.#server.addService(definition, {
      StreamQuoteBatches: (call: grpc.ServerDuplexStream<Request, Batch>) => {
        const stream = new QuoteBatchStream(call)
        started.onStream?.(stream)
        started.streams.put(stream)
      },
    })
    started.#port = await new Promise<number>((resolve, reject) => {
      const credentials = grpc.ServerCredentials.createInsecure()
      started.#server.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) =>
        error ? reject(error) : resolve(bound),
      )
    })
    return started
  }

  get port(): number {
    return this.#port
  }

  /** Resolves once every stream has ended by itself: proof that clients left nothing open. */
  async stopWhenUnused(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.tryShutdown((error) => (error ? reject(error) : resolve()))
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.forceShutdown()
  }
}

export class QuoteBatchStream {
  readonly requests = new Inbox<Asked>()
  readonly token: string
  readonly cancelled: Promise<void>
  readonly halfClosed: Promise<void>
  readonly #call: grpc.ServerDuplexStream<Request, Batch>

  constructor(call: grpc.ServerDuplexStream<Request, Batch>) {
    this.#call = call
    this.token = String(call.metadata.get('x-upstream-token')[0] ?? '')
    this.cancelled = new Promise((resolve) => call.on('cancelled', resolve))
    this.halfClosed = new Promise((resolve) => call.on('end', resolve))
    call.on('error', () => {})
    call.on('data', ({ action, request, symbols }: Request) => {
      const isSubscribe = action === QuoteBatchRequest.Action.ACTION_SUBSCRIBE
      this.requests.put({ action: isSubscribe ? 'subscribe' : 'unsubscribe', request, symbols })
    })
  }

  send(...entries: Entry[]): void {
    this.#call.write({ entries })
  }

  beat(): void {
    this.send({ heartbeat: {} })
  }

  /** Reads no more: what the gateway asks stays in the transport, and fills it. */
  pause(): void {
    this.#call.pause()
  }

  resume(): void {
    this.#call.resume()
  }

  end(): void {
    this.#call.end()
  }

  fail(code: grpc.status): void {
    this.#call.emit('error', { code, details: 'on purpose' })
  }
}

/** What happened, for a test to wait for in order. */
export class Inbox<T> {
  readonly #items: T[] = []
  readonly #takers: ((item: T) => void)[] = []

  /** How many nobody has taken yet. */
  get size(): number {
    return this.#items.length
  }

  put(item: T): void {
    const taker = this.#takers.shift()
    if (taker) taker(item)
    else this.#items.push(item)
  }

  async take(): Promise<T> {
    const item = this.#items.shift()
    return item === undefined ? await new Promise<T>((resolve) => this.#takers.push(resolve)) : item
  }
}
