/** Over real gRPC; only time is driven by hand, so that nothing waits for silence or backoff. */
import * as grpc from '@grpc/grpc-js'
import { expect, onTestFinished, test } from 'vitest'
import { QuoteBatchServer } from './testing/quote-batch-server.ts'
import { openLink, take } from './testing/tested-link.ts'

const backoffBaseMs = 100

test('a link is ready with the first entry, shows its token, and passes entries on in order', async () => {
  const { server, link, events } = await setUp()
  link.run()
  const stream = await server.streams.take()
  expect([stream.token, link.isReady]).toEqual(['the token', false])
  stream.send({ heartbeat: {} }, { quote: { symbol: 'A', price: 1 } })
  stream.send({ quote: { symbol: 'A', price: 2 } }, { busLost: {} }, { busRestored: {} })
  expect(await take(events, 3)).toEqual(['ready', 'heartbeat, quote A', 'quote A, busLost, busRestored'])
  expect(link.isReady).toBe(true)
})

test('requests of a turn go out together, the last word a symbol, unsubscribes first', async () => {
  const { link, stream } = await ready()
  link.subscribe('C')
  expect(await stream.requests.take()).toEqual({ action: 'subscribe', request: 1, symbols: ['C'] })
  link.subscribe('A')
  link.subscribe('B')
  link.unsubscribe('C')
  link.subscribe('D')
  // Was not asked for yet, so there is nothing to take back.
  link.unsubscribe('D')
  expect(await take(stream.requests, 2)).toEqual([
    { action: 'unsubscribe', request: 2, symbols: ['C'] },
    { action: 'subscribe', request: 2, symbols: ['A', 'B'] },
  ])
})

test('more than 1,000 symbols are split over messages, and none is lost', async () => {
  const { link, stream } = await ready()
  const symbols = Array.from({ length: 2_500 }, (_, i) => `S${i}`)
  for (const symbol of symbols) link.subscribe(symbol)
  const asked = await take(stream.requests, 3)
  expect(asked.map((each) => each.symbols.length)).toEqual([1_000, 1_000, 500])
  expect(asked.flatMap((each) => each.symbols)).toEqual(symbols)
})

test('only the answer to the newest request of a symbol is passed on, and once', async () => {
  const { link, stream, events } = await ready()
  link.subscribe('A')
  const first = await stream.requests.take()
  link.unsubscribe('A')
  await stream.requests.take()
  link.subscribe('A')
  const second = await stream.requests.take()
  expect(second.request).toBeGreaterThan(first.request)
  const answer = (request: number) => ({ subscribed: { request, symbol: 'A' } })
  stream.send(answer(first.request), answer(second.request), answer(second.request))
  stream.send({ rejected: { request: second.request, symbol: 'A' } }, { rejected: { request: 77, symbol: 'NONE' } })
  stream.send({ unsubscribed: { request: first.request, symbol: 'A' } })
  expect(await take(events, 3)).toEqual(['subscribed A', '', 'unsubscribed A'])
})

test('an answer to what was let go of meanwhile is not passed on', async () => {
  const { link, stream, events } = await ready()
  link.subscribe('A')
  const { request } = await stream.requests.take()
  link.unsubscribe('A')
  stream.send({ subscribed: { request, symbol: 'A' } }, { quote: { symbol: 'B', price: 1 } })
  expect(await events.take()).toBe('quote B')
})

test('a silence of 1.5 s is a loss; a heartbeat within it is none', async () => {
  const { link, stream, events, clock, ended } = await ready()
  for (let i = 0; i < 3; i++) {
    clock.advance(1_499)
    expect(link.isReady).toBe(true)
    stream.beat()
    expect(await events.take()).toBe('heartbeat')
  }
  clock.advance(1_500)
  expect(link.isReady).toBe(true)
  // A last look at the sockets, a millisecond later.
  clock.advance(1)
  expect([await events.take(), link.isReady]).toEqual(['lost', false])
  expect(ended).toEqual([3 * 1_499 + 1_501])
  await stream.cancelled
})

