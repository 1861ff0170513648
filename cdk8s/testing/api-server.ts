/**
 * As much of an API server as `helm template --dry-run=server` asks for, so that templates see what `lookup` finds without a
 * cluster: what kinds there are, and live Deployments and Secrets.
 *
 * In:  live objects, by `set`. Out: `render`, the chart's objects.
 * Bound: the kinds below; a chart that gives another is refused by Helm. Closed by: its owner (`await using`).
 */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { chartFolder } from '../chart-facts.ts'
import type { Manifest } from '../manifests.ts'
import { releaseObjects } from './helm.ts'

const release = 'quotewire'
const namespace = 'here'
const folders: Readonly<Record<string, string>> = {
  Deployment: `/apis/apps/v1/namespaces/${namespace}/deployments`,
  Secret: `/api/v1/namespaces/${namespace}/secrets`,
}
const run = promisify(execFile)

/** No other kinds than those of `discovery`. */
const fewObjects = {
  auth: { existingSecret: 'tokens' },
  networkPolicy: { enabled: false },
  publisher: { enabled: false },
  gateway: { pdb: { enabled: false }, serviceAccount: { create: false } },
  marketdata: { pdb: { enabled: false }, serviceAccount: { create: false } },
}

export class ApiServer implements AsyncDisposable {
  readonly #live = new Map<string, Manifest>()
  readonly #server: Server

  private constructor() {
    this.#server = createServer(({ url = '' }, response) => {
      const [path = ''] = url.split('?')
      answer(response, discovery[path] ?? this.#live.get(path))
    })
  }

  static async start(): Promise<ApiServer> {
    const server = new ApiServer()
    server.#server.listen(0, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  /** A Deployment or a Secret. */
  set(object: Manifest): void {
    this.#live.set(`${folders[String(object.kind)]}/${(object.metadata as { name: string }).name}`, object)
  }

  /** As an upgrade would: with `lookup`. */
  async render(values: object): Promise<Manifest[]> {
    const { port } = this.#server.address() as AddressInfo
    const where = ['--namespace', namespace, '--kube-apiserver', `http://127.0.0.1:${port}`]
    const asUpgrade = ['--dry-run=server', '--is-upgrade', '--take-ownership', '--disable-openapi-validation']
    const layers = [fewObjects, values].flatMap((layer) => ['--set-json', JSON.stringify(layer)])
    // biome-ignore lint/style/noProcessEnv: Helm needs the rest of it, but no cluster of the person who tests
    const env = { ...process.env, KUBECONFIG: '/dev/null' }
    const { stdout } = await run('helm', ['template', release, chartFolder, ...where, ...asUpgrade, ...layers], { env })
    return releaseObjects({ ok: true, stdout, stderr: '' })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

function answer(response: ServerResponse, body: object | undefined): void {
  const notFound = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 }
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body ?? notFound))
}

const apps = { groupVersion: 'apps/v1', version: 'v1' }
const discovery: Readonly<Record<string, object>> = {
  '/version': { major: '1', minor: '34', gitVersion: 'v1.34.0' },
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': { kind: 'APIGroupList', groups: [{ name: 'apps', versions: [apps], preferredVersion: apps }] },
  '/api/v1': kinds('v1', 'Service', 'Secret'),
  '/apis/apps/v1': kinds('apps/v1', 'Deployment'),
}

function kinds(groupVersion: string, ...names: readonly string[]): object {
  const resources = names.map((kind) => {
    const singularName = kind.toLowerCase()
    return { name: `${singularName}s`, singularName, namespaced: true, kind, verbs: ['get'] }
  })
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources }
}
