/** The port of the gateway: what becomes of TCP connections that are no WebSockets, or not yet. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Clock, systemClock } from '../shared/clock.ts'
import { createLogger } from '../shared/logger.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { Admission } from './admission.ts'
import { AddressCounts, ClientAddresses } from './client-address.ts'
import { Cohorts } from './cohorts.ts'
import { type ConnectionHandler, closeTimeoutMs } from './connection.ts'
import { Page } from './page.ts'
import { SlowClients } from './slow-clients.ts'
import { type StrangerLimit, strangerBytes, strangerPieces } from './stranger-limit.ts'
import { EntryHarness, tokenOf } from './testing/entry-harness.ts'
import { immediateCycle } from './testing/immediate-cycle.ts'
import { WsServer } from './ws-server.ts'

const get = 'GET / HTTP/1.1\r\nHost: x\r\n'
const post = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n'

test('who asks for nothing, asks too slowly or does not read the answer is sent away; WebSockets and those on their way stay', async () => {
  const { server, harness, peers, connect } = await setUp()
  const url = `ws://127.0.0.1:${server.port}/ws?token=${tokenOf('ann')}`
  const ws = new WebSocket(url)
  await once(ws, 'open')
  harness.authorizing.isShut = true
  const late = new WebSocket(url)
  late.on('error', () => {})
  const ends: string[] = []
  const open = async (name: string, text: string) => {
    const socket = await connect()
    socket.write(text)
    return { socket: socket.resume(), closed: once(socket, 'close').then(() => ends.push(name)) }
  }
  const kept = await open('kept alive', `${get}\r\n`)
  const endless = await open('endless', post)
  const writing = setInterval(() => endless.socket.write('x'), 250)
  onTestFinished(() => clearInterval(writing))
  const deaf = await connect()
  // 21 MB are asked for, in one segment: no request is left half read.
  deaf.pause().write('GET /quote-client.js HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1_400))
  await kept.closed
  // Later than the endless one, and gone before it.
  const silent = await open('silent', '')
  const half = await open('half a header', `${get}X-A: `)
  await Promise.all([kept, silent, half, endless].map(({ closed }) => closed))
  expect([ends[0], new Set(ends.slice(1, 3)), ends[3]]).toEqual([
    'kept alive',
    new Set(['silent', 'half a header']),
    'endless',
  ])
  // The two WebSockets.
  await expect.poll(() => peers.entered(), { timeout: 18_000 }).toBe(2)
  harness.authorizing.open()
  await once(late, 'open')
  expect([ws.readyState, late.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN])
}, 30_000)

test.for([
  ['a message of the full size', { bytes: 2 * strangerBytes, ofPiece: 64 * 1024, isKnown: false }],
  ['one that comes byte by byte', { bytes: 4 * strangerPieces, ofPiece: 1, isKnown: false }],
  ['either, and a user can', { bytes: 2 * strangerBytes, ofPiece: 1024, isKnown: true }],
] as const)(
  'who has not said who it is cannot have the gateway collect %s, which never ends',
  async ([, { bytes, ofPiece, isKnown }]) => {
    const { strangers, tooMuch, connect } = await setUp({ maxMessageBytes: 1024 * 1024 })
    const socket = (await connect()).setNoDelay(true)
    const query = isKnown ? `?token=${tokenOf('ann')}` : ''
    socket.write(`GET /ws${query} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`)
    socket.write('Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n')
    await expect.poll(() => strangers.length).toBe(1)
    let isClosed = false
    socket.resume().once('close', () => {
      isClosed = true
    })
    // A masked text of 1 MiB is announced.
    socket.write(Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0]))
    for (let sent = 0; sent < bytes && tooMuch() === 0; sent += ofPiece) {
      socket.write(Buffer.alloc(ofPiece))
      // Read by the server, which runs in this process, before the next one.
      for (let turns = 0; turns < 2; turns++) await turn()
    }
    expect(tooMuch()).toBe(isKnown ? 0 : 1)
    // Its own closing handshake would lie behind the rest, which is not read.
    if (!isKnown) await expect.poll(() => isClosed, { timeout: 2 * closeTimeoutMs }).toBe(true)
    expect([isClosed, tooMuch()]).toEqual(isKnown ? [false, 0] : [true, 1])
  },
)

test('compression stays off, whatever a client offers', async () => {
  const { server } = await setUp()
  const ws = new WebSocket(`ws://127.0.0.1:${server.port}/ws?token=${tokenOf('ann')}`, { perMessageDeflate: true })
  await once(ws, 'open')
  expect(ws.extensions).toBe('')
  ws.terminate()
})

test('a full port drops and counts, and tells so once a second', async () => {
  const { connect, dropped, logged, clock } = await setUp({ maxSockets: 1 })
  await connect()
  const drop = async (count: number) => {
    for (let i = 0; i < count; i++) await once(await connect(), 'close')
  }
  await drop(3)
  expect(dropped).toEqual(['server_full', 'server_full', 'server_full'])
  expect(logged()).toMatchObject([{ code: 'server_full', sockets: 1 }])
  clock.advance(999)
  await drop(1)
  expect(logged()).toHaveLength(1)
  clock.advance(1)
  await drop(1)
  expect(logged().slice(1)).toMatchObject([{ code: 'server_full', sockets: 4 }])
})

test('an address may have only so many sockets; one that closes makes room', async () => {
  const { connect, dropped, peers } = await setUp({ perAddress: 2 })
  const [first] = [await connect(), await connect()]
  await once((await connect()).resume(), 'close')
  expect(dropped).toEqual(['address_limit'])
  first.destroy()
  await expect.poll(() => peers.entered()).toBe(1)
  const fourth = await connect()
  fourth.write(`${get}\r\n`)
  expect(String((await once(fourth, 'data'))[0])).toContain('200 OK')
  expect(dropped).toHaveLength(1)
})

test.for(['loopback', ''])(
  'sockets of a proxy, and all where addresses have no limit, are not counted: "%s"',
  async (trusted) => {
    const { connect, dropped, peers } = await setUp({ perAddress: 1, trusted })
    const sockets = [await connect(), await connect(), await connect()]
    for (const socket of sockets) {
      socket.write(`${get}\r\n`)
      await once(socket, 'data')
    }
    expect([dropped, peers.entered()]).toEqual([[], 0])
  },
)

/** Elsewhere the kernel does not tell how many wait. */
const onLinux = test.runIf(process.platform === 'linux')

