/**
 * The operator's own kinds, group quotewire.dev. These schemas are the types here and the CRDs in charts/quotewire-crds
 * (cdk8s/crds.ts); rules that a schema cannot say are CEL, checked by the API server, so that what is stored is right.
 */
import { z } from 'zod'
import type { ClusterObject } from './cluster.ts'

export const group = 'quotewire.dev'
export const version = 'v1alpha1'

/** On any of our kinds, `"true"`: nothing is done for it. */
export const pausedAnnotation = `${group}/paused`

export interface Rule {
  /** CEL over the spec, `self`. */
  readonly rule: string
  readonly message: string
}

const seconds = (description: string, fallback: number, { min = 0, max = 86_400 } = {}) =>
  z.int().min(min).max(max).default(fallback).describe(description)

const conditionSchema = z.object({
  type: z.string(),
  status: z.enum(['True', 'False']),
  reason: z.string(),
  message: z.string(),
  observedGeneration: z.int(),
  lastTransitionTime: z.string(),
})

const scaleTargetRef = z
  .object({
    apiVersion: z.literal('apps/v1').default('apps/v1'),
    kind: z.literal('Deployment').default('Deployment'),
    name: z.string().min(1).max(253).describe('Of a Deployment of gateways in the same namespace.'),
  })
  .describe('What is scaled.')

const target = z
  .object({
    connectionsPerPod: z.int().min(1).max(1_000_000).optional().describe('Connections that a pod is to have at most.'),
    deliveriesPerSecondPerPod: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .describe('Or quotes that a pod is to deliver in a second, over all its connections.'),
  })
  .describe(
    'Load of a pod. Pods are added as soon as the mean is above it, and one goes when the others would have 90 % of it.',
  )

const scaleUp = z
  .object({ mostPodsAtOnce: z.int().min(1).max(1_000).default(4).describe('Pods added in one step.') })
  .prefault({})
  .describe('How fast up.')

const scaleDown = z
  .object({
    stabilizationSeconds: seconds('A pod less has to have been enough for so long.', 300),
    intervalSeconds: seconds('At least so long between two removals, and after an operator began to lead.', 60, {
      min: 5,
    }),
    // As long as a gateway takes at most.
    drainSeconds: seconds('Sessions of the pod that goes are sent elsewhere over so long.', 60, { max: 3_600 }),
    drainDeadlineSeconds: seconds('From the beginning of a drain; then the pod goes with the sessions it has.', 300, {
      min: 20,
    }),
  })
  .prefault({})
  .describe('How fast down: one pod at a time, the emptiest, drained before it goes.')

const rebalance = z
  .object({
    bandPercent: z.int().min(5).max(1_000).default(20).describe('So far above or below the mean a pod may be.'),
    sessionsPerSecond: z.int().min(1).max(2_000).default(50).describe('Sent elsewhere at most, over all pods.'),
  })
  .describe(
    'Whether gateways that have more than others send some elsewhere, as after a scale-up; left out: they do not.',
  )

export const autoscalerSpec = z.object({
  scaleTargetRef,
  target,
  minReplicas: z.int().min(1).max(10_000).default(2).describe('Least pods.'),
  maxReplicas: z.int().min(1).max(10_000).default(10).describe('Most pods.'),
  scaleUp,
  scaleDown,
  rebalance: rebalance.optional(),
})

export const autoscalerRules: readonly Rule[] = [
  {
    rule: 'self.minReplicas <= self.maxReplicas',
    message: 'minReplicas is above maxReplicas',
  },
  {
    rule: 'has(self.target.connectionsPerPod) != has(self.target.deliveriesPerSecondPerPod)',
    message: 'target: either connectionsPerPod or deliveriesPerSecondPerPod',
  },
  {
    // 7 s until endpoints have forgotten the pod, and something for those who answer late.
    rule: 'self.scaleDown.drainDeadlineSeconds >= self.scaleDown.drainSeconds + 10',
    message:
      'scaleDown.drainDeadlineSeconds has to be 10 s above drainSeconds at least, or every pod goes with sessions',
  },
]

export const autoscalerKind = { kind: 'QuotewireAutoscaler', plural: 'quotewireautoscalers' } as const

/**
 * Just what services/marketdata/symbol-patterns.ts takes: a tier that it refuses would hold up all others. A leading star may
 * stand for the letter that a symbol begins with.
 */
const patternRule: Rule = {
  rule:
    "self.replace('*', '').matches('^[A-Za-z0-9^][A-Za-z0-9.^=_/-]{0,31}$') || " +
    "(self.startsWith('*') && self.replace('*', '').matches('^[A-Za-z0-9.^=_/-]{0,31}$'))",
  message: 'a pattern is a symbol, with * for any run of characters, such as AAPL, BTC-* or *',
}

const patterns = (description: string) =>
  z
    .array(
      z
        .string()
        .max(64)
        .meta({ 'x-kubernetes-validations': [patternRule] }),
    )
    .max(1_000)
    .describe(description)

