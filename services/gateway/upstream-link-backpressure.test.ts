/** A link whose other side does not read what it is asked, over real gRPC. */
import { expect, onTestFinished, test } from 'vitest'
import { QuoteBatchServer, type QuoteBatchStream } from './testing/quote-batch-server.ts'
import { openLink, take } from './testing/tested-link.ts'

/** Far more than the transport takes: 3 MB in 100 messages. */
const count = 100_000
const symbolsPerRequest = 1_000
/** 1 MiB of messages of 32 kB, and 16 of them. */
const mostInTransit = 50

test('who does not read is sent no more than the transport takes, and all the rest, once each, when he reads on', async () => {
  const { link, stream, events } = await paused()
  const symbols = symbolsOf('A')
  for (const symbol of symbols) link.subscribe(symbol)
  await turns(50)
  stream.resume()
  const asked = await take(stream.requests, count / symbolsPerRequest)
  expectSame(
    asked.flatMap((each) => each.symbols),
    symbols,
  )
  // Those that waited have numbers of their own, by which their answers are known.
  const [first, last] = [asked[0]?.request ?? 0, asked.at(-1)?.request ?? 0]
  expect(last).toBeGreaterThan(first)
  const answer = (request: number) => ({ subscribed: { request, symbol: symbols.at(-1) ?? '' } })
  stream.send(answer(first), answer(last))
  expect(await events.take()).toBe(`subscribed ${symbols.at(-1)}`)
})

test('while he does not read, what is wanted and let go of again leaves nothing behind', async () => {
  const { link, stream } = await paused()
  const symbols = symbolsOf('A')
  for (const symbol of symbols) link.subscribe(symbol)
  await turns(50)
  for (const symbol of symbols) link.unsubscribe(symbol)
  for (const round of ['B', 'C', 'D']) {
    for (const symbol of symbolsOf(round)) link.subscribe(symbol)
    await turns(5)
    for (const symbol of symbolsOf(round)) link.unsubscribe(symbol)
  }
  link.subscribe('KEPT')
  stream.resume()
  const asked = { subscribe: [] as string[], unsubscribe: [] as string[] }
  for (let request = await stream.requests.take(); !request.symbols.includes('KEPT'); ) {
    asked[request.action].push(...request.symbols)
    request = await stream.requests.take()
  }
  expect(asked.subscribe.length).toBeGreaterThan(0)
  expect(asked.subscribe.length).toBeLessThanOrEqual(mostInTransit * symbolsPerRequest)
  // Nothing that was not asked for is taken back, and the rest is forgotten.
  expectSame(asked.unsubscribe, asked.subscribe)
})

/** Without the difference, which takes minutes for so many. */
function expectSame(some: readonly string[], others: readonly string[]): void {
  expect(some.length).toBe(others.length)
  expect(some.every((symbol, i) => symbol === others[i])).toBe(true)
}

/** Of 32 characters. */
function symbolsOf(round: string): string[] {
  return Array.from({ length: count }, (_, i) => `${round}${String(i).padStart(31, '0')}`)
}

async function turns(many: number): Promise<void> {
  for (let i = 0; i < many; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** A link that is ready, to a server that reads no request. */
async function paused(): Promise<ReturnType<typeof openLink> & { readonly stream: QuoteBatchStream }> {
  const server = await QuoteBatchServer.start()
  onTestFinished(() => server[Symbol.asyncDispose]())
  const tested = openLink(server.address)
  tested.link.run()
  const stream = await server.streams.take()
  stream.pause()
  stream.beat()
  expect(await take(tested.events, 2)).toEqual(['ready', 'heartbeat'])
  return { ...tested, stream }
}
