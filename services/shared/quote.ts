/** A quote, wherever it is inside Quotewire. */
import type { Sequenced } from './continuity.ts'

export interface Quote extends Sequenced {
  readonly symbol: string
  readonly price: number
  /** Unix milliseconds. */
  readonly timestampMs: number
  /** Against the previous close. */
  readonly change?: number
  readonly changePercent?: number
  readonly bid?: number
  readonly ask?: number
  readonly volume?: number
}
