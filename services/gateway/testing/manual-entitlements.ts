/** Tier data in the hand of a test: what each tier may not have, answered at once or when `answer` is called. */
import type { Identity } from '../../shared/tokens.ts'
import type { Entitlements } from '../entitlements.ts'
import type { Refusal } from '../subscriptions.ts'
import { type Limits, provisionalTerms, type Terms } from '../terms.ts'

export class ManualEntitlements implements Pick<Entitlements, 'authorize' | 'check' | 'digest'> {
  digest = 'd1'
  limits: Limits = { symbols: 10, connections: 5, messagesPerSecond: 1_000 }
  /** By tier; what is not named is allowed. */
  readonly denied = new Map<string, ReadonlySet<string>>()
  /** While set, checks wait for `answer`. */
  isSlow = false
  #waiting: (() => void)[] = []

  termsOf(tier: string): Terms {
    const { limits, digest } = this
    return { ...provisionalTerms(tier, limits), isProvisional: false, digest }
  }

  async authorize(_token: string, { tier }: Identity): Promise<Terms> {
    return this.termsOf(tier)
  }

  check({ tier }: Terms, symbols: readonly string[], onChecked: (refused: readonly Refusal[]) => void): void {
    const answer = () => onChecked([...this.refusals(tier, symbols).values()])
    if (this.isSlow) this.#waiting.push(answer)
    else answer()
  }

  refusals(tier: string, symbols: readonly string[]): Map<string, Refusal> {
    const denied = symbols.filter((symbol) => this.denied.get(tier)?.has(symbol))
    const code = 'not_entitled'
    return new Map(denied.map((symbol) => [symbol, { symbol, code, message: `Symbol ${symbol} not allowed` }]))
  }

  /** Lets every check that waits be answered. */
  answer(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const each of waiting) each()
  }
}
