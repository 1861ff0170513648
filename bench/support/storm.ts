/**
 * The clients of a reconnect storm: bench/native/storm.c as a process.
 *
 * In:  for each client its request target and subscribe message; the ports of the gateways, the first of which dies.
 * Out: `finish`, what became of each.
 * Closed by: the scenario.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nativeProgram } from './native.ts'
import { BenchProcess, cacheFolder } from './process.ts'

export interface StormOptions {
  readonly clients: number
  readonly targetOf: (i: number) => string
  readonly subscribeOf: (i: number) => string
  readonly ports: readonly number[]
  /** Of how many symbols a client needs a snapshot before it counts as fresh. */
  readonly snapshots: number
  readonly seed: number
  /** So long the address of the first is still tried. */
  readonly goneAfterSeconds: number
  readonly giveUpSeconds: number
  readonly core: number
}

/** Monotonic µs; 0: never. */
export interface StormClient {
  readonly lostUs: number
  /** Of the last attempt: when it began, and how far it came. */
  readonly lastUs: number
  readonly tcpUs: number
  readonly upgradedUs: number
  readonly connectedUs: number
  readonly ackUs: number
  readonly freshUs: number
  readonly attempts: number
}

export interface StormOutcome {
  readonly clients: readonly StormClient[]
  /** How often attempts failed, by reason. */
  readonly refused: Readonly<Record<string, number>>
}

const connectMs = 120_000

export class Storm implements AsyncDisposable {
  readonly #process: BenchProcess
  readonly #resultFile: string
  readonly #giveUpMs: number

  /** Resolves when every client has its snapshots. */
  static async start(options: StormOptions): Promise<Storm> {
    const { clients, targetOf, subscribeOf, ports, snapshots, seed, goneAfterSeconds, giveUpSeconds, core } = options
    const clientFile = join(cacheFolder, `storm-${process.pid}`)
    const command = nativeProgram('storm')
    const lines = Array.from({ length: clients }, (_, i) => `${targetOf(i)}\t${subscribeOf(i)}\n`)
    writeFileSync(clientFile, lines.join(''))
    const resultFile = `${clientFile}-results`
    const args = [
      `clients=${clientFile}`,
      `results=${resultFile}`,
      `ports=${ports.join(',')}`,
      `snapshots=${snapshots}`,
      `seed=${seed}`,
      `gone-after-s=${goneAfterSeconds}`,
      `give-up-s=${giveUpSeconds}`,
    ]
    const child = new BenchProcess({ name: 'storm', command, args, core, talks: true })
    try {
      const line = await child.nextLine(connectMs)
      if (line !== 'ready') throw new Error(`storm says ${line} where ready was expected`)
    } catch (error) {
      await child.stop()
      throw error
    } finally {
      rmSync(clientFile, { force: true })
    }
    return new Storm(child, resultFile, giveUpSeconds * 1_000)
  }

  private constructor(child: BenchProcess, resultFile: string, giveUpMs: number) {
    this.#process = child
    this.#resultFile = resultFile
    this.#giveUpMs = giveUpMs
  }

  /** Resolves when every client that lost its connection is fresh again, or the time is over. */
  async finish(): Promise<StormOutcome> {
    const refused: Record<string, number> = {}
    for (;;) {
      const [word, count, ...reason] = (await this.#process.nextLine(this.#giveUpMs + 30_000)).split(' ')
      if (word === 'done') break
      if (word !== 'refused') throw new Error(`storm says ${word} where refused or done was expected`)
      refused[reason.join(' ')] = Number(count)
    }
    const lines = readFileSync(this.#resultFile, 'utf8').trimEnd().split('\n')
    rmSync(this.#resultFile, { force: true })
    return { clients: lines.map(readClient), refused }
  }

  /** Of its life. */
  cpuSeconds(): number {
    return this.#process.cpuSeconds()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop()
  }
}

/** LOST LAST TCP UPGRADED CONNECTED ACK FRESH ATTEMPTS */
function readClient(line: string): StormClient {
  const [lostUs = 0, lastUs = 0, tcpUs = 0, upgradedUs = 0, connectedUs = 0, ackUs = 0, freshUs = 0, attempts = 0] =
    line.split(' ').map(Number)
  return { lostUs, lastUs, tcpUs, upgradedUs, connectedUs, ackUs, freshUs, attempts }
}
