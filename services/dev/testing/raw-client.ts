/** A client that writes its WebSocket frames byte by byte as it likes, and reads only while it wants to. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const opcodes = { continuation: 0, text: 1, pong: 10, ping: 9 } as const

export interface FrameOptions {
  /** Not the last of its message. */
  readonly isOpen?: boolean
  /** What its header says; by default what it has. */
  readonly payloadBytes?: number
}

export class RawClient {
  readonly #socket: Socket
  #heard = ''
  /** By whomever. */
  readonly closed: Promise<void>

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('error', () => {})
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()))
    socket.on('data', (data) => {
      this.#heard += data.toString('latin1')
    })
  }

  /** Resolves when it is told `connected`. */
  static async open(port: number, token: string): Promise<RawClient> {
    const client = new RawClient(connect(port, '127.0.0.1'))
    const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='
    const lines = ['Host: x', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', key]
    client.write(Buffer.from([`GET /ws?token=${token} HTTP/1.1`, ...lines, '', ''].join('\r\n')))
    await client.hears('"type":"connected"')
    return client
  }

  /** Resolves when this has come, be it before. */
  async hears(text: string): Promise<void> {
    while (!this.#heard.includes(text)) await once(this.#socket, 'data')
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  send(message: unknown): void {
    this.write(frame('text', typeof message === 'string' ? message : JSON.stringify(message)))
  }

  /** What was sent before has been read. */
  async roundTrip(id: string): Promise<void> {
    this.send({ type: 'ping', id })
    await this.hears(`"id":"${id}"`)
  }

  /** What comes stays in the kernel, and then where it comes from. */
  stopReading(): void {
    this.#socket.pause()
  }

  close(): void {
    this.#socket.destroy()
  }
}

/** With a mask of zeros, which changes nothing. */
export function frame(kind: keyof typeof opcodes, payload: string, options: FrameOptions = {}): Buffer {
  const { isOpen = false, payloadBytes = payload.length } = options
  const first = (isOpen ? 0 : 0x80) | opcodes[kind]
  const mask = Buffer.alloc(4)
  const bytes = Buffer.from(payload)
  if (payloadBytes < 126) return Buffer.concat([Buffer.from([first, 0x80 | payloadBytes]), mask, bytes])
  const header = Buffer.alloc(10)
  header.writeUInt8(first, 0)
  header.writeUInt8(0x80 | 127, 1)
  header.writeBigUInt64BE(BigInt(payloadBytes), 2)
  return Buffer.concat([header, mask, bytes])
}
