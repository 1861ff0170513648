/**
 * Of the operator: one look at a QuotewirePlatform after another. It builds the objects, compares, applies, and tells.
 *
 * In:  a name, from the work queue.
 * Out: objects by server-side apply, with this platform as their owner; those that are not wanted any more are deleted;
 *      status and events; the name again, after `platformTickMs`, which corrects what was changed by hand.
 * Bound: about twenty objects a platform, one after another.
 *
 * When the platform is deleted Kubernetes removes what it owns; nothing is to be done here, and no finalizer could stand in
 * the way of it while the operator is off.
 */
import type { Clock } from '../shared/clock.ts'
import { type Cluster, ClusterError, fieldManager, type ObjectMeta } from './cluster.ts'
import type { Event, Events } from './events.ts'
import { type Deployment, pathOf } from './kubernetes-objects.ts'
import type { OperatorMetrics } from './metrics.ts'
import type { ClusterView } from './observe-fleet.ts'
import { ordered } from './ordered.ts'
import type { PlatformSource } from './platform-manifests.ts'
import { type PlatformOutcome, platformStatus } from './platform-status.ts'
import {
  isOwn,
  keyOf,
  type LiveObject,
  type PlatformDecision,
  reconcilePlatform,
  referenceTo,
  type WantedObject,
} from './reconcile-platform.ts'
import {
  type Autoscaler,
  group,
  type OwnedObject,
  type Platform,
  pausedAnnotation,
  platformKind,
  resourcePath,
  version,
} from './resources.ts'

export interface PlatformControllerOptions {
  readonly cluster: Pick<Cluster, 'request'>
  readonly namespace: string
  readonly build: (source: PlatformSource) => Promise<readonly object[]>
  readonly events: Events
  readonly metrics: OperatorMetrics
  readonly clock: Clock
  readonly isDryRun: boolean
  readonly isLeading: () => boolean
  readonly platforms: () => readonly Platform[]
  readonly autoscalers: () => readonly Autoscaler[]
  readonly view: () => ClusterView
}

type Live = ReadonlyMap<string, LiveObject>

export const platformTickMs = 15_000
const mostPlatforms = 20

export class PlatformController {
  readonly #options: PlatformControllerOptions

  constructor(options: PlatformControllerOptions) {
    this.#options = options
  }

  /** False: there is no such platform any more. */
  async reconcile(name: string): Promise<boolean> {
    const { platforms, isLeading } = this.#options
    const platform = platforms().find(({ metadata }) => metadata.name === name)
    if (!platform || platform.metadata.deletionTimestamp !== undefined) return false
    if (isLeading()) await this.#look(platform)
    return true
  }

