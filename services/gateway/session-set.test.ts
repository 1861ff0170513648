import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Opened, openIn } from './testing/opened-sessions.ts'
import type { TestSession } from './testing/session-harness.ts'

test('rule 11: a drain tells everybody when, and closes all then with 4000, over at least half of its window', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 300 }),
      fc.integer({ min: 200, max: 20_000 }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
      (count, windowMs, randoms) => {
        const { harness, sessions, open } = setUp(() => randoms.next().value ?? 0)
        const all = Array.from({ length: count }, open)
        void sessions.drain(windowMs)
        for (const { connection } of all) {
          const [reconnect, ...more] = connection.messages.slice(1)
          expect([reconnect?.type, more]).toEqual(['reconnect', []])
          expect(Number(reconnect?.afterMs)).toBeLessThanOrEqual(windowMs)
        }
        const beganMs = harness.clock.nowMs()
        harness.clock.advance(windowMs)
        const closes = all.map(({ closedAtMs }) => closedAtMs() ?? Number.NaN)
        const told = all.map(({ connection }) => beganMs + Number(connection.messages.at(1)?.afterMs))
        expect(closes).toEqual(told)
        // What is told, and kept, are whole milliseconds.
        expect(Math.max(...closes) - Math.min(...closes)).toBeGreaterThanOrEqual(windowMs / 2 - 1)
        expect(all.flatMap(({ connection }) => connection.closes.map(({ code }) => code))).toEqual(all.map(() => 4000))
        expect([sessions.size, harness.clock.pending]).toEqual([0, 0])
      },
    ),
    { numRuns: 25 },
  )
})

test('a drain ends when the last connection is gone, and at once where there is none', async () => {
  const { harness, sessions, open } = setUp()
  await sessions.drain(20_000)
  const { hangUp } = open()
  const drained = sessions.drain(20_000)
  hangUp()
  await drained
  harness.clock.advance(20_000)
  expect([sessions.size, harness.clock.pending]).toEqual([0, 0])
})

test('a drain without a window closes all at once, and few timers serve many sessions', () => {
  const { harness, sessions, open } = setUp()
  const all = Array.from({ length: 50 }, open)
  const before = harness.clock.pending
  void sessions.drain(0)
  expect(harness.clock.pending - before).toBe(1)
  harness.clock.advance(0)
  expect(all.every(({ connection }) => connection.closes[0]?.code === 4000)).toBe(true)
})

test('rule 13: ten seconds without any upstream close with connection_lost and 1013', () => {
  const { sessions, open, wait } = setUp()
  sessions.run()
  sessions.upstreamAvailable(true)
  const { connection } = open()
  wait(60_000)
  sessions.upstreamAvailable(false)
  wait(9_000)
  expect(connection.closes).toEqual([])
  wait(2_000)
  const lost = { error: 'connection_lost', code: 'connection_lost', retryAfterMs: 17_500 }
  expect(connection.messages.at(-1)).toMatchObject(lost)
  expect(connection.closes).toMatchObject([{ code: 1013 }])
})

test('rule 13: it is stranded from the tenth second of an outage on, until there is an upstream', () => {
  const { sessions, wait } = setUp()
  sessions.run()
  sessions.upstreamAvailable(true)
  wait(60_000)
  sessions.upstreamAvailable(false)
  wait(9_000)
  expect(sessions.isStranded).toBe(false)
  wait(1_000)
  expect(sessions.isStranded).toBe(true)
  sessions.upstreamAvailable(true)
  expect(sessions.isStranded).toBe(false)
})

test('rule 13: an upstream that is back in time closes nobody, and a new outage has its own ten seconds', () => {
  const { sessions, open, wait } = setUp()
  sessions.run()
  sessions.upstreamAvailable(true)
  const { connection } = open()
  for (let i = 0; i < 5; i++) {
    sessions.upstreamAvailable(false)
    wait(9_000)
    sessions.upstreamAvailable(true)
    wait(9_000)
  }
  expect(connection.closes).toEqual([])
})

test('rule 13: who comes in an outage, or before the first upstream, has ten seconds too', () => {
  const { sessions, open, wait } = setUp()
  sessions.run()
  wait(30_000)
  const { connection } = open()
  wait(9_000)
  expect(connection.closes).toEqual([])
  wait(2_000)
  expect(connection.closes).toMatchObject([{ code: 1013 }])
})

test('rule 13: an outage closes at most 2,000 sessions a second', () => {
  const { sessions, open, wait } = setUp()
  sessions.run()
  const all = Array.from({ length: 4_500 }, open)
  const closed = () => all.filter(({ connection }) => connection.closes.length > 0).length
  const counts = [9, 10, 11, 12, 13].map(() => 0)
  wait(9_000)
  for (let i = 0; i < counts.length; i++) {
    counts[i] = closed()
    wait(1_000)
  }
  expect(counts).toEqual([0, 2_000, 4_000, 4_500, 4_500])
})

test('stop leaves no timer', () => {
  const { harness, sessions } = setUp()
  sessions.run()
  sessions.stop()
  expect(harness.clock.pending).toBe(0)
})

