import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { pingFrame, pongFrame, textFrame } from './frame.ts'
import { readFrames } from './testing/frames.ts'

const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000]

test.for(lengths)('a text of %i characters reaches a real client as it was', async (length) => {
  const text = 'x'.repeat(length)
  expect(await received([textFrame(text)])).toEqual([`text ${text}`])
})

test('text that is not ASCII reaches it as UTF-8, with its length in bytes', async () => {
  const texts = ['é', 'Ä'.repeat(63), '€'.repeat(42), '日本'.repeat(11_000), '😀'.repeat(20_000), '\u0000\u007f\u0080']
  expect(await received(texts.map(textFrame))).toEqual(texts.map((text) => `text ${text}`))
})

test('frames of every kind, appended to each other, stay apart', async () => {
  const payload = Uint8Array.from({ length: 125 }, (_, i) => 255 - i)
  const hex = Buffer.from(payload).toString('hex')
  const frames = [
    textFrame('{"a":1}'),
    pingFrame(),
    textFrame(''),
    pongFrame(payload),
    pongFrame(new Uint8Array()),
    textFrame('é'),
  ]
  expect(await received(frames)).toEqual(['text {"a":1}', 'ping ', 'text ', `pong ${hex}`, 'pong ', 'text é'])
})

test('a frame has one character a byte, and the tests’ own reader reads it back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 10 }), (texts) => {
      const bytes = texts.map(textFrame).join('')
      expect(Buffer.byteLength(bytes, 'latin1')).toBe(bytes.length)
      expect([...bytes].every((character) => character.charCodeAt(0) < 256)).toBe(true)
      expect(readFrames(bytes)).toEqual(texts.map((payload) => ({ opcode: 1, payload })))
    }),
  )
})

/** A server that only shakes hands and then writes what it is told to, so that nothing but our frames is on the wire. */
let toWrite = ''
const server = createServer((socket) => {
  let request = ''
  socket.on('error', () => {})
  socket.on('data', (data) => {
    if (request.endsWith('\r\n\r\n')) return
    request += data.toString('latin1')
    if (!request.endsWith('\r\n\r\n')) return
    const key = /sec-websocket-key: (\S+)/i.exec(request)?.[1] ?? ''
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade']
    socket.write(`${head.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
    socket.end(toWrite, 'latin1')
  })
})

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterAll(async () => {
  server.close()
  await once(server, 'close')
})

async function received(frames: readonly string[]): Promise<string[]> {
  // The close frame (1000, "end") proves that what came before was well-formed.
  toWrite = `${frames.join('')}\x88\x05\x03\xe8end`
  const events: string[] = []
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  client.on('message', (data: Buffer, isBinary) => events.push(`${isBinary ? 'binary' : 'text'} ${data.toString()}`))
  client.on('ping', (data) => events.push(`ping ${data.toString('hex')}`))
  client.on('pong', (data) => events.push(`pong ${data.toString('hex')}`))
  const [code, reason] = (await once(client, 'close')) as [number, Buffer]
  expect([code, reason.toString()]).toEqual([1000, 'end'])
  return events
}
