/**
 * Of the operator: what is kept of objects of which there are many. A node brings the names of all its images, a ReplicaSet a
 * whole template, each object who has written which field: megabytes that nobody reads.
 */
import { deletionCostAnnotation, type Node, type Pod, type ReplicaSet } from './kubernetes-objects.ts'

export function keepNode({ metadata: { name, uid }, spec = {} }: Node): Node {
  const { unschedulable, taints } = spec
  return {
    metadata: { name, ...(uid === undefined ? {} : { uid }) },
    spec: { ...(unschedulable === undefined ? {} : { unschedulable }), ...(taints === undefined ? {} : { taints }) },
  }
}

export function keepReplicaSet({ metadata, spec, status }: ReplicaSet): ReplicaSet {
  const { managedFields: _, annotations: __, resourceVersion: ___, ...kept } = metadata
  const counts = (of: { readonly replicas?: number } = {}) =>
    of.replicas === undefined ? {} : { replicas: of.replicas }
  return { metadata: kept, spec: counts(spec), status: counts(status) }
}

/** Who has written what matters where there is a deletion cost. */
export function keepPod({ metadata, spec, status = {} }: Pod): Pod {
  const { managedFields = [], resourceVersion: _, ...kept } = metadata
  const hasCost = metadata.annotations?.[deletionCostAnnotation] !== undefined
  const { phase, podIP, conditions = [] } = status
  return {
    metadata: hasCost ? { ...kept, managedFields } : kept,
    spec: {
      ...(spec.nodeName === undefined ? {} : { nodeName: spec.nodeName }),
      containers: spec.containers.map(({ ports = [] }) => ({ ports })),
    },
    status: {
      ...(phase === undefined ? {} : { phase }),
      ...(podIP === undefined ? {} : { podIP }),
      conditions: conditions.map(({ type, status: is }) => ({ type, status: is })),
    },
  }
}
