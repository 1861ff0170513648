/** Of the operator: what became of a QuotewirePlatform → its status. Pure. */
import { condition } from './condition.ts'
import type { Deployment } from './kubernetes-objects.ts'
import type { Condition, OwnedObject, PlatformStatus } from './resources.ts'

export interface PlatformOutcome {
  readonly generation: number
  /** RFC 3339. */
  readonly now: string
  readonly objects: readonly OwnedObject[]
  /** Of the platform; undefined: they could not be looked at, and what was said before stays. */
  readonly deployments: readonly Deployment[] | undefined
  readonly applied: Pick<Condition, 'status' | 'reason' | 'message'>
}

const componentLabel = 'app.kubernetes.io/component'

export function platformStatus(before: PlatformStatus | undefined, outcome: PlatformOutcome): PlatformStatus {
  const { generation, now, objects, deployments, applied } = outcome
  const options = { generation, now }
  const said = before?.conditions?.find(({ type }) => type === 'Ready')
  return {
    observedGeneration: generation,
    gateways: deployments ? countOf(deployments, 'gateway') : (before?.gateways ?? '0/0'),
    marketdata: deployments ? countOf(deployments, 'marketdata') : (before?.marketdata ?? '0/0'),
    objects: [...objects],
    conditions: [
      condition(before?.conditions, options, { type: 'Applied', ...applied }),
      !deployments && said ? said : condition(before?.conditions, options, readyOf(deployments ?? [], applied)),
    ],
  }
}

/** Whether it serves, be it paused or not. */
function readyOf(
  deployments: readonly Deployment[],
  applied: PlatformOutcome['applied'],
): Pick<Condition, 'type' | 'status' | 'reason' | 'message'> {
  const waiting = deployments.filter((deployment) => !isAvailable(deployment)).map(({ metadata }) => metadata.name)
  if (deployments.length === 0) {
    const { reason, message } =
      applied.status === 'True' ? { reason: 'Progressing', message: 'nothing is there yet' } : applied
    return { type: 'Ready', status: 'False', reason, message }
  }
  if (waiting.length === 0) return { type: 'Ready', status: 'True', reason: 'Available', message: '' }
  return {
    type: 'Ready',
    status: 'False',
    reason: 'Progressing',
    message: `waiting for ${waiting.join(', ')}`.slice(0, 500),
  }
}

function isAvailable({ metadata, spec, status = {} }: Deployment): boolean {
  const isSeen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  const wanted = spec.replicas ?? 1
  return isSeen && (status.updatedReplicas ?? 0) >= wanted && (status.availableReplicas ?? 0) >= wanted
}

function countOf(deployments: readonly Deployment[], component: string): string {
  const ofComponent = deployments.filter(({ metadata }) => metadata.labels?.[componentLabel] === component)
  const sum = (read: (deployment: Deployment) => number) => ofComponent.reduce((all, each) => all + read(each), 0)
  return `${sum(({ status }) => status?.availableReplicas ?? 0)}/${sum(({ spec }) => spec.replicas ?? 1)}`
}
