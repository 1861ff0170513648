/** How clients outside the cluster reach the gateway: HTTPRoute first, Ingress where there is no Gateway API. */
import type { Tree, TreeMap } from '../expression.ts'
import { type Component, componentName } from '../names.ts'
import type { Resource } from '../resource.ts'
import {
  all,
  decimal,
  divideRoundingUp,
  each,
  entriesOf,
  hasKey,
  isSet,
  not,
  optional,
  type Symbolic,
  sum,
  text,
  when,
} from '../symbolic.ts'
import type { Values } from '../values.ts'
import { gatewayAdminPort } from './gateway.ts'
import { metadata } from './pod.ts'

const component: Component = 'gateway'
const name = componentName(component)

export function entryObjects(values: Symbolic<Values>): Resource[] {
  return [httpRoute(values), ingress(values), gcpBackendPolicy(values), healthCheckPolicy(values)]
}

function httpRoute({ gateway }: Symbolic<Values>): Resource {
  const { httpRoute, merge, service } = gateway
  return {
    id: 'gateway/http-route',
    condition: httpRoute.enabled,
    merge: merge.httpRoute,
    object: {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: metadata(name, component, { annotations: optional(httpRoute.annotations) }),
      spec: {
        parentRefs: httpRoute.parentRefs,
        hostnames: optional(httpRoute.hostnames),
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: '/' } }],
            backendRefs: [{ name, port: service.port }],
            timeouts: optional(httpRoute.timeouts),
          },
        ],
      },
    },
  }
}

function ingress({ gateway }: Symbolic<Values>): Resource {
  const { ingress: given, merge } = gateway
  const http = {
    paths: [{ path: given.path, pathType: 'Prefix', backend: { service: { name, port: { name: 'http' } } } }],
  }
  return {
    id: 'gateway/ingress',
    condition: given.enabled,
    merge: merge.ingress,
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: metadata(name, component, {
        annotations: { ...albAnnotations(gateway), ...entriesOf(given.annotations) },
      }),
      spec: {
        ingressClassName: optional(given.className),
        rules: when(isSet(given.hosts), [each(given.hosts, (host) => ({ host, http }))], [{ http }]),
        tls: optional(given.tls),
      },
    },
  }
}

/** IP targets: a NodePort would add a hop that nobody drains. The ALB keeps a target at least as long as the pod drains. */
function albAnnotations(gateway: Symbolic<Values>['gateway']): TreeMap {
  const { aws, ingress: given } = gateway
  const annotations: Readonly<Record<string, Tree>> = {
    'target-type': 'ip',
    'load-balancer-attributes': text`idle_timeout.timeout_seconds=${decimal(aws.idleTimeoutS)}`,
    'target-group-attributes': text`deregistration_delay.timeout_seconds=${decimal(leavingS(gateway))}`,
    'healthcheck-port': String(gatewayAdminPort),
    'healthcheck-path': '/readyz',
  }
  return Object.fromEntries(
    Object.entries(annotations).map(([suffix, value]) => {
      const key = `alb.ingress.kubernetes.io/${suffix}`
      return [key, when(all(aws.enabled, not(hasKey(given.annotations, key))), value)]
    }),
  )
}

function gcpBackendPolicy({ gateway }: Symbolic<Values>): Resource {
  const { gke, merge } = gateway
  return {
    id: 'gateway/gcp-backend-policy',
    condition: gke.enabled,
    merge: merge.gcpBackendPolicy,
    object: {
      apiVersion: 'networking.gke.io/v1',
      kind: 'GCPBackendPolicy',
      metadata: metadata(name, component),
      spec: {
        default: {
          timeoutSec: gke.backendTimeoutS,
          connectionDraining: { drainingTimeoutSec: leavingS(gateway) },
        },
        targetRef: serviceReference,
      },
    },
  }
}

function healthCheckPolicy({ gateway }: Symbolic<Values>): Resource {
  const httpHealthCheck = { portSpecification: 'USE_FIXED_PORT', port: gatewayAdminPort, requestPath: '/readyz' }
  return {
    id: 'gateway/health-check-policy',
    condition: gateway.gke.enabled,
    merge: gateway.merge.healthCheckPolicy,
    object: {
      apiVersion: 'networking.gke.io/v1',
      kind: 'HealthCheckPolicy',
      metadata: metadata(name, component),
      spec: { default: { config: { type: 'HTTP', httpHealthCheck } }, targetRef: serviceReference },
    },
  }
}

const serviceReference: TreeMap = { group: '', kind: 'Service', name }

/** The most that Google's connection draining and an ALB's deregistration delay take. */
export const longestLeavingS = 3_600

/** From the first notice to the last close. */
export function leavingS({ drainWindowMs, preStopSleepS }: Symbolic<Values>['gateway']) {
  return sum(preStopSleepS, divideRoundingUp(drainWindowMs, 1_000))
}
