/** The operator's metrics. Labels take known words only. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

export interface OperatorGauges {
  isLeading(): boolean
  queued(): number
  frozen(): number
}

export class OperatorMetrics {
  readonly registry = new Registry()
  readonly #actions = new Counter({
    name: 'quotewire_operator_actions_total',
    help: 'What was done, by kind: cost, drain (renewals too), release, scale, shed, tier, apply, delete.',
    labelNames: ['kind'],
    registers: [this.registry],
  })
  readonly #reconciles = new Counter({
    name: 'quotewire_operator_reconciles_total',
    help: 'Looks at an object, by how they ended.',
    labelNames: ['result'],
    registers: [this.registry],
  })
  readonly #relists = new Counter({
    name: 'quotewire_operator_watch_failures_total',
    help: 'Lists and watches that failed and began anew.',
    registers: [this.registry],
  })

  constructor() {
    collectDefaultMetrics({ register: this.registry })
  }

  watch({ isLeading, queued, frozen }: OperatorGauges): void {
    this.#gauge('quotewire_operator_leading', 'Whether this process acts.', () => Number(isLeading()))
    this.#gauge('quotewire_operator_queue', 'Objects that wait to be looked at.', queued)
    this.#gauge('quotewire_operator_frozen', 'Autoscalers that do not scale down for a reason of their fleet.', frozen)
  }

  did(kind: string): void {
    this.#actions.inc({ kind })
  }

  reconciled(result: 'ok' | 'error'): void {
    this.#reconciles.inc({ result })
  }

  watchFailed(): void {
    this.#relists.inc()
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read())
      },
    })
  }
}
