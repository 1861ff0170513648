import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { AcceptQueue } from './accept-queue.ts'
import { acceptQueueLength } from './accept-queue-length.ts'

test('a queue is late when its last would wait too long, and in time again at half of that', () => {
  const { turn, waiting, late } = setUp({ longestMs: 600 })
  waiting(300)
  for (let i = 0; i < 500; i++) turn({ taken: 1, ms: 2 })
  expect(late).toEqual([])
  waiting(301)
  for (let i = 0; i < 51; i++) turn({ taken: 1, ms: 2 })
  expect(late).toEqual([true])
  // Those that are sent away cost less; what counts is what one costs who stays.
  waiting(150)
  for (let i = 0; i < 100; i++) turn({ taken: 1, ms: 0.5 })
  expect(late).toEqual([true])
  waiting(149)
  for (let i = 0; i < 41; i++) turn({ taken: 1, ms: 0.5 })
  expect(late).toEqual([true, false])
})

test('what has just begun may be over soon, and one pause of the process is no cost of a connection', () => {
  const { turn, waiting, late } = setUp({ longestMs: 600 })
  waiting(1_000)
  for (let i = 0; i < 100; i++) turn({ taken: 1, ms: 2 })
  expect(late).toEqual([])
  turn({ taken: 0, ms: 2 })
  waiting(250)
  for (let i = 0; i < 200; i++) turn({ taken: 1, ms: 2 })
  turn({ taken: 1, ms: 300 })
  for (let i = 0; i < 200; i++) turn({ taken: 1, ms: 2 })
  expect(late).toEqual([])
})

test('when it does not end, half of the time goes to those at the front after a second', () => {
  const { turn, waiting, late } = setUp({ longestMs: 600 })
  waiting(4_000)
  for (let i = 0; i < 101; i++) turn({ taken: 1, ms: 2 })
  expect(late).toEqual([true])
  // Each that is sent away costs 0.5 ms.
  for (let i = 0; i < 1_900; i++) turn({ taken: 1, ms: 0.5 })
  expect(late).toEqual([true])
  for (let i = 0; i < 2_000; i++) turn({ taken: 1, ms: 0.5 })
  const kept = late.filter((isLate) => !isLate).length
  // 900 ms at one in 4 ms and a turn.
  expect(kept).toBeGreaterThan(150)
  expect(kept).toBeLessThan(230)
  turn({ taken: 0, ms: 2 })
  expect(late.at(-1)).toBe(false)
})

test('an ordinary burst is served however long it takes, and a storm is shed down to it', () => {
  const { turn, waiting, late } = setUp({ longestMs: 600, mayWait: 500 })
  waiting(500)
  for (let i = 0; i < 500; i++) turn({ taken: 1, ms: 10 })
  expect(late).toEqual([])
  waiting(501)
  for (let i = 0; i < 11; i++) turn({ taken: 1, ms: 10 })
  expect(late).toEqual([true])
  waiting(500)
  for (let i = 0; i < 41; i++) turn({ taken: 1, ms: 0.5 })
  expect(late).toEqual([true, false])
})

test('an empty queue is in time at once, whatever it was', () => {
  const { turn, waiting, late } = setUp({ longestMs: 600 })
  waiting(1_000)
  for (let i = 0; i < 151; i++) turn({ taken: 1, ms: 2 })
  expect(late).toEqual([true])
  turn({ taken: 0, ms: 2 })
  expect(late).toEqual([true, false])
})

test('the kernel is asked while each turn takes one for long, and not otherwise', () => {
  const { turn, asked, pending } = setUp({ longestMs: 600 })
  for (let i = 0; i < 100; i++) {
    for (let k = 0; k < 90; k++) turn({ taken: 1, ms: 2 })
    turn({ taken: 0, ms: 2 })
  }
  expect([asked(), pending()]).toEqual([0, 0])
  for (let i = 0; i < 501; i++) turn({ taken: 1, ms: 2 })
  expect([asked(), pending()]).toEqual([9, 1])
})

const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === 'IPv6'))

test.runIf(process.platform === 'linux').for(hasIPv6 ? ['::', '127.0.0.1'] : ['127.0.0.1'])(
  'the kernel tells how many wait on %s (Linux only)',
  async (host) => {
    // More lines than the kernel gives at once.
    const others = Array.from({ length: 60 }, () => createServer().listen({ port: 0, host }))
    const server = createServer()
    server.listen({ port: 0, host, backlog: 100 })
    await once(server, 'listening')
    const address = server.address() as AddressInfo
    const program = `for (let i = 0; i < 40; i++) require('net').connect(${address.port}, '127.0.0.1', () => console.log(''))`
    expect(acceptQueueLength(address)).toBe(0)
    // Node takes nobody while it waits here.
    const client = spawn(process.execPath, ['-e', program])
    onTestFinished(() => {
      client.kill('SIGKILL')
      for (const other of [server, ...others]) other.close()
    })
    const deadlineMs = performance.now() + 20_000
    while (acceptQueueLength(address) < 40 && performance.now() < deadlineMs);
    expect(acceptQueueLength(address)).toBe(40)
    expect(acceptQueueLength({ ...address, port: 1 })).toBe(0)
  },
)

function setUp({ longestMs, mayWait = 0 }: { longestMs: number; mayWait?: number }) {
  const clock = new ManualClock()
  let tasks: (() => void)[] = []
  let count = 0
  let asked = 0
  const late: boolean[] = []
  const queue = new AcceptQueue({
    clock,
    longestMs,
    mayWait,
    length: () => {
      asked++
      return count
    },
    soon: (task) => void tasks.push(task),
    onLate: (isLate) => void late.push(isLate),
  })
  /** Takes connections, runs what was to run at the end of the turn, and lets time pass. */
  const turn = ({ taken, ms }: { taken: number; ms: number }) => {
    for (let i = 0; i < taken; i++) queue.taken(late.at(-1) !== true)
    const now = tasks
    tasks = []
    for (const task of now) task()
    clock.advance(ms)
  }
  const waiting = (value: number) => {
    count = value
  }
  return { turn, waiting, late, asked: () => asked, pending: () => tasks.length }
}
