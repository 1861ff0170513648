import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import type { TierDocument } from '../shared/tier-document.ts'
import { Events } from './events.ts'
import type { Pod } from './kubernetes-objects.ts'
import { OperatorMetrics } from './metrics.ts'
import { resourcePath, type TierObject, tierKind, tierSpec } from './resources.ts'
import { ApiServer } from './testing/api-server.ts'
import { TierController, tierHurryMs, tierTickMs } from './tier-controller.ts'
import type { Put } from './tier-store.ts'

const namespace = 'here'

test('all tiers are one document, in the order of names; the status says who has it and whom it affects', async () => {
  await using cluster = await started()
  cluster.apply('pro', { symbols: ['*'], except: ['BTC-*'] })
  cluster.apply('basic', { symbols: ['AAPL'], delayed: '15m' })
  cluster.seen = { 'md-1': 50, 'md-2': 49 }
  expect(await cluster.look()).toBe(tierHurryMs)
  expect(JSON.stringify(cluster.written)).toBe(
    '{"basic":{"delayed":"15m","symbols":["AAPL"]},"pro":{"except":["BTC-*"],"symbols":["*"]}}',
  )
  expect(cluster.status('pro')).toMatchObject({
    observedGeneration: 1,
    revision: 50,
    acknowledged: '1/2',
    pods: [
      { name: 'md-1', revision: 50 },
      { name: 'md-2', revision: 49 },
    ],
    sessions: 7,
    conditions: [{ type: 'Applied', status: 'False', reason: 'Waiting' }],
  })
  cluster.seen = { 'md-1': 50, 'md-2': 50 }
  expect(await cluster.look()).toBe(tierTickMs)
  expect(cluster.status('basic')).toMatchObject({ acknowledged: '2/2', sessions: 0, conditions: [{ status: 'True' }] })
})

test('what has not changed is not written again', async () => {
  await using cluster = await started()
  cluster.apply('pro', { symbols: [] })
  cluster.seen = { 'md-1': 50, 'md-2': 50 }
  await cluster.look()
  const before = cluster.writes()
  await cluster.look()
  expect(cluster.writes()).toBe(before)
  expect(cluster.api.created('Event')).toHaveLength(1)
})

test('another tier changes nothing of one that is in force, but its numbers a while later', async () => {
  await using cluster = await started()
  cluster.apply('pro', { symbols: [] })
  cluster.seen = { 'md-1': 50, 'md-2': 50 }
  await cluster.look()
  cluster.apply('gold', { symbols: [] })
  cluster.put = { revision: 60, isNew: true, owner: namespace }
  await cluster.look()
  expect(cluster.status('pro')).toMatchObject({ revision: 50, acknowledged: '2/2', conditions: [{ status: 'True' }] })
  expect(cluster.status('gold')).toMatchObject({ revision: 60, acknowledged: '0/2', conditions: [{ status: 'False' }] })
  expect(cluster.api.created('Event')).toHaveLength(2)
})

test('a pod with a higher revision has another document; without any pod nothing is in force', async () => {
  await using cluster = await started()
  cluster.apply('pro', { symbols: [] })
  cluster.seen = { 'md-1': 50, 'md-2': 51 }
  await cluster.look()
  expect(cluster.status('pro')).toMatchObject({ acknowledged: '1/2', conditions: [{ reason: 'Waiting' }] })
  cluster.hasPods = false
  await cluster.look()
  expect(cluster.status('pro')).toMatchObject({ acknowledged: '0/0', conditions: [{ reason: 'NoPods' }] })
})

test('one that is paused stays as it was published, and says so; one that never was is not', async () => {
  await using cluster = await started()
  cluster.apply('pro', { symbols: ['A'] })
  await cluster.look()
  cluster.apply('pro', { symbols: ['B'] }, undefined, { 'quotewire.dev/paused': 'true' })
  cluster.apply('new', { symbols: ['C'] }, undefined, { 'quotewire.dev/paused': 'true' })
  await cluster.look()
  expect(cluster.written).toEqual({ pro: { symbols: ['A'] } })
  expect(cluster.status('pro')?.conditions).toMatchObject([{ status: 'False', reason: 'Paused' }])
})

test('what could not be published is told nothing of, by a new leader either', async () => {
  await using cluster = await started()
  cluster.apply('pro', { symbols: ['A'] })
  cluster.fails = true
  await expect(cluster.publish()).rejects.toThrow('told to')
  await cluster.tell()
  expect(cluster.status('pro')).toBeUndefined()
  cluster.fails = false
  cluster.seen = { 'md-1': 50, 'md-2': 50 }
  await cluster.look()
  cluster.apply('pro', { symbols: ['B'] }, undefined, {}, 2)
  cluster.fails = true
  await expect(cluster.publish()).rejects.toThrow('told to')
  await cluster.tell()
  expect(cluster.status('pro')).toMatchObject({ observedGeneration: 1 })
  cluster.forgetAll()
  await cluster.tell()
  expect(cluster.api.created('Event')).toHaveLength(1)
})

