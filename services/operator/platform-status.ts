/** Of the operator: what became of a QuotewirePlatform → its status. Pure. */
import { condition } from './condition.ts'
import type { Deployment } from './kubernetes-objects.ts'
import type { Condition, OwnedObject, PlatformStatus } from './resources.ts'

export interface PlatformOutcome {
  readonly generation: number
  /** RFC 3339. */
  readonly now: string
  readonly objects: readonly OwnedObject[]
  /** Of the platform, by the copies. */
  readonly deployments: readonly Deployment[]
  readonly applied: Pick<Condition, 'status' | 'reason' | 'message'>
}

const componentLabel = 'app.kubernetes.io/component'

export function platformStatus(before: PlatformStatus | undefined, outcome: PlatformOutcome): PlatformStatus {
  const { generation, now, objects, deployments, applied } = outcome
  const options = { generation, now }
  const waiting = deployments.filter((deployment) => !isAvailable(deployment)).map(({ metadata }) => metadata.name)
  const isApplied = applied.status === 'True'
  const isReady = isApplied && deployments.length > 0 && waiting.length === 0
  const why = isApplied ? `waiting for ${waiting.join(', ')}` : applied.message
  return {
    observedGeneration: generation,
    gateways: countOf(deployments, 'gateway'),
    marketdata: countOf(deployments, 'marketdata'),
    objects: [...objects],
    conditions: [
      condition(before?.conditions, options, { type: 'Applied', ...applied }),
      condition(before?.conditions, options, {
        type: 'Ready',
        status: isReady ? 'True' : 'False',
        reason: isReady ? 'Available' : isApplied ? 'Progressing' : applied.reason,
        message: isReady ? '' : why.slice(0, 500),
      }),
    ],
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
