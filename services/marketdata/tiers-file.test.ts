import { once } from 'node:events'
import { appendFile, mkdir, mkdtemp, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ConfigError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'
import { TierTable } from './tiers.ts'
import { parserHeapMb, TiersFile } from './tiers-file.ts'

/** What a test cannot bring about with files alone: a write within one tick of the file system's clock, or within a read. */
const tick = vi.hoisted(() => ({
  isLong: false,
  looks: 0,
  whileReading: undefined as (() => Promise<void>) | undefined,
}))

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>()
  const withTick = <T>(stats: T): T =>
    (tick.isLong ? Object.assign(stats as object, { mtimeNs: 0n, ctimeNs: 0n }) : stats) as T
  return {
    ...real,
    stat: async (name: string, options: { bigint: true }) => {
      tick.looks++
      return withTick(await real.stat(name, options))
    },
    open: async (name: string) => {
      const handle = await real.open(name)
      const { stat, read } = handle
      const stubs = {
        stat: async () => withTick(await stat.call(handle, { bigint: true })),
        read: async (buffer: Buffer, offset: number, length: number, position: number) => {
          await tick.whileReading?.()
          return read.call(handle, { buffer, offset, length, position })
        },
      }
      return Object.assign(handle, stubs)
    },
  }
})

const startMs = 1_000_000
/** Of the version that was there at the start: Unix seconds. */
const atStart = 1_000
const allowing = (symbol: string) => `tiers: {default: {symbols: [${symbol}]}}\n`
const bad = 'tiers: {default: {symbls: [A]}}\n'

let folder: string
let path: string
const opened: TiersFile[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiers-'))
  path = join(folder, 'tiers.yaml')
})

afterEach(async () => {
  Object.assign(tick, { isLong: false, looks: 0, whileReading: undefined })
  for (const file of opened.splice(0)) await file.stop()
  await rm(folder, { recursive: true })
})

test('the first version is loaded by run; before it nobody sees anything', async () => {
  await writeFile(path, allowing('A'))
  const { file, events } = setUp()
  expect([file.revision, file.table.tier('default').allows('A')]).toEqual([0, false])
  await file.run()
  expect([file.revision, file.table.tier('default').allows('A')]).toEqual([atStart, true])
  expect(events).toEqual([`loaded ${atStart}`, `change ${atStart} A`])
})

test.each<[string, () => Promise<void>, RegExp]>([
  ['missing', async () => {}, /^TIERS_FILE: .*tiers\.yaml cannot be used:\nENOENT/],
  ['bad', () => writeFile(path, bad), /^TIERS_FILE: .*\n(.*\n)*tiers\.default\.symbls: unknown key \(line 1\)/],
  ['empty', () => writeFile(path, ''), /^TIERS_FILE: .*\nexpected the keys tiers and users$/],
  ['a folder', async () => void (await mkdir(path)), /^TIERS_FILE: .*\nit is not a file$/],
  ['not UTF-8', () => writeFile(path, Buffer.from([0x61, 0xff])), /^TIERS_FILE: .*\nit is not UTF-8$/],
  ['too large', () => makeHuge(path), /^TIERS_FILE: .*\nmore than 16777216 bytes$/],
])('a file that is %s stops the start, naming TIERS_FILE and the problems', async (_, prepare, message) => {
  await prepare()
  const { file, clock, events } = setUp()
  const failure = await file.run().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ConfigError)
  expect((failure as ConfigError).message).toMatch(message)
  expect([events, clock.pending]).toEqual([['failed'], 0])
})

test('a new version is loaded within 250 ms, and revisions are the time of loading', async () => {
  const { file, clock, events } = await running(allowing('A'))
  await writeFile(path, allowing('B'))
  clock.advance(249)
  expect(tick.looks).toBe(1)
  clock.advance(1)
  expect(tick.looks).toBe(2)
  await file.look()
  expect(events.splice(0)).toEqual([`loaded ${startMs + 250}`, `change ${startMs + 250} B`])
  expect(file.table.tier('default').allows('B')).toBe(true)
  await writeFile(path, allowing('C'))
  clock.advance(250)
  await file.look()
  expect(events).toEqual([`loaded ${startMs + 500}`, `change ${startMs + 500} C`])
})

test('what is there at the start counts less than any change, however late the process started', async () => {
  const { file: changed } = await running(allowing('A'))
  await writeFile(path, allowing('B'))
  await changed.look()
  const later = await running(allowing('A'), { wallMs: startMs * 100 })
  expect(later.file.revision).toBeLessThan(changed.revision)
})

