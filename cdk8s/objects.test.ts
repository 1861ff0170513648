/** What the objects promise, whatever the values are. */
import { describe, expect, test } from 'vitest'
import { gatewaySettings } from '../services/gateway/config.ts'
import { marketDataSettings } from '../services/marketdata/config.ts'
import { type Manifest, manifests } from './manifests.ts'
import { ciFiles, identity, readValues } from './testing/helm.ts'

interface Container {
  readonly name: string
  readonly env: readonly { readonly name: string; readonly value?: string }[]
  readonly securityContext: object
  readonly lifecycle?: object
  readonly [key: string]: unknown
}

interface PodSpec {
  readonly containers: readonly [Container]
  readonly terminationGracePeriodSeconds: number
  readonly securityContext: object
  readonly volumes?: readonly object[]
}

interface Deployment {
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly replicas?: number
    readonly minReadySeconds: number
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> }
    readonly strategy: object
    readonly template: { readonly metadata: { readonly annotations?: object }; readonly spec: PodSpec }
  }
}

const examples = ciFiles.map((file) => readValues(file))

describe('environment variables', () => {
  const known = { gateway: gatewaySettings, marketdata: marketDataSettings, publisher: marketDataSettings }
  /** Node's own. */
  const ofNode = ['NODE_OPTIONS']

  test.each(Object.entries(known))('of %s are known to its schema, and come once', (component, settings) => {
    for (const values of examples) {
      for (const { spec } of deployments(values, component)) {
        const names = spec.template.spec.containers[0].env.map(({ name }) => name)
        expect(names.filter((name) => !(name in settings) && !ofNode.includes(name))).toEqual([])
        expect(new Set(names).size).toBe(names.length)
      }
    }
  })

  test.each(Object.entries(known))('of %s have values that its schema takes', (component, settings) => {
    for (const values of examples) {
      for (const { spec } of deployments(values, component)) {
        for (const { name, value } of spec.template.spec.containers[0].env) {
          const schema = settings[name as keyof typeof settings]?.schema
          if (value !== undefined && schema !== undefined) expect(schema.safeParse(value).error, name).toBeUndefined()
        }
      }
    }
  })
})

describe('stopping', () => {
  test('the grace period is sleep, drain and ten seconds; a rollout waits for at least the drain', () => {
    const values = { gateway: { preStopSleepS: 7, drainWindowMs: 30_001 }, marketdata: { preStopSleepS: 3 } }
    const [gateway] = deployments(values, 'gateway')
    const [marketdata] = deployments(values, 'marketdata')
    expect(gateway?.spec.template.spec.terminationGracePeriodSeconds).toBe(7 + 31 + 10)
    expect(gateway?.spec.minReadySeconds).toBe(31)
    expect(marketdata?.spec.template.spec.terminationGracePeriodSeconds).toBe(3 + 10 + 10)
    expect(marketdata?.spec.minReadySeconds).toBe(10)
  })

  test.each(['gateway', 'marketdata'])('only the kubelet’s sleep waits for endpoint removal in %s', (component) => {
    const [deployment] = deployments({}, component)
    const container = deployment?.spec.template.spec.containers[0]
    expect(container?.lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } })
    expect(container?.env).toContainEqual({ name: 'ENDPOINT_REMOVAL_WAIT_MS', value: '0' })
    expect(deployment?.spec.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: '10%', maxUnavailable: 0 },
    })
  })
})

test('replicas are said in autoscaling mode none only', () => {
  for (const mode of ['none', 'hpa', 'keda', 'operator']) {
    const autoscaling = { mode }
    const scaled = ['gateway', 'marketdata'].map(
      (component) => deployments({ [component]: { autoscaling } }, component)[0],
    )
    for (const deployment of scaled) expect(deployment?.spec.replicas).toBe(mode === 'none' ? 2 : undefined)
  }
})

test('every pod passes the restricted Pod Security Standard', () => {
  for (const values of examples) {
    for (const { spec } of deployments(values)) {
      const pod = spec.template.spec
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
      expect(pod.containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
    }
  }
})

test('two releases in one namespace have no object in common, and select no pod of each other', () => {
  for (const values of [
    {},
    { gateway: { autoscaling: { mode: 'hpa' } }, monitoring: { mode: 'serviceMonitor', grafanaDashboard: true } },
  ]) {
    const [blue, green] = ['blue', 'green'].map((name) => objectsOf(values, name.padStart(53, 'long-')))
    const names = new Set(blue?.map(identity))
    expect(green?.map(identity).filter((name) => names.has(name))).toEqual([])
    for (const { spec } of deployments(values, undefined, 'blue')) {
      expect(spec.selector.matchLabels['app.kubernetes.io/instance']).toBe('blue')
    }
  }
})

test('selectors have the three labels that never change', () => {
  for (const values of examples) {
    for (const { spec } of deployments(values)) {
      const stable = ['component', 'instance', 'name'].map((name) => `app.kubernetes.io/${name}`)
      expect(Object.keys(spec.selector.matchLabels).sort()).toEqual(stable)
    }
  }
})

test('an edit of the tiers changes no pod', () => {
  const [before, after] = [['A'], ['B']].map((symbols) =>
    deployments({ tiers: { content: { tiers: { default: { symbols } } } } }, 'marketdata'),
  )
  expect(before).toEqual(after)
  const [pod] = (before ?? []).map(({ spec }) => spec.template.spec)
  expect(pod?.containers[0].volumeMounts).toEqual([
    { name: 'tiers', mountPath: '/etc/quotewire/tiers', readOnly: true },
  ])
})

function objectsOf(values: object, releaseName = 'quotewire'): Manifest[] {
  return manifests({ values, releaseName, namespace: 'here', managedBy: 'Helm' })
}

function deployments(values: object, component?: string, releaseName?: string): Deployment[] {
  const found = objectsOf(values, releaseName).filter(({ kind }) => kind === 'Deployment') as unknown as Deployment[]
  return found.filter(
    ({ spec }) => component === undefined || spec.selector.matchLabels['app.kubernetes.io/component'] === component,
  )
}
