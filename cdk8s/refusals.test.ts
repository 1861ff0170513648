/** Values that cannot be: both worlds refuse them, and name the value. */
import { describe, expect, test } from 'vitest'
import { manifests } from './manifests.ts'
import { describeWithHelm, helmTemplate } from './testing/helm.ts'

const refusals: readonly (readonly [what: string, values: object, named: RegExp])[] = [
  ['a negative replica count', { gateway: { replicas: -1 } }, /gateway[./]replicas/],
  ['a count that is text', { gateway: { replicas: '2' } }, /gateway[./]replicas/],
  ['an unknown key', { gatewy: {} }, /gatewy/],
  ['an unknown key in a group', { gateway: { replica: 2 } }, /gateway\S*:? .*replica/],
  ['an unknown mode', { redis: { mode: 'many' } }, /redis[./]mode/],
  [
    'a user id that is another word',
    { redis: { securityContext: { runAsUser: 'none' } } },
    /redis[./]securityContext[./]runAsUser/,
  ],
  ['a root user', { gateway: { securityContext: { runAsUser: 0 } } }, /gateway[./]securityContext[./]runAsUser/],
  ['both Redis kinds at once', { redis: { mode: 'bundled', url: 'redis://elsewhere:6379' } }, /redis\.url/],
  ['both Redis kinds, from a Secret', { redis: { urlSecret: { name: 'redis' } } }, /redis\.urlSecret/],
  ['an external Redis without a URL', { redis: { mode: 'external' } }, /redis\.url/],
  [
    'two URLs of Redis',
    { redis: { mode: 'external', url: 'redis://a:6379', urlSecret: { name: 'b' } } },
    /redis\.urlSecret\.name/,
  ],
  [
    'a password in the URL of Redis',
    { redis: { mode: 'external', url: 'redis://quotewire:secret@redis:6379' } },
    /redis\.url has a password.*redis\.existingSecret.*redis\.passwordKey/,
  ],
  [
    'a password without a user, not percent-encoded',
    { redis: { mode: 'cluster', url: 'rediss+cluster://:a/b==@redis-0,redis-1' } },
    /redis\.url has a password/,
  ],
  [
    'a password of Sentinels',
    { redis: { mode: 'sentinel', url: 'redis+sentinel://a,b/main?sentinelUsername=u&sentinelPassword=p' } },
    /redis\.url has a password.*redis\.urlSecret/,
  ],
  ...['gateway', 'marketdata', 'publisher'].map(
    (component) =>
      [
        `a password in the URL of Redis for the ${component}`,
        { [component]: { env: { REDIS_URL: 'redis://:secret@redis' } } },
        new RegExp(`${component}\\.env\\.REDIS_URL has a password.*${component}\\.env\\.REDIS_PASSWORD`),
      ] as const,
  ),
  ['a URL of another kind of Redis', { redis: { mode: 'sentinel', url: 'redis://a:6379' } }, /redis\.url.*sentinel/],
  ['a Cluster URL for one server', { redis: { mode: 'external', url: 'redis+cluster://a:6379' } }, /redis\.url/],
  ['one server’s URL for a Cluster', { redis: { mode: 'cluster', url: 'redis://a:6379' } }, /redis\.url/],
  ['nothing to verify tokens with', { auth: { hs256: false } }, /auth\.hs256/],
  ['two sources of tiers', { tiers: { content: { tiers: {} }, existingConfigMap: 'a' } }, /tiers\.existingConfigMap/],
  ['a route without a Gateway', { gateway: { httpRoute: { enabled: true } } }, /gateway\.httpRoute\.parentRefs/],
  ['an ALB without an Ingress', { gateway: { aws: { enabled: true } } }, /gateway\.aws\.enabled/],
  [
    'a drain longer than GKE waits',
    { gateway: { gke: { enabled: true }, preStopSleepS: 1, drainWindowMs: 3_599_001 } },
    /gateway\.preStopSleepS and gateway\.drainWindowMs.*3600 s.*gateway\.gke\.enabled/,
  ],
  [
    'a drain longer than an ALB waits',
    { gateway: { aws: { enabled: true }, ingress: { enabled: true }, preStopSleepS: 600, drainWindowMs: 3_600_000 } },
    /gateway\.preStopSleepS and gateway\.drainWindowMs.*3600 s.*gateway\.aws\.enabled/,
  ],
  ['a variable that the chart sets', { gateway: { env: { DRAIN_WINDOW_MS: '1' } } }, /gateway\.env\.DRAIN_WINDOW_MS/],
  ['the same of market-data', { marketdata: { env: { TIERS_FILE: '/a' } } }, /marketdata\.env\.TIERS_FILE/],
  ['the same of the publisher', { publisher: { env: { FEED: 'http' } } }, /publisher\.env\.FEED/],
  ...['name', 'instance', 'component', 'part-of', 'managed-by', 'version'].map((suffix) => refusedLabel(suffix)),
  ['the label that metrics go by', { commonLabels: { 'quotewire.dev/metrics': 'x' } }, /commonLabels\.quotewire\.dev/],
  [
    'a label of the chart for the monitor',
    { monitoring: { labels: { 'app.kubernetes.io/part-of': 'x' } } },
    /monitoring\.labels\.app\.kubernetes\.io\/part-of/,
  ],
  ...['gateway', 'marketdata', 'publisher'].map(
    (component) =>
      [
        `a label that selects pods of ${component}`,
        { [component]: { podLabels: { 'app.kubernetes.io/component': 'x' } } },
        new RegExp(`${component}\\.podLabels\\.app\\.kubernetes\\.io/component: the chart sets this label`),
      ] as const,
  ),
]

