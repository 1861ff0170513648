/** A manual clock whose timers run late, as they do on a busy machine; the lateness may change at any time. */
import { ManualClock } from '../../../shared/testing/manual-clock.ts'

export class LateClock extends ManualClock {
  /** Asked once for each timer, when it is set. */
  latenessMs: () => number = () => 0

  override after(delayMs: number, task: () => void): () => void {
    return super.after(delayMs + this.latenessMs(), task)
  }
}
