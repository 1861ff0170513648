/** The bundled Redis: one pod, nothing on disk, for development. Production brings its own (redis.mode). */
import { type Component, componentName, selector } from '../names.ts'
import type { Resource } from '../resource.ts'
import { equals, optional, type Symbolic } from '../symbolic.ts'
import type { Values } from '../values.ts'
import { fromSecret } from './environment.ts'
import { containerSecurity, imageReference, metadata, podSecurity } from './pod.ts'
import { redisPasswordSecret, redisPort } from './redis-access.ts'

const component: Component = 'redis'

export function redisObjects(values: Symbolic<Values>): Resource[] {
  return [redisDeployment(values), redisService(values)]
}

function redisDeployment(values: Symbolic<Values>): Resource {
  const { redis, global } = values
  return {
    id: 'redis/deployment',
    condition: equals(redis.mode, 'bundled'),
    merge: redis.merge.deployment,
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata(componentName(component), component),
      spec: {
        replicas: 1,
        // Two at once would be two truths.
        strategy: { type: 'Recreate' },
        selector: { matchLabels: selector(component) },
        template: {
          metadata: { labels: selector(component) },
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            imagePullSecrets: optional(global.imagePullSecrets),
            securityContext: podSecurity(redis.securityContext),
            terminationGracePeriodSeconds: 10,
            containers: [redisContainer(values)],
            volumes: [{ name: 'data', emptyDir: {} }],
          },
        },
      },
    },
  }
}

function redisContainer(values: Symbolic<Values>) {
  const { redis } = values
  const password = fromSecret(redisPasswordSecret(values), redis.passwordKey)
  const probe = { exec: { command: ['redis-cli', '-e', 'ping'] }, timeoutSeconds: 3 }
  return {
    name: component,
    image: imageReference(redis.image),
    imagePullPolicy: redis.image.pullPolicy,
    command: ['redis-server'],
    // The kubelet puts the password in; there is no shell. noeviction: docs/REDIS.md.
    args: [
      ...['--dir', '/data', '--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'],
      ...['--requirepass', '$(REDIS_PASSWORD)'],
    ],
    env: [
      { name: 'REDIS_PASSWORD', ...password },
      { name: 'REDISCLI_AUTH', ...password },
    ],
    ports: [{ name: 'redis', containerPort: redisPort, protocol: 'TCP' }],
    resources: optional(redis.resources),
    securityContext: containerSecurity,
    livenessProbe: { ...probe, periodSeconds: 10 },
    readinessProbe: { ...probe, periodSeconds: 2 },
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
  }
}

function redisService({ redis }: Symbolic<Values>): Resource {
  return {
    id: 'redis/service',
    condition: equals(redis.mode, 'bundled'),
    merge: redis.merge.service,
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(componentName(component), component),
      spec: {
        selector: selector(component),
        ports: [{ name: 'redis', port: redisPort, targetPort: 'redis', protocol: 'TCP' }],
      },
    },
  }
}
