/** The gateway's metrics, and the observers that feed them. Labels take known words only. */
import { Counter, collectDefaultMetrics, exponentialBuckets, Gauge, Histogram, Registry } from 'prom-client'
import { delayBudget } from '../shared/delay-budget.ts'
import { watchDelays } from '../shared/delay-metrics.ts'
import type { FanOutObserver } from './fan-out.ts'
import type { SessionObserver } from './session-context.ts'

/** What is read at scrape time rather than counted. */
export interface GatewayGauges {
  sessions(): number
  symbols(): number
  readyLinks(): number
  slowClients(): number
  sharing(): number
  flushWindowMs(): number
  handshakes(): number
  unauthenticated(): number
}

export class GatewayMetrics {
  readonly registry = new Registry()
  readonly #received = this.#counter('websocket_messages_received_total', 'Messages from clients.', ['type'])
  readonly #requestErrors = this.#counter('quotewire_request_errors_total', 'Requests answered with an error.', [
    'code',
  ])
  readonly #closes = this.#counter('quotewire_session_closes_total', 'Ended sessions, by why.', ['code'])
  readonly #refusals = this.#counter('quotewire_upgrades_refused_total', 'Upgrades refused by HTTP, by why.', ['code'])
  readonly #drops = this.#counter('quotewire_sockets_dropped_total', 'TCP connections closed at once, by why.', [
    'code',
  ])
  /** Counted as plain numbers: there are hundreds of thousands a second. */
  readonly #fanOut = { quotes: 0, deliveries: 0, conflated: 0, conflatedByOutboxes: 0 }
  readonly #gaps = this.#counter('quotewire_gaps_total', 'Times that quotes of a symbol were missed.')
  readonly #symbolsRejected = this.#counter('quotewire_symbols_rejected_total', 'Symbols of subscribes, rejected.', [
    'code',
  ])
  readonly #symbolsRevoked = this.#counter(
    'quotewire_symbols_revoked_total',
    'Symbols taken from live sessions because tier data changed.',
  )
  readonly #reviews = this.#counter('quotewire_entitlement_reviews_total', 'Reviews of live sessions.', ['result'])
  readonly #countOutages = this.#counter(
    'quotewire_connection_counts_outages_total',
    'Times that Redis could not count connections any more; CONNECTION_LIMIT_WITHOUT_REDIS says what holds then.',
  )
  readonly #registrations = this.#counter(
    'quotewire_connection_counts_registrations_total',
    'Times that this gateway wrote all its counts to Redis: at its start, and after Redis had lost them.',
  )
  readonly #registeredUsers = new Gauge({
    name: 'quotewire_connection_counts_registered_users',
    help: 'Users in the last registration.',
    registers: [this.registry],
  })
  readonly #streamDuration = new Histogram({
    name: 'grpc_stream_duration_seconds',
    help: 'How long streams to market-data lived.',
    // 1 s to 3 days: they live for hours.
    buckets: exponentialBuckets(1, 4, 10),
    registers: [this.registry],
  })

  constructor() {
    const fanOut = this.#fanOut
    this.#sums('quotewire_quotes_received_total', 'Quotes from upstream, repeats left out.', () => [[fanOut.quotes]])
    this.#sums('quotewire_deliveries_total', 'Quotes that went to sessions, each counted.', () => [[this.deliveries]])
    const conflated = 'Quotes that did not go to a session, for newer ones had come.'
    this.#sums('quotewire_conflated_quotes_total', conflated, () => [
      [fanOut.conflated, { stage: 'fan_out' }],
      [fanOut.conflatedByOutboxes, { stage: 'outbox' }],
    ])
    collectDefaultMetrics({ register: this.registry })
    watchDelays(this.registry, delayBudget)
  }

  /** Quotes that went to sessions, each counted. */
  get deliveries(): number {
    return this.#fanOut.deliveries - this.#fanOut.conflatedByOutboxes
  }

  watch(gauges: GatewayGauges): void {
    this.#gauge('websocket_connections', 'Open WebSocket connections.', () => gauges.sessions())
    this.#gauge('quotewire_symbols', 'Symbols that sessions of this gateway hold.', () => gauges.symbols())
    this.#gauge('quotewire_upstream_links_ready', 'Market-data addresses in use.', () => gauges.readyLinks())
    this.#gauge('quotewire_slow_clients', 'Connections whose clients do not read at the moment.', () =>
      gauges.slowClients(),
    )
    const sharing = 'Connections that share their buffers, for their watchlists are the same.'
    this.#gauge('quotewire_sharing_connections', sharing, () => gauges.sharing())
    this.#gauge(
      'quotewire_flush_window_seconds',
      'For how long quotes wait now, at most.',
      () => gauges.flushWindowMs() / 1000,
    )
    this.#gauge('quotewire_handshakes', 'Tokens being looked at.', () => gauges.handshakes())
    this.#gauge('quotewire_unauthenticated_connections', 'Connections that have not sent auth yet.', () =>
      gauges.unauthenticated(),
    )
  }

  watchTierRevision(revision: () => number): void {
    this.#gauge('quotewire_entitlements_revision', 'Revision of the tier data this gateway goes by.', revision)
  }

  /** Only with REDIS_URL. */
  watchRedis(are: { readonly counts: () => boolean; readonly revocations: () => boolean }): void {
    const counts = 'Whether Redis counts the connections of this gateway.'
    this.#gauge('quotewire_connection_counts_up', counts, () => Number(are.counts()))
    const revocations = 'Whether revocations are heard.'
    this.#gauge('quotewire_revocations_listening', revocations, () => Number(are.revocations()))
  }

  reviewed(result: 'ok' | 'failed'): void {
    this.#reviews.inc({ result })
  }

  connectionCountsObserver() {
    return {
      unavailable: () => this.#countOutages.inc(),
      registered: (users: number) => {
        this.#registrations.inc()
        this.#registeredUsers.set(users)
      },
    }
  }

  streamEnded(durationMs: number): void {
    this.#streamDuration.observe(durationMs / 1000)
  }

  upgradeRefused(code: string): void {
    this.#refusals.inc({ code })
  }

  socketDropped(code: string): void {
    this.#drops.inc({ code })
  }

  /** Of those that were delivered, as far as fan-out knew. */
  conflatedByOutbox(quotes: number): void {
    this.#fanOut.conflatedByOutboxes += quotes
  }

  sessionObserver(): SessionObserver {
    return {
      symbolRejected: (code) => this.#symbolsRejected.inc({ code }),
      symbolsRevoked: (count) => this.#symbolsRevoked.inc(count),
      messageReceived: (type) => this.#received.inc({ type }),
      requestFailed: (code) => this.#requestErrors.inc({ code }),
      closed: (code) => this.#closes.inc({ code }),
    }
  }

  fanOutObserver(): FanOutObserver {
    return {
      quote: () => {
        this.#fanOut.quotes++
      },
      delivered: (quotes) => {
        this.#fanOut.deliveries += quotes
      },
      conflated: (quotes) => {
        this.#fanOut.conflated += quotes
      },
      gap: () => this.#gaps.inc(),
    }
  }

  #counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] })
  }

  /** A counter that is kept elsewhere, with the labels of each sum. */
  #sums(name: string, help: string, read: () => readonly (readonly [sum: number, labels?: { stage: string }])[]): void {
    new Counter({
      name,
      help,
      labelNames: ['stage'],
      registers: [this.registry],
      collect() {
        this.reset()
        for (const [sum, labels = {}] of read()) this.inc(labels, sum)
      },
    })
  }

  #gauge(name: string, help: string, read: () => number): Gauge {
    return new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read())
      },
    })
  }
}
