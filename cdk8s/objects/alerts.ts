/** Alerts: the signs of docs/OPERATIONS.md, “What to look at”, that someone should be told of. */
import type { Choice, Tree, TreeMap } from '../expression.ts'
import { fullname } from '../names.ts'
import { release, text, values, when } from '../symbolic.ts'

interface Alert {
  readonly alert: string
  /** PromQL around the selector of this release's pods. */
  readonly before: string
  readonly after: string
  readonly for: string
  readonly severity: 'warning' | 'critical'
  readonly summary: string
  /** Without it the alert is always there. */
  readonly condition?: Choice
}

const alerts: readonly Alert[] = [
  {
    alert: 'QuotewireNoUpstream',
    before: 'max by (pod) (quotewire_upstream_links_ready',
    after: ') == 0',
    for: '1m',
    severity: 'critical',
    summary: 'Gateway {{ $labels.pod }} reaches no market-data.',
  },
  {
    alert: 'QuotewireNobodyPublishes',
    before: 'sum(quotewire_publisher_shards_held',
    after: ') == 0',
    for: '1m',
    severity: 'critical',
    summary: 'No publisher holds a lease: Redis is away, or refuses them.',
    // Pods that only serve export the gauge as well, as 0: where something else publishes it would never stop.
    condition: values.publisher.enabled,
  },
  {
    alert: 'QuotewireGaps',
    before: 'sum(rate(quotewire_gaps_total',
    after: '[5m])) > 0.1',
    for: '5m',
    severity: 'warning',
    summary: 'Quotes are lost on the way to the gateways.',
  },
  {
    alert: 'QuotewireSlowClients',
    before: 'sum(rate(quotewire_session_closes_total{code="too_slow",',
    after: '[5m])) > 1',
    for: '10m',
    severity: 'warning',
    summary: 'More than one client a second is cut off because it reads too slowly.',
  },
  {
    alert: 'QuotewireTiersRefused',
    before: 'sum by (pod) (increase(quotewire_tiers_failed_total',
    after: '[10m])) > 0',
    for: '0m',
    severity: 'warning',
    summary: 'market-data {{ $labels.pod }} refused a version of the tiers; the last good one counts.',
  },
  {
    alert: 'QuotewirePublisherFenced',
    before: 'sum(increase(quotewire_publisher_fenced_total',
    after: '[10m])) > 0',
    for: '0m',
    severity: 'warning',
    summary: 'A publisher was paused past its lease: look at CPU limits and memory pressure.',
  },
]

const pods = text`namespace="${release.Namespace}",pod=~"${fullname}-(gateway|marketdata|publisher)-.*"`

export const alertRules: readonly Tree[] = alerts.map(({ condition, ...alert }) =>
  condition === undefined ? rule(alert) : when(condition, rule(alert)),
)

function rule({ alert, before, after, severity, summary, ...rest }: Alert): TreeMap {
  const open = before.endsWith(',') ? '' : '{'
  return {
    alert,
    expr: text`${before}${open}${pods}}${after}`,
    for: rest.for,
    labels: { severity },
    annotations: { summary },
  }
}
