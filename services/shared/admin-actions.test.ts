import { connect } from 'node:net'
import { Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { AdminActions, parseBody } from './admin-actions.ts'
import { AdminServer } from './admin-server.ts'
import { Readiness } from './readiness.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { RecordedLog } from './testing/recorded-log.ts'
import { silentLogger } from './testing/silent-logger.ts'

const token = 'the token of the tests'.replaceAll(' ', '-')

test('who has the token gets the answer of the action, and what it says of the body', async () => {
  const { ask, done } = await setUp()
  expect(await ask('POST', { count: 3 })).toEqual({ status: 200, body: { done: 3 } })
  expect(await ask('GET')).toEqual({ status: 200, body: { done: 3 } })
  expect(done()).toBe(3)
})

test.for([null, `Bearer ${token}x`, `Bearer ${token.slice(1)}`, token, 'Bearer ', `Basic ${token}`])(
  'nobody else does: %s',
  async (authorization) => {
    const { ask, done } = await setUp()
    expect(await ask('POST', { count: 3 }, authorization)).toMatchObject({ status: 401 })
    expect(done()).toBe(0)
  },
)

test('whoever has no token leaves a line of the log a second, which tells how many there were', async () => {
  const { ask, log, clock } = await setUp()
  const wrong = async (times: number) => {
    for (let i = 0; i < times; i++) expect(await ask('GET', undefined, 'Bearer x')).toMatchObject({ status: 401 })
  }
  await wrong(20)
  expect(log.lines).toMatchObject([{ level: 40, path: '/things', requests: 1 }])
  clock.advance(1_000)
  await wrong(20)
  expect(log.lines.slice(1)).toMatchObject([{ level: 40, path: '/things', requests: 20 }])
})

test.for([
  ['no JSON', '{"count":', 400, 'the body is no JSON'],
  ['another type', '{"count":"3"}', 400, 'count: '],
  ['a number out of range', '{"count":11}', 400, 'count: '],
  ['a field that is not known', '{"count":1,"force":true}', 400, 'the body: '],
  ['nothing', '', 400, 'the body is no JSON'],
  ['no object', '[1]', 400, 'the body: '],
  ['too long', `{"count":1${' '.repeat(1_024)}}`, 413, 'over 1024'],
] as const)('a body with %s is refused and says why', async ([, body, status, why]) => {
  const { ask, done } = await setUp()
  const answer = await ask('POST', body)
  expect(answer.status).toBe(status)
  expect(answer.body.error).toContain(why)
  expect(done()).toBe(0)
})

test('other methods are told which there are; other paths stay as they are', async () => {
  const { ask, port } = await setUp()
  expect(await ask('DELETE')).toEqual({ status: 405, body: { error: 'only GET, POST' } })
  expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200)
  expect((await fetch(`http://127.0.0.1:${port}/others`)).status).toBe(404)
})

test('a client that leaves in the middle of its body costs nobody anything', async () => {
  const { ask, port, done } = await setUp()
  const socket = connect(port, '127.0.0.1')
  const head = ['POST /things HTTP/1.1', 'Host: x', `Authorization: Bearer ${token}`, 'Content-Length: 100', '', '{"co']
  await new Promise<void>((resolve) => socket.write(head.join('\r\n'), () => resolve()))
  socket.destroy()
  expect(await ask('GET')).toMatchObject({ status: 200 })
  expect(done()).toBe(0)
})

async function setUp() {
  let done = 0
  const schema = z.strictObject({ count: z.int().min(1).max(10) })
  const things = {
    get: () => ({ done }),
    post: (body: unknown) => {
      done += parseBody(schema, body).count
      return { done }
    },
  }
  const clock = new ManualClock()
  const log = new RecordedLog()
  const actions = new AdminActions({ token, clock, logger: log.logger, actions: { '/things': things } })
  const readiness = new Readiness([])
  const registry = new Registry()
  const server = new AdminServer({ port: 0, portSetting: 'PORT', registry, readiness, actions, logger: silentLogger })
  await server.run()
  onTestFinished(() => server.stop())
  const { port } = server
  const ask = async (method: string, body?: unknown, authorization: string | null = `Bearer ${token}`) => {
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
    const headers = authorization === null ? {} : { authorization }
    const response = await fetch(`http://127.0.0.1:${port}/things`, {
      method,
      headers,
      ...(text !== undefined && { body: text }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  return { ask, port, log, clock, done: () => done }
}
