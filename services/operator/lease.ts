/**
 * Of the operator: one of several processes acts, by a Lease of the cluster.
 *
 * In:  the Lease, read every `retryMs`.
 * Out: `onLeading` and `onLost`, in turns; `isLeading`, to ask before anything is written.
 * Bound: who cannot renew for `renewWithinMs` does not lead any more, which is before anybody else can; after the holder's
 *        death another one leads within `leaseMs` + 2 * `retryMs`.
 * Closed by: `stop`, which gives the Lease away, so that the next one need not wait.
 *
 * Two clocks are never compared: a Lease is over when it has not changed for its duration by this process's own clock. The
 * resource version makes that of two who take it one fails.
 */
import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import { type Cluster, ClusterError, type ClusterObject } from './cluster.ts'

export interface LeaseElectionOptions {
  readonly cluster: Pick<Cluster, 'request'>
  readonly namespace: string
  readonly name: string
  /** Of this process alone. */
  readonly identity: string
  readonly clock: Clock
  readonly logger: Logger
  readonly onLeading: () => void
  readonly onLost: () => void
}

interface Lease extends ClusterObject {
  readonly spec?: {
    readonly holderIdentity?: string
    readonly leaseDurationSeconds?: number
    readonly acquireTime?: string
    readonly renewTime?: string
    readonly leaseTransitions?: number
  }
}

export const leaseMs = 10_000
export const renewWithinMs = 7_000
export const retryMs = 2_000

export class LeaseElection {
  readonly #options: LeaseElectionOptions
  #isLeading = false
  #renewedMs = 0
  /** Of what others hold: what it was when it changed last, and when. */
  #seen = { version: '', sinceMs: 0 }
  #cancelRetry: (() => void) | undefined
  #cancelLoss: (() => void) | undefined
  #isStopped = false
  #round: Promise<void> = Promise.resolve()

  constructor(options: LeaseElectionOptions) {
    this.#options = options
  }

  get isLeading(): boolean {
    return this.#isLeading && this.#options.clock.nowMs() - this.#renewedMs < renewWithinMs
  }

  run(): void {
    this.#round = this.#try().finally(() => {
      if (!this.#isStopped) this.#cancelRetry = this.#options.clock.after(retryMs, () => this.run())
    })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelRetry?.()
    await this.#round
    const wasLeading = this.isLeading
    this.#lose('stopping')
    if (wasLeading) await this.#giveAway()
  }

  async #try(): Promise<void> {
    const { clock, logger } = this.#options
    // From before the request: it may take long, and the others count from when they see it.
    const askedMs = clock.nowMs()
    try {
      const lease = await this.#read()
      if (lease && !this.#mayTake(lease)) return this.#lose(`held by ${lease.spec?.holderIdentity}`)
      await this.#take(lease)
      this.#renewed(askedMs)
    } catch (error) {
      logger.warn({ err: error }, 'the lease could not be taken or renewed')
    }
  }

  async #read(): Promise<Lease | undefined> {
    try {
      return await this.#options.cluster.request<Lease>({ path: this.#path })
    } catch (error) {
      if (error instanceof ClusterError && error.status === 404) return undefined
      throw error
    }
  }

  #mayTake({ spec, metadata }: Lease): boolean {
    const { identity, clock } = this.#options
    if (!spec?.holderIdentity || spec.holderIdentity === identity) return true
    const nowMs = clock.nowMs()
    const version = metadata.resourceVersion ?? ''
    if (version !== this.#seen.version) this.#seen = { version, sinceMs: nowMs }
    return nowMs - this.#seen.sinceMs >= (spec.leaseDurationSeconds ?? leaseMs / 1_000) * 1_000
  }

  async #take(lease: Lease | undefined): Promise<void> {
    const { identity, name, namespace, clock, cluster } = this.#options
    const now = microTime(clock.wallMs())
    const isMine = lease?.spec?.holderIdentity === identity
    const spec = {
      holderIdentity: identity,
      leaseDurationSeconds: leaseMs / 1_000,
      acquireTime: isMine ? lease.spec?.acquireTime : now,
      renewTime: now,
      leaseTransitions: (lease?.spec?.leaseTransitions ?? 0) + (isMine ? 0 : 1),
    }
    const metadata = { name, namespace, resourceVersion: lease?.metadata.resourceVersion }
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec }
    if (lease) await cluster.request({ method: 'PUT', path: this.#path, body })
    else await cluster.request({ method: 'POST', path: this.#folder, body })
  }

  #renewed(askedMs: number): void {
    const { clock, logger, identity, onLeading } = this.#options
    if (this.#isStopped) return
    this.#renewedMs = askedMs
    this.#cancelLoss?.()
    this.#cancelLoss = clock.after(askedMs + renewWithinMs - clock.nowMs(), () => this.#lose('not renewed in time'))
    if (this.#isLeading) return
    this.#isLeading = true
    logger.info({ identity }, 'leading')
    onLeading()
  }

  #lose(reason: string): void {
    this.#cancelLoss?.()
    if (!this.#isLeading) return
    this.#isLeading = false
    this.#options.logger.warn({ reason }, 'not leading any more')
    this.#options.onLost()
  }

  async #giveAway(): Promise<void> {
    const { logger, cluster, identity } = this.#options
    try {
      const lease = await this.#read()
      if (lease?.spec?.holderIdentity !== identity) return
      await cluster.request({
        method: 'PUT',
        path: this.#path,
        body: { ...lease, spec: { ...lease.spec, holderIdentity: '' } },
      })
    } catch (error) {
      logger.warn({ err: error }, 'the lease could not be given away; it runs out')
    }
  }

  get #folder(): string {
    return `/apis/coordination.k8s.io/v1/namespaces/${this.#options.namespace}/leases`
  }

  get #path(): string {
    return `${this.#folder}/${this.#options.name}`
  }
}

function microTime(wallMs: number): string {
  return new Date(wallMs).toISOString().replace('Z', '000Z')
}
