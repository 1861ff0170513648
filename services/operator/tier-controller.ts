/**
 * Of the operator: all QuotewireTier resources → one document in Redis, and who has it in force → their status.
 *
 * In:  `publish` after each change, `tell` afterwards, both every `tierTickMs`; copies of the resources and of the pods.
 * Out: the document; status, events. Numbers alone are written every `tierTickMs` at most.
 * Bound: 1,000 tiers and half of what market-data takes as one document, oldest first; the others are told so.
 *
 * Redis may lose the document, and pods may miss its message: each look compares anew.
 */
import type { Clock } from '../shared/clock.ts'
import { longestTierDocument, type TierDocument } from '../shared/tier-document.ts'
import type { Cluster, ClusterObject } from './cluster.ts'
import { condition } from './condition.ts'
import type { Events } from './events.ts'
import type { GatewayPods } from './gateway-pods.ts'
import type { Pod } from './kubernetes-objects.ts'
import type { OperatorMetrics } from './metrics.ts'
import { ordered } from './ordered.ts'
import {
  group,
  pausedAnnotation,
  resourcePath,
  type TierObject,
  type TierStatus,
  tierKind,
  version,
} from './resources.ts'
import type { Put, TierStore } from './tier-store.ts'

export interface TierControllerOptions {
  readonly cluster: Pick<Cluster, 'request'>
  readonly namespace: string
  readonly store: Pick<TierStore, 'put' | 'seenBy'>
  readonly gateways: Pick<GatewayPods, 'sessionsByTier'>
  readonly events: Events
  readonly metrics: OperatorMetrics
  readonly clock: Clock
  /** Label of the pods that read the store; '': all. */
  readonly instance: string
  readonly isDryRun: boolean
  readonly isLeading: () => boolean
  readonly tiers: () => readonly TierObject[]
  readonly pods: () => readonly Pod[]
}

type Tiers = TierDocument['tiers']

interface SeenPod {
  readonly name: string
  readonly revision: number
}

interface Placed {
  readonly version: string
  readonly isTaken: boolean
}

interface Why {
  readonly reason: 'InForce' | 'Waiting' | 'Foreign' | 'TooMany' | 'NoPods' | 'Paused'
  readonly message: string
}

export const tierTickMs = 15_000
/** While pods have yet to say that they have it, for a while. */
export const tierHurryMs = 1_000
const mostHurried = 20
const mostTiers = 1_000
const mostCharacters = longestTierDocument / 2
const mostPodsShown = 100
const componentLabel = 'app.kubernetes.io/component'
const instanceLabel = 'app.kubernetes.io/instance'

export class TierController {
  readonly #options: TierControllerOptions
  /** Undefined until this leader has published: until then nothing is known of what is there. */
  #put: Put | undefined
  /** What was published, or left out: by name, each as it was then. */
  #placed: ReadonlyMap<string, Placed> = new Map()
  /** Of a dry run, which version of each tier it has spoken of. */
  #said: ReadonlySet<string> = new Set()
  #sessions: { readonly atMs: number; readonly byTier: ReadonlyMap<string, number> } | undefined
  /** Looks since the last change that found pods which have not got it. */
  #hurried = 0
  /** When each tier's status was written last. */
  readonly #writtenMs = new Map<string, number>()

  constructor(options: TierControllerOptions) {
    this.#options = options
  }

  /** Of a process that begins to lead. */
  forgetAll(): void {
    this.#put = undefined
    this.#placed = new Map()
  }

