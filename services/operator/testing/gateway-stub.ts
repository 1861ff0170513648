/** A gateway's admin port, with as many sessions as it is told, which leave at once when it drains or sheds. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Pod } from '../kubernetes-objects.ts'

export class GatewayStub implements AsyncDisposable {
  readonly token = 'the-admin-token-of-the-tests'
  /** `METHOD /path BODY`, oldest first; without those of /load. */
  readonly orders: string[] = []
  sessions = 0
  deliveries = 0
  held = false
  /** An answer instead of the right one. */
  answersWith: string | undefined
  readonly #server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      if (request.headers.authorization !== `Bearer ${this.token}`) {
        response.writeHead(401).end('{"error":"missing or wrong ADMIN_TOKEN"}')
        return
      }
      this.#obey(request.method ?? '', request.url ?? '', body)
      const { held, sessions, deliveries } = this
      response.end(this.answersWith ?? JSON.stringify({ held, sessions, deliveries }))
    })
  })

  static async start(): Promise<GatewayStub> {
    const stub = new GatewayStub()
    await new Promise<void>((resolve) => stub.#server.listen(0, '127.0.0.1', resolve))
    return stub
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** A pod that is this one. */
  pod(name: string, metadata: Partial<Pod['metadata']> = {}): Pod {
    return {
      metadata: { name, uid: `uid-${name}`, ...metadata },
      spec: { nodeName: 'node', containers: [{ ports: [{ name: 'admin', containerPort: this.port }] }] },
      status: { phase: 'Running', podIP: '127.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #obey(method: string, path: string, body: string): void {
    if (path === '/load') return
    this.orders.push(`${method} ${path} ${body}`.trim())
    if (path === '/drain') this.held = method === 'POST'
    if (path === '/shed') this.sessions -= (JSON.parse(body) as { sessions: number }).sessions
  }
}
