import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TickerOrder } from './ticker-order.ts'

test('a ticker is new exactly when its sequence is above all before it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 40 }), (sequences) => {
      const order = new TickerOrder()
      for (const [index, sequence] of sequences.entries()) {
        expect(order.isNew(sequence, undefined)).toBe(sequences.slice(0, index).every((before) => before < sequence))
      }
    }),
  )
})

test('jumps of sequence and trade id alone are no gap: tickers are batched', () => {
  const order = new TickerOrder()
  expect(order.isNew(100, 10)).toBe(true)
  expect(order.missed(10)).toBe(false)
  expect(order.isNew(900, 17)).toBe(true)
  expect(order.missed(17)).toBe(false)
  expect(order.missed(17)).toBe(false)
})

test('a trade that a heartbeat names and no ticker has by the next heartbeat is a gap, counted once', () => {
  const order = new TickerOrder()
  order.isNew(1, 10)
  expect(order.missed(12)).toBe(false)
  expect(order.missed(12)).toBe(true)
  expect(order.missed(12)).toBe(false)
  expect(order.missed(15)).toBe(false)
  expect(order.missed(20)).toBe(true)
})

test('a ticker that comes between the two heartbeats is in time', () => {
  const order = new TickerOrder()
  order.isNew(1, 10)
  expect(order.missed(12)).toBe(false)
  order.isNew(2, 12)
  expect(order.missed(12)).toBe(false)
})

test('trades from before the first heartbeat are not missed, and heartbeats that name none say nothing', () => {
  const order = new TickerOrder()
  expect([order.missed(50), order.missed(50), order.missed(50)]).toEqual([false, false, false])
  order.isNew(1, 51)
  expect([order.missed(undefined), order.missed(undefined)]).toEqual([false, false])
})

test('where each trade has a ticker before the second heartbeat after it, nothing is ever missed', () => {
  const steps = fc.array(fc.record({ trades: fc.integer({ min: 0, max: 3 }), late: fc.boolean() }), { maxLength: 30 })
  fc.assert(
    fc.property(steps, (seconds) => {
      const order = new TickerOrder()
      let traded = 1
      let sequence = 0
      order.isNew(sequence, traded)
      for (const { trades, late } of seconds) {
        // What the second before traded last and had no ticker yet.
        order.isNew(++sequence, traded)
        traded += trades
        if (!late) order.isNew(++sequence, traded)
        expect(order.missed(traded)).toBe(false)
      }
    }),
  )
})
