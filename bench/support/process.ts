/**
 * The processes that the bench starts: each pinned to a core, so that what is measured and what measures do not share
 * one, and measured from outside, by what the kernel says of the whole process.
 *
 * In:  a command, its environment and its core.
 * Out: `cpuSeconds` (user and system, all threads) and `rssBytes`; lines of its stdout where `talks`. What it logs goes
 *      to a file; the end of that is in the error when it ends early.
 * Closed by: the scenario, with `stop`. It also dies with this process, whatever ends that.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface ProcessOptions {
  /** For errors and the name of the log. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly core: number
  /** The whole environment beside PATH. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** It answers on stdout, line by line; else all it writes is log. */
  readonly talks?: boolean
}

export const cacheFolder = join(import.meta.dirname, '../../node_modules/.cache/quotewire-bench')

/** Of Linux; CPU times are counted in them. */
const ticksPerSecond = 100
const shownLogCharacters = 4_000
let started = 0

export class BenchProcess implements AsyncDisposable {
  readonly name: string
  readonly #child: ChildProcess
  readonly #logFile: string
  readonly #lines: string[] = []
  #onNews: () => void = () => {}

  constructor(options: ProcessOptions) {
    const { name, command, args, core, env = {}, cwd, talks = false } = options
    this.name = name
    const folder = join(cacheFolder, 'logs')
    mkdirSync(folder, { recursive: true })
    this.#logFile = join(folder, `${process.pid}-${++started}-${name}.log`)
    const log = openSync(this.#logFile, 'w')
    const pinned = ['--pdeathsig', 'KILL', 'taskset', '-c', String(core), command, ...args]
    this.#child = spawn('setpriv', pinned, {
      // biome-ignore lint/style/noProcessEnv: a child needs the PATH of its parent, nothing else
      env: { PATH: process.env.PATH ?? '', ...env },
      cwd,
      stdio: ['pipe', talks ? 'pipe' : log, log],
    })
    closeSync(log)
    this.#child.on('error', () => this.#onNews())
    this.#child.on('exit', () => setImmediate(() => this.#onNews()))
    this.#child.stdin?.on('error', () => {})
    if (this.#child.stdout) createInterface({ input: this.#child.stdout }).on('line', (line) => this.#onLine(line))
  }

  /** Throws where it did not start. */
  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.name}: setpriv and taskset (util-linux) are needed`)
    return this.#child.pid
  }

  get hasEnded(): boolean {
    return this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  cpuSeconds(): number {
    return cpuSecondsOf(this.pid)
  }

  rssBytes(): number {
    return rssBytesOf(this.pid)
  }

  /** To its stdin, with a line break. */
  say(line: string): void {
    this.#child.stdin?.write(`${line}\n`)
  }

  /** The next line of its stdout; lines are given out once. Throws when it ends first, or says nothing for so long. */
  async nextLine(waitMs: number): Promise<string> {
    const deadline = AbortSignal.timeout(waitMs)
    while (this.#lines.length === 0) {
      this.requireRunning()
      if (deadline.aborted) throw new Error(`${this.name} said nothing for ${waitMs} ms.${this.#logTail()}`)
      await new Promise<void>((resolve) => {
        this.#onNews = resolve
        deadline.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    return this.#lines.shift() ?? ''
  }

  /** Throws with the end of its log where it has ended. */
  requireRunning(): void {
    if (!this.hasEnded) return
    const { exitCode, signalCode } = this.#child
    throw new Error(`${this.name} ended early (${signalCode ?? exitCode ?? 'did not start'}).${this.#logTail()}`)
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** At once. */
  async stop(): Promise<void> {
    if (this.hasEnded) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #onLine(line: string): void {
    this.#lines.push(line)
    this.#onNews()
  }

  #logTail(): string {
    const log = readFileSync(this.#logFile, 'utf8').slice(-shownLogCharacters)
    return ` The end of ${this.#logFile}:\n${log}`
  }
}

/** User and system, all threads; those that have ended included. */
function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // The name in parentheses may hold spaces; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

function rssBytesOf(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))
  if (!found) throw new Error(`/proc/${pid}/status has no VmRSS: the process has ended`)
  return Number(found[1]) * 1024
}
