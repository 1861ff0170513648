/**
 * What the cores are used to in short intervals, where the average over a run would hide the second that was full.
 *
 * In:  the processes of each core.
 * Out: `stop`, the use of each interval, in order.
 * Bound: an entry an interval; the last one, which is not whole, is left out.
 * Closed by: the scenario with `stop`, or the end of one of the processes.
 */
import { type Clock, every } from '../../services/shared/clock.ts'
import type { CoreUse, Shares } from './limits.ts'

type Watched = Readonly<Record<string, { cpuSeconds(): number }>>

const intervalMs = 1_000

export interface CoreWatchOptions {
  readonly clock: Clock
  readonly load: Watched
  readonly server: Watched
}

export class CoreWatch {
  readonly #options: CoreWatchOptions
  readonly #cancel: () => void
  readonly #uses: CoreUse[] = []
  #last: { readonly atMs: number; readonly load: Shares; readonly server: Shares }

  constructor(options: CoreWatchOptions) {
    this.#options = options
    this.#last = this.#read()
    this.#cancel = every(options.clock, intervalMs, () => this.#take())
  }

  stop(): readonly CoreUse[] {
    this.#cancel()
    return this.#uses
  }

  #take(): void {
    const before = this.#last
    try {
      this.#last = this.#read()
    } catch {
      // Who has ended has no times any more.
      this.stop()
      return
    }
    const seconds = (this.#last.atMs - before.atMs) / 1_000
    const { load, server } = this.#last
    this.#uses.push({ load: rates(before.load, load, seconds), server: rates(before.server, server, seconds) })
  }

  #read() {
    const { clock, load, server } = this.#options
    return { atMs: clock.nowMs(), load: secondsOf(load), server: secondsOf(server) }
  }
}

function secondsOf(watched: Watched): Shares {
  return Object.fromEntries(Object.entries(watched).map(([name, one]) => [name, one.cpuSeconds()]))
}

function rates(before: Shares, after: Shares, seconds: number): Shares {
  return Object.fromEntries(Object.entries(after).map(([name, used]) => [name, (used - (before[name] ?? 0)) / seconds]))
}
