/** The NetworkPolicies let components to the ports that a URL of Redis names: both worlds read URLs in the same way. */
import { describe, expect, test } from 'vitest'
import { parseRedisUrl } from '../services/shared/redis-target.ts'
import { type Manifest, manifests } from './manifests.ts'
import { redisUsers } from './redis-ports.ts'
import { describeWithHelm, helmTemplate, objectNamed, releaseObjects } from './testing/helm.ts'

const withOperator = { operator: { enabled: true } }

const urls: readonly (readonly [mode: string, url: string, ports: readonly number[]])[] = [
  ['external', 'redis://redis', [7_000, 6_379]],
  ['external', 'redis://redis:7000/0', [7_000]],
  ['external', 'rediss://user@redis.example.com:12000/3', [7_000, 12_000]],
  ['external', 'redis://a,b@redis:7001', [7_000, 7_001]],
  ['external', 'redis://[fd00::1]', [7_000, 6_379]],
  ['external', 'redis://[fd00::1]:6390', [7_000, 6_390]],
  ['sentinel', 'redis+sentinel://a,b:26380,c:26380/main/0?sentinelUsername=u', [7_000, 26_379, 26_380]],
  ['cluster', 'rediss+cluster://redis-0:6401,redis-1:6402,redis-2', [7_000, 6_401, 6_402, 6_379]],
]

test('the URLs of these tests are ones that the services take', () => {
  for (const [, url] of urls) expect(() => parseRedisUrl(url)).not.toThrow()
})

describe('the plain manifests open the ports of', () => {
  test.each(urls)('%s %s', (mode, url, ports) => expect(openPorts(plain(valuesOf(mode, url)))).toEqual(all(ports)))
})

describeWithHelm('the chart opens the ports of', () => {
  test.each(urls)('%s %s', (mode, url, ports) => {
    expect(openPorts(releaseObjects(helmTemplate('quotewire', valuesOf(mode, url))))).toEqual(all(ports))
  })
})

const apiServerPorts = [443, 6_443]

/** A component with a URL of its own, beside a Redis that is not bundled and beside the bundled one. */
const ownUrls: readonly (readonly [redis: string, values: object, ports: object])[] = [
  [
    'an external Redis',
    {
      ...withOperator,
      redis: { mode: 'external', urlSecret: { name: 'redis' } },
      networkPolicy: { redisPorts: [7_000] },
      publisher: { env: { REDIS_URL: 'redis://other:7001' } },
    },
    { gateway: [7_000], marketdata: [7_000], publisher: [7_000, 7_001], operator: [7_000] },
  ],
  [
    'the bundled Redis',
    {
      ...withOperator,
      networkPolicy: { redisPorts: [7_000] },
      publisher: { env: { REDIS_URL: 'redis://other:7001' } },
      // What a Secret says cannot be read: redisPorts alone.
      marketdata: { env: { REDIS_URL: { valueFrom: { secretKeyRef: { name: 'redis', key: 'url' } } } } },
    },
    { gateway: undefined, marketdata: [7_000], publisher: [7_000, 7_001], operator: undefined },
  ],
]

describe('the plain manifests open the port of a component’s own URL to that component alone, beside', () => {
  test.each(ownUrls)('%s', (_redis, values, ports) => expect(openPorts(plain(values))).toEqual(ports))
})

describeWithHelm('the chart opens the port of a component’s own URL to that component alone, beside', () => {
  test.each(ownUrls)('%s', (_redis, values, ports) => {
    expect(openPorts(releaseObjects(helmTemplate('quotewire', values)))).toEqual(ports)
  })
})

function valuesOf(mode: string, url: string): object {
  return { ...withOperator, redis: { mode, url }, networkPolicy: { redisPorts: [7_000] } }
}

function plain(values: object): Manifest[] {
  return manifests({ values, releaseName: 'quotewire', namespace: 'here', managedBy: 'Helm' })
}

/** Of each component: the rule between those of DNS and of egressPorts that says no peer; undefined without one. */
function openPorts(objects: readonly Manifest[]): object {
  return Object.fromEntries(
    redisUsers.map((component) => {
      const { spec } = objectNamed(objects, `networking.k8s.io/v1 NetworkPolicy quotewire-${component}`)
      const { egress } = spec as { egress: { to?: object; ports: { port: number }[] }[] }
      const peerless = egress.filter(({ to }) => to === undefined).map(({ ports }) => ports.map(({ port }) => port))
      const rules = peerless.filter((ports) => ports.join() !== apiServerPorts.join())
      expect([rules.at(0)?.[0], rules.at(-1)]).toEqual([53, [443]])
      return [component, rules.slice(1, -1)[0]]
    }),
  )
}

function all(ports: readonly number[]): object {
  return Object.fromEntries(redisUsers.map((component) => [component, ports]))
}
