/**
 * Which addresses take a TCP connection from a pod that nobody knows, in a namespace of one's choice.
 *
 * Its pod satisfies `restricted`, and tries for six seconds: a policy that names a namespace lets its pods in only when the
 * network knows that they are there. What answers is told as soon as all do.
 */
import { apply, kubectl } from './kubectl.ts'

const name = 'probe'
const patienceMs = 6_000

const script = (forMs: number) => `
const net = require('node:net')
const untilMs = Date.now() + ${forMs}
const connects = (address) => new Promise((resolve) => {
  const at = address.lastIndexOf(':')
  const socket = net.connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)), timeout: 1500 })
  const end = (isOpen) => { socket.destroy(); resolve(isOpen) }
  socket.on('connect', () => end(true)).on('timeout', () => end(false)).on('error', () => end(false))
})
const look = async (address) => {
  for (;;) {
    if (await connects(address)) return true
    if (Date.now() > untilMs) return false
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
Promise.all(process.argv.slice(1).map(look)).then((all) => process.stdout.write(JSON.stringify(all), () => process.exit()))
`

/** `addresses` as HOST:PORT, the answers in their order. */
export async function reached(namespace: string, addresses: readonly string[]): Promise<boolean[]> {
  await apply(namespace, [probePod(addresses)])
  const inside = (...args: string[]) => kubectl('--namespace', namespace, ...args)
  try {
    await inside('wait', `pod/${name}`, '--for=jsonpath={.status.phase}=Succeeded', '--timeout=60s')
    return JSON.parse(await inside('logs', name)) as boolean[]
  } finally {
    await inside('delete', 'pod', name, '--wait=true')
  }
}

export function probePod(addresses: readonly string[], forMs = patienceMs) {
  const container = {
    name,
    image: 'quotewire-gateway:test',
    command: ['/nodejs/bin/node', '--eval', script(forMs), ...addresses],
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      containers: [container],
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      restartPolicy: 'Never',
    },
  }
}
