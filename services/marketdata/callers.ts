/**
 * Beside the gRPC server: who calls, a user with his token or a gateway with the service token.
 *
 * In:  a call's metadata. Out: a user's verified identity, or a RequestError.
 */
import { RequestError } from '../shared/errors.ts'
import type { Revocations } from '../shared/revocations.ts'
import { isSameSecret } from '../shared/same-secret.ts'
import { type Identity, stripBearer, type TokenVerifier } from '../shared/tokens.ts'

/** What is needed of grpc-js's metadata. */
export interface CallMetadata {
  get(key: string): readonly unknown[]
}

export interface CallersOptions {
  readonly tokens: Pick<TokenVerifier, 'verify'>
  readonly revocations: Pick<Revocations, 'isRevoked'>
  /** Those that count. */
  readonly upstreamTokens: readonly string[]
}

export const notAGateway =
  'missing or wrong x-upstream-token: UPSTREAM_TOKEN and JWT_SECRET have to be the same on both sides'

export class Callers {
  readonly #options: CallersOptions

  constructor(options: CallersOptions) {
    this.#options = options
  }

  /** Only `authorization` counts; a `user_id` beside it is a claim that nobody signed. */
  async userOf(metadata: CallMetadata): Promise<Identity> {
    const { tokens, revocations } = this.#options
    const user = await tokens.verify(stripBearer(String(metadata.get('authorization')[0] ?? '')))
    if (revocations.isRevoked(user)) throw new RequestError('unauthorized', 'revoked')
    return user
  }

  isGateway(metadata: CallMetadata): boolean {
    const token = String(metadata.get('x-upstream-token')[0] ?? '')
    return this.#options.upstreamTokens.some((accepted) => isSameSecret(token, accepted))
  }
}
