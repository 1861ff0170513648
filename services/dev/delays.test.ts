/** How many quotes may wait for delayed tiers is one figure for a process, whichever service runs in it. */
import { expect, test } from 'vitest'
import { loadConfig as loadGatewayConfig } from '../gateway/config.ts'
import { createGateway } from '../gateway/main.ts'
import { loadConfig as loadMarketDataConfig } from '../marketdata/config.ts'
import { createMarketData } from '../marketdata/main.ts'
import { InProcessQuoteBus } from '../marketdata/quote-bus-in-process.ts'
import { delayBudget } from '../shared/delay-budget.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { silentLogger } from '../shared/testing/silent-logger.ts'

const clock = new ManualClock()
const shared = { clock, random: () => 0.5, logger: silentLogger }
const create = {
  gateway: (MAX_DELAYED_QUOTES: string) =>
    createGateway({ ...shared, config: loadGatewayConfig({ JWT_SECRET: 'x', MAX_DELAYED_QUOTES }) }),
  marketData: (MAX_DELAYED_QUOTES: string) =>
    createMarketData({
      ...shared,
      config: loadMarketDataConfig({ JWT_SECRET: 'x', MAX_DELAYED_QUOTES }),
      createBus: (observer) => new InProcessQuoteBus({ wallMs: () => clock.wallMs(), observer }),
    }),
}

test.for(['gateway', 'marketData'] as const)('MAX_DELAYED_QUOTES of %s is what its delay lines share', (service) => {
  for (const most of [1_000, 5_000]) {
    create[service](String(most))
    expect(delayBudget.share(1_000_000)).toBe(most - 1)
  }
})
