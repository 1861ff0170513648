/**
 * Scenario (g): quotes a second into market-data from Redis, and out of it in batches to gateways, as symbols, gateways
 * and subscriptions grow: a curve over the offered rates for each (ingest-curve.ts), one axis at a time.
 */
import { CannotMeasure, latencyNote, latencyText, percent } from '../support/limits.ts'
import type { Result, RunOptions, Scenario } from '../support/scenario.ts'
import { type Curve, curve, mostOf, type Point, type Setup } from './ingest-curve.ts'
import { thousands } from './pipeline.ts'

/** Quotes a second. */
const rates = [40_000, 160_000, 320_000, 400_000, 500_000, 600_000]
const shortRates = [10_000, 40_000]
const longLengths = { seconds: 1.5, runs: 3 } as const
const shortLengths = { seconds: 2, runs: 1 } as const

const all = { wants: 'all', share: 1, isSame: false } as const
const half = { wants: 'half, each symbol two', share: 0.5, isSame: false } as const
const ownQuarter = { wants: 'a quarter of its own', share: 0.25, isSame: false } as const
const sameQuarter = { wants: 'the same quarter', share: 0.25, isSame: true } as const

/** More symbols; more gateways; more subscriptions of as many symbols and gateways; most of all. */
const setups: readonly Setup[] = [
  ...[100, 1_000, 10_000].map((symbols) => ({ symbols, gateways: 1, ...all })),
  ...[2, 4, 8].map((gateways) => ({ symbols: 1_000, gateways, ...all })),
  ...[ownQuarter, sameQuarter, half, all].map((wants) => ({ symbols: 10_000, gateways: 4, ...wants })),
  { symbols: 10_000, gateways: 8, ...all },
]
const shortSetups: readonly Setup[] = [
  { symbols: 1_000, gateways: 1, ...all },
  { symbols: 1_000, gateways: 4, ...half },
]

const firstColumns = [
  'symbols',
  'gateways',
  'each wants',
  'subscriptions',
  'most in/s',
  'out/s',
  'a batch',
  'p50 ms',
  'p99 ms',
  'its core',
]

async function run({ isShort, log }: RunOptions): Promise<Result> {
  const [offered, lengths] = isShort ? [shortRates, shortLengths] : [rates, longLengths]
  const rows: string[][] = []
  const figures: Record<string, number> = {}
  for (const setup of isShort ? shortSetups : setups) {
    const measured = await curve(setup, { rates: offered, lengths, log })
    const { points } = measured
    rows.push(row(setup, measured, offered))
    if (setup.symbols !== 1_000 || setup.share < 1) continue
    figures[`ingestQuotesPerSecondTo${setup.gateways}`] = mostOf(points)?.published ?? 0
    figures[`ingestMicrosecondsPerQuoteTo${setup.gateways}`] = microsecondsPerQuote(mostOf(points) ?? points[0])
  }
  const atRate = offered.map((rate, i) => `${i === 0 ? 'µs a quote at ' : ''}${thousands(rate)}/s`)
  return {
    columns: [...firstColumns, ...atRate],
    rows,
    notes: [
      `Each point has the medians of ${lengths.runs} runs of ${lengths.seconds} s; a curve ends with the second point in a row that was not kept up with. ≥: it ends where the bench, not market-data, was the limit, three times in a row.`,
      'Most in: the highest of the offered rates that market-data keeps up with (95 % of it reaches every gateway that wants it, p99 at most 200 ms); out counts each gateway.',
      'µs a quote: CPU time of the market-data process for each quote from Redis, to all gateways that want it; in brackets where it did not keep up.',
      'Of the same quarter only that is published: what nobody wants does not leave Redis.',
      latencyNote,
    ],
    figures,
  }
}

function microsecondsPerQuote(point: Point | undefined): number {
  return point ? (1e6 * point.cores['market-data']) / point.published : Number.NaN
}

function row(setup: Setup, { points, isOpen }: Curve, offered: readonly number[]): string[] {
  const { symbols, gateways, wants, share } = setup
  const most = mostOf(points) ?? points[0]
  if (!most) throw new CannotMeasure(`no rate was measured with ${symbols} symbols and ${gateways} gateways`)
  const costs = offered.map((_, i) => {
    const point = points[i]
    if (!point) return '-'
    const cost = microsecondsPerQuote(point).toFixed(1)
    return point.keptUp ? cost : `(${cost})`
  })
  return [
    symbols.toLocaleString('en'),
    String(gateways),
    wants,
    (gateways * share * symbols).toLocaleString('en'),
    mostOf(points) ? `${isOpen ? '≥ ' : ''}${thousands(most.published)}` : 'none',
    thousands(most.arrived),
    most.perBatch.toFixed(1),
    latencyText(most.p50Ms, most.trust),
    latencyText(most.p99Ms, most.trust),
    percent(most.cores['market-data']),
    ...costs,
  ]
}

export const scenario: Scenario = {
  name: 'ingest',
  title: 'Quotes into market-data and out to gateways',
  run,
}
