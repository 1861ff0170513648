import { expect, test } from 'vitest'
import { Readiness } from './readiness.ts'

test('each dependency must succeed once; a second success and an unknown one change nothing', () => {
  const readiness = new Readiness(['redis', 'upstream'])
  expect(readiness.waitingFor()).toEqual(['redis', 'upstream'])
  readiness.succeeded('redis')
  readiness.succeeded('redis')
  readiness.succeeded('another')
  expect(readiness.waitingFor()).toEqual(['upstream'])
  readiness.succeeded('upstream')
  expect(readiness.waitingFor()).toEqual([])
})

test('only a drain makes it fall, for good', () => {
  const readiness = new Readiness(['redis'])
  readiness.succeeded('redis')
  readiness.drain()
  expect(readiness.draining).toBe(true)
  readiness.succeeded('redis')
  expect(readiness.waitingFor()).toEqual(['draining'])
})

test('who needs nothing is ready at once', () => {
  expect(new Readiness([]).waitingFor()).toEqual([])
})
