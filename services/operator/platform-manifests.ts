/**
 * Of the operator: a QuotewirePlatform → the objects that it stands for, by the builders of the chart (cdk8s/).
 *
 * A file of its own in the bundle, loaded with the first platform: it brings cdk8s, and most operators have none. Throws
 * with words for the author where the values are wrong.
 */
import { type Manifest, manifests } from '../../cdk8s/manifests.ts'
import { valuesOfPlatform } from '../../cdk8s/platform-values.ts'

export interface PlatformSource {
  readonly name: string
  readonly namespace: string
  readonly spec: unknown
}

export function platformManifests({ name, namespace, spec }: PlatformSource): Manifest[] {
  const values = valuesOfPlatform(spec)
  return manifests({ values, releaseName: name, namespace, managedBy: 'quotewire-operator' })
}
