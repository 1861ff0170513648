/**
 * Stage: session → session symbols → entitlements and subscriptions. The requests of one session about symbols.
 *
 * In:  subscribe and unsubscribe requests, in the order they came (request-queue.ts); `apply` when its terms changed.
 * Out: acks, and behind them each symbol's snapshot and quotes (held-symbols.ts); `unsubscribed` for what it may not
 * have any more, `subscribed` for what it had asked for and now may have.
 * Bound: the tier's symbol limit, once for what is held and once for what was refused and is remembered; one request
 * under way; new symbols a second by their rate.
 * Closed by: its session, with `release`.
 *
 * Its methods are `private`, and not #methods, for the reason that session.ts gives.
 */
import type { Clock } from '../shared/clock.ts'
import { SessionClose } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import { intervalOf } from '../shared/pacing.ts'
import { type RateLimit, retryAfterMs, take } from '../shared/rate-limit.ts'
import { startOperation } from '../shared/telemetry.ts'
import type { Channel } from './channel.ts'
import type { Entitlements } from './entitlements.ts'
import type { FanOut } from './fan-out.ts'
import { HeldSymbols } from './held-symbols.ts'
import type { Member } from './member-group.ts'
import * as protocol from './protocol.ts'
import { RequestQueue } from './request-queue.ts'
import type { Refusal, Subscriptions } from './subscriptions.ts'
import type { Terms } from './terms.ts'

/** Twice the symbols of one message: a client that comes back may ask for all it had. */
export const newSymbolBurst = 2 * protocol.maxSymbolsPerMessage

/** What is needed of the session. */
export interface Holder {
  /** Who gets the quotes. */
  readonly member: Member
  readonly isOpen: boolean
  readonly userId: string | undefined
  readonly connectionId: string
  readonly terms: Terms
  send(json: string): void
  close(reason: SessionClose): void
}

export interface SymbolsObserver {
  symbolRejected(code: string): void
  /** Taken away because tier data changed. */
  symbolsRevoked(count: number): void
}

/** What all sessions share of it. */
export interface SymbolsContext {
  readonly subscriptions: Subscriptions
  readonly fanOut: FanOut
  readonly entitlements: Pick<Entitlements, 'check'>
  readonly newSymbols: RateLimit
  readonly clock: Clock
  readonly observer: SymbolsObserver
  readonly logger: Logger
}

type Subscribe = protocol.SubscribeMessage & {
  /** Not asked just now: the tier's rules allow again what the client had asked for. */
  readonly isRegain?: true
}
export type SymbolRequest = Subscribe | Extract<protocol.ClientMessage, { type: 'unsubscribe' }>

/** A subscribe that is not answered yet. */
interface UnderWay {
  readonly request: Subscribe
  /** Well-formed, in the order asked. */
  readonly asked: readonly string[]
  /** Of these, what is not held and not rejected. */
  readonly wanted: Set<string>
  /** Held already, and to get another rate. */
  readonly moved: readonly string[]
  readonly rejected: protocol.Rejection[]
  withdraw: () => void
}

/** Refused subscribes in a row before a client that does not listen is sent away. */
const refusalsInARow = 100

export class SessionSymbols {
  readonly #context: SymbolsContext
  readonly #session: Holder
  readonly #held: HeldSymbols
  /** Asked for and not allowed, with the interval that was asked for; undefined: there was none. */
  #denied: Map<string, number> | undefined
  /** Undefined: nothing waits, and nothing is under way. */
  #requests: RequestQueue<SymbolRequest> | undefined
  #underWay: UnderWay | undefined
  #refusalsInARow = 0
  /** rate-limit.ts */
  #churn = 0

  constructor(context: SymbolsContext, session: Holder) {
    this.#context = context
    this.#session = session
    this.#held = new HeldSymbols(context, session.member)
  }

  /** Throws a RequestError `busy` where too much waits already. */
  request(request: SymbolRequest): void {
    this.enqueue((requests) => requests.push(request))
  }

