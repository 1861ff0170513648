import { expect, test } from 'vitest'
import { ProtocolError } from './protocol.ts'
import { RequestQueue } from './request-queue.ts'

test('requests are handled one after the other, in their order', () => {
  const { queue, handled, finish } = setUp()
  for (const id of ['a', 'b', 'c']) queue.push(request(id))
  expect(handled).toEqual(['a'])
  finish()
  expect(handled).toEqual(['a', 'b'])
  finish()
  finish()
  expect(handled).toEqual(['a', 'b', 'c'])
})

test('requests that are done at once do not pile up calls', () => {
  let handled = 0
  const waiting: (() => void)[] = []
  const queue = new RequestQueue<ReturnType<typeof request>>({
    handle: (_, done) => (handled++ === 0 ? waiting.push(done) : done()),
  })
  for (let i = 0; i < 1_999; i++) queue.push(request('x'))
  for (let i = 0; i < 20_000; i++) queue.pushAlways(request('y'))
  expect(() => waiting[0]?.()).not.toThrow()
  expect(handled).toBe(21_999)
})

test('what waits weighs at most 2,000, a request 1 and its symbols; beyond that it is busy, with the id of who asked', () => {
  const { queue, handled, finish } = setUp()
  queue.push(request('first', 1_000))
  // It is handled already: nothing waits, and whatever comes next is taken.
  queue.push(request('second', 999))
  queue.push(request('third', 999))
  expect(busyFor(() => queue.push(request('fourth')))).toBe('fourth')
  finish()
  queue.push(request('fifth', 999))
  expect(busyFor(() => queue.push(request('sixth')))).toBe('sixth')
  for (let i = 0; i < 3; i++) finish()
  expect(handled).toEqual(['first', 'second', 'third', 'fifth'])
})

test('a request that finds nothing waiting is taken, however heavy', () => {
  const { queue, handled, finish } = setUp()
  queue.push(request('a'))
  queue.push(request('b', 5_000))
  expect(busyFor(() => queue.push(request('c')))).toBe('c')
  finish()
  expect(handled).toEqual(['a', 'b'])
})

test('the server’s own requests are taken always, keep their place and their weight', () => {
  const { queue, handled, finish } = setUp()
  queue.push(request('a'))
  queue.push(request('b', 1_999))
  queue.pushAlways(request('own', 500))
  expect(busyFor(() => queue.push(request('c')))).toBe('c')
  finish()
  // 501 wait.
  expect(busyFor(() => queue.push(request('d', 1_499)))).toBe('d')
  queue.push(request('e', 1_498))
  for (let i = 0; i < 3; i++) finish()
  expect(handled).toEqual(['a', 'b', 'own', 'e'])
})

test('after stop nothing that waited is handled', () => {
  const { queue, handled, finish } = setUp()
  for (const id of ['a', 'b']) queue.push(request(id))
  queue.stop()
  finish()
  expect(handled).toEqual(['a'])
})

function request(id: string, symbols = 0): { id: string; symbols: string[] } {
  return { id, symbols: Array.from({ length: symbols }, () => 'A') }
}

function busyFor(push: () => void): unknown {
  try {
    push()
  } catch (error) {
    expect(error).toMatchObject({ code: 'busy' })
    return error instanceof ProtocolError ? error.id : error
  }
  throw new Error('it was taken')
}

function setUp() {
  const handled: string[] = []
  const waiting: (() => void)[] = []
  const queue = new RequestQueue<ReturnType<typeof request>>({
    handle: ({ id }, done) => {
      handled.push(id)
      waiting.push(done)
    },
  })
  return { queue, handled, finish: () => waiting.shift()?.() }
}
