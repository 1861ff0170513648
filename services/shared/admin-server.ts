/**
 * The admin port of a service: /livez, /readyz and /metrics, and actions where there are any. Never exposed to clients.
 *
 * /livez says the event loop turns. /readyz says whether new work should come here: 503 with the reasons until
 * the first success of every dependency, and again from the start of a drain. /metrics is Prometheus text.
 * Bound: no request bodies are read but by admin-actions.ts; Node's default header and request timeouts apply.
 * Closed by: the lifecycle, last, so that a draining process can still be observed.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import type { AdminActions } from './admin-actions.ts'
import { ConfigError } from './errors.ts'
import type { Logger } from './logger.ts'
import type { Readiness } from './readiness.ts'

const paths = ['/livez', '/readyz', '/metrics']

export interface AdminServerOptions {
  readonly port: number
  /** Name of the variable that set the port, for the error when it is taken. */
  readonly portSetting: string
  readonly registry: Registry
  readonly readiness: Readiness
  /** Undefined: there are none. */
  readonly actions?: AdminActions | undefined
  readonly logger: Logger
}

export class AdminServer {
  readonly #options: AdminServerOptions
  readonly #server: Server

  constructor(options: AdminServerOptions) {
    this.#options = options
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy())
    })
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async run(): Promise<void> {
    await listen(this.#server, this.#options.port, this.#options.portSetting)
    this.#options.logger.info({ port: this.port }, 'serving health and metrics')
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? ''
    const { actions } = this.#options
    if (actions?.has(path)) return await actions.answer(path, request, response)
    if (!paths.includes(path)) return reply(response, 404, `paths: ${paths.join(' ')}\n`)
    if (request.method !== 'GET' && request.method !== 'HEAD') return reply(response, 405, 'only GET\n')
    if (path === '/livez') return reply(response, 200, 'ok\n')
    if (path === '/readyz') {
      const waitingFor = this.#options.readiness.waitingFor()
      return waitingFor.length === 0
        ? reply(response, 200, 'ok\n')
        : reply(response, 503, `not ready: ${waitingFor.join(', ')}\n`)
    }
    const { registry } = this.#options
    reply(response, 200, await registry.metrics(), registry.contentType)
  }
}

function reply(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}

/**
 * As many as the kernel lets wait (net.core.somaxconn). With Node's own 511, most of ten thousand clients that come back
 * at once believed to be connected, and were heard only when TCP had sent their requests again, after up to 15 s.
 */
const longestBacklog = 65_535

/** Listens on all interfaces; a port that cannot be had is a ConfigError that names its setting. */
export async function listen(server: Server, port: number, portSetting: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is already in use' : `cannot be listened on (${error.code})`
      reject(new ConfigError(`${portSetting}: port ${port} ${why}. Example: ${portSetting}=${port + 1}`))
    })
    server.listen({ port, backlog: longestBacklog }, resolve)
  })
}
