/**
 * Stage: (gRPC) → upstream → fan-out. All market-data links of this gateway, and which symbol is read from which.
 *
 * In:  `subscribe` and `unsubscribe` by symbol (once each, however many sessions want it); addresses; entries of links.
 * Out: what symbol-route.ts makes of the entries; `stale` and `fresh` by the list; `available`.
 * Bound: one link an address, one route a symbol, at most `movesAtOnce` planned moves.
 * Closed by: the application, after the sessions.
 *
 * Placement: placement.ts. A lost link's symbols move at once; a new link gets its share by planned moves.
 */
import { type Clock, every } from '../shared/clock.ts'
import type { Gap } from '../shared/continuity.ts'
import { RequestError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import type { Entry } from './batch-reader.ts'
import { type Move, Placement } from './placement.ts'
import { type Quote, readQuote } from './quote.ts'
import { type Link, type RouteListener, SymbolRoute } from './symbol-route.ts'
import { type LinkListener, type UnaryCall, UpstreamLink } from './upstream-link.ts'

export interface UpstreamListener {
  /** The symbol is live from here on; `last` is its last value, where one is known. */
  subscribed(symbol: string, last: Quote | undefined): void
  rejected(symbol: string, code: string, message: string): void
  quote(quote: Quote): void
  gap(symbol: string, gap: Gap): void
  /** The upstream of these is lost, or back. */
  stale(symbols: readonly string[]): void
  fresh(symbols: readonly string[]): void
  /** Which tier data this address has; first when its link is up, then whenever it changed. */
  tierData(address: string, data: { revision: number; digest: string }): void
  linkLost(address: string): void
  /** Whether any address can serve; called when that changes. */
  available(isAvailable: boolean): void
}

export interface UpstreamOptions {
  readonly token: string
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly onStreamEnded: (durationMs: number) => void
}

const movesAtOnce = 64
const rebalanceMs = 1_000

export class Upstream implements LinkListener {
  readonly #options: UpstreamOptions
  readonly #links = new Map<string, UpstreamLink>()
  readonly #routes = new Map<string, SymbolRoute>()
  readonly #placement = new Placement()
  #listed: readonly string[] = []
  #listener: UpstreamListener | undefined
  #routeListener: RouteListener | undefined
  /** Addresses came or are leaving: symbols may have to move. */
  #isUnbalanced = false
  /** What is left of the plan, while the addresses are those of it. */
  #moves: readonly Move[] = []
  #wasAvailable = false
  #freshened: string[] = []
  /** Links whose process lost the quote bus. */
  readonly #behind = new WeakSet<Link>()
  /** Links whose process announced its end. */
  readonly #goingAway = new Set<UpstreamLink>()
  #cancelNextRebalance: () => void = () => {}
  #stopRebalancing: (() => void) | undefined

  constructor(options: UpstreamOptions) {
    this.#options = options
  }

  /** Set once, before `run`. */
  listen(listener: UpstreamListener): void {
    this.#listener = listener
    this.#routeListener = {
      subscribed: (symbol, last) => listener.subscribed(symbol, last),
      rejected: (symbol, code, message) => listener.rejected(symbol, code, message),
      quote: (quote) => listener.quote(quote),
      gap: (symbol, gap) => listener.gap(symbol, gap),
      fresh: (symbol) => this.#freshened.push(symbol),
      moved: (symbol, to, from) => this.#onMoved(symbol, to, from),
    }
  }

  get isAvailable(): boolean {
    return this.#wasAvailable
  }

  get readyLinkCount(): number {
    return this.#readyAddresses().length
  }

  async run(): Promise<void> {
    this.#stopRebalancing = every(this.#options.clock, rebalanceMs, () => this.#rebalance())
  }

  async stop(): Promise<void> {
    this.#stopRebalancing?.()
    this.#cancelNextRebalance()
    for (const route of this.#routes.values()) route.release()
    for (const link of this.#links.values()) link.stop()
    this.#routes.clear()
    this.#links.clear()
  }

  /** From the address source. Links to addresses that are gone live on until their symbols have moved. */
  setAddresses(addresses: readonly string[]): void {
    this.#listed = addresses
    for (const address of addresses) {
      if (this.#links.has(address)) continue
      const link = new UpstreamLink({ ...this.#options, address, listener: this })
      this.#links.set(address, link)
      link.run()
    }
    this.#place()
  }

  subscribe(symbol: string): void {
    if (this.#routes.has(symbol) || !this.#routeListener) return
    const route = new SymbolRoute({ symbol, clock: this.#options.clock, listener: this.#routeListener })
    this.#routes.set(symbol, route)
    this.#assign(route)
  }

  unsubscribe(symbol: string): void {
    this.#routes.get(symbol)?.release()
    this.#routes.delete(symbol)
    this.#placement.remove(symbol)
  }

  /** A unary call to one address; rejects where its link is not up. */
  async ask<Question, Answer>(address: string, call: UnaryCall<Question, Answer>, question: Question): Promise<Answer> {
    const link = this.#links.get(address)
    if (!link) throw new RequestError('service_unavailable', 'this upstream is gone')
    return await link.ask(call, question)
  }

  ready(): void {
    this.#isUnbalanced = true
    this.#place()
  }

  lost(link: UpstreamLink): void {
    this.#behind.delete(link)
    this.#goingAway.delete(link)
    this.#listener?.linkLost(link.address)
    const stale = [...this.#routes.values()].filter((route) => route.linkLost(link)).map((route) => route.symbol)
    if (stale.length > 0) this.#listener?.stale(stale)
    this.#place()
  }

  entries(link: UpstreamLink, entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.quote) this.#onQuote(link, entry.quote, entry.encoded)
      else if (entry.subscribed) this.#onSubscribed(link, entry.subscribed)
      else if (entry.rejected) {
        const { symbol, code, message } = entry.rejected
        this.#routes.get(symbol ?? '')?.onRejected(link, code ?? 'internal', message ?? '')
      } else if (entry.goAway) this.#onGoAway(link, entry.goAway.reason ?? '')
      else if (entry.busLost) this.#onBusLost(link)
      else if (entry.busRestored) this.#onBusRestored(link)
      else if (entry.tierData) this.#onTierData(link, entry.tierData)
    }
    // A symbol that came back on a link which itself is behind is not fresh.
    if (!this.#behind.has(link)) this.#tell('fresh', this.#freshened)
    this.#freshened = []
  }

  #onTierData(link: UpstreamLink, { revision, digest }: NonNullable<Entry['tierData']>): void {
    this.#listener?.tierData(link.address, { revision: revision ?? 0, digest: digest ?? '' })
  }

  #onQuote(link: UpstreamLink, message: NonNullable<Entry['quote']>, encoded: string | undefined): void {
    const route = this.#routes.get(message.symbol ?? '')
    const quote = route && readQuote(message, encoded)
    if (quote) route.onQuote(link, quote)
  }

  #onSubscribed(link: UpstreamLink, subscribed: NonNullable<Entry['subscribed']>): void {
    const symbol = subscribed.symbol ?? ''
    const route = this.#routes.get(symbol)
    route?.onSubscribed(link, subscribed.last ? readQuote(subscribed.last) : undefined)
    if (this.#behind.has(link) && route?.owner === link) this.#tell('stale', [symbol])
  }

  #onGoAway(link: UpstreamLink, reason: string): void {
    this.#options.logger.info({ address: link.address, reason }, 'upstream goes away; its symbols move')
    this.#goingAway.add(link)
    this.#place()
    this.#rebalance()
  }

  #onBusLost(link: UpstreamLink): void {
    this.#behind.add(link)
    this.#tell('stale', this.#confirmedOn(link))
  }

  #onBusRestored(link: UpstreamLink): void {
    this.#behind.delete(link)
    this.#tell('fresh', this.#confirmedOn(link))
  }

  #tell(news: 'stale' | 'fresh', symbols: readonly string[]): void {
    if (symbols.length > 0) this.#listener?.[news](symbols)
  }

  #confirmedOn(link: UpstreamLink): string[] {
    return [...this.#routes.values()].filter((r) => r.owner === link && r.isConfirmed).map((r) => r.symbol)
  }

  #readyAddresses(): string[] {
    return [...this.#links.values()].filter((link) => link.isReady).map((link) => link.address)
  }

  /** Brings placement in line with the links that are ready, and gives every symbol without an owner one. */
  #place(): void {
    const ready = this.#readyAddresses()
    const staying = ready.filter((address) => this.#isStaying(address))
    const addresses = staying.length > 0 ? staying : ready
    // An address that left the list or announced its end keeps its symbols until planned moves have taken them.
    const leaving = ready.filter((address) => !addresses.includes(address))
    this.#placement.setAddresses(addresses, leaving)
    this.#moves = []
    if (leaving.length > 0) this.#isUnbalanced = true
    for (const route of this.#routes.values()) if (route.owner === undefined) this.#assign(route)
    this.#closeUnused()
    this.#announce(addresses.length > 0)
  }

  #isStaying(address: string): boolean {
    const link = this.#links.get(address)
    return this.#listed.includes(address) && link !== undefined && !this.#goingAway.has(link)
  }

  /** The next moves follow at once, so that a process which goes away is free before its deadline. */
  #onMoved(symbol: string, to: Link, from: Link | undefined): void {
    this.#placement.move(symbol, to.address)
    // Where one of the two has lost the quote bus: its later news do not name a symbol that is not its own.
    const [wasBehind, isBehind] = [from !== undefined && this.#behind.has(from), this.#behind.has(to)]
    if (from && wasBehind !== isBehind) this.#tell(isBehind ? 'stale' : 'fresh', [symbol])
    this.#cancelNextRebalance()
    this.#cancelNextRebalance = this.#options.clock.after(0, () => this.#rebalance())
  }

  #announce(isAvailable: boolean): void {
    if (isAvailable === this.#wasAvailable) return
    this.#wasAvailable = isAvailable
    this.#listener?.available(isAvailable)
  }

  #closeUnused(): void {
    const owners = new Set([...this.#routes.values()].map((route) => route.owner))
    for (const link of this.#links.values()) {
      if (link.isReady && owners.has(link)) continue
      if (this.#goingAway.has(link)) link.halfClose()
      if (this.#listed.includes(link.address)) continue
      // The last resort while no listed address answers.
      if (link.isReady && this.#readyAddresses().length === 1) continue
      this.#links.delete(link.address)
      link.stop()
      // Nobody is asked about entitlements there any more.
      this.#listener?.linkLost(link.address)
    }
  }

  #assign(route: SymbolRoute): void {
    const address = this.#placement.place(route.symbol)
    const link = address === undefined ? undefined : this.#links.get(address)
    if (link) route.assign(link)
  }

  #rebalance(): void {
    if (!this.#isUnbalanced || [...this.#routes.values()].some((route) => route.isMoving)) return
    // A plan looks at every symbol: it is used up before the next one.
    if (this.#moves.length === 0) this.#moves = this.#placement.plan()
    if (this.#moves.length === 0) {
      this.#isUnbalanced = false
      this.#place()
    }
    const now: { readonly route: SymbolRoute; readonly link: UpstreamLink }[] = []
    const later: Move[] = []
    for (const move of this.#moves) {
      const route = this.#routes.get(move.symbol)
      const link = this.#links.get(move.to)
      if (this.#placement.ownerOf(move.symbol) !== move.from) continue
      if (now.length < movesAtOnce && route?.isConfirmed && link?.isReady) now.push({ route, link })
      else later.push(move)
    }
    this.#moves = later
    for (const { route, link } of now) route.moveTo(link)
  }
}
