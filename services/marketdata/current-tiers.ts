/**
 * Beside the gRPC handlers: the tier data that counts now, and who wants to know when it changes.
 *
 * In:  `replace`, from tiers-file.ts.
 * Out: `table` and `data`; each watcher is called after every change.
 * Bound: one watcher a stream.
 * Closed by: nobody; it holds no resource.
 */
import type { TierTable } from './tiers.ts'

export interface TierData {
  /** Unix ms of loading; always rising. */
  readonly revision: number
  /** Of the content. */
  readonly digest: string
}

export class CurrentTiers {
  #table: TierTable
  #revision: number
  readonly #watchers = new Set<() => void>()

  constructor(options: { readonly table: TierTable; readonly revision: number }) {
    this.#table = options.table
    this.#revision = options.revision
  }

  get table(): TierTable {
    return this.#table
  }

  get data(): TierData {
    return { revision: this.#revision, digest: this.#table.digest }
  }

  replace(table: TierTable, revision: number): void {
    this.#table = table
    this.#revision = revision
    // A copy: one that ends during the change is not called, and one that begins then knows already.
    for (const watcher of [...this.#watchers]) if (this.#watchers.has(watcher)) watcher()
  }

  /** The returned function ends it. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }
}
