/** Of the operator: why a QuotewireAutoscaler is not followed, if it is not. Pure. */
import type { ClusterView } from './observe-fleet.ts'
import type { Autoscaler } from './resources.ts'

export interface Refusal {
  /** One word, such as NoTarget. */
  readonly reason: string
  readonly message: string
}

const mostAutoscalers = 100
const componentLabel = 'app.kubernetes.io/component'

/** `autoscalers`: all of the namespace. */
export function refusalOf(
  autoscaler: Autoscaler,
  autoscalers: readonly Autoscaler[],
  view: Pick<ClusterView, 'deployments'>,
): Refusal | undefined {
  const { name } = autoscaler.spec.scaleTargetRef
  const target = view.deployments.find(({ metadata }) => metadata.name === name)
  if (!target) return { reason: 'NoTarget', message: `there is no Deployment ${name}` }
  // Its rights are not lent to who wants to scale something else, and nothing else is shown the token.
  if (target.spec.template?.metadata?.labels?.[componentLabel] !== 'gateway') {
    return { reason: 'NotAGateway', message: `the pods of ${name} are not labelled ${componentLabel}: gateway` }
  }
  const all = autoscalers.toSorted((a, b) => ageOf(a).localeCompare(ageOf(b)))
  if (all.findIndex(({ metadata }) => metadata.name === autoscaler.metadata.name) >= mostAutoscalers) {
    return { reason: 'TooMany', message: `there are more than ${mostAutoscalers}, and older ones come first` }
  }
  const [first] = all.filter(({ spec }) => spec.scaleTargetRef.name === name)
  if (first === undefined || first.metadata.name === autoscaler.metadata.name) return undefined
  return { reason: 'TargetTaken', message: `${first.metadata.name}, which is older, has the target ${name}` }
}

function ageOf({ metadata }: Autoscaler): string {
  return `${metadata.creationTimestamp} ${metadata.uid}`
}
