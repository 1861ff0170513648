/** Who says how many pods there are: the values, an HPA on CPU, KEDA on connections, or something outside. */
import type { Expression, Tree } from '../expression.ts'
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
 * `replicas` in mode none only. Where an autoscaler owns it, an upgrade of a running release repeats what the cluster has:
 * a manifest that drops the field sets it to 1, which would end most of a fleet at the switch from none to hpa.
 */
export function ownedReplicas(component: Component, { autoscaling, replicas }: Scaled): Tree {
  const live = namedTemplate('quotewire.liveReplicas', () => '', component)
  return when(equals(autoscaling.mode, 'none'), replicas, when(isSet(live), numberOf(live)))
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
          // Metrics that vanish are no reason to scale in.
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
