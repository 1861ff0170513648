/**
 * Beside who lets users in: users whose tokens count no more.
 *
 * In:  `revoke`, from the messages on Redis (revocation-channel.ts).
 * Out: `isRevoked` for a token issued before that; `onRevoked`, so that live sessions end.
 * Bound: `maxUsers`; then the longest revoked is forgotten. Nothing survives a restart: whoever revokes must also stop
 * issuing tokens, and tokens should live for minutes.
 */
import type { Identity } from './tokens.ts'

export interface RevocationsOptions {
  readonly wallMs: () => number
  readonly onRevoked: (userId: string) => void
  readonly maxUsers?: number
}

const defaultMaxUsers = 100_000

export class Revocations {
  readonly #options: RevocationsOptions
  readonly #revokedAtMs = new Map<string, number>()

  constructor(options: RevocationsOptions) {
    this.#options = options
  }

  revoke(userId: string): void {
    const { wallMs, onRevoked, maxUsers = defaultMaxUsers } = this.#options
    this.#revokedAtMs.delete(userId)
    const [oldest] = this.#revokedAtMs.keys()
    if (this.#revokedAtMs.size >= maxUsers && oldest !== undefined) this.#revokedAtMs.delete(oldest)
    this.#revokedAtMs.set(userId, wallMs())
    onRevoked(userId)
  }

  /** A token that does not say when it was issued may have been issued before. */
  isRevoked({ userId, issuedAtMs }: Pick<Identity, 'userId' | 'issuedAtMs'>): boolean {
    const revokedAtMs = this.#revokedAtMs.get(userId)
    return revokedAtMs !== undefined && (issuedAtMs === undefined || issuedAtMs <= revokedAtMs)
  }
}