function refusedLabel(suffix: string) {
  const name = `app.kubernetes.io/${suffix}`
  const named = new RegExp(`commonLabels\\.${name.replaceAll('.', '\\.')}: the chart sets this label`)
  return [`a common label ${name}`, { commonLabels: { [name]: 'x' } }, named] as const
}

/** What comes close to a password in a URL. */
const withoutPassword = {
  redis: { mode: 'sentinel', url: 'redis+sentinel://quotewire@a:26379,[::1]:26379/main/0?sentinelUsername=u@v' },
  gateway: { env: { REDIS_URL: { valueFrom: { secretKeyRef: { name: 'redis', key: 'url' } } } } },
  publisher: { env: { REDIS_URL: 'redis://:@a:6379/0' } },
}

const accepted: readonly (readonly [what: string, values: object])[] = [
  ['a URL of Redis with a user alone, and one from a Secret', withoutPassword],
  [
    'an hour of sleep and drain behind GKE',
    { gateway: { gke: { enabled: true }, preStopSleepS: 1, drainWindowMs: 3_599_000 } },
  ],
  ['more than an hour where no cloud is named', { gateway: { preStopSleepS: 600, drainWindowMs: 3_600_000 } }],
]

describe('the plain manifests take', () => {
  test.each(accepted)('%s', (_what, values) => {
    const options = { values, releaseName: 'quotewire', namespace: 'here', managedBy: 'kubectl' }
    expect(() => manifests(options)).not.toThrow()
  })
})

describe('the plain manifests refuse', () => {
  test.each(refusals)('%s', (_what, values, named) => {
    expect(() => manifests({ values, releaseName: 'quotewire', namespace: 'here', managedBy: 'kubectl' })).toThrow(
      named,
    )
  })
})

describeWithHelm('the chart takes', () => {
  test.each(accepted)('%s', (_what, values) => {
    expect(helmTemplate('quotewire', values).stderr).toBe('')
  })
})

describeWithHelm('the chart refuses', () => {
  test.each(refusals)('%s', (_what, values, named) => {
    const { ok, stderr } = helmTemplate('quotewire', values)
    expect(ok).toBe(false)
    expect(stderr).toMatch(named)
  })
})
