/**
 * When the bench itself is the limit, and what was measured is not what it says: a source that does not keep its
 * schedule, or a core of the load that is full.
 */

/** Later than this at p99 and the source, not who reads it, is what was measured. */
const latestMs = 5
/** A measurement with a late source is made again: something else had its core. More of them in a row are no accident. */
const mostLate = 2
/** What the bench's own core may be used for. */
export const busiestShare = 0.85

export interface Scheduled {
  readonly latenessP99Ms: number
}

/** Measures again where the source was late; throws when it is late again and again. */
export async function unlessLate<T>(source: string, measure: () => Promise<readonly [Scheduled, T]>): Promise<T> {
  for (let late = 0; ; late++) {
    const [{ latenessP99Ms }, measured] = await measure()
    if (latenessP99Ms <= latestMs) return measured
    if (late < mostLate) continue
    throw new Error(
      `the ${source} was ${latenessP99Ms.toFixed(1)} ms late at p99 (at most ${latestMs}), ${late + 1} times in a row: ` +
        'its core is the limit, not the platform',
    )
  }
}

/** Throws where those that share the load's core use more of it than they may; shares are CPU seconds a second. */
export function requireRoom(what: string, shares: Readonly<Record<string, number>>): void {
  const used = totalOf(shares)
  if (used <= busiestShare) return
  throw new Error(`${what}: the load's core was used to ${describe(shares)}: the bench is the limit, not the platform`)
}

export function totalOf(shares: Readonly<Record<string, number>>): number {
  return Object.values(shares).reduce((sum, share) => sum + share, 0)
}

/** 90 % (load 50 %, publisher 40 %; at most 85 %) */
export function describe(shares: Readonly<Record<string, number>>): string {
  const each = Object.entries(shares).map(([name, share]) => `${name} ${percent(share)}`)
  return `${percent(totalOf(shares))} (${each.join(', ')}; at most ${percent(busiestShare)})`
}

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}
