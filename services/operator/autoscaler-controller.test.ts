/** The controller with a real API over HTTP and gateways that are HTTP servers; time and the looks are the test's. */
import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { AutoscalerController, type AutoscalerControllerOptions, tickMs } from './autoscaler-controller.ts'
import type { Cluster, ObjectList } from './cluster.ts'
import { Events } from './events.ts'
import { GatewayPods } from './gateway-pods.ts'
import { deletionCostAnnotation, type Pod, paths } from './kubernetes-objects.ts'
import { OperatorMetrics } from './metrics.ts'
import type { ClusterView } from './observe-fleet.ts'
import { type Autoscaler, type AutoscalerStatus, autoscalerKind, autoscalerSpec, resourcePath } from './resources.ts'
import { ApiServer } from './testing/api-server.ts'
import { GatewayStub } from './testing/gateway-stub.ts'

const namespace = 'here'
const deploymentPath = `${paths.deployments(namespace)}/gateway`
const autoscalerPath = resourcePath(autoscalerKind.plural, namespace, 'gateways')
const spec = {
  scaleTargetRef: { name: 'gateway' },
  target: { connectionsPerPod: 100 },
  minReplicas: 1,
  maxReplicas: 5,
  scaleDown: { stabilizationSeconds: 4, intervalSeconds: 5, drainSeconds: 2, drainDeadlineSeconds: 20 },
}

test('a scale-down from its beginning to its end: cost, drain, unready, empty, scale; each with an event', async () => {
  await using fleet = await Fleet.start({ sessions: [50, 10] })
  const [, emptiest] = fleet.stubs
  await fleet.until(() => emptiest?.held === true)
  expect(fleet.costOf('b')).toBe('-1000')
  expect(emptiest?.orders).toEqual(['POST /drain {"windowMs":2000,"leaseMs":60000}'])
  fleet.setReady('b', false)
  await fleet.look()
  expect(fleet.replicas).toBe(2)
  if (emptiest) emptiest.sessions = 0
  await fleet.until(() => fleet.replicas === 1)
  expect(fleet.events).toEqual(['DeletionCost', 'Draining', 'ScaledDown'])
  expect(fleet.status).toMatchObject({ mode: 'Scale', reason: 'removes a pod', observedGeneration: 3 })
})

test('up at once, before pods are full', async () => {
  await using fleet = await Fleet.start({ sessions: [150, 90] })
  await fleet.look()
  expect(fleet.replicas).toBe(3)
  expect(fleet.events).toEqual(['ScaledUp'])
})

test('a dry run says each thing once, and does none', async () => {
  await using fleet = await Fleet.start({ sessions: [150, 90], isDryRun: true })
  for (let i = 0; i < 5; i++) await fleet.look()
  expect(fleet.replicas).toBe(2)
  expect(fleet.events).toEqual(['DryRun'])
  expect(fleet.status).toMatchObject({ mode: 'DryRun' })
})

test('paused by the annotation, it does nothing and says so', async () => {
  await using fleet = await Fleet.start({ sessions: [150, 90], annotations: { 'quotewire.dev/paused': 'true' } })
  for (let i = 0; i < 5; i++) await fleet.look()
  expect(fleet.replicas).toBe(2)
  expect(fleet.status).toMatchObject({ mode: 'Paused', reason: 'paused' })
})

test('who does not lead does nothing, and writes nothing', async () => {
  await using fleet = await Fleet.start({ sessions: [150, 90], isLeading: false })
  for (let i = 0; i < 5; i++) await fleet.look()
  expect(fleet.api.requests.filter((request) => !request.startsWith('GET'))).toEqual([])
})

test('a removal that the watch would allow and a list would not does not happen', async () => {
  await using fleet = await Fleet.start({ sessions: [50, 10] })
  await fleet.until(() => fleet.stubs[1]?.held === true)
  fleet.setReady('b', false)
  if (fleet.stubs[1]) fleet.stubs[1].sessions = 0
  const late = await fleet.view()
  // Of another pod that the watch has not told of yet.
  fleet.setReady('a', false)
  for (let i = 0; i < 10; i++) await fleet.look(late)
  expect(fleet.replicas).toBe(2)
  await fleet.look()
  expect(fleet.status).toMatchObject({ reason: 'others unready' })
})

