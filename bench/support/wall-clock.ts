/**
 * Unix µs as other processes read it. `performance.timeOrigin` is not corrected when the clock is, and `Date.now()` counts
 * whole milliseconds, so the start is taken where one begins.
 */
export function wallClock(): () => number {
  const beforeMs = Date.now()
  let beginMs = beforeMs
  while (beginMs === beforeMs) beginMs = Date.now()
  const offsetMs = beginMs - performance.now()
  return () => Math.round((offsetMs + performance.now()) * 1000)
}
