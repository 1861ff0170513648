/** A real gRPC client for tests: raw paths, own codecs, and streams that can be read one message at a time. */
import * as grpc from '@grpc/grpc-js'

export interface Codec<Request, Response> {
  readonly encode: (request: Request) => Buffer
  readonly decode: (bytes: Buffer) => Response
}

export const bytesCodec: Codec<Uint8Array, Buffer> = { encode: (bytes) => Buffer.from(bytes), decode: (bytes) => bytes }

export class GrpcTestClient implements Disposable {
  readonly #client: grpc.Client

  constructor(port: number) {
    // Not shared with other clients of this process: each test sees its own connection.
    const options = { 'grpc.use_local_subchannel_pool': 1 }
    this.#client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), options)
  }

  stream<Request, Response>(path: string, codec: Codec<Request, Response>, metadata: Record<string, string> = {}) {
    return new ClientStream<Request, Response>(
      this.#client.makeBidiStreamRequest(path, codec.encode, codec.decode, metadataOf(metadata)),
    )
  }

  /** The response, or the status of the failure. */
  async call<Request, Response>(
    path: string,
    codec: Codec<Request, Response>,
    request: Request,
    metadata: Record<string, string> = {},
  ): Promise<Response> {
    return await new Promise((resolve, reject) => {
      const { encode, decode } = codec
      this.#client.makeUnaryRequest(path, encode, decode, request, metadataOf(metadata), (error, response) => {
        if (error) reject(error)
        else resolve(response as Response)
      })
    })
  }

  [Symbol.dispose](): void {
    this.#client.close()
  }
}

export class ClientStream<Request, Response> {
  readonly #call: grpc.ClientDuplexStream<Request, Response>
  readonly #messages: Response[] = []
  #wake: () => void = () => {}
  #isOver = false
  /** Resolves with the final status, whichever it is. */
  readonly ended: Promise<{ readonly code: number; readonly details: string }>

  constructor(call: grpc.ClientDuplexStream<Request, Response>) {
    this.#call = call
    call.on('data', (message: Response) => {
      this.#messages.push(message)
      this.#wake()
    })
    // `status` tells the same.
    call.on('error', () => {})
    this.ended = new Promise((resolve) => {
      call.on('status', ({ code, details }) => {
        this.#isOver = true
        this.#wake()
        resolve({ code, details })
      })
    })
  }

  send(request: Request): void {
    this.#call.write(request)
  }

  halfClose(): void {
    this.#call.end()
  }

  cancel(): void {
    this.#call.cancel()
  }

  /** A client that reads no more: what the server writes stays in the transport. */
  pause(): void {
    this.#call.pause()
  }

  resume(): void {
    this.#call.resume()
  }

  /** The next message that was not taken yet. */
  async next(): Promise<Response> {
    for (;;) {
      const message = this.#messages.shift()
      if (message !== undefined) return message
      if (this.#isOver) throw new Error(`the stream ended: ${JSON.stringify(await this.ended)}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  async take(count: number): Promise<Response[]> {
    const taken: Response[] = []
    while (taken.length < count) taken.push(await this.next())
    return taken
  }
}

function metadataOf(values: Record<string, string>): grpc.Metadata {
  const metadata = new grpc.Metadata()
  for (const [name, value] of Object.entries(values)) metadata.set(name, value)
  return metadata
}
