/** Sessions whose token ends, from its check to the close. */
import { expect, test } from 'vitest'
import { SessionHarness } from './testing/session-harness.ts'

test('rule 1: a token within the clock tolerance gets a session until that is over, warned of ahead, not behind', async () => {
  const harness = new SessionHarness()
  const { clock } = harness
  const startMs = clock.wallMs()
  const { connection, receive } = harness.open({ isAnonymous: true })
  // The tolerance is 5 s, so 4 s are left.
  receive({ type: 'auth', token: harness.token({ expiresAtMs: startMs - 1_000 }) })
  await harness.settle()
  expect(connection.messages).toMatchObject([{ type: 'connected' }])
  clock.advance(2_000)
  const expiresAt = new Date(startMs + 4_000).toISOString()
  expect(connection.messages.slice(1)).toEqual([{ type: 'token_expiring', expiresAt, inMs: 2_000 }])
  clock.advance(1_999)
  expect(connection.closes).toEqual([])
  clock.advance(1)
  expect(connection.closes).toEqual([{ code: 4001, reason: 'token expired' }])
})

test('rule 1: a token behind the clock tolerance gets none', async () => {
  const harness = new SessionHarness()
  const { connection, receive } = harness.open({ isAnonymous: true })
  receive({ type: 'auth', token: harness.token({ expiresAtMs: harness.clock.wallMs() - 5_000 }) })
  await harness.settle()
  expect(connection.messages).toMatchObject([{ error: 'unauthorized' }])
  expect(connection.closes).toMatchObject([{ code: 4500 }])
})
