/** Groups of values that several components have. Descriptions become comments, schema and table. */
import { z } from 'zod'

export const anything = z.record(z.string(), z.unknown())

export function text(description: string, fallback = '') {
  return z.string().default(fallback).describe(description)
}

export function flag(description: string, fallback: boolean) {
  return z.boolean().default(fallback).describe(description)
}

export function integer(description: string, fallback: number, { min = 0, max = 2_147_483_647 } = {}) {
  return z.int().min(min).max(max).default(fallback).describe(description)
}

export function map(description: string) {
  return anything.default({}).describe(description)
}

export function texts(description: string) {
  return z.array(z.string()).default([]).describe(description)
}

export function textMap(description: string) {
  return z.record(z.string(), z.string()).default({}).describe(description)
}

export function objects(description: string) {
  return z.array(anything).default([]).describe(description)
}

/** Every property has a default, so the whole group has one. */
export function group<Shape extends z.core.$ZodLooseShape>(description: string, shape: Shape) {
  return z
    .strictObject(shape)
    .prefault({} as never)
    .describe(description)
}

export function image(description: string, repository: string, tag: string) {
  return group(description, {
    registry: text('Registry; empty: global.imageRegistry, and else the runtime’s default.'),
    repository: text('Repository.', repository),
    tag: text(tag === '' ? 'Tag; empty: the chart’s appVersion.' : 'Tag.', tag),
    digest: text('Digest such as sha256:…; wins over the tag.'),
    pullPolicy: z.enum(['IfNotPresent', 'Always', 'Never']).default('IfNotPresent').describe('When to pull.'),
  })
}

export function resources(fallback: z.infer<typeof anything>) {
  return anything.default(fallback).describe('Requests and limits; the heap follows the memory limit (heapPercent).')
}

const envValue = z.union([z.string(), z.strictObject({ valueFrom: anything })])

/** What every Deployment of ours has. */
export function podGroup(component: string) {
  return {
    env: z
      .record(z.string(), envValue)
      .default({})
      .describe(
        `Further environment variables of ${component}: NAME: "text", or NAME: {valueFrom: …}. They win over those of the chart; the README’s configuration tables list them.`,
      ),
    heapPercent: integer('Share of the memory limit for the JavaScript heap; the rest is for sockets and code.', 65, {
      min: 10,
      max: 90,
    }),
    podLabels: textMap('Labels of the pods, beside those that the chart sets.'),
    podAnnotations: textMap('Annotations of the pods.'),
    nodeSelector: textMap('Labels that the nodes must have.'),
    tolerations: objects('Taints that the pods tolerate.'),
    affinity: map('Affinity of the pods.'),
    priorityClassName: text('PriorityClass of the pods.'),
    topologySpread: group('Spread over nodes and zones, counted for each revision by itself.', {
      enabled: flag('Whether to spread.', true),
      maxSkew: integer('By how many pods two places may differ.', 1, { min: 1 }),
      topologyKeys: z
        .array(z.string())
        .default(['kubernetes.io/hostname', 'topology.kubernetes.io/zone'])
        .describe('Node labels that make a place.'),
      whenUnsatisfiable: z
        .enum(['ScheduleAnyway', 'DoNotSchedule'])
        .default('ScheduleAnyway')
        .describe('What to do where it cannot be.'),
    }),
    securityContext: securityContext(),
    extraVolumes: objects('Further volumes of the pods, such as a CSV for REPLAY_FILE.'),
    extraVolumeMounts: objects('Where the container has them.'),
    serviceAccount: group('ServiceAccount of the pods; only the operator mounts its token.', {
      create: flag('Whether to create it.', true),
      name: text('Its name; empty: the component’s name if created, else default.'),
      annotations: textMap('Its annotations.'),
    }),
  }
}

export function securityContext() {
  return group('What differs from the restricted Pod Security Standard, which always holds.', {
    runAsUser: z
      .union([z.int().min(1), z.literal('unset')], { error: 'a user id of 1 or more, unset, or null' })
      .nullable()
      .default(65_532)
      .describe(
        'User id; unset (or null, which Helm drops from a parent chart’s values.yaml): the cluster chooses (OpenShift).',
      ),
  })
}

export function pdb() {
  return group('PodDisruptionBudget: one pod at a time, unhealthy ones always.', {
    enabled: flag('Whether to create it.', true),
  })
}

export function merge<Kind extends string>(...kinds: readonly Kind[]) {
  const shape = Object.fromEntries(kinds.map((kind) => [kind, map(`Merged into the ${kind}.`)]))
  return group(
    'Escape hatch: what is set here is merged into the object (JSON Merge Patch: maps merge, lists and texts replace). {$patch: delete} removes a key, and so does null, which Helm drops from a parent chart’s values.yaml.',
    shape as Record<Kind, ReturnType<typeof map>>,
  )
}

export function autoscaling(component: string, metric: string, threshold: number) {
  return group(`What decides how many pods of ${component} there are.`, {
    mode: z
      .enum(['none', 'hpa', 'keda', 'operator'])
      .default('none')
      .describe(
        'none: `replicas`. hpa: CPU. keda: Prometheus (needs KEDA). operator: nothing here; something else scales.',
      ),
    minReplicas: integer('Least pods.', 2, { min: 1 }),
    maxReplicas: integer('Most pods.', 10, { min: 1 }),
    targetCpuPercent: integer('hpa: CPU use to aim at, in percent of the request.', 70, { min: 1, max: 1_000 }),
    behavior: anything
      .default({
        scaleUp: {
          stabilizationWindowSeconds: 0,
          policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
        },
        scaleDown: {
          stabilizationWindowSeconds: 300,
          policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
        },
      })
      .describe('How fast. By default one pod a minute goes, so that drains do not meet.'),
    keda: group('keda: the query. Without an answer, or with an empty one, nothing scales in.', {
      serverAddress: text('Address of Prometheus.', 'http://prometheus-operated.monitoring:9090'),
      query: text(`PromQL; empty: the sum of ${metric} of this release.`),
      threshold: integer('What one pod should have.', threshold, { min: 1 }),
      triggers: objects('Further triggers.'),
    }),
  })
}
