/**
 * What stands for gateways in the ingest scenario: so many quote streams to one market-data process, each on a
 * connection of its own, in one process. `IngestClient` is what the scenario uses, `main` the process that it starts.
 *
 * It subscribes as services/gateway/upstream-link.ts does and counts batches, quotes and bytes by the lengths in the
 * protobuf, without decoding; of one quote in 64 it reads the price, which is the time that it was scheduled for.
 */
import { parseArgs } from 'node:util'
import * as grpc from '@grpc/grpc-js'
import { type messages, quotewire } from '../../services/shared/protobuf.ts'
import { AskedProcess, answerQuestions } from '../support/asked-process.ts'
import { Histogram } from '../support/stats.ts'

const { QuoteBatchRequest } = quotewire.v1
type Request = messages.v1.QuoteBatchRequest.$Properties

const path = '/quotewire.v1.GatewayService/StreamQuoteBatches'
const channelOptions: grpc.ClientOptions = {
  'grpc.enable_retries': 0,
  'grpc.use_local_subchannel_pool': 1,
  'grpc-node.flow_control_window': 4 * 1024 * 1024,
}
const symbolsPerRequest = 1_000
const sampleEvery = 64
/** Protobuf tags: field number × 8 + wire type. */
const entryTag = 0x0a
const quoteTag = 0x0a
const subscribedTag = 0x12
const symbolTag = 0x0a
const priceTag = 0x11

export interface IngestOptions {
  readonly address: string
  readonly upstreamToken: string
  /** A list of symbols for each gateway. */
  readonly wanted: readonly (readonly string[])[]
  /** Unix µs that `price` 0 stands for. */
  readonly baseUs: number
  readonly core?: number
}

export interface IngestWindow {
  /** Over all gateways. */
  readonly quotes: number
  readonly batches: number
  readonly bytes: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuSeconds: number
}

type Question =
  | { readonly kind: 'subscribe'; readonly wanted: readonly (readonly string[])[] }
  | { readonly kind: 'window' }

export class IngestClient implements AsyncDisposable {
  readonly #process: AskedProcess

  /** Resolves when each symbol is live on each stream that wants it. */
  static async start(options: IngestOptions): Promise<IngestClient> {
    const { address, upstreamToken, wanted, baseUs, core = 1 } = options
    const args = ['--address', address, '--token', upstreamToken, '--base-us', String(baseUs)]
    const child = new AskedProcess({ name: 'gateways', file: import.meta.filename, args, core })
    await child.ask({ kind: 'subscribe', wanted })
    return new IngestClient(child)
  }

  private constructor(child: AskedProcess) {
    this.#process = child
  }

  /** What came since the last call. */
  async window(): Promise<IngestWindow> {
    return await this.#process.ask({ kind: 'window' })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop()
  }
}

/** Counts over all streams of this process. */
class Counter {
  readonly #baseUs: number
  quotes = 0
  batches = 0
  bytes = 0
  subscribed = 0
  #sinceMs = performance.now()
  #cpuSince = process.cpuUsage()
  #latency = new Histogram()

  constructor(baseUs: number) {
    this.#baseUs = baseUs
  }

  batch(bytes: Buffer): void {
    this.batches++
    this.bytes += bytes.length
    for (let at = 0; at < bytes.length; ) {
      if (bytes[at] !== entryTag) throw new Error(`a batch has tag ${bytes[at]} at byte ${at}, which is no entry`)
      const { value: length, next } = varint(bytes, at + 1)
      this.#entry(bytes, next)
      at = next + length
    }
  }

  take(): IngestWindow {
    const { user, system } = process.cpuUsage(this.#cpuSince)
    const latency = this.#latency
    const nowMs = performance.now()
    const window = {
      quotes: this.quotes,
      batches: this.batches,
      bytes: this.bytes,
      seconds: (nowMs - this.#sinceMs) / 1000,
      p50Ms: this.quotes === 0 ? 0 : latency.percentile(50) / 1000,
      p99Ms: this.quotes === 0 ? 0 : latency.percentile(99) / 1000,
      cpuSeconds: (user + system) / 1e6,
    }
    this.quotes = 0
    this.batches = 0
    this.bytes = 0
    this.#latency = new Histogram()
    this.#sinceMs = nowMs
    this.#cpuSince = process.cpuUsage()
    return window
  }

  #entry(bytes: Buffer, at: number): void {
    if (bytes[at] === subscribedTag) this.subscribed++
    if (bytes[at] !== quoteTag) return
    this.quotes++
    if (this.quotes % sampleEvery === 0) this.#sample(bytes, varint(bytes, at + 1).next)
  }

  /** `at` a quote's first field, its symbol; the price comes behind it. */
  #sample(bytes: Buffer, at: number): void {
    if (bytes[at] !== symbolTag) throw new Error(`a quote begins with tag ${bytes[at]}, which is no symbol`)
    const { value: length, next } = varint(bytes, at + 1)
    const price = next + length
    if (bytes[price] !== priceTag) throw new Error(`a symbol is followed by tag ${bytes[price]}, which is no price`)
    const latencyUs = Date.now() * 1000 - (this.#baseUs + bytes.readDoubleLE(price + 1))
    this.#latency.add(Math.max(0, latencyUs))
  }
}

function varint(bytes: Buffer, at: number): { value: number; next: number } {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) return { value, next: at }
  }
}

function open(options: { address: string; token: string; symbols: readonly string[]; counter: Counter }): void {
  const { address, token, symbols, counter } = options
  const client = new grpc.Client(address, grpc.credentials.createInsecure(), channelOptions)
  const metadata = new grpc.Metadata()
  metadata.set('x-upstream-token', token)
  const encode = (request: Request) => QuoteBatchRequest.encode(request).finish() as Buffer
  const call = client.makeBidiStreamRequest<Request, Buffer>(path, encode, (bytes) => bytes, metadata)
  call.on('data', (bytes: Buffer) => counter.batch(bytes))
  call.on('error', fail)
  call.on('end', () => fail(new Error('market-data ended a quote stream')))
  const action = QuoteBatchRequest.Action.ACTION_SUBSCRIBE
  for (let start = 0, request = 1; start < symbols.length; start += symbolsPerRequest, request++) {
    call.write({ action, request, symbols: symbols.slice(start, start + symbolsPerRequest) })
  }
}

function fail(error: Error): never {
  process.stderr.write(`bench/scenarios/ingest-client.ts: ${error.message}\n`)
  process.exit(1)
}

function main(): void {
  const text = { type: 'string', default: '' } as const
  const { values } = parseArgs({ options: { address: text, token: text, 'base-us': text } })
  const counter = new Counter(Number(values['base-us']))
  answerQuestions(async (question: Question) => {
    if (question.kind === 'window') return counter.take()
    for (const symbols of question.wanted) open({ address: values.address, token: values.token, symbols, counter })
    const subscriptions = question.wanted.reduce((sum, symbols) => sum + symbols.length, 0)
    while (counter.subscribed < subscriptions) await new Promise((resolve) => setTimeout(resolve, 20))
    return undefined
  })
}

if (import.meta.main) main()