  /** The document, and nothing that could hold it up. */
  async publish(): Promise<void> {
    const { isLeading, isDryRun, store, metrics, events } = this.#options
    if (!isLeading()) return
    const all = this.#oldestFirst
    const taken = thoseThatFit(all)
    if (isDryRun) {
      const versions = new Set(taken.map(versionOf))
      const isNews = (tier: TierObject) => isChanged(tier) && !this.#said.has(versionOf(tier))
      for (const tier of taken.filter(isNews)) await events.write(withKind(tier), dryRunEvent)
      this.#said = versions
      return
    }
    const put = await store.put((published) => documentOf(taken, published))
    this.#put = put
    this.#placed = new Map(
      all.map((tier, i) => [tier.metadata.name, { version: versionOf(tier), isTaken: i < taken.length }]),
    )
    if (!put.isNew) return
    this.#hurried = 0
    metrics.did('tier')
  }

  /** Who has it. Returns when to look again. */
  async tell(): Promise<number> {
    const { isLeading, isDryRun, store } = this.#options
    const all = this.#oldestFirst
    this.#forgetAllBut(all)
    const put = this.#put
    if (!isLeading() || isDryRun || all.length === 0 || put === undefined) return tierTickMs
    const names = this.#podsOf('marketdata').map(({ metadata }) => metadata.name)
    const seen = await store.seenBy(names)
    const pods = names.map((name, i) => ({ name, revision: seen[i] ?? 0 }))
    const sessions = await this.#sessionsByTier()
    for (const tier of all) {
      const placed = this.#placed.get(tier.metadata.name)
      // One that was edited since is not what was published.
      if (placed?.version !== versionOf(tier)) continue
      await this.#write(tier, statusOf(tier, { put, isTaken: placed.isTaken, pods, sessions, now: this.#now }))
    }
    const isWaiting = pods.some(({ revision }) => revision !== put.revision)
    return isWaiting && this.#hurried++ < mostHurried ? tierHurryMs : tierTickMs
  }

  get #oldestFirst(): readonly TierObject[] {
    return this.#options.tiers().toSorted((a, b) => ageOf(a).localeCompare(ageOf(b)))
  }

  #forgetAllBut(tiers: readonly TierObject[]): void {
    const names = new Set(tiers.map(({ metadata }) => metadata.name))
    for (const name of this.#writtenMs.keys()) if (!names.has(name)) this.#writtenMs.delete(name)
  }

  async #sessionsByTier(): Promise<ReadonlyMap<string, number>> {
    const { clock, gateways } = this.#options
    const nowMs = clock.nowMs()
    if (this.#sessions && nowMs - this.#sessions.atMs < tierTickMs) return this.#sessions.byTier
    this.#sessions = { atMs: nowMs, byTier: await gateways.sessionsByTier(this.#podsOf('gateway')) }
    return this.#sessions.byTier
  }

  /** RFC 3339. */
  get #now(): string {
    return new Date(this.#options.clock.wallMs()).toISOString()
  }

  async #write(tier: TierObject, status: TierStatus): Promise<void> {
    const { cluster, namespace, events, isLeading, clock } = this.#options
    const { name } = tier.metadata
    if (!isLeading() || JSON.stringify(ordered(tier.status)) === JSON.stringify(ordered(status))) return
    const isUrgent = wordsOf(tier.status) !== wordsOf(status)
    const sinceMs = clock.nowMs() - (this.#writtenMs.get(name) ?? Number.NEGATIVE_INFINITY)
    if (!isUrgent && sinceMs < tierTickMs) return
    this.#writtenMs.set(name, clock.nowMs())
    const path = `${resourcePath(tierKind.plural, namespace, name)}/status`
    await cluster.request({ method: 'PATCH', patch: 'merge', path, body: { status } })
    if (!isChanged(tier)) return
    const note = `revision ${status.revision} for ${status.pods?.length} market-data pods, ${status.sessions} sessions`
    await events.write(withKind(tier), { type: 'Normal', reason: 'Published', note })
  }

  #podsOf(component: string): readonly Pod[] {
    const isReady = ({ status }: Pod) =>
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True')
    const { instance, pods } = this.#options
    const isOf = ({ metadata: { labels = {} } }: Pod) =>
      labels[componentLabel] === component && (instance === '' || labels[instanceLabel] === instance)
    return pods()
      .filter((pod) => isOf(pod) && isReady(pod) && pod.metadata.deletionTimestamp === undefined)
      .toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name))
  }
}

/** The oldest, until one is too much. */
function thoseThatFit(tiers: readonly TierObject[]): TierObject[] {
  let characters = 0
  const firstBeyond = tiers.findIndex(({ metadata, spec }, i) => {
    characters += metadata.name.length + JSON.stringify(spec).length
    return i >= mostTiers || characters > mostCharacters
  })
  return firstBeyond < 0 ? [...tiers] : tiers.slice(0, firstBeyond)
}

