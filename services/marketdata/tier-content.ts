/**
 * What a tiers file says, checked: the terms of each tier, and the tier of each user.
 *
 * In:  the parsed file as maps, lists and text; numbers are text as well.
 * Out: content in one way of writing (milliseconds, sorted patterns) with its digest; `report` for each problem.
 * Bound: 1,000 tiers, 10,000 patterns in each list, 1,000,000 users; one more is a problem. So is an unknown key: a
 *        mistyped `except` would open a tier.
 *
 * Names of tiers and users are only ever keys of a Map, where `__proto__` is a name like any other.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isPattern, normalPatterns, patternRule } from './symbol-patterns.ts'

export interface TierLimits {
  readonly connections?: number
  readonly symbols?: number
  readonly messagesPerSecond?: number
}

export interface TierTerms {
  readonly symbols: readonly string[]
  readonly except: readonly string[]
  readonly delayMs: number
  readonly maxRate: number | undefined
  readonly limits: TierLimits
}

/** Plain data, which can cross to another thread. */
export interface TierContent {
  readonly tiers: ReadonlyMap<string, TierTerms>
  readonly users: ReadonlyMap<string, string>
  /** Hex SHA-256. */
  readonly digest: string
}

export type Path = readonly PropertyKey[]
type Report = (path: Path, message: string) => void

const mostTiers = 1_000
const mostPatterns = 10_000
const mostUsers = 1_000_000
/** A longer `sub` is in no token that is accepted. */
const longestUserCharacters = 256
const shortestDelayMs = 100
const longestDelayMs = 24 * 3_600_000
const unitMs = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
])

const delay = z
  .string()
  .transform(toMs)
  .refine((ms) => ms >= shortestDelayMs && ms <= longestDelayMs, 'a delay is 500ms, 90s, 15m or 1h; 100ms to 24h')

function toMs(duration: string): number {
  const [, amount, unit = ''] = /^(\d{1,9})(ms|s|m|h)$/.exec(duration) ?? []
  return Number(amount) * (unitMs.get(unit) ?? Number.NaN)
}

function numeric(form: RegExp, kind: string, min: number, max: number) {
  const fits = (text: string) => form.test(text) && Number(text) >= min && Number(text) <= max
  return z.string().refine(fits, `expected a ${kind} from ${min} to ${max}`).transform(Number)
}

const integer = (max: number) => numeric(/^\d{1,9}$/, 'whole number', 1, max)
const decimal = (min: number, max: number) => numeric(/^\d{1,9}(\.\d{1,9})?$/, 'number', min, max)

const patterns = z
  .array(z.string().refine(isPattern, patternRule))
  .max(mostPatterns, `more than ${mostPatterns} patterns`)
  .transform(normalPatterns)

const limits = z.strictObject({
  connections: integer(1_000_000).exactOptional(),
  symbols: integer(100_000).exactOptional(),
  messagesPerSecond: decimal(0.1, 100_000).exactOptional(),
})

const tierSchema = z
  .strictObject({
    symbols: patterns,
    except: patterns.default([]),
    delayed: delay.default(0),
    maxRate: decimal(0.01, 1_000).optional(),
    limits: limits.default({}),
  })
  .transform(({ delayed, maxRate, ...terms }): TierTerms => ({ ...terms, delayMs: delayed, maxRate }))

/** Of resources, which give numbers as numbers. Means something only where nothing was reported. */
export function readTierResources(
  tiers: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  report: Report,
): ReadonlyMap<string, TierTerms> {
  const section = asSection(tiers)
  return section instanceof Map && section.size > 0 ? readTiers(section, report) : new Map()
}

/**
 * The same with these tiers in the place of those of their names. Without content: no users. The digest is of both digests:
 * going over a million users again would hold up quotes for seconds.
 */
export function contentWith(content: TierContent | undefined, tiers: ReadonlyMap<string, TierTerms>): TierContent {
  const all = new Map([...(content?.tiers ?? []), ...tiers])
  const users = content?.users ?? new Map<string, string>()
  const digest = createHash('sha256')
    .update(content?.digest ?? '')
    .update(digestOf(tiers, new Map()))
    .digest('hex')
  return { tiers: all, users, digest }
}

