/**
 * Every value of the chart, once: the TypeScript type, values.yaml, values.schema.json, the README's table and the
 * checks of the concrete world come from this schema.
 *
 * In:  what a user sets.
 * Out: `completeValues`: all values, defaults laid under as Helm does it. Throws where one is wrong, naming it.
 */
import { z } from 'zod'
import { gateway, marketdata, operator, publisher } from './values/components.ts'
import { anything, flag, objects, text, textMap } from './values/groups.ts'
import { auth, monitoring, networkPolicy, redis, streamTest, tiers } from './values/surroundings.ts'

export const valuesSchema = z.strictObject({
  enabled: flag('Read by a parent chart’s `condition`; nothing here depends on it.', true),
  global: z
    .looseObject({
      imageRegistry: text('Registry of all images.'),
      imagePullSecrets: objects('Secrets to pull images with, as a list of {name}.'),
    })
    .prefault({})
    .describe('Shared with parent and sibling charts.'),
  nameOverride: text('Instead of quotewire in names and labels.'),
  fullnameOverride: text('Instead of RELEASE-quotewire in names.'),
  commonLabels: textMap('Labels of every object, beside those that the chart sets.'),
  logLevel: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severity that is logged (LOG_LEVEL).'),
  auth,
  tiers,
  gateway,
  marketdata,
  publisher,
  operator,
  redis,
  networkPolicy,
  monitoring,
  streamTest,
  extraManifests: objects('Further objects, as they are.'),
})

export type Values = z.output<typeof valuesSchema>
/** What a user may set. */
export type GivenValues = z.input<typeof valuesSchema>

export const defaultValues: Values = valuesSchema.parse({})

export function completeValues(given: unknown): Values {
  const result = valuesSchema.safeParse(layered(defaultValues, anything.parse(given ?? {})))
  if (result.success) return result.data
  throw new Error(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'))
}

/** Maps merge, everything else replaces: Helm's rule, which zod's defaults (whole maps) are not. */
function layered(under: unknown, over: unknown): unknown {
  if (!isPlainMap(under) || !isPlainMap(over)) return over
  const keys = [...new Set([...Object.keys(under), ...Object.keys(over)])]
  return Object.fromEntries(keys.map((key) => [key, key in over ? layered(under[key], over[key]) : under[key]]))
}

function isPlainMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
