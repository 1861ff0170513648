/** The cluster's API as the tests need it: always with this cluster's context. */
import { settings } from '../settings.ts'
import { run } from './run.ts'

const context = `kind-${settings.cluster}`

export async function kubectl(...args: string[]): Promise<string> {
  return await run('kubectl', ['--context', context, ...args])
}

export async function apply(namespace: string, objects: readonly unknown[]): Promise<void> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  await run('kubectl', ['--context', context, '--namespace', namespace, 'apply', '--filename', '-'], { input: list })
}

export async function helm(...args: string[]): Promise<string> {
  return await run('helm', ['--kube-context', context, ...args], { timeoutMs: 600_000 })
}

export interface Pod {
  readonly name: string
  readonly node: string
  readonly ip: string
  readonly isRunning: boolean
  readonly isReady: boolean
  /** Unix ms; undefined while it is not. */
  readonly readySinceMs: number | undefined
  readonly isEnding: boolean
  /** Without `containerd://`. */
  readonly containerId: string
  readonly restarts: number
}

interface ContainerStatus {
  readonly containerID?: string
  readonly restartCount: number
  readonly state?: { readonly running?: unknown }
}

interface PodObject {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string }
  readonly spec: { readonly nodeName?: string }
  readonly status: {
    readonly podIP?: string
    readonly conditions?: readonly { type: string; status: string; lastTransitionTime: string }[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
}

export async function pods(namespace: string, component: string): Promise<Pod[]> {
  const selector = `app.kubernetes.io/component=${component}`
  const text = await kubectl('--namespace', namespace, 'get', 'pods', '--selector', selector, '--output', 'json')
  return (JSON.parse(text) as { items: PodObject[] }).items.map(readPod)
}

function readPod({ metadata, spec, status }: PodObject): Pod {
  const ready = status.conditions?.find(({ type, status: value }) => type === 'Ready' && value === 'True')
  const [container] = status.containerStatuses ?? []
  return {
    name: metadata.name,
    node: spec.nodeName ?? '',
    ip: status.podIP ?? '',
    isRunning: container?.state?.running !== undefined,
    isReady: ready !== undefined,
    readySinceMs: ready && Date.parse(ready.lastTransitionTime),
    isEnding: metadata.deletionTimestamp !== undefined,
    containerId: container?.containerID?.replace('containerd://', '') ?? '',
    restarts: container?.restartCount ?? 0,
  }
}

/**
 * The sum over the labels of one metric of a pod, read inside it: its admin port is closed to everybody else. `absent`: where
 * the pod has no such metric; without it that is an error.
 */
export async function metric(
  namespace: string,
  pod: string,
  port: number,
  name: string,
  absent?: number,
): Promise<number> {
  const script = `fetch('http://127.0.0.1:${port}/metrics').then((r) => r.text()).then((t) => process.stdout.write(t))`
  const text = await kubectl('--namespace', namespace, 'exec', pod, '--', '/nodejs/bin/node', '--eval', script)
  const lines = text.split('\n').filter((line) => line.startsWith(name) && ' {'.includes(line.charAt(name.length)))
  // One with labels has no line before it was counted.
  if (!text.includes(`# TYPE ${name} `)) {
    if (absent !== undefined) return absent
    throw new Error(`${pod} has no metric ${name}`)
  }
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}

export interface MetricWait {
  readonly namespace: string
  readonly pod: string
  readonly port: number
  readonly name: string
  readonly timeoutMs: number
}

/** Unix ms at which a metric of a pod is first above 0, by that pod's own clock: reading it costs nothing here. */
export async function whenAboveZero({ namespace, pod, port, name, timeoutMs }: MetricWait): Promise<number> {
  const line = `/^${name}(\\{[^}]*\\})? [1-9]/m`
  const script = `setTimeout(() => process.exit(1), ${timeoutMs})
  const look = async () => {
    const text = await fetch('http://127.0.0.1:${port}/metrics').then((r) => r.text()).catch(() => '')
    if (${line}.test(text)) process.stdout.write(String(Date.now()), () => process.exit())
    else setTimeout(look, 50)
  }
  look()`
  return Number(await kubectl('--namespace', namespace, 'exec', pod, '--', '/nodejs/bin/node', '--eval', script))
}

/** Inside its node, as the kernel would: nothing is told before. */
export async function killContainer(pod: Pod): Promise<void> {
  await signalContainer(pod, 'SIGKILL')
}

export async function signalContainer({ node, containerId }: Pod, signal: string): Promise<void> {
  const kill = ['ctr', '--namespace', 'k8s.io', 'task', 'kill', '--signal', signal, containerId]
  await run('docker', ['exec', node, ...kill])
}
