/** The Grafana dashboard, as JSON text: what docs/OPERATIONS.md says to look at, for one namespace at a time. */
interface Query {
  readonly title: string
  readonly expr: string
  readonly legend: string
}

const queries: readonly Query[] = [
  { title: 'Connections', expr: 'sum by (pod) (websocket_connections{$pods})', legend: '{{pod}}' },
  {
    title: 'Deliveries a second',
    expr: 'sum(rate(quotewire_deliveries_total{$pods}[$__rate_interval]))',
    legend: 'deliveries',
  },
  {
    title: 'Session closes a second',
    expr: 'sum by (code) (rate(quotewire_session_closes_total{$pods}[$__rate_interval]))',
    legend: '{{code}}',
  },
  { title: 'Upstream links', expr: 'sum by (pod) (quotewire_upstream_links_ready{$pods})', legend: '{{pod}}' },
  { title: 'Gaps a second', expr: 'sum(rate(quotewire_gaps_total{$pods}[$__rate_interval]))', legend: 'gaps' },
  {
    title: 'Conflated quotes a second',
    expr: 'sum by (stage) (rate(quotewire_conflated_quotes_total{$pods}[$__rate_interval]))',
    legend: '{{stage}}',
  },
  { title: 'Redis subscriptions', expr: 'sum by (pod) (redis_subscriptions{$pods})', legend: '{{pod}}' },
  { title: 'Leases held', expr: 'sum by (pod) (quotewire_publisher_shards_held{$pods})', legend: '{{pod}}' },
]

const [panelWidth, panelHeight, panelsInARow] = [12, 8, 2]

export const dashboard: string = JSON.stringify(
  {
    title: 'Quotewire',
    uid: 'quotewire',
    schemaVersion: 39,
    time: { from: 'now-1h', to: 'now' },
    refresh: '15s',
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus' },
        {
          name: 'namespace',
          type: 'query',
          datasource: { type: 'prometheus', uid: '$datasource' },
          query: 'label_values(websocket_connections, namespace)',
        },
      ],
    },
    panels: queries.map(panel),
  },
  null,
  1,
)

function panel({ title, expr, legend }: Query, index: number): object {
  return {
    id: index + 1,
    title,
    type: 'timeseries',
    datasource: { type: 'prometheus', uid: '$datasource' },
    gridPos: {
      x: (index % panelsInARow) * panelWidth,
      y: Math.floor(index / panelsInARow) * panelHeight,
      w: panelWidth,
      h: panelHeight,
    },
    targets: [{ refId: 'A', expr: expr.replace('$pods', 'namespace="$namespace"'), legendFormat: legend }],
  }
}
