/**
 * Of the operator: copies of everything in the namespace that it looks at.
 *
 * In:  one informer for each kind.
 * Out: a view of them all; `onChange` when something changed, at most every `settleMs`; `onTiersChange` at once.
 * Bound: the objects that there are, of each what is read of it. A kind whose CRD is missing, or nodes that it may not see, are
 *        asked for until they are there: until then it does not lead. ScaledObjects alone may be missing.
 * Closed by: `stop`.
 */
import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import { type Cluster, ClusterError, type ClusterObject, type ObjectList } from './cluster.ts'
import { Informer } from './informer.ts'
import { keepNode, keepPod, keepReplicaSet } from './kept-objects.ts'
import { type Deployment, type Node, type Pod, paths, type ReplicaSet, type Scaler } from './kubernetes-objects.ts'
import type { ClusterView } from './observe-fleet.ts'
import {
  type Autoscaler,
  autoscalerKind,
  type Platform,
  platformKind,
  resourcePath,
  type TierObject,
  tierKind,
} from './resources.ts'

export interface ClusterCopiesOptions {
  readonly cluster: Cluster
  readonly namespace: string
  readonly watchesNodes: boolean
  readonly relistMs: number
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  /** Of anything but tiers. */
  readonly onChange: () => void
  readonly onTiersChange: () => void
  readonly onPlatformsChange: () => void
  readonly onAutoscalerGone: (name: string) => void
  readonly onRestart: () => void
}

interface Followed<T> {
  readonly keep?: (object: T) => T
  readonly onChange?: () => void
}

/** A rollout changes hundreds of objects in a second. */
const settleMs = 200

export class ClusterCopies {
  readonly #options: ClusterCopiesOptions
  readonly #autoscalers: Informer<Autoscaler>
  readonly #deployments: Informer<Deployment>
  readonly #replicaSets: Informer<ReplicaSet>
  readonly #pods: Informer<Pod>
  readonly #scalers: Informer<Scaler>
  readonly #nodes: Informer<Node> | undefined
  readonly #tiers: Informer<TierObject>
  readonly #platforms: Informer<Platform>
  #names = new Set<string>()
  #tierVersions = ''
  #platformVersions = ''
  #scaledObjects: readonly Scaler[] = []
  #cancelSettle: (() => void) | undefined
  #cancelScaledObjects: (() => void) | undefined
  #isStopped = false

