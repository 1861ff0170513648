/** Who says how many pods there are: the values, an HPA on CPU, KEDA on connections, or something outside. */
import type { Expression, Tree, TreeMap } from '../expression.ts'
import { type Component, componentName } from '../names.ts'
import type { Resource } from '../resource.ts'
import {
  decimal,
  each,
  equals,
  isSet,
  namedTemplate,
  numberOf,
  optional,
  release,
  type Symbolic,
  text,
  when,
} from '../symbolic.ts'
import type { Values } from '../values.ts'
import { metadata } from './pod.ts'

type Scaled = Symbolic<Pick<Values['marketdata'], 'replicas' | 'autoscaling'>>

/**
 * `replicas` in mode none. Elsewhere never, as long as no manifest of this Deployment had it: a rollback then cannot write
 * the number of an old revision over a fleet that has grown. Where one had it, an upgrade of a running release repeats what
 * the cluster has: a manifest that drops the field sets it to 1, which would end most of a fleet at the switch to hpa.
 */
export function ownedReplicas(component: Component, { autoscaling, replicas }: Scaled): Tree {
  const live = namedTemplate('quotewire.liveReplicas', () => '', component)
  return when(equals(autoscaling.mode, 'none'), replicas, when(isSet(live), numberOf(live)))
}

/** Tells later upgrades which of both it is. Of the Deployment, not of its pods: a change restarts nothing. */
export function replicasOrigin(component: Component, { autoscaling }: Scaled): TreeMap {
  const origin = namedTemplate('quotewire.replicasFrom', () => 'autoscaler', component)
  return { annotations: { 'quotewire.dev/replicas-from': when(equals(autoscaling.mode, 'none'), 'manifest', origin) } }
}

export function autoscalingObjects({ gateway, marketdata }: Symbolic<Values>): Resource[] {
  return [
    horizontalPodAutoscaler('gateway', gateway, gateway.merge.horizontalPodAutoscaler),
    scaledObject('gateway', gateway, gateway.merge.scaledObject, 'websocket_connections'),
    horizontalPodAutoscaler('marketdata', marketdata, marketdata.merge.horizontalPodAutoscaler),
    scaledObject('marketdata', marketdata, marketdata.merge.scaledObject, 'redis_subscriptions'),
  ]
}

function horizontalPodAutoscaler(component: Component, { autoscaling }: Scaled, merge: Resource['merge']): Resource {
  const averageUtilization = autoscaling.targetCpuPercent
  return {
    id: `${component}/horizontal-pod-autoscaler`,
    condition: equals(autoscaling.mode, 'hpa'),
    merge,
    object: {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: metadata(componentName(component), component),
      spec: {
        scaleTargetRef: target(component),
        minReplicas: autoscaling.minReplicas,
        maxReplicas: autoscaling.maxReplicas,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }],
        behavior: optional(autoscaling.behavior),
      },
    },
  }
}

function scaledObject(
  component: Component,
  { autoscaling }: Scaled,
  merge: Resource['merge'],
  metric: string,
): Resource {
  const { keda } = autoscaling
  const pods = text`namespace="${release.Namespace}",pod=~"${componentName(component)}-.*"`
  const query: Expression<string> = when(isSet(keda.query), keda.query, text`sum(${metric}{${pods}})`)
  const { serverAddress } = keda
  return {
    id: `${component}/scaled-object`,
    condition: equals(autoscaling.mode, 'keda'),
    merge,
    object: {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: metadata(componentName(component), component),
      spec: {
        scaleTargetRef: target(component),
        minReplicaCount: autoscaling.minReplicas,
        maxReplicaCount: autoscaling.maxReplicas,
        advanced: { horizontalPodAutoscalerConfig: { behavior: optional(autoscaling.behavior) } },
        triggers: [
          // No answer is an error to KEDA, and so is an empty one where null values are not ignored. An HPA does not scale
          // in on a metric in error. Hence no `fallback` either: its number would take the place of the error.
          {
            type: 'prometheus',
            metadata: { serverAddress, query, threshold: decimal(keda.threshold), ignoreNullValues: 'false' },
          },
          each(keda.triggers, (trigger) => trigger),
        ],
      },
    },
  }
}

function target(component: Component): Tree {
  return { apiVersion: 'apps/v1', kind: 'Deployment', name: componentName(component) }
}
