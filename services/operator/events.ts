/** Of the operator: events, as `kubectl describe` shows them. One that cannot be written is logged, and not tried again. */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import type { Cluster, ClusterObject } from './cluster.ts'
import { paths } from './kubernetes-objects.ts'

export interface EventsOptions {
  readonly cluster: Pick<Cluster, 'request'>
  readonly namespace: string
  readonly identity: string
  readonly clock: Clock
  readonly logger: Logger
}

export interface Event {
  readonly type: 'Normal' | 'Warning'
  /** One word, such as Draining. */
  readonly reason: string
  readonly note: string
}

const controller = 'quotewire.dev/operator'
/** Of the API. */
const longestNote = 1_000

export class Events {
  readonly #options: EventsOptions

  constructor(options: EventsOptions) {
    this.#options = options
  }

  async write(regarding: ClusterObject, { type, reason, note }: Event): Promise<void> {
    const { cluster, namespace, identity, clock, logger } = this.#options
    const { apiVersion, kind, metadata } = regarding
    const body = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: `${metadata.name}.${randomUUID()}`, namespace },
      eventTime: new Date(clock.wallMs()).toISOString().replace('Z', '000Z'),
      reportingController: controller,
      reportingInstance: identity,
      action: reason,
      reason,
      type,
      note: note.slice(0, longestNote),
      regarding: { apiVersion, kind, name: metadata.name, namespace, uid: metadata.uid },
    }
    try {
      await cluster.request({ method: 'POST', path: paths.events(namespace), body })
    } catch (error) {
      logger.warn({ err: error, reason, note }, 'an event could not be written')
    }
  }
}
