/**
 * Inside an outbox: what a ping carries, so that its pong says that all before it was read. Who has not read it cannot
 * make it up: behind the number of the ping stands a part of a hash that only this process can compute.
 *
 * In:  the number of a connection and of its ping. Out: a text of at most 20 characters.
 * Bound: keeps one secret.
 */
import { hash, randomBytes } from 'node:crypto'

const secret = randomBytes(16).toString('hex')
/** Of base64: 48 bits. A guess costs a message of the session's rate, and a ping is awaited for seconds. */
const tagCharacters = 8

export function pingPayload(connection: number, ping: number): string {
  const tag = hash('sha256', `${secret} ${connection} ${ping}`, 'base64').slice(0, tagCharacters)
  return `${ping.toString(36)}.${tag}`
}

/** Of a ping, by its payload; NaN for what is none. Whether it is genuine, `pingPayload` says. */
export function pingNumber(payload: string): number {
  return payload.length > 20 ? Number.NaN : Number.parseInt(payload, 36)
}
