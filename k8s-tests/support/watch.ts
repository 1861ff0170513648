/**
 * Every state of one object that the API server tells, by `kubectl get --watch`.
 *
 * Out: `lines`, one a state, in the order of the changes. Bound: what changes while it runs.
 * Closed by: its owner (`using`); the process ends with it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { settings } from '../settings.ts'

export interface WatchOptions {
  readonly namespace: string
  /** As in `deployment/name`. */
  readonly object: string
  /** One line a state, as in `{.spec.replicas}`. */
  readonly jsonPath: string
}

export class Watch implements Disposable {
  readonly lines: string[] = []
  readonly #stop: () => void

  private constructor(stop: () => void) {
    this.#stop = stop
  }

  /** Resolves with the first state: nothing after it is missed. */
  static async start({ namespace, object, jsonPath }: WatchOptions): Promise<Watch> {
    const args = ['--context', `kind-${settings.cluster}`, '--namespace', namespace]
    const output = `jsonpath=${jsonPath}{"\\n"}`
    const kubectl = spawn('kubectl', [...args, 'get', object, '--watch', '--output', output], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const watch = new Watch(() => kubectl.kill('SIGKILL'))
    const lines = createInterface({ input: kubectl.stdout })
    lines.on('line', (line) => watch.lines.push(line))
    await Promise.race([
      once(lines, 'line'),
      once(kubectl, 'exit').then(() => Promise.reject(new Error(`the watch of ${object} ended`))),
    ])
    return watch
  }

  /** The states as numbers, each line a row. */
  get numbers(): number[][] {
    return this.lines.map((line) => line.split(' ').map(Number))
  }

  [Symbol.dispose](): void {
    this.#stop()
  }
}
