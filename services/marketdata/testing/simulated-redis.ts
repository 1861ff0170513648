/**
 * A Redis between a publisher and one symbol registry, with every step under the test's control: what the server has
 * executed and what the client has heard are different things, and a real run may order them in any way that the two
 * connections' own order allows.
 */
import type { Quote } from '../quote.ts'
import type { BusListener, QuoteBusReader } from '../quote-bus.ts'

interface Read {
  readonly symbols: readonly string[]
  readonly resolve: (found: Map<string, Quote>) => void
  readonly reject: (error: Error) => void
  /** Set when the server has executed it. */
  answer?: Map<string, Quote>
}

export class SimulatedRedis implements QuoteBusReader {
  readonly #stored = new Map<string, Quote>()
  readonly #wanted = new Set<string>()
  readonly #channels = new Set<string>()
  /** SUBSCRIBE and UNSUBSCRIBE on their way to the server. */
  #commands: (() => void)[] = []
  /** Confirmations and messages on their way to the client. */
  #messages: (() => void)[] = []
  readonly #reads: Read[] = []
  #listener: BusListener | undefined
  #connected = true

  listen(listener: BusListener): void {
    this.#listener = listener
  }

  subscribe(symbols: readonly string[]): void {
    for (const symbol of symbols) this.#wanted.add(symbol)
    if (this.#connected) this.#send(symbols, false)
  }

  unsubscribe(symbols: readonly string[]): void {
    for (const symbol of symbols) this.#wanted.delete(symbol)
    if (!this.#connected) return
    this.#commands.push(() => {
      for (const symbol of symbols) this.#channels.delete(symbol)
    })
  }

  lastValues(symbols: readonly string[]): Promise<Map<string, Quote>> {
    return new Promise((resolve, reject) => this.#reads.push({ symbols, resolve, reject }))
  }

  store(quote: Quote): void {
    this.#stored.set(quote.symbol, quote)
  }

  publish(quote: Quote): void {
    if (this.#channels.has(quote.symbol)) {
      this.#messages.push(() => {
        if (this.#wanted.has(quote.symbol)) this.#listener?.quote(quote)
      })
    }
  }

  /** Returns whether there was anything to do, as the other steps do. */
  serverTakesCommand(): boolean {
    return runFirst(this.#commands)
  }

  clientHearsMessage(): boolean {
    return runFirst(this.#messages)
  }

  serverExecutesRead(): boolean {
    const read = this.#reads.find(({ answer }) => answer === undefined)
    if (!read) return false
    read.answer = new Map(
      read.symbols.flatMap((symbol) => {
        const stored = this.#stored.get(symbol)
        return stored ? [[symbol, stored] as const] : []
      }),
    )
    return true
  }

  clientHearsAnswer(): boolean {
    const read = this.#reads[0]
    if (!read?.answer) return false
    this.#reads.shift()
    read.resolve(read.answer)
    return true
  }

  failReads(): void {
    for (const read of this.#reads.splice(0)) read.reject(new Error('the connection is closed'))
  }

  disconnect(): void {
    if (!this.#connected) return
    this.#connected = false
    this.#commands = []
    this.#messages = []
    this.#channels.clear()
    this.#listener?.lost()
  }

  reconnect(): void {
    if (this.#connected) return
    this.#connected = true
    this.#send([...this.#wanted], true)
  }

  #send(symbols: readonly string[], restores: boolean): void {
    this.#commands.push(() => {
      for (const symbol of symbols) this.#channels.add(symbol)
      this.#messages.push(() => {
        this.#listener?.subscribed(symbols.filter((symbol) => this.#wanted.has(symbol)))
        if (restores) this.#listener?.restored()
      })
    })
  }
}

function runFirst(steps: (() => void)[]): boolean {
  const step = steps.shift()
  step?.()
  return step !== undefined
}
