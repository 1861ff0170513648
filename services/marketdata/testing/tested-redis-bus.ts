/** A bus over a real Redis, with all that it tells kept for a test to look at. */
import type { RedisAccess } from '../../shared/redis.ts'
import { silentLogger } from '../../shared/testing/silent-logger.ts'
import type { BadPayload } from '../quote.ts'
import type { BusObserver } from '../quote-bus.ts'
import { RedisQuoteBus } from '../quote-bus-redis.ts'
import { publishUnderLease } from './publish-under-lease.ts'
import { RecordedBusListener } from './recorded-bus-listener.ts'

/** Far from the machine's clock, so that a stamp shows where it came from. */
export const wallMs = Date.UTC(2031, 0, 2)

export interface TestedRedisBusOptions {
  readonly redis: RedisAccess
  readonly subscribes?: boolean
  readonly awaitConnection?: boolean
  readonly shards?: number
}

export async function openRedisBus(options: TestedRedisBusOptions) {
  const { redis, subscribes = true, awaitConnection = true, shards = 1 } = options
  const { observer, ...observed } = observeBus()
  const bus = new RedisQuoteBus({
    redis,
    logger: silentLogger,
    wallMs: () => wallMs,
    random: () => 0.1,
    observer,
    subscribes,
    shards,
  })
  const listener = new RecordedBusListener()
  bus.listen(listener)
  await bus.run()
  if (awaitConnection) {
    await observed.firstConnect
    if (subscribes) await listener.heard('restored')
  }
  const publish = publishUnderLease(bus)
  return { bus, publish, listener, ...observed, [Symbol.asyncDispose]: async () => bus.stop() }
}

export function observeBus() {
  const badPayloads: BadPayload[] = []
  const counts: number[] = []
  const { promise: firstConnect, resolve } = Promise.withResolvers<void>()
  const observer: BusObserver = {
    connected: resolve,
    subscriptionCount: (count) => counts.push(count),
    badPayload: (reason) => badPayloads.push(reason),
  }
  return { observer, badPayloads, counts, firstConnect }
}
