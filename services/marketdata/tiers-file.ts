/**
 * Stage: TIERS_FILE → tier table. Reads the file at start, and again when it has changed.
 *
 * In:  the file, looked at every 250 ms through its path, so that links which now lead elsewhere are noticed.
 * Out: `onChange` with each content that says something new, the first included; revisions only rise.
 * Bound: one look at a time, of at most 16 MiB; in the parsing thread a heap of half of what the container may have, 2 GiB
 *        at most. A version that is missing, bad or
 *        half written counts once, and the last good table stays.
 * Closed by: the process (main.ts) through `stop`, which ends the parsing thread as well.
 *
 * Why not fs.watch: it loses a ConfigMap's file when the links are swapped, and is silent on network file systems.
 * Why a thread: a file of many users takes seconds to parse, and quotes would wait for it.
 */
import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { type Clock, every } from '../shared/clock.ts'
import { ConfigError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import type { TierContent } from './tier-content.ts'
import { longestFileBytes, TierFileError, TierTable } from './tiers.ts'
import type { TiersAnswer } from './tiers-worker.ts'

export interface TiersFileObserver {
  loaded(revision: number): void
  /** Once for each version that cannot be used. */
  failed(): void
  /** Behind `failed`: what is there now is in use. */
  recovered(): void
}

export interface TiersFileOptions {
  readonly path: string
  readonly clock: Clock
  readonly logger: Logger
  readonly observer: TiersFileObserver
  readonly onChange: (content: TierContent, revision: number) => void
  /** Heap of the parsing thread; enough for the largest file unless a test asks for less. */
  readonly parserHeapMb?: number
}

const pollMs = 250
/** Beside this file; in a bundle it is JavaScript. */
const workerFile = import.meta.url.endsWith('.ts') ? './tiers-worker.ts' : './tiers-worker.js'
/** About 1.3 GB are needed for 1,000,000 users; with more the thread ends, and the process does not. */
const mostParserHeapMb = 2_048
/** Of what the container may have: beyond it the kernel would end the process, and that of every other pod. */
const parserShare = 0.5

/**
 * Unix seconds, and so below every revision of a change: what a process finds when it starts may be older than what
 * others have read since (a node whose copy of a ConfigMap lags), and must not take its place.
 */
export function startRevision(clock: Clock): number {
  return Math.floor(clock.wallMs() / 1_000)
}

export class TiersFile {
  readonly #options: TiersFileOptions
  #table = TierTable.closed
  #revision = 0
  /** Of the version that was read last; empty: the next look reads whatever it finds. */
  #stamp = ''
  #bytesDigest = ''
  #isSettled = false
  /** Set while the newest version is not in use. */
  #failure: { readonly version: string; readonly problems: readonly string[] } | undefined
  #looking: Promise<void> | undefined
  #parser: Worker | undefined
  #cancelPoll: (() => void) | undefined
  #stopped = false

  constructor(options: TiersFileOptions) {
    this.#options = options
  }

  /** Allows nothing before `run`. */
  get table(): TierTable {
    return this.#table
  }

  /**
   * Of a change: Unix milliseconds of loading, or one more than the revision before where that is later. Of the first
   * version: see `startRevision`. 0 before `run`.
   */
  get revision(): number {
    return this.#revision
  }

  /** Rejects with a ConfigError where the file cannot be used. */
  async run(): Promise<void> {
    await this.look()
    if (this.#stopped) return
    if (this.#failure) {
      const { path } = this.#options
      throw new ConfigError(`TIERS_FILE: ${path} cannot be used:\n${this.#failure.problems.join('\n')}`)
    }
    this.#cancelPoll = every(this.#options.clock, pollMs, () => void this.look())
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelPoll?.()
    await this.#parser?.terminate()
    await this.#looking
  }

  /** One look at the file; while one is under way, that one. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #look(): Promise<void> {
    const content = await this.#readContent()
    if (content === undefined || this.#stopped) return
    if (content instanceof Error) this.#fail(content instanceof TierFileError ? content.problems : [content.message])
    else this.#accept(content)
  }

  /** The content of a new version, why there is none, or nothing where all is as before. */
  async #readContent(): Promise<TierContent | Error | undefined> {
    let bytes: Buffer | undefined
    try {
      bytes = await this.#readIfNew()
    } catch (error) {
      this.#stamp = ''
      this.#bytesDigest = ''
      return toError(error)
    }
    if (bytes === undefined || this.#stopped) return undefined
    return this.#parse(bytes).catch(toError)
  }

  async #readIfNew(): Promise<Buffer | undefined> {
    const { path } = this.#options
    const found = await stat(path, { bigint: true })
    // Opening a pipe would wait for its writer.
    if (!found.isFile()) throw new TierFileError(['it is not a file'])
    if (this.#isSettled && stampOf(found) === this.#stamp) return undefined
    const { bytes, stamp } = await readWhole(path)
    const digest = createHash('sha256').update(bytes).digest('hex')
    const isNew = digest !== this.#bytesDigest
    // File times have ticks of milliseconds: what is written in the tick of this read shows in the next one only.
    this.#isSettled = stamp === this.#stamp && !isNew
    this.#stamp = stamp
    this.#bytesDigest = digest
    return isNew ? bytes : undefined
  }

  async #parse(bytes: Buffer): Promise<TierContent> {
    const parser = new Worker(new URL(workerFile, import.meta.url), {
      workerData: decode(bytes),
      resourceLimits: {
        maxOldGenerationSizeMb: this.#options.parserHeapMb ?? parserHeapMb(process.constrainedMemory()),
      },
    })
    this.#parser = parser
    try {
      const answer = await new Promise<TiersAnswer>((resolve, reject) => {
        parser.once('message', resolve)
        parser.once('error', reject)
        parser.once('exit', () => reject(new Error('the parsing thread ended')))
      })
      if ('problems' in answer) throw new TierFileError(answer.problems)
      return answer.content
    } finally {
      this.#parser = undefined
      await parser.terminate()
    }
  }

  #fail(problems: readonly string[]): void {
    const version = `${this.#bytesDigest} ${problems.join('\n')}`
    if (version === this.#failure?.version) return
    this.#failure = { version, problems }
    const { logger, observer, path } = this.#options
    observer.failed()
    logger.error({ path, problems, keptRevision: this.#revision }, 'the tiers file cannot be used')
  }

  #accept(content: TierContent): void {
    const { clock, logger, observer, path, onChange } = this.#options
    const wasBad = this.#failure !== undefined
    this.#failure = undefined
    if (wasBad) observer.recovered()
    if (content.digest === this.#table.digest) {
      if (wasBad) logger.info({ path, revision: this.#revision }, 'the tiers file is good again, and says what it said')
      return
    }
    this.#table = TierTable.of(content)
    this.#revision = this.#revision === 0 ? startRevision(clock) : Math.max(this.#revision + 1, clock.wallMs())
    const counts = { tiers: content.tiers.size, users: content.users.size }
    logger.info({ path, revision: this.#revision, digest: content.digest, ...counts }, 'tiers file loaded')
    observer.loaded(this.#revision)
    onChange(content, this.#revision)
  }
}

async function readWhole(path: string): Promise<{ bytes: Buffer; stamp: string }> {
  const handle = await open(path)
  try {
    const before = await handle.stat({ bigint: true })
    if (before.size > longestFileBytes) throw new TierFileError([`more than ${longestFileBytes} bytes`])
    const bytes = Buffer.alloc(Number(before.size))
    let length = 0
    for (let read = -1; length < bytes.length && read !== 0; length += read) {
      read = (await handle.read(bytes, length, bytes.length - length)).bytesRead
    }
    const stamp = stampOf(before)
    if (length < bytes.length || stampOf(await handle.stat({ bigint: true })) !== stamp) {
      throw new TierFileError(['it changed while it was read'])
    }
    return { bytes, stamp }
  } finally {
    await handle.close()
  }
}

function stampOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new TierFileError(['it is not UTF-8'])
  }
}

/** `constrainedBytes`: of the container; 0: there is no limit. */
export function parserHeapMb(constrainedBytes: number): number {
  const allowedMb = (parserShare * (constrainedBytes || Number.POSITIVE_INFINITY)) / 1024 / 1024
  return Math.floor(Math.min(mostParserHeapMb, allowedMb))
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
