/**
 * Time as a dependency: whoever waits or stamps receives a `Clock`, so that tests drive time by hand.
 */
export interface Clock {
  /** Monotonic milliseconds; only differences mean anything. */
  nowMs(): number
  /** Unix milliseconds, for what leaves the process. */
  wallMs(): number
  /** Runs `task` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, task: () => void): () => void
}

/** Node allows no longer timer: a longer delay would fire at once. About 24.8 days. */
const longestTimerMs = 2 ** 31 - 1

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, Math.min(delayMs, longestTimerMs))
    return () => clearTimeout(timer)
  },
}

/** Calls `task` every `periodMs` until the returned function is called. A late tick is not made up for. */
export function every(clock: Clock, periodMs: number, task: () => void): () => void {
  let cancel = clock.after(periodMs, tick)
  let stopped = false
  function tick() {
    task()
    if (!stopped) cancel = clock.after(periodMs, tick)
  }
  return () => {
    stopped = true
    cancel()
  }
}
