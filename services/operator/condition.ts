/** A condition of a status, as Kubernetes wants it: the time is that of the last change of True and False. */
import type { Condition } from './resources.ts'

export interface ConditionOptions {
  readonly generation: number
  /** RFC 3339. */
  readonly now: string
}

export function condition(
  before: readonly Condition[] | undefined,
  { generation, now }: ConditionOptions,
  given: Pick<Condition, 'type' | 'status' | 'reason' | 'message'>,
): Condition {
  const known = before?.find(({ type }) => type === given.type)
  const lastTransitionTime = known?.status === given.status ? known.lastTransitionTime : now
  return { ...given, observedGeneration: generation, lastTransitionTime }
}
