/**
 * bench/native/floor.c in JavaScript, in one of the ways that there are to get several frames into one write:
 *
 *   ready   a text that was made before: Node's price of a write, which no gateway in JavaScript can be below
 *   joined  the texts of the frames, joined for each client
 *   filled  a Buffer for each client, filled frame by frame
 *   slices  one Buffer for all flushes, of which each client gets a slice
 *   vector  the bytes of the frames, shared by all clients, corked into one vector
 *
 * In and out as floor.c; see there. But for `ready`, the frames of a flush are new in each flush, as quotes are.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

type Way = (socket: Socket, count: number) => void

type Flush = readonly (readonly [client: number, frames: number])[]

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const ack = '\x81#{"type":"subscribed","rejected":[]}'
const settings = new Map(process.argv.slice(2).map((setting) => setting.split('=') as [string, string]))
const clients: Socket[] = []
/** By how many frames. */
let ready: string[] = []
/** Of this flush, as text and as bytes. */
let frames: string[] = []
let shared: Buffer[] = []
/** Nobody waits for what is in it once its write returns: a client that does not read ends the program. */
const slab = Buffer.allocUnsafeSlow(4 * 1024 * 1024)
let slabUsed = 0
/** One of as many quotes as a flush has about. */
let nextFrame = 0
let flushes: Flush[] = []
let next = 0
let intervalMs = 0
let startMs = 0
let done = 0

function onClient(socket: Socket): void {
  socket.setNoDelay(true)
  socket.on('error', () => process.exit(1))
  socket.once('data', (request) => {
    const key = /Sec-WebSocket-Key: (\S+)/.exec(String(request))?.[1] ?? ''
    const accept = createHash('sha1')
      .update(key + magic)
      .digest('base64')
    const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade']
    socket.write(`${head.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
    socket.once('data', () => socket.write(ack, 'latin1'))
    clients.push(socket)
  })
}

function play(file: string, intervalUs: number, frameBytes: number): void {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  flushes = lines.map((line) => line.split(' ').map((one) => one.split(':').map(Number) as [number, number]))
  const most = flushes.flat().reduce((highest, [, frames]) => Math.max(highest, frames), 0)
  const payload = frameBytes - (frameBytes < 128 ? 2 : 4)
  const header = frameBytes < 128 ? [0x81, payload] : [0x81, 126, payload >> 8, payload & 255]
  const frame = String.fromCharCode(...header) + 'x'.repeat(payload)
  // Through a buffer, so that the text is one piece of memory and not the recipe of one.
  ready = Array.from({ length: most + 1 }, (_, i) => Buffer.from(frame.repeat(i), 'latin1').toString('latin1'))
  next = 0
  done = 0
  intervalMs = intervalUs / 1000
  startMs = performance.now()
}

const freshFrames = 64
const takesBytes = ['filled', 'slices', 'vector']

const ways: Readonly<Record<string, Way>> = {
  ready: (socket, count) => void socket.write(ready[count] ?? '', 'latin1'),
  joined(socket, count) {
    let text = ''
    for (let i = 0; i < count; i++) text += frames[nextFrame++ % freshFrames]
    socket.write(text, 'latin1')
  },
  filled(socket, count) {
    const bytes = Buffer.allocUnsafe(count * frameLength())
    fill(bytes, 0, count)
    socket.write(bytes)
  },
  slices(socket, count) {
    const from = slabUsed
    slabUsed = fill(slab, from, count)
    if (!socket.write(slab.subarray(from, slabUsed)) || socket.writableLength > 0) process.exit(1)
  },
  vector(socket, count) {
    socket.cork()
    for (let i = 0; i < count; i++) socket.write(shared[nextFrame++ % freshFrames] as Buffer)
    socket.uncork()
  },
}
const wayName = settings.get('way') ?? 'ready'
const way = ways[wayName] ?? (() => process.exit(1))

function fill(target: Buffer, from: number, count: number): number {
  let at = from
  for (let i = 0; i < count; i++) {
    const frame = shared[nextFrame++ % freshFrames] as Buffer
    target.set(frame, at)
    at += frame.length
  }
  return at
}

function frameLength(): number {
  return ready[1]?.length ?? 0
}

/** As the encoder makes them: one text, or one piece of bytes, for each quote. */
function makeFrames(): void {
  if (wayName === 'ready') return
  const [body = ''] = ready.slice(1)
  if (takesBytes.includes(wayName)) {
    shared = Array.from({ length: freshFrames }, () => Buffer.from(body, 'latin1'))
    slabUsed = 0
  } else {
    const [head, rest] = [body.slice(0, -1), 'y']
    frames = Array.from({ length: freshFrames }, () => Buffer.from(head + rest, 'latin1').toString('latin1'))
  }
}

function tick(): void {
  for (let due = intervalMs > 0 ? Math.floor((performance.now() - startMs) / intervalMs) : 0; done < due; done++) {
    makeFrames()
    for (const [client, count] of flushes[next++ % flushes.length] ?? []) {
      const socket = clients[client]
      if (socket) way(socket, count)
    }
  }
  setTimeout(tick, 1)
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [word, file = '', intervalUs, frameBytes] = line.split(' ')
    if (word === 'pause') intervalMs = 0
    if (word !== 'play') return
    play(file, Number(intervalUs), Number(frameBytes))
    process.stdout.write('playing\n')
  })
  .once('close', () => process.exit(0))
createServer(onClient).listen(Number(settings.get('port')), '127.0.0.1', () => process.stdout.write('listening\n'))
tick()
