import { expect, test } from 'vitest'
import { fieldManager } from './cluster.ts'
import { deletionCostAnnotation, type Pod } from './kubernetes-objects.ts'
import { type ClusterView, observeFleet } from './observe-fleet.ts'
import { type Autoscaler, autoscalerSpec } from './resources.ts'

const autoscaler: Autoscaler = {
  metadata: { name: 'gateways', generation: 1 },
  spec: autoscalerSpec.parse({ scaleTargetRef: { name: 'gateway' }, target: { connectionsPerPod: 100 } }),
}
const told = { connections: 7, load: 7, isDraining: false }

test('pods of the Deployment alone, by their owners; those that have ended do not count', () => {
  const stranger = { ...pod('stranger'), metadata: { name: 'stranger', uid: 's', ownerReferences: [owner('other')] } }
  const evicted = { ...pod('evicted'), status: { phase: 'Failed' } }
  const fleet = observe({ pods: [pod('a'), pod('b'), stranger, evicted] })
  expect(fleet.pods.map(({ name }) => name)).toEqual(['a', 'b'])
  expect(fleet).toMatchObject({ replicas: 2, isRollingOut: false, hasForeignCosts: false, owner: undefined })
  expect(fleet.pods[0]).toMatchObject({ isScheduled: true, isReady: true, deletionCost: 0, told })
})

test('the spec in milliseconds, with the defaults of the resource', () => {
  expect(observe({}).spec).toEqual({
    minReplicas: 2,
    maxReplicas: 10,
    loadPerPod: 100,
    scaleDownAfterMs: 300_000,
    removalEveryMs: 60_000,
    drainMs: 60_000,
    drainDeadlineMs: 300_000,
    mostAdded: 4,
  })
})

test.each<[string, Partial<ClusterView>]>([
  ['a template that the controller has not seen', { deployments: [deployment({ generation: 2 })] }],
  ['pods of an older template', { deployments: [deployment({ updatedReplicas: 1 })] }],
  ['two ReplicaSets with pods', { replicaSets: [replicaSet('set'), replicaSet('old')] }],
])('a rollout is seen by %s', (_, view) => {
  expect(observe(view).isRollingOut).toBe(true)
})

test('an old ReplicaSet without pods is no rollout', () => {
  expect(observe({ replicaSets: [replicaSet('set'), replicaSet('old', 0)] }).isRollingOut).toBe(false)
})

test('who else scales: an HPA, a ScaledObject that leaves the kind out; not one with another target', () => {
  const scaler = (kind: string | undefined, name: string, target = {}) => ({
    ...(kind ? { kind } : {}),
    metadata: { name },
    spec: { scaleTargetRef: { name: 'gateway', ...target } },
  })
  expect(observe({ scalers: [scaler(undefined, 'cpu', { kind: 'Deployment' })] }).owner).toBe(
    'HorizontalPodAutoscaler cpu',
  )
  expect(observe({ scalers: [scaler('ScaledObject', 'keda')] }).owner).toBe('ScaledObject keda')
  expect(observe({ scalers: [scaler(undefined, 'a', { name: 'other' })] }).owner).toBeUndefined()
  expect(observe({ scalers: [scaler(undefined, 'a', { kind: 'StatefulSet' })] }).owner).toBeUndefined()
})

test('a pod is leaving: its node is cordoned or has a NoExecute taint, or it is being evicted', () => {
  const node = (spec: object) => ({ metadata: { name: 'node' }, spec })
  const isLeaving = (view: Partial<ClusterView>) => observe(view).pods.map((each) => each.isLeaving)
  expect(isLeaving({ nodes: [node({})] })).toEqual([false, false])
  expect(isLeaving({ nodes: [node({ unschedulable: true })] })).toEqual([true, true])
  expect(isLeaving({ nodes: [node({ taints: [{ key: 'down', effect: 'NoExecute' }] })] })).toEqual([true, true])
  expect(isLeaving({ nodes: [node({ taints: [{ key: 'gpu', effect: 'NoSchedule' }] })] })).toEqual([false, false])
  expect(isLeaving({ pods: [pod('a', { conditions: [{ type: 'DisruptionTarget', status: 'True' }] })] })).toEqual([
    true,
  ])
})

test('whose a deletion cost is says managedFields', () => {
  const withCost = (manager: string) => {
    const fieldsV1 = { 'f:metadata': { 'f:annotations': { [`f:${deletionCostAnnotation}`]: {} } } }
    const { metadata, ...rest } = pod('a')
    const annotations = { [deletionCostAnnotation]: '-1000' }
    return { ...rest, metadata: { ...metadata, annotations, managedFields: [{ manager, fieldsV1 }] } }
  }
  expect(observe({ pods: [withCost(fieldManager)] })).toMatchObject({ hasForeignCosts: false })
  expect(observe({ pods: [withCost(fieldManager)] }).pods[0]?.deletionCost).toBe(-1_000)
  expect(observe({ pods: [withCost('kubectl-annotate')] })).toMatchObject({ hasForeignCosts: true })
})

test('a pause is one by the annotation', () => {
  const paused = { ...autoscaler, metadata: { name: 'g', annotations: { 'quotewire.dev/paused': 'true' } } }
  expect(observeFleet({ autoscaler: paused, view: view({}), told: () => told, nowMs: 0 })?.isPaused).toBe(true)
})

test('without the Deployment there is no fleet', () => {
  expect(observeFleet({ autoscaler, view: view({ deployments: [] }), told: () => told, nowMs: 0 })).toBeUndefined()
})

function observe(given: Partial<ClusterView>) {
  const fleet = observeFleet({ autoscaler, view: view(given), told: () => told, nowMs: 5 })
  if (!fleet) throw new Error('no fleet')
  return fleet
}

function view(given: Partial<ClusterView>): ClusterView {
  const usual = { deployments: [deployment({})], replicaSets: [replicaSet('set')], pods: [pod('a'), pod('b')] }
  return { ...usual, nodes: [], scalers: [], ...given }
}

function deployment({ generation = 1, updatedReplicas = 2 }) {
  return {
    metadata: { name: 'gateway', uid: 'deployment', generation },
    spec: { replicas: 2, selector: {} },
    status: { observedGeneration: 1, replicas: 2, updatedReplicas },
  }
}

function replicaSet(uid: string, replicas = 2) {
  return {
    metadata: { name: uid, uid, ownerReferences: [owner('deployment')] },
    spec: { replicas },
    status: { replicas },
  }
}

function pod(name: string, status: Pod['status'] = { conditions: [{ type: 'Ready', status: 'True' }] }): Pod {
  const metadata = { name, uid: `uid-${name}`, ownerReferences: [owner('set')] }
  return { metadata, spec: { nodeName: 'node', containers: [] }, status: { phase: 'Running', ...status } }
}

function owner(uid: string) {
  return { apiVersion: 'apps/v1', kind: 'Any', name: uid, uid }
}