  constructor(options: ClusterCopiesOptions) {
    this.#options = options
    const { namespace, watchesNodes } = options
    this.#autoscalers = this.#informer(resourcePath(autoscalerKind.plural, namespace))
    this.#tiers = this.#informer(resourcePath(tierKind.plural, namespace), { onChange: () => this.#tiersChanged() })
    this.#platforms = this.#informer(resourcePath(platformKind.plural, namespace), {
      onChange: () => this.#platformsChanged(),
    })
    this.#deployments = this.#informer(paths.deployments(namespace))
    this.#replicaSets = this.#informer(paths.replicaSets(namespace), { keep: keepReplicaSet })
    this.#pods = this.#informer(paths.pods(namespace), { keep: keepPod })
    this.#scalers = this.#informer(paths.horizontalPodAutoscalers(namespace))
    this.#nodes = watchesNodes ? this.#informer(paths.nodes(), { keep: keepNode }) : undefined
  }

  autoscalers(): readonly Autoscaler[] {
    return this.#autoscalers.items
  }

  tiers(): readonly TierObject[] {
    return this.#tiers.items
  }

  platforms(): readonly Platform[] {
    return this.#platforms.items
  }

  pods(): readonly Pod[] {
    return this.#pods.items
  }

  view(): ClusterView {
    return {
      deployments: this.#deployments.items,
      replicaSets: this.#replicaSets.items,
      pods: this.#pods.items,
      nodes: this.#nodes?.items ?? [],
      scalers: [...this.#scalers.items, ...this.#scaledObjects],
    }
  }

  /** By lists that the API server answers from its storage, not from a cache. */
  async freshView(): Promise<ClusterView> {
    const { namespace, watchesNodes } = this.#options
    const [deployments, replicaSets, pods, nodes, scalers, scaledObjects] = await Promise.all([
      this.#list<Deployment>(paths.deployments(namespace)),
      this.#list<ReplicaSet>(paths.replicaSets(namespace)),
      this.#list<Pod>(paths.pods(namespace)),
      watchesNodes ? this.#list<Node>(paths.nodes()) : [],
      this.#list<Scaler>(paths.horizontalPodAutoscalers(namespace)),
      this.#listScaledObjects(),
    ])
    return { deployments, replicaSets, pods, nodes, scalers: [...scalers, ...scaledObjects] }
  }

  /** Resolves when each kind was listed once. */
  async run(): Promise<void> {
    this.#followScaledObjects()
    await Promise.all(this.#informers.map((informer) => informer.run()))
  }

  stop(): void {
    this.#isStopped = true
    this.#cancelSettle?.()
    this.#cancelScaledObjects?.()
    for (const informer of this.#informers) informer.stop()
  }

  get #informers(): { run(): Promise<void>; stop(): void }[] {
    const all = [
      this.#autoscalers,
      this.#tiers,
      this.#platforms,
      this.#deployments,
      this.#replicaSets,
      this.#pods,
      this.#scalers,
    ]
    return this.#nodes ? [...all, this.#nodes] : all
  }

  #informer<T extends ClusterObject>(path: string, options: Followed<T> = {}): Informer<T> {
    const { cluster, relistMs, clock, random, logger, onRestart } = this.#options
    return new Informer<T>({
      ...{ cluster, path, relistMs, clock, random, logger, onRestart, ...options },
      onChange: options.onChange ?? (() => this.#changed()),
    })
  }

  #changed(): void {
    const { clock, onChange, onAutoscalerGone } = this.#options
    const names = new Set(this.#autoscalers.items.map(({ metadata }) => metadata.name))
    for (const name of this.#names.difference(names)) onAutoscalerGone(name)
    this.#names = names
    this.#cancelSettle ??= clock.after(settleMs, () => {
      this.#cancelSettle = undefined
      onChange()
    })
  }

  /** Their status is written here, which is no news. */
  #tiersChanged(): void {
    const versions = versionsOf(this.#tiers.items)
    if (versions === this.#tierVersions) return
    this.#tierVersions = versions
    this.#options.onTiersChange()
  }

  #platformsChanged(): void {
    const versions = versionsOf(this.#platforms.items)
    if (versions === this.#platformVersions) return
    this.#platformVersions = versions
    this.#options.onPlatformsChange()
  }

  /** By lists alone: a watch of a kind that may not exist would fail for ever. */
  #followScaledObjects(): void {
    const { clock, relistMs, logger } = this.#options
    this.#listScaledObjects()
      .then((found) => {
        this.#scaledObjects = found
      })
      .catch((error) => logger.warn({ err: error }, 'ScaledObjects could not be listed'))
      .finally(() => {
        if (this.#isStopped) return
        this.#cancelScaledObjects = clock.after(Math.min(relistMs, 30_000), () => this.#followScaledObjects())
      })
  }

  async #listScaledObjects(): Promise<readonly Scaler[]> {
    try {
      const found = await this.#list<Scaler>(paths.scaledObjects(this.#options.namespace))
      return found.map((scaler) => ({ ...scaler, kind: 'ScaledObject' }))
    } catch (error) {
      // No KEDA.
      if (error instanceof ClusterError && error.status === 404) return []
      throw error
    }
  }

  async #list<T>(path: string): Promise<readonly T[]> {
    return (await this.#options.cluster.request<ObjectList<T>>({ path })).items
  }
}

/** Of names, annotations and specs; not of status. */
function versionsOf(objects: readonly ClusterObject[]): string {
  const versions = objects.map(({ metadata: { name, uid, generation, annotations, deletionTimestamp } }) => {
    return JSON.stringify([name, uid, generation, annotations, deletionTimestamp])
  })
  return versions.toSorted().join()
}
