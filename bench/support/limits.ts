/**
 * When the bench itself is the limit, and what was measured is not what it says: a source that does not keep its
 * schedule, or a load whose core is full. The rule for cores, by what each was used to in one run:
 *
 *   the load's core       the server's core     what counts
 *   85 % or less          anything              all
 *   more                  95 % or more          throughput and cost, for the server has nothing left to use; of latency
 *                                               only that it is not longer, for the load reads late
 *   more                  less                  nothing: `CannotMeasure`
 *
 * On the load's core count all processes that the scenario has there, on the server's core what is measured. A burst is
 * judged by each of its seconds, of which the average would hide the full one; for a second 95 % are allowed.
 */

/** Later than this at p99 and the source, not who reads it, is what was measured. */
const latestMs = 5
/** A measurement with a late source is made again: something else had its core. More of them in a row are no accident. */
const mostLate = 2
const busiestShare = 0.85
const busiestSecondShare = 0.95
const saturatedShare = 0.95

/** Says nothing about the platform: the machine, or the load on it, was not fit to measure it. */
export class CannotMeasure extends Error {
  override readonly name = 'CannotMeasure'
}

/** How a program ends that could not measure: no success, and no fault of the platform's. */
export const couldNotMeasureCode = 2

export interface Scheduled {
  readonly latenessP99Ms: number
}

/** CPU seconds a second of each process. */
export type Shares = Readonly<Record<string, number>>

export interface CoreUse {
  readonly load: Shares
  readonly server: Shares
}

/** What counts of a run. */
export type Trust = 'all' | 'throughput'

/** What has to be known to read `latencyText`. */
export const latencyNote = `≤: the load’s core was used to more than ${percent(busiestShare)}, and the server’s to ${percent(saturatedShare)} or more; part of this latency may be the load’s.`

/** Measures again where the source was late; throws when it is late again and again. */
export async function unlessLate<T>(source: string, measure: () => Promise<readonly [Scheduled, T]>): Promise<T> {
  for (let late = 0; ; late++) {
    const [{ latenessP99Ms }, measured] = await measure()
    if (latenessP99Ms <= latestMs) return measured
    if (late < mostLate) continue
    throw new CannotMeasure(
      `the ${source} was ${latenessP99Ms.toFixed(1)} ms late at p99 (at most ${latestMs}), ${late + 1} times in a row: ` +
        'its core is the limit, not the platform',
    )
  }
}

/** Again where nothing counted, so many times in all; what the last one throws is thrown on. */
export async function inAttempts<T>(most: number, measure: () => Promise<T>, log: (line: string) => void): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await measure()
    } catch (error) {
      if (!(error instanceof CannotMeasure) || attempt >= most) throw error
      log(`could not measure, once more: ${error.message}`)
    }
  }
}

/** By the rule above; throws where nothing counts. */
export function requireRoom(what: string, use: CoreUse): Trust {
  if (totalOf(use.load) <= busiestShare) return 'all'
  if (totalOf(use.server) >= saturatedShare) return 'throughput'
  throw new CannotMeasure(`${what}: ${describe(use, busiestShare)}: the bench is the limit, not the platform`)
}

/** For who measures latency: throws where not all counts. */
export function requireRoomForLatency(what: string, use: CoreUse): void {
  requireLoadBelow(busiestShare, what, use)
}

/** For who measures the latency of a burst. */
export function requireRoomEachSecond(what: string, seconds: readonly CoreUse[]): void {
  for (const [i, use] of seconds.entries()) requireLoadBelow(busiestSecondShare, `${what}, second ${i + 1}`, use)
}

function requireLoadBelow(mostShare: number, what: string, use: CoreUse): void {
  if (totalOf(use.load) <= mostShare) return
  throw new CannotMeasure(`${what}: ${describe(use, mostShare)}: what is late may be the bench, not the platform`)
}

/** Of several runs together. */
export function leastTrust(trusts: readonly Trust[]): Trust {
  return trusts.includes('throughput') ? 'throughput' : 'all'
}

export function latencyText(ms: number, trust: Trust, digits = 1): string {
  return `${trust === 'all' ? '' : '≤ '}${ms.toFixed(digits)}`
}

export function totalOf(shares: Shares): number {
  return Object.values(shares).reduce((sum, share) => sum + share, 0)
}

function describe({ load, server }: CoreUse, mostShare: number): string {
  const used = `the load's core was used to ${describeShares(load)}, more than ${percent(mostShare)}`
  return `${used}, and the server's to ${describeShares(server)}`
}

/** 90 % (load 50 %, publisher 40 %) */
function describeShares(shares: Shares): string {
  const each = Object.entries(shares).map(([name, share]) => `${name} ${percent(share)}`)
  return `${percent(totalOf(shares))} (${each.join(', ')})`
}

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}
