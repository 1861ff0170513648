/**
 * Of the operator: the objects of the cluster and what the pods said → the fleet as the reconcilers see it. Pure.
 *
 * In:  copies of all Deployments, ReplicaSets, pods, nodes and autoscalers of others; what each pod told last.
 * Out: an ObservedFleet, or why there is none.
 * Bound: the pods of one Deployment.
 *
 * Pods that have ended (evicted, failed) are not counted, as the ReplicaSet does not count them. Whose a deletion cost is
 * says `managedFields`: another operator of ours writes under the same name, and nobody has to be remembered.
 */
import { fieldManager, type ObjectMeta } from './cluster.ts'
import {
  type Deployment,
  deletionCostAnnotation,
  type Node,
  type Pod,
  type ReplicaSet,
  type Scaler,
} from './kubernetes-objects.ts'
import type { AutoscalerSpec, ObservedFleet, ObservedPod, Told } from './reconcile-autoscaler.ts'
import { type Autoscaler, pausedAnnotation } from './resources.ts'

export interface ClusterView {
  readonly deployments: readonly Deployment[]
  readonly replicaSets: readonly ReplicaSet[]
  readonly pods: readonly Pod[]
  readonly nodes: readonly Node[]
  readonly scalers: readonly Scaler[]
}

export interface FleetOptions {
  readonly autoscaler: Autoscaler
  readonly view: ClusterView
  /** By uid. */
  readonly told: (uid: string) => Told | undefined
  readonly nowMs: number
}

export function observeFleet({ autoscaler, view, told, nowMs }: FleetOptions): ObservedFleet | undefined {
  const { name } = autoscaler.spec.scaleTargetRef
  const deployment = view.deployments.find(({ metadata }) => metadata.name === name)
  if (!deployment) return undefined
  const replicaSets = view.replicaSets.filter(({ metadata }) => isOwnedBy(metadata, deployment.metadata))
  const pods = podsOfFleet(view, replicaSets)
  const leavingNodes = new Set(view.nodes.filter(isLeaving).map(({ metadata }) => metadata.name))
  return {
    nowMs,
    spec: specOf(autoscaler),
    isPaused: isPaused(autoscaler),
    replicas: deployment.spec.replicas ?? 1,
    isRollingOut: isRollingOut(deployment, replicaSets),
    owner: ownerOf(view.scalers, name),
    hasForeignCosts: pods.some(({ metadata }) => hasForeignCost(metadata)),
    pods: pods.map((pod) => observedPod(pod, leavingNodes, told)),
  }
}

/** Of the Deployment with that name, those that have not ended. */
export function podsOf(view: ClusterView, deploymentName: string): Pod[] {
  const deployment = view.deployments.find(({ metadata }) => metadata.name === deploymentName)
  if (!deployment) return []
  const replicaSets = view.replicaSets.filter(({ metadata }) => isOwnedBy(metadata, deployment.metadata))
  return podsOfFleet(view, replicaSets)
}

export function isPaused({ metadata }: Autoscaler): boolean {
  return metadata.annotations?.[pausedAnnotation] === 'true'
}

function podsOfFleet({ pods }: ClusterView, replicaSets: readonly ReplicaSet[]): Pod[] {
  const owners = new Set(replicaSets.map(({ metadata }) => metadata.uid))
  const isOurs = ({ metadata }: Pod) => metadata.ownerReferences?.some(({ uid }) => owners.has(uid)) ?? false
  const hasEnded = ({ status }: Pod) => status?.phase === 'Failed' || status?.phase === 'Succeeded'
  return pods.filter((pod) => isOurs(pod) && !hasEnded(pod))
}

function isOwnedBy({ ownerReferences = [] }: ObjectMeta, { uid }: ObjectMeta): boolean {
  return ownerReferences.some((owner) => owner.uid === uid)
}

function specOf({ spec }: Autoscaler): AutoscalerSpec {
  const { target, minReplicas, maxReplicas, scaleUp, scaleDown } = spec
  return {
    minReplicas,
    maxReplicas,
    loadPerPod: target.connectionsPerPod ?? target.deliveriesPerSecondPerPod ?? Number.POSITIVE_INFINITY,
    scaleDownAfterMs: scaleDown.stabilizationSeconds * 1_000,
    removalEveryMs: scaleDown.intervalSeconds * 1_000,
    drainMs: scaleDown.drainSeconds * 1_000,
    drainDeadlineMs: scaleDown.drainDeadlineSeconds * 1_000,
    mostAdded: scaleUp.mostPodsAtOnce,
  }
}

/** Not seen by the controller yet, pods of an older template, or two ReplicaSets that have some. */
function isRollingOut({ metadata, status = {} }: Deployment, replicaSets: readonly ReplicaSet[]): boolean {
  const isSeen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  const withPods = replicaSets.filter(({ spec, status: own }) => (spec.replicas ?? 1) > 0 || (own?.replicas ?? 0) > 0)
  return !isSeen || (status.updatedReplicas ?? 0) < (status.replicas ?? 0) || withPods.length > 1
}

function ownerOf(scalers: readonly Scaler[], deploymentName: string): string | undefined {
  const owner = scalers.find(({ spec: { scaleTargetRef } }) => {
    return scaleTargetRef.name === deploymentName && (scaleTargetRef.kind ?? 'Deployment') === 'Deployment'
  })
  return owner && `${owner.kind ?? 'HorizontalPodAutoscaler'} ${owner.metadata.name}`
}

function isLeaving({ spec }: Node): boolean {
  return spec?.unschedulable === true || (spec?.taints?.some(({ effect }) => effect === 'NoExecute') ?? false)
}

function observedPod(
  { metadata, spec, status }: Pod,
  leavingNodes: ReadonlySet<string>,
  told: FleetOptions['told'],
): ObservedPod {
  const is = (type: string) =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === 'True')
  const uid = metadata.uid ?? ''
  return {
    name: metadata.name,
    uid,
    isScheduled: spec.nodeName !== undefined,
    isReady: is('Ready') ?? false,
    isTerminating: metadata.deletionTimestamp !== undefined,
    isLeaving: (spec.nodeName !== undefined && leavingNodes.has(spec.nodeName)) || (is('DisruptionTarget') ?? false),
    deletionCost: Number(metadata.annotations?.[deletionCostAnnotation] ?? 0) || 0,
    isOwnCost: metadata.annotations?.[deletionCostAnnotation] !== undefined && !hasForeignCost(metadata),
    told: told(uid),
  }
}

function hasForeignCost({ annotations = {}, managedFields = [] }: ObjectMeta): boolean {
  if (annotations[deletionCostAnnotation] === undefined) return false
  return !managedFields.some(({ manager, fieldsV1 }) => manager === fieldManager && ownsCost(fieldsV1))
}

function ownsCost(fields: unknown): boolean {
  const annotations = member(member(fields, 'f:metadata'), 'f:annotations')
  return member(annotations, `f:${deletionCostAnnotation}`) !== undefined
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
}
