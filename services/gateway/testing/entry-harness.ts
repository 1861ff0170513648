/** The way in as main.ts builds it, with tokens that are really verified, and gates where a test may hold a user up. */
import { expect } from 'vitest'
import { Revocations } from '../../shared/revocations.ts'
import { ManualClock } from '../../shared/testing/manual-clock.ts'
import { silentLogger } from '../../shared/testing/silent-logger.ts'
import { createTokenVerifier, type SignOptions, signToken, type TokenVerifier } from '../../shared/tokens.ts'
import { ConnectRates } from '../connect-rates.ts'
import { type ConnectionCounts, type Entry, InProcessConnectionCounts } from '../connection-counts.ts'
import { UserEntry } from '../user-entry.ts'
import { Gate } from './gate.ts'
import { ManualEntitlements } from './manual-entitlements.ts'

export const secret = 'a secret of tests'
export const retryAfterMs = 3_000

/** Nobody leaves who was not counted. */
export class CheckedCounts implements ConnectionCounts {
  /** Connections by user; empty when all places were given back. */
  readonly held = new Map<string, number>()
  readonly gate = new Gate()
  /** What `enter` answers instead. */
  answer: Entry | Error | undefined
  readonly #counts = new InProcessConnectionCounts()

  async enter(userId: string, limit: number): Promise<Entry> {
    await this.gate.pass()
    if (this.answer instanceof Error) throw this.answer
    const entry = this.answer ?? (await this.#counts.enter(userId, limit))
    if (entry === 'entered') this.held.set(userId, (this.held.get(userId) ?? 0) + 1)
    return entry
  }

  leave(userId: string): void {
    const count = this.held.get(userId) ?? 0
    expect(count, `connections of ${userId} when one leaves`).toBeGreaterThan(0)
    if (count === 1) this.held.delete(userId)
    else this.held.set(userId, count - 1)
    this.#counts.leave(userId)
  }
}

export class EntryHarness {
  readonly clock = new ManualClock()
  readonly entitlements = new ManualEntitlements()
  readonly counts = new CheckedCounts()
  readonly revocations = new Revocations({ wallMs: () => this.clock.wallMs(), onRevoked: () => {} })
  /** Where the question to market-data waits. */
  readonly authorizing = new Gate()
  /** What that question is answered by instead. */
  failure: Error | undefined
  /** Tokens that market-data was asked about. */
  readonly asked: string[] = []
  readonly users: UserEntry

  constructor(tokens?: Pick<TokenVerifier, 'verify'>) {
    this.users = new UserEntry({
      tokens: tokens ?? createTokenVerifier(tokenSettings, { clock: this.clock, logger: silentLogger }),
      entitlements: {
        authorize: async (token, identity) => {
          this.asked.push(token)
          await this.authorizing.pass()
          if (this.failure) throw this.failure
          return await this.entitlements.authorize(token, identity)
        },
      },
      counts: this.counts,
      rates: new ConnectRates({ clock: this.clock }),
      revocations: this.revocations,
      retryAfterMs: () => retryAfterMs,
    })
  }
}

export function tokenOf(userId: string, options: Partial<SignOptions> = {}): string {
  return signToken({ secret, userId, ...options })
}

const tokenSettings = {
  JWT_SECRET: secret,
  JWT_PUBLIC_KEY: '',
  JWT_JWKS_URL: '',
  JWT_ISSUER: '',
  JWT_AUDIENCE: '',
  JWT_CLOCK_TOLERANCE_S: 0,
}
