/**
 * Of the operator: all QuotewireTier resources → one document in Redis, and who has it in force → their status.
 *
 * In:  a look, after each change and every `tickMs`; copies of the resources and of the pods.
 * Out: the document; status, events.
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
import { group, resourcePath, type TierObject, type TierStatus, tierKind, version } from './resources.ts'
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

interface SeenPod {
  readonly name: string
  readonly revision: number
}

interface Why {
  readonly reason: 'InForce' | 'Waiting' | 'Foreign' | 'TooMany'
  readonly message: string
}

interface Seen {
  readonly revision: number
  readonly why: Why
  readonly pods: readonly SeenPod[]
  readonly sessions: ReadonlyMap<string, number>
}

export const tierTickMs = 15_000
/** While pods have yet to say that they have it. */
export const tierHurryMs = 1_000
const mostTiers = 1_000
const mostCharacters = longestTierDocument / 2
const mostPodsShown = 100
const componentLabel = 'app.kubernetes.io/component'
const instanceLabel = 'app.kubernetes.io/instance'

export class TierController {
  readonly #options: TierControllerOptions
  constructor(options: TierControllerOptions) {
    this.#options = options
  }

  /** Returns when to look again. */
  async reconcile(): Promise<number> {
    const { isLeading, isDryRun, store, metrics } = this.#options
    if (!isLeading() || isDryRun) return tierTickMs
    const all = this.#options.tiers().toSorted((a, b) => ageOf(a).localeCompare(ageOf(b)))
    const taken = thoseThatFit(all)
    const put = await store.put(documentOf(taken))
    if (put.isNew) metrics.did('tier')
    return all.length === 0 ? tierTickMs : await this.#tell(all, new Set(taken), put)
  }

  async #tell(all: readonly TierObject[], taken: ReadonlySet<TierObject>, put: Put): Promise<number> {
    const { store, gateways } = this.#options
    const names = this.#podsOf('marketdata').map(({ metadata }) => metadata.name)
    const seen = await store.seenBy(names)
    const sessions = await gateways.sessionsByTier(this.#podsOf('gateway'))
    const pods = names.map((name, i) => ({ name, revision: seen[i] ?? 0 }))
    for (const tier of all) {
      const revision = taken.has(tier) ? put.revision : 0
      const why = taken.has(tier) ? whyWaiting(put, pods) : tooMany
      await this.#write(tier, this.#statusOf(tier, { revision, why, pods, sessions }))
    }
    return pods.every((pod) => pod.revision >= put.revision) ? tierTickMs : tierHurryMs
  }

  #statusOf({ metadata, status }: TierObject, { revision, why, pods, sessions }: Seen): TierStatus {
    const generation = metadata.generation ?? 0
    const having = pods.filter((pod) => revision > 0 && pod.revision >= revision).length
    const isApplied = why.reason === 'InForce'
    const options = { generation, now: new Date(this.#options.clock.wallMs()).toISOString() }
    const applied = { type: 'Applied', status: isApplied ? 'True' : 'False', ...why } as const
    return {
      observedGeneration: generation,
      revision,
      acknowledged: `${having}/${pods.length}`,
      pods: pods.slice(0, mostPodsShown),
      sessions: sessions.get(metadata.name) ?? 0,
      conditions: [condition(status?.conditions, options, applied)],
    }
  }

  async #write(tier: TierObject, status: TierStatus): Promise<void> {
    const { cluster, namespace, events, isLeading } = this.#options
    if (!isLeading() || JSON.stringify(ordered(tier.status)) === JSON.stringify(ordered(status))) return
    const path = `${resourcePath(tierKind.plural, namespace, tier.metadata.name)}/status`
    await cluster.request({ method: 'PATCH', patch: 'merge', path, body: { status } })
    if (tier.status?.revision === status.revision) return
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

/** In the order of names, so that the same tiers are the same text. */
function documentOf(tiers: readonly TierObject[]): TierDocument['tiers'] {
  const byName = tiers.toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name))
  return Object.fromEntries(byName.map(({ metadata, spec }) => [metadata.name, ordered(spec)]))
}

function ordered<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return (Array.isArray(value) ? value.map(ordered) : value) as T
  }
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, ordered(inner)]),
  ) as T
}

const tooMany: Why = {
  reason: 'TooMany',
  message: `there are more than ${mostTiers} tiers or ${mostCharacters} characters of them, and older ones come first`,
}

function whyWaiting({ revision, owner }: Put, pods: readonly SeenPod[]): Why {
  if (revision === 0) {
    return { reason: 'Foreign', message: `the tiers in this Redis are those of namespace ${owner}` }
  }
  const missing = pods.filter((pod) => pod.revision < revision).map(({ name }) => name)
  if (missing.length === 0) return { reason: 'InForce', message: '' }
  return {
    reason: 'Waiting',
    message: `not in force yet in ${missing.slice(0, 5).join(', ')}; is TIER_RESOURCES set there?`,
  }
}

function ageOf({ metadata }: ClusterObject): string {
  return `${metadata.creationTimestamp} ${metadata.uid}`
}

function withKind(tier: TierObject): TierObject {
  return { ...tier, apiVersion: `${group}/${version}`, kind: tierKind.kind }
}
