/** Alerts: the signs of docs/OPERATIONS.md, “What to look at”, that someone should be told of. */
import type { Choice, Expression, Tree, TreeMap } from '../expression.ts'
import { type Component, componentName, fullname } from '../names.ts'
import { decimal, release, text, values, when } from '../symbolic.ts'

interface Alert {
  readonly alert: string
  readonly expr: Expression<string>
  readonly for: string
  readonly severity: 'warning' | 'critical'
  readonly summary: string
  /** Without it the alert is always there. */
  readonly condition?: Choice
}

/** Matchers of this release's pods. */
const ours = text`namespace="${release.Namespace}",pod=~"${fullname}-(gateway|marketdata|publisher)-.*"`

function podsOf(component: Component): Expression<string> {
  return text`namespace="${release.Namespace}",pod=~"${componentName(component)}-.*"`
}

/** A component that exports nothing: the other alerts would be silent. */
function notScraped(component: Component, who: string, metric: string, condition?: Choice): Alert {
  return {
    alert: `QuotewireNotScraped${component.charAt(0).toUpperCase()}${component.slice(1)}`,
    expr: text`absent(${metric}{${podsOf(component)}})`,
    for: '5m',
    severity: 'critical',
    summary: `No ${who} is scraped: none runs, or Prometheus does not reach its admin port.`,
    ...(condition === undefined ? {} : { condition }),
  }
}

/** A second; a code that has not been counted yet is 0. */
function sentAway(counter: string): Expression<string> {
  const codes = 'code=~"server_full|handshake_limit|busy"'
  return text`(sum(rate(quotewire_${counter}_total{${codes},${ours}}[5m])) or vector(0))`
}

const { operator, publisher } = values

const alerts: readonly Alert[] = [
  notScraped('gateway', 'gateway', 'websocket_connections'),
  notScraped('marketdata', 'market-data', 'redis_subscriptions'),
  notScraped('publisher', 'publisher', 'quotewire_publisher_shards_held', publisher.enabled),
  {
    alert: 'QuotewireNoUpstream',
    expr: text`max by (pod) (quotewire_upstream_links_ready{${ours}}) == 0`,
    for: '1m',
    severity: 'critical',
    summary: 'Gateway {{ $labels.pod }} reaches no market-data.',
  },
  {
    alert: 'QuotewireNobodyPublishes',
    expr: text`sum(quotewire_publisher_shards_held{${ours}}) < ${decimal(publisher.shards)}`,
    for: '1m',
    severity: 'critical',
    summary:
      'The symbols of some shards stand still: Redis is away or refuses the publishers, or none has their leases.',
    // Pods that only serve export the gauge as well, as 0: where something else publishes it would never stop.
    condition: publisher.enabled,
  },
  {
    alert: 'QuotewireFeedFails',
    expr: text`sum by (feed) (rate(quotewire_feed_faults_total{${ours}}[5m])) > 0.1`,
    for: '10m',
    severity: 'warning',
    summary: 'The source of the {{ $labels.feed }} feed fails: clients see neither quotes nor a word of it.',
    condition: publisher.enabled,
  },
  {
    alert: 'QuotewireGaps',
    expr: text`sum(increase(quotewire_gaps_total{${ours}}[15m])) > 10`,
    for: '0m',
    severity: 'warning',
    summary: 'Quotes were lost on the way to the gateways.',
  },
  {
    alert: 'QuotewireSlowClients',
    expr: text`sum(rate(quotewire_session_closes_total{code="too_slow",${ours}}[5m])) > 1`,
    for: '10m',
    severity: 'warning',
    summary: 'More than one client a second is cut off because it reads too slowly.',
  },
  {
    alert: 'QuotewireGatewaysFull',
    // By a close, by HTTP where the token is in the header, or without an answer.
    expr: text`${sentAway('session_closes')} + ${sentAway('upgrades_refused')} + ${sentAway('sockets_dropped')} > 1`,
    for: '5m',
    severity: 'warning',
    summary: 'Clients are sent away because gateways are full, or let in too few at a time.',
  },
  {
    alert: 'QuotewireConnectionsUncounted',
    expr: text`min by (pod) (quotewire_connection_counts_up{${ours}}) == 0`,
    for: '5m',
    severity: 'warning',
    summary: 'Gateway {{ $labels.pod }} cannot count connections over all gateways: Redis is away, or refuses it.',
  },
  {
    alert: 'QuotewireRevocationsUnheard',
    expr: text`min by (pod) (quotewire_revocations_listening{${ours}}) == 0`,
    for: '5m',
    severity: 'warning',
    summary: '{{ $labels.pod }} does not hear revocations: Redis is away, or refuses it.',
  },
  {
    alert: 'QuotewireTiersRefused',
    expr: text`max by (pod, source) (quotewire_tiers_bad{${ours}}) > 0`,
    for: '0m',
    severity: 'warning',
    summary:
      'market-data {{ $labels.pod }} refuses the tiers ({{ $labels.source }}); it goes on by the last good ones; a process that starts now may not be ready with these.',
  },
  {
    alert: 'QuotewirePublisherFenced',
    expr: text`sum(increase(quotewire_publisher_fenced_total{${ours}}[10m])) > 0`,
    for: '0m',
    severity: 'warning',
    summary:
      'A publisher lost a lease that it thought it had: expected once after a restart or failover of Redis, else look at CPU limits and memory pressure.',
  },
  {
    alert: 'QuotewireOperatorGone',
    expr: text`absent(quotewire_operator_leading{${podsOf('operator')}} == 1)`,
    for: '5m',
    severity: 'warning',
    summary: 'No operator leads: nothing scales by QuotewireAutoscaler, and tiers and platforms stay as they are.',
    condition: operator.enabled,
  },
  {
    alert: 'QuotewireAutoscalerFrozen',
    expr: text`max(quotewire_operator_frozen{${podsOf('operator')}}) > 0`,
    for: '30m',
    severity: 'warning',
    summary:
      'An autoscaler has not scaled down for half an hour for a reason of its fleet: kubectl get quotewireautoscaler.',
    condition: operator.enabled,
  },
]

export const alertRules: readonly Tree[] = alerts.map(({ condition, ...alert }) =>
  condition === undefined ? rule(alert) : when(condition, rule(alert)),
)

function rule({ alert, expr, severity, summary, ...rest }: Alert): TreeMap {
  return { alert, expr, for: rest.for, labels: { severity }, annotations: { summary } }
}
