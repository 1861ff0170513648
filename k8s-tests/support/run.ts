/** Runs kind, docker, kubectl and helm: standard output as text, or an error with what they printed. */
import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)
export const projectRoot = dirname(dirname(import.meta.dirname))

export interface RunOptions {
  readonly input?: string
  readonly timeoutMs?: number
}

const longestOutputBytes = 64 * 1024 * 1024

export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return (await runFully(command, args, options)).stdout
}

/** With what it printed on standard error, although it succeeded: warnings. */
export async function runFully(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<{ stdout: string; stderr: string }> {
  const { input, timeoutMs = 300_000 } = options
  const running = execute(command, args, { cwd: projectRoot, timeout: timeoutMs, maxBuffer: longestOutputBytes })
  if (input !== undefined) running.child.stdin?.end(input)
  try {
    return await running
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${command} ${args.join(' ')}\n${stdout.slice(-4_000)}${stderr.slice(-4_000)}`, { cause: error })
  }
}
