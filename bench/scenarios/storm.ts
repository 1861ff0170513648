/**
 * Scenario (f): a gateway with 10,000 clients is killed, and they all come back by the rule of docs/PROTOCOL.md (11) to
 * the one that is left, which has 1,000 of its own, while quotes go on. The dead one's address stays in the list for 3 s, as
 * in a Service before anybody has noticed (docs/adr/0007): until then half of all attempts are refused.
 *
 * A client's own reconnect is the attempt that succeeds; it is fresh with the snapshots of all its 20 symbols.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '../../services/shared/clock.ts'
import { CoreWatch } from '../support/core-watch.ts'
import { percent, requireRoomEachSecond, totalOf } from '../support/limits.ts'
import { Load } from '../support/load.ts'
import { startGateway, targetOf } from '../support/platform.ts'
import type { Result, RunOptions, Scenario } from '../support/scenario.ts'
import { Histogram } from '../support/stats.ts'
import { Storm, type StormOutcome } from '../support/storm.ts'
import { UpstreamLoad } from '../support/upstream.ts'
import { standard, subscribeMessage, symbolNames, watchlists } from '../support/watchlists.ts'

const gatewayCore = 0
const loadCore = 1
const clients = 10_000
const shortClients = 2_000
/** Room for all on one gateway. */
const env = { MAX_SESSIONS: '12000' }
/** 100 quotes a second: 4,000 deliveries to the survivor's own 1,000 clients, and 40,000 to the 10,000 on top. */
const pattern = { quotesPerBatch: 5, batchesPerSecond: 20 }
const goneAfterSeconds = 3
const giveUpSeconds = 60
const seed = 7

const columns = [
  'clients',
  'slowest from its reconnect to fresh',
  'p99',
  'p50',
  'all fresh after the loss',
  'attempts a client',
  'attempts refused',
  `not fresh after ${giveUpSeconds} s`,
  'busiest second of the clients’ core',
]

interface Run {
  readonly outcome: StormOutcome
  /** Not fresh when the time was over. */
  readonly late: number
  /** The time itself where somebody was late. */
  readonly slowestS: number
  readonly reconnect: Histogram
  readonly allFreshS: number
  /** Of the load's core, in the second that it was used most. */
  readonly busiestShare: number
}

async function run(options: RunOptions): Promise<Result> {
  const runs: Run[] = []
  for (let i = 0; i < (options.isShort ? 1 : 3); i++) {
    const one = await storm(options.isShort ? shortClients : clients, seed + i)
    options.log(`slowest ${one.slowestS.toFixed(2)} s, all fresh after ${one.allFreshS.toFixed(2)} s, ${one.late} late`)
    options.log(`${describeSteps(one.outcome)}; refused: ${JSON.stringify(one.outcome.refused)}`)
    runs.push(one)
  }
  // Each client counts: the slowest of all runs.
  const slowestS = Math.max(...runs.map((one) => one.slowestS))
  const allFreshS = Math.max(...runs.map((one) => one.allFreshS))
  return {
    columns,
    rows: runs.map(row),
    notes: [
      'Three runs. A client’s own reconnect is its attempt that succeeds; “refused” are those before it, by the dead gateway’s port (tried for 3 s) or by the survivor.',
      'The survivor has one core, and the clients, with the upstream and the survivor’s own clients, another; a client verifies nothing.',
    ],
    figures: { stormSlowestFreshS: slowestS, stormAllFreshS: allFreshS },
  }
}