test('what was asked for but not sent before a loss is not sent after it', async () => {
  const { server, link, events, clock } = await ready()
  link.subscribe('A')
  clock.advance(1_501)
  expect(await events.take()).toBe('lost')
  clock.advance(backoffBaseMs)
  const next = await server.streams.take()
  next.beat()
  expect(await take(events, 2)).toEqual(['ready', 'heartbeat'])
  link.subscribe('B')
  expect(await next.requests.take()).toMatchObject({ symbols: ['B'] })
})

test('a stream that never says anything is given up too, and no loss is told', async () => {
  const { server, link, events, clock } = await setUp()
  link.run()
  const stream = await server.streams.take()
  clock.advance(1_501)
  await stream.cancelled
  clock.advance(backoffBaseMs)
  await server.streams.take()
  expect(events.size).toBe(0)
})

test.for(['end', 'failure'])(
  'a stream that ends by %s is told once, and the link starts over with nothing',
  async (how) => {
    const { server, link, stream, events, clock } = await ready()
    link.subscribe('A')
    await stream.requests.take()
    if (how === 'end') stream.end()
    else stream.fail(grpc.status.UNAVAILABLE)
    expect([await events.take(), link.isReady]).toEqual(['lost', false])
    // Not ready: without effect, its user asks again on `ready`.
    link.subscribe('B')
    link.unsubscribe('A')
    clock.advance(backoffBaseMs)
    const next = await server.streams.take()
    next.beat()
    expect(await take(events, 2)).toEqual(['ready', 'heartbeat'])
    link.subscribe('C')
    expect(await next.requests.take()).toMatchObject({ action: 'subscribe', symbols: ['C'] })
    expect(next.requests.size).toBe(0)
  },
)

test('a server that is not there yet is tried again, each wait twice as long up to 5 s, until it is', async () => {
  const { server, clock, events, link, waits } = await setUp()
  const { port } = server
  await server[Symbol.asyncDispose]()
  link.run()
  await waits.take()
  for (const waitMs of [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]) {
    expect(clock.pending).toBe(1)
    clock.advance(waitMs - 1)
    expect(waits.size).toBe(0)
    clock.advance(1)
    await waits.take()
  }
  await using again = await QuoteBatchServer.start(port)
  clock.advance(5_000)
  const stream = await again.streams.take()
  stream.beat()
  expect(await events.take()).toBe('ready')
  link.stop()
})

test('the wait begins from its base again once a stream was ready', async () => {
  const { server, clock, events, link } = await setUp()
  link.run()
  for (let i = 0; i < 4; i++) {
    const stream = await server.streams.take()
    stream.beat()
    expect(await take(events, 2)).toEqual(['ready', 'heartbeat'])
    stream.end()
    expect(await events.take()).toBe('lost')
    clock.advance(backoffBaseMs)
  }
})

test('stop leaves nothing: no timer, no stream, no news', async () => {
  const { server, link, stream, events, clock } = await ready()
  link.subscribe('A')
  link.stop()
  link.stop()
  await stream.cancelled
  await server.stopWhenUnused()
  expect([clock.pending, events.size, link.isReady]).toEqual([0, 0, false])
})

test('stop while opening or waiting leaves nothing either', async () => {
  const opening = await setUp()
  opening.link.run()
  opening.link.stop()
  await opening.server.stopWhenUnused()
  expect(opening.clock.pending).toBe(0)

  const waiting = await ready()
  waiting.stream.end()
  expect(await waiting.events.take()).toBe('lost')
  waiting.link.stop()
  expect(waiting.clock.pending).toBe(0)
  await waiting.server.stopWhenUnused()
})

async function setUp() {
  const server = await QuoteBatchServer.start()
  onTestFinished(() => server[Symbol.asyncDispose]())
  return { server, ...openLink(server.address) }
}

async function ready() {
  const started = await setUp()
  started.link.run()
  const stream = await started.server.streams.take()
  stream.beat()
  expect(await take(started.events, 2)).toEqual(['ready', 'heartbeat'])
  return { ...started, stream }
}
