/**
 * Beside fan-out: finds connections with the same watchlist and puts them into cohorts; takes them out before anything
 * changes for one of them.
 *
 * In:  `changing` before a watchlist changes; what is in it.
 * Out: cohorts (cohort.ts).
 * Bound: `mostMembers` a cohort, more begin another; `maxAlone` connections without a partner are remembered, the longest
 * known are forgotten first; one entry for each whose watchlist has changed lately, of which `mostAtOnce` are placed in
 * one go; one timer while there is news.
 * Closed by: nobody; its timer ends with the news.
 *
 * Equal watchlists are found by a number that each channel has by chance, combined by XOR: joining and leaving change it in
 * one step, whatever the order. Before two are put together they are compared.
 */
import type { Clock } from '../shared/clock.ts'
import type { Channel } from './channel.ts'
import { Cohort, type CohortMember } from './cohort.ts'

export interface Watcher extends CohortMember {
  /** XOR of the keys of the channels it is in, and of a key of its form. */
  readonly watchKey: number
  /** It holds quotes back, or is gone: not now. */
  readonly isBehind: boolean
  /** In any order. */
  watchlist(): readonly Channel[]
}

export interface CohortsOptions {
  readonly clock: Clock
}

/** A watchlist that changes is likely to change again: it is looked at when it has stood for one to two periods. */
const periodMs = 500
/** Ten thousand clients may come back in one second: the event loop is not held up for all of them. */
const mostAtOnce = 100
const nextMs = 1
const leastSymbols = 2
const maxAlone = 1_000
/** They are written in one go, in one phase: more would hold up the event loop, and gain nothing. */
const mostMembers = 100

export class Cohorts {
  readonly #clock: Clock
  /** Those whose watchlists changed in this period, and those of the last that are to be placed. */
  #news = new Set<Watcher>()
  #settled = new Set<Watcher>()
  /** By key. */
  readonly #alone = new Map<number, Watcher>()
  /** By key, the one that has room. */
  readonly #cohorts = new Map<number, Cohort>()
  #sharing = 0
  #isWaiting = false

  constructor({ clock }: CohortsOptions) {
    this.#clock = clock
  }

  /** For a gauge: connections that share what they are sent. */
  get size(): number {
    return this.#sharing
  }

  /** Before its watchlist changes: it is on its own then. */
  changing(watcher: Watcher): void {
    const { watchKey, cohort } = watcher
    if (this.#alone.get(watchKey) === watcher) this.#alone.delete(watchKey)
    const left = cohort?.remove(watcher)
    if (cohort) this.#sharing -= left ? 2 : 1
    // It has the watchlist of its cohort still: another may come.
    if (left) this.#later(left as Watcher)
    if (cohort?.size === 0 && this.#cohorts.get(watchKey) === cohort) this.#cohorts.delete(watchKey)
    this.#later(watcher)
  }

  #later(watcher: Watcher): void {
    this.#settled.delete(watcher)
    this.#news.add(watcher)
    if (!this.#isWaiting) this.#wait(periodMs)
  }

  #wait(ms: number): void {
    this.#isWaiting = true
    this.#clock.after(ms, () => this.#look())
  }

  #look(): void {
    let left = mostAtOnce
    for (const watcher of this.#settled) {
      if (left-- === 0) return this.#wait(nextMs)
      this.#settled.delete(watcher)
      this.#place(watcher)
    }
    const placed = this.#settled
    this.#settled = this.#news
    this.#news = placed
    this.#isWaiting = false
    if (this.#settled.size > 0) this.#wait(periodMs)
  }

  #place(watcher: Watcher): void {
    if (watcher.cohort) return
    if (watcher.isBehind) return this.#later(watcher)
    const channels = watcher.watchlist()
    if (channels.length < leastSymbols) return
    if (channels.some((channel) => channel.hasFloor(watcher))) return this.#later(watcher)
    const { watchKey } = watcher
    const cohort = this.#cohorts.get(watchKey)
    if (cohort && cohort.size < mostMembers) {
      if (isLike(cohort.members[0], watcher) && isSame(cohort.channels, channels)) this.#join(cohort, watcher)
      return
    }
    const other = this.#alone.get(watchKey)
    if (other && isLike(other, watcher) && !other.isBehind && isSame(other.watchlist(), channels)) {
      this.#alone.delete(watchKey)
      return this.#unite(other, watcher, channels)
    }
    if (this.#alone.size >= maxAlone) this.#alone.delete(this.#alone.keys().next().value ?? 0)
    this.#alone.set(watchKey, watcher)
  }

  #unite(one: Watcher, other: Watcher, channels: readonly Channel[]): void {
    const cohort = new Cohort({ like: one, channels, nowMs: () => this.#clock.nowMs() })
    this.#cohorts.set(one.watchKey, cohort)
    this.#join(cohort, one)
    this.#join(cohort, other)
  }

  #join(cohort: Cohort, watcher: Watcher): void {
    cohort.add(watcher)
    this.#sharing++
  }
}

function isLike(one: CohortMember | undefined, other: CohortMember): boolean {
  return one?.encoding === other.encoding && one.batches === other.batches
}

function isSame(some: readonly Channel[], others: readonly Channel[]): boolean {
  if (some.length !== others.length) return false
  const all = new Set(some)
  return others.every((channel) => all.has(channel))
}
