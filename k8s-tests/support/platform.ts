/** One release of the chart in its own namespace, which enforces the `restricted` Pod Security Standard. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, vi } from 'vitest'
import { signToken } from '../../services/shared/tokens.ts'
import { diagnosis, explained } from './diagnosis.ts'
import { Fleet } from './fleet.ts'
import { nodePort, testLabel } from './kind-cluster.ts'
import { apply, helm, kubectl, metric, type Pod, pods } from './kubectl.ts'

export type Values = Readonly<Record<string, unknown>>

export interface PlatformOptions {
  readonly namespace: string
  /** Beside those that every test has. */
  readonly values?: Values
  /** The one of this checkout where left out. */
  readonly chart?: string
}

export const release = 'qw'
export const fullname = `${release}-quotewire`
/** Each ticks slower than any flush window, so that nothing is conflated and every gap in seq counts. */
export const symbols = Array.from({ length: 20 }, (_, i) => `S${i}`)
const quotesPerSecond = 40
const ownChart = 'charts/quotewire'
const readyMs = 180_000
export const gatewayDrainWindowMs = 5_000

/** Quick drains: the tests wait for whole rollouts. */
export const testValues = {
  auth: { existingSecret: 'tokens' },
  gateway: {
    image: { repository: 'quotewire-gateway', tag: 'test' },
    service: { type: 'NodePort', nodePort },
    replicas: 1,
    preStopSleepS: 2,
    drainWindowMs: gatewayDrainWindowMs,
    maxSessionAgeMs: 0,
    // A busy gateway holds quotes back for a window; with all of them sent, every jump in seq is a loss.
    env: { MAX_CONNECTIONS_PER_USER: '5', CONFLATE: 'false' },
    resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '384Mi' } },
  },
  marketdata: {
    image: { repository: 'quotewire-marketdata', tag: 'test' },
    replicas: 1,
    preStopSleepS: 2,
    drainWindowMs: 5_000,
    resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '384Mi' } },
  },
  publisher: {
    replicas: 2,
    feed: 'simulated',
    env: { SIMULATED_SYMBOLS: symbols.join(','), SIMULATED_QUOTES_PER_SECOND: String(quotesPerSecond) },
    resources: { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '256Mi' } },
  },
  operator: {
    image: { repository: 'quotewire-operator', tag: 'test' },
    resources: { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '192Mi' } },
  },
  redis: { resources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { memory: '128Mi' } } },
  streamTest: { symbol: symbols[0] },
}

export class ClusterPlatform implements AsyncDisposable {
  readonly namespace: string
  readonly secret = randomBytes(32).toString('hex')
  readonly fleet = new Fleet()
  /** From `helm install` to its end, all pods ready. */
  installedInMs = 0
  readonly #folder = mkdtempSync(join(tmpdir(), 'quotewire-k8s-'))
  #users = 0

  private constructor(namespace: string) {
    this.namespace = namespace
  }

  /** The namespace and its Secret alone. */
  static async prepare(namespace: string): Promise<ClusterPlatform> {
    const platform = new ClusterPlatform(namespace)
    await platform.#createNamespace()
    return platform
  }

  static async install({ namespace, values = {}, chart = ownChart }: PlatformOptions): Promise<ClusterPlatform> {
    const platform = await ClusterPlatform.prepare(namespace)
    const startedMs = performance.now()
    try {
      await platform.explained(() => platform.helm('install', values, { chart }))
    } catch (error) {
      // Its node port would fail every file after this one. Whether it goes matters less than why it failed.
      await platform[Symbol.asyncDispose]().catch(() => {})
      throw error
    }
    platform.installedInMs = performance.now() - startedMs
    return platform
  }

  get url(): string {
    return `ws://127.0.0.1:${inject('gatewayPort')}/ws`
  }

