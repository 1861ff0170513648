/**
 * Stage: (gRPC) → upstream → fan-out, for one symbol: which link it is read from, and that nothing is repeated or lost
 * when that changes.
 *
 * In:  the link's answers and quotes; `assign`, `moveTo` and `linkLost` from upstream.ts.
 * Out: `subscribed` once, then quotes in order, none twice, a `gap` before what followed a loss; `fresh` when the symbol
 * is live again; `moved` when a planned move is done.
 * Bound: a move whose target has not confirmed within `longestConfirmMs` is given up; while one catches up,
 * `bufferedPerMove` quotes and one timer of `longestCatchUpMs`; then it is handed over.
 * Closed by: upstream.ts with `release`.
 *
 * A planned move subscribes on the new link first. That link may be ahead of the old one, so its quotes wait until the
 * old one has delivered as much: otherwise the jump would look like a loss. Quotes without seq come only from the owner.
 */
import type { Clock } from '../shared/clock.ts'
import { advance, type Gap, isBehind, type Position, startPosition } from '../shared/continuity.ts'
import type { Quote } from './quote.ts'
import type { UpstreamLink } from './upstream-link.ts'

/** What a route needs of an upstream link. */
export type Link = Pick<UpstreamLink, 'subscribe' | 'unsubscribe' | 'address'>

export interface RouteListener {
  subscribed(symbol: string, last: Quote | undefined): void
  rejected(symbol: string, code: string, message: string): void
  quote(quote: Quote): void
  gap(symbol: string, gap: Gap): void
  fresh(symbol: string): void
  /** `from` is absent where its link was lost. */
  moved(symbol: string, to: Link, from?: Link): void
}

interface CatchUp {
  /** What the new link had when it confirmed. */
  readonly last: Quote
  readonly buffered: Quote[]
  readonly cancelTimer: () => void
}

const bufferedPerMove = 1_000
const longestConfirmMs = 2_000
const longestCatchUpMs = 1_000
const retryRejectedMs = 1_000

export class SymbolRoute {
  readonly symbol: string
  readonly #clock: Clock
  readonly #listener: RouteListener
  readonly #position: Position = startPosition()
  #owner: Link | undefined
  #isConfirmed = false
  /** Confirmed at least once: whoever listens has been told `subscribed`. */
  #isKnown = false
  #target: Link | undefined
  #catchUp: CatchUp | undefined
  #cancelConfirm: () => void = () => {}
  #cancelRetry: (() => void) | undefined

  constructor(options: { readonly symbol: string; readonly clock: Clock; readonly listener: RouteListener }) {
    this.symbol = options.symbol
    this.#clock = options.clock
    this.#listener = options.listener
  }

  get owner(): Link | undefined {
    return this.#owner
  }

  get isConfirmed(): boolean {
    return this.#isConfirmed
  }

  get isMoving(): boolean {
    return this.#target !== undefined
  }

  assign(link: Link): void {
    this.#owner = link
    this.#isConfirmed = false
    link.subscribe(this.symbol)
  }

  moveTo(link: Link): void {
    this.#target = link
    // One that never answers must not hold up all other moves.
    this.#cancelConfirm = this.#clock.after(longestConfirmMs, () => this.#dropMove())
    link.subscribe(this.symbol)
  }

  /** Whether the symbol is stale now: its owner is lost and no other link has confirmed it. */
  linkLost(link: Link): boolean {
    if (this.#target === link) this.#dropMove()
    if (this.#owner !== link) return false
    const wasConfirmed = this.#isConfirmed
    if (this.#target && this.#catchUp) {
      this.#finishMove(this.#target)
      return false
    }
    this.#owner = this.#target
    this.#isConfirmed = false
    if (this.#target) {
      // Asked already; its answer will find it as the owner.
      const to = this.#target
      this.#target = undefined
      this.#cancelConfirm()
      this.#listener.moved(this.symbol, to)
    }
    return wasConfirmed
  }

  release(): void {
    this.#cancelRetry?.()
    this.#dropMove()
    this.#owner?.unsubscribe(this.symbol)
    this.#owner = undefined
  }

  onQuote(link: Link, quote: Quote): void {
    if (link === this.#target && this.#catchUp) {
      this.#catchUp.buffered.push(quote)
      if (this.#catchUp.buffered.length === bufferedPerMove) this.#finishMove(this.#target)
      return
    }
    if (link !== this.#owner || !this.#isConfirmed) return
    this.#forward(quote)
    if (this.#target && this.#catchUp && this.#hasReached(this.#catchUp.last)) this.#finishMove(this.#target)
  }

  onSubscribed(link: Link, last: Quote | undefined): void {
    if (this.#target && link === this.#target) return this.#onTargetConfirmed(this.#target, last)
    if (link !== this.#owner) return
    this.#isConfirmed = true
    if (this.#isKnown) {
      this.#forwardLast(last)
      this.#listener.fresh(this.symbol)
      return
    }
    this.#isKnown = true
    if (last) advance(this.#position, last)
    this.#listener.subscribed(this.symbol, last)
  }

  onRejected(link: Link, code: string, message: string): void {
    if (link === this.#target) return this.#dropMove()
    if (link !== this.#owner) return
    if (!this.#isKnown) return this.#listener.rejected(this.symbol, code, message)
    // Sessions hold it already: it stays stale and is asked for again.
    this.#cancelRetry?.()
    this.#cancelRetry = this.#clock.after(retryRejectedMs, () => {
      if (this.#owner === link && !this.#isConfirmed) link.subscribe(this.symbol)
    })
  }

  #onTargetConfirmed(target: Link, last: Quote | undefined): void {
    this.#cancelConfirm()
    if (!last || this.#hasReached(last)) return this.#finishMove(target)
    const cancelTimer = this.#clock.after(longestCatchUpMs, () => this.#finishMove(target))
    this.#catchUp = { last, buffered: [], cancelTimer }
  }

  #finishMove(target: Link): void {
    const catchUp = this.#catchUp
    const isCaughtUp = !catchUp || this.#hasReached(catchUp.last)
    catchUp?.cancelTimer()
    this.#catchUp = undefined
    this.#target = undefined
    const from = this.#owner
    from?.unsubscribe(this.symbol)
    this.#owner = target
    this.#isConfirmed = true
    this.#listener.moved(this.symbol, target, from)
    if (!catchUp) return
    this.#forwardLast(catchUp.last)
    // Without seq, what came while the old link owned the symbol may have been sent; only a link that has just
    // caught up has surely not sent what follows.
    for (const quote of catchUp.buffered) if (isCaughtUp || quote.seq !== undefined) this.#forward(quote)
  }

  #dropMove(): void {
    this.#cancelConfirm()
    this.#catchUp?.cancelTimer()
    this.#catchUp = undefined
    this.#target?.unsubscribe(this.symbol)
    this.#target = undefined
  }

  /** A value without seq may be one that was sent already, so it is not sent again. */
  #forwardLast(last: Quote | undefined): void {
    if (last?.seq !== undefined) this.#forward(last)
  }

  #forward(quote: Quote): void {
    const step = advance(this.#position, quote)
    if (step === 'repeated') return
    if (step !== 'next') this.#listener.gap(this.symbol, step)
    this.#listener.quote(quote)
  }

  #hasReached({ seq, epoch }: Quote): boolean {
    return seq === undefined || epoch === undefined || !isBehind(this.#position, { seq, epoch })
  }
}
