/**
 * WebSocket frames (RFC 6455, server to client: unmasked, unfragmented) as latin1 strings, one character a byte.
 *
 * A frame is built once and appended to any number of outboxes; strings concatenate without copying, and one
 * `socket.write(text, 'latin1')` a flush beat buffers, cork and array joins.
 *
 * Bound: keeps nothing; the outbox bounds what waits.
 */
/** How quotes are written for a client. */
export type Encoding = 'json' | 'protobuf'

export const opcodes = { text: 0x81, binary: 0x82, ping: 0x89, pong: 0x8a } as const

export function textFrame(json: string): string {
  return frame(opcodes.text, utf8AsLatin1(json))
}

/** `bytes`: as latin1. */
export function binaryFrame(bytes: string): string {
  return frame(opcodes.binary, bytes)
}

/** `payload`: as latin1, at most 125 bytes. */
export function pingFrame(payload = ''): string {
  return frame(opcodes.ping, payload)
}

/** `payload`: what the ping carried, at most 125 bytes. */
export function pongFrame(payload: Uint8Array): string {
  return frame(opcodes.pong, Buffer.from(payload).toString('latin1'))
}

/** `payload`: as latin1, already encoded. */
export function frame(opcode: number, payload: string): string {
  const { length } = payload
  if (length < 126) return String.fromCharCode(opcode, length) + payload
  if (length < 65_536) return String.fromCharCode(opcode, 126, length >> 8, length & 0xff) + payload
  const header = Buffer.alloc(10)
  header[0] = opcode
  header[1] = 127
  header.writeBigUInt64BE(BigInt(length), 2)
  return header.toString('latin1') + payload
}

function utf8AsLatin1(text: string): string {
  // Nearly all is ASCII, which is its own latin1.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII is meant
  return /^[\x00-\x7f]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1')
}
