/**
 * Of the operator: what a QuotewirePlatform stands for, and what there is → what to apply and delete. A pure function.
 *
 * In:  the wanted objects; what is in the cluster under their names, and under those that were applied before.
 * Out: objects to apply by server-side apply, with their owner; objects to delete; or conflicts, and then nothing else.
 * Bound: the objects of one platform, about twenty.
 *
 * What the platform does not own is never touched: a Helm release of the same name is a conflict, and so is anything that
 * somebody made by hand. Replicas that somebody else sets are left to him: leaving them out would make them 1 where nobody
 * else has said a number yet, so what there is is said once more until somebody has.
 */
import { type ClusterObject, fieldManager, type ObjectMeta, type OwnerReference } from './cluster.ts'
import { group, type OwnedObject, platformKind, version } from './resources.ts'

export interface WantedObject extends ClusterObject {
  readonly apiVersion: string
  readonly kind: string
  readonly spec?: unknown
}

export interface LiveObject extends ClusterObject {
  readonly spec?: { readonly replicas?: number }
}

export interface ObservedPlatform {
  readonly metadata: ObjectMeta
  readonly isPaused: boolean
  readonly wanted: readonly WantedObject[]
  /** Of the last apply. */
  readonly applied: readonly OwnedObject[]
  /** By `keyOf`; those that are not there are missing. */
  readonly live: ReadonlyMap<string, LiveObject>
  /** Names of Deployments that an HPA, a ScaledObject or a QuotewireAutoscaler scales. */
  readonly scaledElsewhere: ReadonlySet<string>
}

export interface PlatformDecision {
  readonly apply: readonly WantedObject[]
  readonly remove: readonly { readonly object: OwnedObject; readonly uid: string }[]
  readonly conflicts: readonly string[]
}

export function keyOf({ apiVersion, kind, name }: OwnedObject): string {
  return `${apiVersion} ${kind} ${name}`
}

export function referenceTo({ apiVersion, kind, metadata }: WantedObject): OwnedObject {
  return { apiVersion, kind, name: metadata.name }
}

export function reconcilePlatform(platform: ObservedPlatform): PlatformDecision {
  const { metadata, isPaused, wanted, applied, live } = platform
  if (isPaused) return { apply: [], remove: [], conflicts: [] }
  const conflicts = wanted.flatMap((object) => conflictOf(object, platform))
  if (conflicts.length > 0) return { apply: [], remove: [], conflicts }
  const keys = new Set(wanted.map((object) => keyOf(referenceTo(object))))
  const stale = applied.filter((object) => !keys.has(keyOf(object)))
  const remove = stale.flatMap((object) => {
    const found = live.get(keyOf(object))
    return found?.metadata.uid && isOwn(found, metadata) ? [{ object, uid: found.metadata.uid }] : []
  })
  return { apply: wanted.map((object) => owned(withReplicas(object, platform), metadata)), remove, conflicts: [] }
}

function conflictOf(object: WantedObject, { metadata, live }: ObservedPlatform): string[] {
  const found = live.get(keyOf(referenceTo(object)))
  if (!found || isOwn(found, metadata)) return []
  const { labels = {}, annotations = {} } = found.metadata
  const manager = annotations['meta.helm.sh/release-name'] ?? labels['app.kubernetes.io/managed-by'] ?? 'somebody else'
  return [`${object.kind} ${object.metadata.name} is there already, by ${manager}`]
}

export function isOwn({ metadata }: LiveObject, { uid }: ObjectMeta): boolean {
  return metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.controller === true) ?? false
}

function owned(object: WantedObject, { name, uid = '' }: ObjectMeta): WantedObject {
  const owner: OwnerReference = {
    apiVersion: `${group}/${version}`,
    kind: platformKind.kind,
    ...{ name, uid, controller: true, blockOwnerDeletion: true },
  }
  return { ...object, metadata: { ...object.metadata, ownerReferences: [owner] } }
}

function withReplicas(object: WantedObject, { live, scaledElsewhere }: ObservedPlatform): WantedObject {
  if (object.kind !== 'Deployment') return object
  const { replicas, ...spec } = object.spec as { replicas?: number }
  if (replicas !== undefined && !scaledElsewhere.has(object.metadata.name)) return object
  const found = live.get(keyOf(referenceTo(object)))
  if (!found) return object
  const isSaidElsewhere = found.metadata.managedFields?.some(
    ({ manager, fieldsV1 }) => manager !== fieldManager && saysReplicas(fieldsV1),
  )
  return { ...object, spec: isSaidElsewhere ? spec : { ...spec, replicas: found.spec?.replicas ?? 1 } }
}

function saysReplicas(fields: unknown): boolean {
  const spec = (fields as Record<string, unknown> | undefined)?.['f:spec']
  return typeof spec === 'object' && spec !== null && 'f:replicas' in spec
}
