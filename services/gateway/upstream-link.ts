/**
 * Owns the gRPC client: one channel and one batched quote stream to one market-data address.
 *
 * In:  `subscribe` and `unsubscribe` by symbol; batches from the stream.
 * Out: `ready` with the first entry, decoded entries in order, `lost` when the stream ends or is silent for 1.5 s (the
 * other side sends a heartbeat every 500 ms). Then it connects again with full jitter, until `stop`.
 * Bound: while the transport is full requests wait in link-requests.ts, one action a symbol; grpc-js says that it is full
 * when 16 messages of 1,000 symbols wait behind 1 MiB. Each answer is matched by request number.
 * Closed by: upstream.ts.
 *
 * gRPC keepalive was not enough: the kernel of a frozen process answers for it, and it does not see a stuck stream.
 */
import * as grpc from '@grpc/grpc-js'
import { Backoff } from '../shared/backoff.ts'
import type { Clock } from '../shared/clock.ts'
import { RequestError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import { quotewire } from '../shared/protobuf.ts'
import { type Entry, readBatch } from './batch-reader.ts'
import { type LinkRequest, LinkRequests } from './link-requests.ts'

const { QuoteBatchRequest } = quotewire.v1

export interface UnaryCall<Question, Answer> {
  readonly path: string
  encode(question: Question): Uint8Array
  decode(bytes: Uint8Array): Answer
}

export interface LinkListener {
  ready(link: UpstreamLink): void
  /** Only `subscribed` and `rejected` that answer the newest request of their symbol are passed on. */
  entries(link: UpstreamLink, entries: readonly Entry[]): void
  lost(link: UpstreamLink): void
}

export interface UpstreamLinkOptions {
  readonly address: string
  readonly token: string
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly listener: LinkListener
  /** How long the stream lived, for the histogram. */
  readonly onStreamEnded: (durationMs: number) => void
}

type Call = grpc.ClientDuplexStream<LinkRequest, Entry[]>
type State =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'waiting'; readonly cancel: () => void }
  | { readonly kind: 'opening' | 'ready'; readonly client: grpc.Client; readonly call: Call; readonly openedMs: number }

const silenceMs = 1_500
const askMs = 1_000
/** What market-data's refusals of a user's token begin with; its refusals of a gateway do not. */
const tokenRefusal = 'user token: '
const path = '/quotewire.v1.GatewayService/StreamQuoteBatches'
const channelOptions: grpc.ClientOptions = {
  // A stream that was refused is opened anew by the link, with backoff, for what is wanted by then.
  'grpc.enable_retries': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.use_local_subchannel_pool': 1,
  // What market-data may send ahead of the reader: quotes of a pause of the process do not wait at the other end.
  'grpc-node.flow_control_window': 4 * 1024 * 1024,
}
const encodeRequest = (request: LinkRequest) => QuoteBatchRequest.encode(request).finish() as Buffer

export class UpstreamLink {
  readonly address: string
  readonly #options: UpstreamLinkOptions
  readonly #backoff: Backoff
  readonly #requests = new LinkRequests()
  #flushAt: NodeJS.Immediate | undefined
  #blocked = false
  #lastHeardMs = 0
  #cancelCheck: (() => void) | undefined
  #lastReason = ''
  #state: State = { kind: 'stopped' }

  constructor(options: UpstreamLinkOptions) {
    this.address = options.address
    this.#options = options
    this.#backoff = new Backoff({ baseMs: 100, capMs: 5_000, random: options.random })
  }

  get isReady(): boolean {
    return this.#state.kind === 'ready'
  }

  run(): void {
    this.#open()
  }

