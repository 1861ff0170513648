/**
 * An API server over HTTP, as far as the operator uses one: objects by path, resource versions, watches from a version on,
 * merge patches, conflicts. What goes wrong is told it: answers with an error, cut or ended watches, events that it keeps to
 * itself, silence.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'
import { Cluster, type ClusterObject } from '../cluster.ts'

interface Stored extends ClusterObject {
  readonly spec?: { readonly replicas?: number }
}

interface Change {
  readonly version: number
  readonly folder: string
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: object
}

export class ApiServer implements AsyncDisposable {
  /** `METHOD /path`, oldest first. */
  readonly requests: string[] = []
  /** Of the next requests, in their order: a status instead of the answer. */
  readonly failures: number[] = []
  /** Versions older than this are gone (410). */
  oldestVersion = 0
  isSilent = false
  /** `METHOD /path` that is answered so, each time. */
  refuses: { readonly request: string; readonly status: number } | undefined
  readonly #objects = new Map<string, Stored>()
  readonly #changes: Change[] = []
  readonly #watches = new Set<{ readonly folder: string; readonly response: ServerResponse }>()
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  #version = 100
  #isQuiet = false

  static async start(): Promise<ApiServer> {
    const api = new ApiServer()
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve))
    return api
  }

  get cluster(): Cluster {
    const config = new KubeConfig()
    config.loadFromClusterAndUser({ name: 'test', server: this.#url, skipTLSVerify: true }, { name: 'test' })
    return new Cluster(config)
  }

  /** For a process: JSON is YAML. */
  get kubeconfig(): string {
    const cluster = { server: this.#url, 'insecure-skip-tls-verify': true }
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'test', cluster }],
      users: [{ name: 'test', user: {} }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
      'current-context': 'test',
    })
  }

  get #url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get watches(): number {
    return this.#watches.size
  }

  get version(): number {
    return this.#version
  }

  /** `/api/v1/namespaces/here/pods/one` */
  get<T>(path: string): T | undefined {
    return this.#objects.get(path) as T | undefined
  }

  /** What was made by POST, oldest first. */
  created(kind: string): object[] {
    return [...this.#objects.values()].filter((object) => object.kind === kind)
  }

  set(path: string, object: object): void {
    this.#store(path, object as Stored)
  }

  delete(path: string): void {
    const object = this.#objects.get(path)
    this.#objects.delete(path)
    if (object) this.#tell({ version: ++this.#version, folder: folderOf(path), type: 'DELETED', object })
  }

  /** What changes meanwhile reaches no watch. */
  quietly(change: () => void): void {
    this.#isQuiet = true
    change()
    this.#isQuiet = false
  }

  /** `end`: as a server does at its timeout. `cut`: as a network does. `error`: an event of 410, as a server that is late. */
  breakWatches(how: 'end' | 'cut' | 'error'): void {
    for (const { response } of this.#watches) {
      if (how === 'cut') response.destroy()
      else {
        if (how === 'error') response.write(`${JSON.stringify({ type: 'ERROR', object: { code: 410 } })}\n`)
        response.end()
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://server')
    this.requests.push(`${request.method} ${url.pathname}`)
    if (this.isSilent) return
    const isRefused = this.refuses?.request === this.requests.at(-1)
    const failure = isRefused ? this.refuses?.status : this.failures.shift()
    if (failure !== undefined) return reply(response, failure, { message: `told to answer ${failure}` })
    if (url.searchParams.get('watch') === 'true') return this.#watch(url, response)
    let body = ''
    for await (const chunk of request) body += chunk
    if (request.headers['content-type'] === 'application/apply-patch+yaml')
      return this.#apply(url.pathname, body, response)
    this.#act(request.method ?? '', url.pathname, body, response)
  }

  /** One manager's server-side apply, as far as it is only ever one. An object that is as it should be stays as it is. */
  #apply(path: string, body: string, response: ServerResponse): void {
    const given = JSON.parse(body) as Stored
    const found = this.#objects.get(path)
    const { uid } = given.metadata
    if (uid !== undefined && uid !== found?.metadata.uid) return reply(response, 409, { message: 'conflict' })
    const wanted = merged(found ?? {}, given) as Stored
    const isSame = found !== undefined && JSON.stringify(wanted) === JSON.stringify(found)
    reply(response, found ? 200 : 201, isSame ? found : this.#store(path, wanted))
  }

  #act(method: string, path: string, body: string, response: ServerResponse): void {
    const given = JSON.parse(body === '' || method === 'DELETE' ? '{"metadata":{}}' : body) as Stored
    if (method === 'POST') return this.#create(`${path}/${given.metadata.name}`, given, response)
    const [, owner = path, part] = /^(.*)\/(status|scale)$/.exec(path) ?? []
    const found = this.#objects.get(owner)
    if (method === 'GET' && !found) return this.#list(path, response)
    if (!found) return reply(response, 404, { message: `${path} not found` })
    if (method === 'GET') return reply(response, 200, part === 'scale' ? scaleOf(found) : found)
    const { resourceVersion, uid } = given.metadata ?? {}
    const isOld = resourceVersion !== undefined && resourceVersion !== found.metadata.resourceVersion
    if (isOld || (uid !== undefined && uid !== found.metadata.uid)) return reply(response, 409, { message: 'conflict' })
    if (method === 'DELETE') return this.#remove(owner, body, response)
    if (method === 'PATCH') return reply(response, 200, this.#store(owner, merged(found, given) as Stored))
    if (part === 'scale') {
      return reply(response, 200, this.#store(owner, { ...found, spec: { ...found.spec, ...given.spec } }))
    }
    reply(response, 200, this.#store(owner, given))
  }

  #create(path: string, object: Stored, response: ServerResponse): void {
    if (this.#objects.has(path)) return reply(response, 409, { message: `${path} exists` })
    reply(response, 201, this.#store(path, object))
  }

  #remove(path: string, body: string, response: ServerResponse): void {
    const { preconditions } = JSON.parse(body) as { preconditions?: { uid?: string } }
    const uid = this.#objects.get(path)?.metadata.uid
    if (preconditions?.uid !== undefined && preconditions.uid !== uid)
      return reply(response, 409, { message: 'conflict' })
    this.delete(path)
    reply(response, 200, {})
  }

  #list(path: string, response: ServerResponse): void {
    const isFolder = /\/namespaces\/[^/]+\/[^/]+$|\/nodes$/.test(path)
    if (!isFolder) return reply(response, 404, { message: `${path} not found` })
    const items = [...this.#objects].filter(([name]) => folderOf(name) === path).map(([, object]) => object)
    reply(response, 200, { metadata: { resourceVersion: String(this.#version) }, items })
  }

  #watch(url: URL, response: ServerResponse): void {
    const since = Number(url.searchParams.get('resourceVersion'))
    if (since < this.oldestVersion) return reply(response, 410, { message: 'too old resource version' })
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    const watch = { folder: url.pathname, response }
    this.#watches.add(watch)
    response.on('close', () => this.#watches.delete(watch))
    for (const { version, folder, type, object } of this.#changes) {
      if (version > since && folder === watch.folder) response.write(`${JSON.stringify({ type, object })}\n`)
    }
  }

  #store(path: string, object: Stored): Stored {
    const version = ++this.#version
    const known = this.#objects.get(path)
    const uid = known?.metadata.uid ?? object.metadata.uid ?? `uid-${version}`
    const metadata = { ...object.metadata, uid, resourceVersion: String(version) }
    const stored = { ...object, metadata }
    this.#objects.set(path, stored)
    this.#tell({ version, folder: folderOf(path), type: known ? 'MODIFIED' : 'ADDED', object: stored })
    return stored
  }

  #tell(change: Change): void {
    if (this.#isQuiet) return
    this.#changes.push(change)
    for (const { folder, response } of this.#watches) {
      if (folder === change.folder) response.write(`${JSON.stringify({ type: change.type, object: change.object })}\n`)
    }
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

function scaleOf({ metadata, spec }: Stored): object {
  return { kind: 'Scale', metadata, spec: { replicas: spec?.replicas } }
}

function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const result: Record<string, unknown> = { ...(target as object) }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = merged(result[key] ?? {}, value)
  }
  return result
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
