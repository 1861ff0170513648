/**
 * Beside the entitlements: which version of the tier data counts, and who can be asked about it.
 *
 * In:  `announced` and `lost`, from every upstream link.
 * Out: `digest`, and `pick` of an address that has it; `onReplaced` when other data counts, or the same without restraint;
 * `onChange` when live sessions have to be reviewed.
 * Bound: one version a link, and one timer.
 * Closed by: the entitlements, with `stop`.
 *
 * The highest revision counts, equal digests count as equal, and lower ones are not asked. While no link has the newest
 * data, what all links agree on counts for now after `agreedMs`: for questions only, not for live sessions, and not for
 * more than what is known of the newest. After `graceMs` the best of what there is counts for good. ADR 0006 says why.
 */
import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'

export interface TierData {
  readonly revision: number
  readonly digest: string
}

export interface TierDataChoiceOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** `isForNow`: nothing may be given that the data before it is known to deny. */
  readonly onReplaced: (isForNow: boolean) => void
  readonly onChange: () => void
}

const agreedMs = 1_500
const graceMs = 10_000

export class TierDataChoice {
  readonly #options: TierDataChoiceOptions
  readonly #links = new Map<string, TierData>()
  #current: TierData | undefined
  /** What `#current` stands in for, while it counts for now. */
  #missing: TierData | undefined
  /** Since when no link has had the newest; undefined: one has it, or there is none at all. */
  #missingSinceMs: number | undefined
  /** What all links have, and since when. */
  #agreed: { readonly digest: string | undefined; readonly sinceMs: number } = { digest: undefined, sinceMs: 0 }
  #nextLink = 0
  #cancelTimer: () => void = () => {}

  constructor(options: TierDataChoiceOptions) {
    this.#options = options
  }

  get digest(): string {
    return this.#current?.digest ?? ''
  }

  get revision(): number {
    return this.#current?.revision ?? 0
  }

  get hasLinks(): boolean {
    return this.#links.size > 0
  }

  get isForNow(): boolean {
    return this.#missing !== undefined
  }

  stop(): void {
    this.#cancelTimer()
  }

  of(address: string): TierData | undefined {
    return this.#links.get(address)
  }

  /** A link is up, or its process has loaded other data. */
  announced(address: string, data: TierData): void {
    const wasAlone = !this.hasLinks
    this.#links.set(address, data)
    const isNewest = data.revision > (this.#current?.revision ?? -1) || data.digest === this.#missing?.digest
    const isChange = isNewest && this.#adopt(data)
    this.#watch()
    // Sessions that came while nobody could be asked have provisional terms.
    if (isChange || wasAlone) this.#options.onChange()
  }

  lost(address: string): void {
    this.#links.delete(address)
    if (!this.hasLinks && this.#missing) {
      // Nobody is asked: the wait begins anew with the first that comes back.
      this.#current = this.#missing
      this.#missing = undefined
      this.#options.onReplaced(false)
    }
    this.#watch()
  }

  /** Of those that have the data, in turn; one that was asked already only where there is no other. */
  pick(asked: ReadonlySet<string>): string | undefined {
    const all = [...this.#links].filter(([, { digest }]) => digest === this.digest).map(([address]) => address)
    const others = all.filter((address) => !asked.has(address))
    const addresses = others.length > 0 ? others : all
    return addresses[this.#nextLink++ % Math.max(1, addresses.length)]
  }

  /** True: live sessions have to be reviewed. */
  #adopt(data: TierData): boolean {
    const wasForNow = this.isForNow
    const isOther = this.#current?.digest !== data.digest
    this.#current = data
    if (this.#missing && isAtLeast(data, this.#missing)) this.#missing = undefined
    if (isOther) this.#options.logger.info({ revision: data.revision, digest: data.digest }, 'tier data changed')
    const isReplaced = isOther || this.isForNow !== wasForNow
    if (isReplaced) this.#options.onReplaced(this.isForNow)
    return isReplaced && !this.isForNow
  }

  #watch(): void {
    this.#cancelTimer()
    const nowMs = this.#options.clock.nowMs()
    const digests = new Set([...this.#links.values()].map(({ digest }) => digest))
    const isServed = digests.has(this.digest) || digests.size === 0
    if (isServed && !this.isForNow) this.#missingSinceMs = undefined
    else this.#missingSinceMs ??= nowMs
    const [digest] = digests.size === 1 ? digests : []
    if (digest !== this.#agreed.digest) this.#agreed = { digest, sinceMs: nowMs }
    if (this.#missingSinceMs === undefined) return
    const isAgreed = !isServed && digest !== undefined
    const dueMs = Math.min(this.#missingSinceMs + graceMs, isAgreed ? this.#agreed.sinceMs + agreedMs : Infinity)
    this.#cancelTimer = this.#options.clock.after(Math.max(0, dueMs - nowMs), () => this.#onDue())
  }

  #onDue(): void {
    const { clock, logger, onReplaced, onChange } = this.#options
    const best = [...this.#links.values()].sort((a, b) => b.revision - a.revision)[0]
    if (!best) return
    const isOver = clock.nowMs() - (this.#missingSinceMs ?? 0) >= graceMs
    this.#missing = isOver ? undefined : (this.#missing ?? this.#current)
    const { revision, digest } = best
    const how = isOver ? 'an older revision counts' : 'what all others have counts for now'
    logger.warn({ revision, digest }, `nobody has the newest tier data; ${how}`)
    this.#current = best
    onReplaced(this.isForNow)
    this.#watch()
    if (isOver) onChange()
  }
}

function isAtLeast(data: TierData, missing: TierData): boolean {
  return data.revision >= missing.revision || data.digest === missing.digest
}
