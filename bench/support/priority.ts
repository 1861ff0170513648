/** For what keeps a schedule beside programs that use what is left of its core. */
import { constants, setPriority } from 'node:os'

/** It needs little of its core, but at once. Without the right to it the schedule tells whether it was late. */
export function raisePriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST)
  } catch {}
}