/** In the order of names, so that the same tiers are the same text. One that is paused stays as it was published. */
function documentOf(tiers: readonly TierObject[], published: Tiers): Tiers {
  const byName = tiers.toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name))
  const bodies = byName.map((tier) => {
    const { name } = tier.metadata
    return [name, isPaused(tier) ? published[name] : ordered(tier.spec)] as const
  })
  return Object.fromEntries(bodies.filter((entry): entry is readonly [string, Tiers[string]] => entry[1] !== undefined))
}

function isPaused({ metadata }: TierObject): boolean {
  return metadata.annotations?.[pausedAnnotation] === 'true'
}

interface StatusParts {
  readonly put: Put
  readonly isTaken: boolean
  readonly pods: readonly SeenPod[]
  readonly sessions: ReadonlyMap<string, number>
  readonly now: string
}

function statusOf(tier: TierObject, { put, isTaken, pods, sessions, now }: StatusParts): TierStatus {
  const { metadata, status } = tier
  const revision = isTaken ? revisionOf(tier, put) : 0
  const having = pods.filter((pod) => isInForce(pod, revision, put))
  const why = isPaused(tier) ? paused : isTaken ? whyOf(revision, { put, pods, having }) : tooMany
  const options = { generation: metadata.generation ?? 0, now }
  const applied = { type: 'Applied', status: why.reason === 'InForce' ? 'True' : 'False', ...why } as const
  return {
    observedGeneration: options.generation,
    revision,
    acknowledged: `${having.length}/${pods.length}`,
    pods: pods.slice(0, mostPodsShown),
    sessions: sessions.get(metadata.name) ?? 0,
    conditions: [condition(status?.conditions, options, applied)],
  }
}

/** The first document that had it as it is: later ones, of other tiers, change nothing for this one. */
function revisionOf(tier: TierObject, put: Put): number {
  const known = tier.status?.revision ?? 0
  return !isChanged(tier) && known > 0 && known <= put.revision ? known : put.revision
}

/** One that is higher than the document's is of another document, which was lost. */
function isInForce(pod: SeenPod, revision: number, put: Put): boolean {
  return revision > 0 && pod.revision >= revision && pod.revision <= put.revision
}

interface Seen {
  readonly put: Put
  readonly pods: readonly SeenPod[]
  readonly having: readonly SeenPod[]
}

function whyOf(revision: number, { put, pods, having }: Seen): Why {
  if (revision === 0) return { reason: 'Foreign', message: `the tiers in this Redis are those of ${put.owner}` }
  if (pods.length === 0) return { reason: 'NoPods', message: 'no market-data pod of this release is ready' }
  if (having.length === pods.length) return { reason: 'InForce', message: '' }
  const missing = pods.filter((pod) => !having.includes(pod)).map(({ name }) => name)
  return {
    reason: 'Waiting',
    message: `not in force yet in ${missing.slice(0, 5).join(', ')}; is TIER_RESOURCES set there?`,
  }
}

/** A pause is one, too. */
function versionOf(tier: TierObject): string {
  const { name, uid, generation } = tier.metadata
  return JSON.stringify([name, uid, generation, isPaused(tier)])
}

const tooMany: Why = {
  reason: 'TooMany',
  message: `there are more than ${mostTiers} tiers or ${mostCharacters} characters of them, and older ones come first`,
}
const paused: Why = { reason: 'Paused', message: 'by its annotation; what was published before stays' }
const dryRunEvent = { type: 'Normal', reason: 'DryRun', note: 'would be written to Redis' } as const

/** What is not numbers alone. */
function wordsOf(status: TierStatus | undefined): string {
  const { observedGeneration, acknowledged, conditions } = status ?? {}
  return JSON.stringify([observedGeneration, acknowledged, conditions?.map(ordered)])
}

/** Since its status was written. */
function isChanged({ metadata, status }: TierObject): boolean {
  return status?.observedGeneration !== metadata.generation
}

function ageOf({ metadata }: ClusterObject): string {
  return `${metadata.creationTimestamp} ${metadata.uid}`
}

function withKind(tier: TierObject): TierObject {
  return { ...tier, apiVersion: `${group}/${version}`, kind: tierKind.kind }
}