onLinux(
  'when those that wait have waited too long they are sent away, and later ones are taken again',
  async () => {
    const { connect, end, firstDropped } = await storm({ maxSockets: 10_000 })
    expect(await firstDropped(1)).toEqual(new Set(['busy']))
    end()
    await expect.poll(async () => await isAnswered(await connect()), { timeout: 20_000 }).toBe(true)
  },
  60_000,
)

onLinux(
  'a full port is told as full also while others wait too long, and as busy once it has room',
  async () => {
    const { dropped, logged, leave, firstDropped } = await storm({ maxSockets: 20 })
    // Late after 300 ms, which is ten of these.
    expect(await firstDropped(30)).toEqual(new Set(['server_full']))
    leave()
    await expect.poll(() => dropped, { timeout: 20_000 }).toContain('busy')
    expect(logged().find(({ code }) => code === 'busy')).toMatchObject({ sockets: 1 })
  },
  60_000,
)

/**
 * 800 come while each turn, so each connection, takes 10 ms: even the 128 that some kernels hold wait for over a second.
 * `leave`: those that were taken first close their sockets.
 */
async function storm({ maxSockets }: { readonly maxSockets: number }) {
  const started = await setUp({ maxSockets, perAddress: 10_000, clock: systemClock })
  const { server, dropped } = started
  let isBusy = true
  const spin = () => {
    const endMs = performance.now() + 10
    while (performance.now() < endMs);
    if (isBusy) setImmediate(spin)
  }
  const connect = `require('net').connect(${server.port}, '127.0.0.1').on('error', () => {})`
  const program = `const all = Array.from({ length: 800 }, () => ${connect})
    process.stdin.once('data', () => all.slice(0, 20).forEach((socket) => socket.destroy()))`
  const client = spawn(process.execPath, ['-e', program])
  const end = () => {
    isBusy = false
  }
  onTestFinished(() => {
    end()
    client.kill('SIGKILL')
  })
  setImmediate(spin)
  /** The codes of so many, and of those that came meanwhile. */
  const firstDropped = async (count: number) => {
    await expect.poll(() => dropped.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(count)
    return new Set(dropped)
  }
  return { ...started, end, leave: () => void client.stdin.write('leave'), firstDropped }
}

/** False: closed without an answer. */
async function isAnswered(socket: Socket): Promise<boolean> {
  socket.write(`${get}\r\n`)
  return await Promise.race([once(socket, 'data').then(() => true), once(socket, 'close').then(() => false)])
}

interface SetUpOptions {
  readonly clock?: Clock
  readonly maxSockets?: number
  readonly perAddress?: number
  readonly trusted?: string
  readonly maxMessageBytes?: number
}

const handler: Omit<ConnectionHandler, 'onTooMuch'> = {
  watchlist: () => [],
  onText() {},
  onBinary() {},
  onPing: () => true,
  onClosed() {},
  onTooSlow() {},
}

class CountedPeers extends AddressCounts {
  #entered = 0

  entered(): number {
    return this.#entered
  }

  override enter(address: string): boolean {
    const hasEntered = super.enter(address)
    if (hasEntered) this.#entered++
    return hasEntered
  }

  override leave(address: string): void {
    super.leave(address)
    this.#entered--
  }
}

async function setUp(options: SetUpOptions = {}) {
  const { maxSockets = 100, perAddress = 100, trusted = 'none' } = options
  const harness = new EntryHarness()
  const clock = new ManualClock()
  const lines: Record<string, unknown>[] = []
  const logger = createLogger({ service: 'test', level: 'silent' })
  logger.warn = (line: Record<string, unknown>) => void lines.push(line)
  const dropped: string[] = []
  const strangers: (StrangerLimit | undefined)[] = []
  let tooMuch = 0
  const peers = new CountedPeers({ limit: perAddress })
  const admission = new Admission({
    ...{ users: harness.users, allowedOrigins: [], addresses: new AddressCounts({ limit: 100 }) },
    ...{
      maxSessions: 100,
      maxHandshakes: 100,
      maxUnauthenticated: 100,
      retryAfterMs: () => 1_000,
      isStranded: () => false,
    },
  })
  const server = new WsServer({
    port: 0,
    maxMessageBytes: options.maxMessageBytes ?? 1_024,
    maxSockets,
    mayWait: 50,
    admission,
    addresses: ClientAddresses.parse(trusted),
    peers,
    page: new Page(new URL('public/', import.meta.url)),
    clock: options.clock ?? clock,
    logger,
    connections: {
      cycle: immediateCycle(),
      slowClients: new SlowClients({ clock }),
      cohorts: new Cohorts({ clock }),
      onConflated: () => {},
    },
    onConnection: (connection, _ticket, stranger) => {
      strangers.push(stranger)
      connection.handle({
        ...handler,
        onTooMuch: () => {
          tooMuch++
          connection.close(4500, 'too much')
        },
      })
    },
    onRefused: () => {},
    onDropped: (code) => dropped.push(code),
  })
  await server.run()
  const sockets: Socket[] = []
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await server.stop()
  })
  const connect = async () => {
    const socket = createConnection(server.port, '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => {})
    await once(socket, 'connect')
    return socket
  }
  return { server, harness, clock, dropped, strangers, tooMuch: () => tooMuch, peers, connect, logged: () => lines }
}
