/** What the tests of the operator need: its CRDs, autoscalers, connections where a test wants them, events. */

import { Fleet } from './fleet.ts'
import { apply, helm, type Pod } from './kubectl.ts'
import { type ClusterPlatform, fullname, symbols } from './platform.ts'

/** As an engineer does it; what they keep stays for the next file. */
export async function installCrds(): Promise<void> {
  await helm('upgrade', '--install', 'quotewire-crds', 'charts/quotewire-crds', '--namespace', 'default', '--wait')
}

export interface AutoscalerGiven {
  readonly target?: object
  readonly minReplicas?: number
  readonly maxReplicas?: number
  readonly scaleDown?: object
  readonly rebalance?: object
}

/** Quick windows, for a test waits for them. */
export const quickScaleDown = {
  stabilizationSeconds: 5,
  intervalSeconds: 10,
  drainSeconds: 5,
  drainDeadlineSeconds: 45,
}

export async function applyAutoscaler(platform: ClusterPlatform, given: AutoscalerGiven): Promise<void> {
  await apply(platform.namespace, [
    {
      apiVersion: 'quotewire.dev/v1alpha1',
      kind: 'QuotewireAutoscaler',
      metadata: { name: 'gateways' },
      spec: {
        scaleTargetRef: { name: `${fullname}-gateway` },
        target: { connectionsPerPod: 250 },
        scaleDown: quickScaleDown,
        ...given,
      },
    },
  ])
}

/**
 * So many clients on each of these pods, in their order: the others hold a drain lease meanwhile, so that the Service sends
 * nobody to them, and nobody is told to leave.
 */
export async function connectTo(platform: ClusterPlatform, pods: readonly Pod[], counts: readonly number[]) {
  for (const [i, pod] of pods.entries()) {
    const others = pods.filter((other) => other !== pod)
    await release(platform, pod)
    for (const other of others) await hold(platform, other)
    await platform.until(async () => {
      const ready = (await platform.pods('gateway')).filter(({ isReady }) => isReady)
      return ready.length === 1 && ready[0]?.name === pod.name
    })
    await untilRouted(platform, pod)
    await platform.connect(counts[i] ?? 0)
  }
  for (const pod of pods) await release(platform, pod)
  await platform.untilSettled('gateway', pods.length)
}

export async function hold(platform: ClusterPlatform, pod: Pod): Promise<void> {
  await admin(platform, pod, 'POST', { waitMs: 60_000, windowMs: 3_600_000, leaseMs: 60_000 })
}

export async function release(platform: ClusterPlatform, pod: Pod): Promise<void> {
  await admin(platform, pod, 'DELETE')
}

/** From inside the pod: its admin port is closed to everybody but the operator. */
async function admin(platform: ClusterPlatform, pod: Pod, method: string, body?: object): Promise<void> {
  const script = `fetch('http://127.0.0.1:9090/drain', {
    method: '${method}',
    headers: { authorization: 'Bearer ' + process.env.ADMIN_TOKEN },
    ${body ? `body: '${JSON.stringify(body)}',` : ''}
  }).then(async (r) => { if (!r.ok) { console.error(r.status, await r.text()); process.exit(1) } })`
  await platform.kubectl('exec', pod.name, '--', '/nodejs/bin/node', '--eval', script)
}

const probes = 8

/** The tables of the node follow the endpoints a while later. */
async function untilRouted(platform: ClusterPlatform, pod: Pod): Promise<void> {
  await platform.until(async () => {
    const before = (await platform.connections())[pod.name] ?? 0
    using fleet = new Fleet()
    for (let i = 0; i < probes; i++)
      fleet.add({ url: platform.url, token: platform.token(), symbols: [symbols[0] ?? ''] })
    await platform.until(() => fleet.areFresh, 20_000)
    return (await platform.connections())[pod.name] === before + probes
  }, 60_000)
  // Those that were probes are gone.
  await platform.until(async () => {
    const all = await platform.connections()
    return Object.values(all).reduce((sum, count) => sum + count, 0) === platform.fleet.clients.length
  }, 20_000)
}

/** Reasons of the operator's events about the autoscaler that there is now, oldest first. */
export async function eventReasons(platform: ClusterPlatform): Promise<string[]> {
  const uid = await platform.kubectl('get', 'quotewireautoscaler', 'gateways', '--output', 'jsonpath={.metadata.uid}')
  const text = await platform.kubectl('get', 'events', '--output', 'json')
  const { items } = JSON.parse(text) as {
    items: { reason: string; eventTime: string | null; involvedObject: { uid: string } }[]
  }
  const ours = items.filter(({ involvedObject }) => involvedObject.uid === uid)
  return ours.toSorted((a, b) => String(a.eventTime).localeCompare(String(b.eventTime))).map(({ reason }) => reason)
}

export async function statusOf(platform: ClusterPlatform): Promise<Record<string, unknown>> {
  const text = await platform.kubectl('get', 'quotewireautoscaler', 'gateways', '--output', 'json')
  return (JSON.parse(text) as { status?: Record<string, unknown> }).status ?? {}
}

/** Of these pods, in their order; 0 without one. */
export async function costsOf(platform: ClusterPlatform, pods: readonly Pod[]): Promise<number[]> {
  const text = await platform.kubectl('get', 'pods', '--output', 'json')
  const { items } = JSON.parse(text) as {
    items: { metadata: { name: string; annotations?: Record<string, string> } }[]
  }
  const costs = new Map(
    items.map(({ metadata: { name, annotations } }) => [
      name,
      Number(annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0),
    ]),
  )
  return pods.map(({ name }) => costs.get(name) ?? 0)
}

/** Name of the pod that leads. */
export async function leaderOf(platform: ClusterPlatform): Promise<string> {
  return await platform.kubectl('get', 'lease', 'quotewire-operator', '--output', 'jsonpath={.spec.holderIdentity}')
}