test('revisions rise even where the clock stands still', async () => {
  const { file, events } = await running(allowing('A'))
  for (const symbol of ['B', 'C']) {
    await writeFile(path, allowing(symbol))
    await file.look()
  }
  expect(events.filter((event) => event.startsWith('change'))).toEqual([
    `change ${startMs} B`,
    `change ${startMs + 1} C`,
  ])
})

test('links that are swapped, as a ConfigMap volume does it, lead to the new version', async () => {
  await publishAsConfigMap('one', allowing('A'))
  await symlink(join('..data', 'tiers.yaml'), path)
  const { file, clock, events } = await running()
  await publishAsConfigMap('two', allowing('B'))
  clock.advance(250)
  await file.look()
  expect(events).toEqual([`loaded ${startMs + 250}`, `change ${startMs + 250} B`])
})

test('a file put in place of another is a new version, though size and time are the same', async () => {
  const { file, events } = await running(allowing('A'), { settle: true })
  await writeFile(join(folder, 'next'), allowing('B'))
  for (const name of [path, join(folder, 'next')]) await utimes(name, 1, 1)
  await rename(join(folder, 'next'), path)
  await file.look()
  expect(events).toEqual([`loaded ${startMs}`, `change ${startMs} B`])
})

test('a version written in the clock tick in which the last was read is found by the next look', async () => {
  tick.isLong = true
  const { file, events } = await running(allowing('A'))
  await writeFile(path, allowing('B'))
  await file.look()
  expect(events.at(-1)).toMatch(/^change \d+ B$/)
  await writeFile(path, allowing('C'))
  await file.look()
  expect(events.at(-1)).toMatch(/^change \d+ C$/)
})

test('a file that changes while it is read is bad until it holds still', async () => {
  const { file, events } = await running(allowing('A'))
  await writeFile(path, allowing('B'))
  tick.whileReading = () => appendFile(path, '# more\n')
  await file.look()
  expect(events.splice(0)).toEqual(['failed'])
  tick.whileReading = undefined
  await file.look()
  expect(events).toEqual([`loaded ${startMs}`, `change ${startMs} B`])
})

test('a version that says the same raises nothing', async () => {
  const { file, events } = await running(allowing('A'))
  await writeFile(path, `# comment\n${allowing('"A"')}`)
  await file.look()
  await utimes(path, 1, 1)
  await file.look()
  expect([events, file.revision]).toEqual([[], atStart])
})

test('a bad version keeps the last good one, and counts once however often it is looked at', async () => {
  const { file, clock, events, logged } = await running(allowing('A'))
  await writeFile(path, bad)
  for (let i = 0; i < 5; i++) {
    clock.advance(250)
    await file.look()
  }
  expect([events.splice(0), file.revision]).toEqual([['failed'], atStart])
  expect(logged).toEqual([[expect.any(String), 'tiers.default.symbls: unknown key (line 1)']])
  expect(file.table.tier('default').allows('A')).toBe(true)
  await writeFile(path, `${bad}\n`)
  await file.look()
  expect(events.splice(0)).toEqual(['failed'])
  await writeFile(path, allowing('B'))
  await file.look()
  expect(events.at(-1)).toMatch(/^change \d+ B$/)
})

test('what was good, bad and good again is told; the same bad version after it counts again', async () => {
  const { file, events, recoveries } = await running(allowing('A'))
  for (const [text, recovered] of [
    [bad, 0],
    [allowing('A'), 1],
    [bad, 1],
    [allowing('B'), 2],
  ] as const) {
    await writeFile(path, text)
    await file.look()
    expect(recoveries).toHaveLength(recovered)
  }
  expect(events.filter((event) => event === 'failed')).toHaveLength(2)
})

test('a file that is away counts once, keeps the table, and is loaded when it is back', async () => {
  const { file, events } = await running(allowing('A'))
  await rm(path)
  for (let i = 0; i < 3; i++) await file.look()
  expect(events.splice(0)).toEqual(['failed'])
  expect(file.table.tier('default').allows('A')).toBe(true)
  await writeFile(path, allowing('A'))
  await file.look()
  expect(events).toEqual([])
  await rm(path)
  await file.look()
  expect(events.splice(0)).toEqual(['failed'])
  await writeFile(path, allowing('B'))
  await file.look()
  expect(events.at(-1)).toMatch(/^change \d+ B$/)
})

