/**
 * The four families of errors, and the one function that sorts any thrown value into them.
 *
 * 1. ConfigError: the process stops before it is ready, naming the variable.
 * 2. RequestError: a reply; the session survives.
 * 3. SessionClose: the WebSocket closes; the code's range alone says whether to reconnect.
 * 4. UpstreamError: a gRPC status.
 *
 * Codes are stable words: clients switch on them and metrics use them as labels.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

export type RequestErrorCode =
  | 'bad_json'
  | 'bad_message'
  | 'binary_not_supported'
  | 'unknown_type'
  | 'too_many_symbols'
  | 'bad_symbol'
  | 'symbol_limit'
  | 'not_entitled'
  | 'churn_limit'
  | 'busy'
  | 'service_unavailable'
  | 'unknown_action'
  | 'not_found'
  | 'unauthorized'
  | 'internal'

export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly code: RequestErrorCode
  /** Whether the same request may succeed later. */
  readonly retryable: boolean

  constructor(code: RequestErrorCode, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? false
  }
}

/** Close codes: 4000-4499 reconnect, 4500-4999 do not; 1013 is "try again later" (RFC 6455 registry). */
export const closeCodes = {
  drain: 4000,
  token_expired: 4001,
  too_slow: 4008,
  no_pong: 4012,
  message_rate: 4029,
  connection_limit: 4030,
  address_limit: 4031,
  unauthorized: 4500,
  revoked: 4502,
  keeps_asking: 4505,
  connection_lost: 1013,
  server_full: 1013,
  handshake_limit: 1013,
  unauthenticated_limit: 1013,
  limits_unavailable: 1013,
  service_unavailable: 1013,
  internal: 1011,
} as const

export type SessionCloseCode = keyof typeof closeCodes

export class SessionClose extends Error {
  override readonly name = 'SessionClose'
  readonly code: SessionCloseCode
  readonly retryAfterMs: number | undefined

  constructor(code: SessionCloseCode, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.retryAfterMs = options.retryAfterMs
  }

  get closeCode(): number {
    return closeCodes[this.code]
  }

  /** RFC 6455 leaves 123 bytes for it; every message of ours is ASCII, and a longer one is cut. */
  get reason(): string {
    return this.message.slice(0, 123)
  }
}

/** A gRPC status of the process on the other side. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError'
  /** The canonical gRPC status code, 1 to 16. */
  readonly status: number

  constructor(status: number, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.status = status
  }
}

export type KnownError = ConfigError | RequestError | SessionClose | UpstreamError

/** Whatever was thrown, as one of the four. The cause of an unknown one is for the log, never for the wire. */
export function toKnownError(thrown: unknown): KnownError {
  if (
    thrown instanceof ConfigError ||
    thrown instanceof RequestError ||
    thrown instanceof SessionClose ||
    thrown instanceof UpstreamError
  ) {
    return thrown
  }
  return new RequestError('internal', 'internal error', { retryable: true, cause: thrown })
}
