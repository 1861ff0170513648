/**
 * Tells repeats, successors and real losses of one symbol apart, by (epoch, seq).
 *
 * seq counts a symbol's quotes within an epoch from 1 on; the epoch rises whenever the publisher changes.
 * Quotes without seq come from outsiders and say nothing about continuity.
 */
export interface Position {
  /** 0 before the first quote with a seq. */
  epoch: number
  seq: number
}

export interface Gap {
  readonly epoch: number
  /** First and last seq that were missed. */
  readonly fromSeq: number
  readonly toSeq: number
}

export interface Sequenced {
  readonly seq?: number
  readonly epoch?: number
}

export function startPosition(): Position {
  return { epoch: 0, seq: 0 }
}

export function isBehind(position: Position, { epoch, seq }: { epoch: number; seq: number }): boolean {
  return epoch > position.epoch || (epoch === position.epoch && seq > position.seq)
}

/**
 * Moves `position` to the quote. Returns `repeated` for one that is not newer (the position stays), the gap before
 * it where seqs were skipped, else `next`. A higher epoch starts over at 1: what came before its first seen seq
 * was missed.
 */
export function advance(position: Position, quote: Sequenced): 'next' | 'repeated' | Gap {
  const { epoch, seq } = quote
  if (epoch === undefined || seq === undefined) return 'next'
  if (!isBehind(position, { epoch, seq })) return 'repeated'
  const isFirst = position.epoch === 0 && position.seq === 0
  const expectedSeq = epoch === position.epoch ? position.seq + 1 : 1
  position.epoch = epoch
  position.seq = seq
  if (isFirst || seq <= expectedSeq) return 'next'
  return { epoch, fromSeq: expectedSeq, toSeq: seq - 1 }
}
