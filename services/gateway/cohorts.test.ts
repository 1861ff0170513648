/** Connections with one watchlist share what they are sent, and nobody can tell. */
import { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { livePace } from '../shared/pacing.ts'
import { ManualClock } from '../shared/testing/manual-clock.ts'
import type { Channel } from './channel.ts'
import { Cohorts } from './cohorts.ts'
import { type BrowserSocket, Connection } from './connection.ts'
import { type MemberPace, unlimited } from './course.ts'
import { FanOut } from './fan-out.ts'
import { FlushCycle } from './flush-cycle.ts'
import { SlowClients } from './slow-clients.ts'
import { readFrames } from './testing/frames.ts'
import { quoteOf } from './testing/manual-upstream.ts'

const symbols = ['A', 'B', 'C', 'D']
const paces: readonly MemberPace[] = [
  unlimited,
  { ...unlimited, intervalMs: 300 },
  { tier: { ...livePace, delayMs: 500 }, intervalMs: 0 },
]

test('five of one watchlist in a phase are one cohort: one buffer is written to all of them', () => {
  const { clients, market, settle, cohorts } = setUp({ clients: 25 })
  for (const client of clients) for (const symbol of symbols) client.join(symbol, unlimited)
  settle()
  expect(cohorts.size).toBe(25)
  for (const client of clients) client.socket.buffers.length = 0
  market.quote('A')
  market.quote('C')
  market.endTurn()
  const buffers = clients.map(({ socket }) => socket.buffers)
  expect(buffers.map(({ length }) => length)).toEqual(clients.map(() => 1))
  expect(new Set(buffers.flat()).size).toBe(5)
  expect(clients.map((client) => client.messages().slice(-2))).toEqual(
    clients.map(() => [expect.objectContaining({ symbol: 'A' }), expect.objectContaining({ symbol: 'C' })]),
  )
  expect(market.delivered()).toBe(50)
})

test('those who differ by a symbol, a pace, the form or batches share nothing', () => {
  const { clients, settle, cohorts } = setUp({ clients: 20, forms: 4 })
  for (const [i, client] of clients.entries()) {
    const own = i < 10 ? symbols : symbols.slice(1)
    for (const symbol of own) client.join(symbol, unlimited)
  }
  settle()
  // By phase, form and watchlist none has a second.
  expect(cohorts.size).toBe(0)
})

test('a single one is left alone when the other goes, and may find another', () => {
  const { clients, market, settle, cohorts } = setUp({ clients: 11 })
  const [one, , , , , two, , , , , three] = clients
  for (const client of [one, two]) for (const symbol of symbols) client?.join(symbol, unlimited)
  settle()
  expect(cohorts.size).toBe(2)
  two?.leaveAll()
  expect(cohorts.size).toBe(0)
  settle()
  for (const symbol of symbols) three?.join(symbol, unlimited)
  settle()
  expect(cohorts.size).toBe(2)
  market.quote('B')
  market.endTurn()
  expect([one, two, three].map((client) => client?.messages().length)).toEqual([1, 0, 1])
})

/** The first three are in one phase, the others in another. */
const who = fc.constantFrom(0, 5, 10, 1, 6)
const step = fc.oneof(
  fc.record({
    kind: fc.constantFrom('join', 'leave', 'move'),
    who,
    symbol: fc.constantFrom(...symbols),
    pace: fc.nat(2),
  }),
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('join all'), who, symbol: fc.constant('A'), pace: fc.nat(1) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('quote'),
      who,
      symbol: fc.constantFrom(...symbols),
      pace: fc.constant(0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('end turn', 'wait', 'wait long', 'gap', 'stale', 'stall', 'read', 'close'),
      who,
      symbol: fc.constantFrom(...symbols),
      pace: fc.constant(0),
    }),
  },
)

test('whatever happens, each client is sent for each symbol just what it is sent without cohorts', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const [shared, alone] = [setUp({ clients: 11 }), setUp({ clients: 11, sharing: false })]
      for (const { clients, settle } of [shared, alone]) {
        for (const client of clients) for (const symbol of symbols) client.join(symbol, unlimited)
        settle()
      }
      expect(shared.cohorts.size).toBe(11)
      for (const { kind, who: i, symbol, pace } of steps) {
        for (const { clients, market, clock, settle } of [shared, alone]) {
          const client = clients[i] as TestClient
          const wanted = paces[pace] ?? unlimited
          // What a full socket takes depends on when it is offered, which cohorts may change within a turn.
          const isFull = clients.some(({ socket }) => socket.writableLength > 0)
          if (isFull || ['end turn', 'stall', 'close', 'wait', 'wait long'].includes(kind)) market.endTurn()
          if (kind === 'join') client.join(symbol, wanted)
          else if (kind === 'join all') for (const each of symbols) client.join(each, wanted)
          else if (kind === 'leave') client.leave(symbol)
          else if (kind === 'move') client.move(symbol, wanted)
          else if (kind === 'quote') market.quote(symbol)
          else if (kind === 'gap') market.gap(symbol)
          else if (kind === 'stale') market.stale(symbol)
          else if (kind === 'stall') client.socket.writableLength = 100_000
          else if (kind === 'read') client.socket.writableLength = 0
          else if (kind === 'close') client.close()
          else if (kind === 'wait') clock.advance(100)
          else if (kind === 'wait long') settle()
        }
      }
      for (const { clients, settle } of [shared, alone]) {
        for (const client of clients) client.socket.writableLength = 0
        settle()
      }
      for (const symbol of symbols) {
        const of = (client: TestClient) => client.about(symbol)
        expect(shared.clients.map(of)).toEqual(alone.clients.map(of))
      }
      for (const { clients, market } of [shared, alone]) {
        for (const client of clients) client.close()
        market.quote('A')
        market.endTurn()
        expect(clients.every((client) => client.held.size === 0)).toBe(true)
      }
      expect(shared.cohorts.size).toBe(0)
    }),
    { numRuns: 500 },
  )
})

