/**
 * Market-data processes in the hand of a test, by address: each answers by its own rules, as they were when it was asked.
 *
 * Answers come at once or, while `gate` is shut, when the test lets them through.
 */
import { RequestError } from '../../shared/errors.ts'
import { type messages, quotewire } from '../../shared/protobuf.ts'
import type { Authority, User } from '../entitlements.ts'
import type { TierData } from '../tier-data-choice.ts'
import { Gate } from './gate.ts'

type TierMessage = messages.v1.Tier.$Properties

export interface Rules extends TierData {
  /** What is not named has no limits. */
  readonly tiers?: Readonly<Record<string, TierMessage>>
  /** Tier by user; else what the token claims. */
  readonly users?: Readonly<Record<string, string>>
  /** By tier; what is not named is allowed. */
  readonly denied?: Readonly<Record<string, readonly string[]>>
}

export interface Question {
  readonly call: 'authorize' | 'resolveTiers' | 'checkSymbols'
  readonly address: string
  /** The token, the users or the symbols. */
  readonly about: readonly string[]
}

const { AuthorizeResponse, ResolveTiersResponse, CheckSymbolsResponse } = quotewire.v1

export class ManualAuthority implements Authority {
  readonly questions: Question[] = []
  readonly rules = new Map<string, Rules>()
  /** What an address answers instead. */
  readonly failures = new Map<string, Error>()
  readonly gate = new Gate()

  /** Tokens are of the form `user/tier`. */
  async authorize(address: string, token: string): Promise<messages.v1.AuthorizeResponse> {
    const [id = '', claimedTier = ''] = token.split('/')
    return await this.#answer({ call: 'authorize', address, about: [token] }, (rules) =>
      AuthorizeResponse.create({
        ...{ userId: id, tier: tierOf(rules, tierNameOf(rules, { id, claimedTier })) },
        ...{ allowed: [], denied: [], tierData: dataOf(rules) },
      }),
    )
  }

  async resolveTiers(address: string, users: readonly User[]): Promise<messages.v1.ResolveTiersResponse> {
    const about = users.map(({ id }) => id)
    return await this.#answer({ call: 'resolveTiers', address, about }, (rules) => {
      const names = users.map((user) => tierNameOf(rules, user))
      const tiers = [...new Set(names)].map((name) => tierOf(rules, name))
      return ResolveTiersResponse.create({ names, tiers, tierData: dataOf(rules) })
    })
  }

  async checkSymbols(
    address: string,
    tier: string,
    symbols: readonly string[],
  ): Promise<messages.v1.CheckSymbolsResponse> {
    return await this.#answer({ call: 'checkSymbols', address, about: [...symbols] }, (rules) => {
      const lost = symbols.filter((symbol) => rules.denied?.[tier]?.includes(symbol))
      const denied = lost.map((symbol) => ({
        symbol,
        code: 'not_entitled',
        message: `no ${symbol} in ${rules.digest}`,
      }))
      return CheckSymbolsResponse.create({ denied, tierData: dataOf(rules) })
    })
  }

  async #answer<A>(question: Question, answerOf: (rules: Rules) => A): Promise<A> {
    this.questions.push(question)
    const rules = this.rules.get(question.address)
    const failure = this.failures.get(question.address)
    const answer = rules && answerOf(rules)
    await this.gate.pass()
    if (failure) throw failure
    if (!answer) throw new RequestError('service_unavailable', 'nobody is there')
    return answer
  }
}

function tierNameOf({ users }: Rules, { id, claimedTier }: User): string {
  return users?.[id] ?? claimedTier
}

function tierOf({ tiers }: Rules, name: string): TierMessage {
  return { ...tiers?.[name], name }
}

function dataOf({ revision, digest }: Rules): TierData {
  return { revision, digest }
}
