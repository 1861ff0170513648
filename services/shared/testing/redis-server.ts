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

export class RedisServer implements AsyncDisposable {
  readonly port: number
  #child: Child

  private constructor(port: number, child: Child) {
    this.port = port
    this.#child = child
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  static async start(): Promise<RedisServer> {
    const port = await freePort()
    const child = startServer(port)
    await child.line(isReady)
    return new RedisServer(port, child)
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
    this.#child = startServer(this.port)
    await this.#child.line(isReady)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.crash()
  }
}

function startServer(port: number): Child {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  return new Child({ command: 'redis-server', args: [...options, '--daemonize', 'no'] })
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
