/**
 * Processes that tests start: they die with the test process (Linux: by the kernel, whatever ends it), and their output
 * is read line by line, so that a test can wait for what they say instead of sleeping.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface ChildOptions {
  readonly command: string
  readonly args: readonly string[]
  /** The whole environment beside PATH. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

const lineLimit = 20_000
const waitMs = 20_000
const diesWithParent =
  process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export class Child implements AsyncDisposable {
  readonly lines: string[] = []
  readonly #process: ChildProcess
  readonly #watchers = new Set<() => void>()
  readonly #name: string
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>

  constructor({ command, args, env = {}, cwd }: ChildOptions) {
    const guard = diesWithParent ? ['setpriv', '--pdeathsig', 'KILL', command] : [command]
    const [program = command, ...guardArgs] = guard
    this.#name = `${command} ${args.join(' ')}`
    this.#process = spawn(program, [...guardArgs, ...args], {
      // biome-ignore lint/style/noProcessEnv: a child needs the PATH of its parent, nothing else
      env: { PATH: process.env.PATH ?? '', ...env },
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(this.#process)
    this.exited = this.#watchExit()
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#onLine(line))
    }
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error(`${this.#name} did not start`)
    return this.#process.pid
  }

  get hasExited(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal)
  }

  /** The first line, past or future, for which `pick` returns something. Rejects when the process ends before. */
  async line<T>(pick: (line: string) => T | undefined): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      let seen = 0
      const timer = setTimeout(() => fail('waited too long for a line of'), waitMs)
      const look = () => {
        for (; seen < this.lines.length; seen++) {
          const found = pick(this.lines[seen] as string)
          if (found === undefined) continue
          done()
          return resolve(found)
        }
      }
      const done = () => {
        clearTimeout(timer)
        this.#watchers.delete(look)
      }
      const fail = (why: string) => {
        done()
        reject(new Error(`${why} ${this.#name}:\n${this.lines.slice(-20).join('\n')}`))
      }
      this.#watchers.add(look)
      this.exited.then(() => setImmediate(() => fail('exited:')))
      look()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.hasExited) this.#process.kill('SIGKILL')
    await this.exited
  }

  async #watchExit() {
    const [code, signal] = (await once(this.#process, 'exit')) as [number | null, NodeJS.Signals | null]
    running.delete(this.#process)
    return { code, signal }
  }

  #onLine(line: string): void {
    if (this.lines.push(line) > lineLimit) throw new Error(`${this.#name} printed over ${lineLimit} lines`)
    for (const look of this.#watchers) look()
  }
}

/** `pick` for pino lines: the value of `field` in the first line with this message. */
export function logged(message: string, field: string): (line: string) => unknown {
  return (line) => {
    if (!line.startsWith('{')) return undefined
    const entry = JSON.parse(line) as Record<string, unknown>
    return entry.msg === message ? entry[field] : undefined
  }
}
