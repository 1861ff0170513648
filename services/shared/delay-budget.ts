/**
 * Beside the delay lines: how many items all lines of a process may hold together.
 *
 * In:  from each line, what it begins and ceases to hold.
 * Out: `share`, into how many buckets a line may cut its delay: all it asks for while few lines hold something, else its
 * part of the budget. So lines get coarser alike, the newest of each bucket still comes, and nothing comes early.
 * Bound: `maxEntries` and at most two a line: those keep a line going while others hold what they took before there were so
 * many lines. `conflated` counts the items that were replaced because of it.
 *
 * Handing entries out until there are none would leave nothing to the lines that begin last, and those that have some would
 * spend them at the beginning of each delay and be silent for the rest of it.
 */
export const defaultDelayedItems = 200_000

export class DelayBudget {
  #maxEntries: number
  #held = 0
  /** Those that hold something. */
  #lines = 0
  #conflated = 0

  constructor(options: { readonly maxEntries: number }) {
    this.#maxEntries = options.maxEntries
  }

  get held(): number {
    return this.#held
  }

  get conflated(): number {
    return this.#conflated
  }

  resize(maxEntries: number): void {
    this.#maxEntries = maxEntries
  }

  /** Buckets, from 1 to `wanted`. A line holds one item more than it has buckets. */
  share(wanted: number): number {
    if (this.#held >= this.#maxEntries) return 1
    const buckets = Math.floor(this.#maxEntries / Math.max(1, this.#lines)) - 1
    return Math.max(1, Math.min(wanted, buckets))
  }

  /** A line that held `before` items holds `now`. */
  changed(before: number, now: number): void {
    this.#held += now - before
    this.#lines += Number(now > 0) - Number(before > 0)
  }

  /** An item was replaced that would have had a bucket of its own. */
  replaced(): void {
    this.#conflated++
  }
}

/** What it bounds is the memory of the process, so there is one; main.ts gives it its size. */
export const delayBudget = new DelayBudget({ maxEntries: defaultDelayedItems })
