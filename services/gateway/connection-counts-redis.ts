/**
 * Stage: beside admission. Connections a user over all gateways, counted in Redis (connection-count-store.ts).
 *
 * In:  enter and leave; a heartbeat each second keeps the counts of this gateway valid, for 3 s.
 * Out: whether there is a place. Where Redis fails or takes 500 ms, the policy answers: 'open' applies the limit to this
 * gateway's own connections, 'closed' refuses; it then answers at once, except while a new registration is tried.
 * Bound: one entry a user with a connection here and one waiting enter a connection, so at most as many as there are
 * connections; one command at a time, with what came up meanwhile in the next one. An enter waits for the commands before it.
 * Closed by: `stop`, which frees the places of this gateway at once.
 *
 * One at a time because a reply must be known before the next absolute count is sent: two commands can overtake each
 * other, where a script has to be sent in full or a Cluster redirects.
 */
import { randomUUID } from 'node:crypto'
import { type Clock, every } from '../shared/clock.ts'
import type { Component } from '../shared/lifecycle.ts'
import type { Logger } from '../shared/logger.ts'
import type { RedisConnection } from '../shared/redis.ts'
import { ConnectionCountStore, type CountChange, maxChanges } from './connection-count-store.ts'
import { type ConnectionCounts, type Entry, HeldConnections } from './connection-counts.ts'

export interface RedisConnectionCountsOptions {
  readonly redis: RedisConnection
  /** Of one run of one process; random where left out. */
  readonly gatewayId?: string
  readonly clock: Clock
  readonly logger: Logger
  readonly withoutRedis: 'open' | 'closed'
  readonly observer: ConnectionCountsObserver
}

export interface ConnectionCountsObserver {
  /** Redis is away: enters are answered by the policy until `registered`. */
  unavailable(): void
  /** Redis has all counts of this gateway. */
  registered(users: number): void
}

interface Waiting {
  readonly limit: number
  readonly resolve: (entry: Entry) => void
}

interface Batch {
  readonly changes: readonly CountChange[]
  /** Of each change, who wants in. */
  readonly waiting: readonly (readonly Waiting[])[]
}

/** `away`: no registration until the next heartbeat or connection. */
type State = 'away' | 'unregistered' | 'registered'

const heartbeatMs = 1_000

export class RedisConnectionCounts implements ConnectionCounts, Component {
  readonly #options: RedisConnectionCountsOptions
  readonly #store: ConnectionCountStore
  readonly #held = new HeldConnections()
  /** Users whose count Redis does not know yet, with the enters that wait; none for a mere leave. */
  readonly #due = new Map<string, Waiting[]>()
  #state: State = 'away'
  #isHeartbeatDue = false
  #isReported = false
  #isStopped = false
  #isWorking = false
  #work = Promise.resolve()
  #stopHeartbeat = () => {}

  constructor(options: RedisConnectionCountsOptions) {
    const { redis, clock, gatewayId = randomUUID() } = options
    this.#options = options
    this.#store = new ConnectionCountStore({ redis, clock, gatewayId })
  }

  /** For a gauge: whether Redis has all counts of this gateway. */
  get isRegistered(): boolean {
    return this.#state === 'registered'
  }

  async run(): Promise<void> {
    const { redis, clock } = this.#options
    this.#stopHeartbeat = every(clock, heartbeatMs, () => this.#beat())
    // Redis may have lost everything while the connection was away.
    redis.on('ready', () => this.#beat())
    if (redis.status === 'ready') this.#beat()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#stopHeartbeat()
    // A registration that overtook the removal would keep the places taken for 3 s.
    await this.#work
    this.#answerAllAlone()
    try {
      await this.#store.remove()
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'connection counts not removed from Redis; they end in 3 s')
    }
  }

