/** When the bench, and not the platform, is what was measured. */
import { expect, test } from 'vitest'
import {
  CannotMeasure,
  inAttempts,
  latencyText,
  leastTrust,
  requireRoom,
  requireRoomEachSecond,
  requireRoomForLatency,
  unlessLate,
} from './limits.ts'

const use = (load: number, gateway: number) => ({ load: { load, upstream: 0.4 }, server: { gateway } })

test('what a late source gave is measured again, until it is late for the third time', async () => {
  const lateness = [6, 5.1, 5]
  let runs = 0
  const measure = async () => [{ latenessP99Ms: lateness[runs] ?? 9 }, ++runs] as const
  expect(await unlessLate('publisher', measure)).toBe(3)
  const failed = unlessLate('publisher', measure)
  await expect(failed).rejects.toThrow('the publisher was 9.0 ms late at p99 (at most 5), 3 times in a row')
  await expect(failed).rejects.toBeInstanceOf(CannotMeasure)
  expect(runs).toBe(6)
})

const full = () => Promise.reject(new CannotMeasure('the core was full'))
const broken = () => Promise.reject(new Error('a process ended early'))

test('what could not be measured is tried again, and told', async () => {
  const said: string[] = []
  let attempts = 0
  const measure = () => (++attempts < 3 ? full() : Promise.resolve(attempts))
  expect(await inAttempts(3, measure, (line) => said.push(line))).toBe(3)
  expect(said).toEqual(Array(2).fill('could not measure, once more: the core was full'))
})

test('after its last attempt it ends, and at a mistake at once', async () => {
  let attempts = 0
  const count = (measure: () => Promise<never>) => () => {
    attempts++
    return measure()
  }
  await expect(inAttempts(2, count(full), () => {})).rejects.toBeInstanceOf(CannotMeasure)
  expect(attempts).toBe(2)
  await expect(inAttempts(2, count(broken), () => {})).rejects.toThrow('a process ended early')
  expect(attempts).toBe(3)
})

test.each([
  ['a load with room left', 0.44, 0.5, 'all'],
  ['a load with room left beside a full server', 0.44, 1, 'all'],
  ['a full load beside a full server', 0.5, 0.95, 'throughput'],
])('of %s counts: %4$s', (_, load, gateway, trust) => {
  expect(requireRoom('pipeline', use(load, gateway))).toBe(trust)
})

test('of a full load beside a server with room left nothing counts, and the shares of each are told', () => {
  const judge = () => requireRoom('pipeline', use(0.46, 0.94))
  expect(judge).toThrow(CannotMeasure)
  expect(judge).toThrow(
    "pipeline: the load's core was used to 86 % (load 46 %, upstream 40 %), more than 85 %, and the server's to 94 % " +
      '(gateway 94 %): the bench is the limit',
  )
})

test('processes that share the server’s core fill it together', () => {
  const load = { load: 0.9 }
  expect(requireRoom('founding', { load, server: { redis: 0.1, marketData: 0.3, gateway: 0.55 } })).toBe('throughput')
  expect(() => requireRoom('founding', { load, server: { redis: 0.1, marketData: 0.3, gateway: 0.5 } })).toThrow()
})

test('a latency beside a full load does not count, however full the server is', () => {
  requireRoomForLatency('slow', use(0.44, 0.3))
  expect(() => requireRoomForLatency('slow', use(0.46, 1))).toThrow(CannotMeasure)
})

test('one full second of a burst is found, whatever the others average', () => {
  const idle = use(0, 0.5)
  requireRoomEachSecond('storm', [use(0.54, 0.5), idle, idle])
  const judge = () => requireRoomEachSecond('storm', [idle, use(0.56, 1), idle, idle])
  expect(judge).toThrow(CannotMeasure)
  expect(judge).toThrow("storm, second 2: the load's core was used to 96 % (load 56 %, upstream 40 %), more than 95 %")
})

test('several runs are trusted as little as the least of them, and the text of their latency says so', () => {
  expect(latencyText(12.34, leastTrust(['all', 'all']))).toBe('12.3')
  expect(latencyText(12.34, leastTrust(['all', 'throughput']))).toBe('≤ 12.3')
})
