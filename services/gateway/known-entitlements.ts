/**
 * Beside the entitlements: what has been learnt of the tier data that counts, and how it is restrained where that stands in
 * for newer data which nobody has at the moment.
 *
 * In:  terms and refusals as market-data answered them; `replace` when other data counts.
 * Out: the same, but for what the data before it is known to deny.
 * Bound: `maxVerdicts` verdicts, then all are forgotten and asked for again; the terms of `maxTiers` tiers. As much again of
 * the data before, while that restrains.
 */
import type { Refusal } from './subscriptions.ts'
import { isSameTerms, stricterOf, type Terms } from './terms.ts'

/** A denial takes about 250 bytes: 50 MB. */
const defaultMaxVerdicts = 200_000
/** As many as tier data may have. */
const maxTiers = 1_000

/** Denials by tier and symbol; undefined: allowed. */
type Verdicts = Map<string, Map<string, Refusal | undefined>>

export class KnownEntitlements {
  readonly #maxVerdicts: number
  readonly #verdicts: Verdicts = new Map()
  #verdictCount = 0
  readonly #terms = new Map<string, Terms>()
  /** Of the data before. */
  readonly #denials = new Map<string, Map<string, Refusal>>()
  readonly #strictTerms = new Map<string, Terms>()

  constructor({ maxVerdicts = defaultMaxVerdicts }: { readonly maxVerdicts?: number } = {}) {
    this.#maxVerdicts = maxVerdicts
  }

  /** Other data counts. `isForNow`: never for more than what is known of the one before. */
  replace(isForNow: boolean): void {
    if (isForNow) this.#restrain()
    else {
      this.#denials.clear()
      this.#strictTerms.clear()
    }
    this.#forgetVerdicts()
    this.#terms.clear()
  }

  /** As they count; the same object for all sessions of a tier, as long as it says the same. */
  terms(answered: Terms): Terms {
    const known = this.#terms.get(answered.tier)
    const terms = known && isEqual(known, answered) ? known : answered
    if (this.#terms.size < maxTiers || known) this.#terms.set(terms.tier, terms)
    const strict = this.#strictTerms.get(terms.tier)
    return strict ? stricterOf(terms, strict) : terms
  }

  /** Nothing needs to be asked. */
  allowsAll({ tier, allSymbols }: Terms): boolean {
    return allSymbols && !this.#denials.has(tier)
  }

  isKnown(tier: string, symbol: string): boolean {
    return this.#verdicts.get(tier)?.has(symbol) ?? false
  }

  /** Of the known ones among these. */
  refusals(tier: string, symbols: readonly string[]): Refusal[] {
    const verdicts = this.#verdicts.get(tier)
    return symbols.flatMap((symbol) => verdicts?.get(symbol) ?? [])
  }

  /** What market-data denied of these, and what is denied besides. */
  restrained(tier: string, symbols: readonly string[], denied: readonly Refusal[]): Map<string, Refusal> {
    const refusals = new Map(denied.map((refusal) => [refusal.symbol, refusal]))
    const denials = this.#denials.get(tier)
    for (const symbol of denials ? symbols : []) {
      const denial = denials?.get(symbol)
      if (denial && !refusals.has(symbol)) refusals.set(symbol, denial)
    }
    return refusals
  }

  keep(tier: string, symbols: readonly string[], refusals: ReadonlyMap<string, Refusal>): void {
    if (this.#verdictCount + symbols.length > this.#maxVerdicts) this.#forgetVerdicts()
    const verdicts = this.#verdicts.get(tier) ?? new Map<string, Refusal | undefined>()
    this.#verdicts.set(tier, verdicts)
    for (const symbol of symbols) verdicts.set(symbol, refusals.get(symbol))
    this.#verdictCount += symbols.length
  }

  #restrain(): void {
    for (const [tier, verdicts] of this.#verdicts) {
      const denials = this.#denials.get(tier) ?? new Map<string, Refusal>()
      for (const [symbol, refusal] of verdicts) if (refusal) denials.set(symbol, refusal)
      if (denials.size > 0) this.#denials.set(tier, denials)
    }
    for (const [tier, terms] of this.#terms) {
      const strict = this.#strictTerms.get(tier)
      this.#strictTerms.set(tier, strict ? stricterOf(terms, strict) : terms)
    }
  }

  #forgetVerdicts(): void {
    this.#verdicts.clear()
    this.#verdictCount = 0
  }
}

function isEqual(a: Terms, b: Terms): boolean {
  return isSameTerms(a, b) && a.allSymbols === b.allSymbols && a.digest === b.digest
}
