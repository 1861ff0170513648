/**
 * Medians, and a histogram whose percentiles are within 1 % of the true ones, whatever the unit.
 *
 * Percentiles are never averaged: histograms of several runs are merged, or the median of the runs' percentiles is taken.
 */

/** Each bucket ends this much above where it begins; its values are told as the middle, so 0.5 % off at most. */
const growth = 1.01
const logOfGrowth = Math.log(growth)
/** What is not above this is told as this. */
const least = 1e-3
/** The last bucket ends at 10^12: 31 years in ms. */
const bucketCount = Math.ceil(Math.log(1e12 / least) / logOfGrowth)

export class Histogram {
  readonly #buckets = new Map<number, number>()
  #count = 0
  #highest = 0

  /** Exact; 0 where there is nothing. */
  get highest(): number {
    return this.#highest
  }

  add(value: number, times = 1): void {
    if (!(value >= 0)) throw new Error(`${value} cannot be counted: a histogram takes 0 and above`)
    if (times === 0) return
    const bucket = bucketOf(value)
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + times)
    this.#count += times
    if (value > this.#highest) this.#highest = value
  }

  merge(other: Histogram): void {
    for (const [bucket, times] of other.#buckets) {
      this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + times)
    }
    this.#count += other.#count
    this.#highest = Math.max(this.#highest, other.#highest)
  }

  /** Of 0 to 100: the least value that so many percent of all values do not exceed. NaN where there is none. */
  percentile(percent: number): number {
    if (!(percent >= 0 && percent <= 100)) throw new Error(`percentile ${percent}: it is one of 0 to 100`)
    if (this.#count === 0) return Number.NaN
    const rank = Math.max(1, Math.ceil((percent / 100) * this.#count))
    let seen = 0
    for (const [bucket, times] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      seen += times
      if (seen >= rank) return Math.min(middleOf(bucket), this.#highest)
    }
    return this.#highest
  }
}

/** Of several histograms as if all their values had been added to one. */
export function merged(histograms: Iterable<Histogram>): Histogram {
  const all = new Histogram()
  for (const histogram of histograms) all.merge(histogram)
  return all
}

/** The middle one; between the two in the middle where their number is even. Throws for none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('the median of no values: at least one run has to be measured')
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

function bucketOf(value: number): number {
  if (value <= least) return 0
  return Math.min(bucketCount, 1 + Math.floor(Math.log(value / least) / logOfGrowth))
}

function middleOf(bucket: number): number {
  return bucket === 0 ? least : least * growth ** (bucket - 0.5)
}
