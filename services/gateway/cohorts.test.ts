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
  { tier: { ...livePace, delayMs: 20_000 }, intervalMs: 0 },
]

test('those of one watchlist are a cohort, whatever phases they came with: one buffer is written to all of them', () => {
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
  expect(new Set(buffers.flat()).size).toBe(1)
  expect(clients.map((client) => client.messages().slice(-2))).toEqual(
    clients.map(() => [expect.objectContaining({ symbol: 'A' }), expect.objectContaining({ symbol: 'C' })]),
  )
  expect(market.delivered()).toBe(50)
})

test('those who differ by a symbol, a pace, the form or batches share nothing', () => {
  const { clients, settle, cohorts } = setUp({ clients: 8, forms: 4 })
  for (const [i, client] of clients.entries()) {
    const own = i < 4 ? symbols : symbols.slice(1)
    for (const symbol of own) client.join(symbol, unlimited)
  }
  settle()
  // By form and watchlist none has a second.
  expect(cohorts.size).toBe(0)
})

test('a cohort has a bound, and who comes beyond it begins another', () => {
  const { clients, market, settle, cohorts } = setUp({ clients: 250 })
  for (const client of clients) for (const symbol of symbols) client.join(symbol, unlimited)
  settle()
  expect(cohorts.size).toBe(250)
  market.quote('A')
  market.endTurn()
  const sizes = [...Map.groupBy(clients, ({ socket }) => socket.buffers.at(-1)).values()].map(({ length }) => length)
  expect(sizes.sort()).toEqual([100, 100, 50])
  for (const client of clients) client.close()
  expect(cohorts.size).toBe(0)
})

test('of many who came at once no more than a hundred are placed in one go', () => {
  const { clients, cohorts, clock } = setUp({ clients: 250 })
  for (const client of clients) for (const symbol of symbols) client.join(symbol, unlimited)
  clock.advance(999)
  expect(cohorts.size).toBe(0)
  const sizes = Array.from({ length: 4 }, () => {
    clock.advance(1)
    return cohorts.size
  })
  expect(sizes).toEqual([100, 200, 250, 250])
})

