/**
 * Beside who lets users in: users whose tokens count no more.
 *
 * In:  `revoke`, from the messages on Redis, and `learn`, from what Redis keeps of them (revocation-channel.ts).
 * Out: `isRevoked` for a token issued before that, by the issuer's clock, which may be ahead by `toleranceMs`;
 *      `onRevoked` and `onLearnt`, so that live sessions end.
 * Bound: `maxUsers`; then the longest revoked is forgotten. Whoever revokes must also stop issuing tokens, and tokens
 * should live for minutes.
 */
import type { Identity } from './tokens.ts'

export interface Revocation {
  readonly userId: string
  /** Unix milliseconds. */
  readonly revokedAtMs: number
}

export interface RevocationsOptions {
  readonly wallMs: () => number
  /** Everything of this user ends. */
  readonly onRevoked: (userId: string) => void
  /**
   * What `isRevoked` ends; what began with a later token goes on. Once for all users, who may be many. Without it each
   * of them is told to `onRevoked`: too much ends then, never too little.
   */
  readonly onLearnt?: () => void
  /** JWT_CLOCK_TOLERANCE_S. */
  readonly toleranceMs?: number
  readonly maxUsers?: number
}

export const defaultMaxUsers = 100_000
const defaultToleranceMs = 5_000

export class Revocations {
  readonly #options: RevocationsOptions
  /** The longest revoked first. */
  readonly #revokedAtMs = new Map<string, number>()

  constructor(options: RevocationsOptions) {
    this.#options = options
  }

  revoke(userId: string): void {
    const { wallMs, onRevoked, maxUsers = defaultMaxUsers } = this.#options
    const revokedAtMs = Math.max(wallMs(), this.#knownMs(userId))
    this.#revokedAtMs.delete(userId)
    const [oldest] = this.#revokedAtMs.keys()
    if (this.#revokedAtMs.size >= maxUsers && oldest !== undefined) this.#revokedAtMs.delete(oldest)
    this.#revokedAtMs.set(userId, revokedAtMs)
    onRevoked(userId)
  }

  /** They count from their own time; those that are known already change nothing. */
  learn(recorded: readonly Revocation[]): void {
    const { onRevoked, onLearnt, maxUsers = defaultMaxUsers } = this.#options
    const news = recorded.filter(({ userId, revokedAtMs }) => revokedAtMs > this.#knownMs(userId))
    if (news.length === 0) return
    const all = new Map([
      ...this.#revokedAtMs,
      ...news.map(({ userId, revokedAtMs }) => [userId, revokedAtMs] as const),
    ])
    const newest = [...all].sort(([, one], [, other]) => one - other).slice(-maxUsers)
    this.#revokedAtMs.clear()
    for (const [userId, revokedAtMs] of newest) this.#revokedAtMs.set(userId, revokedAtMs)
    if (onLearnt) onLearnt()
    else for (const { userId } of news) onRevoked(userId)
  }

  /** A token that does not say when it was issued may have been issued before. */
  isRevoked({ userId, issuedAtMs }: Pick<Identity, 'userId' | 'issuedAtMs'>): boolean {
    const { toleranceMs = defaultToleranceMs } = this.#options
    return issuedAtMs === undefined ? this.#revokedAtMs.has(userId) : issuedAtMs <= this.#knownMs(userId) + toleranceMs
  }

  #knownMs(userId: string): number {
    return this.#revokedAtMs.get(userId) ?? Number.NEGATIVE_INFINITY
  }
}
