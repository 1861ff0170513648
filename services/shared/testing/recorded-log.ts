/** A logger that keeps its lines, so that a test can wait for what is said. */
import { pino } from 'pino'
import type { Logger } from '../logger.ts'

export interface LogLine {
  readonly msg: string
  readonly hint?: string
  readonly err?: { readonly message: string; readonly code?: string }
  readonly [field: string]: unknown
}

export class RecordedLog {
  readonly lines: LogLine[] = []
  readonly logger: Logger
  readonly #watchers = new Set<() => void>()

  constructor() {
    this.logger = pino({ level: 'trace' }, { write: (line) => this.#onLine(line) })
  }

  /** The first line from the `from`-th on, past or future, that fits. */
  async line(fits: (line: LogLine) => boolean, from = 0): Promise<LogLine> {
    return await new Promise((resolve) => {
      const look = () => {
        const found = this.lines.slice(from).find(fits)
        if (!found) return
        this.#watchers.delete(look)
        resolve(found)
      }
      this.#watchers.add(look)
      look()
    })
  }

  #onLine(line: string): void {
    this.lines.push(JSON.parse(line) as LogLine)
    for (const look of [...this.#watchers]) look()
  }
}
