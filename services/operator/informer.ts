/**
 * Of the operator: a copy of all objects of one kind, kept current by a watch.
 *
 * In:  a list, then the watch's events; a new list every `relistMs`, and after any error.
 * Out: `items`, `onChange` after each change.
 * Bound: as many objects as there are. An error, whatever it is, is followed by a new list after a wait that grows to 30 s;
 *        until it succeeds the copy is the last one, which `syncedMs` tells.
 * Closed by: `stop`.
 *
 * Not the library's ListWatch: it stops for good at any error but two, and never lists again what its watch has missed.
 */
import { Backoff } from '../shared/backoff.ts'
import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import type { Cluster, ClusterObject, ObjectList } from './cluster.ts'

export interface InformerOptions<T> {
  readonly cluster: Pick<Cluster, 'request' | 'watch'>
  /** Of the list. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly relistMs: number
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  /** What is kept of an object; a change of the rest is none. All, where left out. */
  readonly keep?: (object: T) => T
  readonly onChange: () => void
  readonly onRestart?: () => void
}

const backoff = { baseMs: 500, capMs: 30_000 }

export class Informer<T extends ClusterObject> {
  readonly #options: InformerOptions<T>
  readonly #backoff: Backoff
  #items = new Map<string, T>()
  #syncedMs: number | undefined
  /** Whatever belongs to an earlier round is ignored. */
  #round = 0
  #endWatch: (() => void) | undefined
  #cancelRelist: (() => void) | undefined
  /** Of a pause, before the next list or watch. */
  #cancelPause: (() => void) | undefined
  #isStopped = false

  constructor(options: InformerOptions<T>) {
    this.#options = options
    this.#backoff = new Backoff({ ...backoff, random: options.random })
  }

  get items(): readonly T[] {
    return [...this.#items.values()]
  }

  /** When it last listed; undefined before the first time. */
  get syncedMs(): number | undefined {
    return this.#syncedMs
  }

  /** Resolves after the first list that succeeds; rejects never, but is left waiting by `stop`. */
  async run(): Promise<void> {
    await new Promise<void>((resolve) => this.#begin(resolve))
  }

  stop(): void {
    this.#isStopped = true
    this.#endRound()
  }

  #begin(onSynced?: () => void): void {
    this.#endRound()
    if (this.#isStopped) return
    const round = this.#round
    this.#listAndWatch(round, onSynced).catch((error) => this.#retry(round, error, onSynced))
  }

  async #listAndWatch(round: number, onSynced: (() => void) | undefined): Promise<void> {
    const { cluster, path, query = {}, clock, relistMs, keep = same } = this.#options
    const { items, metadata } = await cluster.request<ObjectList<T>>({ path, query })
    if (round !== this.#round) return
    this.#items = new Map(items.map((item) => [keyOf(item), keep(item)]))
    this.#syncedMs = clock.nowMs()
    this.#backoff.reset()
    onSynced?.()
    this.#options.onChange()
    this.#cancelRelist = clock.after(relistMs, () => this.#begin())
    await this.#follow(round, metadata.resourceVersion ?? '')
  }

  /** A watch that ends without an error, or by silence, goes on where it was. */
  async #follow(round: number, resourceVersion: string): Promise<void> {
    const { cluster, path, query = {} } = this.#options
    let version = resourceVersion
    let ended = false
    const end = await cluster.watch(
      path,
      { ...query, resourceVersion, allowWatchBookmarks: 'true' },
      {
        onEvent: (type, object) => {
          if (round !== this.#round) return
          if (type === 'ERROR') return this.#retry(round, object)
          version = this.#take(type, object as T) ?? version
        },
        onEnd: (error) => {
          ended = true
          if (round !== this.#round) return
          const isSilence = (error as Error | null)?.name === 'TimeoutError'
          if (error && !isSilence) return this.#retry(round, error)
          // Silence took its time already; a server that ends every watch must not be asked without a pause.
          this.#goOn(round, version, isSilence ? 0 : this.#backoff.nextMs())
        },
      },
    )
    if (round !== this.#round) end()
    else if (!ended) this.#endWatch = end
  }

  #goOn(round: number, version: string, afterMs: number): void {
    this.#endWatch = undefined
    this.#cancelPause = this.#options.clock.after(afterMs, () => {
      this.#follow(round, version).catch((error) => this.#retry(round, error))
    })
  }

  /** Returns the version to go on from. */
  #take(type: string, object: T): string | undefined {
    this.#backoff.reset()
    const { keep = same, onChange } = this.#options
    const { resourceVersion } = object.metadata
    if (type === 'BOOKMARK') return resourceVersion
    const key = keyOf(object)
    const before = this.#items.get(key)
    if (type === 'DELETED') this.#items.delete(key)
    else this.#items.set(key, keep(object))
    const now = this.#items.get(key)
    if (now === undefined || before === undefined || JSON.stringify(before) !== JSON.stringify(now)) onChange()
    return resourceVersion
  }

  #retry(round: number, error: unknown, onSynced?: () => void): void {
    if (round !== this.#round || this.#isStopped) return
    const { clock, logger, path, onRestart } = this.#options
    this.#endRound()
    const afterMs = this.#backoff.nextMs()
    logger.warn({ err: error, path, afterMs }, 'a list or watch failed; listing again')
    onRestart?.()
    this.#cancelPause = clock.after(afterMs, () => this.#begin(onSynced))
  }

  #endRound(): void {
    this.#round++
    this.#cancelRelist?.()
    this.#cancelPause?.()
    this.#cancelRelist = this.#cancelPause = undefined
    this.#endWatch?.()
    this.#endWatch = undefined
  }
}

function same<T>(object: T): T {
  return object
}

function keyOf({ metadata }: ClusterObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}