class TestSocket extends EventEmitter {
  written = ''
  readonly buffers: Buffer[] = []
  writableLength = 0

  write(data: string | Buffer): boolean {
    this.written += typeof data === 'string' ? data : data.toString('latin1')
    if (typeof data !== 'string') this.buffers.push(data)
    return this.writableLength === 0
  }
}

class TestClient {
  readonly socket = new TestSocket()
  readonly connection: Connection
  readonly held = new Map<string, MemberPace>()
  readonly #fanOut: FanOut

  constructor(fanOut: FanOut, make: (socket: TestSocket) => Connection) {
    this.#fanOut = fanOut
    this.connection = make(this.socket)
    this.connection.handle({
      watchlist: () => [...this.held].map(([symbol, pace]) => fanOut.channelOf(symbol, pace) as Channel),
      onText: () => {},
      onBinary: () => {},
      onPing: () => true,
      onClosed: () => {},
      onTooSlow: () => this.close(),
    })
  }

  join(symbol: string, pace: MemberPace): void {
    if (this.held.has(symbol)) return
    this.held.set(symbol, pace)
    this.#fanOut.join(symbol, this.connection, { pace })
  }

  move(symbol: string, to: MemberPace): void {
    const from = this.held.get(symbol)
    if (!from) return
    this.held.set(symbol, to)
    this.#fanOut.move(symbol, this.connection, { from, to })
  }

  leave(symbol: string): void {
    const pace = this.held.get(symbol)
    if (!pace) return
    this.#fanOut.leave(symbol, this.connection, pace)
    this.held.delete(symbol)
  }

  leaveAll(): void {
    for (const symbol of [...this.held.keys()]) this.leave(symbol)
  }

  close(): void {
    this.leaveAll()
    this.connection.close(4000, 'drain')
  }

  messages(): Record<string, unknown>[] {
    return readFrames(this.socket.written).flatMap(({ opcode, payload }) => (opcode === 1 ? [JSON.parse(payload)] : []))
  }

  about(symbol: string): unknown[] {
    const isAbout = ({ symbol: one, symbols: some }: Record<string, unknown>) =>
      one === symbol || (Array.isArray(some) && some.includes(symbol))
    return this.messages().filter(isAbout)
  }
}

function setUp(options: { readonly clients: number; readonly forms?: number; readonly sharing?: boolean }) {
  const { clients: count, forms = 1, sharing = true } = options
  const clock = new ManualClock()
  let turn: (() => void)[] = []
  const soon = (task: () => void) => void turn.push(task)
  const cycle = new FlushCycle({ clock, windowMs: 0, conflates: true, busyShare: () => 0, soon })
  const slowClients = new SlowClients({ clock })
  const cohorts = new Cohorts({ clock })
  if (!sharing) cohorts.changing = () => {}
  let delivered = 0
  const observer = {
    quote: () => {},
    delivered: (quotes: number) => {
      delivered += quotes
    },
    conflated: () => {},
    gap: () => {},
  }
  const fanOut = new FanOut({ clock, observer })
  for (const symbol of symbols) fanOut.open(symbol, undefined)
  const context = { idPrefix: 'c-', clock, cycle, slowClients, cohorts, onConflated: () => {} }
  const ws = { close: () => {} } as unknown as BrowserSocket
  const clients = Array.from({ length: count }, (_, i) => {
    const form = Math.floor(i / 5) % forms
    const style = { batches: form % 2 === 1, encoding: form < 2 ? ('json' as const) : ('protobuf' as const) }
    return new TestClient(fanOut, (socket) => {
      return new Connection({ ...style, number: i, ws, socket: socket as unknown as Duplex, context })
    })
  })
  let seq = 0
  const endTurn = () => {
    while (turn.length > 0) {
      const tasks = turn
      turn = []
      for (const task of tasks) task()
    }
  }
  const market = {
    quote: (symbol: string) => fanOut.quote(quoteOf(symbol, ++seq)),
    gap: (symbol: string) => fanOut.gap(symbol, { epoch: 1, fromSeq: seq, toSeq: seq }),
    stale: (symbol: string) => fanOut.tell('stale', [symbol]),
    delivered: () => delivered,
    endTurn,
  }
  /** Long enough for cohorts, and for every delay and rate. */
  const settle = () => {
    for (let i = 0; i < 15; i++) {
      clock.advance(100)
      endTurn()
    }
  }
  return { clients, market, clock, settle, cohorts }
}