test('whoever changes a watchlist again is not placed before it has stood for half a second', () => {
  const { clients, cohorts, clock } = setUp({ clients: 2 })
  for (const client of clients) for (const symbol of symbols.slice(1)) client.join(symbol, unlimited)
  clock.advance(900)
  for (const client of clients) client.join('A', unlimited)
  clock.advance(500)
  expect(cohorts.size).toBe(0)
  clock.advance(100)
  expect(cohorts.size).toBe(2)
  expect(clock.pending).toBe(0)
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

const who = fc.constantFrom(0, 5, 10, 1, 6)
const step = fc.oneof(
  fc.record({
    kind: fc.constantFrom('join', 'leave', 'move'),
    who,
    symbol: fc.constantFrom(...symbols),
    pace: fc.nat(3),
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

test('whatever happens, each client is sent for each symbol just what it is sent without cohorts and windows', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const [alone, ...others] = [
        setUp({ clients: 11, sharing: false }),
        setUp({ clients: 11 }),
        setUp({ clients: 11, windowMs: 20 }),
        setUp({ clients: 11, windowMs: 20, sharing: false }),
      ]
      const runs = [alone, ...others]
      for (const run of runs) {
        for (const client of run.clients) for (const symbol of symbols) client.join(symbol, unlimited)
        run.settle()
      }
      expect(runs.map(({ cohorts }) => cohorts.size)).toEqual([0, 11, 11, 0])
      for (const each of steps) for (const run of runs) run.take(each)
      for (const run of runs) {
        for (const client of run.clients) client.socket.writableLength = 0
        run.settle()
      }
      // What a full socket takes depends on when it is offered, so then only the order has to hold, and what comes last to
      // those who may have everything.
      const isStalling = steps.some(({ kind }) => kind === 'stall')
      for (const symbol of symbols) {
        for (const run of others) {
          const pairs = run.clients.map((client, i) => [client, alone.clients[i] as TestClient] as const)
          for (const [client, other] of pairs) {
            const [got, expected] = [client.about(symbol), other.about(symbol)]
            if (!isStalling) expect(got).toEqual(expected)
            else if (client.held.get(symbol) === unlimited) expect(lastQuote(got)).toEqual(lastQuote(expected))
          }
        }
        for (const run of runs) for (const client of run.clients) expectOrder(client.about(symbol))
      }
      for (const run of runs) {
        for (const client of run.clients) client.close()
        run.market.quote('A')
        run.market.endTurn()
        expect(run.clients.every((client) => client.held.size === 0)).toBe(true)
        expect(run.cohorts.size).toBe(0)
      }
    }),
    { numRuns: 400 },
  )
})

test('who moves to a long delay with others is sent nothing older than what it has, in a cohort or not', () => {
  const run = setUp({ clients: 11 })
  // Somebody is there already: what is delayed begins long before what the others have.
  const [first, ...rest] = run.clients
  first?.join('A', paces[3] ?? unlimited)
  for (const client of rest) for (const symbol of symbols) client.join(symbol, unlimited)
  run.settle()
  for (let i = 0; i < 30; i++) {
    run.market.quote('A')
    run.clock.advance(100)
    run.market.endTurn()
  }
  for (const client of rest) for (const symbol of symbols) client.move(symbol, paces[3] ?? unlimited)
  for (let i = 0; i < 300; i++) {
    run.market.quote('A')
    run.clock.advance(100)
    run.market.endTurn()
  }
  for (const client of run.clients) {
    expectOrder(client.about('A'))
    expect(client.about('A').length).toBeGreaterThan(50)
  }
})

test('who was behind gets the newest once, also where something waits in the window', () => {
  for (const conflates of [true, false]) {
    for (let offsetMs = 0; offsetMs < 40; offsetMs++) {
      const run = setUp({ clients: 1, windowMs: 20, conflates })
      const [client] = run.clients as [TestClient]
      client.join('A', unlimited)
      client.socket.writableLength = 100_000
      for (let ms = 0; ms < 200 + offsetMs; ms++) {
        run.market.quote('A')
        run.clock.advance(1)
        run.market.endTurn()
      }
      client.socket.writableLength = 0
      for (let ms = 0; ms < 200; ms++) {
        run.market.quote('A')
        run.clock.advance(1)
        run.market.endTurn()
      }
      expectOrder(client.about('A'))
    }
  }
})

type Message = Record<string, unknown>

/** A snapshot may repeat what was there before; nothing else does, and nothing goes back. */
function expectOrder(messages: readonly Message[]): void {
  let last = 0
  for (const { type, seq, snapshot = false } of messages) {
    if (type !== 'quote') continue
    if (snapshot) expect(Number(seq)).toBeGreaterThanOrEqual(last)
    else expect(Number(seq)).toBeGreaterThan(last)
    last = Number(seq)
  }
}

function lastQuote(messages: readonly Message[]): unknown {
  return messages.findLast(({ type }) => type === 'quote')?.seq
}

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
  isClosed = false
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
      onTooMuch() {},
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
    this.isClosed = true
    this.leaveAll()
    this.connection.close(4000, 'drain')
  }

  messages(): Message[] {
    return readFrames(this.socket.written).flatMap(({ opcode, payload }) => (opcode === 1 ? [JSON.parse(payload)] : []))
  }

  about(symbol: string): Message[] {
    const isAbout = ({ symbol: one, symbols: some }: Message) =>
      one === symbol || (Array.isArray(some) && some.includes(symbol))
    return this.messages().filter(isAbout)
  }
}

interface SetUpOptions {
  readonly clients: number
  readonly forms?: number
  readonly sharing?: boolean
  /** Above 0: the loop is busy, and all waits for it. */
  readonly windowMs?: number
  readonly conflates?: boolean
}

function setUp(options: SetUpOptions) {
  const { clients: count, forms = 1, sharing = true, windowMs = 0, conflates = false } = options
  const clock = new ManualClock()
  let turn: (() => void)[] = []
  const soon = (task: () => void) => void turn.push(task)
  const cycle = new FlushCycle({ clock, windowMs, conflates, busyShare: () => 1, soon })
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
    const form = i % forms
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
  const take = ({ kind, who: i, symbol, pace }: Step) => {
    const client = clients[i] as TestClient
    const wanted = paces[pace] ?? unlimited
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
  return { clients, market, clock, settle, cohorts, take }
}

interface Step {
  readonly kind: string
  readonly who: number
  readonly symbol: string
  readonly pace: number
}
