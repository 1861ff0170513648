import { expect, test } from 'vitest'
import { quotewire } from '../shared/protobuf.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import type { Identity } from '../shared/tokens.ts'
import { CurrentTiers } from './current-tiers.ts'
import { LastValueService } from './last-value-service.ts'
import type { Quote } from './quote.ts'
import { InProcessQuoteBus } from './quote-bus-in-process.ts'
import { SymbolPaces } from './symbol-paces.ts'
import { SymbolRegistry } from './symbol-registry.ts'
import { RecordedSymbolListener } from './testing/recorded-symbol-listener.ts'
import { TierTable } from './tiers.ts'

const { GetBatchMarketDataRequest, GetMarketDataRequest } = quotewire.v1
const delayMs = 60_000
const intervalMs = 10_000
const tiersText = `
tiers:
  default: { symbols: [AAPL, IBM] }
  pro: { symbols: ["*"] }
  slow: { symbols: [AAPL, IBM], delayed: 60s }
  rare: { symbols: ["*"], maxRate: 0.1 }
users: { ann: pro }
`

test('a symbol that the tier may not have is refused with the words of the contract, known or not', async () => {
  const { bus, one } = setUp()
  await bus.publish([quote('MSFT', 1)])
  for (const symbol of ['MSFT', 'NONE']) {
    await expect(one(symbol, 'bob', 'basic')).rejects.toMatchObject({
      code: 'not_entitled',
      message: `Symbol ${symbol} not allowed for your subscription`,
    })
  }
  await expect(one('A B', 'bob', 'basic')).rejects.toMatchObject({ code: 'bad_symbol' })
})

test('the tier is what the file says of the user, else his claim, else default; a change counts for the next call', async () => {
  const { bus, one, tiers } = setUp()
  await bus.publish([quote('MSFT', 1)])
  expect((await one('MSFT', 'ann', 'basic')).quote).toMatchObject({ price: 1, snapshot: true })
  expect((await one('MSFT', 'bob', 'pro')).quote).toMatchObject({ price: 1 })
  tiers.replace(TierTable.parse('tiers: { default: { symbols: [] } }'), 2)
  await expect(one('MSFT', 'ann', 'pro')).rejects.toMatchObject({ code: 'not_entitled' })
})

test('in a batch it is among the missing, beside what is not known, and is not read', async () => {
  const { bus, batch } = setUp()
  await bus.publish([quote('AAPL', 1), quote('MSFT', 2)])
  const read: string[][] = []
  const lastValues = bus.lastValues.bind(bus)
  bus.lastValues = async (symbols) => {
    read.push([...symbols])
    return await lastValues(symbols)
  }
  const { quotes, missing } = await batch(['MSFT', 'IBM', 'AAPL'], 'bob', 'basic')
  expect(quotes?.map(({ symbol, price }) => `${symbol} ${price}`)).toEqual(['AAPL 1'])
  expect(missing).toEqual(['MSFT', 'IBM'])
  expect(read).toEqual([['IBM', 'AAPL']])
  await expect(batch(['AAPL', 'A B'], 'bob', 'basic')).rejects.toMatchObject({ code: 'bad_symbol' })
})

test('a delayed tier gets what has passed its delay, marked, and nothing that did not', async () => {
  const { clock, bus, paces, one, batch } = setUp()
  await bus.publish([quote('AAPL', 1)])
  clock.advance(10 * delayMs)
  // Stored, but when it came to this process nobody knows.
  await expect(one('AAPL', 'bob', 'slow')).rejects.toMatchObject({ code: 'not_found' })
  const stream = new RecordedSymbolListener()
  paces.sourceFor({ delayMs, intervalMs: 0 }).add(['AAPL'], stream)
  await settled()
  await bus.publish([quote('AAPL', 2)])
  clock.advance(delayMs - 1)
  await expect(one('AAPL', 'bob', 'slow')).rejects.toMatchObject({ code: 'not_found' })
  expect((await batch(['AAPL', 'IBM', 'MSFT'], 'bob', 'slow')).missing).toEqual(['AAPL', 'IBM', 'MSFT'])
  clock.advance(1)
  await bus.publish([quote('AAPL', 3)])
  expect((await one('AAPL', 'bob', 'slow')).quote).toMatchObject({ price: 2, delayed: true, snapshot: true })
  const { quotes, missing } = await batch(['AAPL', 'IBM', 'MSFT'], 'bob', 'slow')
  expect(quotes).toMatchObject([{ symbol: 'AAPL', price: 2, delayed: true }])
  expect(missing).toEqual(['IBM', 'MSFT'])
  expect((await one('AAPL', 'bob', 'pro')).quote).not.toHaveProperty('delayed')
  paces.stop()
  expect(clock.pending).toBe(0)
})