async function storm(count: number, stormSeed: number): Promise<Run> {
  const baseUs = Date.now() * 1000
  const symbols = symbolNames(standard.symbols)
  const lists = watchlists({ clients: standard.clients, symbols, perClient: standard.perClient })
  const subscribeOf = (i: number) => subscribeMessage(lists[i % lists.length] ?? [])
  await using upstream = await UpstreamLoad.start({ symbols: standard.symbols, baseUs, core: loadCore })
  // Both on one core: the one that dies costs nothing any more.
  await using dying = await startGateway({ marketDataPorts: [upstream.port], core: gatewayCore, env })
  await using survivor = await startGateway({ marketDataPorts: [upstream.port], core: gatewayCore, env })
  const own = {
    port: survivor.port,
    connections: standard.clients,
    baseUs,
    sampleEvery: 0,
    pollUs: 5_000,
    core: loadCore,
  }
  await using ownLoad = await Load.start({ ...own, targetOf: (i) => targetOf(`own-${i}`), subscribeOf })
  await upstream.play(pattern)
  // Every symbol has a value before anybody waits for snapshots.
  await delay(6_000)
  await using storming = await Storm.start({
    clients: count,
    targetOf,
    subscribeOf,
    ports: [dying.port, survivor.port],
    snapshots: standard.perClient,
    seed: stormSeed,
    goneAfterSeconds,
    giveUpSeconds,
    core: loadCore,
  })
  await ownLoad.take()
  const load = { 'returning clients': storming, upstream, 'own clients': ownLoad }
  const watch = new CoreWatch({ clock: systemClock, load, server: { survivor } })
  dying.kill('SIGKILL')
  const outcome = await storming.finish()
  const seconds = watch.stop()
  requireRoomEachSecond('storm', seconds)
  const { closed } = await ownLoad.take()
  if (closed > 0) throw new Error(`storm: the survivor closed ${closed} of its own clients`)
  requireNoFault(outcome)
  return { ...read(outcome), busiestShare: Math.max(0, ...seconds.map((second) => totalOf(second.load))) }
}

/** To be sent away is what a storm does; these are mistakes. */
function requireNoFault({ refused }: StormOutcome): void {
  const faults = Object.keys(refused).filter((reason) =>
    /^(lost again|no answer|symbols rejected|write failed)/.test(reason),
  )
  if (faults.length > 0) throw new Error(`storm: ${faults.map((reason) => `${refused[reason]} ${reason}`).join(', ')}`)
}

function read(outcome: StormOutcome): Omit<Run, 'busiestShare'> {
  const lost = outcome.clients.filter(({ lostUs }) => lostUs > 0)
  const late = lost.filter(({ freshUs }) => freshUs === 0)
  const reconnect = new Histogram()
  for (const { lastUs, freshUs } of lost) if (freshUs > 0) reconnect.add((freshUs - lastUs) / 1e6)
  const firstLostUs = Math.min(...lost.map(({ lostUs }) => lostUs))
  const allFreshS = (Math.max(...lost.map(({ freshUs }) => freshUs)) - firstLostUs) / 1e6
  const slowestS = late.length > 0 ? giveUpSeconds : reconnect.highest
  return { outcome, reconnect, late: late.length, slowestS, allFreshS: late.length > 0 ? giveUpSeconds : allFreshS }
}

/** Where the time of those went that are fresh. */
function describeSteps({ clients: all }: StormOutcome): string {
  const fresh = all.filter(({ lostUs, freshUs }) => lostUs > 0 && freshUs > 0)
  const times = ['lastUs', 'tcpUs', 'upgradedUs', 'connectedUs', 'ackUs', 'freshUs'] as const
  const steps = times.slice(1).map((time, i) => {
    const step = new Histogram()
    const before = times[i] ?? 'lastUs'
    for (const client of fresh) step.add(Math.max(0, client[time] - client[before]) / 1e6)
    return `${time.slice(0, -2)} ${step.percentile(50).toFixed(2)} (p99 ${step.percentile(99).toFixed(2)})`
  })
  return `s from step to step: ${steps.join(', ')}`
}

function row({ outcome, reconnect, late, slowestS, allFreshS, busiestShare }: Run): string[] {
  const attempts = outcome.clients.reduce((sum, client) => sum + client.attempts, 0)
  const refused = Object.values(outcome.refused).reduce((sum, count) => sum + count, 0)
  return [
    outcome.clients.length.toLocaleString('en'),
    `${slowestS.toFixed(2)} s`,
    `${reconnect.percentile(99).toFixed(2)} s`,
    `${reconnect.percentile(50).toFixed(2)} s`,
    `${allFreshS.toFixed(2)} s`,
    (attempts / outcome.clients.length).toFixed(1),
    refused.toLocaleString('en'),
    late.toLocaleString('en'),
    percent(busiestShare),
  ]
}

export const scenario: Scenario = { name: 'storm', title: 'A gateway dies, and its clients come back', run }
