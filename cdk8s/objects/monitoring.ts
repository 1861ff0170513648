/** How Prometheus finds the admin ports. */
import type { TreeMap } from '../expression.ts'
import { fullname, releaseSelector } from '../names.ts'
import type { Resource } from '../resource.ts'
import { entriesOf, equals, type Symbolic, text } from '../symbolic.ts'
import type { Values } from '../values.ts'
import { alertRules } from './alerts.ts'
import { dashboard } from './dashboard.ts'
import { metadata } from './pod.ts'

const metricsName = text`${fullname}-metrics`
const metricsLabel: TreeMap = { 'quotewire.dev/metrics': 'admin' }
const dashboardLabel: TreeMap = { grafana_dashboard: '1' }
/** Beside those of every object. */
export const monitoringLabelNames: readonly string[] = Object.keys({ ...metricsLabel, ...dashboardLabel })
const componentLabel = 'app.kubernetes.io/component'

export function monitoringObjects(values: Symbolic<Values>): Resource[] {
  return [
    metricsService(values),
    serviceMonitor(values),
    podMonitor(values),
    prometheusRule(values),
    grafanaDashboard(values),
  ]
}

/** Apart from the Services of clients, which may be load balancers: admin ports stay inside. */
function metricsService({ monitoring }: Symbolic<Values>): Resource {
  return {
    id: 'monitoring/metrics-service',
    condition: equals(monitoring.mode, 'serviceMonitor'),
    merge: monitoring.merge.metricsService,
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: withLabels(metricsName, metricsLabel),
      spec: {
        clusterIP: 'None',
        // A pod that is not ready is the one to look at.
        publishNotReadyAddresses: true,
        selector: releaseSelector,
        ports: [{ name: 'admin', port: 9_090, targetPort: 'admin', protocol: 'TCP' }],
      },
    },
  }
}

function serviceMonitor({ monitoring }: Symbolic<Values>): Resource {
  return {
    id: 'monitoring/service-monitor',
    condition: equals(monitoring.mode, 'serviceMonitor'),
    merge: monitoring.merge.serviceMonitor,
    object: {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: withLabels(fullname, entriesOf(monitoring.labels)),
      spec: {
        selector: { matchLabels: { ...releaseSelector, ...metricsLabel } },
        podTargetLabels: [componentLabel],
        endpoints: [{ port: 'admin', path: '/metrics', interval: monitoring.interval }],
      },
    },
  }
}

function podMonitor({ monitoring }: Symbolic<Values>): Resource {
  return {
    id: 'monitoring/pod-monitor',
    condition: equals(monitoring.mode, 'podMonitor'),
    merge: monitoring.merge.podMonitor,
    object: {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      metadata: withLabels(fullname, entriesOf(monitoring.labels)),
      spec: {
        selector: { matchLabels: releaseSelector },
        podTargetLabels: [componentLabel],
        podMetricsEndpoints: [{ port: 'admin', path: '/metrics', interval: monitoring.interval }],
      },
    },
  }
}

function prometheusRule({ monitoring }: Symbolic<Values>): Resource {
  return {
    id: 'monitoring/prometheus-rule',
    condition: monitoring.prometheusRule,
    merge: monitoring.merge.prometheusRule,
    object: {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: withLabels(fullname, entriesOf(monitoring.labels)),
      spec: { groups: [{ name: fullname, rules: alertRules }] },
    },
  }
}

function grafanaDashboard({ monitoring }: Symbolic<Values>): Resource {
  return {
    id: 'monitoring/grafana-dashboard',
    condition: monitoring.grafanaDashboard,
    merge: monitoring.merge.grafanaDashboard,
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: withLabels(text`${fullname}-dashboard`, dashboardLabel),
      data: { 'quotewire.json': dashboard },
    },
  }
}

function withLabels(name: typeof fullname, further: TreeMap): TreeMap {
  const { labels, ...rest } = metadata(name)
  return { ...rest, labels: { ...(labels as TreeMap), ...further } }
}
