/** Of the kinds of Kubernetes: the fields that the operator reads, and where they are. */
import type { ClusterObject } from './cluster.ts'

export interface Deployment extends ClusterObject {
  readonly spec: {
    readonly replicas?: number
    readonly template?: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } }
  }
  readonly status?: {
    readonly observedGeneration?: number
    readonly replicas?: number
    readonly updatedReplicas?: number
    readonly availableReplicas?: number
  }
}

export interface ReplicaSet extends ClusterObject {
  readonly spec: { readonly replicas?: number }
  readonly status?: { readonly replicas?: number }
}

export interface PodCondition {
  readonly type: string
  readonly status: string
}

export interface Pod extends ClusterObject {
  readonly spec: {
    readonly nodeName?: string
    readonly containers: readonly {
      readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[]
    }[]
  }
  readonly status?: {
    readonly phase?: string
    readonly podIP?: string
    readonly conditions?: readonly PodCondition[]
  }
}

export interface Node extends ClusterObject {
  readonly spec?: {
    readonly unschedulable?: boolean
    readonly taints?: readonly { readonly key: string; readonly effect: string }[]
  }
}

/** HorizontalPodAutoscaler, and the ScaledObject of KEDA, which leaves out what is apps/v1 Deployment. */
export interface Scaler extends ClusterObject {
  readonly spec: { readonly scaleTargetRef: { readonly kind?: string; readonly name: string } }
}

export interface Scale extends ClusterObject {
  readonly spec: { readonly replicas?: number }
}

/** Of all kinds that cdk8s/objects builds. */
const plurals: Readonly<Record<string, string>> = {
  ConfigMap: 'configmaps',
  Deployment: 'deployments',
  GCPBackendPolicy: 'gcpbackendpolicies',
  HTTPRoute: 'httproutes',
  HealthCheckPolicy: 'healthcheckpolicies',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers',
  Ingress: 'ingresses',
  NetworkPolicy: 'networkpolicies',
  PodDisruptionBudget: 'poddisruptionbudgets',
  PodMonitor: 'podmonitors',
  PrometheusRule: 'prometheusrules',
  ScaledObject: 'scaledobjects',
  Service: 'services',
  ServiceAccount: 'serviceaccounts',
  ServiceMonitor: 'servicemonitors',
}

export function pathOf(
  { apiVersion, kind, name }: { readonly apiVersion: string; readonly kind: string; readonly name: string },
  namespace: string,
): string {
  const plural = plurals[kind]
  if (plural === undefined) throw new Error(`no path is known for the kind ${kind}`)
  const root = apiVersion.includes('/') ? '/apis' : '/api'
  return `${root}/${apiVersion}/namespaces/${namespace}/${plural}/${name}`
}

export const deletionCostAnnotation = 'controller.kubernetes.io/pod-deletion-cost'

export const paths = {
  deployments: (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments`,
  replicaSets: (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/replicasets`,
  pods: (namespace: string) => `/api/v1/namespaces/${namespace}/pods`,
  nodes: () => '/api/v1/nodes',
  horizontalPodAutoscalers: (namespace: string) =>
    `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`,
  scaledObjects: (namespace: string) => `/apis/keda.sh/v1alpha1/namespaces/${namespace}/scaledobjects`,
  events: (namespace: string) => `/apis/events.k8s.io/v1/namespaces/${namespace}/events`,
} as const
