/**
 * Beside the gRPC server: the open StreamQuotes calls of each user.
 *
 * Bound: `maxPerUser` a user; a user without calls is forgotten.
 */
import type { UpstreamError } from '../shared/errors.ts'
import type { StreamCall } from './stream-call.ts'

export class UserCalls {
  readonly #maxPerUser: number
  readonly #calls = new Map<string, Set<StreamCall>>()

  constructor(options: { readonly maxPerUser: number }) {
    this.#maxPerUser = options.maxPerUser
  }

  isFull(userId: string): boolean {
    return (this.#calls.get(userId)?.size ?? 0) >= this.#maxPerUser
  }

  /** The returned function takes it away again. */
  add(userId: string, call: StreamCall): () => void {
    const calls = this.#calls.get(userId) ?? new Set()
    this.#calls.set(userId, calls.add(call))
    return () => {
      calls.delete(call)
      if (calls.size === 0 && this.#calls.get(userId) === calls) this.#calls.delete(userId)
    }
  }

  end(userId: string, error: UpstreamError): void {
    for (const call of [...(this.#calls.get(userId) ?? [])]) call.end(error)
  }
}
