/**
 * The API of Kubernetes, and the one file that imports its client: requests by path, and watches.
 *
 * In:  method, path and body, as the API's reference has them.
 * Out: the object; ClusterError with the HTTP status where the API refuses, any other error where it does not answer.
 * Bound: 5 s a request, one connection pool. A watch ends by itself after 30 s of silence (client-node 2.0.1).
 *
 * By paths and not by the generated classes, one for each group and version: the operator needs the same five verbs of a
 * dozen kinds, its own among them, with subresources and field managers, which the generic class of the library has not.
 */
import { HttpMethod, IsomorphicFetchHttpLibrary, KubeConfig, RequestContext, Watch } from '@kubernetes/client-node'

export interface ClusterRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `/api/v1/namespaces/…` */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
  /** Of a PATCH. */
  readonly patch?: 'merge' | 'apply'
}

/** What every object has. */
export interface ClusterObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: ObjectMeta
}

export interface ObjectMeta {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly ownerReferences?: readonly OwnerReference[]
  readonly managedFields?: readonly { readonly manager?: string; readonly fieldsV1?: unknown }[]
}

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

export interface ObjectList<T> {
  readonly metadata: { readonly resourceVersion?: string }
  readonly items: readonly T[]
}

export class ClusterError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Whose fields are whose: of every write of the operator. */
export const fieldManager = 'quotewire-operator'

const requestTimeoutMs = 5_000
const patchTypes = { merge: 'application/merge-patch+json', apply: 'application/apply-patch+yaml' } as const

export class Cluster {
  readonly #config: KubeConfig
  readonly #watch: Watch
  readonly #http = new IsomorphicFetchHttpLibrary()
  /** Of the connections; each context that the library makes would have a pool of its own. */
  #dispatcher: ReturnType<RequestContext['getDispatcher']>

  constructor(config: KubeConfig) {
    this.#config = config
    this.#watch = new Watch(config)
  }

  /** By the pod's ServiceAccount where there is one, else KUBECONFIG or the user's own. */
  static fromSurroundings(): Cluster {
    const config = new KubeConfig()
    config.loadFromDefault()
    return new Cluster(config)
  }

  async request<T>({ method = 'GET', path, query = {}, body, patch }: ClusterRequest): Promise<T> {
    const context = await this.#context(method, path)
    for (const [name, value] of Object.entries(query)) context.setQueryParam(name, value)
    if (method !== 'GET' && method !== 'DELETE') context.setQueryParam('fieldManager', fieldManager)
    if (body) {
      context.setBody(JSON.stringify(body))
      context.setHeaderParam('content-type', patch ? patchTypes[patch] : 'application/json')
    }
    const response = await this.#send(context)
    const text = await response.body.text()
    if (response.httpStatusCode < 300) return JSON.parse(text) as T
    throw new ClusterError(response.httpStatusCode, `${method} ${path}: ${messageOf(text)}`)
  }

  /** Calls `onEvent` for each event from `resourceVersion` on, then `onEnd` once. Returns what ends it. */
  async watch(
    path: string,
    query: Readonly<Record<string, string>>,
    { onEvent, onEnd }: WatchHandlers,
  ): Promise<() => void> {
    const controller = await this.#watch.watch(path, query, onEvent, onEnd)
    return () => controller.abort()
  }

  async #context(method: NonNullable<ClusterRequest['method']>, path: string): Promise<RequestContext> {
    const server = this.#config.getCurrentCluster()?.server
    if (server === undefined) throw new Error('no cluster: neither a ServiceAccount nor a kubeconfig')
    const context = new RequestContext(new URL(path, server).href, HttpMethod[method])
    await this.#config.applySecurityAuthentication(context)
    this.#dispatcher ??= context.getDispatcher()
    if (this.#dispatcher) context.setDispatcher(this.#dispatcher)
    context.setSignal(AbortSignal.timeout(requestTimeoutMs))
    return context
  }

  async #send(context: RequestContext) {
    try {
      return await this.#http.send(context).toPromise()
    } catch (error) {
      // The next one connects anew, with the certificate that is mounted by then.
      this.#dispatcher = undefined
      throw error
    }
  }
}

export interface WatchHandlers {
  readonly onEvent: (type: string, object: unknown) => void
  readonly onEnd: (error: unknown) => void
}

function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown }
    if (typeof message === 'string') return message
  } catch {
    // A proxy on the way may answer with anything.
  }
  return text.slice(0, 200)
}
