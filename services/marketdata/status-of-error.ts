/** Any thrown value as the gRPC status it is answered with. Of what is unknown the cause is logged, never sent. */
import { RequestError, toKnownError, UpstreamError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import { status } from './stream-call.ts'

const statusOfCode: Readonly<Record<string, number>> = {
  unauthorized: status.unauthenticated,
  not_found: status.notFound,
  not_entitled: status.permissionDenied,
  service_unavailable: status.unavailable,
}

export function statusOf(thrown: unknown, logger: Logger): { code: number; details: string } {
  const error = toKnownError(thrown)
  if (error instanceof UpstreamError) return { code: error.status, details: error.message }
  if (error instanceof RequestError && error.code !== 'internal') {
    return { code: statusOfCode[error.code] ?? status.invalidArgument, details: error.message }
  }
  logger.error({ err: error.cause ?? error }, 'a call failed')
  return { code: status.internal, details: 'internal error' }
}
