/** QuotewirePlatform: created, edited, drifted by hand, in conflict with Helm, and deleted with nothing orphaned. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apply } from './support/kubectl.ts'
import { installCrds } from './support/operator.ts'
import { ClusterPlatform, fullname, testValues } from './support/platform.ts'
import { report } from './support/report.ts'

const minute = 60_000
const blue = 'blue-quotewire'
const kinds = 'deployment,service,serviceaccount,configmap,poddisruptionbudget,networkpolicy,replicaset,pod'
const small = { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '384Mi' } }
let platform: ClusterPlatform

/** A release that has the operator; its own fleets are as small as they can be. */
beforeAll(async () => {
  await installCrds()
  platform = await ClusterPlatform.install({
    namespace: 'operator-platform',
    values: { publisher: { replicas: 1 }, operator: { enabled: true, replicas: 1, platforms: true } },
  })
}, 5 * minute)
afterAll(async () => await platform?.[Symbol.asyncDispose](), 3 * minute)

test(
  'one object makes a platform that streams; an edit changes it, and what is not wanted any more goes',
  tested(async () => {
    const began = performance.now()
    await applyPlatform('blue', specOf(1))
    await untilReady('blue')
    report('QuotewirePlatform: from kubectl apply to all pods available, s', (performance.now() - began) / 1_000)
    await platform.kubectl('rollout', 'status', `deployment/${blue}-gateway`, '--timeout=60s')
    expect(await platform.kubectl('get', 'quotewireplatform', 'blue')).toMatch(/blue +1\/1 +1\/1 +True/)
    await applyPlatform('blue', specOf(2, { pdb: { enabled: false } }))
    await platform.until(async () => (await replicasOf(`${blue}-gateway`)) === '2', minute)
    await platform.until(async () => !(await names('poddisruptionbudget')).includes(`${blue}-gateway`), minute)
    await untilReady('blue')
    expect(await events('blue')).toContain('Removed')
  }),
  6 * minute,
)

test(
  'what somebody changes by hand is as it should be again, and what he deletes is there again, each with an event',
  tested(async () => {
    await platform.kubectl('scale', `deployment/${blue}-gateway`, '--replicas=1')
    await platform.kubectl('delete', 'service', `${blue}-gateway`)
    await platform.until(async () => (await replicasOf(`${blue}-gateway`)) === '2', minute)
    await platform.until(async () => (await names('service')).includes(`${blue}-gateway`), minute)
    await platform.until(async () => (await events('blue')).includes('DriftCorrected'), minute)
    // Of an autoscaler's Deployment the number is the autoscaler's.
    await apply(platform.namespace, [autoscaler(`${blue}-gateway`)])
    await platform.until(async () => (await replicasOf(`${blue}-gateway`)) === '3', minute)
    const before = await generationOf(`${blue}-gateway`)
    await applyPlatform('blue', specOf(2, { podAnnotations: { edited: 'yes' } }))
    await platform.until(async () => (await generationOf(`${blue}-gateway`)) !== before, minute)
    expect(await replicasOf(`${blue}-gateway`)).toBe('3')
    await platform.kubectl('delete', 'quotewireautoscaler', '--all')
  }),
  5 * minute,
)

test(
  'a platform whose names a Helm release has changes nothing of it; one that cannot be says why',
  tested(async () => {
    const before = await generationOf(`${fullname}-gateway`)
    await applyPlatform('qw', specOf(7))
    await platform.until(async () => (await conditionOf('qw', 'Applied')).reason === 'Conflict', minute)
    expect((await conditionOf('qw', 'Applied')).message).toContain(
      `Deployment ${fullname}-redis is there already, by qw`,
    )
    expect(await generationOf(`${fullname}-gateway`)).toBe(before)
    await platform.kubectl('delete', 'quotewireplatform', 'qw')
    expect(await generationOf(`${fullname}-gateway`)).toBe(before)
    await applyPlatform('wrong', { ...specOf(1), redis: { mode: 'external' } })
    await platform.until(async () => (await conditionOf('wrong', 'Applied')).reason === 'Invalid', minute)
    expect((await conditionOf('wrong', 'Applied')).message).toContain('redis.url')
    await platform.kubectl('delete', 'quotewireplatform', 'wrong')
    const refused = await applyPlatform('none', { gateway: { replicas: 1 } }).then(String, String)
    expect(refused).toContain('auth.existingSecret is required')
  }),
  3 * minute,
)

test(
  'deleted, with the operator off: nothing is orphaned, and the release beside it stays',
  tested(async () => {
    await platform.kubectl('scale', `deployment/${fullname}-operator`, '--replicas=0')
    await platform.untilSettled('operator', 0)
    await platform.kubectl('delete', 'quotewireplatform', 'blue', '--wait=true')
    await platform.until(async () => !(await names(kinds)).some((name) => name.startsWith(blue)), 2 * minute)
    expect(await names('deployment')).toContain(`${fullname}-gateway`)
  }),
  4 * minute,
)

function specOf(gateways: number, gateway: object = {}): object {
  const { marketdata, publisher, redis } = testValues
  return {
    auth: { existingSecret: 'tokens' },
    gateway: {
      image: testValues.gateway.image,
      replicas: gateways,
      drainWindowMs: 1_000,
      resources: small,
      ...gateway,
    },
    marketdata: { ...marketdata, resources: small },
    publisher: { ...publisher, replicas: 1 },
    redis,
  }
}

async function applyPlatform(name: string, spec: object): Promise<void> {
  await apply(platform.namespace, [
    { apiVersion: 'quotewire.dev/v1alpha1', kind: 'QuotewirePlatform', metadata: { name }, spec },
  ])
}

function autoscaler(name: string) {
  return {
    apiVersion: 'quotewire.dev/v1alpha1',
    kind: 'QuotewireAutoscaler',
    metadata: { name: 'blue' },
    spec: { scaleTargetRef: { name }, target: { connectionsPerPod: 100 }, minReplicas: 3, maxReplicas: 3 },
  }
}

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
}

async function conditionOf(name: string, type: string): Promise<Partial<Condition>> {
  const text = await platform.kubectl('get', 'quotewireplatform', name, '--output', 'json')
  const { metadata, status } = JSON.parse(text) as {
    metadata: { generation: number }
    status?: { observedGeneration: number; conditions: Condition[] }
  }
  if (status?.observedGeneration !== metadata.generation) return {}
  return status.conditions.find((condition) => condition.type === type) ?? {}
}

async function untilReady(name: string): Promise<void> {
  await platform.until(async () => (await conditionOf(name, 'Ready')).status === 'True', 3 * minute)
}

async function names(kind: string): Promise<string[]> {
  const text = await platform.kubectl('get', kind, '--output', 'json')
  return (JSON.parse(text) as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name)
}

async function replicasOf(name: string): Promise<string> {
  return await platform.kubectl('get', 'deployment', name, '--output', 'jsonpath={.spec.replicas}')
}

async function generationOf(name: string): Promise<string> {
  return await platform.kubectl('get', 'deployment', name, '--output', 'jsonpath={.metadata.generation}')
}

async function events(name: string): Promise<string[]> {
  const selector = `involvedObject.kind=QuotewirePlatform,involvedObject.name=${name}`
  const text = await platform.kubectl('get', 'events', '--field-selector', selector, '--output', 'json')
  return (JSON.parse(text) as { items: { reason: string }[] }).items.map(({ reason }) => reason)
}

/** What the cluster says, where a test fails. */
function tested(run: () => Promise<void>): () => Promise<void> {
  return async () => await platform.explained(run)
}
