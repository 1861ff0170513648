/**
 * Stage: outside → feed → publisher; "outside" is a stream of lines such as `{"symbol":"AAPL","price":150.25}`.
 *
 * In:  lines, from a pipe, a socket or a file. A line that is no quote is dropped and counted.
 * Out: `onQuotes`, one quote a line, with the time of now.
 * Bound: the line that is being read; the stream waits while the process is busy.
 * Closed by: the end of the stream, or the process (main.ts) through `stop`.
 */
import { createInterface, type Interface } from 'node:readline'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { Clock } from '../../../shared/clock.ts'
import { isSymbol } from '../../../shared/symbol.ts'
import type { Feed, OnQuotes } from '../feed.ts'

const lineSchema = z.object({ symbol: z.string().refine(isSymbol), price: z.number().positive() })

export interface LineFeedOptions {
  readonly clock: Clock
  readonly input: Readable
  readonly onQuotes: OnQuotes
  readonly onBadLine: () => void
}

export class LineFeed implements Feed {
  readonly description = 'quotes as lines of JSON'
  readonly #options: LineFeedOptions
  #lines: Interface | undefined
  #stopped = false

  constructor(options: LineFeedOptions) {
    this.#options = options
  }

  async run(): Promise<void> {
    if (this.#stopped || this.#lines) return
    this.#lines = createInterface({ input: this.#options.input })
    this.#lines.on('line', (line) => this.#onLine(line))
  }

  stop(): void {
    this.#stopped = true
    this.#lines?.close()
    this.#options.input.destroy()
  }

  #onLine(line: string): void {
    // readline may have lines left that it read before.
    if (this.#stopped) return
    const { clock, onQuotes, onBadLine } = this.#options
    const quote = readLine(line)
    if (quote) onQuotes([{ ...quote, timestampMs: clock.wallMs() }])
    else onBadLine()
  }
}

function readLine(line: string) {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
