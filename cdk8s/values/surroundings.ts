/** Values of what is around the components: Redis, secrets, tiers, network, monitoring. */
import { z } from 'zod'
import {
  flag,
  group,
  image,
  integer,
  map,
  merge,
  objects,
  resources,
  securityContext,
  text,
  textMap,
  texts,
} from './groups.ts'

export const auth = group('Who may come in, and how gateways show themselves to market-data.', {
  existingSecret: text('Secret with the keys below; empty: the chart makes one and keeps it.'),
  jwtSecretKey: text('Key of the secret of HS256 user tokens (JWT_SECRET).', 'JWT_SECRET'),
  jwtSecretPreviousKey: text(
    'Key of one that counts as well while the two are exchanged (JWT_SECRET_PREVIOUS); it may be missing.',
    'JWT_SECRET_PREVIOUS',
  ),
  upstreamTokenKey: text('Key of the token of gateways (UPSTREAM_TOKEN).', 'UPSTREAM_TOKEN'),
  upstreamTokenPreviousKey: text(
    'Key of one that counts as well while the two are exchanged (UPSTREAM_TOKEN_PREVIOUS); it may be missing.',
    'UPSTREAM_TOKEN_PREVIOUS',
  ),
  adminTokenKey: text(
    'Key of what the operator shows to the gateways’ admin ports (ADMIN_TOKEN); without the operator it may be missing.',
    'ADMIN_TOKEN',
  ),
  hs256: flag('Take HS256 tokens, signed with JWT_SECRET; off with an identity provider.', true),
  jwksUrl: text('Key set of the identity provider (JWT_JWKS_URL).'),
  publicKey: text('PEM of public keys of user tokens (JWT_PUBLIC_KEY).'),
  issuer: text('The `iss` that tokens must carry (JWT_ISSUER).'),
  audience: text('The `aud` that tokens must carry (JWT_AUDIENCE).'),
})

export const tiers = group('Which tier may see what (docs/TIERS.md). Edits reach running pods; nothing restarts.', {
  content: map('The content of TIERS_FILE; empty: every tier may see everything.'),
  existingConfigMap: text('A ConfigMap of yours instead.'),
  key: text('Its key.', 'tiers.yaml'),
  resources: flag(
    'Let QuotewireTier resources override tiers of the file (TIER_RESOURCES); leave it on when the operator goes, and they stay.',
    false,
  ),
  merge: merge('configMap'),
})

export const redis = group('Redis: one for quotes, leases, connection limits and revocations.', {
  mode: z
    .enum(['bundled', 'external', 'sentinel', 'cluster'])
    .default('bundled')
    .describe('bundled: one pod without persistence, for development only. The others: url or urlSecret.'),
  url: text(
    'redis://, redis+sentinel:// or redis+cluster:// URL, to match mode; rediss… for TLS (docs/REDIS.md). Without a password.',
  ),
  urlSecret: group('The URL from a Secret instead.', {
    name: text('Secret.'),
    key: text('Key in it.', 'REDIS_URL'),
  }),
  username: text('User of Redis’s ACL (REDIS_USERNAME); per role: `env` of the components.'),
  existingSecret: text(
    'Secret with the password; empty: bundled takes that of auth, others have none but that of urlSecret’s URL.',
  ),
  passwordKey: text('Key of the password (REDIS_PASSWORD).', 'REDIS_PASSWORD'),
  tls: group('Certificates, from a Secret.', {
    secret: text('Secret; empty: the authorities that Node knows.'),
    caKey: text('Key of the authorities.', 'ca.crt'),
    clientCertificate: flag('Show tls.crt and tls.key of it as well.', false),
    serverName: text('Name that certificates must carry (REDIS_TLS_SERVER_NAME).'),
  }),
  image: image('Image of the bundled Redis.', 'redis', '8.0-bookworm'),
  resources: resources({ requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } }),
  securityContext: securityContext(),
  merge: merge('deployment', 'service', 'networkPolicy'),
})

export const networkPolicy = group('NetworkPolicies; a cluster without a network plugin for them ignores them.', {
  enabled: flag('Whether to create them.', true),
  gatewayFrom: objects('Peers that reach the gateway’s port 8080; none given: everybody.'),
  grpcFrom: objects('Peers that reach market-data’s gRPC port, beside the gateways.'),
  adminNamespaces: texts('Namespaces that reach the admin ports, such as that of Prometheus.'),
  adminFrom: objects('Further peers that reach the admin ports, such as health checks of a load balancer.'),
  restrictEgress: flag('Whether to say where pods may connect to as well; DNS is always allowed.', true),
  egressPorts: z
    .array(z.int().min(1).max(65_535))
    .default([443])
    .describe('TCP ports that gateway, market-data and publisher reach anywhere: key sets, feeds.'),
  redisPorts: z
    .array(z.int().min(1).max(65_535))
    .default([6_379, 26_379])
    .describe('TCP ports of a Redis that is not bundled, beside those that redis.url and REDIS_URL in `env` name.'),
  extraEgress: objects('Further egress rules of gateway, market-data and publisher.'),
})

export const monitoring = group('What Prometheus and Grafana need.', {
  mode: z
    .enum(['none', 'serviceMonitor', 'podMonitor'])
    .default('none')
    .describe('How the Prometheus operator finds the pods; set networkPolicy.adminNamespaces as well.'),
  labels: textMap('Labels of the monitor and the rules, where Prometheus selects by them.'),
  interval: text('How often to scrape.', '15s'),
  prometheusRule: flag(
    'Alerts (docs/OPERATIONS.md, “What to look at”); that nobody publishes, with publisher.enabled only.',
    false,
  ),
  grafanaDashboard: flag('A dashboard in a ConfigMap that Grafana’s sidecar finds.', false),
  merge: merge('serviceMonitor', 'podMonitor', 'metricsService', 'prometheusRule', 'grafanaDashboard'),
})

export const streamTest = group('`helm test`: signs a token, subscribes, waits for a quote. Needs auth.hs256.', {
  symbol: text('A symbol that is published.', 'AAPL'),
  timeoutMs: integer('How long it may take.', 60_000, { min: 1_000 }),
  command: z.array(z.string()).default(['/nodejs/bin/node']).describe('Node in the gateway’s image.'),
})
