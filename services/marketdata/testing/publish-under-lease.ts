/** `publish` for tests of what comes after it: takes the lease, publishes, gives it back; one call after the other. */
import type { Quote } from '../quote.ts'
import type { QuoteBusWriter } from '../quote-bus.ts'

const leaseMs = 500

export function publishUnderLease(bus: QuoteBusWriter): (quotes: readonly Quote[]) => Promise<void> {
  let previous: Promise<unknown> = Promise.resolve()
  return async (quotes) => {
    const current = previous.catch(() => {}).then(() => publishOnce(bus, quotes))
    previous = current
    await current
  }
}

async function publishOnce(bus: QuoteBusWriter, quotes: readonly Quote[]): Promise<void> {
  for (;;) {
    const lease = await bus.acquire(0, leaseMs)
    if (!lease) continue
    await lease.publish(quotes)
    await lease.release()
    return
  }
}