  async #look(platform: Platform): Promise<void> {
    const applied = platform.status?.objects ?? []
    let objects: readonly OwnedObject[] = applied
    let outcome: PlatformOutcome['applied'] = { status: 'True', reason: 'Applied', message: '' }
    let deployments: readonly Deployment[] | undefined
    let failure: unknown
    try {
      const wanted = await this.#build(platform)
      const live = await this.#live(platform, wanted)
      const decision = this.#decide(platform, wanted, live)
      deployments = deploymentsIn(live, platform.metadata)
      const why = this.#whyNot(platform, decision)
      if (why) outcome = why
      else {
        // Where it fails half way, any of them may be there.
        objects = mergedObjects(applied, wanted)
        deployments = await this.#carryOut(platform, decision, live)
        objects = wanted.map(referenceTo)
      }
    } catch (error) {
      const isInvalid = error instanceof InvalidPlatform
      if (!isInvalid) failure = error
      const message = error instanceof Error ? error.message : String(error)
      outcome = { status: 'False', reason: isInvalid ? 'Invalid' : 'Failed', message: message.slice(0, 500) }
    }
    await this.#tell(platform, { objects, deployments, applied: outcome })
    if (failure) throw failure
  }

  #whyNot(platform: Platform, { apply, conflicts }: PlatformDecision): PlatformOutcome['applied'] | undefined {
    const not = (reason: string, message: string) =>
      ({ status: 'False', reason, message: message.slice(0, 500) }) as const
    if (conflicts.length > 0) return not('Conflict', conflicts.join('; '))
    if (isPaused(platform)) return not('Paused', 'by its annotation')
    if (this.#options.isDryRun) {
      return not('DryRun', `would apply ${apply.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ')}`)
    }
    const all = this.#options.platforms().toSorted((a, b) => ageOf(a).localeCompare(ageOf(b)))
    const place = all.findIndex(({ metadata }) => metadata.uid === platform.metadata.uid)
    return place < mostPlatforms
      ? undefined
      : not('TooMany', `there are more than ${mostPlatforms}, and older ones come first`)
  }

  async #build({ metadata, spec }: Platform): Promise<readonly WantedObject[]> {
    const { build, namespace } = this.#options
    try {
      return (await build({ name: metadata.name, namespace, spec })) as readonly WantedObject[]
    } catch (error) {
      throw new InvalidPlatform(error instanceof Error ? error.message : String(error))
    }
  }

  async #live(platform: Platform, wanted: readonly WantedObject[]): Promise<Live> {
    const live = new Map<string, LiveObject>()
    for (const object of mergedObjects(platform.status?.objects ?? [], wanted)) {
      const found = await this.#read(object)
      if (found) live.set(keyOf(object), found)
    }
    return live
  }

  #decide(platform: Platform, wanted: readonly WantedObject[], live: Live): PlatformDecision {
    const applied = platform.status?.objects ?? []
    const scaledElsewhere = new Set([
      ...this.#options.view().scalers.map(({ spec }) => spec.scaleTargetRef.name),
      ...this.#options.autoscalers().map(({ spec }) => spec.scaleTargetRef.name),
    ])
    const { metadata } = platform
    return reconcilePlatform({ metadata, isPaused: isPaused(platform), wanted, applied, live, scaledElsewhere })
  }

  async #read(object: OwnedObject): Promise<LiveObject | undefined> {
    const { cluster, namespace } = this.#options
    try {
      return await cluster.request<LiveObject>({ path: pathOf(object, namespace) })
    } catch (error) {
      if (error instanceof ClusterError && error.status === 404) return undefined
      throw error
    }
  }

  /** Returns the Deployments as they are then. */
  async #carryOut(platform: Platform, { apply, remove }: PlatformDecision, live: Live): Promise<readonly Deployment[]> {
    const { cluster, namespace, isLeading, metrics } = this.#options
    const deployments: Deployment[] = []
    const wereApplied = new Set((platform.status?.objects ?? []).map(keyOf))
    const events: Event[] = []
    try {
      for (const object of apply) {
        const before = live.get(keyOf(referenceTo(object)))
        await this.#requireOwn(platform, object, before)
        if (!isLeading()) throw new Error('not leading any more')
        // Of that very object, where there is one.
        const body = { ...object, metadata: { ...object.metadata, ...(before ? { uid: before.metadata.uid } : {}) } }
        const path = pathOf(referenceTo(object), namespace)
        const query = { force: 'true' }
        const after = await cluster.request<LiveObject>({ method: 'PATCH', patch: 'apply', path, query, body })
        if (object.kind === 'Deployment') deployments.push(after as Deployment)
        if (before && contentOf(after) === contentOf(before)) continue
        metrics.did('apply')
        // Of an edit of the platform, or of a hand's.
        const isEdit = platform.status?.observedGeneration !== platform.metadata.generation
        if (wereApplied.has(keyOf(referenceTo(object))) && !isEdit) events.push(correction(object, before))
      }
      for (const { object, uid } of remove) {
        if (!isLeading()) throw new Error('not leading any more')
        const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } }
        await cluster.request({ method: 'DELETE', path: pathOf(object, namespace), body })
        metrics.did('delete')
        events.push({ type: 'Normal', reason: 'Removed', note: `${object.kind} ${object.name} is not wanted any more` })
      }
    } finally {
      for (const event of events) await this.#options.events.write(withKind(platform), event)
    }
    return deployments
  }

  /** Somebody, such as Helm, may have made it since it was looked for: once more, just before it is written. */
  async #requireOwn(platform: Platform, object: WantedObject, before: LiveObject | undefined): Promise<void> {
    if (before) return
    const now = await this.#read(referenceTo(object))
    if (now && !isOwn(now, platform.metadata))
      throw new Error(`${object.kind} ${object.metadata.name} was made by somebody else`)
  }

  async #tell(
    platform: Platform,
    { objects, deployments, applied }: Pick<PlatformOutcome, 'objects' | 'deployments' | 'applied'>,
  ): Promise<void> {
    const { cluster, namespace, clock, isLeading, events } = this.#options
    const { metadata, status: before } = platform
    const now = new Date(clock.wallMs()).toISOString()
    const status = platformStatus(before, { generation: metadata.generation ?? 0, now, objects, deployments, applied })
    if (!isLeading() || JSON.stringify(ordered(before)) === JSON.stringify(ordered(status))) return
    const path = `${resourcePath(platformKind.plural, namespace, metadata.name)}/status`
    await cluster.request({ method: 'PATCH', patch: 'merge', path, body: { status } })
    const said = before?.conditions?.find(({ type }) => type === 'Applied')
    if (said?.reason === applied.reason && said.message === applied.message) return
    const type = applied.status === 'True' ? 'Normal' : 'Warning'
    await events.write(withKind(platform), {
      type,
      reason: applied.reason,
      note: applied.message || 'all objects are there',
    })
  }
}

/** The author's to mend: nothing is tried again until he has. */
class InvalidPlatform extends Error {}

function mergedObjects(applied: readonly OwnedObject[], wanted: readonly WantedObject[]): OwnedObject[] {
  const all = [...wanted.map(referenceTo), ...applied]
  return [...new Map(all.map((object) => [keyOf(object), object])).values()]
}

function correction({ kind, metadata }: WantedObject, before: LiveObject | undefined): Event {
  const others = before?.metadata.managedFields?.map(({ manager }) => manager).filter((name) => name !== fieldManager)
  const by = before ? `after ${[...new Set(others)].join(', ') || 'somebody'} had changed it` : 'which was gone'
  return { type: 'Warning', reason: 'DriftCorrected', note: `${kind} ${metadata.name} is as it should be again, ${by}` }
}

/** Status is none of it, nor what the API server keeps for itself. */
function contentOf({ metadata, status: _, ...rest }: LiveObject & { readonly status?: unknown }): string {
  const { labels, annotations, ownerReferences } = metadata
  return JSON.stringify(ordered({ ...rest, metadata: { labels, annotations, ownerReferences } }))
}

function deploymentsIn(live: Live, owner: ObjectMeta): Deployment[] {
  const own = [...live].filter(([key, object]) => key.includes(' Deployment ') && isOwn(object, owner))
  return own.map(([, object]) => object as Deployment)
}

function ageOf({ metadata }: Platform): string {
  return `${metadata.creationTimestamp} ${metadata.uid}`
}

function isPaused({ metadata }: Platform): boolean {
  return metadata.annotations?.[pausedAnnotation] === 'true'
}

function withKind(platform: Platform): Platform {
  return { ...platform, apiVersion: `${group}/${version}`, kind: platformKind.kind }
}
