/** What a client would have to make up. */
import { expect, test } from 'vitest'
import { pingNumber, pingPayload } from './ping-payload.ts'

test('each ping of each connection has a payload of its own, from which its number is read', () => {
  const payloads = [1, 2, 36, 127, 2 ** 31].flatMap((ping) => [7, 8].map((number) => [ping, pingPayload(number, ping)]))
  expect(new Set(payloads.map(([, payload]) => payload)).size).toBe(payloads.length)
  for (const [ping, payload] of payloads) expect(pingNumber(String(payload))).toBe(ping)
  for (const [, payload] of payloads) expect(String(payload).length).toBeLessThanOrEqual(20)
})

test('what is no payload has no number', () => {
  for (const text of ['', '.', '-', 'x'.repeat(21)]) expect(pingNumber(text)).toBeNaN()
})
