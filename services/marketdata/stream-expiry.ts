/**
 * Beside a user stream: the end of its token. Bound: one timer. Closed by: its stream, with the returned function.
 */
import type { Clock } from '../shared/clock.ts'

/** `expiresAtMs`: Unix milliseconds; undefined: never. */
export function atExpiry(clock: Clock, expiresAtMs: number | undefined, onExpired: () => void): () => void {
  if (expiresAtMs === undefined) return () => {}
  let cancel = () => {}
  const wait = () => {
    // Again where the timer could not wait that long.
    const leftMs = expiresAtMs - clock.wallMs()
    if (leftMs <= 0) return onExpired()
    cancel = clock.after(leftMs, wait)
  }
  wait()
  return () => cancel()
}
