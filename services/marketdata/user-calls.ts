/**
 * Beside the gRPC server: the open StreamQuotes calls of each user.
 *
 * Bound: `maxPerUser` a user; a user without calls is forgotten.
 */
import type { UpstreamError } from '../shared/errors.ts'
import type { Revocations } from '../shared/revocations.ts'
import type { Identity } from '../shared/tokens.ts'
import type { StreamCall } from './stream-call.ts'

export class UserCalls {
  readonly #maxPerUser: number
  readonly #calls = new Map<string, Map<StreamCall, Identity>>()

  constructor(options: { readonly maxPerUser: number }) {
    this.#maxPerUser = options.maxPerUser
  }

  isFull(userId: string): boolean {
    return (this.#calls.get(userId)?.size ?? 0) >= this.#maxPerUser
  }

  /** The returned function takes it away again. */
  add(user: Identity, call: StreamCall): () => void {
    const { userId } = user
    const calls = this.#calls.get(userId) ?? new Map<StreamCall, Identity>()
    this.#calls.set(userId, calls.set(call, user))
    return () => {
      calls.delete(call)
      if (calls.size === 0 && this.#calls.get(userId) === calls) this.#calls.delete(userId)
    }
  }

  end(userId: string, error: UpstreamError): void {
    for (const call of [...(this.#calls.get(userId)?.keys() ?? [])]) call.end(error)
  }

  endRevoked(revocations: Pick<Revocations, 'isRevoked'>, error: UpstreamError): void {
    const all = [...this.#calls.values()].flatMap((calls) => [...calls])
    for (const [call, user] of all) if (revocations.isRevoked(user)) call.end(error)
  }
}
