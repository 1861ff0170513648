/**
 * Stage: inside the exchange feed; which tickers of one product are new, and whether one was lost.
 *
 * In:  sequence and trade id of each ticker, the last trade id of each heartbeat, of one product on one connection.
 * Out: `isNew` is false for a repeated or overtaken ticker; `missed` is true once for each trade that has no ticker.
 * Bound: three numbers. Nothing to close; a new connection starts over, because an exchange may restart its sequence.
 *
 * A jump in `sequence` is no gap: it counts the messages of all channels, and a ticker subscriber gets few of them. Nor
 * is a jump in `trade_id`: cascading matches are batched into one ticker (danpaquin/coinbasepro-python#333). But the
 * last trade of a cascade has a ticker. So where a heartbeat names a trade, and the next heartbeat (a second later) still
 * finds no ticker of that trade or a later one, a ticker was lost. Where heartbeats name no trade, nothing is known.
 */
export class TickerOrder {
  #sequence = -1
  /** The newest trade with a ticker; the first heartbeat's counts as having one, it was before our time. */
  #tradeId: number | undefined
  /** Named by a heartbeat, without a ticker so far. */
  #awaited: number | undefined

  isNew(sequence: number, tradeId: number | undefined): boolean {
    if (sequence <= this.#sequence) return false
    this.#sequence = sequence
    if (tradeId !== undefined) this.#tradeId = Math.max(tradeId, this.#tradeId ?? 0)
    return true
  }

  missed(lastTradeId: number | undefined): boolean {
    if (lastTradeId === undefined) return false
    this.#tradeId ??= lastTradeId
    const missed = this.#awaited !== undefined && this.#awaited > this.#tradeId
    // Counted once; what came before the lost one is of no interest any more.
    if (missed) this.#tradeId = this.#awaited
    this.#awaited = lastTradeId
    return missed
  }
}
