import { expect, test } from 'vitest'
import { readSettings } from './settings.ts'

test('streams have five seconds, or what STREAMS_WITHIN_S says', () => {
  expect(readSettings({}).streamsWithinS).toBe(5)
  expect(readSettings({ STREAMS_WITHIN_S: '' }).streamsWithinS).toBe(5)
  expect(readSettings({ STREAMS_WITHIN_S: '35' }).streamsWithinS).toBe(35)
})

test.each(['soon', '0', '-1', 'Infinity', '35s'])('STREAMS_WITHIN_S=%s is refused by name', (text) => {
  expect(() => readSettings({ STREAMS_WITHIN_S: text })).toThrow(`STREAMS_WITHIN_S is ${text}`)
})
