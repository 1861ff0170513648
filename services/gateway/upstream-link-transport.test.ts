/** What the link asks of HTTP/2, as a server sees it that is no gRPC library, and what becomes of what it is refused. */
import { once } from 'node:events'
import { constants, createServer, type ServerHttp2Session, type ServerHttp2Stream, type Settings } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { openLink } from './testing/tested-link.ts'

const windowBytes = 4 * 1024 * 1024
const backoffBaseMs = 100

test('market-data may send 4 MiB ahead of the gateway, on a stream and on the connection', async () => {
  const { link, session, settings } = await setUp()
  link.run()
  expect(await settings).toMatchObject({ initialWindowSize: windowBytes })
  await expect.poll(async () => (await session).state.remoteWindowSize).toBe(windowBytes)
})

test('a stream that is refused before anybody looked at it is not tried again by gRPC: the link waits, then opens one', async () => {
  const { link, streams, clock, waits } = await setUp((stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM))
  link.run()
  for (let attempt = 1; attempt <= 3; attempt++) {
    await waits.take()
    expect(streams()).toBe(attempt)
    clock.advance(backoffBaseMs * 2 ** (attempt - 1))
  }
})

/** `onStream` is what becomes of a stream; by default it is left alone. */
async function setUp(onStream: (stream: ServerHttp2Stream) => void = () => {}) {
  const server = createServer()
  let streams = 0
  server.on('stream', (stream) => {
    streams++
    stream.on('error', () => {})
    onStream(stream)
  })
  server.on('sessionError', () => {})
  const session = once(server, 'session').then(([first]) => first as ServerHttp2Session)
  const settings = new Promise<Settings>((resolve) => {
    server.on('session', (first) => first.once('remoteSettings', resolve))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const tested = openLink(`127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(async () => {
    tested.link.stop()
    await new Promise((resolve) => server.close(resolve))
  })
  return { ...tested, session, settings, streams: () => streams }
}
