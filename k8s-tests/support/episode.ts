/**
 * What happened to the load between the beginning of a scenario and now: closes by code, failed attempts, losses.
 *
 * In:  the fleet of a platform. Out: assertions, and the line of the scenario for docs/OPERATIONS.md.
 * Bound: a few numbers; the fleet keeps the ends.
 */
import { expect } from 'vitest'
import type { ClusterPlatform } from './platform.ts'
import { report } from './report.ts'

type Count = 'lost' | 'missed' | 'repeated'

export class Episode {
  readonly beganMs = performance.now()
  readonly #platform: ClusterPlatform
  readonly #before: Record<Count, number>
  readonly #failuresBefore: Record<string, number>
  readonly #troublesBefore: Record<string, number>

  constructor(platform: ClusterPlatform) {
    const { fleet } = platform
    this.#platform = platform
    this.#before = { lost: fleet.total('lost'), missed: fleet.total('missed'), repeated: fleet.total('repeated') }
    this.#failuresBefore = fleet.failures
    this.#troublesBefore = fleet.troubles
  }

  /** Quotes, over all clients. */
  count(of: Count): number {
    return this.#platform.fleet.total(of) - this.#before[of]
  }

  /** By close code; `1006 unannounced` is a connection that was cut. */
  get closes(): Record<string, number> {
    return this.#platform.fleet.closesSince(this.beganMs)
  }

  /** Attempts that did not get as far as `connected`, by close code. */
  get failures(): Record<string, number> {
    return difference(this.#platform.fleet.failures, this.#failuresBefore)
  }

  get slowestFreshMs(): number {
    const ends = this.#platform.fleet.endsSince(this.beganMs)
    return Math.max(0, ...ends.map(({ freshAfterMs = Number.POSITIVE_INFINITY }) => freshAfterMs))
  }

  /**
   * Nobody was closed or told of trouble, and every seq arrived.
   * A conflated quote is a jump in seq that nothing lost, so there must be none: of pods that a scenario removes,
   * see `ClusterPlatform.expectNothingConflated` before it.
   */
  async expectCalm(): Promise<void> {
    const { closes, failures } = this
    const troubles = difference(this.#platform.fleet.troubles, this.#troublesBefore)
    expect({ closes, failures, troubles, missed: this.count('missed') }).toEqual({
      closes: {},
      failures: {},
      troubles: {},
      missed: 0,
    })
    await this.expectNothingLost()
  }

  /** On open connections; what passes between two connections of a client is `missed`. */
  async expectNothingLost(): Promise<void> {
    expect({ lost: this.count('lost'), repeated: this.count('repeated') }).toEqual({ lost: 0, repeated: 0 })
    await this.#platform.expectNothingConflated()
  }

  /** Every close is 4000 with `reconnect` before it, and the first attempt after it gets in. */
  expectAnnounced({ atLeast }: { atLeast: number }): void {
    const { closes, failures } = this
    const { 4000: announced = 0, ...others } = closes
    expect({ others, failures }).toEqual({ others: {}, failures: {} })
    expect(announced).toBeGreaterThanOrEqual(atLeast)
  }

  report(scenario: string): void {
    const said = {
      closes: this.closes,
      failed: this.failures,
      lost: this.count('lost'),
      missed: this.count('missed'),
      slowestFreshS: Math.round(this.slowestFreshMs / 10) / 100,
    }
    report(scenario, JSON.stringify(said))
  }
}

function difference(now: Record<string, number>, before: Record<string, number>): Record<string, number> {
  const entries = Object.entries(now).map(([key, value]) => [key, value - (before[key] ?? 0)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== 0))
}