test('a half-written version is bad until it is whole', async () => {
  const { file, events } = await running(allowing('A'))
  const whole = JSON.stringify({ tiers: { default: { symbols: ['B'] } } })
  await writeFile(path, whole.slice(0, -3))
  await file.look()
  await writeFile(path, whole)
  await file.look()
  expect(events).toEqual(['failed', `loaded ${startMs}`, `change ${startMs} B`])
})

test('the parser may take half of what the container may, and 2 GiB at most', () => {
  const mib = 1024 * 1024
  expect([512 * mib, 16_384 * mib, 2 ** 63, 0].map(parserHeapMb)).toEqual([256, 2_048, 2_048, 2_048])
})

test('a version that takes more memory than the parser may have leaves the process and the table alone', async () => {
  const { file, events, logged } = await running(allowing('A'), { parserHeapMb: 32 })
  await writeFile(path, '['.repeat(1_000_000))
  await file.look()
  expect(events).toEqual(['failed'])
  expect(logged).toEqual([[expect.stringContaining('memory limit')]])
  expect(file.table.tier('default').allows('A')).toBe(true)
})

test('there is one look at a time', async () => {
  const { file, clock, events } = await running(allowing('A'))
  await writeFile(path, allowing('B'))
  const first = file.look()
  clock.advance(1_000)
  expect(file.look()).toBe(first)
  await first
  expect(events).toEqual([`loaded ${startMs + 1_000}`, `change ${startMs + 1_000} B`])
})

test('nothing follows a stop, and no timer is left', async () => {
  const { file, clock, events } = await running(allowing('A'))
  await writeFile(path, allowing('B'))
  const looking = file.look()
  await file.stop()
  await looking
  await file.look()
  expect([events, clock.pending, file.revision]).toEqual([[], 0, atStart])
})

test('a stop ends the parsing, and what it ends is no bad version', async () => {
  const { file, events } = await running(allowing('A'))
  await writeFile(path, allowing('B'))
  const looking = file.look()
  const [parser]: Worker[] = await once(process, 'worker')
  parser?.once('message', () => events.push('parsed'))
  await file.stop()
  await looking
  expect([events, file.revision]).toEqual([[], atStart])
})

test('a stop in the middle of run wins', async () => {
  await writeFile(path, allowing('A'))
  const { file, clock, events } = setUp()
  const started = file.run()
  await file.stop()
  await started
  expect([events, clock.pending, file.table]).toEqual([[], 0, TierTable.closed])
})

/** Runs on `text`, or on the file that is there already, and forgets the events of the start. */
async function running(
  text?: string,
  { settle = false, parserHeapMb, wallMs }: { settle?: boolean; parserHeapMb?: number; wallMs?: number } = {},
) {
  if (text !== undefined) await writeFile(path, text)
  const started = setUp(parserHeapMb, wallMs)
  await started.file.run()
  if (settle) await started.file.look()
  started.events.length = 0
  return started
}

function setUp(parserHeapMb?: number, wallMs = startMs) {
  const clock = new ManualClock(wallMs)
  const events: string[] = []
  const recoveries: number[] = []
  const logged: unknown[] = []
  const logger: Logger = Object.assign(Object.create(silentLogger), {
    error: (fields: { problems: unknown }) => logged.push(fields.problems),
  })
  const file = new TiersFile({
    path,
    clock,
    logger,
    observer: {
      loaded: (revision) => events.push(`loaded ${revision}`),
      failed: () => events.push('failed'),
      recovered: () => recoveries.push(clock.wallMs()),
    },
    onChange: (content, revision) => {
      const table = TierTable.of(content)
      const allowed = [...'ABCDEFGH'].filter((symbol) => table.tier('default').allows(symbol))
      events.push(`change ${revision} ${allowed.join('')}`)
    },
    ...(parserHeapMb === undefined ? {} : { parserHeapMb }),
  })
  opened.push(file)
  return { file, clock, events, recoveries, logged }
}

/** As the kubelet does it: a new folder, then one rename of the link that everything is read through. */
async function publishAsConfigMap(version: string, text: string): Promise<void> {
  await mkdir(join(folder, version))
  await writeFile(join(folder, version, 'tiers.yaml'), text)
  await symlink(version, join(folder, '..data_tmp'))
  await rename(join(folder, '..data_tmp'), join(folder, '..data'))
}

async function makeHuge(name: string): Promise<void> {
  await writeFile(name, '')
  await truncate(name, 2 ** 40)
}
