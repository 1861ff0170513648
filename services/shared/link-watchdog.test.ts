import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LinkWatchdog } from './link-watchdog.ts'
import { ManualClock } from './testing/manual-clock.ts'

const quietMs = 100
const replyMs = 50

test('a busy link is never pinged', () => {
  const { clock, events, watchdog } = setUp()
  for (let i = 0; i < 20; i++) {
    clock.advance(quietMs - 1)
    watchdog.heard()
  }
  expect(events).toEqual([])
})

test('a silent link is pinged once, then declared dead with the length of its silence', () => {
  const { clock, events } = setUp()
  clock.advance(quietMs + replyMs)
  expect(events).toEqual(['ping at 100', 'dead after 150'])
  expect(clock.pending).toBe(0)
})

test('an answer within the reply time saves the link', () => {
  const { clock, events, watchdog } = setUp()
  clock.advance(quietMs + replyMs - 1)
  watchdog.heard()
  clock.advance(quietMs - 1)
  expect(events).toEqual(['ping at 100'])
})

test('stop leaves no timer, whenever it comes', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ waitMs: fc.nat(200), heard: fc.boolean() }), { maxLength: 30 }), (steps) => {
      const { clock, events, watchdog } = setUp()
      let lastHeardMs = 0
      for (const { waitMs, heard } of steps) {
        clock.advance(waitMs)
        if (heard) {
          watchdog.heard()
          lastHeardMs = clock.nowMs()
        }
      }
      const died = events.some((event) => event.startsWith('dead'))
      if (!died) expect(clock.nowMs() - lastHeardMs).toBeLessThan(quietMs + replyMs)
      watchdog.stop()
      expect(clock.pending).toBe(0)
    }),
  )
})

function setUp() {
  const clock = new ManualClock()
  const events: string[] = []
  const watchdog = new LinkWatchdog({
    clock,
    quietMs,
    replyMs,
    ping: () => events.push(`ping at ${clock.nowMs()}`),
    onDead: (silentMs) => events.push(`dead after ${silentMs}`),
  })
  return { clock, events, watchdog }
}
