/**
 * Loaded into a process before its entry point (`node --import`): at SIGUSR2 it collects all garbage and prints what is
 * left, so that what is kept and what only waits to be collected can be told apart.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

let asked = 0
process.on('SIGUSR2', () => {
  collectGarbage()
  // What finalizers of the first let go.
  collectGarbage()
  const { heapUsed, external, rss } = process.memoryUsage()
  const memory = { keptBytes: heapUsed + external, residentBytes: rss }
  process.stdout.write(`${JSON.stringify({ msg: `memory ${++asked}`, memory })}\n`)
})
