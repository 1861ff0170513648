/** What a browser is to the gateway: a WebSocket that remembers what it was told, in order. */
import { once } from 'node:events'
import { WebSocket } from 'ws'

export interface Message {
  readonly type: string
  readonly symbol?: string
  readonly price?: number
  readonly seq?: number
  readonly epoch?: number
  readonly snapshot?: boolean
  readonly symbols?: readonly string[]
  readonly fromSeq?: number
  readonly toSeq?: number
  readonly error?: string
  readonly code?: string
  readonly afterMs?: number
  readonly [key: string]: unknown
}

const waitMs = 20_000

export class Browser implements AsyncDisposable {
  readonly messages: Message[] = []
  readonly texts: string[] = []
  readonly closed: Promise<{ code: number; reason: string; atMs: number }>
  readonly #ws: WebSocket
  readonly #watchers = new Set<() => void>()

  constructor(url: string, options: { protocols?: string[]; headers?: Record<string, string> } = {}) {
    this.#ws = new WebSocket(url, options.protocols ?? [], options.headers ? { headers: options.headers } : {})
    this.#ws.on('message', (data) => this.#onMessage(String(data)))
    this.#ws.on('error', () => {})
    this.closed = once(this.#ws, 'close').then(([code, reason]) => {
      return { code: Number(code), reason: String(reason), atMs: performance.now() }
    })
  }

  /** Connected by `?token=`, as the founding design does, and told so. Rejects where it is closed instead. */
  static async connect(port: number, token: string): Promise<Browser> {
    const browser = new Browser(`ws://127.0.0.1:${port}/ws?token=${token}`)
    const connected = browser.message((message) => message.type === 'connected').then(() => undefined)
    const closed = browser.closed.then(({ code }) => code)
    const code = await Promise.race([connected, closed])
    if (code === undefined) return browser
    connected.catch(() => {})
    throw new Error(`closed with ${code}`)
  }

  get protocol(): string {
    return this.#ws.protocol
  }

  async opened(): Promise<void> {
    if (this.#ws.readyState !== WebSocket.OPEN) await once(this.#ws, 'open')
  }

  send(message: unknown): void {
    this.sendText(JSON.stringify(message))
  }

  sendText(text: string): void {
    this.#ws.send(text)
  }

  sendBinary(bytes: Uint8Array): void {
    this.#ws.send(bytes, { binary: true })
  }

  /** Sends a subscribe and waits for its ack. */
  async subscribe(...symbols: string[]): Promise<Message> {
    const from = this.messages.length
    this.send({ type: 'subscribe', symbols })
    return await this.message((message) => message.type === 'subscribed', from)
  }

  /** Everything sent before the pong has arrived when it has. */
  async roundTrip(): Promise<void> {
    const from = this.messages.length
    const id = `round trip after ${from}`
    this.send({ type: 'ping', id })
    await this.message((message) => message.type === 'pong' && message.id === id, from)
  }

  quotes(symbol: string): Message[] {
    return this.messages.filter((message) => message.type === 'quote' && message.symbol === symbol)
  }

  /** The first message from the `from`-th on, past or future, that fits. */
  async message(fits: (message: Message) => boolean, from = 0): Promise<Message> {
    let seen = from
    let found: Message | undefined
    await this.until(() => {
      while (found === undefined && seen < this.messages.length) {
        const message = this.messages[seen++] as Message
        if (fits(message)) found = message
      }
      return found !== undefined
    })
    return found as unknown as Message
  }

  /** Looks again after every message. */
  async until(isSo: () => boolean): Promise<void> {
    if (isSo()) return
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#watchers.delete(look)
        reject(new Error(`waited too long; the last messages:\n${this.texts.slice(-10).join('\n')}`))
      }, waitMs)
      const look = () => {
        if (!isSo()) return
        clearTimeout(timer)
        this.#watchers.delete(look)
        resolve()
      }
      this.#watchers.add(look)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ws.readyState === WebSocket.CLOSED) return
    this.#ws.terminate()
    await this.closed
  }

  #onMessage(text: string): void {
    this.texts.push(text)
    this.messages.push(JSON.parse(text) as Message)
    for (const look of [...this.#watchers]) look()
  }
}
