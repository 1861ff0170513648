/**
 * A kind cluster of one control plane and two workers, with a NodePort on 127.0.0.1 and the images loaded.
 *
 * A cluster of that name that exists already is used, and stays; one that was made here ends with the tests unless
 * KEEP=1. What a run that was killed left in it goes first: its release holds the node port. Set-up of vitest's project `k8s`: runs once, before all files.
 */
import { createServer } from 'node:net'
import type { TestProject } from 'vitest/node'
import { settings } from '../settings.ts'
import { kubectl } from './kubectl.ts'
import { run } from './run.ts'

/** Of the gateway's Service in every test; mapped to the port that `inject('gatewayPort')` tells. */
export const nodePort = 30_080
/** Of every namespace that a test makes. */
export const testLabel = { 'quotewire.dev/cluster-test': 'true' } as const
/** The second tag is the one that deploy/ names. */
const images = {
  'quotewire-gateway': 'Dockerfile.gateway',
  'quotewire-marketdata': 'Dockerfile.marketdata',
  'quotewire-operator': 'Dockerfile.operator',
} as const
const tags = ['test', '0.2.0']
const redisImage = 'redis:8.0-bookworm'
const slowMs = 600_000
let keeps: boolean = settings.keeps

declare module 'vitest' {
  export interface ProvidedContext {
    gatewayPort: number
  }
}

export async function setup(project: TestProject): Promise<void> {
  const existing = (await run('kind', ['get', 'clusters'])).split('\n').includes(settings.cluster)
  await run('docker', ['image', 'inspect', redisImage]).catch(() => run('docker', ['pull', redisImage]))
  const names = Object.keys(images).flatMap((image) => tags.map((tag) => `${image}:${tag}`))
  for (const [image, file] of Object.entries(images)) {
    const tagged = tags.flatMap((tag) => ['--tag', `${image}:${tag}`])
    await run('docker', ['build', '--quiet', '--file', file, ...tagged, '.'], { timeoutMs: slowMs })
  }
  keeps ||= existing
  try {
    if (existing) await deleteLeftNamespaces()
    else await createCluster(await freePort())
    await run('kind', ['load', 'docker-image', ...names, redisImage, '--name', settings.cluster], {
      timeoutMs: slowMs,
    })
    project.provide('gatewayPort', await mappedPort())
  } catch (error) {
    // Vitest calls no teardown after a set-up that failed; the next run would take half a cluster for a whole one.
    if (!existing) await run('kind', ['delete', 'cluster', '--name', settings.cluster])
    throw error
  }
}

export async function teardown(): Promise<void> {
  if (keeps) return
  await run('kind', ['delete', 'cluster', '--name', settings.cluster])
}

async function deleteLeftNamespaces(): Promise<void> {
  const selector = Object.entries(testLabel).map(([name, value]) => `${name}=${value}`)
  await kubectl('delete', 'namespace', '--selector', selector.join(), '--wait=true', '--timeout=120s')
}

async function createCluster(hostPort: number): Promise<void> {
  const mapping = { containerPort: nodePort, hostPort, listenAddress: '127.0.0.1', protocol: 'TCP' }
  const config = {
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: [{ role: 'control-plane', extraPortMappings: [mapping] }, { role: 'worker' }, { role: 'worker' }],
  }
  const args = ['create', 'cluster', '--name', settings.cluster, '--image', settings.nodeImage, '--wait', '180s']
  await run('kind', [...args, '--config', '-'], { input: JSON.stringify(config), timeoutMs: slowMs })
}

async function mappedPort(): Promise<number> {
  const bound = await run('docker', ['port', `${settings.cluster}-control-plane`, `${nodePort}/tcp`])
  return Number(bound.trim().split(':').at(-1))
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
