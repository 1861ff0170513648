/**
 * What a cluster says of a namespace in which something failed: pods, events, logs, and how containers ended before they
 * were started again. For the output of a failed test; what cannot be had is printed as the error that it gave.
 */
import { kubectl } from './kubectl.ts'

interface ContainerStatus {
  readonly name: string
  readonly restartCount: number
  readonly lastState?: { readonly terminated?: { readonly exitCode: number; readonly reason?: string } }
}

interface PodObject {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> }
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
}

/** Runs a step of a test or of its set-up; where it fails, prints the diagnosis before anything is cleaned up. */
export async function explained<T>(namespace: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    process.stdout.write(`${await diagnosis(namespace)}\n`)
    throw error
  }
}

export async function diagnosis(namespace: string): Promise<string> {
  const inside = (...args: string[]) => kubectl('--namespace', namespace, ...args).catch(String)
  const said = [
    `=== ${namespace}`,
    await inside('get', 'pods', '--output', 'wide'),
    await inside('get', 'events', '--sort-by', '.lastTimestamp'),
  ]
  for (const pod of (await podsOf(namespace)).filter(isOfInterest)) {
    const { name } = pod.metadata
    said.push(`--- logs of ${name}`, await inside('logs', name, '--all-containers', '--tail', '40'))
    for (const container of pod.status.containerStatuses ?? []) {
      if (container.restartCount === 0) continue
      const previous = ['logs', name, '--container', container.name, '--previous', '--tail', '40']
      said.push(`--- logs of ${name} before ${restarts(container)}`, await inside(...previous))
    }
  }
  return said.join('\n')
}

/** None where the API server does not answer; the lines before have said so. */
async function podsOf(namespace: string): Promise<readonly PodObject[]> {
  const text = await kubectl('--namespace', namespace, 'get', 'pods', '--output', 'json').catch(() => '{"items":[]}')
  return (JSON.parse(text) as { items: PodObject[] }).items
}

/** Of kube-system, say, only what is not ready. */
function isOfInterest({ metadata, status }: PodObject): boolean {
  const isReady = status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True')
  return metadata.labels?.['app.kubernetes.io/name'] === 'quotewire' || !isReady
}

function restarts({ name, restartCount, lastState }: ContainerStatus): string {
  const { reason = 'unknown', exitCode = 'unknown' } = lastState?.terminated ?? {}
  return `restart ${restartCount} of ${name} (${reason}, exit code ${exitCode})`
}
