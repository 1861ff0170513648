/** The example client's backoff; the client itself is tested in a browser (services/dev/*.e2e.test.ts). */
import { expect, test } from 'vitest'
import { backoffMs, shouldReconnect } from './public/quote-client.js'

test('a wait is uniform up to the age of the outage, with a floor of 250 ms and a cap of 30 s', () => {
  const longest = [0, 250, 251, 4_000, 30_000, 1e9].map((outageMs) => backoffMs(outageMs, () => 1))
  expect(longest).toEqual([250, 250, 251, 4_000, 30_000, 30_000])
  expect(backoffMs(4_000, () => 0.25)).toBe(1_000)
  expect(backoffMs(4_000, () => 0)).toBe(0)
})

test.each([0.01, 0.5, 1])(
  'however many attempts were refused, a client is back before the service has been back as long as it was away (random %d)',
  (share) => {
    for (const awayMs of [100, 1_500, 20_000]) {
      let nowMs = 0
      while (nowMs < awayMs) nowMs += backoffMs(nowMs, () => share)
      expect(nowMs - awayMs).toBeLessThanOrEqual(Math.max(250, awayMs))
    }
  },
)

test('the close code alone says whether to come back', () => {
  expect([4000, 4030, 4499, 1001, 1006, 1011, 1012, 1013].every(shouldReconnect)).toBe(true)
  expect([1000, 1002, 1008, 1009, 4500, 4502, 4505, 4999].some(shouldReconnect)).toBe(false)
})
