/**
 * The operator's kinds as CustomResourceDefinitions, from the schemas that it reads them with (services/operator/resources.ts).
 *
 * In:  zod schemas of spec and status, CEL rules, columns.
 * Out: objects for charts/quotewire-crds: a chart of its own, because Helm never upgrades what is in `crds/`.
 */
import { z } from 'zod'
import * as resources from '../services/operator/resources.ts'
import { platformSchema } from './platform-values.ts'

interface Kind {
  readonly kind: string
  readonly plural: string
  readonly shortName: string
  /** A schema of the operator's, or one that is structural already. */
  readonly spec: z.ZodType | object
  readonly rules: readonly resources.Rule[]
  /** Over the whole object, its name included. */
  readonly objectRules?: readonly resources.Rule[]
  readonly status: z.ZodType
  readonly columns: readonly Column[]
}

interface Column {
  readonly name: string
  readonly type: 'string' | 'integer' | 'date'
  readonly jsonPath: string
  /** Only with `--output wide` above 0. */
  readonly priority?: number
}

const age: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }

const kinds: readonly Kind[] = [
  {
    ...resources.autoscalerKind,
    shortName: 'qwa',
    spec: resources.autoscalerSpec,
    rules: resources.autoscalerRules,
    status: resources.autoscalerStatus,
    columns: [
      { name: 'Target', type: 'string', jsonPath: '.spec.scaleTargetRef.name' },
      { name: 'Mode', type: 'string', jsonPath: '.status.mode' },
      { name: 'Replicas', type: 'integer', jsonPath: '.status.replicas' },
      { name: 'Connections', type: 'integer', jsonPath: '.status.connections' },
      { name: 'Load', type: 'integer', jsonPath: '.status.load', priority: 1 },
      { name: 'Draining', type: 'string', jsonPath: '.status.draining' },
      { name: 'Reason', type: 'string', jsonPath: '.status.reason' },
      { name: 'Frozen', type: 'string', jsonPath: '.status.conditions[?(@.type=="Frozen")].status', priority: 1 },
      age,
    ],
  },
  {
    ...resources.tierKind,
    shortName: 'qwt',
    spec: resources.tierSpec,
    rules: [],
    objectRules: [resources.tierNameRule],
    status: resources.tierStatus,
    columns: [
      { name: 'Revision', type: 'integer', jsonPath: '.status.revision' },
      { name: 'Acknowledged', type: 'string', jsonPath: '.status.acknowledged' },
      { name: 'Sessions', type: 'integer', jsonPath: '.status.sessions' },
      { name: 'Delayed', type: 'string', jsonPath: '.spec.delayed', priority: 1 },
      age,
    ],
  },
  {
    ...resources.platformKind,
    shortName: 'qwp',
    spec: platformSchema(),
    rules: resources.platformRules,
    status: resources.platformStatus,
    columns: [
      { name: 'Gateways', type: 'string', jsonPath: '.status.gateways' },
      { name: 'Market-data', type: 'string', jsonPath: '.status.marketdata' },
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: 'Message', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].message' },
      age,
    ],
  },
]

export function customResourceDefinitions() {
  return kinds.map((kind) => ({ plural: kind.plural, object: definition(kind) }))
}

function definition({ kind, plural, shortName, columns, ...schemas }: Kind) {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${resources.group}`,
      labels: { 'app.kubernetes.io/part-of': 'quotewire' },
      // With it all objects of the kind would go.
      annotations: { 'helm.sh/resource-policy': 'keep' },
    },
    spec: {
      group: resources.group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), shortNames: [shortName], categories: ['quotewire'] },
      versions: [
        {
          name: resources.version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: objectSchema(schemas) },
        },
      ],
    },
  }
}

function objectSchema({ spec, rules, objectRules, status }: Omit<Kind, 'kind' | 'plural' | 'shortName' | 'columns'>) {
  return {
    type: 'object',
    ...(objectRules ? { 'x-kubernetes-validations': objectRules } : {}),
    required: ['spec'],
    properties: {
      spec: {
        ...(spec instanceof z.ZodType ? structural(spec) : spec),
        ...(rules.length > 0 ? { 'x-kubernetes-validations': rules } : {}),
      },
      status: structural(status),
    },
  }
}

function structural(schema: z.ZodType) {
  return cleaned(z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0' }) as JsonSchema)
}

interface JsonSchema extends Readonly<Record<string, unknown>> {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
}

/** A structural schema has no closed objects: unknown fields are dropped, and refused by strict validation. */
function cleaned({ $schema, additionalProperties, properties, items, ...rest }: JsonSchema): JsonSchema {
  const inner = Object.entries(properties ?? {}).map(([name, schema]) => [name, cleaned(schema)])
  return {
    ...rest,
    ...(properties ? { properties: Object.fromEntries(inner) } : {}),
    ...(items ? { items: cleaned(items) } : {}),
  }
}
