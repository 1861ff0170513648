/**
 * One schema a service: the name of each environment variable, its type, default and description.
 * `parseSettings` reads them once and freezes the result; `describeSettings` is the log line without secrets;
 * scripts/generate.ts writes the README's table from the same objects.
 *
 * An empty variable counts as unset, because deployment tools often pass on empty values.
 */
import { z } from 'zod'
import { ConfigError } from './errors.ts'

export interface Setting<T> {
  /** The type in words, for the table and for errors. */
  readonly type: string
  readonly description: string
  /** Printed in errors: `NAME=example`. */
  readonly example: string
  readonly secret: boolean
  /** How the table shows the default; `required` where there is none. */
  readonly shownDefault: string
  readonly fallback: (() => T) | undefined
  readonly schema: z.ZodType<T, string>
}

export type Settings = Record<string, Setting<unknown>>
export type Parsed<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never
}
export type Environment = Readonly<Record<string, string | undefined>>

interface Options<T> {
  readonly description: string
  readonly example?: string
  readonly default?: T
  /** How the table shows the default, where printing it would say little. */
  readonly shownDefault?: string
  readonly secret?: boolean
}

/** A setting of any other type; a `refine` message of the schema becomes part of the error. */
export function custom<T>(
  options: Options<T> & { type: string; schema: z.ZodType<T, string>; example: string },
): Setting<T> {
  return setting(options.type, options.schema, options.example, options)
}

function setting<T>(type: string, schema: z.ZodType<T, string>, example: string, options: Options<T>): Setting<T> {
  const fallback = options.default
  return {
    type,
    schema,
    description: options.description,
    example: options.example ?? example,
    secret: options.secret ?? false,
    shownDefault: options.shownDefault ?? (fallback === undefined ? 'required' : String(fallback)),
    fallback: fallback === undefined ? undefined : () => fallback,
  }
}

export function text(options: Options<string> & { type?: string }): Setting<string> {
  return setting(options.type ?? 'text', z.string(), 'value', options)
}

export function integer(options: Options<number> & { min: number; max: number }): Setting<number> {
  const schema = z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number)
    .pipe(z.int().min(options.min).max(options.max))
  const example = String(options.default ?? options.min)
  return setting(`integer, ${options.min} to ${options.max}`, schema, example, options)
}

export function decimal(options: Options<number> & { min: number; max: number }): Setting<number> {
  const schema = z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number)
    .pipe(z.number().min(options.min).max(options.max))
  const example = String(options.default ?? options.min)
  return setting(`number, ${options.min} to ${options.max}`, schema, example, options)
}

/** 0 lets the operating system pick a free one; the log says which. */
export function port(options: Options<number>): Setting<number> {
  return integer({ ...options, min: 0, max: 65_535 })
}

export function boolean(options: Options<boolean>): Setting<boolean> {
  const schema = z.enum(['true', 'false']).transform((value) => value === 'true')
  return setting('true or false', schema, String(options.default ?? true), options)
}

export function choice<T extends string>(options: Options<T> & { of: readonly [T, ...T[]] }): Setting<T> {
  return setting<T>(
    options.of.join(' or '),
    z.enum(options.of) as unknown as z.ZodType<T, string>,
    options.of[0],
    options,
  )
}

/** Comma-separated; spaces around entries and empty entries are dropped. */
export function list<T = string>(
  options: Options<readonly T[]> & {
    type: string
    entry: z.ZodType<T, string>
    minEntries?: number
    maxEntries?: number
  },
): Setting<readonly T[]> {
  const schema = z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
    )
    .pipe(
      z
        .array(options.entry)
        .min(options.minEntries ?? 0)
        .max(options.maxEntries ?? 10_000),
    ) as unknown as z.ZodType<readonly T[], string>
  const shownDefault = options.shownDefault ?? options.default?.join(',')
  return setting<readonly T[]>(options.type, schema, 'a,b', {
    ...options,
    ...(shownDefault === undefined ? {} : { shownDefault }),
  })
}

/**
 * Reads every setting. Throws one ConfigError that lists all that is wrong: the name, what it holds (never a
 * secret), what it must be, and an example.
 */
export function parseSettings<S extends Settings>(settings: S, environment: Environment): Parsed<S> {
  const problems: string[] = []
  const parsed: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(settings)) {
    const raw = environment[name]
    if (raw === undefined || raw === '') {
      if (setting.fallback) parsed[name] = setting.fallback()
      else problems.push(`${name} is required (${setting.type}). Example: ${name}=${setting.example}`)
      continue
    }
    const result = setting.schema.safeParse(raw)
    if (result.success) {
      parsed[name] = result.data
      continue
    }
    const shown = setting.secret ? 'its value' : JSON.stringify(raw.slice(0, 100))
    const why = result.error.issues.find((issue) => issue.code === 'custom')?.message
    problems.push(
      `${name}: ${shown} is not valid${why ? `: ${why}` : ''}; expected ${setting.type}. Example: ${name}=${setting.example}`,
    )
  }
  if (problems.length > 0) throw new ConfigError(problems.join('\n'))
  return Object.freeze(parsed) as Parsed<S>
}

/** What the log shows at start: everything that was read, secrets as their length only. */
export function describeSettings<S extends Settings>(settings: S, values: Parsed<S>): Record<string, unknown> {
  const shown: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(settings)) {
    const value = (values as Record<string, unknown>)[name]
    shown[name] = setting.secret && typeof value === 'string' ? `[${value.length} characters]` : value
  }
  return shown
}
