/**
 * A session that only counts: per symbol the seqs from first to last, and everything that a session must not see while
 * nothing is lost. It keeps no message, so that hundreds of them can run beside each other under load.
 */
import { once } from 'node:events'
import { WebSocket } from 'ws'

interface Seen {
  readonly epoch: number
  readonly firstSeq: number
  lastSeq: number
}

interface Message {
  readonly type: string
  readonly symbol: string
  readonly seq: number
  readonly epoch: number
  readonly symbols: readonly string[]
}

const faultLimit = 10
const silentTypes = new Set(['connected', 'heartbeat'])

export class SeqSession implements AsyncDisposable {
  readonly symbols: readonly string[]
  readonly seen = new Map<string, Seen>()
  /** The first few of: jumps, repeats, changes of epoch, messages other than quotes, the end of the session. */
  readonly faults: string[] = []
  /** Rejects when the session ends before its ack. */
  readonly subscribed: Promise<void>
  readonly #ws: WebSocket
  #isExpectedToClose = false

  constructor({ port, token, symbols }: { port: number; token: string; symbols: readonly string[] }) {
    this.symbols = symbols
    this.#ws = new WebSocket(`ws://127.0.0.1:${port}/ws?token=${token}`)
    this.subscribed = new Promise((resolve, reject) => {
      this.#ws.on('open', () => this.#ws.send(JSON.stringify({ type: 'subscribe', symbols })))
      this.#ws.on('message', (data) => this.#onMessage(JSON.parse(String(data)) as Message, resolve))
      this.#ws.on('close', (code, reason) => {
        if (!this.#isExpectedToClose) this.#fault(`closed with ${code} ${reason}`)
        reject(new Error(`closed with ${code} ${reason}`))
      })
    })
    this.#ws.on('error', (error) => this.#fault(error.message))
  }

  /** Whether each of its symbols has got as far as `published`. */
  hasReached(published: ReadonlyMap<string, number>): boolean {
    return this.symbols.every((symbol) => (this.seen.get(symbol)?.lastSeq ?? 0) >= (published.get(symbol) ?? 1))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isExpectedToClose = true
    if (this.#ws.readyState === WebSocket.CLOSED) return
    this.#ws.terminate()
    await once(this.#ws, 'close')
  }

  #onMessage(message: Message, onSubscribed: () => void): void {
    if (message.type === 'quote') return this.#onQuote(message)
    if (silentTypes.has(message.type)) return
    const isAck = message.type === 'subscribed' && message.symbols.length === this.symbols.length
    if (isAck) onSubscribed()
    else this.#fault(JSON.stringify(message))
  }

  #onQuote({ symbol, seq, epoch }: Message): void {
    const seen = this.seen.get(symbol)
    if (seen === undefined) {
      this.seen.set(symbol, { epoch, firstSeq: seq, lastSeq: seq })
      return
    }
    if (epoch !== seen.epoch) this.#fault(`${symbol}: epoch ${epoch} after ${seen.epoch}`)
    if (seq !== seen.lastSeq + 1) this.#fault(`${symbol}: seq ${seq} after ${seen.lastSeq}`)
    seen.lastSeq = seq
  }

  #fault(what: string): void {
    if (this.faults.length < faultLimit) this.faults.push(what)
  }
}
