/** A process that publishes, as main.ts has it, but for its feed: that one cannot run. */
import { systemClock } from '../../shared/clock.ts'
import { Application, runProcess } from '../../shared/lifecycle.ts'
import { createLogger } from '../../shared/logger.ts'
import { parseRedisUrl } from '../../shared/redis-target.ts'
import { MarketDataMetrics } from '../metrics.ts'
import { PublisherGroup } from '../publisher-group.ts'
import { RedisQuoteBus } from '../quote-bus-redis.ts'

const [redisUrl = ''] = process.argv.slice(2)
const logger = createLogger({ service: 'marketdata', level: 'info' })
const shared = { logger, clock: systemClock, random: Math.random, shards: 1 }
const metrics = new MarketDataMetrics()
const bus = new RedisQuoteBus({
  ...shared,
  redis: { target: parseRedisUrl(redisUrl) },
  wallMs: () => systemClock.wallMs(),
  observer: metrics.busObserver(() => {}),
  subscribes: false,
})
const publisher = new PublisherGroup({
  ...shared,
  publisherId: 'without a feed',
  bus,
  observer: metrics.publisherObserver(),
  createFeed: () => ({
    description: 'a feed that cannot run',
    run: async () => {
      throw new Error('no source')
    },
    stop() {},
  }),
})
const components = [
  { name: 'quote bus', component: bus },
  { name: 'publisher', component: publisher },
]
await runProcess({
  logger,
  clock: systemClock,
  application: new Application({ logger, components }),
  stopDeadlineMs: 5_000,
})
