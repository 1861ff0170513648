import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { symbolRule } from '../../shared/symbol.ts'
import { defaultReplayCsv, defaultReplayRows, fromCommonStart, parseReplayCsv } from './replay-csv.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

test('columns come in any order and any case, and extra ones are ignored', () => {
  const text = 'Price,volume,SYMBOL, Timestamp \n 1.5 ,9,MSFT,2004-08-01\n"2",,"BRK.B",2004-08-02\n'
  expect(parseReplayCsv(text, 'x.csv')).toEqual([
    { timeMs: Date.UTC(2004, 7, 1), symbol: 'MSFT', price: 1.5 },
    { timeMs: Date.UTC(2004, 7, 2), symbol: 'BRK.B', price: 2 },
  ])
})

test('a byte order mark hides no column, quoted or not', () => {
  for (const header of ['time,symbol,price', '"time","symbol","price"']) {
    expect(parseReplayCsv(`\uFEFF${header}\n1,A,1\n`, 'x.csv')).toEqual([{ timeMs: 1_000, symbol: 'A', price: 1 }])
  }
})

test('of time, date and timestamp the first is the time', () => {
  const text = 'timestamp,date,time,symbol,price\nnever,soon,2004-08-01,A,1\n'
  expect(parseReplayCsv(text, 'x.csv')).toEqual([{ timeMs: Date.UTC(2004, 7, 1), symbol: 'A', price: 1 }])
})

test.each([
  ['2004-08-01', Date.UTC(2004, 7, 1)],
  ['2004-08-01T09:30', Date.UTC(2004, 7, 1, 9, 30)],
  ['2004-08-01 09:30:15', Date.UTC(2004, 7, 1, 9, 30, 15)],
  ['2004-08-01T09:30:15.250Z', Date.UTC(2004, 7, 1, 9, 30, 15, 250)],
  ['2004-08-01t09:30:15.123456789z', Date.UTC(2004, 7, 1, 9, 30, 15, 123)],
  ['2004-08-01T09:30:15-04:00', Date.UTC(2004, 7, 1, 13, 30, 15)],
  ['2004-08-01 09:30 +0530', Date.UTC(2004, 7, 1, 4)],
  ['1091318400', Date.UTC(2004, 7, 1)],
  ['1091318400250', Date.UTC(2004, 7, 1) + 250],
  ['0', 0],
  ['-86400', Date.UTC(1969, 11, 31)],
  ['99999999999', 99_999_999_999_000],
  ['100000000000', 100_000_000_000],
  ['Aug 1 2004', Date.UTC(2004, 7, 1)],
  ['"aug 01, 2004"', Date.UTC(2004, 7, 1)],
  ['Feb 29 2000', Date.UTC(2000, 1, 29)],
])('the time %s is read as UTC, whatever the zone of the process', (time, timeMs) => {
  for (const zone of ['America/New_York', 'Asia/Tokyo']) {
    vi.stubEnv('TZ', zone)
    expect(new Date(0).getTimezoneOffset()).not.toBe(0)
    expect(parseReplayCsv(`time,symbol,price\n${time},A,1\n`, 'x.csv')).toEqual([{ timeMs, symbol: 'A', price: 1 }])
  }
})

test.each([
  'soon',
  '',
  '2004-02-30',
  '2004-13-01',
  '2004-08-01T25:00',
  '8/1/2004',
  '1e9',
  'Feb 30 2004',
  'Foo 1 2004',
  'Aug 0 2004',
  '99999999999999999',
  '2004-08-01T09:30:15+99:00',
  '12:30',
])('the time "%s" is refused', (time) => {
  expect(() => parseReplayCsv(`time,symbol,price\n${time},A,1\n`, 'x.csv')).toThrow(
    `x.csv, line 2: bad time "${time}": expected ISO 8601, Unix seconds or milliseconds, or Jan 1 2000`,
  )
})

test('any moment survives as ISO 8601 and as Unix milliseconds', () => {
  const times = fc.date({ min: new Date(100_000_000_000), max: new Date('9999-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(times, (date) => {
      const rows = parseReplayCsv(`time,symbol,price\n${date.toISOString()},A,1\n${date.getTime()},A,1\n`, 'x.csv')
      expect(rows.map((row) => row.timeMs)).toEqual([date.getTime(), date.getTime()])
    }),
  )
})

test('rows are sorted by time, and rows of one time keep the order of the file', () => {
  const rows = fc.array(fc.record({ second: fc.nat(5), price: fc.integer({ min: 1, max: 1_000 }) }), { minLength: 1 })
  fc.assert(
    fc.property(rows, (someRows) => {
      const text = `symbol,time,price\n${someRows.map(({ second, price }) => `A,${second},${price}`).join('\n')}`
      const expected = [0, 1, 2, 3, 4, 5].flatMap((second) => someRows.filter((row) => row.second === second))
      expect(parseReplayCsv(text, 'x.csv').map((row) => row.price)).toEqual(expected.map((row) => row.price))
    }),
  )
})

