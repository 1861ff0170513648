/**
 * Scenario (d): what a connection costs that has subscribed to 20 symbols and hears nothing but heartbeats, beside one of
 * a server that is `ws` and nothing else, in turns (memory-servers.ts).
 *
 * By connection: what came on top of the first 1,000, for these pay for code and pools too. Connections with one watchlist
 * share what a gateway keeps of it, so there are two populations: 1,000 different watchlists, and each its own.
 */
import type { Result, RunOptions, Scenario } from '../support/scenario.ts'
import { median } from '../support/stats.ts'
import { UpstreamLoad } from '../support/upstream.ts'
import { standard } from '../support/watchlists.ts'
import { type Held, hold, holdFleet, type Population, startBare, startPlatform } from './memory-servers.ts'

/** Of one process; the first of them are not counted. */
const steps = [1_000, 5_000, 15_000] as const
const shortSteps = [1_000, 4_000] as const
/** Gateways and connections of each, where 60,000 are held in all. */
const fleet = { gateways: 4, connections: 15_000 } as const
const turns = 3

const shared = { name: '1,000 watchlists', figure: 'memoryShared', watchlistsOf: () => standard.clients } as const
const different = { name: 'all different', figure: 'memoryDifferent', watchlistsOf: (count: number) => count } as const
const populations = [shared, different] as const
/** The bare server does not look at what it is told. */
const unread = { name: 'nothing kept', watchlistsOf: () => standard.clients } as const

/** Of each turn what was held at each step. */
type Turns = readonly (readonly Held[])[]

interface Sides {
  readonly bare: Turns
  readonly gateway: readonly { readonly population: Population & { readonly figure: string }; readonly held: Turns }[]
}

const ofGateway = populations.map(({ name }, i) => `${i === 0 ? 'gateway, ' : ''}${name}`)
const columns = [
  'connections',
  'RSS: bare ws',
  ...ofGateway,
  'a connection: bare ws',
  ...ofGateway.flatMap((name) => [name, 'by bare ws']),
]

async function run(options: RunOptions): Promise<Result> {
  const baseUs = Date.now() * 1000
  await using upstream = await UpstreamLoad.start({ symbols: standard.symbols, baseUs, core: 1 })
  const taken = options.isShort ? 1 : turns
  const sides = await measureSides({ upstreamPort: upstream.port, turns: taken, options })
  const figures = figuresOf(sides, stepsOf(options))
  for (const [name, figure] of Object.entries(figures)) options.log(`${name}: ${figure.toPrecision(3)}`)
  const rows = stepsOf(options).map((step, i) => row(sides, step, i))
  const notes = [
    'RSS of the whole process after a full garbage collection; “a connection”, with 20 symbols, is what came on top of the first 1,000.',
    `The bare server is ws with its defaults and compression off; it keeps nothing of its own. Medians; turns: ${taken}.`,
    'Where there are 1,000 different watchlists, 5 or 15 connections have the same one; where all are different, no two.',
  ]
  if (options.isShort) return { columns, rows, notes, figures }
  const fleets = await measureFleets(upstream.port, options)
  const perConnection = fleets.map(({ connections, rssBytes }) => rssBytes / connections)
  for (const [i, { figure }] of populations.entries()) {
    figures[`${figure}FleetBytesPerConnection`] = perConnection[i] ?? Number.NaN
  }
  rows.push(fleetRow(fleets))
  notes.push(
    `In the last row the RSS of all gateways: ${perConnection.map(kib).join(' and ')} a connection, code included.`,
  )
  return { columns, rows, notes, figures }
}

function stepsOf({ isShort }: RunOptions): readonly number[] {
  return isShort ? shortSteps : steps
}

async function measureSides({
  upstreamPort,
  turns,
  options,
}: {
  readonly upstreamPort: number
  readonly turns: number
  readonly options: RunOptions
}): Promise<Sides> {
  const { log } = options
  const wanted = stepsOf(options)
  const bare: Held[][] = []
  const gateway = populations.map((population) => ({ population, held: [] as Held[][] }))
  for (let turn = 0; turn < turns; turn++) {
    bare.push(await hold(await startBare(), { steps: wanted, population: unread, log }))
    for (const { population, held } of gateway) {
      held.push(await hold(await startPlatform(upstreamPort), { steps: wanted, population, log }))
    }
  }
  return { bare, gateway }
}

async function measureFleets(upstreamPort: number, { log }: RunOptions): Promise<Held[]> {
  const fleets: Held[] = []
  for (const population of populations) fleets.push(await holdFleet({ upstreamPort, population, log, ...fleet }))
  return fleets
}

/** `…TimesBareAt…` of each step beyond the first; of the ratios, where more is better, the worst step's. */
function figuresOf({ bare, gateway }: Sides, wanted: readonly number[]): Record<string, number> {
  const last = wanted.length - 1
  const figures: Record<string, number> = { memoryBareBytes: bytesMore(bare, last) }
  for (const { population, held } of gateway) {
    const times = wanted.slice(1).map((step, i) => [step, timesBare(bare, held, i + 1)] as const)
    for (const [step, one] of times) figures[`${population.figure}TimesBareAt${step}`] = one
    figures[`${population.figure}Bytes`] = bytesMore(held, last)
    const ratio = population === shared ? 'memoryRatio' : 'memoryDifferentRatio'
    figures[ratio] = 1 / Math.max(...times.map(([, one]) => one))
  }
  return figures
}

function row({ bare, gateway }: Sides, step: number, i: number): string[] {
  const rss = (held: Turns) => mebibytes(median(held.map((turn) => turn[i]?.rssBytes ?? Number.NaN)))
  const more = (held: Turns) => (i === 0 ? '' : kib(bytesMore(held, i)))
  const each = gateway.flatMap(({ held }) => [more(held), i === 0 ? '' : timesBare(bare, held, i).toFixed(2)])
  return [thousands(step), rss(bare), ...gateway.map(({ held }) => rss(held)), more(bare), ...each]
}

function fleetRow(fleets: readonly Held[]): string[] {
  const cells = [`${thousands(fleets[0]?.connections ?? 0)} over ${fleet.gateways}`, '']
  cells.push(...fleets.map(({ rssBytes }) => mebibytes(rssBytes)))
  return columns.map((_, i) => cells[i] ?? '')
}

/** Of one connection, beyond the first step; taken in each turn by itself, for the processes begin at different sizes. */
function bytesMore(turns: Turns, i: number): number {
  return median(
    turns.map(({ 0: first, [i]: last }) => {
      if (!first || !last) throw new Error('a step was not measured')
      return (last.rssBytes - first.rssBytes) / (last.connections - first.connections)
    }),
  )
}

function timesBare(bare: Turns, held: Turns, i: number): number {
  return bytesMore(held, i) / bytesMore(bare, i)
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`
}

function thousands(count: number): string {
  return count.toLocaleString('en')
}

export const scenario: Scenario = { name: 'memory', title: 'Memory of idle connections', run }