test('a dry run speaks of each version once', async () => {
  await using cluster = await started({ isDryRun: true })
  cluster.apply('pro', { symbols: ['A'] })
  for (let i = 0; i < 3; i++) await cluster.look()
  cluster.apply('pro', { symbols: ['B'] }, undefined, {}, 2)
  for (let i = 0; i < 3; i++) await cluster.look()
  expect(cluster.api.created('Event')).toHaveLength(2)
})

test('in a Redis that another namespace has, its tiers are not in force, and say why', async () => {
  await using cluster = await started()
  cluster.apply('pro', { symbols: [] })
  cluster.put = { revision: 0, isNew: false, owner: 'there' }
  await cluster.look()
  expect(cluster.status('pro')?.conditions).toMatchObject([
    { status: 'False', reason: 'Foreign', message: 'the tiers in this Redis are those of there' },
  ])
})

test('of more tiers than market-data takes the oldest count', async () => {
  await using cluster = await started()
  for (let i = 0; i < 1_001; i++) cluster.apply(`tier-${i}`, { symbols: [] }, `2026-01-01T00:00:00.${1_000 + i}Z`)
  cluster.seen = { 'md-1': 50, 'md-2': 50 }
  await cluster.look()
  expect(Object.keys(cluster.written)).toHaveLength(1_000)
  expect(cluster.status('tier-1000')?.conditions).toMatchObject([{ status: 'False', reason: 'TooMany' }])
  expect(cluster.status('tier-999')?.conditions).toMatchObject([{ status: 'True' }])
})

test('of more text than market-data takes the oldest count, too', async () => {
  await using cluster = await started()
  const symbols = Array.from({ length: 1_000 }, (_, i) => `${'A'.repeat(28)}${1_000 + i}`)
  for (let i = 0; i < 80; i++) cluster.apply(`tier-${i}`, { symbols }, `2026-01-01T00:00:00.${1_000 + i}Z`)
  await cluster.look()
  expect(JSON.stringify(cluster.written).length).toBeLessThan(2_100_000)
  expect(Object.keys(cluster.written).length).toBeGreaterThan(50)
  expect(cluster.status('tier-79')?.conditions).toMatchObject([{ status: 'False', reason: 'TooMany' }])
})

test.each([
  { isDryRun: true, events: 1 },
  { isLeading: () => false, events: 0 },
])('%o writes nothing', async ({ events, ...options }) => {
  await using cluster = await started(options)
  cluster.apply('pro', { symbols: [] })
  await cluster.look()
  expect(cluster.writes()).toBe(events)
  expect(cluster.api.created('Event')).toHaveLength(events)
  expect(cluster.written).toEqual({})
})

async function started(options: object = {}) {
  const api = await ApiServer.start()
  const clock = new ManualClock()
  const common = { cluster: api.cluster, namespace, clock, logger: silentLogger }
  const folder = resourcePath(tierKind.plural, namespace)
  const names: string[] = []
  const state = {
    api,
    seen: {} as Record<string, number>,
    put: { revision: 50, isNew: true, owner: namespace } as Put,
    written: {} as TierDocument['tiers'],
    hasPods: true,
    fails: false,
    publish: () => controller.publish(),
    tell: () => controller.tell(),
    forgetAll: () => controller.forgetAll(),
    apply: (
      name: string,
      spec: object,
      creationTimestamp = '2026-01-01T00:00:00Z',
      annotations = {},
      generation = 1,
    ) => {
      if (!names.includes(name)) names.push(name)
      const { status } = api.get<TierObject>(`${folder}/${name}`) ?? {}
      api.set(`${folder}/${name}`, {
        ...(status ? { status } : {}),
        metadata: { name, generation, creationTimestamp, annotations },
        spec: tierSpec.parse(spec),
      })
    },
    status: (name: string) => api.get<TierObject>(`${folder}/${name}`)?.status,
    writes: () => api.requests.filter((request) => !request.startsWith('GET')).length,
    look: async () => {
      clock.advance(tierTickMs)
      await controller.publish()
      return await controller.tell()
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
  const controller = new TierController({
    ...common,
    events: new Events({ ...common, identity: 'test' }),
    metrics: new OperatorMetrics(),
    gateways: { sessionsByTier: async () => new Map([['pro', 7]]) },
    store: {
      put: async (compose) => {
        if (state.fails) throw new Error('told to')
        state.written = compose(state.written)
        return state.put
      },
      seenBy: async (pods) => pods.map((pod) => state.seen[pod] ?? 0),
    },
    instance: 'qw',
    isDryRun: false,
    isLeading: () => true,
    tiers: () => names.flatMap((name) => api.get<TierObject>(`${folder}/${name}`) ?? []),
    pods: () =>
      !state.hasPods
        ? []
        : [
            pod('md-2'),
            pod('md-1'),
            pod('md-3', 'False'),
            pod('gw-1', 'True', 'gateway'),
            pod('other-1', 'True', 'marketdata', 'blue'),
          ],
    ...options,
  })
  return state
}

function pod(name: string, ready = 'True', component = 'marketdata', instance = 'qw'): Pod {
  return {
    metadata: { name, labels: { 'app.kubernetes.io/component': component, 'app.kubernetes.io/instance': instance } },
    spec: { containers: [] },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  }
}
