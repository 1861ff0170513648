/**
 * Scenario (b): from `PUBLISH` to the browser's socket over real processes: Redis, market-data, gateway; 1,000 clients
 * with 20 of 500 symbols each. The offered load rises until the platform no longer keeps up.
 *
 * The gateway has core 0 for itself, so that it is the limit; Redis, market-data, the publisher and the load share core 1.
 */
import { latencyNote, latencyText, percent } from '../support/limits.ts'
import type { Result, RunOptions, Scenario } from '../support/scenario.ts'
import { allServers, bestOf, type DeliverySide, type Point, perCpuSecond } from './delivery-side.ts'
import { startPlatformSide } from './sides.ts'

/** Deliveries a second. */
const offers = [
  20_000, 80_000, 200_000, 300_000, 400_000, 600_000, 800_000, 1_000_000, 1_500_000, 2_000_000, 3_000_000, 4_000_000,
  5_000_000, 6_000_000,
]
const shortOffers = [20_000, 200_000]
const warmUpOffer = 100_000

/** The gateway's environment of each curve. */
interface Variant {
  readonly name: string
  readonly gatewayEnv: Readonly<Record<string, string>>
}

/** Of publisher and load too. */
const loadCore = 1
/** Targets are of the window that a gateway has where nothing is set. */
const targetVariant = '20 ms'
/** Nothing is conflated, so that what did not arrive is missing. */
const variants: readonly Variant[] = [
  { name: targetVariant, gatewayEnv: { CONFLATE: 'false' } },
  { name: '50 ms', gatewayEnv: { CONFLATE: 'false', FLUSH_WINDOW_MS: '50' } },
]
/** Deliveries a second at which latency is a target (bench/targets.ts). */
const targetOffers = [20_000, 300_000, 400_000, 600_000, 1_000_000]

const columns = [
  'flush window',
  'offered/s',
  'deliveries/s',
  'per CPU-s: Redis',
  'market-data',
  'gateway',
  'all three',
  'p50 ms',
  'p99 ms',
  'p99.9 ms',
  'gateway core',
  'kept up',
]

async function run(options: RunOptions): Promise<Result> {
  const rows: string[][] = []
  const figures: Record<string, number> = {}
  for (const { name, gatewayEnv } of variants) {
    await using side = await startPlatformSide({ name: `platform, ${name}`, othersCore: loadCore, gatewayEnv })
    const points = await curve(side, options)
    rows.push(...points.map((point) => [name, ...cells(point)]))
    const suffix = name.replace(' ms', 'Ms')
    figures[`pipelineDeliveriesPerCpuSecond${suffix}`] = perCpuSecond(bestOf(points), allServers)
    const kept = points.filter((point) => point.keptUp).map(({ arrived }) => arrived)
    figures[`pipelineMostDeliveriesPerSecond${suffix}`] = Math.max(0, ...kept)
    if (name === targetVariant) for (const point of points) noteLatency(figures, point)
  }
  const notes = [
    'A point is kept up with when 95 % of what was offered arrived, no session was closed and p99 is at most 200 ms.',
    'The flush window is the longest one (FLUSH_WINDOW_MS); with CONFLATE=false every quote is delivered, so what did not arrive was late.',
    'Latency counts from the time that the quote was scheduled for; percentiles are those of all runs’ samples together.',
    latencyNote,
  ]
  return { columns, rows, notes, figures }
}

function noteLatency(figures: Record<string, number>, { offered, keptUp, trust, p50Ms, p99Ms }: Point): void {
  if (!keptUp || trust !== 'all' || !targetOffers.includes(offered)) return
  const at = `At${offered / 1000}k`
  figures[`pipelineP50Ms${at}`] = p50Ms
  figures[`pipelineP99Ms${at}`] = p99Ms
}

async function curve(side: DeliverySide, { isShort, log }: RunOptions): Promise<Point[]> {
  const points: Point[] = []
  await side.warmUp(warmUpOffer)
  const lengths = isShort ? { warmUpSeconds: 0.5, seconds: 2, runs: 1 } : { warmUpSeconds: 1, seconds: 3, runs: 3 }
  for (const offered of isShort ? shortOffers : offers) {
    const point = await side.measure({ offered, ...lengths })
    points.push(point)
    log(`${side.name}: ${describe(point)}`)
    if (!point.keptUp) break
  }
  return points
}

export function describe(point: Point): string {
  const cores = Object.entries(point.cores).map(([name, share]) => `${name} ${percent(share)}`)
  const latency = `p50 ${latencyText(point.p50Ms, point.trust)}, p99 ${latencyText(point.p99Ms, point.trust)} ms`
  const closed = point.closed === 0 ? '' : `, ${point.closed} sessions closed`
  const arrived = `${thousands(point.arrived)} of ${thousands(point.offered)} deliveries/s`
  return `${arrived}, ${thousands(perCpuSecond(point, allServers))} per CPU-s, ${latency}, ${cores.join(', ')}${closed}`
}

function cells(point: Point): string[] {
  return [
    thousands(point.offered),
    thousands(point.arrived),
    thousands(perCpuSecond(point, ['redis'])),
    thousands(perCpuSecond(point, ['marketData'])),
    thousands(perCpuSecond(point, ['gateway'])),
    thousands(perCpuSecond(point, allServers)),
    ...[point.p50Ms, point.p99Ms, point.p999Ms].map((ms) => latencyText(ms, point.trust)),
    percent(point.cores.gateway),
    point.keptUp ? 'yes' : 'no',
  ]
}

export function thousands(value: number): string {
  return `${(value / 1000).toFixed(value < 100_000 ? 1 : 0)}k`
}

export const scenario: Scenario = {
  name: 'pipeline',
  title: 'From publish to receive: Redis, market-data and gateway as processes',
  run,
}
