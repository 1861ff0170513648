/**
 * Stage: session → session auth → ticket. The `auth` messages of one session, which are answered later.
 *
 * In:  `awaitFirst` where the first one has to come, `begin` when it came, `refresh` for later ones; `hold` for what the
 * client sends behind the first.
 * Out: one of `onAdmitted` (with what was held) and `onRefused`; one of `onRefreshed` and `onRefreshFailed`.
 * Bound: `timeoutMs` until the first comes, not until it is answered: the steps of the ticket have their own limits.
 * Until then `longestBytes` a message, `heldMessages` and `heldBytes` in all, then it is refused; one refresh at a time, the
 * next is `busy`; how often, its session says.
 * Closed by: its session, with `stop`: answers that come later are dropped.
 */
import type { Clock } from '../shared/clock.ts'
import { RequestError, SessionClose } from '../shared/errors.ts'
import { type Identity, longestTokenBytes } from '../shared/tokens.ts'
import type { Admitted, Ticket } from './admission.ts'
import * as protocol from './protocol.ts'

export interface SessionAuthOptions {
  readonly ticket: Pick<Ticket, 'authenticate' | 'refresh'>
  readonly timeoutMs: number
  readonly clock: Clock
  readonly onAdmitted: (admitted: Admitted, held: readonly string[]) => void
  readonly onRefused: (error: unknown) => void
  readonly onRefreshed: (admitted: Admitted, id: protocol.Id) => void
  readonly onRefreshFailed: (error: unknown) => void
}

/** Twice the longest token: nobody who is not known yet has more to say. */
const longestBytes = 2 * longestTokenBytes
const heldMessages = 64
const heldBytes = 64 * 1024

export class SessionAuth {
  readonly #options: SessionAuthOptions
  readonly #held: string[] = []
  #heldBytes = 0
  #state: 'idle' | 'first' | 'refreshing' | 'stopped' = 'idle'
  #cancelTimeout: () => void = () => {}
  #onKnown: () => void = () => {}

  constructor(options: SessionAuthOptions) {
    this.#options = options
  }

  stop(): void {
    this.#state = 'stopped'
    this.#cancelTimeout()
    this.#held.length = 0
  }

  /** `onKnown`: before `onAdmitted`. */
  awaitFirst(onKnown: () => void): void {
    this.#onKnown = onKnown
    const { clock, timeoutMs, onRefused } = this.#options
    const late = new SessionClose('unauthorized', `no auth message within ${timeoutMs} ms`)
    this.#cancelTimeout = clock.after(timeoutMs, () => onRefused(late))
  }

  /**
   * For a message of a session that is not open. True: the first `auth` is not answered yet, and the message waits for
   * it. Throws a SessionClose where it may not wait, or is too long.
   */
  hold(text: string): boolean {
    const bytes = Buffer.byteLength(text)
    if (bytes > longestBytes) {
      throw new SessionClose('unauthorized', `a message before connected has ${longestBytes} bytes at most`)
    }
    if (this.#state !== 'first') return false
    if (this.#held.length >= heldMessages || this.#heldBytes + bytes > heldBytes) {
      throw tooManyMessages('too many messages before the answer to auth')
    }
    this.#heldBytes += bytes
    return this.#held.push(text) > 0
  }

  begin(token: string): void {
    const { ticket, onAdmitted, onRefused } = this.#options
    this.#cancelTimeout()
    this.#state = 'first'
    ticket.authenticate(token).then(
      (admitted) =>
        this.#settle(() => {
          this.#onKnown()
          onAdmitted(admitted, this.#held.splice(0))
        }),
      (error) => this.#settle(() => onRefused(error)),
    )
  }

  /** Throws a RequestError where it is refused at once. */
  refresh(current: Identity, token: string, id: protocol.Id): void {
    const { ticket, onRefreshed, onRefreshFailed } = this.#options
    if (token.length > longestTokenBytes) throw new protocol.ProtocolError('unauthorized', 'token too long', id)
    if (this.#state !== 'idle') throw new protocol.ProtocolError('busy', 'another auth is not answered yet', id)
    this.#state = 'refreshing'
    ticket.refresh(token, current).then(
      (admitted) => this.#settle(() => onRefreshed(admitted, id)),
      (error) => this.#settle(() => onRefreshFailed(withId(error, id))),
    )
  }

  #settle(act: () => void): void {
    if (this.#state === 'stopped') return
    this.#state = 'idle'
    act()
  }
}

export function tooManyMessages(message: string): SessionClose {
  return new SessionClose('message_rate', message, { retryAfterMs: 1_000 })
}

function withId(error: unknown, id: protocol.Id): unknown {
  return error instanceof RequestError ? new protocol.ProtocolError(error.code, error.message, id) : error
}
