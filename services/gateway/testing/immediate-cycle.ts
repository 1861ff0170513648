/** A flush cycle that writes at once: what is under test needs no window. */
import { ManualClock } from '../../shared/testing/manual-clock.ts'
import { FlushCycle } from '../flush-cycle.ts'

export function immediateCycle(): FlushCycle {
  return new FlushCycle({
    clock: new ManualClock(),
    windowMs: 0,
    conflates: true,
    busyShare: () => 0,
    soon: (task) => task(),
  })
}
