/** What a client of the protocol may believe about a symbol's quotes; every test over processes checks it. */
import { expect } from 'vitest'
import type { Browser } from './browser.ts'

/**
 * Rules 6 and 7: within an epoch seq rises by one, or a `gap` names exactly what is missing. Returns the number of quotes
 * that gaps named.
 */
export function expectContinuity(browser: Browser, symbol: string): number {
  let expected: number | undefined
  let epoch: number | undefined
  let missed = 0
  for (const message of browser.messages) {
    if (message.symbol !== symbol) continue
    if (message.type === 'gap') {
      if (message.epoch === epoch) expect(message.fromSeq, `gap of ${symbol}`).toBe(expected)
      expected = (message.toSeq ?? 0) + 1
      epoch = message.epoch
      missed += expected - (message.fromSeq ?? 0)
    } else if (message.type === 'quote') {
      if (message.epoch === epoch) expect(message.seq, `seq of ${symbol}`).toBe(expected)
      expected = (message.seq ?? 0) + 1
      epoch = message.epoch
    }
  }
  return missed
}
