/** An UpstreamLink whose time is driven by hand, and what it tells its listener, in order. */
import { onTestFinished } from 'vitest'
import { ManualClock } from '../../shared/testing/manual-clock.ts'
import { silentLogger } from '../../shared/testing/silent-logger.ts'
import type { Entry } from '../batch-reader.ts'
import { UpstreamLink } from '../upstream-link.ts'
import { Inbox } from './quote-batch-server.ts'

/** It is stopped with the test. */
export function openLink(address: string) {
  const clock = new ManualClock()
  /** Each wait between two attempts. */
  const waits = new Inbox<'wait'>()
  const events = new Inbox<string>()
  const ended: number[] = []
  const link = new UpstreamLink({
    address,
    token: 'the token',
    clock,
    // Asked once a wait: the longest wait there may be.
    random: () => {
      waits.put('wait')
      return 1
    },
    logger: silentLogger,
    listener: {
      ready: () => events.put('ready'),
      entries: (_, entries) => events.put(entries.map(describeEntry).join(', ')),
      lost: () => events.put('lost'),
    },
    onStreamEnded: (durationMs) => ended.push(durationMs),
  })
  onTestFinished(() => link.stop())
  return { clock, waits, events, ended, link }
}

export async function take<T>(inbox: Inbox<T>, count: number): Promise<T[]> {
  const items: T[] = []
  while (items.length < count) items.push(await inbox.take())
  return items
}

function describeEntry(entry: Entry): string {
  for (const kind of ['quote', 'subscribed', 'unsubscribed', 'rejected'] as const) {
    if (entry[kind]) return `${kind} ${entry[kind].symbol}`
  }
  return Object.keys(entry).join(' ')
}