test('somebody else scales between the look and the write: nothing is scaled, and it is tried again by what is true', async () => {
  await using fleet = await Fleet.start({ sessions: [150, 90] })
  const before = await fleet.view()
  fleet.setReplicas(4)
  await expect(fleet.look(before)).rejects.toThrow('gateway has 4 replicas, not 2')
  expect(fleet.replicas).toBe(4)
})

test('frozen while a pod does not answer, with its words in the condition, and an event at both ends', async () => {
  await using fleet = await Fleet.start({ sessions: [50, 10] })
  const [, silent] = fleet.stubs
  if (silent) silent.answersWith = 'nothing of use'
  await fleet.look()
  expect(fleet.status?.conditions).toContainEqual(
    expect.objectContaining({ type: 'Frozen', status: 'True', reason: 'StaleMetrics' }),
  )
  expect(fleet.status?.conditions?.find(({ type }) => type === 'Frozen')?.message).toContain('b: ')
  if (silent) silent.answersWith = undefined
  await fleet.look()
  expect(fleet.events).toEqual(['Frozen', 'Thawed'])
})

test('of two with one target the older acts, the other says why not; without its target one says so', async () => {
  await using fleet = await Fleet.start({ sessions: [50, 10] })
  const other = resourcePath(autoscalerKind.plural, namespace, 'other')
  const metadata = { name: 'other', creationTimestamp: '2026-01-02T00:00:00Z' }
  fleet.api.set(other, { metadata, spec: autoscalerSpec.parse(spec) })
  await fleet.look(undefined, 'other')
  const status = () => fleet.api.get<Autoscaler>(other)?.status
  expect(status()).toMatchObject({ mode: 'Refused', reason: 'gateways, which is older, has the target gateway' })
  fleet.api.set(other, { metadata, spec: autoscalerSpec.parse({ ...spec, scaleTargetRef: { name: 'none' } }) })
  await fleet.look(undefined, 'other')
  expect(status()).toMatchObject({ mode: 'Refused', reason: 'there is no Deployment none' })
})

test('what is no Deployment of gateways is not scaled, and not shown the token', async () => {
  await using fleet = await Fleet.start({ sessions: [150, 90] })
  const redis = { metadata: { name: 'redis', uid: 'redis' }, spec: { replicas: 1, template: {} } }
  fleet.api.set(`${paths.deployments(namespace)}/redis`, redis)
  fleet.api.set(autoscalerPath, {
    metadata: { name: 'gateways', generation: 4 },
    spec: autoscalerSpec.parse({ ...spec, scaleTargetRef: { name: 'redis' }, minReplicas: 5 }),
  })
  await fleet.look()
  expect(fleet.status).toMatchObject({ mode: 'Refused', conditions: [{ reason: 'NotAGateway' }] })
  expect(fleet.api.get(`${paths.deployments(namespace)}/redis`)).toMatchObject({ spec: { replicas: 1 } })
})

test('one that is refused and deleted leaves alone what the other has begun', async () => {
  await using fleet = await Fleet.start({ sessions: [50, 10] })
  await fleet.until(() => fleet.stubs[1]?.held === true)
  const other = resourcePath(autoscalerKind.plural, namespace, 'other')
  fleet.api.set(other, {
    metadata: { name: 'other', creationTimestamp: '2026-01-02T00:00:00Z' },
    spec: autoscalerSpec.parse(spec),
  })
  await fleet.look(undefined, 'other')
  fleet.api.delete(other)
  await fleet.look(undefined, 'other')
  expect(fleet.stubs[1]?.held).toBe(true)
  expect(fleet.costOf('b')).toBe('-1000')
})

test('another target begins anew, and what was begun on the old one is undone', async () => {
  await using fleet = await Fleet.start({ sessions: [50, 10] })
  await fleet.until(() => fleet.stubs[1]?.held === true)
  fleet.edit({ scaleTargetRef: { name: 'other' } })
  await fleet.look()
  expect(fleet.stubs[1]?.held).toBe(false)
  expect(fleet.costOf('b')).toBeUndefined()
})

test('paused between the look and the removal: nothing is removed', async () => {
  await using fleet = await Fleet.start({ sessions: [50, 10] })
  await fleet.until(() => fleet.stubs[1]?.held === true)
  fleet.setReady('b', false)
  if (fleet.stubs[1]) fleet.stubs[1].sessions = 0
  fleet.keepsAutoscaler = true
  fleet.pause()
  for (let i = 0; i < 10; i++) await fleet.look()
  expect(fleet.replicas).toBe(2)
})

