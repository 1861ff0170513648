/**
 * Beside the gRPC server: the unary calls, from who calls to the status that answers.
 *
 * In:  a call and what answers it. Out: the answer, or a gRPC status, which is counted.
 * Bound: each call is answered by itself; those of a user have a rate (user-rates.ts), beyond it RESOURCE_EXHAUSTED.
 * Gateways have none: what they ask is bounded there.
 */
import { RequestError, UpstreamError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import type { Identity } from '../shared/tokens.ts'
import { type Callers, type CallMetadata, notAGateway } from './callers.ts'
import { statusOf } from './status-of-error.ts'
import { status } from './stream-call.ts'
import type { UserRates } from './user-rates.ts'

/** What is needed of grpc-js's call and callback. */
interface UnaryCall<Request> {
  readonly request: Request
  readonly metadata: CallMetadata
}
type Answer<Response> = (error: { readonly code: number; readonly details: string } | null, response?: Response) => void

export interface UnaryCallsOptions {
  readonly callers: Callers
  readonly rates: Pick<UserRates, 'exceeded'>
  readonly logger: Logger
  readonly observer: { refused(method: string, code: number): void }
}

export class UnaryCalls {
  readonly #options: UnaryCallsOptions

  constructor(options: UnaryCallsOptions) {
    this.#options = options
  }

  ofUser<Request, Response>(method: string, answer: (request: Request, user: Identity) => Promise<Response>) {
    return this.#handler(method, async ({ request, metadata }: UnaryCall<Request>) => {
      const { callers, rates } = this.#options
      const user = await callers.userOf(metadata)
      const exceeded = rates.exceeded(user)
      if (exceeded !== undefined) {
        throw new UpstreamError(status.resourceExhausted, `more than ${exceeded} requests a second`)
      }
      return await answer(request, user)
    })
  }

  ofGateway<Request, Response>(method: string, answer: (request: Request) => Promise<Response>) {
    return this.#handler(method, async ({ request, metadata }: UnaryCall<Request>) => {
      if (!this.#options.callers.isGateway(metadata)) throw new UpstreamError(status.unauthenticated, notAGateway)
      try {
        return await answer(request)
      } catch (error) {
        // A gateway has to tell a bad user from its own bad service token.
        if (!(error instanceof RequestError) || error.code !== 'unauthorized') throw error
        throw new UpstreamError(status.unauthenticated, `user token: ${error.message}`, { cause: error })
      }
    })
  }

  #handler<Request, Response>(method: string, answer: (call: UnaryCall<Request>) => Promise<Response>) {
    return (call: UnaryCall<Request>, callback: Answer<Response>) => {
      answer(call).then(
        (response) => callback(null, response),
        (thrown) => {
          const error = statusOf(thrown, this.#options.logger)
          // That no quote is known is an answer.
          if (error.code !== status.notFound) this.#options.observer.refused(method, error.code)
          callback(error)
        },
      )
    }
  }
}