  /** With `--wait`: all pods are ready. */
  async helm(
    command: 'install' | 'upgrade',
    values: Values = {},
    { name = release, chart = ownChart }: { name?: string; chart?: string } = {},
  ): Promise<void> {
    // Earlier charts refuse values that they do not know.
    const { operator: _, ...earlier } = testValues
    const files = [chart === ownChart ? testValues : earlier, values].map((layer, i) => {
      const file = join(this.#folder, `values-${i}.json`)
      writeFileSync(file, JSON.stringify(layer))
      return ['--values', file]
    })
    const where = ['--namespace', this.namespace, '--wait', '--timeout', '180s']
    await helm(command, name, chart, ...where, ...files.flat())
  }

  token(userId = `user-${this.#users++}`): string {
    return signToken({ secret: this.secret, userId, expiresAtMs: Date.now() + 3_600_000 })
  }

  /** Each of its own user, with five symbols; resolves when all of them are fresh. */
  async connect(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const own = Array.from({ length: 5 }, (_, k) => symbols[(i + k * 4) % symbols.length] as string)
      this.fleet.add({ url: this.url, token: this.token(), symbols: own })
    }
    await this.untilFresh()
  }

  async untilFresh(timeoutMs = 30_000): Promise<void> {
    await this.until(() => this.fleet.areFresh, timeoutMs)
  }

  async until(isSo: () => boolean | Promise<boolean>, timeoutMs = readyMs): Promise<void> {
    await vi.waitFor(
      async () => {
        if (!(await isSo())) throw new Error(`not so within ${timeoutMs} ms: ${isSo}`)
      },
      { timeout: timeoutMs, interval: 100 },
    )
  }

  async pods(component: string): Promise<Pod[]> {
    return await pods(this.namespace, component)
  }

  async connections(): Promise<Record<string, number>> {
    return await this.ofEachGateway('websocket_connections')
  }

  /** A metric, by the name of the pod. */
  async ofEachGateway(name: string): Promise<Record<string, number>> {
    const all = await this.pods('gateway')
    const read = async (pod: Pod) => [pod.name, await metric(this.namespace, pod.name, 9_090, name)] as const
    return Object.fromEntries(await Promise.all(all.map(read)))
  }

  /** Were quotes conflated, a jump in seq would not be a loss. */
  async expectNothingConflated(): Promise<void> {
    const name = 'quotewire_conflated_quotes_total'
    const read = async (component: string, port: number) => {
      const pods = await this.pods(component)
      // A gateway of 0.1.0 has no such metric, and conflates nothing.
      const absent = component === 'gateway' ? 0 : undefined
      return await Promise.all(pods.map((pod) => metric(this.namespace, pod.name, port, name, absent)))
    }
    const counts = [
      await read('gateway', 9_090),
      await read('marketdata', 9_091),
      await read('publisher', 9_091),
    ].flat()
    expect(counts).toEqual(counts.map(() => 0))
  }

  /** By `kubectl scale`; resolves when as many are ready and no other is left. */
  async scale(component: string, replicas: number): Promise<void> {
    await this.kubectl('scale', `deployment/${fullname}-${component}`, `--replicas=${replicas}`)
    await this.untilSettled(component, replicas)
  }

  async untilSettled(component: string, replicas: number): Promise<void> {
    await this.until(async () => {
      const all = await this.pods(component)
      return all.length === replicas && all.every(({ isReady, isEnding }) => isReady && !isEnding)
    })
  }

  async kubectl(...args: string[]): Promise<string> {
    return await kubectl('--namespace', this.namespace, ...args)
  }

  /** For a test that failed and does not dispose of the platform itself: what the cluster says. */
  async tell(): Promise<void> {
    process.stdout.write(`${await diagnosis(this.namespace)}\n`)
  }

  /** For a set-up, and for a test with a platform of its own: callbacks of a failed test run after its `await using`. */
  async explained<T>(step: () => Promise<T>): Promise<T> {
    return await explained(this.namespace, step)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.fleet[Symbol.dispose]()
    rmSync(this.#folder, { recursive: true })
    await kubectl('delete', 'namespace', this.namespace, '--wait=true', '--timeout=120s')
  }

  async #createNamespace(): Promise<void> {
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted', ...testLabel }
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.namespace, labels } }
    const random = () => randomBytes(16).toString('hex')
    const stringData = { JWT_SECRET: this.secret, UPSTREAM_TOKEN: random(), ADMIN_TOKEN: random(), REDIS_PASSWORD: 'p' }
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tokens' }, stringData }
    await apply('default', [namespace])
    await apply(this.namespace, [secret])
  }
}
