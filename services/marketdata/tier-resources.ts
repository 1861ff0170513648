/**
 * Stage: Redis → tier resources: what the operator wrote of the cluster's QuotewireTier resources (services/shared/tier-document.ts).
 *
 * In:  the document, read at start, after each message of the channel, whenever a connection is ready, and every 30 s.
 * Out: `onChange` with each document that has a higher revision; a word in Redis that this process has it.
 * Bound: one read at a time; a document of 4 MiB. A bad one counts once and changes nothing; a document that has gone, be it
 *        with Redis, changes nothing either: what was read stays.
 * Closed by: the process (main.ts), with `stop`.
 */
import { type Clock, every } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import { connectInBackground, type RedisConnection } from '../shared/redis.ts'
import { logError } from '../shared/redis-link.ts'
import {
  longestTierDocument,
  seenKey,
  seenSeconds,
  tierDocument,
  tiersChannel,
  tiersKey,
} from '../shared/tier-document.ts'
import { readTierResources, type TierTerms } from './tier-content.ts'

export interface TierResourcesOptions {
  /** Both not yet connected, and nobody else's. */
  readonly subscriber: RedisConnection
  readonly commands: RedisConnection
  /** Nothing else says what a tier may have: without a document nobody knows. */
  readonly isNeeded: boolean
  /** Of this process: its host name, which is the pod's. */
  readonly instance: string
  readonly clock: Clock
  readonly logger: Logger
  readonly observer: TierResourcesObserver
  readonly onChange: (tiers: ReadonlyMap<string, TierTerms>, revision: number) => void
}

export interface TierResourcesObserver {
  loaded(revision: number): void
  /** Once for each document that cannot be used. */
  failed(): void
  /** Behind `failed`: what is there now is what is in use, or nothing is. */
  recovered(): void
}

/** For a message that was lost, and before what `seenKey` says is over. */
const againMs = (seenSeconds / 3) * 1_000

export class TierResources {
  readonly #options: TierResourcesOptions
  #revision = 0
  #badText = ''
  #isReading = false
  #isUnread = false
  #isStopped = false
  #stopReading: (() => void) | undefined
  #onFirstRead: (() => void) | undefined

  constructor(options: TierResourcesOptions) {
    this.#options = options
    const { subscriber, commands, logger } = options
    subscriber.on('ready', () => {
      subscriber.subscribe(tiersChannel).then(
        () => this.#read(),
        (error) => logError(logger, error, 'cannot listen for tier resources'),
      )
    })
    subscriber.on('message', () => void this.#read())
    commands.on('ready', () => void this.#read())
  }

  /**
   * Resolves when Redis has answered once, for until then nobody knows whether the file counts; where there is no file,
   * with the first document: to begin without one would allow everything to everybody.
   */
  async run(): Promise<void> {
    const { subscriber, commands, clock } = this.#options
    const first = new Promise<void>((resolve) => {
      this.#onFirstRead = resolve
    })
    connectInBackground(subscriber)
    connectInBackground(commands)
    this.#stopReading = every(clock, againMs, () => void this.#read())
    await first
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#stopReading?.()
    this.#onFirstRead?.()
    this.#options.subscriber.disconnect()
    this.#options.commands.disconnect()
  }

  /** Once more where it is asked for while a read is under way: that one may have begun too early. Never rejects. */
  async #read(): Promise<void> {
    const { commands, logger } = this.#options
    this.#isUnread = true
    if (this.#isReading || this.#isStopped || commands.status !== 'ready') return
    this.#isReading = true
    try {
      while (this.#isUnread) {
        this.#isUnread = false
        this.#take(await commands.get(tiersKey))
        // Before the word in Redis, which only says so: an ACL that refuses it keeps nobody from serving.
        if (this.#revision > 0 || !this.#options.isNeeded) this.#onFirstRead?.()
        else logger.warn({ key: tiersKey }, 'no tiers: waits for the operator to write them, as there is no TIERS_FILE')
        await this.#tell()
      }
    } catch (error) {
      if (!this.#isStopped) logError(logger, error, 'cannot read the tier resources')
    } finally {
      this.#isReading = false
    }
  }

  async #tell(): Promise<void> {
    const { commands, instance } = this.#options
    if (this.#revision > 0) await commands.set(seenKey(instance), String(this.#revision), 'EX', seenSeconds)
  }

  #recover(): void {
    if (this.#badText !== '') this.#options.observer.recovered()
    this.#badText = ''
  }

  #take(text: string | null): void {
    const { onChange, observer, logger } = this.#options
    if (text === this.#badText) return
    if (text === null) return this.#recover()
    const read = readDocument(text)
    if ('problems' in read) {
      this.#badText = text
      observer.failed()
      logger.error({ key: tiersKey, problems: read.problems }, 'the tier resources cannot be used')
      return
    }
    const { revision, tiers } = read
    // An older one than what is in use changes nothing, be it that a bad one stood there before.
    if (revision < this.#revision) return
    this.#recover()
    if (revision === this.#revision) return
    this.#revision = revision
    logger.info({ revision, tiers: tiers.size }, 'tier resources loaded')
    observer.loaded(revision)
    onChange(tiers, revision)
  }
}

type Read =
  | { readonly revision: number; readonly tiers: ReadonlyMap<string, TierTerms> }
  | { readonly problems: readonly string[] }

function readDocument(text: string): Read {
  if (text.length > longestTierDocument) return { problems: [`more than ${longestTierDocument} characters`] }
  try {
    const { revision, tiers } = tierDocument.parse(JSON.parse(text))
    const problems: string[] = []
    const terms = readTierResources(tiers, (path, message) => problems.push(`${path.join('.')}: ${message}`))
    return problems.length > 0 ? { problems: problems.slice(0, 10) } : { revision, tiers: terms }
  } catch (error) {
    return { problems: [error instanceof Error ? error.message : String(error)] }
  }
}
