/** The controller of platforms with a real API over HTTP; the objects are the test's. */
import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { Events } from './events.ts'
import { paths } from './kubernetes-objects.ts'
import { OperatorMetrics } from './metrics.ts'
import { PlatformController } from './platform-controller.ts'
import { type Platform, platformKind, resourcePath } from './resources.ts'
import { ApiServer } from './testing/api-server.ts'

const namespace = 'here'
const folder = resourcePath(platformKind.plural, namespace)
const deploymentPath = `${paths.deployments(namespace)}/blue-gateway`
const servicePath = `/api/v1/namespaces/${namespace}/services/blue`
const labels = { 'app.kubernetes.io/component': 'gateway' }
const deployment = {
  ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
  metadata: { name: 'blue-gateway', labels },
  spec: { replicas: 2 },
}
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'blue' }, spec: { port: 80 } }

test('what is wanted is made, owned by the platform; what is not any more is deleted, and nothing else', async () => {
  await using cluster = await started()
  await cluster.look()
  expect(cluster.api.get(servicePath)).toMatchObject({
    metadata: { ownerReferences: [{ name: 'blue', controller: true }] },
  })
  cluster.wanted = [deployment]
  cluster.edit({ generation: 2 })
  await cluster.look()
  expect(cluster.api.get(servicePath)).toBeUndefined()
  expect(cluster.events).toEqual(['Applied', 'Removed'])
  expect(cluster.status?.objects).toEqual([{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'blue-gateway' }])
})

test('a change by hand is undone and told; a status, and a look that finds all right, are none', async () => {
  await using cluster = await started()
  await cluster.look()
  cluster.change(deploymentPath, { status: { replicas: 2 } })
  await cluster.look()
  expect(cluster.events).toEqual(['Applied'])
  cluster.change(deploymentPath, { metadata: { labels: {} } })
  await cluster.look()
  expect(cluster.api.get(deploymentPath)).toMatchObject({ metadata: { labels } })
  expect(cluster.events).toEqual(['Applied', 'DriftCorrected'])
})

test('what somebody else has is a conflict, and so is what he made while the platform was looking', async () => {
  await using cluster = await started()
  cluster.api.set(servicePath, {
    ...service,
    metadata: { name: 'blue', labels: { 'app.kubernetes.io/managed-by': 'Helm' } },
  })
  await cluster.look()
  expect(cluster.applied).toMatchObject({
    status: 'False',
    reason: 'Conflict',
    message: 'Service blue is there already, by Helm',
  })
  expect(cluster.api.get(deploymentPath)).toBeUndefined()
  cluster.api.delete(servicePath)
  cluster.onRead = (count) => {
    if (count === 3) cluster.api.set(servicePath, service)
  }
  await expect(cluster.look()).rejects.toThrow('Service blue was made by somebody else')
  expect(cluster.api.get(servicePath)).not.toHaveProperty('metadata.ownerReferences')
})

test('paused, it says so, what is there still counts, and nothing is written', async () => {
  await using cluster = await started()
  await cluster.look()
  const isSeen = { observedGeneration: 0, updatedReplicas: 2, availableReplicas: 2 }
  cluster.change(deploymentPath, { status: isSeen })
  cluster.edit({ annotations: { 'quotewire.dev/paused': 'true' } })
  cluster.change(deploymentPath, { spec: { replicas: 1 } })
  await cluster.look()
  expect(cluster.applied).toMatchObject({ status: 'False', reason: 'Paused' })
  expect(cluster.status).toMatchObject({ gateways: '2/1', conditions: [{}, { type: 'Ready', status: 'True' }] })
  expect(cluster.api.get(deploymentPath)).toMatchObject({ spec: { replicas: 1 } })
})

test('an API server that does not answer in between takes back nothing that was said', async () => {
  await using cluster = await started()
  await cluster.look()
  cluster.change(deploymentPath, { status: { observedGeneration: 0, updatedReplicas: 2, availableReplicas: 2 } })
  await cluster.look()
  expect(cluster.status).toMatchObject({ gateways: '2/2', conditions: [{}, { status: 'True' }] })
  cluster.api.refuses = { request: `GET ${deploymentPath}`, status: 503 }
  await expect(cluster.look()).rejects.toThrow('503')
  expect(cluster.status).toMatchObject({ gateways: '2/2', conditions: [{ reason: 'Failed' }, { status: 'True' }] })
})

test('a dry run says what it would apply, and applies nothing', async () => {
  await using cluster = await started({ isDryRun: true })
  await cluster.look()
  expect(cluster.applied).toMatchObject({
    reason: 'DryRun',
    message: 'would apply Deployment blue-gateway, Service blue',
  })
  expect(cluster.api.requests.filter((request) => /PATCH.*(services|deployments)/.test(request))).toEqual([])
})

test('values that cannot be are the author’s to mend', async () => {
  await using cluster = await started()
  cluster.wrong = 'redis.url is required'
  await cluster.look()
  expect(cluster.applied).toMatchObject({ reason: 'Invalid', message: 'redis.url is required' })
})

test('of more platforms than there may be the oldest count', async () => {
  await using cluster = await started()
  for (let i = 0; i < 20; i++) {
    cluster.api.set(`${folder}/older-${i}`, {
      metadata: { name: `older-${i}`, creationTimestamp: '2025-01-01T00:00:00Z' },
    })
  }
  await cluster.look()
  expect(cluster.applied).toMatchObject({ reason: 'TooMany' })
})

async function started({ isDryRun = false } = {}) {
  const api = await ApiServer.start()
  const clock = new ManualClock()
  const real = api.cluster
  let reads = 0
  const cluster = {
    request: async <T>(asked: Parameters<typeof real.request>[0]): Promise<T> => {
      if (asked.method === undefined) state.onRead(++reads)
      return await real.request<T>(asked)
    },
  }
  const path = `${folder}/blue`
  const creationTimestamp = '2026-01-01T00:00:00Z'
  api.set(path, { metadata: { name: 'blue', generation: 1, creationTimestamp }, spec: {} })
  const named = () => ['blue', ...Array.from({ length: 20 }, (_, i) => `older-${i}`)]
  const state = {
    api,
    wanted: [deployment, service] as readonly object[],
    wrong: undefined as string | undefined,
    onRead: (_count: number) => {},
    get status() {
      return api.get<Platform>(path)?.status
    },
    get applied() {
      return state.status?.conditions?.find(({ type }) => type === 'Applied')
    },
    get events(): string[] {
      return api.created('Event').map((event) => (event as { reason: string }).reason)
    },
    edit: (metadata: object) => {
      const found = api.get<Platform>(path)
      api.set(path, { ...found, metadata: { ...found?.metadata, ...metadata } })
    },
    change: (at: string, given: { metadata?: object; spec?: object; status?: object }) => {
      const found = api.get<{ metadata: object; spec: object }>(at)
      api.set(at, { ...found, ...given, metadata: { ...found?.metadata, ...given.metadata } })
    },
    look: async () => {
      reads = 0
      await controller.reconcile('blue')
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
  const common = { cluster, namespace, clock, logger: silentLogger }
  const controller = new PlatformController({
    ...common,
    events: new Events({ ...common, identity: 'test' }),
    metrics: new OperatorMetrics(),
    build: async () => {
      if (state.wrong) throw new Error(state.wrong)
      return state.wanted
    },
    isDryRun,
    isLeading: () => true,
    platforms: () => named().flatMap((name) => api.get<Platform>(`${folder}/${name}`) ?? []),
    autoscalers: () => [],
    view: () => ({ deployments: [], replicaSets: [], pods: [], nodes: [], scalers: [] }),
  })
  return state
}