test('a tier that only has a greatest rate gets the newest value first, then the same for an interval', async () => {
  const { clock, bus, one, batch } = setUp()
  await bus.publish([quote('AAPL', 1), quote('AAPL', 2)])
  const { quote: got } = await one('AAPL', 'bob', 'rare')
  expect(got).toMatchObject({ price: 2 })
  expect(got).not.toHaveProperty('delayed')
  for (let price = 3; price < 53; price++) {
    clock.advance(199)
    await bus.publish([quote('AAPL', price)])
    expect((await one('AAPL', 'bob', 'rare')).quote?.price).toBe(2)
    expect((await batch(['AAPL'], 'cid', 'rare')).quotes?.[0]?.price).toBe(2)
  }
  expect((await one('AAPL', 'bob', 'pro')).quote?.price).toBe(52)
  clock.advance(intervalMs - 50 * 199)
  expect((await one('AAPL', 'bob', 'rare')).quote?.price).toBe(52)
  // Known here, so nothing is read again.
  bus.lastValues = async () => {
    throw new Error('away')
  }
  expect((await one('AAPL', 'bob', 'rare')).quote?.price).toBe(52)
})

test('calls at the same time are answered the same', async () => {
  const { bus, one } = setUp()
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  await bus.publish([quote('AAPL', 1)])
  const lastValues = bus.lastValues.bind(bus)
  let calls = 0
  bus.lastValues = async (symbols) => {
    const gate = gates[calls++]
    await gate?.promise
    return await lastValues(symbols)
  }
  const [early, late] = [one('AAPL', 'bob', 'rare'), one('AAPL', 'bob', 'rare')]
  gates[0]?.resolve()
  expect((await early).quote?.price).toBe(1)
  await bus.publish([quote('AAPL', 2)])
  gates[1]?.resolve()
  expect((await late).quote?.price).toBe(1)
})

test('beside a stream of the same rate it gets what the stream got', async () => {
  const { clock, bus, paces, one } = setUp()
  const stream = new RecordedSymbolListener()
  const source = paces.sourceFor({ delayMs: 0, intervalMs })
  source.add(['AAPL'], stream)
  await settled()
  await bus.publish([quote('AAPL', 1), quote('AAPL', 2)])
  expect((await one('AAPL', 'bob', 'rare')).quote?.price).toBe(1)
  clock.advance(intervalMs)
  await bus.publish([quote('AAPL', 3)])
  expect((await one('AAPL', 'bob', 'rare')).quote?.price).toBe(2)
  source.remove(['AAPL'], stream)
  await bus.publish([quote('AAPL', 4)])
  expect((await one('AAPL', 'bob', 'rare')).quote?.price).toBe(2)
  paces.stop()
  expect(clock.pending).toBe(0)
})

test('1,001 symbols are refused; a lost bus is told as such', async () => {
  const { bus, batch } = setUp()
  const thousand = Array.from({ length: 1_000 }, (_, i) => `S${i}`)
  expect((await batch(thousand, 'bob', 'basic')).missing).toEqual(thousand)
  await expect(batch([...thousand, 'AAPL'], 'bob', 'basic')).rejects.toMatchObject({ code: 'too_many_symbols' })
  bus.lastValues = async () => {
    throw new Error('away')
  }
  await expect(batch(['AAPL'], 'bob', 'basic')).rejects.toMatchObject({ code: 'service_unavailable', retryable: true })
})

function setUp() {
  const clock = new ManualClock()
  const observer = { connected() {}, subscriptionCount() {}, badPayload() {} }
  const bus = new InProcessQuoteBus({ wallMs: () => clock.wallMs(), observer })
  const registry = new SymbolRegistry({ bus, clock, random: () => 0.5, logger: silentLogger, maxSymbols: 100 })
  registry.restored()
  const paces = new SymbolPaces({ registry, clock })
  const tiers = new CurrentTiers({ table: TierTable.parse(tiersText), revision: 1 })
  const service = new LastValueService({ paces, tiers })
  const user = (userId: string, tier: string): Identity => ({
    userId,
    tier,
    expiresAtMs: undefined,
    issuedAtMs: undefined,
  })
  const one = (symbol: string, userId: string, tier: string) =>
    service.one(GetMarketDataRequest.create({ symbol }), user(userId, tier))
  const batch = (symbols: string[], userId: string, tier: string) =>
    service.batch(GetBatchMarketDataRequest.create({ symbols }), user(userId, tier))
  return { clock, bus, paces, tiers, one, batch }
}

/** With its price as seq. */
function quote(symbol: string, price: number): Quote {
  return { symbol, price, timestampMs: 1_000, seq: price, epoch: 7 }
}

/** Promise callbacks have run. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
