/**
 * The unary calls of GatewayService: who a user is, and what his tier may have. The tier data decides (tiers.ts); a
 * user's token is verified here again, whatever the gateway found.
 *
 * Bound: 1,000 symbols or users a call. Errors are RequestErrors.
 */
import { RequestError } from '../shared/errors.ts'
import type { messages } from '../shared/protobuf.ts'
import type { Revocations } from '../shared/revocations.ts'
import { isSymbol, symbolRule } from '../shared/symbol.ts'
import type { TokenVerifier } from '../shared/tokens.ts'
import type { CurrentTiers } from './current-tiers.ts'
import { notEntitled } from './not-entitled.ts'
import type { Tier } from './tiers.ts'
import { maxSymbolsPerRequest } from './user-stream.ts'

const usersPerRequest = 1_000

export interface EntitlementServiceOptions {
  readonly tokens: Pick<TokenVerifier, 'verify'>
  readonly revocations: Pick<Revocations, 'isRevoked'>
  readonly tiers: CurrentTiers
}

export class EntitlementService {
  readonly #tokens: Pick<TokenVerifier, 'verify'>
  readonly #revocations: Pick<Revocations, 'isRevoked'>
  readonly #tiers: CurrentTiers

  constructor(options: EntitlementServiceOptions) {
    this.#tokens = options.tokens
    this.#revocations = options.revocations
    this.#tiers = options.tiers
  }

  async authorize({
    token,
    symbols,
  }: messages.v1.AuthorizeRequest): Promise<messages.v1.AuthorizeResponse.$Properties> {
    bound(symbols, maxSymbolsPerRequest)
    const user = await this.#tokens.verify(token)
    // This process may have heard of it before the gateway that asks began.
    if (this.#revocations.isRevoked(user)) throw new RequestError('unauthorized', 'revoked')
    const { userId, tier: claimedTier } = user
    const { table, data } = this.#tiers
    const tier = table.tier(table.tierNameOf(userId, claimedTier))
    const allowed = symbols.filter((symbol) => !denialOf(symbol, tier))
    return { userId, tier: tierMessage(tier), allowed, denied: denials(tier, symbols), tierData: data }
  }

  async resolveTiers({
    users,
  }: messages.v1.ResolveTiersRequest): Promise<messages.v1.ResolveTiersResponse.$Properties> {
    bound(users, usersPerRequest)
    const { table, data } = this.#tiers
    const names = users.map(({ id, claimedTier }) => table.tierNameOf(id ?? '', claimedTier ?? ''))
    const tiers = [...new Set(names)].map((name) => tierMessage(table.tier(name)))
    return { names, tiers, tierData: data }
  }

  async checkSymbols({
    tier,
    symbols,
  }: messages.v1.CheckSymbolsRequest): Promise<messages.v1.CheckSymbolsResponse.$Properties> {
    bound(symbols, maxSymbolsPerRequest)
    const { table, data } = this.#tiers
    return { denied: denials(table.tier(tier), symbols), tierData: data }
  }
}

function denials(tier: Tier, symbols: readonly string[]) {
  return symbols.flatMap((symbol) => denialOf(symbol, tier) ?? [])
}

function denialOf(symbol: string, tier: Tier): messages.v1.Denial.$Properties | undefined {
  if (!isSymbol(symbol)) return { symbol: symbol.slice(0, 64), code: 'bad_symbol', message: symbolRule }
  return tier.allows(symbol) ? undefined : { symbol, code: 'not_entitled', message: notEntitled(symbol) }
}

function tierMessage({ name, allowsAll, delayMs, maxRate, limits }: Tier): messages.v1.Tier.$Properties {
  return { name, allSymbols: allowsAll, delayMs, ...(maxRate === undefined ? {} : { maxRate }), ...limits }
}

function bound(list: readonly unknown[], most: number): void {
  if (list.length > most) throw new RequestError('too_many_symbols', `${list.length} entries; at most ${most}`)
}
