/**
 * Who may talk to whom. Clients to the gateway (everybody by default), gateways to market-data, all three to Redis,
 * named namespaces to the admin ports, everybody to DNS.
 */
import type { Choice, Tree, TreeMap } from '../expression.ts'
import { type Component, componentName, releaseSelector, selector } from '../names.ts'
import { type RedisUser, redisPorts, redisUsers } from '../redis-ports.ts'
import type { Resource } from '../resource.ts'
import { all, any, each, equals, hasKey, isSet, not, type Symbolic, when } from '../symbolic.ts'
import type { Values } from '../values.ts'
import { gatewayAdminPort, gatewayPort } from './gateway.ts'
import { grpcPort, marketdataAdminPort } from './marketdata.ts'
import { operatorAdminPort } from './operator.ts'
import { metadata } from './pod.ts'
import { redisPort } from './redis-access.ts'

export function networkPolicies(values: Symbolic<Values>): Resource[] {
  const { gateway, marketdata, networkPolicy, operator, publisher, redis } = values
  const { enabled, gatewayFrom, grpcFrom } = networkPolicy
  // `helm test` comes from inside.
  const peers = when(isSet(gatewayFrom), [podsOf('stream-test'), each(gatewayFrom, (peer) => peer)])
  return [
    policy(values, 'gateway', enabled, gateway.merge.networkPolicy, {
      ingress: [
        { from: peers, ports: [tcp(gatewayPort)] },
        adminRule(values, gatewayAdminPort),
        // One acts in a namespace, whichever release it is of.
        when(operator.enabled, {
          from: [{ podSelector: { matchLabels: operatorLabel } }],
          ports: [tcp(gatewayAdminPort)],
        }),
      ],
      egress: [{ to: [podsOf('marketdata')], ports: [tcp(grpcPort)] }],
    }),
    policy(values, 'marketdata', enabled, marketdata.merge.networkPolicy, {
      ingress: [
        { from: [podsOf('gateway'), each(grpcFrom, (peer) => peer)], ports: [tcp(grpcPort)] },
        adminRule(values, marketdataAdminPort),
      ],
      egress: [],
    }),
    policy(values, 'publisher', all(enabled, publisher.enabled), publisher.merge.networkPolicy, {
      ingress: [adminRule(values, marketdataAdminPort)],
      egress: [],
    }),
    policy(values, 'operator', all(enabled, operator.enabled), operator.merge.networkPolicy, {
      ingress: [adminRule(values, operatorAdminPort)],
      egress: [
        // Of any release or platform in the namespace.
        { to: [{ podSelector: { matchLabels: gatewayLabel } }], ports: [tcp(gatewayAdminPort)] },
        { ports: [each(operator.apiServerPorts, (port) => ({ port, protocol: 'TCP' }))] },
      ],
    }),
    redisPolicy(all(enabled, equals(redis.mode, 'bundled')), redis.merge.networkPolicy),
  ]
}

const operatorLabel = { 'app.kubernetes.io/component': 'operator' }
const gatewayLabel = { 'app.kubernetes.io/component': 'gateway' }

interface Rules {
  readonly ingress: readonly Tree[]
  /** Beside DNS, Redis and the ports of egressPorts. */
  readonly egress: readonly Tree[]
}

function policy(
  values: Symbolic<Values>,
  component: RedisUser,
  condition: Choice,
  merge: Resource['merge'],
  { ingress, egress }: Rules,
): Resource {
  const { restrictEgress, extraEgress, egressPorts } = values.networkPolicy
  const rules = [
    dns,
    ...egress,
    ...redisEgress(values, component),
    { ports: [each(egressPorts, (port) => ({ port, protocol: 'TCP' }))] },
    each(extraEgress, (rule) => rule),
  ]
  return {
    id: `${component}/network-policy`,
    condition,
    merge,
    object: networkPolicy(component, {
      policyTypes: ['Ingress', when(restrictEgress, 'Egress')],
      ingress,
      egress: when(restrictEgress, rules),
    }),
  }
}

/** Without policyTypes' Egress rule the bundled Redis could be used to reach others; it has nobody to call. */
function redisPolicy(condition: Choice, merge: Resource['merge']): Resource {
  const users = { key: 'app.kubernetes.io/component', operator: 'In', values: [...redisUsers] }
  const from = [{ podSelector: { matchLabels: releaseSelector, matchExpressions: [users] } }]
  return {
    id: 'redis/network-policy',
    condition,
    merge,
    object: networkPolicy('redis', {
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from, ports: [tcp(redisPort)] }],
    }),
  }
}

function networkPolicy(component: Component, rules: TreeMap): Resource['object'] {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(componentName(component), component),
    spec: { podSelector: { matchLabels: selector(component) }, ...rules },
  }
}

function adminRule({ networkPolicy }: Symbolic<Values>, port: number): Tree {
  const { adminFrom, adminNamespaces } = networkPolicy
  const from = [
    each(adminNamespaces, (name) => ({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
    })),
    each(adminFrom, (peer) => peer),
  ]
  return when(any(isSet(adminNamespaces), isSet(adminFrom)), { from, ports: [tcp(port)] })
}

/** Beside the bundled one, a component may have a REDIS_URL of its own. */
function redisEgress(values: Symbolic<Values>, component: RedisUser): Tree[] {
  const isBundled = equals(values.redis.mode, 'bundled')
  const goesElsewhere = any(not(isBundled), hasKey(values[component].env, 'REDIS_URL'))
  return [
    when(isBundled, { to: [podsOf('redis')], ports: [tcp(redisPort)] }),
    // Any address: where Sentinels and nodes are, only Redis knows.
    when(goesElsewhere, { ports: [each(redisPorts(component), (port) => ({ port, protocol: 'TCP' }))] }),
  ]
}

/** Anywhere: a cluster's DNS may be pods, a service or an address of the node. OpenShift's pods listen on 5353. */
const dns: Tree = {
  ports: [53, 5_353].flatMap((port) => [
    { port, protocol: 'UDP' },
    { port, protocol: 'TCP' },
  ]),
}

function podsOf(component: Component): TreeMap {
  return { podSelector: { matchLabels: selector(component) } }
}

function tcp(port: number): TreeMap {
  return { port, protocol: 'TCP' }
}
