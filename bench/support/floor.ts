/**
 * The floors of fan-out as processes, which write ready bytes to the same number of sockets in the same pattern:
 * bench/native/floor.c, which is what the writes alone cost, and node-floor.ts, which is what they cost from JavaScript.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nativeProgram } from './native.ts'
import { freePort } from './platform.ts'
import { BenchProcess, cacheFolder } from './process.ts'

export interface FloorPattern {
  /** For each flush [client, frames] of those that get any; played round and round. */
  readonly flushes: readonly (readonly (readonly [number, number])[])[]
  readonly flushesPerSecond: number
  /** Headers included. */
  readonly frameBytes: number
}

const answerMs = 10_000

export class Floor implements AsyncDisposable {
  readonly port: number
  readonly #process: BenchProcess

  /** `way`: of node-floor.ts. */
  static async start(core: number, kind: 'native' | 'node' = 'native', way = 'ready'): Promise<Floor> {
    const port = await freePort()
    const isNative = kind === 'native'
    const command = isNative ? nativeProgram('floor') : process.execPath
    const own = isNative ? [] : [join(import.meta.dirname, 'node-floor.ts'), `way=${way}`]
    const args = [...own, `port=${port}`]
    const child = new BenchProcess({ name: `${kind} floor`, command, args, core, talks: true })
    await child.nextLine(answerMs)
    return new Floor(child, port)
  }

  private constructor(child: BenchProcess, port: number) {
    this.#process = child
    this.port = port
  }

  cpuSeconds(): number {
    return this.#process.cpuSeconds()
  }

  async play({ flushes, flushesPerSecond, frameBytes }: FloorPattern): Promise<void> {
    const file = join(cacheFolder, `pattern-${process.pid}`)
    const lines = flushes.map((flush) => flush.map(([client, frames]) => `${client}:${frames}`).join(' '))
    writeFileSync(file, `${lines.join('\n')}\n`)
    try {
      this.#process.say(`play ${file} ${Math.round(1e6 / flushesPerSecond)} ${frameBytes}`)
      await this.#process.nextLine(answerMs)
    } finally {
      rmSync(file)
    }
  }

  pause(): void {
    this.#process.say('pause')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop()
  }
}
