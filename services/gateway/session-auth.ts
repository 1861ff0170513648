/**
 * Stage: session → session auth → ticket. The `auth` messages of one session, which are answered later.
 *
 * In:  `begin` for the first, `refresh` for later ones; `hold` for what the client sends behind the first.
 * Out: one of `onAdmitted` (with what was held) and `onRefused`; one of `onRefreshed` and `onRefreshFailed`.
 * Bound: `heldMessages` messages, then `hold` is false; one refresh at a time, the next is `busy`.
 * Closed by: its session, with `stop`: answers that come later are dropped.
 */
import { RequestError } from '../shared/errors.ts'
import { type Identity, longestTokenBytes } from '../shared/tokens.ts'
import type { Admitted, Ticket } from './admission.ts'
import * as protocol from './protocol.ts'

export interface SessionAuthOptions {
  readonly ticket: Pick<Ticket, 'authenticate' | 'refresh'>
  readonly onAdmitted: (admitted: Admitted, held: readonly string[]) => void
  readonly onRefused: (error: unknown) => void
  readonly onRefreshed: (admitted: Admitted, id: protocol.Id) => void
  readonly onRefreshFailed: (error: unknown) => void
}

const heldMessages = 64

export class SessionAuth {
  readonly #options: SessionAuthOptions
  readonly #held: string[] = []
  #state: 'idle' | 'first' | 'refreshing' | 'stopped' = 'idle'

  constructor(options: SessionAuthOptions) {
    this.#options = options
  }

  /** The first `auth` is not answered yet: what follows has to wait. */
  get isHolding(): boolean {
    return this.#state === 'first'
  }

  stop(): void {
    this.#state = 'stopped'
  }

  /** False: too much waits already. */
  hold(text: string): boolean {
    return this.#held.length < heldMessages && this.#held.push(text) > 0
  }

  begin(token: string): void {
    const { ticket, onAdmitted, onRefused } = this.#options
    this.#state = 'first'
    ticket.authenticate(token).then(
      (admitted) => this.#settle(() => onAdmitted(admitted, this.#held.splice(0))),
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

function withId(error: unknown, id: protocol.Id): unknown {
  return error instanceof RequestError ? new protocol.ProtocolError(error.code, error.message, id) : error
}
