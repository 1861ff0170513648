/** QuotewireTier: from `kubectl apply` to open sessions, what is refused, and what stays when the operator goes. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { isPattern } from '../services/marketdata/symbol-patterns.ts'
import { settings } from './settings.ts'
import { apply } from './support/kubectl.ts'
import { installCrds } from './support/operator.ts'
import { ClusterPlatform, fullname } from './support/platform.ts'
import { report } from './support/report.ts'
import { run } from './support/run.ts'

const minute = 60_000
let platform: ClusterPlatform

beforeAll(async () => {
  await installCrds()
  platform = await ClusterPlatform.install({
    namespace: 'operator-tiers',
    values: {
      marketdata: { replicas: 2 },
      tiers: { content: { tiers: { default: { symbols: ['S0', 'S1'] } } }, resources: true },
      operator: { enabled: true, replicas: 1 },
    },
  })
}, 5 * minute)
afterAll(async () => await platform?.[Symbol.asyncDispose](), 3 * minute)

test(
  'a tier changed live: in force in every market-data pod within a second of kubectl apply, and open sessions follow',
  tested(async () => {
    const client = platform.fleet.add({ url: platform.url, token: platform.token(), symbols: ['S0', 'S1'] })
    await platform.until(() => client.isFresh, minute)
    await applyTier({ symbols: ['S0'] })
    const appliedMs = Date.now()
    await platform.until(() => client.troubles.get('unsubscribed') === 1, 30_000)
    const sessionMs = Date.now() - appliedMs
    await platform.until(async () => (await statusOf()).acknowledged === '2/2', minute)
    const loadedMs = (await loadedAtMs()).map((ms) => ms - appliedMs)
    expect(loadedMs).toHaveLength(2)
    report('QuotewireTier: from the end of kubectl apply to each market-data pod, ms', loadedMs.join(' '))
    report('QuotewireTier: from the end of kubectl apply to unsubscribed at the client, ms', sessionMs)
    for (const ms of loadedMs) expect(ms).toBeLessThan(1_000)
    expect(await statusOf()).toMatchObject({ sessions: 1, conditions: [{ type: 'Applied', status: 'True' }] })
    expect(client.ends).toEqual([])
  }),
  3 * minute,
)

test(
  'a bad pattern, a bad delay and a name that is mistyped are refused at admission, in words',
  tested(async () => {
    const refused = async (spec: object) => await applyTier(spec, 'bad').then(String, String)
    expect(await refused({ symbols: ['A B'] })).toContain('a pattern is a symbol, with * for any run of characters')
    expect(await refused({ symbols: ['S0'], delayed: '15 minutes' })).toContain('a delay is 500ms, 90s, 15m or 1h')
    expect(await refused({ symbols: ['S0'], delayed: '25h' })).toContain('100ms to 24h')
    expect(await refused({ symbols: ['S0'], excpt: ['S1'] })).toContain('unknown field "excpt"')
    expect(await refused({ symbols: ['*', 'BTC-*', '*.L', '^GSPC'], delayed: '90s', maxRate: 0.5 })).toBe('undefined')
    await platform.kubectl('delete', 'quotewiretier', 'bad')
  }),
  2 * minute,
)

const long = 'A'.repeat(32)
const patterns = [
  '*',
  '**',
  '*.L',
  '.L',
  '-A',
  long,
  `${long}A`,
  `*${long}`,
  `*${long}A`,
  `*.${long.slice(1)}`,
  `*.${long.slice(2)}`,
]
const more = ['A*B*C', '^GSPC', '*^', '=A', '*=A', 'a/b', 'A B', 'A\n', 'Ä', '', 'NO', '1e5', '600519']

test(
  'admission takes just the patterns that market-data takes: one that it refused would hold up all tiers',
  tested(async () => {
    const isTaken = async (pattern: string) => {
      const tier = { apiVersion: 'quotewire.dev/v1alpha1', kind: 'QuotewireTier', metadata: { name: 'tried' } }
      const input = JSON.stringify({ ...tier, spec: { symbols: [pattern] } })
      const context = ['--context', `kind-${settings.cluster}`, '--namespace', platform.namespace]
      const args = [...context, 'create', '--dry-run=server', '--filename', '-']
      return await run('kubectl', args, { input }).then(
        () => true,
        () => false,
      )
    }
    const all = [...patterns, ...more]
    const taken: boolean[] = []
    for (const pattern of all) taken.push(await isTaken(pattern))
    expect(Object.fromEntries(all.map((pattern, i) => [pattern, taken[i]]))).toEqual(
      Object.fromEntries(all.map((pattern) => [pattern, isPattern(pattern)])),
    )
    expect(await applyTier({ symbols: ['A'] }, 'a'.repeat(65)).then(String, String)).toContain('64 characters at most')
  }),
  2 * minute,
)

test(
  'without the operator it stays in force, in pods that start anew too; without the tier the file counts again',
  tested(async () => {
    await platform.kubectl('scale', `deployment/${fullname}-operator`, '--replicas=0')
    await platform.kubectl('rollout', 'restart', `deployment/${fullname}-marketdata`)
    await platform.kubectl('rollout', 'status', `deployment/${fullname}-marketdata`, '--timeout=120s')
    await platform.untilSettled('marketdata', 2)
    expect(await allowed('S0')).toBe(true)
    expect(await allowed('S1')).toBe(false)
    await platform.kubectl('delete', 'quotewiretier', 'default')
    await platform.kubectl('scale', `deployment/${fullname}-operator`, '--replicas=1')
    await platform.until(async () => await allowed('S1'), minute)
  }),
  4 * minute,
)

async function applyTier(spec: object, name = 'default'): Promise<void> {
  await apply(platform.namespace, [
    { apiVersion: 'quotewire.dev/v1alpha1', kind: 'QuotewireTier', metadata: { name }, spec },
  ])
}

async function statusOf(): Promise<Record<string, unknown>> {
  const text = await platform.kubectl('get', 'quotewiretier', 'default', '--output', 'json')
  return (JSON.parse(text) as { status?: Record<string, unknown> }).status ?? {}
}

/** By the last line of each pod that says so. */
async function loadedAtMs(): Promise<number[]> {
  const pods = await platform.pods('marketdata')
  const logs = await Promise.all(pods.map(({ name }) => platform.kubectl('logs', name)))
  return logs.flatMap((log) => {
    const lines = log.split('\n').filter((line) => line.includes('"tier resources loaded"'))
    const last = lines.at(-1)
    return last === undefined ? [] : [Date.parse((JSON.parse(last) as { time: string }).time)]
  })
}

/** Whether a new session may have it. */
async function allowed(symbol: string): Promise<boolean> {
  const ws = new WebSocket(`${platform.url}?token=${platform.token()}`)
  ws.on('open', () => ws.send(JSON.stringify({ type: 'subscribe', symbols: [symbol] })))
  try {
    return await new Promise<boolean>((resolve, reject) => {
      ws.on('error', reject)
      ws.on('close', (code) => reject(new Error(`closed with ${code}`)))
      ws.on('message', (data) => {
        const message = JSON.parse(String(data)) as { type: string; rejected?: readonly unknown[] }
        if (message.type === 'subscribed') resolve(message.rejected?.length === 0)
      })
    })
  } finally {
    ws.terminate()
  }
}

/** What the cluster says, where a test fails. */
function tested(run: () => Promise<void>): () => Promise<void> {
  return async () => await platform.explained(run)
}
