/**
 * Stage: user stream → user responses → response outbox. The messages of one StreamQuotes call, encoded.
 *
 * In:  what is to be said about each symbol; shared quotes. Out: bytes for the outbox; each refusal is counted.
 * Bound: the outbox's (response-outbox.ts).
 * Closed by: its stream, with `close`.
 */
import { quotewire } from '../shared/protobuf.ts'
import { notEntitled } from './not-entitled.ts'
import { ResponseOutbox, type ResponseOutboxOptions } from './response-outbox.ts'

const { StreamQuotesResponse } = quotewire.v1

export interface UserStreamObserver {
  /** `code` of an error response, or `request_rate` where too many requests ended the stream. */
  refused(code: string): void
}

export interface UserResponsesOptions extends ResponseOutboxOptions {
  readonly observer: UserStreamObserver
}

const heartbeat = StreamQuotesResponse.encode({ type: 'heartbeat' }).finish()

export class UserResponses extends ResponseOutbox {
  readonly #observer: UserStreamObserver

  constructor(options: UserResponsesOptions) {
    super(options)
    this.#observer = options.observer
  }

  ack(type: 'subscribed' | 'unsubscribed', symbol: string): void {
    this.send(StreamQuotesResponse.encode({ type, symbol }).finish())
  }

  /** Taken away because the tier data changed. */
  revoked(symbol: string): void {
    const why = { code: 'not_entitled', message: notEntitled(symbol) }
    this.send(StreamQuotesResponse.encode({ type: 'unsubscribed', symbol, ...why }).finish())
  }

  refuse(symbol: string, code: string, message: string): void {
    this.#observer.refused(code)
    this.send(StreamQuotesResponse.encode({ type: 'error', symbol, code, message }).finish())
  }

  heartbeat(): void {
    if (!this.isFull) this.send(heartbeat)
  }
}
