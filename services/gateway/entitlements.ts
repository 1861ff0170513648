/**
 * Stage: admission and session → entitlements → (gRPC) → market-data. What each tier may have, asked once and kept.
 *
 * In:  `authorize` for a token, `check` for a tier's symbols; news of the tier data from every upstream link.
 * Out: terms and refusals of the newest tier data known; `onChange` when that has changed, so that live sessions are
 * reviewed (entitlement-review.ts).
 * Bound: what known-entitlements.ts keeps; one wait of at most 3 s (three tries) a question.
 * Closed by: nobody; one timer, which `stop` cancels.
 *
 * Processes load tier data each at its own time: tier-data-choice.ts knows which counts.
 */
import type { Clock } from '../shared/clock.ts'
import { RequestError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import type { messages } from '../shared/protobuf.ts'
import type { Identity } from '../shared/tokens.ts'
import { KnownEntitlements } from './known-entitlements.ts'
import type { Refusal } from './subscriptions.ts'
import { type Limits, provisionalTerms, readTerms, type Terms } from './terms.ts'
import { type TierData, TierDataChoice } from './tier-data-choice.ts'

/** Unary calls to one address; reject with any error. */
export interface Authority {
  authorize(address: string, token: string): Promise<messages.v1.AuthorizeResponse>
  resolveTiers(address: string, users: readonly User[]): Promise<messages.v1.ResolveTiersResponse>
  checkSymbols(address: string, tier: string, symbols: readonly string[]): Promise<messages.v1.CheckSymbolsResponse>
}

export interface User {
  readonly id: string
  readonly claimedTier: string
}

export interface EntitlementsOptions {
  readonly authority: Authority
  readonly clock: Clock
  readonly logger: Logger
  /** Where a tier says nothing. */
  readonly defaults: Limits
  readonly onChange: () => void
}

type Answer = { readonly tierData?: messages.v1.TierData.$Properties | null }

const symbolsPerQuestion = 1_000
const tries = 3
const unavailable = { code: 'service_unavailable', message: 'entitlements are not available at the moment' }

export class Entitlements {
  readonly #options: EntitlementsOptions
  readonly #data: TierDataChoice
  readonly #known = new KnownEntitlements()

  constructor(options: EntitlementsOptions) {
    this.#options = options
    const { clock, logger, onChange } = options
    const onReplaced = (isForNow: boolean) => this.#known.replace(isForNow)
    this.#data = new TierDataChoice({ clock, logger, onReplaced, onChange })
  }

  /** Changes with the content of the tier data. */
  get digest(): string {
    return this.#data.digest
  }

  /** For a gauge; 0 before any was told. */
  get revision(): number {
    return this.#data.revision
  }

  stop(): void {
    this.#data.stop()
  }

  /** A link is up, or its process has loaded other data. */
  announced(address: string, data: TierData): void {
    this.#data.announced(address, data)
  }

  lost(address: string): void {
    this.#data.lost(address)
  }

  /** Throws a RequestError `unauthorized` where market-data finds the token bad. */
  async authorize(token: string, { tier }: Identity): Promise<Terms> {
    const { authority, defaults } = this.#options
    // Subscribes are refused as long as this is so.
    if (!this.#data.hasLinks) return provisionalTerms(tier, defaults)
    const answer = await this.#ask((address) => authority.authorize(address, token))
    return this.#known.terms(readTerms(answer.tier ?? {}, defaults, answer.tierData?.digest ?? ''))
  }

  /** Calls `onChecked` once, at once where all is known, with what the tier may not have. */
  check(terms: Terms, symbols: readonly string[], onChecked: (refused: readonly Refusal[]) => void): void {
    if (this.#known.allowsAll(terms)) return onChecked([])
    if (terms.isProvisional) {
      // It was let in while nobody could be asked, and opened behind the review of that.
      if (this.#data.hasLinks) this.#options.onChange()
      return onChecked(symbols.map((symbol) => ({ symbol, ...unavailable })))
    }
    const { tier } = terms
    if (symbols.every((symbol) => this.#known.isKnown(tier, symbol))) {
      return onChecked(this.#known.refusals(tier, symbols))
    }
    const { digest } = this
    this.refusals(terms, symbols).then(
      (refusals) => {
        // Asked of data that has been replaced: once more.
        if (digest !== this.digest) return this.check(terms, symbols, onChecked)
        onChecked([...refusals.values()])
      },
      (error) => {
        this.#options.logger.debug({ err: error, tier }, 'symbols could not be checked')
        // What was refused for that reason is given back by the review, once somebody answers.
        this.#options.onChange()
        const unknown = symbols.filter((symbol) => !this.#known.isKnown(tier, symbol))
        const refused = this.#known.refusals(tier, symbols)
        onChecked([...refused, ...unknown.map((symbol) => ({ symbol, ...unavailable }))])
      },
    )
  }

  /** The terms of each of `users`, in their order. Rejects while data counts for now: live sessions keep what they have. */
  async resolve(users: readonly User[]): Promise<Terms[]> {
    const { authority, defaults } = this.#options
    if (this.#data.isForNow) throw notAvailable(new Error('nobody has the newest tier data'))
    const answer = await this.#ask((address) => authority.resolveTiers(address, users))
    const digest = answer.tierData?.digest ?? ''
    const all = answer.tiers.map((tier) => this.#known.terms(readTerms(tier, defaults, digest)))
    const tiers = new Map(all.map((terms) => [terms.tier, terms]))
    return answer.names.map((name) => tiers.get(name) ?? readTerms({ name }, defaults, digest))
  }

  /** What the tier may not have; rejects where nobody can be asked. */
  async refusals(terms: Terms, symbols: readonly string[]): Promise<Map<string, Refusal>> {
    const { tier } = terms
    if (this.#known.allowsAll(terms)) return new Map()
    const known = this.#known.refusals(tier, symbols)
    const unknown = symbols.filter((symbol) => !this.#known.isKnown(tier, symbol))
    const learned = await this.#learn(tier, unknown)
    return new Map([...known, ...learned].map((refusal) => [refusal.symbol, refusal]))
  }

  async #learn(tier: string, symbols: readonly string[]): Promise<Refusal[]> {
    const refused: Refusal[] = []
    for (let start = 0; start < symbols.length; start += symbolsPerQuestion) {
      const some = symbols.slice(start, start + symbolsPerQuestion)
      const answer = await this.#ask((address) => this.#options.authority.checkSymbols(address, tier, some))
      const byName = this.#known.restrained(tier, some, answer.denied.map(readDenial))
      // Other data may count since the answer came.
      if (answer.tierData?.digest === this.digest) this.#known.keep(tier, some, byName)
      refused.push(...byName.values())
    }
    return refused
  }

  /** Of an address with the newest data; another one where that fails. */
  async #ask<A extends Answer>(question: (address: string) => Promise<A>): Promise<A> {
    let failure: unknown = new Error('no market-data with the newest tier data')
    const asked = new Set<string>()
    for (let i = 0; i < tries; i++) {
      const address = this.#data.pick(asked)
      if (address === undefined) break
      asked.add(address)
      try {
        const answer = await question(address)
        const { revision, digest } = answer.tierData ?? {}
        this.#answered(address, { revision: revision ?? 0, digest: digest ?? '' })
        if (digest === this.digest) return answer
      } catch (error) {
        if (error instanceof RequestError && error.code !== 'service_unavailable') throw error
        failure = error
      }
    }
    this.#options.logger.warn({ err: failure, asked: [...asked] }, 'nobody answers about entitlements')
    throw notAvailable(failure)
  }

  /** An answer may come in behind the news that its data has been replaced. */
  #answered(address: string, data: TierData): void {
    const known = this.#data.of(address)
    if (known && data.revision > known.revision) this.announced(address, data)
  }
}

function notAvailable(cause: unknown): RequestError {
  return new RequestError('service_unavailable', unavailable.message, { retryable: true, cause })
}

function readDenial({ symbol, code, message }: messages.v1.Denial.$Properties): Refusal {
  return { symbol: symbol ?? '', code: code ?? '', message: message ?? '' }
}