test('what cannot be done is in the status, and an event once', async () => {
  await using fleet = await Fleet.start({ sessions: [150, 90] })
  fleet.api.refuses = { request: `PUT ${deploymentPath}/scale`, status: 403 }
  for (let i = 0; i < 3; i++) await expect(fleet.look()).rejects.toThrow('told to answer 403')
  expect(fleet.status?.conditions).toContainEqual(
    expect.objectContaining({ type: 'Ready', status: 'False', reason: 'ActionFailed' }),
  )
  expect(fleet.events).toEqual(['ActionFailed'])
})

test('one that is deleted in the middle of a drain: the pod is in service again, and its cost is gone', async () => {
  await using fleet = await Fleet.start({ sessions: [50, 10] })
  await fleet.until(() => fleet.stubs[1]?.held === true)
  fleet.api.delete(autoscalerPath)
  expect(await fleet.look()).toBe(false)
  expect(fleet.stubs[1]?.held).toBe(false)
  expect(fleet.costOf('b')).toBeUndefined()
})

test('after a scale-up the full one sends some elsewhere, as many as the limit allows', async () => {
  await using fleet = await Fleet.start({
    sessions: [80, 0],
    given: { minReplicas: 2, rebalance: { bandPercent: 20, sessionsPerSecond: 4 } },
  })
  await fleet.look()
  expect(fleet.stubs[0]?.orders).toEqual(['POST /shed {"sessions":20,"overMs":5000}'])
  await fleet.look()
  expect(fleet.stubs[0]?.orders).toHaveLength(1)
  expect(fleet.events).toEqual(['Shedding'])
})

test('a pod that gets none of what is sent does not keep the others moving for ever', async () => {
  await using fleet = await Fleet.start({
    sessions: [90, 90, 0],
    given: { minReplicas: 3, rebalance: { bandPercent: 20, sessionsPerSecond: 2 } },
  })
  for (let i = 0; i < 40; i++) await fleet.look()
  const orders = fleet.stubs.flatMap((stub) => stub.orders).filter((order) => order.startsWith('POST /shed'))
  expect(orders.length).toBeLessThanOrEqual(14)
  expect(fleet.events.filter((reason) => reason === 'RebalanceStalled')).toHaveLength(1)
})

interface FleetOptions {
  readonly sessions: readonly number[]
  readonly annotations?: Record<string, string>
  readonly given?: object
  readonly isDryRun?: boolean
  readonly isLeading?: boolean
}

class Fleet implements AsyncDisposable {
  readonly api: ApiServer
  readonly stubs: readonly GatewayStub[]
  readonly #clock = new ManualClock()
  readonly #cluster: Cluster
  readonly #controller: AutoscalerController
  /** As a watch that is late. */
  keepsAutoscaler = false
  #view: ClusterView = { deployments: [], replicaSets: [], pods: [], nodes: [], scalers: [] }
  #autoscalers: readonly Autoscaler[] = []

