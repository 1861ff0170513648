/**
 * A session for hundreds beside each other under load: it keeps control messages, and of quotes only what a test asks
 * about each, because reading every quote as JSON would cost more than the gateway does.
 */
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Message } from './browser.ts'

const quoteStart = '{"type":"quote"'
const waitMs = 20_000

export interface CountingSessionOptions {
  readonly port: number
  readonly token: string
  /** For each quote, as text. */
  readonly onQuote?: (text: string) => void
}

export interface CountedMessage extends Message {
  /** How many quotes had come before it. */
  readonly quotesBefore: number
}

export class CountingSession implements AsyncDisposable {
  quotes = 0
  /** All but quotes and heartbeats. */
  readonly messages: CountedMessage[] = []
  readonly closed: Promise<number>
  readonly #ws: WebSocket
  #wantedQuotes = 0
  readonly #watchers = new Set<() => void>()

  constructor({ port, token, onQuote }: CountingSessionOptions) {
    this.#ws = new WebSocket(`ws://127.0.0.1:${port}/ws?token=${token}`)
    this.#ws.on('message', (data: Buffer) => {
      const text = data.toString('latin1')
      if (text.startsWith(quoteStart)) {
        this.quotes++
        onQuote?.(text)
        if (this.quotes === this.#wantedQuotes) this.#look()
      } else this.#onControl(text)
    })
    this.#ws.on('error', () => {})
    this.closed = once(this.#ws, 'close').then(([code]) => {
      this.#look()
      return Number(code)
    })
  }

  send(message: unknown): void {
    this.#ws.send(JSON.stringify(message))
  }

  async message(type: string, from = 0): Promise<CountedMessage> {
    const find = () => this.messages.slice(from).find((message) => message.type === type)
    await this.until(() => find() !== undefined)
    return find() as CountedMessage
  }

  async hasQuotes(count: number): Promise<void> {
    this.#wantedQuotes = count
    await this.until(() => this.quotes >= count)
  }

  /** Everything sent before the pong has arrived when it has. */
  async roundTrip(): Promise<void> {
    const id = `round trip ${this.messages.length}`
    this.send({ type: 'ping', id })
    await this.until(() => this.messages.some((message) => message.type === 'pong' && message.id === id))
  }

  /** Looks again after every message but quotes. */
  async until(isSo: () => boolean): Promise<void> {
    if (isSo()) return
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#watchers.delete(look)
        reject(new Error(`waited too long; the last messages: ${JSON.stringify(this.messages.slice(-5))}`))
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

  #onControl(text: string): void {
    const message = JSON.parse(text) as Message
    if (message.type === 'heartbeat') return
    this.messages.push({ ...message, quotesBefore: this.quotes })
    this.#look()
  }

  #look(): void {
    for (const look of [...this.#watchers]) look()
  }
}
