/** The questions about entitlements as unary calls of GatewayService, each to the market-data process that is asked. */
import { type messages, quotewire } from '../shared/protobuf.ts'
import type { Authority, User } from './entitlements.ts'
import type { UnaryCall } from './upstream-link.ts'

type V1 = typeof quotewire.v1

/** What is needed of upstream.ts. */
export interface Asker {
  ask<Question, Answer>(address: string, call: UnaryCall<Question, Answer>, question: Question): Promise<Answer>
}

const v1: V1 = quotewire.v1
const service = '/quotewire.v1.GatewayService'

const authorize: UnaryCall<messages.v1.AuthorizeRequest.$Properties, messages.v1.AuthorizeResponse> = {
  path: `${service}/Authorize`,
  encode: (question) => v1.AuthorizeRequest.encode(question).finish(),
  decode: (bytes) => v1.AuthorizeResponse.decode(bytes),
}
const resolveTiers: UnaryCall<messages.v1.ResolveTiersRequest.$Properties, messages.v1.ResolveTiersResponse> = {
  path: `${service}/ResolveTiers`,
  encode: (question) => v1.ResolveTiersRequest.encode(question).finish(),
  decode: (bytes) => v1.ResolveTiersResponse.decode(bytes),
}
const checkSymbols: UnaryCall<messages.v1.CheckSymbolsRequest.$Properties, messages.v1.CheckSymbolsResponse> = {
  path: `${service}/CheckSymbols`,
  encode: (question) => v1.CheckSymbolsRequest.encode(question).finish(),
  decode: (bytes) => v1.CheckSymbolsResponse.decode(bytes),
}

export class UpstreamAuthority implements Authority {
  readonly #upstream: Asker

  constructor(options: { readonly upstream: Asker }) {
    this.#upstream = options.upstream
  }

  async authorize(address: string, token: string): Promise<messages.v1.AuthorizeResponse> {
    return await this.#upstream.ask(address, authorize, { token })
  }

  async resolveTiers(address: string, users: readonly User[]): Promise<messages.v1.ResolveTiersResponse> {
    return await this.#upstream.ask(address, resolveTiers, { users: [...users] })
  }

  async checkSymbols(
    address: string,
    tier: string,
    symbols: readonly string[],
  ): Promise<messages.v1.CheckSymbolsResponse> {
    return await this.#upstream.ask(address, checkSymbols, { tier, symbols: [...symbols] })
  }
}
