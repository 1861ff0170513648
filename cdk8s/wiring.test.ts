/** What one object says of another has to be true: names, ports, selectors, rules. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Manifest, manifests } from './manifests.ts'

const all = objectsOf({ monitoring: { mode: 'serviceMonitor', prometheusRule: true, grafanaDashboard: true } })

describe('addresses', () => {
  test('gateways resolve the headless Service of market-data, which has ready pods only', () => {
    const service = find(all, 'Service', 'blue-quotewire-marketdata-headless')
    expect(service.spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: false })
    expect(variable('gateway', 'MARKETDATA_ADDRESSES')).toBe('dns:///blue-quotewire-marketdata-headless:50051')
    expect(service.spec.ports).toEqual([{ name: 'grpc', port: 50_051, targetPort: 'grpc', protocol: 'TCP' }])
  })

  test.each(['gateway', 'marketdata', 'publisher'])('%s reaches the bundled Redis by its Service', (component) => {
    expect(find(all, 'Service', 'blue-quotewire-redis').spec.ports).toMatchObject([{ port: 6_379 }])
    expect(variable(component, 'REDIS_URL')).toBe('redis://blue-quotewire-redis:6379')
  })

  test('every Service, budget and policy selects the pods of one Deployment, metrics those of all', () => {
    const pods = all
      .filter(({ kind }) => kind === 'Deployment')
      .map((object) => deployment(object).template.metadata.labels)
    for (const { kind, metadata, spec } of all) {
      const given = (spec?.selector ?? spec?.podSelector) as { readonly matchLabels?: object } | undefined
      if (given === undefined || kind === 'ServiceMonitor') continue
      const labels = Object.entries(given.matchLabels ?? given)
      const matching = pods.filter((pod) => labels.every(([name, value]) => pod[name] === value))
      expect(matching.length, metadata.name).toBe(metadata.name.endsWith('-metrics') ? pods.length : 1)
    }
  })

  test('named ports of Services and probes are ports of the containers', () => {
    const containers = all
      .filter(({ kind }) => kind === 'Deployment')
      .map((object) => deployment(object).template.spec.containers[0])
    for (const { ports, readinessProbe } of containers) {
      const names = ports.map(({ name }) => name)
      if (readinessProbe.httpGet !== undefined) expect(names).toContain(readinessProbe.httpGet.port)
    }
    const named = new Set(containers.flatMap(({ ports }) => ports.map(({ name }) => name)))
    for (const { metadata, spec } of all.filter(({ kind }) => kind === 'Service')) {
      for (const { targetPort } of spec.ports as { targetPort: string }[])
        expect(named, metadata.name).toContain(targetPort)
    }
  })
})

describe('network policies', () => {
  const policies = all.filter(({ kind }) => kind === 'NetworkPolicy')

  test('let everybody but Redis ask DNS', () => {
    const dns = {
      ports: [
        { port: 53, protocol: 'UDP' },
        { port: 53, protocol: 'TCP' },
        { port: 5_353, protocol: 'UDP' },
        { port: 5_353, protocol: 'TCP' },
      ],
    }
    expect(policies).toHaveLength(4)
    for (const { metadata, spec } of policies) {
      if (metadata.name.endsWith('redis')) expect(spec.egress).toBeUndefined()
      else expect(spec.egress).toContainEqual(dns)
      expect(spec.policyTypes).toEqual(['Ingress', 'Egress'])
    }
  })

  test('let only the components of the platform to Redis', () => {
    const { ingress } = find(all, 'NetworkPolicy', 'blue-quotewire-redis').spec
    const components = {
      key: 'app.kubernetes.io/component',
      operator: 'In',
      values: ['gateway', 'marketdata', 'publisher', 'operator'],
    }
    const matchLabels = { 'app.kubernetes.io/name': 'quotewire', 'app.kubernetes.io/instance': 'blue' }
    expect(ingress).toEqual([
      {
        from: [{ podSelector: { matchLabels, matchExpressions: [components] } }],
        ports: [{ port: 6_379, protocol: 'TCP' }],
      },
    ])
  })

  test('open 8080 to all, and the admin ports to the named namespaces only', () => {
    expect(find(all, 'NetworkPolicy', 'blue-quotewire-gateway').spec.ingress).toEqual([{ ports: [tcp(8_080)] }])
    const named = objectsOf({ networkPolicy: { adminNamespaces: ['monitoring'] } })
    const from = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }]
    for (const [component, port] of [
      ['gateway', 9_090],
      ['marketdata', 9_091],
      ['publisher', 9_091],
    ] as const) {
      const { ingress } = find(named, 'NetworkPolicy', `blue-quotewire-${component}`).spec
      expect(ingress).toContainEqual({ from, ports: [tcp(port)] })
    }
  })
})

test.each(['gateway', 'marketdata', 'publisher'])(
  'one pod of %s may be evicted at a time, a broken one always',
  (component) => {
    expect(find(all, 'PodDisruptionBudget', `blue-quotewire-${component}`).spec).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    })
  },
)

test('the operator changes no pod of another component: to turn it off restarts nothing', () => {
  const withOperator = objectsOf({ operator: { enabled: true } })
  const without = objectsOf({ operator: { enabled: false } })
  for (const component of ['gateway', 'marketdata', 'publisher']) {
    const name = `blue-quotewire-${component}`
    expect(find(withOperator, 'Deployment', name)).toEqual(find(without, 'Deployment', name))
  }
})

test('alerts and dashboard ask for metrics that docs/OPERATIONS.md knows', () => {
  const operations = readFileSync(join(import.meta.dirname, '../docs/OPERATIONS.md'), 'utf8')
  const asked = JSON.stringify(all.filter(({ kind }) => kind === 'PrometheusRule' || kind === 'ConfigMap'))
  const names = new Set(asked.match(/\b[a-z]+(_[a-z]+)+(?=\{)/g))
  expect(names.size).toBeGreaterThan(8)
  expect([...names].filter((name) => !operations.includes(`\`${name}`))).toEqual([])
})

interface KubernetesObject {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: Readonly<Record<string, unknown>>
}

interface DeploymentSpec {
  readonly template: {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> }
    readonly spec: { readonly containers: readonly [Container] }
  }
}

interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string }[]
  readonly ports: readonly { readonly name: string }[]
  readonly readinessProbe: { readonly httpGet?: { readonly port: string } }
}

function objectsOf(values: object): KubernetesObject[] {
  const objects: Manifest[] = manifests({ values, releaseName: 'blue', namespace: 'here', managedBy: 'Helm' })
  return objects as unknown as KubernetesObject[]
}

function find(objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name)
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`)
  return found
}

function deployment({ spec }: KubernetesObject): DeploymentSpec {
  return spec as unknown as DeploymentSpec
}

function variable(component: string, name: string): string | undefined {
  const { template } = deployment(find(all, 'Deployment', `blue-quotewire-${component}`))
  return template.spec.containers[0].env.find((entry) => entry.name === name)?.value
}

function tcp(port: number): object {
  return { port, protocol: 'TCP' }
}
