/** One connection whose client reads or does not; and its group, which conflates or does not. */
import { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import { Channel } from './channel.ts'
import { Cohorts } from './cohorts.ts'
import { type BrowserSocket, Connection, type ConnectionHandler } from './connection.ts'
import { FlushCycle } from './flush-cycle.ts'
import { textFrame } from './frame.ts'
import { outboxLimitBytes, probeBytes, probeEveryMs } from './outbox.ts'
import { behindAfterMs, closeAfterMs, SlowClients, tellAfterMs } from './slow-clients.ts'
import { readFrames } from './testing/frames.ts'
import { quoteOf } from './testing/manual-upstream.ts'

const pong = 10
const ping = 9

test('rule 22: a client that does not read gets nothing more, then is told, then closed; those that read are not', () => {
  const { clock, slowClients, quote, open } = setUp()
  const [stalled, reader] = [open({ reads: false }), open()]
  const sentBy = (ms: number) => {
    while (clock.nowMs() < ms) {
      quote()
      clock.advance(2)
    }
    return stalled.quotes().length
  }
  // The first ping follows within half a second.
  const probed = sentBy(1_500 + behindAfterMs)
  expect(slowClients.size).toBe(1)
  expect(sentBy(5_000)).toBe(probed)
  expect(stalled.types()).not.toContain('slow')
  sentBy(1_500 + tellAfterMs)
  expect(stalled.ofType('slow')).toHaveLength(1)
  expect(stalled.ofType('slow')[0]).toMatchObject({ behindMs: expect.any(Number), closesInMs: expect.any(Number) })
  expect(stalled.tooSlow).toBe(0)
  sentBy(1_500 + closeAfterMs)
  expect([stalled.tooSlow, slowClients.size]).toEqual([1, 0])
  expect(stalled.ofType('slow')).toHaveLength(1)
  expect(stalled.quotes()).toHaveLength(probed)
  expect([reader.tooSlow, reader.ofType('slow').length]).toEqual([0, 0])
  expect(reader.lastSeq()).toBe(quote.seq)
})

test('rule 22: who reads on in time gets the newest quote of each symbol that he missed, once, and then all again', () => {
  const { clock, quote, open, told } = setUp()
  const client = open({ reads: false })
  while (clock.nowMs() < 5_000) {
    quote()
    clock.advance(2)
  }
  const before = client.quotes().length
  expect(told.conflated).toBeGreaterThan(100)
  client.read()
  clock.advance(100)
  expect(client.quotes().length).toBe(before + 1)
  expect(client.lastSeq()).toBe(quote.seq)
  quote()
  expect(client.lastSeq()).toBe(quote.seq)
  expect(client.quotes().length).toBe(before + 2)
})

test('rule 22: what Node holds for a socket counts at once: quotes are conflated until the kernel has taken it', () => {
  const { clock, quote, open } = setUp()
  const client = open()
  client.socket.writableLength = highWaterMark
  quote()
  for (let i = 0; i < 5; i++) quote()
  expect(client.quotes()).toHaveLength(1)
  client.socket.writableLength = 0
  clock.advance(100)
  expect(client.quotes()).toHaveLength(2)
  expect(client.lastSeq()).toBe(quote.seq)
})

test('rule 22: a socket that never drains is told and closed like one that is not read', () => {
  const { clock, quote, open } = setUp()
  const client = open()
  client.socket.writableLength = highWaterMark
  quote()
  quote()
  clock.advance(tellAfterMs - 200)
  expect([client.ofType('slow').length, client.tooSlow]).toEqual([0, 0])
  clock.advance(400)
  expect([client.ofType('slow').length, client.tooSlow]).toEqual([1, 0])
  clock.advance(closeAfterMs)
  expect(client.tooSlow).toBe(1)
})

test('rule 22: who has caught up and falls behind again is told again', () => {
  const { clock, quote, open } = setUp()
  const client = open()
  for (let times = 1; times <= 3; times++) {
    client.socket.writableLength = highWaterMark
    quote()
    quote()
    clock.advance(tellAfterMs + 200)
    expect(client.ofType('slow')).toHaveLength(times)
    client.socket.writableLength = 0
    client.read()
    clock.advance(200)
  }
  expect(client.tooSlow).toBe(0)
})

test('rule 22: after a quiet time nobody is closed without having been told', () => {
  const { clock, quote, open } = setUp()
  const client = open({ reads: false })
  for (let bytes = 0; bytes < 2 * probeBytes; bytes += 100) quote()
  clock.advance(60_000)
  expect(client.tooSlow).toBe(0)
  quote()
  clock.advance(200)
  expect([client.ofType('slow').length, client.tooSlow]).toEqual([1, 0])
  clock.advance(5_000)
  expect(client.tooSlow).toBe(1)
})

test('rule 22: a client that answers the newest ping only has read all before it', () => {
  const { clock, slowClients, quote, open } = setUp()
  const client = open({ reads: false })
  while (clock.nowMs() < 5_000) {
    quote()
    clock.advance(2)
  }
  client.connection.ping()
  expect(slowClients.size).toBe(1)
  const pings = client.frames().filter(({ opcode }) => opcode === ping)
  expect(pings.length).toBeGreaterThan(2)
  client.connection.ponged(Buffer.from(pings.at(-1)?.payload ?? '', 'latin1'))
  clock.advance(100)
  expect(slowClients.size).toBe(0)
})

test('a pong that nobody waits for counts as a message', () => {
  const { open } = setUp()
  const client = open()
  client.connection.ponged(Buffer.from('abc'))
  client.connection.ponged(Buffer.alloc(0))
  expect(client.messagesTaken).toBe(2)
  client.connection.ping()
  client.read()
  expect(client.messagesTaken).toBe(2)
})

test('a connection whose client has ended its half is terminated, for its closing handshake would never end', () => {
  const { clock, open } = setUp()
  const client = open()
  const ended: string[] = []
  Object.assign(client.webSocket, { OPEN: 1, readyState: 2, terminate: () => ended.push('terminated') })
  client.connection.close(4008, 'reads too slowly')
  expect(ended).toEqual([])
  clock.advance(2_000)
  expect(ended).toEqual(['terminated'])
})

test('rule 22: what a client left while it was behind does not follow', () => {
  const { clock, quote, open, channel } = setUp()
  const client = open()
  client.socket.writableLength = highWaterMark
  quote()
  quote()
  expect(channel.seenBy(client.connection)).toBe(1)
  channel.leave(client.connection)
  client.socket.writableLength = 0
  clock.advance(1_000)
  expect(client.quotes()).toHaveLength(1)
})

test('rule 22: the memory of a session has a bound, whatever its client does', () => {
  const { clock, quote, open } = setUp()
  const client = open({ reads: false })
  client.socket.keeps = true
  while (client.tooSlow === 0 && clock.nowMs() < 14_000) {
    quote()
    client.connection.sendFrame(textFrame(`"${'an answer '.repeat(20)}"`))
    clock.advance(1)
    expect(client.socket.writableLength).toBeLessThanOrEqual(outboxLimitBytes)
  }
  expect(client.tooSlow).toBe(1)
  expect(client.socket.writableLength).toBeGreaterThan(outboxLimitBytes / 2)
})

test('of several quotes that one does not get together, all but the newest are conflated', () => {
  const { open, told, channel } = setUp()
  const { connection, socket } = open()
  socket.writableLength = 100_000
  connection.sendQuotes(textFrame('1'), channel, 1)
  expect(told.conflated).toBe(0)
  connection.sendQuotes(textFrame('2').repeat(3), channel, 3)
  expect(told.conflated).toBe(2)
})

test('who is closed by the very ping that asks whether it has read is not told, and forgotten', () => {
  const clock = new ManualClock()
  const slowClients = new SlowClients({ clock })
  const told: number[] = []
  let [isGone, behindMs] = [false, tellAfterMs]
  const client = {
    behindMs: () => behindMs,
    catchUp: () => {},
    probe: () => {
      isGone = true
      slowClients.delete(client)
    },
    tellSlow: (ms: number) => told.push(ms),
    closeSlow: () => {},
  }
  slowClients.add(client)
  clock.advance(100)
  expect([isGone, told]).toEqual([true, []])
  // It would not be told if it were still known as one that was.
  client.probe = () => {}
  behindMs = tellAfterMs + 1
  slowClients.add(client)
  clock.advance(100)
  expect(told).toEqual([tellAfterMs + 1])
})

test('a closed connection is forgotten by those who watch the slow ones', () => {
  const { clock, slowClients, quote, open } = setUp()
  const client = open()
  client.socket.writableLength = highWaterMark
  quote()
  quote()
  expect(slowClients.size).toBe(1)
  client.connection.close(4000, 'drain')
  expect(slowClients.size).toBe(0)
  clock.advance(20_000)
  expect([client.tooSlow, clock.pending]).toEqual([0, 0])
})

test('pings are answered with what they carry, unless the session sends too much', () => {
  const { open } = setUp()
  const client = open()
  client.webSocket.emit('ping', Buffer.from('abc'))
  client.maySend = false
  client.webSocket.emit('ping', Buffer.from('def'))
  expect(client.frames().filter(({ opcode }) => opcode === pong)).toMatchObject([{ payload: 'abc' }])
})

test('a group conflates within a window only, and counts for each member what it left out', () => {
  const { clock, quote, open, told, busy } = setUp({ windowMs: 20 })
  const [ann, bob] = [open(), open()]
  quote()
  quote()
  expect([ann.quotes().length, told.conflated]).toEqual([2, 0])
  busy.share = 1
  for (let i = 0; i < 100; i++) {
    quote()
    clock.advance(10)
  }
  told.conflated = 0
  const before = [ann, bob].map((client) => client.quotes().length)
  for (let i = 0; i < 10; i++) quote()
  clock.advance(20)
  expect([ann, bob].map((client, i) => client.quotes().length - (before[i] ?? 0))).toEqual([1, 1])
  expect(told.conflated).toBe(18)
  expect([ann.lastSeq(), bob.lastSeq()]).toEqual([quote.seq, quote.seq])
})

/** From which on Node says that it holds too much. */
const highWaterMark = 65_536

class TestSocket extends EventEmitter {
  written = ''
  writableLength = 0
  /** Whether the kernel takes nothing more. */
  keeps = false

  write(data: string): boolean {
    this.written += data
    if (this.keeps) this.writableLength += data.length
    return this.writableLength < highWaterMark
  }
}

class TestClient implements ConnectionHandler {
  readonly socket = new TestSocket()
  readonly webSocket = new EventEmitter() as unknown as BrowserSocket
  readonly connection: Connection
  reads: boolean
  maySend = true
  messagesTaken = 0
  tooSlow = 0
  #answered = 0

  constructor(make: (client: TestClient) => Connection, reads: boolean) {
    this.reads = reads
    this.connection = make(this)
    const { connection } = this
    this.webSocket.emit = (event: string | symbol, data?: unknown) => {
      if (event === 'ping') connection.pinged(data as Buffer)
      if (event === 'pong') connection.ponged(data as Buffer)
      return true
    }
    this.webSocket.close = () => {}
    connection.handle(this)
  }

  frames() {
    return readFrames(this.socket.written)
  }

  messages(): Record<string, unknown>[] {
    return this.frames().flatMap(({ opcode, payload }) => (opcode === 1 ? [JSON.parse(payload)] : []))
  }

  quotes() {
    return this.ofType('quote')
  }

  types() {
    return this.messages().map(({ type }) => type)
  }

  ofType(wanted: string) {
    return this.messages().filter(({ type }) => type === wanted)
  }

  lastSeq() {
    return this.quotes().at(-1)?.seq
  }

  send(json: string): void {
    this.connection.received(Buffer.from(json), false)
  }

  /** Everything that has come: pings are answered. */
  read(): void {
    const pings = this.frames().filter(({ opcode }) => opcode === ping)
    for (const { payload } of pings.slice(this.#answered)) this.connection.ponged(Buffer.from(payload, 'latin1'))
    this.#answered = pings.length
  }

  watchlist() {
    return []
  }
  onText(): void {}
  onBinary(): void {}
  onPing(): boolean {
    this.messagesTaken++
    return this.maySend
  }
  onClosed(): void {}
  onTooMuch(): void {}

  onTooSlow(): void {
    this.tooSlow++
    this.connection.close(4008, 'reads too slowly')
  }
}

function setUp({ windowMs = 0 } = {}) {
  const clock = new ManualClock()
  clock.advance(probeEveryMs)
  const busy = { share: 0 }
  const told = { conflated: 0 }
  const cycle = new FlushCycle({
    clock,
    windowMs,
    conflates: true,
    busyShare: () => busy.share,
    soon: (task) => task(),
  })
  const slowClients = new SlowClients({ clock })
  const onConflated = (quotes: number) => {
    told.conflated += quotes
  }
  const channel = new Channel({
    isDelayed: false,
    last: undefined,
    observer: { delivered: () => {}, conflated: onConflated },
  })
  const cohorts = new Cohorts({ clock })
  const context = { idPrefix: 'c-', clock, cycle, slowClients, cohorts, onConflated }
  const clients: TestClient[] = []
  const open = ({ reads = true } = {}) => {
    const client = new TestClient(({ socket, webSocket }) => {
      const parts = { socket: socket as unknown as Duplex, ws: webSocket, context, number: clients.length }
      return new Connection({ ...parts, batches: false, encoding: 'json' })
    }, reads)
    channel.join(client.connection)
    clients.push(client)
    return client
  }
  const quote = Object.assign(
    () => {
      quote.seq++
      channel.quote({ quote: { ...quoteOf('AAPL', quote.seq), change: 1 / 3 }, order: quote.seq })
      for (const client of clients) if (client.reads) client.read()
    },
    { seq: 0 },
  )
  return { clock, cycle, slowClients, channel, busy, told, open, quote }
}

test('the figures of this file fit together', () => {
  expect(behindAfterMs).toBeLessThan(tellAfterMs)
  expect(tellAfterMs).toBeLessThan(closeAfterMs)
  expect(probeBytes).toBeLessThan(outboxLimitBytes)
})
