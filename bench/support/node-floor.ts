/**
 * bench/native/floor.c in JavaScript: ready texts by `socket.write`, and nothing else. What it costs more than floor.c is
 * Node's price of a write, which no gateway in JavaScript can be below.
 *
 * In and out as floor.c; see there.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

type Flush = readonly (readonly [client: number, frames: number])[]

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const ack = '\x81#{"type":"subscribed","rejected":[]}'
const settings = new Map(process.argv.slice(2).map((setting) => setting.split('=') as [string, string]))
const clients: Socket[] = []
/** By how many frames. */
let ready: string[] = []
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

function tick(): void {
  for (let due = intervalMs > 0 ? Math.floor((performance.now() - startMs) / intervalMs) : 0; done < due; done++) {
    for (const [client, frames] of flushes[next++ % flushes.length] ?? [])
      clients[client]?.write(ready[frames] ?? '', 'latin1')
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
