/** Every object of every ci values file passes a server-side dry run: the API server's own schemas and admission. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { settings } from './settings.ts'
import { testLabel } from './support/kind-cluster.ts'
import { apply, helm, kubectl } from './support/kubectl.ts'
import { projectRoot, runFully } from './support/run.ts'

const minute = 60_000
const namespace = 'objects'
const folder = join(projectRoot, 'charts/quotewire/ci')
/** Kinds whose CRDs are not to be had: anything goes. */
const loose = [
  { group: 'monitoring.coreos.com', version: 'v1', kind: 'ServiceMonitor', plural: 'servicemonitors' },
  { group: 'monitoring.coreos.com', version: 'v1', kind: 'PodMonitor', plural: 'podmonitors' },
  { group: 'monitoring.coreos.com', version: 'v1', kind: 'PrometheusRule', plural: 'prometheusrules' },
  { group: 'networking.gke.io', version: 'v1', kind: 'GCPBackendPolicy', plural: 'gcpbackendpolicies' },
  { group: 'networking.gke.io', version: 'v1', kind: 'HealthCheckPolicy', plural: 'healthcheckpolicies' },
] as const

beforeAll(async () => {
  const labels = {
    ...testLabel,
    'pod-security.kubernetes.io/enforce': 'restricted',
    'pod-security.kubernetes.io/warn': 'restricted',
  }
  await apply('default', [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }])
  await kubectl('apply', '--server-side', '--filename', 'k8s-tests/crds')
  await apply('default', loose.map(looseCrd))
  await kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s')
}, 3 * minute)

afterAll(async () => void (await kubectl('delete', 'namespace', namespace)), 2 * minute)

test.each(readdirSync(folder))(
  '%s',
  async (file) => {
    const path = join(folder, file)
    const text = await helm('template', 'dry', 'charts/quotewire', '--namespace', namespace, '--values', path)
    expect(text.split('\nkind: ').length).toBeGreaterThan(5)
    const where = ['--context', `kind-${settings.cluster}`, '--namespace', namespace]
    const dryRun = [...where, 'apply', '--dry-run=server', '--filename', '-']
    const { stdout, stderr } = await runFully('kubectl', dryRun, { input: text })
    expect(stdout).toMatch(/deployment\.apps\/\S+ created \(server dry run\)/)
    // Pods that the Pod Security Standard would refuse are a warning about their Deployment.
    expect(stderr).toBe('')
  },
  2 * minute,
)

function looseCrd({ group, version, kind, plural }: (typeof loose)[number]) {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  }
}