  async enter(userId: string, limit: number): Promise<Entry> {
    if (this.#isStopped || this.#state === 'away') return this.#enterAlone(userId, limit)
    const { promise, resolve } = Promise.withResolvers<Entry>()
    this.#waitingOf(userId).push({ limit, resolve })
    this.#wake()
    return await promise
  }

  leave(userId: string): void {
    this.#held.add(userId, -1)
    // A registration carries every count anyway.
    if (this.#isStopped || this.#state === 'away') return
    this.#waitingOf(userId)
    this.#wake()
  }

  #beat(): void {
    if (this.#isStopped) return
    if (this.#state === 'away') this.#state = 'unregistered'
    this.#isHeartbeatDue = true
    this.#wake()
  }

  #wake(): void {
    if (this.#isWorking) return
    this.#isWorking = true
    this.#work = this.#workOff()
  }

  async #workOff(): Promise<void> {
    while (this.#hasWork()) {
      try {
        if (this.#state === 'unregistered') await this.#register()
        else await this.#exchange()
      } catch (error) {
        this.#onFailure(error)
      }
    }
    this.#isWorking = false
  }

  #hasWork(): boolean {
    if (this.#isStopped || this.#state === 'away') return false
    return this.#state === 'unregistered' || this.#isHeartbeatDue || this.#due.size > 0
  }

  /** Who leaves meanwhile is due afterwards, and who enters waits. */
  async #register(): Promise<void> {
    const users = this.#held.all()
    await this.#store.register(users)
    this.#state = 'registered'
    this.#isHeartbeatDue = false
    this.#isReported = false
    this.#options.logger.info({ users: users.length }, 'connection counts registered in Redis')
    this.#options.observer.registered(users.length)
  }

  async #exchange(): Promise<void> {
    this.#isHeartbeatDue = false
    const batch = this.#takeBatch()
    let entered: readonly number[] | undefined
    try {
      entered = await this.#store.exchange(batch.changes)
    } finally {
      if (entered === undefined) this.#putBack(batch)
    }
    if (entered === undefined) this.#state = 'unregistered'
    else this.#settle(batch, entered)
  }

  #takeBatch(): Batch {
    const changes: CountChange[] = []
    const waiting: (readonly Waiting[])[] = []
    for (const [userId, all] of this.#due) {
      if (changes.length === maxChanges) break
      const limit = all[0]?.limit ?? 0
      // A user whose tier changed in between: the rest has its own turn.
      const end = all.findIndex((each) => each.limit !== limit)
      const some = end === -1 ? all : all.slice(0, end)
      if (some.length < all.length) this.#due.set(userId, all.slice(some.length))
      else this.#due.delete(userId)
      changes.push({ userId, held: this.#held.of(userId), wanted: some.length, limit })
      waiting.push(some)
    }
    return { changes, waiting }
  }

  #putBack({ changes, waiting }: Batch): void {
    changes.forEach(({ userId }, i) => {
      this.#due.set(userId, [...(waiting[i] ?? []), ...(this.#due.get(userId) ?? [])])
    })
  }

  #settle({ changes, waiting }: Batch, entered: readonly number[]): void {
    changes.forEach(({ userId }, i) => {
      const count = entered[i] ?? 0
      this.#held.add(userId, count)
      for (const [k, { resolve }] of (waiting[i] ?? []).entries()) resolve(k < count ? 'entered' : 'full')
    })
  }

  /** What Redis did of the failed command is unknown: the registration replaces it. One is tried at once. */
  #onFailure(error: unknown): void {
    this.#state = this.#state === 'registered' ? 'unregistered' : 'away'
    if (!this.#isReported) {
      this.#isReported = true
      this.#options.logger.warn({ err: error }, 'connection counts: Redis is away')
      this.#options.observer.unavailable()
    }
    this.#answerAllAlone()
  }

  #answerAllAlone(): void {
    for (const [userId, waiting] of this.#due) {
      for (const { limit, resolve } of waiting) resolve(this.#enterAlone(userId, limit))
    }
    this.#due.clear()
  }

  #enterAlone(userId: string, limit: number): Entry {
    if (this.#options.withoutRedis === 'closed') return 'unavailable'
    if (this.#held.of(userId) >= limit) return 'full'
    this.#held.add(userId, 1)
    return 'entered'
  }

  /** Makes the user due. */
  #waitingOf(userId: string): Waiting[] {
    const waiting = this.#due.get(userId) ?? []
    this.#due.set(userId, waiting)
    return waiting
  }
}
