import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  boolean,
  choice,
  custom,
  decimal,
  describeSettings,
  integer,
  list,
  parseSettings,
  port,
  type Settings,
  text,
} from './config-schema.ts'
import { ConfigError } from './errors.ts'

const settings = {
  PORT: port({ description: 'p', default: 8080 }),
  RATE: decimal({ description: 'r', default: 1.5, min: 0.1, max: 100 }),
  COUNT: integer({ description: 'c', default: 0, min: -5, max: 5 }),
  LOOP: boolean({ description: 'l', default: true }),
  LEVEL: choice({ description: 'v', of: ['info', 'warn'], default: 'info' }),
  NAMES: list({ description: 'n', type: 'names', entry: z.string().max(3), default: ['a'], minEntries: 1 }),
  EVEN: custom({
    description: 'e',
    type: 'even number',
    schema: z
      .string()
      .transform(Number)
      .refine((value) => value % 2 === 0, 'it is odd'),
    example: '4',
    default: 2,
  }),
  SECRET: text({ description: 's', secret: true, default: 'fallback', example: 'generated' }),
}

test('what is not set, or set to nothing, has its default', () => {
  const defaults = { PORT: 8080, RATE: 1.5, COUNT: 0, LOOP: true, LEVEL: 'info', NAMES: ['a'], EVEN: 2 }
  expect(parseSettings(settings, {})).toEqual({ ...defaults, SECRET: 'fallback' })
  expect(parseSettings(settings, { PORT: '', SECRET: '', NAMES: '' })).toEqual({ ...defaults, SECRET: 'fallback' })
})

test('what is set is parsed and frozen', () => {
  const parsed = parseSettings(settings, {
    PORT: '0',
    RATE: '0.25',
    COUNT: '-5',
    LOOP: 'false',
    LEVEL: 'warn',
    NAMES: ' x, ,y,',
    EVEN: '10',
    SECRET: 's',
    UNKNOWN: 'ignored',
  })
  const expected = {
    PORT: 0,
    RATE: 0.25,
    COUNT: -5,
    LOOP: false,
    LEVEL: 'warn',
    NAMES: ['x', 'y'],
    EVEN: 10,
    SECRET: 's',
  }
  expect(parsed).toEqual(expected)
  expect(Object.isFrozen(parsed)).toBe(true)
})

test.each<[string, string, string]>([
  ['PORT', '65536', 'PORT: "65536" is not valid; expected integer, 0 to 65535. Example: PORT=8080'],
  ['PORT', '80.5', 'PORT: "80.5" is not valid; expected integer, 0 to 65535. Example: PORT=8080'],
  ['PORT', '0x50', 'PORT: "0x50" is not valid; expected integer, 0 to 65535. Example: PORT=8080'],
  ['PORT', ' 80', 'PORT: " 80" is not valid; expected integer, 0 to 65535. Example: PORT=8080'],
  ['COUNT', '6', 'COUNT: "6" is not valid; expected integer, -5 to 5. Example: COUNT=0'],
  ['RATE', '0', 'RATE: "0" is not valid; expected number, 0.1 to 100. Example: RATE=1.5'],
  ['RATE', '1e3', 'RATE: "1e3" is not valid; expected number, 0.1 to 100. Example: RATE=1.5'],
  ['LOOP', 'yes', 'LOOP: "yes" is not valid; expected true or false. Example: LOOP=true'],
  ['LEVEL', 'loud', 'LEVEL: "loud" is not valid; expected info or warn. Example: LEVEL=info'],
  ['NAMES', ',', 'NAMES: "," is not valid; expected names. Example: NAMES=a,b'],
  ['NAMES', 'a,long', 'NAMES: "a,long" is not valid; expected names. Example: NAMES=a,b'],
  ['EVEN', '3', 'EVEN: "3" is not valid: it is odd; expected even number. Example: EVEN=4'],
])('%s=%s is refused by name, with what is wrong and an example', (name, value, message) => {
  const parse = () => parseSettings(settings, { [name]: value })
  expect(parse).toThrow(new ConfigError(message))
})

test('all that is wrong is listed at once, required settings included', () => {
  const required = { ...settings, KEY: text({ description: 'k', example: 'abc' }) }
  const parse = () => parseSettings(required, { PORT: 'x', LOOP: 'y' })
  expect(parse).toThrow(/^PORT: .*\nLOOP: .*\nKEY is required \(text\)\. Example: KEY=abc$/)
})

test('a secret is shown neither in an error nor in the description; a long value is cut', () => {
  const secretPort: Settings = { PORT: { ...settings.PORT, secret: true } }
  expect(() => parseSettings(secretPort, { PORT: 'hunter2' })).toThrow(/^PORT: its value is not valid; expected/)
  const described = JSON.stringify(describeSettings(settings, parseSettings(settings, { SECRET: 'hunter2' })))
  expect(described).not.toContain('hunter2')
  expect(described).toContain('[7 characters]')
  let message = ''
  try {
    parseSettings(settings, { PORT: 'x'.repeat(10_000) })
  } catch (error) {
    message = String(error)
  }
  expect(message.length).toBeLessThan(300)
})
