/** One object of the platform as a builder gives it. */
import type { Choice, Expression, TreeMap } from './expression.ts'

export interface Resource {
  /** `gateway/deployment`: the template's path in the chart, and the object's id in cdk8s. */
  readonly id: string
  /** Left out when this does not hold. */
  readonly condition?: Choice
  /** The user's merge patch for this object. */
  readonly merge: Expression<Readonly<Record<string, unknown>>>
  readonly object: TreeMap & { readonly apiVersion: string; readonly kind: string; readonly metadata: TreeMap }
}
