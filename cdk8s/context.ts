/** What expressions are evaluated with: the values, and what Helm calls .Release and .Chart. */
import type { Values } from './values.ts'

export interface Context {
  readonly values: Values
  readonly release: {
    readonly Name: string
    readonly Namespace: string
    /** What manages the objects: `Helm`, or whoever applies the plain manifests. */
    readonly Service: string
  }
  readonly chart: { readonly Name: string; readonly Version: string; readonly AppVersion: string }
}
