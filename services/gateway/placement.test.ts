import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Placement } from './placement.ts'

const addresses = ['10.0.0.1:50051', '10.0.0.2:50051', '10.0.0.3:50051', '10.0.0.4:50051']
const someAddresses = fc.uniqueArray(
  fc.integer({ min: 1, max: 254 }).map((n) => `10.0.0.${n}:50051`),
  {
    minLength: 1,
    maxLength: 8,
  },
)
const someSymbols = fc.uniqueArray(fc.stringMatching(/^[A-Z]{1,5}$/), { minLength: 1, maxLength: 200 })

test('a symbol has no owner while there is no address, and one from then on', () => {
  const placement = new Placement()
  expect(placement.place('AAPL')).toBeUndefined()
  placement.setAddresses(addresses)
  const owner = placement.place('AAPL')
  expect(addresses).toContain(owner)
  expect(placement.place('AAPL')).toBe(owner)
  expect(placement.ownerOf('AAPL')).toBe(owner)
  placement.remove('AAPL')
  expect([placement.ownerOf('AAPL'), placement.loadOf(owner ?? '')]).toEqual([undefined, 0])
})

test('no address holds more than ceil(1.1 × symbols / addresses), and loads count the symbols', () => {
  fc.assert(
    fc.property(someAddresses, someSymbols, (all, symbols) => {
      const placement = placed(all, symbols)
      const limit = Math.ceil((1.1 * symbols.length) / all.length)
      for (const address of all) {
        const held = symbols.filter((symbol) => placement.ownerOf(symbol) === address).length
        expect(placement.loadOf(address)).toBe(held)
        expect(held).toBeLessThanOrEqual(limit)
      }
      expect(sum(all.map((address) => placement.loadOf(address)))).toBe(symbols.length)
    }),
  )
})

test('gateways that place the same symbols in the same order agree, however their addresses are listed', () => {
  fc.assert(
    fc.property(someAddresses, someSymbols, fc.nat(), (all, symbols, turn) => {
      const at = turn % all.length
      const one = placed(all, symbols)
      const other = placed([...all.slice(at), ...all.slice(0, at)], symbols)
      for (const symbol of symbols) expect(one.ownerOf(symbol)).toBe(other.ownerOf(symbol))
    }),
  )
})

test('fifty symbols on four addresses: every address is within 20 % of even, in 300 sets of symbols', () => {
  for (let run = 0; run < 300; run++) {
    const symbols = Array.from({ length: 50 }, (_, i) => `R${run}S${i}`)
    const placement = placed(addresses, symbols)
    settle(placement)
    for (const address of addresses) {
      expect(placement.loadOf(address)).toBeGreaterThanOrEqual(10)
      expect(placement.loadOf(address)).toBeLessThanOrEqual(15)
    }
  }
})

test('a lost address moves only its own symbols', () => {
  fc.assert(
    fc.property(someAddresses, someSymbols, (all, symbols) => {
      fc.pre(all.length > 1)
      const placement = placed(all, symbols)
      const before = new Map(symbols.map((symbol) => [symbol, placement.ownerOf(symbol)]))
      const [lost, ...rest] = all
      placement.setAddresses(rest)
      for (const symbol of symbols) {
        const owner = before.get(symbol)
        expect(placement.ownerOf(symbol)).toBe(owner === lost ? undefined : owner)
        expect(rest).toContain(placement.place(symbol))
        if (owner !== lost) expect(placement.ownerOf(symbol)).toBe(owner)
      }
      const limit = Math.ceil((1.1 * symbols.length) / rest.length)
      for (const address of rest) expect(placement.loadOf(address)).toBeLessThanOrEqual(limit)
    }),
  )
})

test('an address that leaves keeps its symbols until they are moved, and gets no more', () => {
  const symbols = Array.from({ length: 40 }, (_, i) => `S${i}`)
  const placement = placed(addresses, symbols)
  const [leaving = '', ...rest] = addresses
  const kept = symbols.filter((symbol) => placement.ownerOf(symbol) === leaving)
  placement.setAddresses(rest, [leaving])
  for (let i = 0; i < 40; i++) expect(rest).toContain(placement.place(`NEW${i}`))
  expect(symbols.filter((symbol) => placement.ownerOf(symbol) === leaving)).toEqual(kept)
  settle(placement)
  expect(placement.loadOf(leaving)).toBe(0)
})

test('whatever came before, the plan comes to an end, and all who carried it out agree', () => {
  fc.assert(
    fc.property(
      someAddresses,
      someAddresses,
      someSymbols,
      fc.integer({ min: 1, max: 64 }),
      (old, now, symbols, most) => {
        const placement = placed(old, symbols)
        const leaving = old.filter((address) => !now.includes(address))
        placement.setAddresses(now, leaving)
        settle(placement, most)
        expect(placement.plan()).toEqual([])
        const fresh = placed(now, [...symbols].reverse())
        settle(fresh)
        for (const symbol of symbols) expect(placement.ownerOf(symbol)).toBe(fresh.ownerOf(symbol))
        for (const address of [...old, ...now]) {
          const held = symbols.filter((symbol) => placement.ownerOf(symbol) === address).length
          expect(placement.loadOf(address)).toBe(held)
        }
      },
    ),
  )
})

test('a plan changes nothing and names moves in order', () => {
  const symbols = Array.from({ length: 100 }, (_, i) => `S${i}`)
  const placement = placed(addresses.slice(0, 3), symbols)
  placement.setAddresses(addresses)
  const all = placement.plan()
  expect(all.length).toBeGreaterThanOrEqual(100 - 3 * 28)
  expect(all.map(({ symbol }) => symbol)).toEqual(all.map(({ symbol }) => symbol).sort())
  for (const { symbol, from, to } of all) expect([placement.ownerOf(symbol), to === from]).toEqual([from, false])
})

test('an address that joins takes about its share, not more', () => {
  for (let run = 0; run < 50; run++) {
    const symbols = Array.from({ length: 200 }, (_, i) => `R${run}S${i}`)
    const placement = placed(addresses.slice(0, 3), symbols)
    settle(placement)
    placement.setAddresses(addresses)
    // 50 is the share; bounded loads shift some others along the way.
    expect(placement.plan().length).toBeLessThan(100)
  }
})

function placed(all: readonly string[], symbols: readonly string[]): Placement {
  const placement = new Placement()
  placement.setAddresses(all)
  for (const symbol of symbols) placement.place(symbol)
  return placement
}

function settle(placement: Placement, most = 64): void {
  for (let round = 0; round < 300; round++) {
    const moves = placement.plan().slice(0, most)
    if (moves.length === 0) return
    for (const { symbol, to } of moves) placement.move(symbol, to)
  }
  throw new Error('the plan does not come to an end')
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
