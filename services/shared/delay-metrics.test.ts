import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { DelayBudget } from './delay-budget.ts'
import { watchDelays } from './delay-metrics.ts'

test('the metrics say what waits now, and what was left out since the start, however often they are read', async () => {
  const registry = new Registry()
  const budget = new DelayBudget({ maxEntries: 10 })
  watchDelays(registry, budget)
  budget.changed(0, 3)
  budget.replaced()
  budget.replaced()
  for (let i = 0; i < 2; i++) {
    expect(await registry.metrics()).toMatch(/^quotewire_delayed_quotes 3$/m)
    expect(await registry.metrics()).toMatch(/^quotewire_delayed_quotes_conflated_total 2$/m)
  }
})
