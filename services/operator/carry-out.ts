/**
 * Of the operator: the actions of a decision, carried out one after another in their order.
 *
 * In:  actions; the pods that they name.
 * Out: what was done, for events and metrics. Rejects at the first that fails: the rest would be by an older picture.
 * Bound: as many as the reconciler gives.
 *
 * Before each it is asked again whether this process leads.
 */
import type { Cluster } from './cluster.ts'
import type { GatewayPods } from './gateway-pods.ts'
import { deletionCostAnnotation, type Pod, paths, type Scale } from './kubernetes-objects.ts'
import type { Action } from './reconcile-autoscaler.ts'

export interface CarryOutOptions {
  readonly cluster: Pick<Cluster, 'request'>
  readonly gateways: Pick<GatewayPods, 'drain' | 'release'>
  readonly namespace: string
  readonly deployment: string
  readonly pods: readonly Pod[]
  /** False: nothing more is done. */
  readonly mayAct: () => boolean
}

/** Calls `onDone` after each. */
export async function carryOut(
  actions: readonly Action[],
  options: CarryOutOptions,
  onDone: (action: Action) => void,
): Promise<void> {
  for (const action of actions) {
    if (!options.mayAct()) throw new Error('not leading any more')
    await one(action, options)
    onDone(action)
  }
}

async function one(action: Action, options: CarryOutOptions): Promise<void> {
  if (action.kind === 'scale') return await scale(action, options)
  const pod = options.pods.find(({ metadata }) => metadata.name === action.pod)
  if (!pod) throw new Error(`there is no pod ${action.pod} any more`)
  if (action.kind === 'cost') return await setCost(pod, action.cost, options)
  if (action.kind === 'drain') return await options.gateways.drain(pod, action.windowMs)
  await options.gateways.release(pod)
}

/** Of that very pod: another one of the same name is not meant. 0 is as none, and leaves no trace. */
async function setCost({ metadata }: Pod, cost: number, { cluster, namespace }: CarryOutOptions): Promise<void> {
  const annotations = { [deletionCostAnnotation]: cost === 0 ? null : String(cost) }
  const body = { metadata: { uid: metadata.uid, annotations } }
  const path = `${paths.pods(namespace)}/${metadata.name}`
  await cluster.request({ method: 'PATCH', patch: 'merge', path, body })
}

/** The resource version makes a change between the look and the write fail. */
async function scale(
  { from, to }: Extract<Action, { kind: 'scale' }>,
  { cluster, namespace, deployment, mayAct }: CarryOutOptions,
): Promise<void> {
  const path = `${paths.deployments(namespace)}/${deployment}/scale`
  const now = await cluster.request<Scale>({ path })
  if (now.spec.replicas !== from) throw new Error(`${deployment} has ${now.spec.replicas} replicas, not ${from}`)
  if (!mayAct()) throw new Error('not leading any more')
  await cluster.request({ method: 'PUT', path, body: { ...now, spec: { replicas: to } } })
}
