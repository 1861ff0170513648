/**
 * Start and stop of a process: components run in order, and stop in reverse order.
 *
 * In:  SIGTERM, SIGINT or a fatal error.
 * Out: exit code 0 after a clean stop; 1 after a ConfigError (printed in words) or a fatal error.
 * Bound: one hard timer covers the whole stop; when it fires, the process exits with what is left open.
 */
import type { Clock } from './clock.ts'
import { ConfigError } from './errors.ts'
import type { Logger } from './logger.ts'

export interface Component {
  /** Resolves when the component is in service; rejects where it cannot be. */
  run(): Promise<void>
  /** Resolves when everything it held is released. */
  stop(): Promise<void>
}

export interface ApplicationOptions {
  readonly logger: Logger
  /** In the order of dependency: what a component needs stands before it. */
  readonly components: readonly { readonly name: string; readonly component: Component }[]
}

/** Several components as one. */
export class Application implements Component {
  readonly #options: ApplicationOptions
  readonly #running: { name: string; component: Component }[] = []
  #stopped: Promise<void> | undefined

  constructor(options: ApplicationOptions) {
    this.#options = options
  }

  async run(): Promise<void> {
    for (const entry of this.#options.components) {
      // A stop that came in between wins: nothing new is started under it.
      if (this.#stopped) return
      this.#running.push(entry)
      try {
        await entry.component.run()
      } catch (error) {
        // What is not up has nothing to drain; the process ends.
        this.#running.splice(this.#running.indexOf(entry), 1)
        throw error
      }
    }
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll()
    return this.#stopped
  }

  async #stopAll(): Promise<void> {
    for (;;) {
      const entry = this.#running.pop()
      if (entry === undefined) return
      try {
        await entry.component.stop()
      } catch (error) {
        this.#options.logger.error({ err: error, component: entry.name }, 'a component did not stop cleanly')
      }
    }
  }
}

export interface RunProcessOptions {
  readonly logger: Logger
  readonly clock: Clock
  readonly application: Component
  /** The longest a stop may take. */
  readonly stopDeadlineMs: number
}

/** Runs the application until a signal or a fatal error, then ends the process. */
export async function runProcess({ logger, clock, application, stopDeadlineMs }: RunProcessOptions): Promise<void> {
  let stopping = false
  async function stop(reason: string, exitCode: number) {
    if (stopping) return
    stopping = true
    logger.info({ reason }, 'stopping')
    clock.after(stopDeadlineMs, () => {
      logger.error({ stopDeadlineMs }, 'the stop took too long')
      process.exit(1)
    })
    await application.stop()
    logger.info({ reason }, 'stopped')
    process.exit(exitCode)
  }
  process.on('SIGTERM', () => void stop('SIGTERM', 0))
  process.on('SIGINT', () => void stop('SIGINT', 0))
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught exception')
    void stop('uncaught exception', 1)
  })
  try {
    await application.run()
  } catch (error) {
    reportStartFailure(error, logger)
    await stop('failed to start', 1)
  }
}

/** A ConfigError is for the person who set it: words, no stack. */
export function reportStartFailure(error: unknown, logger?: Logger): void {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`)
  else if (logger) logger.fatal({ err: error }, 'failed to start')
  else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
}
