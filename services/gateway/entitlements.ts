/**
 * Stage: admission and session → entitlements → (gRPC) → market-data. What each tier may have, asked once and kept.
 *
 * In:  `authorize` for a token, `check` for a tier's symbols; news of the tier data from every upstream link.
 * Out: terms and refusals of the newest tier data known; `onChange` when that has changed, so that live sessions are
 * reviewed (entitlement-review.ts).
 * Bound: `maxVerdicts` verdicts, then all are forgotten and asked for again; one wait of at most 3 s (three tries) a question.
 * Closed by: nobody; one timer, which `stop` cancels.
 *
 * Processes load tier data each at its own time. The highest revision counts, equal digests count as equal, and lower
 * ones are not asked. Only when no link has had the newest data for `graceMs` does the best of the others count.
 */
import type { Clock } from '../shared/clock.ts'
import { RequestError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import type { messages } from '../shared/protobuf.ts'
import type { Identity } from '../shared/tokens.ts'
import type { Refusal } from './subscriptions.ts'
import { isSameTerms, type Limits, provisionalTerms, readTerms, type Terms } from './terms.ts'

export interface TierData {
  readonly revision: number
  readonly digest: string
}

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

const maxVerdicts = 500_000
const symbolsPerQuestion = 1_000
const maxSharedTerms = 1_000
const graceMs = 10_000
const tries = 3
const unavailable = { code: 'service_unavailable', message: 'entitlements are not available at the moment' }

export class Entitlements {
  readonly #options: EntitlementsOptions
  readonly #links = new Map<string, TierData>()
  #current: TierData | undefined
  /** Denials by tier and symbol; undefined: allowed. */
  readonly #verdicts = new Map<string, Map<string, Refusal | undefined>>()
  #verdictCount = 0
  readonly #terms = new Map<string, Terms>()
  #nextLink = 0
  #cancelGrace: (() => void) | undefined

  constructor(options: EntitlementsOptions) {
    this.#options = options
  }

  /** Changes with the content of the tier data. */
  get digest(): string {
    return this.#current?.digest ?? ''
  }

  /** For a gauge; 0 before any was told. */
  get revision(): number {
    return this.#current?.revision ?? 0
  }

  stop(): void {
    this.#cancelGrace?.()
  }

  /** A link is up, or its process has loaded other data. */
  announced(address: string, data: TierData): void {
    const wasAlone = this.#links.size === 0
    this.#links.set(address, data)
    const isNewer = !this.#current || data.revision > this.#current.revision
    const isOther = isNewer && this.#adopt(data)
    this.#watchGrace()
    // Sessions that came while nobody could be asked have provisional terms.
    if (isOther || wasAlone) this.#options.onChange()
  }

  lost(address: string): void {
    this.#links.delete(address)
    this.#watchGrace()
  }

  /** Throws a RequestError `unauthorized` where market-data finds the token bad. */
  async authorize(token: string, { tier }: Identity): Promise<Terms> {
    const { authority, defaults } = this.#options
    // Subscribes are refused as long as this is so.
    if (this.#links.size === 0) return provisionalTerms(tier, defaults)
    const answer = await this.#ask((address) => authority.authorize(address, token))
    return this.#shared(readTerms(answer.tier ?? {}, defaults, answer.tierData?.digest ?? ''))
  }

  /** Calls `onChecked` once, at once where all is known, with what the tier may not have. */
  check(terms: Terms, symbols: readonly string[], onChecked: (refused: readonly Refusal[]) => void): void {
    if (terms.allSymbols) return onChecked([])
    if (terms.isProvisional) {
      // It was let in while nobody could be asked, and opened behind the review of that.
      if (this.#links.size > 0) this.#options.onChange()
      return onChecked(symbols.map((symbol) => ({ symbol, ...unavailable })))
    }
    const verdicts = this.#verdictsOf(terms.tier)
    if (symbols.every((symbol) => verdicts.has(symbol))) {
      return onChecked(symbols.flatMap((symbol) => verdicts.get(symbol) ?? []))
    }
    const { digest } = this
    this.refusals(terms, symbols).then(
      (refusals) => {
        // Asked of data that has been replaced: once more.
        if (digest !== this.digest) return this.check(terms, symbols, onChecked)
        onChecked([...refusals.values()])
      },
      (error) => {
        this.#options.logger.debug({ err: error, tier: terms.tier }, 'symbols could not be checked')
        // What was refused for that reason is given back by the review, once somebody answers.
        this.#options.onChange()
        const known = this.#verdictsOf(terms.tier)
        onChecked(
          symbols.flatMap((symbol) => (known.has(symbol) ? known.get(symbol) : { symbol, ...unavailable }) ?? []),
        )
      },
    )
  }

  /** The terms of each of `users`, in their order. */
  async resolve(users: readonly User[]): Promise<Terms[]> {
    const { authority, defaults } = this.#options
    const answer = await this.#ask((address) => authority.resolveTiers(address, users))
    const digest = answer.tierData?.digest ?? ''
    const tiers = new Map(answer.tiers.map((tier) => [tier.name ?? '', readTerms(tier, defaults, digest)]))
    return answer.names.map((name) => this.#shared(tiers.get(name) ?? readTerms({ name }, defaults, digest)))
  }

  /** The same object for all sessions of a tier, as long as it says the same. */
  #shared(terms: Terms): Terms {
    const known = this.#terms.get(terms.tier)
    if (known && known.digest === terms.digest && known.allSymbols === terms.allSymbols && isSameTerms(known, terms)) {
      return known
    }
    if (this.#terms.size >= maxSharedTerms) this.#terms.clear()
    this.#terms.set(terms.tier, terms)
    return terms
  }

  /** What the tier may not have; rejects where nobody can be asked. */
  async refusals(terms: Terms, symbols: readonly string[]): Promise<Map<string, Refusal>> {
    if (terms.allSymbols) return new Map()
    const verdicts = this.#verdictsOf(terms.tier)
    const known = symbols.flatMap((symbol) => verdicts.get(symbol) ?? [])
    const learned = await this.#learn(
      terms.tier,
      symbols.filter((symbol) => !verdicts.has(symbol)),
    )
    return new Map([...known, ...learned].map((refusal) => [refusal.symbol, refusal]))
  }

  async #learn(tier: string, symbols: readonly string[]): Promise<Refusal[]> {
    const refused: Refusal[] = []
    for (let start = 0; start < symbols.length; start += symbolsPerQuestion) {
      const some = symbols.slice(start, start + symbolsPerQuestion)
      const answer = await this.#ask((address) => this.#options.authority.checkSymbols(address, tier, some))
      const byName = new Map(answer.denied.map((denial) => [denial.symbol ?? '', readDenial(denial)]))
      // Other data may count since the answer came.
      if (answer.tierData?.digest === this.digest) this.#keep(tier, some, byName)
      refused.push(...byName.values())
    }
    return refused
  }

  #keep(tier: string, symbols: readonly string[], refusals: ReadonlyMap<string, Refusal>): void {
    if (this.#verdictCount + symbols.length > maxVerdicts) this.#forget()
    const verdicts = this.#verdictsOf(tier)
    for (const symbol of symbols) verdicts.set(symbol, refusals.get(symbol))
    this.#verdictCount += symbols.length
  }

  #verdictsOf(tier: string): Map<string, Refusal | undefined> {
    const known = this.#verdicts.get(tier)
    if (known) return known
    const verdicts = new Map<string, Refusal | undefined>()
    this.#verdicts.set(tier, verdicts)
    return verdicts
  }

  #forget(): void {
    this.#verdicts.clear()
    this.#verdictCount = 0
  }

  /** Of an address with the newest data; another one where that fails. */
  async #ask<A extends Answer>(question: (address: string) => Promise<A>): Promise<A> {
    let failure: unknown = new Error('no market-data with the newest tier data')
    const asked = new Set<string>()
    for (let i = 0; i < tries; i++) {
      const address = this.#pick(asked)
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
    throw new RequestError('service_unavailable', unavailable.message, { retryable: true, cause: failure })
  }

  /** An answer may come in behind the news that its data has been replaced. */
  #answered(address: string, data: TierData): void {
    const known = this.#links.get(address)
    if (known && data.revision > known.revision) this.announced(address, data)
  }

  #pick(asked: ReadonlySet<string>): string | undefined {
    const all = [...this.#links].filter(([, { digest }]) => digest === this.digest).map(([address]) => address)
    const others = all.filter((address) => !asked.has(address))
    const addresses = others.length > 0 ? others : all
    return addresses[this.#nextLink++ % Math.max(1, addresses.length)]
  }

  /** False: it says the same. */
  #adopt(data: TierData): boolean {
    const isOther = this.#current?.digest !== data.digest
    this.#current = data
    if (!isOther) return false
    this.#options.logger.info({ revision: data.revision, digest: data.digest }, 'tier data changed')
    this.#forget()
    return true
  }

  #watchGrace(): void {
    const isServed = [...this.#links.values()].some(({ digest }) => digest === this.digest)
    if (isServed || this.#links.size === 0) {
      this.#cancelGrace?.()
      this.#cancelGrace = undefined
      return
    }
    this.#cancelGrace ??= this.#options.clock.after(graceMs, () => this.#settleForLess())
  }

  #settleForLess(): void {
    this.#cancelGrace = undefined
    const best = [...this.#links.values()].sort((a, b) => b.revision - a.revision)[0]
    if (!best) return
    this.#options.logger.warn({ revision: best.revision }, 'nobody has the newest tier data; an older revision counts')
    this.#adopt(best)
    this.#options.onChange()
  }
}

function readDenial({ symbol, code, message }: messages.v1.Denial.$Properties): Refusal {
  return { symbol: symbol ?? '', code: code ?? '', message: message ?? '' }
}
