/** What the delay lines of a process hold and had to leave out, read at scrape time. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { DelayBudget } from './delay-budget.ts'

export function watchDelays(registry: Registry, budget: Pick<DelayBudget, 'held' | 'conflated'>): void {
  new Gauge({
    name: 'quotewire_delayed_quotes',
    help: 'Quotes that wait for delayed tiers.',
    registers: [registry],
    collect() {
      this.set(budget.held)
    },
  })
  new Counter({
    name: 'quotewire_delayed_quotes_conflated_total',
    help: 'Quotes that delayed tiers did not get because MAX_DELAYED_QUOTES made their intervals longer.',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(budget.conflated)
    },
  })
}
