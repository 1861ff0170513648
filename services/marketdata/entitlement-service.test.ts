import { describe, expect, test } from 'vitest'
import { RequestError } from '../shared/errors.ts'
import { quotewire } from '../shared/protobuf.ts'
import { Revocations } from '../shared/revocations.ts'
import { symbolRule } from '../shared/symbol.ts'
import { CurrentTiers } from './current-tiers.ts'
import { EntitlementService } from './entitlement-service.ts'
import { TierTable } from './tiers.ts'

const { AuthorizeRequest, CheckSymbolsRequest, ResolveTiersRequest } = quotewire.v1
const thousand = Array.from({ length: 1_000 }, (_, i) => `S${i}`)
const tiersText = `
tiers:
  default: { symbols: [AAPL] }
  pro: { symbols: ["*"] }
  slow:
    symbols: ["A*"]
    except: [AMZN]
    delayed: 90s
    maxRate: 0.5
    limits: { connections: 2, symbols: 20, messagesPerSecond: 1.5 }
users: { ann: slow }
`
const slowTerms = { delayMs: 90_000, maxRate: 0.5, connections: 2, symbols: 20, messagesPerSecond: 1.5 }

describe('authorize', () => {
  test('tells the user, his tier’s terms, and sorts the symbols, with the data’s revision', async () => {
    const { authorize, tiers } = setUp()
    const symbols = ['AAPL', 'AMZN', 'a b', 'MSFT', 'ABC']
    expect(await authorize('ann of pro', symbols)).toEqual({
      userId: 'ann',
      tier: { name: 'slow', allSymbols: false, ...slowTerms },
      allowed: ['AAPL', 'ABC'],
      denied: [
        { symbol: 'AMZN', code: 'not_entitled', message: 'Symbol AMZN not allowed for your subscription' },
        { symbol: 'a b', code: 'bad_symbol', message: symbolRule },
        { symbol: 'MSFT', code: 'not_entitled', message: 'Symbol MSFT not allowed for your subscription' },
      ],
      tierData: { revision: 5, digest: tiers.table.digest },
    })
  })

  test('a malformed symbol is never among the allowed, however long, and is cut in the answer', async () => {
    const { authorize } = setUp()
    const long = 'x'.repeat(100_000)
    const { allowed, denied } = await authorize('bob of pro', [long, '', '*', 'IBM'])
    expect(allowed).toEqual(['IBM'])
    expect(denied?.map(({ symbol, code }) => `${code} ${symbol}`)).toEqual([
      `bad_symbol ${'x'.repeat(64)}`,
      'bad_symbol ',
      'bad_symbol *',
    ])
  })

  test('the tier is what the file says of the user, else the claim if there is such a tier, else default', async () => {
    const { authorize } = setUp()
    const nameFor = async (token: string) => (await authorize(token)).tier?.name
    expect(await nameFor('ann of pro')).toBe('slow')
    expect(await nameFor('bob of pro')).toBe('pro')
    expect(await nameFor('bob of gold')).toBe('default')
  })

  test('a live tier has no delay, and what the file does not set is absent', async () => {
    const { authorize } = setUp()
    expect((await authorize('bob of pro')).tier).toEqual({ name: 'pro', allSymbols: true, delayMs: 0 })
  })

  test('the token is verified, and its refusal passed on', async () => {
    await expect(setUp().authorize('bad')).rejects.toMatchObject({ code: 'unauthorized', message: 'no such token' })
  })

  test('takes 1,000 symbols; one more is refused before the token is looked at', async () => {
    const { authorize, verified } = setUp()
    expect((await authorize('bob of pro', thousand)).allowed).toEqual(thousand)
    await expect(authorize('bob of pro', [...thousand, 'AAPL'])).rejects.toMatchObject({ code: 'too_many_symbols' })
    expect(verified).toEqual(['bob of pro'])
  })

  test('data that changes while the token is verified counts, wholly', async () => {
    const { authorize, tiers } = setUp()
    const answer = authorize('bob of gold', ['AAPL', 'MSFT'])
    const changed = TierTable.parse('tiers: { gold: { symbols: [MSFT] } }')
    tiers.replace(changed, 6)
    expect(await answer).toMatchObject({
      tier: { name: 'gold' },
      allowed: ['MSFT'],
      tierData: { revision: 6, digest: changed.digest },
    })
  })
})

