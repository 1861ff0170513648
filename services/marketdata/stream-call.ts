/**
 * What a stream handler sees of one gRPC call, so that grpc-server.ts alone knows the library.
 *
 * Bound: keeps nothing; `write` says false where HTTP/2 flow control holds more than it should, and its caller waits.
 */
import type { UpstreamError } from '../shared/errors.ts'

/** The way out. */
export interface StreamCall {
  /** False: the transport is full; write nothing until `drained`. */
  write(message: Uint8Array): boolean
  /** Ends with status OK, or with the error's status. Later calls do nothing. */
  end(error?: UpstreamError): void
  /** Requests stop coming (the client is held back by flow control) until `resumeRequests`. */
  pauseRequests(): void
  resumeRequests(): void
}

/** What is needed of grpc-js's call. */
interface Transport {
  write(message: Uint8Array): boolean
  end(): unknown
  emit(event: 'error', error: { readonly code: number; readonly details: string }): boolean
  pause(): unknown
  resume(): unknown
}

export function openStreamCall(transport: Transport): StreamCall {
  let ended = false
  return {
    write: (message) => !ended && transport.write(message),
    end(error) {
      if (ended) return
      ended = true
      // grpc-js sends the status of an `error` and ends the call.
      if (error) transport.emit('error', { code: error.status, details: error.message })
      else transport.end()
    },
    pauseRequests: () => void transport.pause(),
    resumeRequests: () => void transport.resume(),
  }
}

/** The way in; grpc-server.ts calls these, `closed` exactly once and last. */
export interface StreamHandler<Request> {
  request(request: Request): void
  /** The client will send nothing more. */
  halfClosed(): void
  /** After `write` returned false: there is room again. */
  drained(): void
  /** Cancelled, broken or ended: free everything. */
  closed(): void
  /** The server goes away: say so, so that the client can leave by itself within `deadlineMs`. */
  goAway(deadlineMs: number): void
  /** The server is gone: end now. */
  shutDown(): void
}

/** Canonical gRPC status codes. */
export const status = {
  invalidArgument: 3,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const
