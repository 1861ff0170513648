/** Values of the three components of the platform. */
import { z } from 'zod'
import {
  autoscaling,
  flag,
  group,
  image,
  integer,
  map,
  merge,
  objects,
  pdb,
  podGroup,
  resources,
  text,
  textMap,
  texts,
} from './groups.ts'

export const longestDrainMs = 3_600_000

const preStopSleepS = () =>
  integer('How long a pod goes on serving after it was told to end, until load balancers have noticed.', 5, {
    min: 1,
    max: 600,
  })

export const gateway = group('The gateway: WebSockets for browsers.', {
  image: image('Image of the gateway.', 'quotewire-gateway', ''),
  replicas: integer('Pods, with autoscaling.mode none.', 2),
  resources: resources({ requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } }),
  preStopSleepS: preStopSleepS(),
  drainWindowMs: integer('Over how long the closes of a drain are spread (DRAIN_WINDOW_MS).', 20_000, {
    max: longestDrainMs,
  }),
  maxSessionAgeMs: integer(
    'About how long a session may live (± 20 %), so that connections spread over new pods; 0 is for ever (MAX_SESSION_AGE_MS).',
    3_600_000,
  ),
  allowedOrigins: texts('Origins of pages that may connect beside the gateway’s own (ALLOWED_ORIGINS).'),
  trustedProxies: texts('Proxies whose X-Forwarded-For to believe (TRUSTED_PROXIES).'),
  ...podGroup('the gateway'),
  autoscaling: autoscaling('the gateway', 'websocket_connections', 2_000),
  pdb: pdb(),
  service: group('Service for clients.', {
    type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']).default('ClusterIP').describe('Type.'),
    port: integer('Port.', 80, { min: 1, max: 65_535 }),
    nodePort: z.int().min(1).max(65_535).nullable().default(null).describe('Fixed port of the nodes; null: any.'),
    annotations: textMap('Annotations.'),
  }),
  httpRoute: group('HTTPRoute of the Gateway API.', {
    enabled: flag('Whether to create it.', false),
    parentRefs: objects('Gateways that it hangs on.'),
    hostnames: texts('Host names.'),
    annotations: textMap('Annotations.'),
    timeouts: map('Timeouts of its rule; GKE refuses any, and long WebSockets need none.'),
  }),
  ingress: group('Ingress, where there is no Gateway API.', {
    enabled: flag('Whether to create it.', false),
    className: text('IngressClass.'),
    annotations: textMap('Annotations; they win over those of aws.'),
    hosts: texts('Host names; none: every host.'),
    path: text('Path prefix.', '/'),
    tls: objects('TLS blocks.'),
  }),
  gke: group('Google: GCPBackendPolicy and HealthCheckPolicy for long WebSockets behind an HTTPRoute.', {
    enabled: flag('Whether to create them.', false),
    backendTimeoutS: integer('How long a WebSocket may live; the 30 s of GKE would cut it.', 86_400, {
      min: 1,
      max: 2_147_483_647,
    }),
  }),
  aws: group('Amazon: annotations of the Ingress for an ALB with IP targets.', {
    enabled: flag('Whether to set them.', false),
    idleTimeoutS: integer('Idle time after which the ALB closes; more than two heartbeats.', 120, {
      min: 61,
      max: 4_000,
    }),
  }),
  merge: merge(
    'deployment',
    'service',
    'serviceAccount',
    'podDisruptionBudget',
    'networkPolicy',
    'horizontalPodAutoscaler',
    'scaledObject',
    'httpRoute',
    'ingress',
    'gcpBackendPolicy',
    'healthCheckPolicy',
  ),
})

export const marketdata = group('market-data: quotes from Redis to the gateways over gRPC.', {
  image: image('Image of market-data and the publisher.', 'quotewire-marketdata', ''),
  replicas: integer('Pods, with autoscaling.mode none.', 2),
  resources: resources({ requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } }),
  preStopSleepS: preStopSleepS(),
  drainWindowMs: integer('How long gateways have to read elsewhere before streams end (DRAIN_WINDOW_MS).', 10_000, {
    max: 600_000,
  }),
  ...podGroup('market-data'),
  autoscaling: autoscaling('market-data', 'redis_subscriptions', 5_000),
  pdb: pdb(),
  merge: merge(
    'deployment',
    'headlessService',
    'serviceAccount',
    'podDisruptionBudget',
    'networkPolicy',
    'horizontalPodAutoscaler',
    'scaledObject',
  ),
})

export const publisher = group('The publisher: one feed to Redis; a second pod stands by.', {
  enabled: flag('Whether to run one; off where something else publishes.', true),
  replicas: integer('Pods; shards are divided among them.', 2),
  resources: resources({ requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '384Mi' } }),
  feed: z.enum(['replay', 'simulated', 'http', 'exchange']).default('replay').describe('What to publish (FEED).'),
  shards: integer('Into how many leases symbols are divided (PUBLISHER_SHARDS, for market-data too).', 1, {
    min: 1,
    max: 64,
  }),
  ...podGroup('the publisher'),
  pdb: pdb(),
  merge: merge('deployment', 'serviceAccount', 'podDisruptionBudget', 'networkPolicy'),
})

export const operator = group('The operator: scales gateways by their connections (docs/OPERATOR.md).', {
  enabled: flag(
    'Whether to run it; needs the chart quotewire-crds, and in a Secret of your own the key auth.adminTokenKey.',
    false,
  ),
  image: image('Image of the operator.', 'quotewire-operator', ''),
  replicas: integer('Pods; one acts, the others stand by.', 2, { min: 1 }),
  resources: resources({ requests: { cpu: '20m', memory: '128Mi' }, limits: { memory: '256Mi' } }),
  dryRun: flag('Only say by status and events what would be done (DRY_RUN).', false),
  platforms: flag(
    'Whether it applies QuotewirePlatform resources; it may then write Deployments, Services and the like in its namespace.',
    false,
  ),
  watchNodes: flag('Look at nodes, by a ClusterRole that may only read them (WATCH_NODES).', true),
  apiServerPorts: z
    .array(z.int().min(1).max(65_535))
    .default([443, 6_443])
    .describe('TCP ports of the API server, for networkPolicy.restrictEgress.'),
  ...podGroup('the operator'),
  merge: merge(
    'deployment',
    'serviceAccount',
    'role',
    'roleBinding',
    'clusterRole',
    'clusterRoleBinding',
    'networkPolicy',
  ),
})
