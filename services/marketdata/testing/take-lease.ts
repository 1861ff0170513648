/** A short lease, once the bus answers and whoever held it before has lost it. */
import { expect } from 'vitest'
import type { PublisherLease, QuoteBusWriter } from '../quote-bus.ts'

const shortMs = 1_500

export async function takeLease(bus: QuoteBusWriter, shard = 0, leaseMs = shortMs): Promise<PublisherLease> {
  const take = () => bus.acquire(shard, leaseMs).catch(() => undefined)
  let taken: PublisherLease | undefined
  const isTaken = async () => {
    taken = await take()
    return taken !== undefined
  }
  await expect.poll(isTaken, { timeout: 10_000 }).toBe(true)
  if (!taken) throw new Error('no lease')
  return taken
}