  stop(): void {
    if (this.#state.kind === 'waiting') this.#state.cancel()
    else this.#release()
    this.#state = { kind: 'stopped' }
  }

  /** Without effect while not ready: a link starts over with nothing, and its user asks again on `ready`. */
  subscribe(symbol: string): void {
    if (this.#state.kind !== 'ready') return
    this.#requests.subscribe(symbol)
    this.#flushSoon()
  }

  unsubscribe(symbol: string): void {
    if (this.#state.kind !== 'ready') return
    this.#requests.unsubscribe(symbol)
    this.#flushSoon()
  }

  /** Says that nothing more will be asked of this stream; the other side ends it, and the link begins anew. */
  halfClose(): void {
    if (this.#state.kind === 'ready') this.#state.call.end()
  }

  /** A unary call. Rejects with a RequestError: `unauthorized` where the other side says so, else `service_unavailable`. */
  async ask<Question, Answer>(call: UnaryCall<Question, Answer>, question: Question): Promise<Answer> {
    if (this.#state.kind !== 'ready') throw new RequestError('service_unavailable', 'this upstream is not ready')
    const { client } = this.#state
    const metadata = new grpc.Metadata()
    metadata.set('x-upstream-token', this.#options.token)
    const deadline = Date.now() + askMs
    const encode = (message: Question) => call.encode(message) as Buffer
    return await new Promise((resolve, reject) => {
      client.makeUnaryRequest(call.path, encode, call.decode, question, metadata, { deadline }, (error, answer) => {
        if (answer) return resolve(answer)
        const isRefusal = error?.code === grpc.status.UNAUTHENTICATED && error.details.startsWith(tokenRefusal)
        reject(
          isRefusal
            ? new RequestError('unauthorized', error.details.slice(tokenRefusal.length))
            : new RequestError('service_unavailable', 'this upstream does not answer', { cause: error }),
        )
      })
    })
  }

  #open(): void {
    const client = new grpc.Client(this.address, grpc.credentials.createInsecure(), channelOptions)
    const metadata = new grpc.Metadata()
    metadata.set('x-upstream-token', this.#options.token)
    const call = client.makeBidiStreamRequest<LinkRequest, Entry[]>(path, encodeRequest, readBatch, metadata)
    const openedMs = this.#options.clock.nowMs()
    this.#state = { kind: 'opening', client, call, openedMs }
    this.#lastHeardMs = openedMs
    call.on('data', (entries: Entry[]) => this.#onEntries(call, entries))
    call.on('drain', () => this.#onDrain(call))
    call.on('error', (error) => this.#onLost(call, error.message))
    call.on('end', () => this.#onLost(call, 'the stream ended'))
    this.#checkSilenceAfter(silenceMs, call)
  }

  #isCurrent(call: Call): boolean {
    return (this.#state.kind === 'opening' || this.#state.kind === 'ready') && this.#state.call === call
  }

  #onEntries(call: Call, entries: readonly Entry[]): void {
    if (!this.#isCurrent(call)) return
    this.#lastHeardMs = this.#options.clock.nowMs()
    if (this.#state.kind === 'opening') {
      this.#state = { ...this.#state, kind: 'ready' }
      this.#backoff.reset()
      this.#options.logger.info({ address: this.address }, 'upstream ready')
      this.#options.listener.ready(this)
    }
    this.#options.listener.entries(
      this,
      entries.filter((entry) => this.#isTimely(entry)),
    )
  }

  #isTimely(entry: Entry): boolean {
    const answer = entry.subscribed ?? entry.rejected
    return !answer || this.#requests.isTimely(answer.symbol ?? '', answer.request ?? 0)
  }

  #checkSilence(call: Call): void {
    if (!this.#isCurrent(call)) return
    const heardMs = this.#lastHeardMs
    const silentMs = this.#options.clock.nowMs() - heardMs
    if (silentMs < silenceMs) return this.#checkSilenceAfter(silenceMs - silentMs, call)
    // This process may itself have been stalled: let the sockets be read once before judging.
    this.#cancelCheck = this.#options.clock.after(1, () => {
      if (this.#lastHeardMs !== heardMs) this.#checkSilence(call)
      else this.#onLost(call, `silent for ${Math.round(silentMs)} ms`)
    })
  }

  #checkSilenceAfter(waitMs: number, call: Call): void {
    this.#cancelCheck = this.#options.clock.after(waitMs, () => this.#checkSilence(call))
  }

  #onLost(call: Call, reason: string): void {
    if (!this.#isCurrent(call)) return
    const wasReady = this.#state.kind === 'ready'
    this.#release()
    const waitMs = this.#backoff.nextMs()
    const cancel = this.#options.clock.after(waitMs, () => this.#open())
    this.#state = { kind: 'waiting', cancel }
    // Each attempt would say the same again.
    const isNews = wasReady || reason !== this.#lastReason
    this.#lastReason = reason
    this.#options.logger[isNews ? 'warn' : 'debug']({ address: this.address, reason }, 'upstream lost')
    if (wasReady) this.#options.listener.lost(this)
  }

  #release(): void {
    if (this.#state.kind !== 'opening' && this.#state.kind !== 'ready') return
    const { kind, call, client, openedMs } = this.#state
    this.#state = { kind: 'stopped' }
    this.#cancelCheck?.()
    clearImmediate(this.#flushAt)
    this.#flushAt = undefined
    this.#blocked = false
    this.#requests.clear()
    call.cancel()
    client.close()
    if (kind === 'ready') this.#options.onStreamEnded(this.#options.clock.nowMs() - openedMs)
  }

  #flushSoon(): void {
    if (!this.#blocked) this.#flushAt ??= setImmediate(() => this.#flush())
  }

  #onDrain(call: Call): void {
    if (!this.#isCurrent(call)) return
    this.#blocked = false
    this.#flush()
  }

  #flush(): void {
    this.#flushAt = undefined
    if (this.#state.kind !== 'ready') return
    for (const request of this.#requests.take()) {
      this.#blocked = !this.#state.call.write(request)
      if (this.#blocked) return
    }
  }
}
