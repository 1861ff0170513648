/** With a kubectl that notes what it is asked: what a failure prints, and when. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ClusterPlatform } from './platform.ts'

const healthy = { name: 'gateway', restartCount: 0, lastState: {} }
const restarted = {
  name: 'marketdata',
  restartCount: 2,
  lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
}
const ready = [{ type: 'Ready', status: 'True' }]
const ours = { 'app.kubernetes.io/name': 'quotewire' }
const pods = [
  { metadata: { name: 'g', labels: ours }, status: { conditions: ready, containerStatuses: [healthy] } },
  { metadata: { name: 'm', labels: ours }, status: { conditions: ready, containerStatuses: [restarted] } },
  { metadata: { name: 'waiting', labels: {} }, status: {} },
  { metadata: { name: 'stranger', labels: {} }, status: { conditions: ready, containerStatuses: [healthy] } },
]

let folder = ''
let printed = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quotewire-kubectl-'))
  writeFileSync(join(folder, 'kubectl'), source(), { mode: 0o755 })
  vi.stubEnv('PATH', folder)
  printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text
    return true
  })
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

test('a failure is explained while its namespace is still there, and not swallowed', async () => {
  const failing = async () => {
    await using platform = await ClusterPlatform.prepare('here')
    await platform.explained(async () => {
      throw new Error('the reason')
    })
  }
  await expect(failing()).rejects.toThrow('the reason')
  const asked = commands()
  expect(asked.filter((line) => line.startsWith('logs')).length).toBeGreaterThan(0)
  expect(asked.at(-1)).toMatch(/^delete namespace here /)
  expect(printed).toContain('answer to: logs g')
})

test('an installation that fails is explained, and leaves no namespace whose node port the next one needs', async () => {
  // Its PATH has no helm.
  await expect(ClusterPlatform.install({ namespace: 'here' })).rejects.toThrow('install qw charts/quotewire')
  expect(printed).toContain('answer to: logs g')
  expect(commands().at(-1)).toMatch(/^delete namespace here /)
})

test('the log of a container before its restart is printed with how that ended; of strangers who are ready, nothing', async () => {
  await using platform = await ClusterPlatform.prepare('here')
  await platform.tell()
  const logs = commands().filter((line) => line.startsWith('logs'))
  expect(logs).toEqual([
    'logs g --all-containers --tail 40',
    'logs m --all-containers --tail 40',
    'logs m --container marketdata --previous --tail 40',
    'logs waiting --all-containers --tail 40',
  ])
  expect(printed).toContain(
    '--- logs of m before restart 2 of marketdata (OOMKilled, exit code 137)\nanswer to: logs m',
  )
})

test('what succeeds prints nothing', async () => {
  await using platform = await ClusterPlatform.prepare('here')
  expect(await platform.explained(async () => 7)).toBe(7)
  expect(printed).toBe('')
})

/** Without the options that say where. */
function commands(): string[] {
  const lines = readFileSync(join(folder, 'asked'), 'utf8').trimEnd().split('\n')
  return lines.map((line) => line.replace(/^--context \S+ (--namespace \S+ )?/, ''))
}

function source(): string {
  return `#!${process.execPath}
const asked = process.argv.slice(2).join(' ')
require('node:fs').appendFileSync(${JSON.stringify(join(folder, 'asked'))}, asked + '\\n')
const where = /^--context \\S+ (--namespace \\S+ )?/
const isList = /get pods .*--output json/.test(asked)
console.log(isList ? ${JSON.stringify(JSON.stringify({ items: pods }))} : 'answer to: ' + asked.replace(where, ''))
`
}
