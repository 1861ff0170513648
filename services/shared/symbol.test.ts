import { expect, test } from 'vitest'
import { isSymbol } from './symbol.ts'

test.each([
  'A',
  'AAPL',
  'brk.b',
  'BRK.B',
  '^GSPC',
  'EURUSD=X',
  'BTC-USD',
  'ES_F',
  'BTC/USDT',
  '0700.HK',
  'x'.repeat(32),
])('%s is a symbol', (value) => expect(isSymbol(value)).toBe(true))

test.each([
  '',
  ' ',
  'A B',
  'A\nB',
  'AAPL\n',
  '\nAAPL',
  '*',
  'A*',
  'quote:AAPL',
  '.A',
  '-A',
  '=A',
  '/A',
  '_A',
  'É',
  'A\0',
  '{A}',
  'x'.repeat(33),
])('%j is none', (value) => expect(isSymbol(value)).toBe(false))
