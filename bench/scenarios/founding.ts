/**
 * Scenario (c): the founding design (bench/founding) against the platform, with the same publisher, the same load and
 * the same pinning: Redis, market-data and gateway of the side on core 0, publisher and load on core 1. What is compared
 * is deliveries for each CPU second of Redis, market-data and gateway together.
 *
 * `pipelineRatio` is at fixed loads that both keep up with easily, measured in turns (A B A B …). The long form also
 * searches upwards for the best load of each side and compares those: `pipelineRatioAtBest`. A load that a side does not
 * keep up with in most turns is not its best; then the next lower one is compared. A saturated gateway writes more frames
 * at once, so its cost falls up to the end; at the fixed load it is well below that.
 */
import { latencyNote, latencyText, leastTrust } from '../support/limits.ts'
import type { Result, RunOptions, Scenario } from '../support/scenario.ts'
import { median } from '../support/stats.ts'
import { allServers, bestOf, type DeliverySide, type Point, perCpuSecond } from './delivery-side.ts'
import { describe, thousands } from './pipeline.ts'
import { startFoundingSide, startPlatformSide } from './sides.ts'

const serversCore = 0
/** Deliveries a second of the founding design and the platform. */
const fixedLoads = [10_000, 300_000] as const
/** Searched up to the first that is not kept up with. */
const foundingOffers = [4_000, 8_000, 12_000, 14_000, 16_000, 18_000, 20_000, 22_000, 25_000, 30_000, 40_000]
const platformOffers = [200_000, 600_000, 1_000_000, 1_500_000, 2_000_000, 2_500_000, 3_000_000, 3_500_000, 4_000_000]
/** Far from what the founding design can do: what is left of it then. */
const overload = 80_000
const turns = 3
/** Nothing is conflated: all that is counted was delivered. */
const gatewayEnv = { CONFLATE: 'false', FLUSH_WINDOW_MS: '50' }

const columns = ['', 'load', 'offered/s', 'deliveries/s', 'per CPU-s of all three', 'p50 ms', 'p99 ms', 'kept up']

/** One side's turns. */
interface Compared {
  readonly row: readonly string[]
  /** Median of deliveries for each CPU second. */
  readonly perCpuSecond: number
  readonly keptUp: boolean
}

interface Sides {
  readonly founding: DeliverySide
  readonly platform: DeliverySide
}

async function run(options: RunOptions): Promise<Result> {
  await using founding = await startFoundingSide({ name: 'founding design', othersCore: serversCore })
  await using platform = await startPlatformSide({ name: 'platform', othersCore: serversCore, gatewayEnv })
  const sides = { founding, platform }
  await founding.warmUp(fixedLoads[0])
  await platform.warmUp(fixedLoads[1])
  const fixed = await compare(sides, 'fixed', fixedLoads, options)
  const rows = fixed.map(({ row }) => row)
  const figures: Record<string, number> = { pipelineRatio: ratioOf(fixed) }
  const notes = [
    `Medians of ${turns} turns; the founding design and the platform took turns in one run.`,
    'The platform with FLUSH_WINDOW_MS=50 and CONFLATE=false: every quote is delivered.',
    latencyNote,
  ]
  if (options.isShort) return { columns, rows, notes, figures }
  const best = await compareBest(sides, options)
  rows.push(...best.map(({ row }) => row))
  figures.pipelineRatioAtBest = ratioOf(best)
  figures.foundingDeliveriesPerCpuSecond = best[0].perCpuSecond
  figures.platformDeliveriesPerCpuSecond = best[1].perCpuSecond
  const point = await founding.measure({ offered: overload, warmUpSeconds: 1, seconds: 4, runs: 1 })
  options.log(`${founding.name}: ${describe(point)}`)
  figures.foundingDeliveriesPerSecondAtOverload = point.arrived
  notes.push(`Offered ${thousands(overload)}/s, the founding design delivers ${thousands(point.arrived)}/s.`)
  return { columns, rows, notes, figures }
}

function ratioOf([founding, platform]: readonly [Compared, Compared]): number {
  return platform.perCpuSecond / founding.perCpuSecond
}

/** Each side at the best of its loads, or at the next lower one that it keeps up with. */
async function compareBest(sides: Sides, options: RunOptions): Promise<readonly [Compared, Compared]> {
  let founding = await search(sides.founding, foundingOffers, options)
  let platform = await search(sides.platform, platformOffers, options)
  for (;;) {
    const compared = await compare(sides, 'best', [founding, platform], options)
    const lower = [
      compared[0].keptUp ? founding : nextLower(foundingOffers, founding),
      compared[1].keptUp ? platform : nextLower(platformOffers, platform),
    ] as const
    if (lower[0] === founding && lower[1] === platform) return compared
    founding = lower[0]
    platform = lower[1]
  }
}

/** The lowest is its own. */
function nextLower(offers: readonly number[], offer: number): number {
  return offers[Math.max(0, offers.indexOf(offer) - 1)] ?? offer
}

/** In turns, each side at its load. */
async function compare(
  { founding, platform }: Sides,
  label: string,
  [foundingLoad, platformLoad]: readonly [number, number],
  { isShort, log }: RunOptions,
): Promise<readonly [Compared, Compared]> {
  const lengths = isShort ? { warmUpSeconds: 0.5, seconds: 2 } : { warmUpSeconds: 1, seconds: 4 }
  const both = [
    { side: founding, offered: foundingLoad, points: [] as Point[] },
    { side: platform, offered: platformLoad, points: [] as Point[] },
  ] as const
  for (let turn = 0; turn < turns; turn++) {
    for (const { side, offered, points } of both) {
      const point = await side.measure({ offered, ...lengths, runs: 1 })
      log(`${side.name}: ${describe(point)}`)
      points.push(point)
    }
  }
  const [first, second] = both
  return [comparedOf(label, first), comparedOf(label, second)]
}

function comparedOf(
  label: string,
  { side, offered, points }: { side: DeliverySide; offered: number; points: readonly Point[] },
): Compared {
  return {
    row: [side.name, label, thousands(offered), ...cells(points)],
    perCpuSecond: median(points.map((point) => perCpuSecond(point, allServers))),
    keptUp: points.filter(({ keptUp }) => keptUp).length * 2 > points.length,
  }
}

/** The best of these loads. */
async function search(side: DeliverySide, offers: readonly number[], { log }: RunOptions): Promise<number> {
  const points: Point[] = []
  for (const offered of offers) {
    const point = await side.measure({ offered, warmUpSeconds: 1, seconds: 4, runs: 1 })
    log(`${side.name}, search: ${describe(point)}`)
    points.push(point)
    if (!point.keptUp) break
  }
  return bestOf(points).offered
}

function cells(points: readonly Point[]): string[] {
  const of = (value: (point: Point) => number) => median(points.map(value))
  const trust = leastTrust(points.map((point) => point.trust))
  return [
    thousands(of((point) => point.arrived)),
    thousands(of((point) => perCpuSecond(point, allServers))),
    ...[of((point) => point.p50Ms), of((point) => point.p99Ms)].map((ms) => latencyText(ms, trust)),
    `${points.filter(({ keptUp }) => keptUp).length} of ${points.length}`,
  ]
}

export const scenario: Scenario = {
  name: 'founding',
  title: 'The founding design against the platform',
  run,
}
