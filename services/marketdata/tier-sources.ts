/**
 * Beside current-tiers.ts: what the file says, under what the tier resources say.
 *
 * In:  `file` and `resources`, each whenever it has changed.
 * Out: the table of both, and its revision.
 * Bound: one copy of each.
 *
 * A tier of the resources takes the place of the file's tier of that name; users are the file's alone. The revision is the
 * sum of both: who has the newer of either has the higher one, whichever he read last.
 */
import type { TierContent, TierTerms } from './tier-content.ts'
import { contentWith } from './tier-content.ts'
import { TierTable } from './tiers.ts'

export interface TierSourcesOptions {
  /** Of the file, or of the start where there is none. */
  readonly revision: number
  readonly onChange: (table: TierTable, revision: number) => void
}

export class TierSources {
  readonly #onChange: TierSourcesOptions['onChange']
  #content: TierContent | undefined
  #fileRevision: number
  #tiers: ReadonlyMap<string, TierTerms> = new Map()
  #resourcesRevision = 0

  constructor({ revision, onChange }: TierSourcesOptions) {
    this.#fileRevision = revision
    this.#onChange = onChange
  }

  file(content: TierContent, revision: number): void {
    this.#content = content
    this.#fileRevision = revision
    this.#changed()
  }

  resources(tiers: ReadonlyMap<string, TierTerms>, revision: number): void {
    this.#tiers = tiers
    this.#resourcesRevision = revision
    this.#changed()
  }

  #changed(): void {
    this.#onChange(this.#table, this.#fileRevision + this.#resourcesRevision)
  }

  get #table(): TierTable {
    if (this.#tiers.size > 0) return TierTable.of(contentWith(this.#content, this.#tiers), this.#content === undefined)
    return this.#content ? TierTable.of(this.#content) : TierTable.open
  }
}
