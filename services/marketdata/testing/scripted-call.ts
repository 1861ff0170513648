/** The way out of a stream handler, with a transport that is full when the test says so. */
import type { UpstreamError } from '../../shared/errors.ts'
import type { StreamCall } from '../stream-call.ts'

export class ScriptedCall implements StreamCall {
  readonly written: Uint8Array[] = []
  requestsPaused = false
  /** How many more writes fit; the last of them returns false. */
  room = Number.POSITIVE_INFINITY
  /** How it ended; undefined while open. */
  outcome: UpstreamError | 'ok' | undefined
  /** As the server does when a call is over: tells the handler. */
  onEnd: () => void = () => {}

  get isFull(): boolean {
    return this.room <= 0
  }

  write(message: Uint8Array): boolean {
    if (this.outcome !== undefined) return false
    if (this.isFull) throw new Error('written although the transport is full')
    this.written.push(message)
    this.room--
    return !this.isFull
  }

  end(error?: UpstreamError): void {
    if (this.outcome !== undefined) return
    this.outcome = error ?? 'ok'
    this.onEnd()
  }

  pauseRequests(): void {
    this.requestsPaused = true
  }

  resumeRequests(): void {
    this.requestsPaused = false
  }
}
