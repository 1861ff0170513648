/** A Deployment of one of our services, with its ServiceAccount and PodDisruptionBudget. */
import type { Choice, Expression, Tree, TreeMap } from '../expression.ts'
import { type Component, componentName, selector } from '../names.ts'
import type { Resource } from '../resource.ts'
import { all, decimal, each, optional, type Symbolic, sum, values } from '../symbolic.ts'
import type { Values } from '../values.ts'
import { environment, heapVariable, type Variable } from './environment.ts'
import {
  containerSecurity,
  imageReference,
  metadata,
  type PodGroup,
  placement,
  podMetadata,
  podSecurity,
  probes,
  serviceAccountName,
} from './pod.ts'
import { redisMounts, redisVariables, redisVolumes } from './redis-access.ts'

const progressS = 600

export interface WorkloadOptions {
  readonly component: Component
  readonly group: PodGroup
  readonly image: Symbolic<Values['gateway']['image']>
  readonly merge: Resource['merge']
  readonly condition?: Choice
  readonly replicas: Tree
  /** Of the Deployment, beside name and labels. */
  readonly metadata?: TreeMap
  readonly maxSurge: string | number
  readonly minReadySeconds: number | Expression<number>
  readonly terminationGracePeriodSeconds: Tree
  readonly lifecycle?: TreeMap
  readonly ports: readonly TreeMap[]
  readonly variables: readonly Variable[]
  readonly volumes?: readonly Tree[]
  readonly mounts?: readonly Tree[]
  /** Of its ServiceAccount, for who talks to the API server. */
  readonly mountsToken: boolean
}

export function deployment(options: WorkloadOptions): Resource {
  const { component, group, condition } = options
  return {
    id: `${component}/deployment`,
    ...(condition === undefined ? {} : { condition }),
    merge: options.merge,
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata(componentName(component), component, options.metadata),
      spec: {
        replicas: options.replicas,
        // Terminating pods are not counted: without this wait most of a fleet would drain at once.
        minReadySeconds: options.minReadySeconds,
        // Has to be more than that; beyond it ten minutes, as Kubernetes has it by itself.
        progressDeadlineSeconds: sum(options.minReadySeconds, progressS),
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: options.maxSurge, maxUnavailable: 0 } },
        selector: { matchLabels: selector(component) },
        template: { metadata: podMetadata(group, component), spec: podSpec(options) },
      },
    },
  }
}

function podSpec(options: WorkloadOptions): TreeMap {
  const { component, group } = options
  return {
    serviceAccountName: serviceAccountName(group, component),
    automountServiceAccountToken: options.mountsToken,
    enableServiceLinks: false,
    imagePullSecrets: optional(values.global.imagePullSecrets),
    securityContext: podSecurity(group.securityContext),
    terminationGracePeriodSeconds: options.terminationGracePeriodSeconds,
    ...placement(group, component),
    containers: [container(options)],
    volumes: [...redisVolumes(values), ...(options.volumes ?? []), each(group.extraVolumes, (volume) => volume)],
  }
}

function container({ component, group, image, ...options }: WorkloadOptions): TreeMap {
  return {
    name: component,
    image: imageReference(image),
    imagePullPolicy: image.pullPolicy,
    ports: options.ports,
    env: environment(group.env, [
      ...options.variables,
      ...redisVariables(values),
      { name: 'LOG_LEVEL', overridable: true, from: { value: values.logLevel } },
      heapVariable(decimal(group.heapPercent)),
    ]),
    resources: optional(group.resources),
    securityContext: containerSecurity,
    ...probes,
    ...(options.lifecycle === undefined ? {} : { lifecycle: options.lifecycle }),
    volumeMounts: [...redisMounts(values), ...(options.mounts ?? []), each(group.extraVolumeMounts, (mount) => mount)],
  }
}

export interface CompanionOptions {
  readonly component: Component
  readonly condition: Choice
  readonly merge: Resource['merge']
}

export function serviceAccount({ group, ...options }: CompanionOptions & { readonly group: PodGroup }): Resource {
  const { component, condition, merge } = options
  const annotations = optional(group.serviceAccount.annotations)
  return {
    id: `${component}/service-account`,
    condition: all(condition, group.serviceAccount.create),
    merge,
    object: {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: metadata(serviceAccountName(group, component), component, { annotations }),
      automountServiceAccountToken: false,
    },
  }
}

export function podDisruptionBudget({ component, condition, merge }: CompanionOptions): Resource {
  return {
    id: `${component}/pod-disruption-budget`,
    condition,
    merge,
    object: {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: metadata(componentName(component), component),
      spec: {
        maxUnavailable: 1,
        // Pods that never became ready would block a drain of their node for ever.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: { matchLabels: selector(component) },
      },
    },
  }
}

/** What the admin port and the probes agree upon. */
export function adminPort(containerPort: number): TreeMap {
  return { name: 'admin', containerPort, protocol: 'TCP' }
}
