/**
 * How often something may happen: a token bucket whose only state is one number that its owner keeps, for owners may be
 * many: the instant at which the bucket is full again (the “theoretical arrival time” of GCRA). 0 is a full one.
 *
 * Times are monotonic milliseconds.
 */
export interface RateLimit {
  /** On average; above 0. */
  readonly perSecond: number
  readonly burst: number
}

/** Of requests and messages: what two seconds bring may come at once. */
const usualBurstS = 2

export function usualLimit(perSecond: number): RateLimit {
  return { perSecond, burst: Math.max(1, usualBurstS * perSecond) }
}

/** What something of this size counts as: one for each `unit` that it begins, and no more than what a second brings. */
export function weightOf(size: number, unit: number, { perSecond }: RateLimit): number {
  return Math.max(1, Math.min(Math.ceil(size / unit), perSecond))
}

/** May be missing from a take: a sum of fractions ends just below the whole number as often as on it. */
const roundingTokens = 1e-6

/** The state after taking `count`; undefined: there are not so many. More than `burst`, or less than 0, never are. */
export function take(fullAtMs: number, nowMs: number, limit: RateLimit, count = 1): number | undefined {
  if (retryAfterMs(fullAtMs, nowMs, limit, count) > 0) return undefined
  return Math.max(fullAtMs, nowMs) + (count * 1_000) / limit.perSecond
}

/** Whole milliseconds until `take` would succeed, if nobody else takes; 0 is now, Infinity is never. */
export function retryAfterMs(fullAtMs: number, nowMs: number, { perSecond, burst }: RateLimit, count = 1): number {
  // Written so that NaN is refused as well.
  if (!(count >= 0 && count <= burst)) return Infinity
  const tokens = burst - (Math.max(0, fullAtMs - nowMs) * perSecond) / 1_000
  const missing = count - tokens - roundingTokens
  return missing <= 0 ? 0 : Math.ceil((missing * 1_000) / perSecond)
}
