/**
 * Whether the members of a tier together were sent more than its rate lets one of them have who stays.
 *
 * Who joins is shown what the tier's last interval let through, so that n intervals may show n + 1 quotes; never more.
 */
import { expect } from 'vitest'
import { type Pace, paceName } from '../../shared/pacing.ts'

export interface Seen {
  /** The tier's. */
  readonly pace: Pace
  readonly symbol: string
  readonly seq: number
  readonly atMs: number
}

export class TierRates {
  /** By tier and symbol: when each quote was first seen. */
  readonly #firstMs = new Map<string, Map<number, number>>()

  see({ pace, symbol, seq, atMs }: Seen): void {
    const name = `${paceName(pace)} ${symbol}`
    const firstMs = this.#firstMs.get(name) ?? new Map<number, number>()
    this.#firstMs.set(name, firstMs)
    if (firstMs.has(seq)) return
    firstMs.set(seq, atMs)
    const times = [...firstMs.values()]
    times.slice(0, -1).forEach((beforeMs, i) => {
      expect(atMs - beforeMs).toBeGreaterThanOrEqual((times.length - i - 2) * pace.intervalMs)
    })
  }
}
