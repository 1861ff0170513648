/**
 * Beside a connection whose client has not said who it is: how much it may send until then. ws itself would collect a
 * message of the full size, in as many pieces as the network delivers.
 *
 * In:  the reads of a socket.
 * Out: `onTooMuch`, once: no more is to be read then.
 * Bound: two numbers. `strangerBytes` in `strangerPieces`; of a client that was refused, and has only its closing handshake
 * to say, `refusedBytes` in `refusedPieces`.
 * Closed by: its session with `stop`, once it knows the user; else it ends with the socket.
 */
import type { Duplex } from 'node:stream'

/** More than session-auth.ts holds: its own refusals, which say why, come before. */
export const strangerBytes = 128 * 1024
export const strangerPieces = 128
const refusedBytes = 16 * 1024
const refusedPieces = 32

export class StrangerLimit {
  readonly #socket: Duplex
  readonly #onTooMuch: () => void
  #bytesLeft: number
  #piecesLeft: number

  constructor(options: { readonly socket: Duplex; readonly isRefused: boolean; readonly onTooMuch: () => void }) {
    const { socket, isRefused, onTooMuch } = options
    this.#socket = socket
    this.#onTooMuch = onTooMuch
    this.#bytesLeft = isRefused ? refusedBytes : strangerBytes
    this.#piecesLeft = isRefused ? refusedPieces : strangerPieces
    socket.on('data', this.#onData)
  }

  stop(): void {
    this.#socket.removeListener('data', this.#onData)
  }

  readonly #onData = (data: Uint8Array): void => {
    this.#bytesLeft -= data.length
    this.#piecesLeft--
    if (this.#bytesLeft >= 0 && this.#piecesLeft >= 0) return
    this.stop()
    this.#onTooMuch()
  }
}
