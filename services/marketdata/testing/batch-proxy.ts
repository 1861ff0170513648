/** A TCP proxy before Redis that knows a batch when it passes, and does to the next one what a network can do. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

type Fate = (bytes: Buffer, client: Socket, target: Socket) => void

/** In every stamped quote, and in nothing else that a publisher sends. */
const batchMark = '"seq":'

export class BatchProxy implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #fate: Fate | undefined

  private constructor(targetPort: number) {
    this.#server = createServer((client) => {
      const target = connect(targetPort, '127.0.0.1')
      for (const [from, to] of [
        [client, target],
        [target, client],
      ] as const) {
        this.#sockets.add(from)
        from.on('error', () => to.destroy())
        from.on('close', () => {
          this.#sockets.delete(from)
          to.end()
        })
      }
      client.on('data', (bytes) => this.#onSent(bytes, client, target))
      target.on('data', (bytes) => void (client.destroyed || client.write(bytes)))
    })
  }

  static async start(targetPort: number): Promise<BatchProxy> {
    const proxy = new BatchProxy(targetPort)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** The next batch reaches Redis and its link is cut before the answer. Resolves when that was done. */
  async loseNextAnswer(): Promise<void> {
    await this.#next((bytes, client, target) => {
      client.destroy()
      target.end(bytes)
    })
  }

  /** The link of the next batch is cut before Redis has it. */
  async loseNextBatch(): Promise<void> {
    await this.#next((_, client) => client.destroy())
  }

  /** The next batch, and what follows it on its link, waits here. Resolves, when that begins, with what lets it go on. */
  async holdNextBatch(): Promise<() => void> {
    const held: Buffer[] = []
    const [client, target] = await this.#next((bytes, from) => {
      held.push(bytes)
      from.removeAllListeners('data')
      from.on('data', (more) => held.push(more))
    })
    return () => {
      client.removeAllListeners('data')
      client.on('data', (bytes) => this.#onSent(bytes, client, target))
      target.write(Buffer.concat(held))
    }
  }

  async #next(fate: Fate): Promise<[client: Socket, target: Socket]> {
    return await new Promise((resolve) => {
      this.#fate = (bytes, client, target) => {
        fate(bytes, client, target)
        resolve([client, target])
      }
    })
  }

  #onSent(bytes: Buffer, client: Socket, target: Socket): void {
    const fate = bytes.includes(batchMark) ? this.#fate : undefined
    if (!fate) return void target.write(bytes)
    this.#fate = undefined
    fate(bytes, client, target)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