  /** Every symbol that it holds, waits for, or would hold if it might. */
  concerned(): ReadonlySet<string> {
    return new Set([...this.#held.names, ...(this.#denied?.keys() ?? []), ...(this.#underWay?.wanted ?? [])])
  }

  watchlist(): readonly Channel[] {
    return this.#held.channels
  }

  release(): void {
    this.#underWay?.withdraw()
    this.#requests?.stop()
    this.#held.leaveAll()
  }

  /** The session has new terms; `refusals` speak about the `reviewed` symbols. */
  apply(reviewed: ReadonlySet<string>, refusals: ReadonlyMap<string, Refusal>): void {
    const { entitlements } = this.#context
    const session = this.#session
    this.#held.termsChanged(session.terms)
    this.useRefusals(reviewed, refusals)
    // A send may have overflowed the outbox and closed the session.
    if (!session.isOpen) return
    // Asked for while the review was under way, by the rules of another tier perhaps.
    const missed = new Set([...this.concerned()].filter((symbol) => !reviewed.has(symbol)))
    const { terms } = session
    entitlements.check(terms, [...missed], (refused) => {
      // Other terms count by now, or the session is closed and has none.
      if (session.terms !== terms) return
      this.useRefusals(missed, new Map(refused.map((refusal) => [refusal.symbol, refusal])))
    })
  }

  private enqueue(add: (requests: RequestQueue<SymbolRequest>) => void): void {
    this.#requests ??= new RequestQueue({
      handle: (request, done) => {
        this.take(request, () => {
          done()
          this.dropIdleQueue()
        })
      },
    })
    add(this.#requests)
    this.dropIdleQueue()
  }

  private dropIdleQueue(): void {
    if (this.#requests?.isIdle) this.#requests = undefined
  }

  private take(request: SymbolRequest, done: () => void): void {
    if (request.type === 'subscribe') return this.subscribe(request, done)
    this.unsubscribe(request)
    done()
  }

  private subscribe(request: Subscribe, done: () => void): void {
    const { symbols: asked, rejected } = protocol.sortSymbols(request.symbols)
    const isWanted = (symbol: string) => !request.isRegain || this.#denied?.has(symbol)
    const fresh = asked.filter((symbol) => !this.#held.has(symbol) && isWanted(symbol))
    const { wanted, moved } = this.bound(request, { fresh, asked }, rejected)
    const isOnlyOverLimit = wanted.size + asked.length - fresh.length === 0 && rejected.some(isOverLimit)
    if (!request.isRegain) this.countRefusals(isOnlyOverLimit)
    if (!this.#session.isOpen) return
    const underWay: UnderWay = { request, asked, wanted, moved, rejected, withdraw: () => {} }
    const operation = this.startOperation(asked)
    this.#underWay = underWay
    this.ask(underWay, (isSettled) => {
      // Before anything is sent: an outbox that overflows closes the session, which must not withdraw what is held.
      this.#underWay = undefined
      if (!isSettled) return operation.fail('withdrawn')
      operation.end({ rejected: rejected.length })
      this.answer(underWay)
      done()
    })
  }

  /** What may be asked for, and which rates change; the rest is rejected. */
  private bound(
    request: Subscribe,
    { fresh, asked }: { readonly fresh: readonly string[]; readonly asked: readonly string[] },
    rejected: protocol.Rejection[],
  ): { readonly wanted: Set<string>; readonly moved: readonly string[] } {
    const { newSymbols, clock } = this.#context
    const limit = this.#session.terms.limits.symbols
    const room = Math.max(0, limit - this.#held.size)
    const message = `at most ${limit} symbols a session`
    for (const symbol of fresh.slice(room)) rejected.push({ symbol, code: 'symbol_limit', message })
    const wanted = fresh.slice(0, room)
    if (request.isRegain) return { wanted: new Set(wanted), moved: [] }
    const moved = this.moved(request, asked)
    const nowMs = clock.nowMs()
    // Another rate costs as much as another symbol.
    const changes = [...wanted, ...moved]
    const churn = take(this.#churn, nowMs, newSymbols, changes.length)
    if (churn !== undefined) {
      this.#churn = churn
      return { wanted: new Set(wanted), moved }
    }
    const waitMs = retryAfterMs(this.#churn, nowMs, newSymbols, changes.length)
    const tooFast = { code: 'churn_limit', message: 'too many new symbols in a short time', retryAfterMs: waitMs }
    for (const symbol of changes) rejected.push({ symbol, ...tooFast })
    return { wanted: new Set(), moved: [] }
  }

  private moved({ maxRate }: Subscribe, asked: readonly string[]): readonly string[] {
    if (maxRate === undefined) return []
    const intervalMs = intervalOf(maxRate ?? undefined)
    return asked.filter((symbol) => this.#held.has(symbol) && this.#held.intervalOf(symbol) !== intervalMs)
  }

  /** The tier's rules, then market-data. `onEnd` is called once; false: withdrawn. */
  private ask(underWay: UnderWay, onEnd: (isSettled: boolean) => void): void {
    underWay.withdraw = () => onEnd(false)
    this.check(underWay, () => {
      let isSettled = false
      const asked = [...underWay.wanted]
      const withdraw = this.#context.subscriptions.request(asked, (unavailable) => {
        isSettled = true
        this.settle(underWay, asked, unavailable)
        onEnd(true)
      })
      if (isSettled) return
      underWay.withdraw = () => {
        withdraw()
        onEnd(false)
      }
    })
  }

  private settle(underWay: UnderWay, asked: readonly string[], unavailable: readonly Refusal[]): void {
    const { wanted, rejected } = underWay
    const missing = new Set(unavailable.map(({ symbol }) => symbol))
    for (const refusal of unavailable) if (wanted.delete(refusal.symbol)) rejected.push(refusal)
    // Revoked while market-data was asked.
    const revoked = asked.filter((symbol) => !missing.has(symbol) && !wanted.has(symbol))
    for (const symbol of revoked) this.#context.subscriptions.release(symbol)
  }

  /** Again where the session's terms changed meanwhile; `onChecked` is not called where it was withdrawn. */
  private check(underWay: UnderWay, onChecked: () => void): void {
    const { entitlements } = this.#context
    const session = this.#session
    const { terms } = session
    entitlements.check(terms, [...underWay.wanted], (refused) => {
      if (this.#underWay !== underWay) return
      if (session.terms !== terms) return this.check(underWay, onChecked)
      for (const refusal of refused) this.refuse(underWay, refusal)
      onChecked()
    })
  }

  private refuse({ request, wanted, rejected }: UnderWay, refusal: Refusal): void {
    if (!wanted.delete(refusal.symbol)) return
    rejected.push(refusal)
    if (refusal.code === 'not_entitled') this.remember(refusal.symbol, intervalOf(request.maxRate ?? undefined))
  }

  private answer({ request, asked, wanted, moved, rejected }: UnderWay): void {
    const session = this.#session
    const askedMs = intervalOf(request.maxRate ?? undefined)
    const added = [...wanted].map((symbol) => {
      const intervalMs = request.isRegain ? (this.#denied?.get(symbol) ?? 0) : askedMs
      this.#denied?.delete(symbol)
      return [symbol, intervalMs] as const
    })
    this.#held.add(new Map(added), session.terms)
    const symbols = asked.filter((symbol) => this.#held.has(symbol))
    if (request.isRegain && symbols.length === 0) return
    for (const { code } of rejected) this.#context.observer.symbolRejected(code)
    if (wanted.size === 0 && rejected.length > 0 && rejected.every(isUnavailable) && symbols.length === 0) {
      session.send(protocol.unavailableJson(request.id))
    }
    const ack = { id: request.id, symbols, rejected, active: this.#held.size }
    session.send(protocol.ackJson('subscribed', request.isRegain ? { ...ack, reason: 'entitlement' } : ack))
    for (const symbol of moved) this.#held.changeRate(symbol, askedMs)
    // A send that overflows the outbox closes the session: nothing is held then, and there is nothing to join.
    for (const symbol of wanted) this.#held.join(symbol, request.since.get(symbol))
    this.log('subscribe', [...wanted])
  }

  private unsubscribe({ id, symbols: entries }: SymbolRequest): void {
    const { symbols, rejected } = protocol.sortSymbols(entries)
    for (const symbol of symbols) this.#denied?.delete(symbol)
    const left = symbols.filter((symbol) => this.#held.leave(symbol))
    this.#session.send(protocol.ackJson('unsubscribed', { id, symbols, rejected, active: this.#held.size }))
    this.log('unsubscribe', left)
  }

  private useRefusals(reviewed: ReadonlySet<string>, refusals: ReadonlyMap<string, Refusal>): void {
    this.revoke(refusals)
    this.regain([...(this.#denied?.keys() ?? [])].filter((symbol) => reviewed.has(symbol) && !refusals.has(symbol)))
  }

  /** Takes these away at once, and remembers them for the day they are allowed again. */
  private revoke(refusals: ReadonlyMap<string, Refusal>): void {
    if (this.#underWay) for (const refusal of refusals.values()) this.refuse(this.#underWay, refusal)
    const lost = [...this.#held.names].filter((symbol) => refusals.has(symbol))
    for (const symbol of lost) {
      this.remember(symbol, this.#held.intervalOf(symbol))
      this.#held.leave(symbol)
    }
    if (lost.length === 0) return
    this.#context.observer.symbolsRevoked(lost.length)
    const ack = { id: undefined, symbols: lost, rejected: [], active: this.#held.size, reason: 'entitlement' } as const
    this.#session.send(protocol.ackJson('unsubscribed', ack))
    this.log('unsubscribe', lost)
  }

  private regain(symbols: readonly string[]): void {
    if (symbols.length === 0) return
    const regain = { type: 'subscribe', id: undefined, symbols, maxRate: undefined, since: new Map() } as const
    this.enqueue((requests) => requests.pushAlways({ ...regain, isRegain: true }))
  }

  /** Beyond the bound the client is told by the rejection alone. */
  private remember(symbol: string, intervalMs: number): void {
    this.#denied ??= new Map()
    if (this.#denied.size < this.#session.terms.limits.symbols) this.#denied.set(symbol, intervalMs)
  }

  private countRefusals(isRefused: boolean): void {
    this.#refusalsInARow = isRefused ? this.#refusalsInARow + 1 : 0
    if (this.#refusalsInARow < refusalsInARow) return
    this.#session.close(new SessionClose('keeps_asking', 'keeps subscribing past the symbol limit'))
  }

  private startOperation(symbols: readonly string[]) {
    const { userId = '', connectionId } = this.#session
    return startOperation('subscribe', { user_id: userId, connection_id: connectionId, symbols: [...symbols] })
  }

  /** What changed; requests that change nothing would let a client fill the log. */
  private log(action: SymbolRequest['type'], symbols: readonly string[]): void {
    if (symbols.length === 0) return
    const { connectionId, userId } = this.#session
    this.#context.logger.info({ connection: connectionId, user: userId, symbols, action }, `${action}d`)
  }
}

function isUnavailable({ code }: protocol.Rejection): boolean {
  return code === 'service_unavailable'
}

function isOverLimit({ code }: protocol.Rejection): boolean {
  return code === 'symbol_limit'
}