test.each(['0', '-1', '', 'abc', '0x10', '1,5', 'Infinity', '1e999', 'NaN', '1 2', '.'])(
  'the price "%s" is refused',
  (price) => {
    expect(() => parseReplayCsv(`time,symbol,price\n1,A,1\n2,A,"${price}"\n`, 'x.csv')).toThrow(
      `x.csv, line 3: bad price "${price}": expected a decimal number above 0`,
    )
  },
)

test('prices may be decimal fractions or have an exponent', () => {
  const text = 'time,symbol,price\n1,A,.5\n2,A,1e3\n3,A,1234.5678\n'
  expect(parseReplayCsv(text, 'x.csv').map((row) => row.price)).toEqual([0.5, 1_000, 1_234.5678])
})

test('a symbol that could not become a channel name is refused', () => {
  expect(() => parseReplayCsv('time,symbol,price\n1,A B,1\n', 'x.csv')).toThrow(
    `x.csv, line 2: bad symbol "A B": ${symbolRule}`,
  )
})

test('what is quoted in an error is cut short', () => {
  const symbol = 'x y'.repeat(1_000)
  expect(() => parseReplayCsv(`time,symbol,price\n1,${symbol},1\n`, 'x.csv')).toThrow(
    `bad symbol "${symbol.slice(0, 40)}…"`,
  )
})

test.each([
  ['', 'x.csv, line 1: the file is empty'],
  [' \n\n', 'x.csv, line 1: the file is empty'],
  ['time,symbol,price\n', 'x.csv, line 1: the header is followed by no row'],
  ['symbol,price\nA,1\n', 'x.csv, line 1: no column time or date or timestamp among "symbol", "price"'],
  ['\n\ntime,price\n1,1\n', 'x.csv, line 3: no column symbol among "time", "price"'],
  ['time,symbol,close\n1,A,1\n', 'x.csv, line 1: no column price among "time", "symbol", "close"'],
  ['time,symbol,price,Price\n1,A,1,1\n', 'x.csv, line 1: two columns price'],
  ['time,symbol,price\n1,A,1\n2,A\n', 'x.csv, line 3: Invalid Record Length: columns length is 3, got 2 on line 3'],
  ['time,symbol,price\n1,"A,1\n', 'x.csv, line 2: Quote Not Closed'],
])('the file %j is refused', (text, message) => {
  expect(() => parseReplayCsv(text, 'x.csv')).toThrow(message)
})

test('the line of an error is that of an editor: empty lines, a byte order mark and any line ending count right', () => {
  const endings = fc.constantFrom('\n', '\r\n')
  const lines = fc.array(fc.tuple(fc.constantFrom('1,A,1', ''), endings), { maxLength: 20 })
  fc.assert(
    fc.property(endings, lines, (ending, good) => {
      const text = `\uFEFFtime,symbol,price${ending}${good.flat().join('')}1,A,zero\r\n`
      expect(() => parseReplayCsv(text, 'x.csv')).toThrow(`x.csv, line ${good.length + 2}: bad price "zero"`)
    }),
  )
})

test('a common start drops what lies before the last symbol begins', () => {
  const row = (timeMs: number, symbol: string) => ({ timeMs, symbol, price: 1 })
  const rows = [row(1, 'A'), row(2, 'B'), row(2, 'A'), row(3, 'C'), row(3, 'A'), row(4, 'B')]
  expect(fromCommonStart(rows)).toEqual(rows.slice(3))
  expect(fromCommonStart([])).toEqual([])
})

test('the default file is that of vega-datasets', () => {
  const url = defaultReplayCsv()
  expect(url.pathname).toMatch(/\/node_modules\/vega-datasets\/data\/stocks\.csv$/)
  const rows = parseReplayCsv(readFileSync(url, 'utf8'), 'stocks.csv')
  expect(rows.length).toBe(560)
  expect(rows[0]).toEqual({ timeMs: Date.UTC(2000, 0, 1), symbol: 'MSFT', price: 39.81 })
})

test('the default rows are 68 months of five symbols, from August 2004 when GOOG begins', () => {
  const rows = defaultReplayRows()
  const datesMs = [...new Set(rows.map((row) => row.timeMs))]
  expect(datesMs).toEqual(Array.from({ length: 68 }, (_, month) => Date.UTC(2004, 7 + month, 1)))
  for (const timeMs of datesMs) {
    const symbols = rows.filter((row) => row.timeMs === timeMs).map((row) => row.symbol)
    expect(symbols).toEqual(['MSFT', 'AMZN', 'IBM', 'GOOG', 'AAPL'])
  }
  expect(rows.find((row) => row.symbol === 'GOOG')?.price).toBe(102.37)
  expect(rows.at(-1)).toEqual({ timeMs: Date.UTC(2010, 2, 1), symbol: 'AAPL', price: 223.02 })
})
