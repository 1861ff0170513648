/** The market-data service's metrics, and the observers that feed them. */
import { Counter, collectDefaultMetrics, exponentialBuckets, Gauge, Histogram, Registry } from 'prom-client'
import { delayBudget } from '../shared/delay-budget.ts'
import { watchDelays } from '../shared/delay-metrics.ts'
import type { ExchangeFeedObserver } from './feeds/exchange-feed.ts'
import type { HttpFeedObserver } from './feeds/http-feed-options.ts'
import type { PublisherGroupObserver } from './publisher-group.ts'
import type { BusObserver } from './quote-bus.ts'
import type { TierResourcesObserver } from './tier-resources.ts'
import type { TiersFileObserver } from './tiers-file.ts'

export class MarketDataMetrics {
  readonly registry = new Registry()
  readonly #redisSubscriptions = this.#gauge('redis_subscriptions', 'Channels this process is subscribed to.')
  readonly #published = this.#counter('quotes_published_total', 'Quotes that the bus confirmed.')
  readonly #publishErrors = this.#counter('quotewire_publish_errors_total', 'Batches that failed; each is tried again.')
  readonly #shardsHeld = this.#gauge('quotewire_publisher_shards_held', 'Leases this process publishes under.')
  readonly #fenced = this.#counter(
    'quotewire_publisher_fenced_total',
    'Times that Redis refused a batch (nothing of it was published) or a renewal, because the lease was lost.',
    ['kind'],
  )
  readonly #badPayloads = this.#counter('quotewire_bad_payloads_total', 'Payloads from the bus that were dropped.', [
    'reason',
  ])
  readonly #conflated = this.#counter(
    'quotewire_conflated_quotes_total',
    'Quotes replaced by a newer one while a stage was full.',
    ['stage'],
  )
  readonly #dropped = this.#counter('quotewire_dropped_quotes_total', 'Quotes of symbols beyond the publisher’s limit.')
  readonly #refused = this.#counter(
    'quotewire_grpc_refused_total',
    'Streams refused before they began and unary calls answered with an error, by gRPC status.',
    ['method', 'code'],
  )
  readonly #streamRefusals = this.#counter(
    'quotewire_stream_refusals_total',
    'Error responses in StreamQuotes, and streams ended for too many requests, by code.',
    ['code'],
  )
  readonly #polls = this.#counter('quotewire_feed_polls_total', 'Requests of the http feed.', ['result'])
  readonly #feedFaults = this.#counter('quotewire_feed_faults_total', 'What went wrong at the source, by why.', [
    'feed',
    'reason',
  ])
  readonly #exchangeConnected = this.#gauge('quotewire_exchange_connected', 'Whether the exchange feed is connected.')
  readonly #tierRevision = this.#gauge(
    'quotewire_tiers_revision',
    'Revision of TIERS_FILE in use: Unix ms of the last change, Unix seconds of the start where there was none.',
  )
  readonly #tierResourcesRevision = this.#gauge(
    'quotewire_tier_resources_revision',
    'Revision of the tier resources in use; 0: none were found.',
  )
  readonly #tierResourcesFailures = this.#counter(
    'quotewire_tier_resources_failed_total',
    'Documents of tier resources that were refused.',
  )
  readonly #tierFailures = this.#counter('quotewire_tiers_failed_total', 'Versions of TIERS_FILE that were refused.')
  readonly #tiersBad = this.#gauge(
    'quotewire_tiers_bad',
    'Whether what is there now cannot be used, so that something older is in force; source: file or resources.',
    ['source'],
  )
  readonly #streams = this.#gauge('quotewire_grpc_streams', 'Open gRPC streams.', ['method'])
  readonly #streamDuration = new Histogram({
    name: 'grpc_stream_duration_seconds',
    help: 'How long gRPC streams lived.',
    labelNames: ['method'],
    // 1 s to 3 days: streams of gateways live for hours.
    buckets: exponentialBuckets(1, 4, 10),
    registers: [this.registry],
  })

  constructor() {
    collectDefaultMetrics({ register: this.registry })
    watchDelays(this.registry, delayBudget)
  }

  watchRevocations(isListening: () => boolean): void {
    new Gauge({
      name: 'quotewire_revocations_listening',
      help: 'Whether revocations are heard.',
      registers: [this.registry],
      collect() {
        this.set(Number(isListening()))
      },
    })
  }

  tiersObserver(): TiersFileObserver {
    return {
      loaded: (revision) => this.#tierRevision.set(revision),
      failed: () => {
        this.#tierFailures.inc()
        this.#tiersBad.set({ source: 'file' }, 1)
      },
      recovered: () => this.#tiersBad.set({ source: 'file' }, 0),
    }
  }

  tierResourcesObserver(): TierResourcesObserver {
    return {
      loaded: (revision) => this.#tierResourcesRevision.set(revision),
      failed: () => {
        this.#tierResourcesFailures.inc()
        this.#tiersBad.set({ source: 'resources' }, 1)
      },
      recovered: () => this.#tiersBad.set({ source: 'resources' }, 0),
    }
  }

  streamOpened(method: string): void {
    this.#streams.inc({ method })
  }

  streamClosed(method: string, durationMs: number): void {
    this.#streams.dec({ method })
    this.#streamDuration.observe({ method }, durationMs / 1000)
  }

  refused(method: string, code: number): void {
    this.#refused.inc({ method, code })
  }

  streamRefused(code: string): void {
    this.#streamRefusals.inc({ code })
  }

  streamConflated(quotes: number): void {
    this.#conflated.inc({ stage: 'quote_stream' }, quotes)
  }

  httpFeedObserver(): HttpFeedObserver {
    return {
      polled: (ok) => this.#polls.inc({ result: ok ? 'ok' : 'failed' }),
      failed: (reason) => this.#feedFaults.inc({ feed: 'http', reason }),
      unknownSymbol: () => this.#feedFaults.inc({ feed: 'http', reason: 'unknown_symbol' }),
    }
  }

  exchangeFeedObserver(): ExchangeFeedObserver {
    const fault = (reason: string) => this.#feedFaults.inc({ feed: 'exchange', reason })
    return {
      connected: () => this.#exchangeConnected.set(1),
      disconnected: (reason) => {
        this.#exchangeConnected.set(0)
        fault(reason)
      },
      stopped: () => this.#exchangeConnected.set(0),
      dropped: fault,
      gap: () => fault('gap'),
      refused: () => fault('refused'),
    }
  }

  busObserver(onConnected: () => void): BusObserver {
    return {
      connected: onConnected,
      subscriptionCount: (count) => this.#redisSubscriptions.set(count),
      badPayload: (reason) => this.#badPayloads.inc({ reason }),
    }
  }

  publisherObserver(): PublisherGroupObserver {
    // There before the first one, which an increase over time would not show otherwise.
    for (const kind of ['batch', 'renewal']) this.#fenced.inc({ kind }, 0)
    return {
      holding: (shards) => this.#shardsHeld.set(shards),
      fenced: (kind) => this.#fenced.inc({ kind }),
      published: (quotes) => this.#published.inc(quotes),
      failed: () => this.#publishErrors.inc(),
      conflated: (quotes) => this.#conflated.inc({ stage: 'publisher' }, quotes),
      dropped: (quotes) => this.#dropped.inc(quotes),
    }
  }

  #gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry] })
  }

  #counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] })
  }
}