test('rule 11: sessions end at their maximum age ± 20 %, each told to reconnect, closed with 4000', () => {
  let seed = 0
  const { sessions, open, wait } = setUp(() => (seed = (seed + 0.37) % 1), 60_000)
  const all = Array.from({ length: 100 }, open)
  sessions.run()
  sessions.upstreamAvailable(true)
  wait(47_000)
  expect(sessions.size).toBe(100)
  wait(26_000)
  expect(sessions.size).toBe(0)
  for (const { connection } of all) {
    expect(connection.messages.at(-1)).toMatchObject({ type: 'reconnect', afterMs: expect.any(Number) })
    expect(connection.closes.map(({ code }) => code)).toEqual([4000])
  }
  const ends = all.map(({ closedAtMs }) => closedAtMs() ?? Number.NaN)
  expect(Math.max(...ends) - Math.min(...ends)).toBeGreaterThan(20_000)
})

test('without a maximum age sessions live on', () => {
  const { sessions, open, wait } = setUp()
  open()
  sessions.run()
  sessions.upstreamAvailable(true)
  wait(600_000)
  expect(sessions.size).toBe(1)
})

test('what is shed is chosen among those that stay, told once, and closed within the time; the others stay', () => {
  const { sessions, open, wait } = setUp(() => 0.5)
  const all = Array.from({ length: 10 }, open)
  expect(sessions.shed(4, 10_000)).toBe(4)
  expect(sessions.shed(4, 10_000)).toBe(4)
  expect(sessions.shed(4, 10_000)).toBe(2)
  expect(sessions.shed(4, 10_000)).toBe(0)
  wait(10_000)
  expect(sessions.size).toBe(0)
  for (const { connection, closedAtMs } of all) {
    expect(connection.messages.slice(1)).toMatchObject([{ type: 'reconnect', afterMs: closedAtMs() }])
    expect(connection.closes).toMatchObject([{ code: 4000 }])
  }
})

test('who is shed costs a draw and a share of a timer, however many stay', () => {
  let draws = 0
  const { harness, sessions, open } = setUp(() => {
    draws++
    return Math.random()
  })
  for (let i = 0; i < 5_000; i++) open()
  const timersBefore = harness.clock.pending
  draws = 0
  expect(sessions.shed(10, 1_000)).toBe(10)
  // One chooses, another says when.
  expect([draws, harness.clock.pending - timersBefore]).toEqual([20, 10])
  expect(sessions.shed(1_000, 1_000)).toBe(1_000)
  expect([draws, harness.clock.pending - timersBefore]).toEqual([1_040, 30])
})

test('everybody who stays is shed as often as the others', () => {
  const runs = 2_000
  const counts = Array.from({ length: 10 }, () => 0)
  for (let run = 0; run < runs; run++) {
    const { sessions, open } = setUp(Math.random)
    const all = counts.map(open)
    sessions.shed(3, 0)
    for (const [i, opened] of all.entries()) counts[i] = (counts[i] ?? 0) + timesTold(opened)
  }
  // Seven standard deviations.
  for (const count of counts) expect(Math.abs(count - runs * 0.3)).toBeLessThan(145)
})

test('whoever comes, leaves and is shed when: as many are told as are open and were not told, nobody twice', () => {
  const step = fc.record({
    kind: fc.constantFrom('open', 'open', 'come', 'leave', 'shed'),
    count: fc.integer({ min: 1, max: 8 }),
  })
  const randoms = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), randoms, (steps, random) => {
      const { harness, sessions, open } = setUp(() => random.next().value ?? 0)
      const here: Opened[] = []
      const coming: TestSession[] = []
      for (const { kind, count } of steps) {
        if (kind === 'open') here.push(open())
        else if (kind === 'leave') here.splice(count % (here.length || 1), 1)[0]?.hangUp()
        else if (kind === 'come') {
          // Has not said yet who it is.
          const test = harness.open({ isAnonymous: true })
          sessions.add(test.session)
          coming.push(test)
        } else {
          const untold = here.filter((opened) => timesTold(opened) === 0).length
          expect(sessions.shed(count, 60_000)).toBe(Math.min(count, untold))
          expect(here.filter((opened) => timesTold(opened) === 0)).toHaveLength(Math.max(0, untold - count))
        }
      }
      expect(Math.max(0, ...here.map(timesTold))).toBeLessThanOrEqual(1)
      expect(coming.map(timesTold)).toEqual(coming.map(() => 0))
      expect(sessions.size).toBe(here.length + coming.length)
    }),
  )
})

test('a drain waits for those that were told before, and tells them no other time', async () => {
  const { sessions, open, wait } = setUp(() => 0.5)
  const all = Array.from({ length: 4 }, open)
  sessions.shed(2, 60_000)
  const drained = sessions.drain(10_000)
  // At 15 and at 45 s.
  wait(44_000)
  expect(sessions.size).toBe(1)
  wait(1_000)
  await drained
  expect(all.map(timesTold)).toEqual([1, 1, 1, 1])
})

const setUp = openIn

function timesTold({ connection }: TestSession): number {
  return connection.messages.filter(({ type }) => type === 'reconnect').length
}