/** As the parser of files gives it: maps, lists and text. */
function asSection(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asSection)
  // More digits than that are no problem of the author's.
  if (typeof value === 'number') return String(Number(value.toFixed(9)))
  if (typeof value !== 'object' || value === null) return String(value)
  return new Map(Object.entries(value).map(([key, inner]) => [key, asSection(inner)]))
}

/** Means something only where nothing was reported. */
export function readContent(root: ReadonlyMap<unknown, unknown>, report: Report): TierContent {
  for (const key of root.keys()) if (key !== 'tiers' && key !== 'users') report([String(key)], 'unknown key')
  const tiers = readTiers(root.get('tiers'), report)
  const users = readUsers(root.get('users'), root.get('tiers'), report)
  return { tiers, users, digest: digestOf(tiers, users) }
}

function readTiers(section: unknown, report: Report): Map<string, TierTerms> {
  const tiers = new Map<string, TierTerms>()
  if (!(section instanceof Map) || section.size === 0) report(['tiers'], 'expected at least one tier')
  else if (section.size > mostTiers) report(['tiers'], `more than ${mostTiers} tiers`)
  else {
    for (const [name, body] of section) {
      if (!/^[A-Za-z0-9._-]{1,64}$/.test(name)) report(['tiers', name], 'a tier name is 1 to 64 of A-Z a-z 0-9 . _ -')
      const result = tierSchema.safeParse(toRecord(body))
      if (result.success) tiers.set(name, result.data)
      else for (const issue of result.error.issues) reportIssue(['tiers', name], issue, report)
    }
  }
  return tiers
}

/** The schema takes records. Below `limits` no map is valid, so none is turned into one. */
function toRecord(body: unknown): unknown {
  if (!(body instanceof Map)) return body
  const inner: unknown = body.get('limits')
  return Object.fromEntries(inner instanceof Map ? [...body, ['limits', Object.fromEntries(inner)]] : body)
}

function reportIssue(at: Path, issue: z.core.$ZodIssue, report: Report): void {
  const path = [...at, ...issue.path]
  if (issue.code === 'unrecognized_keys') for (const key of issue.keys) report([...path, key], 'unknown key')
  else report(path, issue.message)
}

function readUsers(section: unknown, tiers: unknown, report: Report): Map<string, string> {
  // Nothing after the key: all users are commented out.
  if (section === undefined || section === null || section === '') return new Map()
  if (section instanceof Map && section.size <= mostUsers) {
    for (const [user, tier] of section) {
      if (user === '' || user.length > longestUserCharacters)
        report(['users', user], `a user is 1 to ${longestUserCharacters} characters`)
      if (typeof tier !== 'string') report(['users', user], 'expected the name of a tier')
      else if (!(tiers instanceof Map && tiers.has(tier))) report(['users', user], `there is no tier ${quoted(tier)}`)
    }
    return section
  }
  report(['users'], section instanceof Map ? `more than ${mostUsers} users` : 'expected users with their tiers')
  return new Map()
}

/** Cut short: it goes into messages. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text)
}

function digestOf(tiers: ReadonlyMap<string, TierTerms>, users: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256')
  for (const [name, terms] of sortedEntries(tiers)) {
    const { connections, symbols, messagesPerSecond } = terms.limits
    const ownLimits = [connections, symbols, messagesPerSecond]
    hash.update(JSON.stringify([name, terms.symbols, terms.except, terms.delayMs, terms.maxRate, ownLimits]))
  }
  // Keeps tiers and users apart: an array follows an array in both.
  hash.update('users')
  for (const entry of sortedEntries(users)) hash.update(JSON.stringify(entry))
  return hash.digest('hex')
}

/** By code units, which is the same everywhere; a locale is not. */
function sortedEntries<V>(map: ReadonlyMap<string, V>): [string, V][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1))
}