describe('resolveTiers', () => {
  test('a name for each user in order, and each tier once', async () => {
    const { service, tiers } = setUp()
    const users = [
      { id: 'bob', claimedTier: 'pro' },
      { id: 'ann', claimedTier: 'pro' },
      { id: 'cid', claimedTier: 'gold' },
      { id: 'dan', claimedTier: 'pro' },
      {},
    ]
    expect(await service.resolveTiers(ResolveTiersRequest.create({ users }))).toEqual({
      names: ['pro', 'slow', 'default', 'pro', 'default'],
      tiers: [
        { name: 'pro', allSymbols: true, delayMs: 0 },
        { name: 'slow', allSymbols: false, ...slowTerms },
        { name: 'default', allSymbols: false, delayMs: 0 },
      ],
      tierData: { revision: 5, digest: tiers.table.digest },
    })
  })

  test('takes 1,000 users and not one more', async () => {
    const { service } = setUp()
    const users = thousand.map((id) => ({ id, claimedTier: 'pro' }))
    const { names, tiers } = await service.resolveTiers(ResolveTiersRequest.create({ users }))
    expect([names?.length, tiers?.length]).toEqual([1_000, 1])
    const more = ResolveTiersRequest.create({ users: [...users, { id: 'ann' }] })
    await expect(service.resolveTiers(more)).rejects.toMatchObject({ code: 'too_many_symbols' })
  })
})

describe('checkSymbols', () => {
  test('lists what the tier may not have, and what is no symbol', async () => {
    const { check, tiers } = setUp()
    const { denied, tierData } = await check('slow', ['AAPL', 'AMZN', 'a b'])
    expect(denied?.map(({ symbol, code }) => `${code} ${symbol}`)).toEqual(['not_entitled AMZN', 'bad_symbol a b'])
    expect(tierData).toEqual({ revision: 5, digest: tiers.table.digest })
    expect((await check('pro', ['AAPL', 'AMZN'])).denied).toEqual([])
  })

  test('a tier that does not exist allows nothing; without a file every tier allows everything', async () => {
    const { check, tiers } = setUp()
    expect((await check('gold', ['AAPL'])).denied).toHaveLength(1)
    tiers.replace(TierTable.open, 6)
    expect((await check('gold', ['AAPL'])).denied).toEqual([])
    expect((await check('gold', ['A A'])).denied).toHaveLength(1)
  })

  test('takes 1,000 symbols and not one more', async () => {
    const { check } = setUp()
    expect((await check('gold', thousand)).denied).toHaveLength(1_000)
    await expect(check('gold', [...thousand, 'AAPL'])).rejects.toMatchObject({ code: 'too_many_symbols' })
  })
})

test('a token of a revoked user is no user’s, whatever the gateway that asks has heard', async () => {
  const { authorize, revocations } = setUp()
  revocations.revoke('ann')
  await expect(authorize('ann of pro')).rejects.toMatchObject({ code: 'unauthorized', message: 'revoked' })
  expect(await authorize('bob of pro')).toMatchObject({ userId: 'bob' })
})

function setUp() {
  const tiers = new CurrentTiers({ table: TierTable.parse(tiersText), revision: 5 })
  const verified: string[] = []
  /** A token is `ann of pro`. */
  const tokens = {
    async verify(token: string) {
      verified.push(token)
      const [userId, tier] = token.split(' of ')
      if (userId === undefined || tier === undefined) throw new RequestError('unauthorized', 'no such token')
      return { userId, tier, expiresAtMs: undefined, issuedAtMs: undefined }
    },
  }
  const revocations = new Revocations({ wallMs: () => 2_000, onRevoked: () => {} })
  const service = new EntitlementService({ tokens, revocations, tiers })
  const authorize = (token: string, symbols: string[] = []) =>
    service.authorize(AuthorizeRequest.create({ token, symbols }))
  const check = (tier: string, symbols: string[]) => service.checkSymbols(CheckSymbolsRequest.create({ tier, symbols }))
  return { service, tiers, verified, revocations, authorize, check }
}
