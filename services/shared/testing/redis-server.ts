/** A real redis-server for a test: its own port, nothing on disk, dead with the test. */
import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { describe, test } from 'vitest'
import { Child } from './child.ts'

const howToGetIt = 'redis-server is not installed: apt-get install redis-server, or brew install redis'
const isInstalled = spawnSync('redis-server', ['--version']).status === 0

/** `describe` for tests that need redis-server. Skipped with the reason in its name where it is absent, except in CI. */
export function describeWithRedis(name: string, suite: () => void): void {
  // biome-ignore lint/style/noProcessEnv: CI tells itself by this variable
  const isCi = process.env.CI === 'true'
  if (isInstalled) describe(name, suite)
  else if (!isCi) describe.skip(`${name} (skipped: ${howToGetIt})`, suite)
  else {
    test(`${name} needs redis-server`, () => {
      throw new Error(howToGetIt)
    })
  }
}

export interface RedisServerOptions {
  /** Further arguments, as for redis-server; they win. */
  readonly args?: readonly string[]
}

export class RedisServer implements AsyncDisposable {
  readonly port: number
  readonly #args: readonly string[]
  #child: Child

  private constructor(port: number, args: readonly string[], child: Child) {
    this.port = port
    this.#args = args
    this.#child = child
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  static async start({ args = [] }: RedisServerOptions = {}): Promise<RedisServer> {
    const port = await freePort()
    const child = startServer(port, args)
    await child.line(isReady)
    return new RedisServer(port, args, child)
  }

  /** The first line of its log that matches, past or future. */
  async logged(pattern: RegExp): Promise<void> {
    await this.#child.line((line) => (pattern.test(line) ? true : undefined))
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Ends it as a crash would. */
  async crash(): Promise<void> {
    await this.#child[Symbol.asyncDispose]()
  }

  /** Starts again on the same port, empty. */
  async restart(): Promise<void> {
    await this.crash()
    this.#child = startServer(this.port, this.#args)
    await this.#child.line(isReady)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.crash()
  }
}

function startServer(port: number, args: readonly string[]): Child {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  // With TLS the port is moved: it would be in use twice otherwise.
  const tls = args.includes('--tls-cert-file') ? ['--port', '0', '--tls-port', String(port)] : []
  return new Child({ command: 'redis-server', args: [...options, '--daemonize', 'no', ...tls, ...args] })
}

function isReady(line: string): true | undefined {
  return line.includes('Ready to accept connections') ? true : undefined
}

/** Free at the time of asking; the caller takes it at once. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
