/** Ways to install: the chart, a second release beside it, the plain manifests. Every namespace enforces `restricted`. */
import { expect, test } from 'vitest'
import { Episode } from './support/episode.ts'
import { helm, kubectl } from './support/kubectl.ts'
import { ClusterPlatform, release } from './support/platform.ts'
import { report } from './support/report.ts'

const minute = 60_000
const succeeded = /Phase:\s+Succeeded/

test(
  'helm install, helm test, a second release beside the first, and helm uninstall of it that the first does not notice',
  async () => {
    await using platform = await ClusterPlatform.install({ namespace: 'install' })
    await platform.explained(() => besideEachOther(platform))
  },
  5 * minute,
)

test(
  'the chart with nothing set, as the README installs it: helm test passes, and an upgrade keeps the Secret that it made',
  async () => {
    await using platform = await ClusterPlatform.prepare('defaults')
    await platform.explained(() => withDefaults(platform))
  },
  6 * minute,
)

test(
  'the plain manifests of deploy/, with the Secret that their README names',
  async () => {
    await using platform = await ClusterPlatform.prepare('plain')
    await platform.explained(() => fromManifests(platform))
  },
  5 * minute,
)

async function besideEachOther(platform: ClusterPlatform): Promise<void> {
  report('helm install to ready (images on the nodes), s', platform.installedInMs / 1_000)
  expect(await helm('test', release, '--namespace', 'install')).toMatch(succeeded)

  await platform.helm('install', { gateway: { service: { type: 'ClusterIP', nodePort: null } } }, { name: 'second' })
  expect(await helm('test', 'second', '--namespace', 'install')).toMatch(succeeded)
  // The first has not noticed.
  await platform.connect(20)
  const episode = new Episode(platform)
  await helm('uninstall', 'second', '--namespace', 'install', '--wait', '--timeout', '120s')
  // Pods end in their own time; everything else is gone, and what `helm test` made with it.
  await platform.until(async () => (await objectsOf('install', 'second')) === '', minute)
  await platform.untilFresh()
  await episode.expectCalm()
}

/** The images have the tag that the chart names. */
async function withDefaults({ namespace }: ClusterPlatform): Promise<void> {
  const where = ['--namespace', namespace, '--wait', '--timeout', '180s']
  await helm('install', 'quotewire', 'charts/quotewire', ...where)
  expect(await helm('test', 'quotewire', '--namespace', namespace)).toMatch(succeeded)
  const made = await secretData(namespace, 'quotewire-secrets')
  expect(Object.keys(made).sort()).toEqual(['ADMIN_TOKEN', 'JWT_SECRET', 'REDIS_PASSWORD', 'UPSTREAM_TOKEN'])
  await helm('upgrade', 'quotewire', 'charts/quotewire', ...where)
  expect(await secretData(namespace, 'quotewire-secrets')).toEqual(made)
}

async function fromManifests(platform: ClusterPlatform): Promise<void> {
  const literals = [`JWT_SECRET=${platform.secret}`, 'UPSTREAM_TOKEN=between-services', 'REDIS_PASSWORD=pass']
  const secret = ['create', 'secret', 'generic', 'quotewire-secrets']
  await platform.kubectl(...secret, ...literals.map((literal) => `--from-literal=${literal}`))
  await platform.kubectl('apply', '--filename', 'deploy/quotewire.yaml')
  for (const component of ['redis', 'publisher', 'marketdata', 'gateway']) {
    await platform.kubectl('rollout', 'status', `deployment/quotewire-${component}`, '--timeout=180s')
  }
  // The documented Service is for inside; here a node's port.
  const patch = JSON.stringify({ spec: { type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30_080 }] } })
  await platform.kubectl('patch', 'service', 'quotewire-gateway', '--patch', patch)
  const client = platform.fleet.add({ url: platform.url, token: platform.token(), symbols: ['AAPL', 'IBM'] })
  await platform.until(() => client.isFresh, minute)
  expect(client.lost).toBe(0)
}

async function secretData(namespace: string, name: string): Promise<Record<string, string>> {
  const text = await kubectl('--namespace', namespace, 'get', 'secret', name, '--output', 'json')
  return (JSON.parse(text) as { readonly data: Record<string, string> }).data
}

/** All that a release has in its namespace, what its `helm test` made included. */
async function objectsOf(namespace: string, instance: string): Promise<string> {
  const kinds = 'all,configmap,secret,serviceaccount,networkpolicy,poddisruptionbudget,role,rolebinding'
  const selector = `app.kubernetes.io/instance=${instance}`
  return await kubectl('--namespace', namespace, 'get', kinds, '--selector', selector, '--output', 'name')
}
