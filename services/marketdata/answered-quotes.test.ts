import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { AnsweredQuotes } from './answered-quotes.ts'

const pace = { delayMs: 0, intervalMs: 100 }
const slower = { delayMs: 0, intervalMs: 1_000 }

test('a value counts for its interval from when it was let through, by pace and symbol', () => {
  const clock = new ManualClock()
  const answered = new AnsweredQuotes({ clock })
  clock.advance(50)
  answered.note(pace, quote('AAPL', 1), 20)
  answered.note(slower, quote('AAPL', 2), 50)
  const prices = () => [pace, slower].map((each) => answered.get(each, 'AAPL')?.price)
  clock.advance(69)
  expect(prices()).toEqual([1, 2])
  expect(answered.get(pace, 'MSFT')).toBeUndefined()
  clock.advance(1)
  expect(prices()).toEqual([undefined, 2])
  answered.note(pace, quote('MSFT', 3), 20)
  expect(answered.get(pace, 'MSFT')).toBeUndefined()
})

test('the oldest goes when it is full, those that are over when another comes', () => {
  const clock = new ManualClock()
  const answered = new AnsweredQuotes({ clock, maxQuotes: 2 })
  answered.note(pace, quote('AAPL', 1), 0)
  answered.note(pace, quote('MSFT', 2), 0)
  answered.note(pace, quote('AAPL', 3), 0)
  answered.note(pace, quote('IBM', 4), 0)
  expect(['AAPL', 'MSFT', 'IBM'].map((symbol) => answered.get(pace, symbol)?.price)).toEqual([3, undefined, 4])
  clock.advance(50)
  answered.note(pace, quote('OLD', 6), -50)
  expect([answered.size, answered.get(pace, 'AAPL')?.price]).toEqual([2, 3])
  clock.advance(50)
  answered.note(pace, quote('TSLA', 5), 100)
  expect(answered.size).toBe(1)
})

function quote(symbol: string, price: number) {
  return { symbol, price, timestampMs: 1_000 }
}
