/**
 * Beside a user stream: how far a symbol had come when the stream's pace changed. A slower pace is behind that, and what
 * it still has to give is not shown again.
 *
 * Bound: one position a symbol of the stream, until a newer quote has passed it.
 */
import { isBehind, type Position } from '../shared/continuity.ts'
import type { Quote } from './quote.ts'

export class PaceFloors {
  readonly #floors = new Map<string, Position>()

  /** Nothing up to this quote is shown again; never lowers a floor. */
  raiseTo({ symbol, epoch, seq }: Quote): void {
    if (epoch === undefined || seq === undefined) return
    const floor = this.#floors.get(symbol)
    if (!floor || isBehind(floor, { epoch, seq })) this.#floors.set(symbol, { epoch, seq })
  }

  /** The first quote that is not below takes the floor away: from there on the source keeps the order. */
  isBelow({ symbol, epoch, seq }: Quote): boolean {
    const floor = this.#floors.get(symbol)
    if (!floor || epoch === undefined || seq === undefined) return false
    if (!isBehind(floor, { epoch, seq })) return true
    this.#floors.delete(symbol)
    return false
  }

  forget(symbol: string): void {
    this.#floors.delete(symbol)
  }
}