const delayRule: Rule = {
  rule: "self.matches('^[1-9][0-9]{0,8}(ms|s|m|h)$') && duration(self) >= duration('100ms') && duration(self) <= duration('24h')",
  message: 'a delay is 500ms, 90s, 15m or 1h; 100ms to 24h',
}

export const tierSpec = z.object({
  symbols: patterns('Symbols that the tier may have: symbols, or patterns with *; [] allows nothing.'),
  except: patterns('Taken away from symbols.').optional(),
  delayed: z
    .string()
    .max(12)
    .meta({ 'x-kubernetes-validations': [delayRule] })
    .describe('How late its quotes are.')
    .optional(),
  maxRate: z.number().min(0.01).max(1_000).optional().describe('Most updates a second and symbol.'),
  limits: z
    .object({
      connections: z.int().min(1).max(1_000_000).optional().describe('Of one user.'),
      symbols: z.int().min(1).max(100_000).optional().describe('Of one session.'),
      messagesPerSecond: z.number().min(0.1).max(100_000).optional().describe('Of one session.'),
    })
    .optional()
    .describe('Left to the gateway’s settings where not set.'),
})

/** Over the whole object. */
export const tierNameRule: Rule = {
  rule: 'size(self.metadata.name) <= 64',
  message: 'the name of a tier has 64 characters at most',
}

/** Its name is the tier's. */
export const tierKind = { kind: 'QuotewireTier', plural: 'quotewiretiers' } as const

export const tierStatus = z.object({
  observedGeneration: z.int().optional().describe('Generation of the spec that the rest is about.'),
  revision: z.int().optional().describe('Of the document in Redis that has it.'),
  acknowledged: z.string().optional().describe('Market-data pods that have it in force, of those that are ready.'),
  pods: z
    .array(z.object({ name: z.string(), revision: z.int() }))
    .optional()
    .describe('What each says that it has in force, 0: nothing; the first 100.'),
  sessions: z.int().optional().describe('Open sessions of the tier, over all gateways that answer.'),
  conditions: z.array(conditionSchema).optional(),
})

export type TierSpec = z.output<typeof tierSpec>
export type TierStatus = z.output<typeof tierStatus>

export interface TierObject extends ClusterObject {
  readonly spec: TierSpec
  readonly status?: TierStatus
}

/** Its spec is the chart's values, less what cdk8s/platform-values.ts leaves out: no type of this file. */
export const platformKind = { kind: 'QuotewirePlatform', plural: 'quotewireplatforms' } as const

export const platformRules: readonly Rule[] = [
  {
    rule: "has(self.auth) && has(self.auth.existingSecret) && self.auth.existingSecret != ''",
    message: 'auth.existingSecret is required: the operator neither makes nor reads Secrets',
  },
]

const ownedObject = z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() })

export const platformStatus = z.object({
  observedGeneration: z.int().optional().describe('Generation of the spec that the rest is about.'),
  gateways: z.string().optional().describe('Available gateway pods, of those that are wanted.'),
  marketdata: z.string().optional().describe('The same of market-data.'),
  objects: z.array(ownedObject).optional().describe('What was applied for it.'),
  conditions: z.array(conditionSchema).optional(),
})

export type OwnedObject = z.output<typeof ownedObject>
export type PlatformStatus = z.output<typeof platformStatus>

export interface Platform extends ClusterObject {
  readonly spec: unknown
  readonly status?: PlatformStatus
}

export type Condition = z.output<typeof conditionSchema>

export const autoscalerStatus = z.object({
  observedGeneration: z.int().optional().describe('Generation of the spec that the rest is about.'),
  mode: z
    .enum(['Scale', 'CostOnly', 'Paused', 'DryRun', 'Refused'])
    .optional()
    .describe(
      'Scale: it scales. CostOnly: another does, this writes deletion costs. DryRun: it only says what it would do.',
    ),
  replicas: z.int().optional().describe('Wanted, by the target’s scale.'),
  pods: z.int().optional().describe('There are.'),
  connections: z.int().optional().describe('Over all pods that answered.'),
  load: z.int().optional().describe('Mean of a pod, in the unit of the target.'),
  draining: z.string().optional().describe('The pod that is to go next.'),
  reason: z.string().optional().describe('Why it does what it does, or waits.'),
  conditions: z.array(conditionSchema).optional(),
})

export type AutoscalerSpecOfUser = z.output<typeof autoscalerSpec>
export type AutoscalerStatus = z.output<typeof autoscalerStatus>

export interface Autoscaler extends ClusterObject {
  readonly spec: AutoscalerSpecOfUser
  readonly status?: AutoscalerStatus
}

export function resourcePath(plural: string, namespace: string, name?: string): string {
  const folder = `/apis/${group}/${version}/namespaces/${namespace}/${plural}`
  return name === undefined ? folder : `${folder}/${name}`
}