  private constructor(api: ApiServer, stubs: readonly GatewayStub[], options: Partial<AutoscalerControllerOptions>) {
    this.api = api
    this.stubs = stubs
    this.#cluster = api.cluster
    const common = { cluster: this.#cluster, namespace, clock: this.#clock, logger: silentLogger }
    this.#controller = new AutoscalerController({
      ...common,
      gateways: new GatewayPods({ token: stubs[0]?.token ?? '', clock: this.#clock }),
      events: new Events({ ...common, identity: 'test' }),
      metrics: new OperatorMetrics(),
      isDryRun: false,
      isLeading: () => true,
      autoscalers: () => this.#autoscalers,
      view: () => this.#view,
      freshView: () => this.view(),
      ...options,
    })
  }

  static async start({ sessions, annotations = {}, given = {}, isDryRun = false, isLeading = true }: FleetOptions) {
    const api = await ApiServer.start()
    const stubs = await Promise.all(sessions.map(() => GatewayStub.start()))
    for (const [i, stub] of stubs.entries()) stub.sessions = sessions[i] ?? 0
    const metadata = { name: 'gateways', annotations, generation: 3, creationTimestamp: '2026-01-01T00:00:00Z' }
    api.set(autoscalerPath, { metadata, spec: autoscalerSpec.parse({ ...spec, ...given }) })
    const count = stubs.length
    api.set(deploymentPath, {
      metadata: { name: 'gateway', uid: 'deployment', generation: 1 },
      spec: { replicas: count, template },
      status: { observedGeneration: 1, replicas: count, updatedReplicas: count },
    })
    api.set(`${paths.replicaSets(namespace)}/set`, {
      metadata: { name: 'set', uid: 'set', ownerReferences: [owner('deployment')] },
      spec: { replicas: count },
    })
    for (const [i, stub] of stubs.entries()) {
      const name = String.fromCharCode(97 + i)
      const managedFields = [{ manager: 'quotewire-operator', fieldsV1: costField }]
      api.set(`${paths.pods(namespace)}/${name}`, stub.pod(name, { ownerReferences: [owner('set')], managedFields }))
    }
    return new Fleet(api, stubs, { isDryRun, isLeading: () => isLeading })
  }

  /** Time passes, the watch tells what is true, or what the test says, and the controller looks. */
  async look(view?: ClusterView, name = 'gateways'): Promise<boolean> {
    this.#clock.advance(tickMs)
    this.#view = view ?? (await this.view())
    if (!this.keepsAutoscaler)
      this.#autoscalers = await this.#list<Autoscaler>(resourcePath(autoscalerKind.plural, namespace))
    return await this.#controller.reconcile(name)
  }

  async until(isSo: () => boolean): Promise<void> {
    for (let i = 0; !isSo(); i++) {
      expect(i, `not so after ${i} looks: ${isSo}; ${JSON.stringify(this.status)}`).toBeLessThan(20)
      await this.look()
    }
  }

  async view(): Promise<ClusterView> {
    return {
      deployments: await this.#list(paths.deployments(namespace)),
      replicaSets: await this.#list(paths.replicaSets(namespace)),
      pods: await this.#list(paths.pods(namespace)),
      nodes: [],
      scalers: [],
    }
  }

  pause(): void {
    const found = this.api.get<Autoscaler>(autoscalerPath)
    const annotations = { 'quotewire.dev/paused': 'true' }
    this.api.set(autoscalerPath, { ...found, metadata: { ...found?.metadata, annotations } })
  }

  edit(given: object): void {
    const found = this.api.get<Autoscaler>(autoscalerPath)
    this.api.set(autoscalerPath, { ...found, spec: { ...found?.spec, ...given } })
  }

  get replicas(): number | undefined {
    return this.api.get<{ spec: { replicas?: number } }>(deploymentPath)?.spec.replicas
  }

  setReplicas(replicas: number): void {
    const deployment = this.api.get<object>(deploymentPath)
    this.api.set(deploymentPath, { ...deployment, spec: { replicas, template } })
  }

  get status(): AutoscalerStatus | undefined {
    return this.api.get<Autoscaler>(autoscalerPath)?.status
  }

  costOf(name: string): string | undefined {
    return this.#pod(name).metadata.annotations?.[deletionCostAnnotation]
  }

  setReady(name: string, isReady: boolean): void {
    const pod = this.#pod(name)
    const conditions = [{ type: 'Ready', status: isReady ? 'True' : 'False' }]
    this.api.set(`${paths.pods(namespace)}/${name}`, { ...pod, status: { ...pod.status, conditions } })
  }

  /** Their reasons, oldest first. */
  get events(): string[] {
    return this.api.created('Event').map((event) => (event as { reason: string }).reason)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stub of this.stubs) await stub[Symbol.asyncDispose]()
    await this.api[Symbol.asyncDispose]()
  }

  #pod(name: string): Pod {
    const pod = this.api.get<Pod>(`${paths.pods(namespace)}/${name}`)
    if (!pod) throw new Error(`no pod ${name}`)
    return pod
  }

  async #list<T>(path: string): Promise<readonly T[]> {
    return (await this.#cluster.request<ObjectList<T>>({ path })).items
  }
}

const template = { metadata: { labels: { 'app.kubernetes.io/component': 'gateway' } } }
const costField = { 'f:metadata': { 'f:annotations': { [`f:${deletionCostAnnotation}`]: {} } } }

function owner(uid: string) {
  return { apiVersion: 'apps/v1', kind: 'Any', name: uid, uid }
}
