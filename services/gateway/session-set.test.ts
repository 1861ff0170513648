import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openIn } from './testing/opened-sessions.ts'

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
  expect(connection.messages.at(-1)).toMatchObject({ error: 'connection_lost', code: 'connection_lost' })
  expect(connection.closes).toMatchObject([{ code: 1013 }])
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
  wait(5_000)
  expect(sessions.size).toBe(0)
  for (const { connection } of all) {
    expect(connection.messages.slice(1)).toMatchObject([{ type: 'reconnect', afterMs: 5_000 }])
    expect(connection.closes).toMatchObject([{ code: 4000 }])
  }
})

test('a drain waits for those that were told before, and tells them no other time', async () => {
  const { sessions, open, wait } = setUp(() => 0.5)
  const all = Array.from({ length: 4 }, open)
  sessions.shed(2, 60_000)
  const drained = sessions.drain(10_000)
  wait(29_000)
  expect(sessions.size).toBe(2)
  wait(1_000)
  await drained
  for (const { connection } of all)
    expect(connection.messages.filter(({ type }) => type === 'reconnect')).toHaveLength(1)
})

const setUp = openIn
