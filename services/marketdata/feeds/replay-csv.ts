/**
 * Stage: before the replay feed, once at start; owns csv-parse and the choice of the default data.
 *
 * In:  the text of a CSV file with the columns time (or date, or timestamp), symbol and price.
 * Out: rows in the order of time. The first line that is wrong ends it with an Error: source, line, what is wrong.
 * Bound: the whole file is in memory; a replay needs all of it at hand to loop. Nothing to close.
 *
 * `Date.parse` alone was rejected: it reads "Jan 1 2000" and times without a zone in the zone of the process, and
 * takes 30 February for 1 March.
 */
import { existsSync, readFileSync } from 'node:fs'
import { CsvError, type InfoRecord, parse } from 'csv-parse/sync'
import { isSymbol, symbolRule } from '../../shared/symbol.ts'
import type { ReplayRow } from './replay-timeline.ts'

type Column = 'time' | 'symbol' | 'price'

/** In lower case. The first name that the header has is the column; all others are ignored. */
const namesOf: Readonly<Record<Column, readonly string[]>> = {
  time: ['time', 'date', 'timestamp'],
  symbol: ['symbol'],
  price: ['price'],
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const monthFirst = /^([a-z]{3}) (\d{1,2}),? (\d{4})$/i
const isoTime = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|[+-]\d{2}:?\d{2})?)?$/i
const decimal = /^\d*\.?\d+(?:e[+-]?\d+)?$/i
/** Below it an integer counts seconds (to the year 5138), from it on milliseconds (from March 1973). */
const firstMsInteger = 100_000_000_000

/** Rows sorted by time; rows of one time keep the order of the file. `sourceName` is for the errors. */
export function parseReplayCsv(text: string, sourceName: string): ReplayRow[] {
  const headerLine = (/^\s*/.exec(text)?.[0].match(/\r\n|\n|\r/g)?.length ?? 0) + 1
  const rows = readRecords(text, sourceName, headerLine).map(({ record, info }) => {
    try {
      return parseRow(record)
    } catch (cause) {
      throw lineError(sourceName, info.lines, cause)
    }
  })
  if (rows.length === 0) throw lineError(sourceName, headerLine, 'the header is followed by no row')
  return rows.sort((a, b) => a.timeMs - b.timeMs)
}

/** Without what lies before the time at which the last of the symbols begins: from there on every one has a price. */
export function fromCommonStart(rows: readonly ReplayRow[]): ReplayRow[] {
  const begins = new Map<string, number>()
  for (const { symbol, timeMs } of rows) begins.set(symbol, Math.min(timeMs, begins.get(symbol) ?? timeMs))
  const startMs = [...begins.values()].reduce((latest, timeMs) => Math.max(latest, timeMs), Number.NEGATIVE_INFINITY)
  return rows.filter((row) => row.timeMs >= startMs)
}

/** Monthly prices of five symbols (vega-datasets): a bundle ships its own copy beside its code. */
export function defaultReplayCsv(): URL {
  const beside = new URL('stocks.csv', import.meta.url)
  return existsSync(beside) ? beside : new URL('../data/stocks.csv', import.meta.resolve('vega-datasets'))
}

/** From August 2004, when the last of the five symbols begins. */
export function defaultReplayRows(): ReplayRow[] {
  return fromCommonStart(parseReplayCsv(readFileSync(defaultReplayCsv(), 'utf8'), 'stocks.csv'))
}

type CsvRecord = Readonly<Record<Column, string>>

function readRecords(text: string, sourceName: string, headerLine: number): { record: CsvRecord; info: InfoRecord }[] {
  if (text.trim() === '') throw lineError(sourceName, 1, 'the file is empty')
  try {
    return parse<{ record: CsvRecord; info: InfoRecord }>(text, {
      bom: true,
      columns: (header: string[]) => nameColumns(header),
      info: true,
      // Named, since the guess from the first line counts the lines of a file with mixed endings wrongly.
      record_delimiter: ['\r\n', '\n', '\r'],
      skip_empty_lines: true,
      trim: true,
    })
  } catch (error) {
    const line = error instanceof CsvError && typeof error.lines === 'number' ? error.lines : headerLine
    throw lineError(sourceName, line, error)
  }
}

function nameColumns(header: readonly string[]): (Column | false)[] {
  const names = header.map((name) => name.toLowerCase())
  const columns: (Column | false)[] = names.map(() => false)
  for (const column of ['time', 'symbol', 'price'] as const) {
    const name = namesOf[column].find((candidate) => names.includes(candidate))
    const wanted = namesOf[column].join(' or ')
    if (name === undefined) throw new Error(`no column ${wanted} among ${header.map(quoted).join(', ')}`)
    if (names.indexOf(name) !== names.lastIndexOf(name)) throw new Error(`two columns ${name}`)
    columns[names.indexOf(name)] = column
  }
  return columns
}

function parseRow({ time, symbol, price }: CsvRecord): ReplayRow {
  const timeMs = parseTimeMs(time)
  if (timeMs === undefined) {
    throw new Error(`bad time ${quoted(time)}: expected ISO 8601, Unix seconds or milliseconds, or Jan 1 2000`)
  }
  if (!isSymbol(symbol)) throw new Error(`bad symbol ${quoted(symbol)}: ${symbolRule}`)
  const priceNumber = decimal.test(price) ? Number(price) : Number.NaN
  if (!(priceNumber > 0 && priceNumber < Number.POSITIVE_INFINITY)) {
    throw new Error(`bad price ${quoted(price)}: expected a decimal number above 0`)
  }
  return { timeMs, symbol, price: priceNumber }
}

/** Undefined for what is no time. Without a zone it is UTC. */
function parseTimeMs(text: string): number | undefined {
  if (/^-?\d+$/.test(text)) {
    const integer = Number(text)
    return validTimeMs(Math.abs(integer) < firstMsInteger ? integer * 1_000 : integer)
  }
  const named = monthFirst.exec(text)
  if (named !== null) {
    const [, month = '', day, year] = named
    return dayMs(Number(year), months.indexOf(month.toLowerCase()) + 1, Number(day))
  }
  const iso = isoTime.exec(text)
  if (iso === null) return undefined
  const [, year = '', month = '', day = '', clockTime = '00:00', zone = 'Z'] = iso
  if (dayMs(Number(year), Number(month), Number(day)) === undefined) return undefined
  const zoneWithColon = zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2').toUpperCase()
  return validTimeMs(Date.parse(`${year}-${month}-${day}T${clockTime}${zoneWithColon}`))
}

/** `month` counts from 1. Undefined for a day that the calendar does not have. */
function dayMs(year: number, month: number, day: number): number | undefined {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined
}

function validTimeMs(timeMs: number): number | undefined {
  return Number.isNaN(new Date(timeMs).getTime()) ? undefined : timeMs
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}

function lineError(sourceName: string, line: number, cause: unknown): Error {
  const what = cause instanceof Error ? cause.message : String(cause)
  return new Error(`${sourceName}, line ${line}: ${what}`, cause instanceof Error ? { cause } : undefined)
}
