/**
 * Beside scenario (a): what each way to get several frames into one write reaches when a program does nothing else. Which
 * way the gateway should take, and what none of them can reach, are read from here.
 *
 * All write the same pattern to as many sockets, by turns in one run, beside the C program; support/node-floor.ts has them.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { Floor } from '../support/floor.ts'
import { requireRoom } from '../support/limits.ts'
import { Load } from '../support/load.ts'
import type { Result, RunOptions, Scenario } from '../support/scenario.ts'
import { median } from '../support/stats.ts'
import { quoteCycle, quotesByClient, standard, symbolNames, watchlists } from '../support/watchlists.ts'

interface Writer {
  readonly name: string
  readonly floor: Floor
  readonly load: Load
  readonly perCpuSecond: number[]
}

const patterns = [
  { quotesPerBatch: 57, framesPerWrite: 2.3, deliveriesPerSecond: 100_000, figure: 'ways2' },
  { quotesPerBatch: 250, framesPerWrite: 10, deliveriesPerSecond: 350_000, figure: 'ways10' },
] as const
const ways = [
  { way: 'ready', name: 'a text that is ready (nobody has one)' },
  { way: 'joined', name: 'texts joined for each client (the gateway)' },
  { way: 'filled', name: 'a Buffer for each client, filled frame by frame' },
  { way: 'slices', name: 'one Buffer for all, a slice for each client' },
  { way: 'vector', name: 'shared Buffers, corked into a vector' },
] as const
const serverCore = 0
const loadCore = 1
const frameBytes = 122

async function run({ isShort, log }: RunOptions): Promise<Result> {
  const rows: string[][] = []
  const figures: Record<string, number> = {}
  await using parts = new AsyncDisposableStack()
  const floor = await startWriter('the C program', ['native'], parts)
  const writers: Writer[] = []
  for (const { way, name } of ways) writers.push(await startWriter(name, ['node', way], parts))
  for (const pattern of patterns) {
    for (const { perCpuSecond } of [floor, ...writers]) perCpuSecond.length = 0
    for (let turn = 0; turn < (isShort ? 1 : 5); turn++) {
      for (const writer of [floor, ...writers]) await measure(writer, pattern, isShort ? 1 : 2.5)
    }
    for (const [i, writer] of writers.entries()) {
      const ratio = median(writer.perCpuSecond.map((value, turn) => value / (floor.perCpuSecond[turn] ?? Number.NaN)))
      figures[`${pattern.figure}${capitalized(ways[i]?.way ?? '')}`] = ratio
      rows.push([
        String(pattern.framesPerWrite),
        writer.name,
        thousands(median(writer.perCpuSecond)),
        thousands(median(floor.perCpuSecond)),
        ratio.toFixed(2),
      ])
      log(`${pattern.framesPerWrite} frames, ${writer.name}: ${ratio.toFixed(2)}`)
    }
  }
  return { columns, rows, notes, figures }
}

const columns = ['frames a write', 'way', 'deliveries per CPU-s', 'floor', 'ratio to the floor']
const notes = [
  'Programs that only write: 1,000 clients, 20 of 500 symbols each, frames of 122 bytes; but for the first way frames are new in each flush. A gateway has its upstream, its timers and its sessions besides.',
  'Medians of 5 turns; all of them took turns with the floor in one run.',
]

async function startWriter(
  name: string,
  [kind, way]: readonly ['native'] | readonly ['node', string],
  parts: AsyncDisposableStack,
): Promise<Writer> {
  const floor = parts.use(await Floor.start(serverCore, kind, way))
  const unheard = { targetOf: () => '/', subscribeOf: () => 'x', sampleEvery: 0, baseUs: 0, core: loadCore }
  const load = parts.use(await Load.start({ ...unheard, connections: standard.clients, port: floor.port }))
  return { name, floor, load, perCpuSecond: [] }
}

async function measure(
  { name, floor, load, perCpuSecond }: Writer,
  { quotesPerBatch, deliveriesPerSecond }: (typeof patterns)[number],
  seconds: number,
): Promise<void> {
  const symbols = symbolNames(standard.symbols)
  const lists = watchlists({ clients: standard.clients, symbols, perClient: standard.perClient })
  const flushes = quotesByClient(quoteCycle(symbols, quotesPerBatch), lists)
  const flushesPerSecond =
    deliveriesPerSecond / ((standard.clients * standard.perClient) / standard.symbols) / quotesPerBatch
  await floor.play({ flushes, flushesPerSecond, frameBytes })
  await delay(300)
  const before = floor.cpuSeconds()
  const window = await load.window(seconds)
  const used = floor.cpuSeconds() - before
  requireRoom(`ways: ${name}`, {
    load: { load: window.cpuSeconds / window.seconds },
    server: { [name]: used / window.seconds },
  })
  perCpuSecond.push(window.frames / used)
  floor.pause()
  if (window.closed > 0) throw new Error(`ways: ${name} lost ${window.closed} connections`)
  await delay(200)
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function thousands(value: number): string {
  return `${Math.round(value / 1000)}k`
}

export const scenario: Scenario = {
  name: 'ways',
  title: 'Ways to write several frames from Node, beside the writes alone',
  run,
}
