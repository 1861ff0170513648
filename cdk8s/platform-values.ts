/**
 * What a QuotewirePlatform may say: the chart's values, without what would lend the operator's rights to its author.
 *
 * Left out: free manifests and merge patches (any object), volumes (any path of a node), the account that pods run as, and
 * what is Helm's own. The CRD has the same properties, so the API server drops them; here they are dropped again, because
 * what counts is what is applied.
 */
import { z } from 'zod'
import { valuesSchema } from './values.ts'

/** A step is a key; `*` is any. */
const hatches: readonly (readonly string[])[] = [
  ['enabled'],
  ['global'],
  ['nameOverride'],
  ['fullnameOverride'],
  ['operator'],
  ['streamTest'],
  ['extraManifests'],
  ['*', 'merge'],
  ['*', 'extraVolumes'],
  ['*', 'extraVolumeMounts'],
  ['*', 'serviceAccount', 'name'],
]

/** The values for the chart's builders. */
export function valuesOfPlatform(spec: unknown): object {
  return { ...(prune(spec, []) as object), operator: { enabled: false } }
}

interface JsonSchema {
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly additionalProperties?: boolean | JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly [other: string]: unknown
}

/** As an API server takes it: structural, without defaults (what is stored is what the author said). */
export function platformSchema(): object {
  const schema = z.toJSONSchema(valuesSchema, { io: 'input', target: 'openapi-3.0' }) as JsonSchema
  return structural(schema, [])
}

function structural(schema: JsonSchema, path: readonly string[]): JsonSchema {
  const { type, description, properties, items, additionalProperties, anyOf, default: _, $schema, ...rules } = schema
  const about = description === undefined ? {} : { description }
  if (properties && Object.keys(properties).length > 0) {
    const kept = Object.entries(properties).filter(([name]) => !isHatch([...path, name]))
    const inner = kept.map(([name, property]) => [name, structural(property, [...path, name])])
    return { ...about, type: 'object', properties: Object.fromEntries(inner) }
  }
  // Texts, or one of several forms: the builders' own schema has the last word.
  const isForm = anyOf !== undefined || type === undefined
  if (isForm) return { ...about, 'x-kubernetes-preserve-unknown-fields': true }
  if (type === 'array') return { ...about, type, items: structural(items ?? {}, [...path, '[]']) }
  if (type !== 'object') return { ...about, type, ...rules }
  const isTextMap = typeof additionalProperties === 'object' && additionalProperties.type === 'string'
  if (isTextMap) return { ...about, type, additionalProperties: { type: 'string' } }
  return { ...about, type, 'x-kubernetes-preserve-unknown-fields': true }
}

function prune(value: unknown, path: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const kept = Object.entries(value).filter(([name]) => !isHatch([...path, name]))
  return Object.fromEntries(kept.map(([name, inner]) => [name, prune(inner, [...path, name])]))
}

function isHatch(path: readonly string[]): boolean {
  return hatches.some(
    (hatch) => hatch.length === path.length && hatch.every((step, i) => step === '*' || step === path[i]),
  )
}
