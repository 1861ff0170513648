/** Sessions in a SessionSet, each with a connection that notes what it is sent and when it is closed. */
import { SessionSet } from '../session-set.ts'
import { SessionHarness, type TestSession } from './session-harness.ts'

export interface Opened extends TestSession {
  closedAtMs(): number | undefined
}

export function openIn(random: () => number = () => 0.5, maxAgeMs = 0) {
  const harness = new SessionHarness()
  const { clock } = harness
  const sessions = new SessionSet({ clock, random, maxAgeMs })
  const opened: Opened[] = []
  const open = (): Opened => {
    const test = harness.open({ userId: `user ${opened.length}` })
    let closedAtMs: number | undefined
    const { connection, session } = test
    const close = connection.close.bind(connection)
    connection.close = (code, reason) => {
      close(code, reason)
      closedAtMs = clock.nowMs()
      sessions.delete(session)
    }
    const hangUp = () => {
      test.hangUp()
      sessions.delete(session)
    }
    sessions.add(session)
    const all = { ...test, hangUp, closedAtMs: () => closedAtMs }
    opened.push(all)
    return all
  }
  /** Everybody answers pings. */
  const wait = (ms: number) => {
    for (let left = ms; left > 0; left -= 1_000) {
      for (const { connection } of opened) connection.lastHeardMs = clock.nowMs()
      clock.advance(Math.min(left, 1_000))
    }
  }
  return { harness, sessions, open, wait }
}
