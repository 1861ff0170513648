import { once } from 'node:events'
import { connect } from 'node:net'
import { Counter, Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { AdminServer } from './admin-server.ts'
import { Readiness } from './readiness.ts'
import { silentLogger } from './testing/silent-logger.ts'

test('livez answers whatever the readiness', async () => {
  const { get } = await setUp()
  expect(await get('/livez')).toMatchObject({ status: 200, body: 'ok\n' })
})

test('readyz names what is missing, latches, and falls with the drain', async () => {
  const { get, readiness } = await setUp()
  expect(await get('/readyz')).toMatchObject({ status: 503, body: 'not ready: redis, upstream\n' })
  readiness.succeeded('upstream')
  expect(await get('/readyz')).toMatchObject({ status: 503, body: 'not ready: redis\n' })
  readiness.succeeded('redis')
  expect(await get('/readyz')).toMatchObject({ status: 200, body: 'ok\n' })
  readiness.drain()
  expect(await get('/readyz')).toMatchObject({ status: 503, body: 'not ready: draining\n' })
  expect(await get('/livez')).toMatchObject({ status: 200 })
})

test('metrics are Prometheus text, and a query does not matter', async () => {
  const { get } = await setUp()
  const metrics = await get('/metrics?x=1')
  expect(metrics.status).toBe(200)
  expect(metrics.type).toContain('text/plain')
  expect(metrics.body).toContain('# TYPE things_total counter\nthings_total 3')
})

test('other paths are 404 and name the paths there are; other methods are 405', async () => {
  const { get } = await setUp()
  expect(await get('/')).toMatchObject({ status: 404, body: 'paths: /livez /readyz /metrics\n' })
  expect(await get('/livez/..%2fx')).toMatchObject({ status: 404 })
  expect(await get('/livez', { method: 'POST', body: 'x' })).toMatchObject({ status: 405 })
  expect(await get('/livez', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
})

test('a registry that fails costs its own request only', async () => {
  const { get, registry } = await setUp()
  registry.metrics = async () => {
    throw new Error('no metrics')
  }
  await expect(get('/metrics')).rejects.toThrow()
  expect(await get('/livez')).toMatchObject({ status: 200 })
})

test('a taken port is a config error that names its setting and an example', async () => {
  const { port } = await setUp()
  const second = create(port).server
  await expect(second.run()).rejects.toMatchObject({
    name: 'ConfigError',
    message: `THE_PORT: port ${port} is already in use. Example: THE_PORT=${port + 1}`,
  })
  await second.stop()
})

test('stop does not wait for a client that never finishes its request', async () => {
  const { server, port } = await setUp()
  const socket = connect(port, '127.0.0.1')
  const closed = once(socket, 'close')
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write('GET /livez HTTP/1.1\r\n')
  // A whole request on another connection shows that the server has seen the first.
  await fetch(`http://127.0.0.1:${port}/livez`)
  await server.stop()
  await closed
})

test('stop closes the port, also under a connection that is kept alive', async () => {
  const { get, server } = await setUp()
  await get('/livez')
  await server.stop()
  await expect(get('/livez')).rejects.toThrow()
})

function create(port: number) {
  const registry = new Registry()
  new Counter({ name: 'things_total', help: 'Things.', registers: [registry] }).inc(3)
  const readiness = new Readiness(['redis', 'upstream'])
  const server = new AdminServer({ port, portSetting: 'THE_PORT', registry, readiness, logger: silentLogger })
  return { server, registry, readiness }
}

async function setUp() {
  const { server, registry, readiness } = create(0)
  await server.run()
  onTestFinished(() => server.stop())
  const { port } = server
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
    const type = response.headers.get('content-type')
    return { status: response.status, type, body: await response.text() }
  }
  return { server, registry, readiness, port, get }
}
