/**
 * The C programs of bench/native, compiled when their source is newer than what was compiled last.
 *
 * The client and the floor have to be faster than what they are compared with, which a JavaScript program would not be.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './process.ts'

export type NativeName = 'load' | 'floor' | 'storm'

const sourceFolder = join(import.meta.dirname, '../native')

/** The path of the program. Throws where it cannot be compiled. */
export function nativeProgram(name: NativeName): string {
  const program = join(cacheFolder, name)
  if (changedMs(program) >= newestSourceMs(name)) return program
  mkdirSync(cacheFolder, { recursive: true })
  // Put in place when whole: another bench may run the old one.
  const made = `${program}.${process.pid}`
  const args = ['-O2', '-Wall', '-Wextra', '-o', made, join(sourceFolder, `${name}.c`), '-lm']
  const { error, status, stderr } = spawnSync('cc', args, { encoding: 'utf8' })
  if (error) throw new Error('the bench needs a C compiler: apt-get install gcc libc6-dev', { cause: error })
  if (status !== 0) throw new Error(`cc ${args.join(' ')} failed:\n${stderr}`)
  renameSync(made, program)
  return program
}

function newestSourceMs(name: NativeName): number {
  const files = readdirSync(sourceFolder).filter((file) => file.endsWith('.h') || file === `${name}.c`)
  return Math.max(...files.map((file) => changedMs(join(sourceFolder, file))))
}

/** 0 where there is no such file. */
function changedMs(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
