import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { AddressSource } from './address-source.ts'

test('fixed addresses are told at once, sorted and each once, and nothing is resolved', () => {
  const { source, told, asked, clock } = setUp(['b:2', 'a:1', 'b:2'])
  source.run()
  expect([told, asked, clock.pending]).toEqual([[['a:1', 'b:2']], [], 0])
})

test('a name stands for all its addresses and is resolved each second; only a change is told', async () => {
  const { source, told, asked, answers, clock, second } = setUp(['dns:///marketdata:50051'])
  answers.set('marketdata', ['10.0.0.2', '10.0.0.1'])
  source.run()
  expect(told).toEqual([])
  await setImmediate()
  expect(told).toEqual([['10.0.0.1:50051', '10.0.0.2:50051']])
  answers.set('marketdata', ['10.0.0.1', '10.0.0.2'])
  await second()
  expect([told.length, asked.length]).toEqual([1, 2])
  answers.set('marketdata', ['10.0.0.1', '10.0.0.3'])
  await second()
  expect(told.at(-1)).toEqual(['10.0.0.1:50051', '10.0.0.3:50051'])
  source.stop()
  expect(clock.pending).toBe(0)
})

test('an answer without addresses and a failure keep the last answer, and an empty list is never told', async () => {
  const { source, told, answers, second } = setUp(['dns:///marketdata:50051'])
  answers.set('marketdata', [])
  source.run()
  await setImmediate()
  answers.set('marketdata', new Error('SERVFAIL'))
  await second()
  expect(told).toEqual([])
  answers.set('marketdata', ['10.0.0.1'])
  await second()
  answers.set('marketdata', new Error('SERVFAIL'))
  await second()
  answers.set('marketdata', [])
  await second()
  expect(told).toEqual([['10.0.0.1:50051']])
  answers.set('marketdata', ['10.0.0.2'])
  await second()
  expect(told.at(-1)).toEqual(['10.0.0.2:50051'])
})

test('a name that fails, or answers nothing, leaves the other targets in use and keeps its own', async () => {
  const { source, told, answers, second } = setUp(['fixed:1', 'dns:///down:2', 'dns:///up:3'])
  answers.set('down', new Error('NXDOMAIN'))
  answers.set('up', ['10.0.0.9'])
  source.run()
  await setImmediate()
  expect(told).toEqual([['fixed:1'], ['10.0.0.9:3', 'fixed:1']])
  answers.set('up', [])
  await second()
  expect(told).toHaveLength(2)
})

test('IPv6 addresses get their brackets, and a literal in brackets is looked up without them', async () => {
  const { source, told, asked, answers } = setUp(['dns:///[::1]:50051', 'dns:///six:1'])
  answers.set('::1', ['::1'])
  answers.set('six', ['fd00::1', '10.0.0.1'])
  source.run()
  await setImmediate()
  expect(asked).toEqual(['::1', 'six'])
  expect(told).toEqual([['10.0.0.1:1', '[::1]:50051', '[fd00::1]:1']])
})

test('the system’s resolver finds localhost', async () => {
  const clock = new ManualClock()
  const found = await new Promise<readonly string[]>((onAddresses) => {
    new AddressSource({ targets: ['dns:///localhost:7'], clock, logger: silentLogger, onAddresses }).run()
  })
  expect(['127.0.0.1:7', '[::1]:7']).toContain(found[0])
})

test('one look-up of a name is under way at a time, and an answer after stop is not told', async () => {
  const { source, told, asked, answers, clock } = setUp(['dns:///slow:1'])
  let answer: (addresses: string[]) => void = () => {}
  answers.set('slow', new Promise<string[]>((resolve) => (answer = resolve)))
  source.run()
  clock.advance(10_000)
  expect(asked).toEqual(['slow'])
  source.stop()
  answer(['10.0.0.1'])
  await setImmediate()
  expect([told, clock.pending]).toEqual([[], 0])
})

function setUp(targets: readonly string[]) {
  const clock = new ManualClock()
  const told: (readonly string[])[] = []
  const asked: string[] = []
  const answers = new Map<string, string[] | Error | Promise<string[]>>()
  const source = new AddressSource({
    targets,
    clock,
    logger: silentLogger,
    onAddresses: (addresses) => told.push(addresses),
    resolve: async (host) => {
      asked.push(host)
      const answer = await answers.get(host)
      if (answer instanceof Error) throw answer
      return answer ?? []
    },
  })
  const second = async () => {
    clock.advance(1_000)
    await setImmediate()
  }
  return { clock, told, asked, answers, source, second }
}
