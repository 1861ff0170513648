import { expect, test } from 'vitest'
import type { UpstreamError } from '../shared/errors.ts'
import { EncodedQuote } from './encoded-quote.ts'
import { ResponseOutbox } from './response-outbox.ts'
import { ScriptedCall } from './testing/scripted-call.ts'

test('while there is room everything goes out at once and requests are read', () => {
  const { call, outbox, take } = setUp()
  outbox.send(control('a'))
  outbox.quote(quote('AAPL', 1))
  outbox.quote(quote('AAPL', 2))
  expect(take()).toEqual(['a', 'AAPL 1', 'AAPL 2'])
  expect([outbox.isFull, call.requestsPaused]).toEqual([false, false])
})

test('requests are read again only when nothing waits and there is room for more', () => {
  const { call, outbox, take, drain } = setUp()
  call.room = 1
  outbox.send(control('a'))
  outbox.quote(quote('AAPL', 1))
  outbox.quote(quote('MSFT', 2))
  expect(call.requestsPaused).toBe(true)
  drain(2)
  expect(take()).toEqual(['a', 'AAPL 1', 'MSFT 2'])
  expect([outbox.isFull, call.requestsPaused]).toEqual([true, true])
  drain(1)
  expect([outbox.isFull, call.requestsPaused]).toEqual([false, false])
})

test('control messages go out in their order before the newest quotes, in as many turns as it takes', () => {
  const { call, outbox, take, drain } = setUp()
  call.room = 1
  outbox.send(control('a'))
  outbox.quote(quote('AAPL', 1))
  outbox.send(control('b'))
  outbox.quote(quote('AAPL', 2))
  outbox.send(control('c'))
  const turns = [1, 1, 1].map((room) => {
    take()
    drain(room)
    return take()
  })
  expect(turns).toEqual([['b'], ['c'], ['AAPL 2']])
})

test('a quote that is withdrawn is handed back and not sent', () => {
  const { call, outbox, take, drain } = setUp()
  call.room = 1
  outbox.send(control('a'))
  const waiting = quote('AAPL', 1)
  outbox.quote(waiting)
  expect(outbox.withdraw('AAPL')).toBe(waiting)
  expect(outbox.withdraw('AAPL')).toBeUndefined()
  drain(9)
  expect(take()).toEqual(['a'])
})

test('one control message more than may wait ends the call, and nothing waits any more', () => {
  const { call, outbox, take, drain } = setUp()
  call.room = 1
  for (const name of ['a', 'b', 'c', 'd']) outbox.send(control(name))
  expect(call.outcome).toBeUndefined()
  let endings = 0
  call.end = (error) => {
    endings++
    call.outcome = error ?? 'ok'
  }
  outbox.send(control('e'))
  outbox.send(control('f'))
  expect((call.outcome as UpstreamError | undefined)?.status).toBe(8)
  expect(endings).toBe(1)
  call.outcome = undefined
  drain(9)
  expect(take()).toEqual(['a'])
})

test('closed, it writes nothing that waited and takes nothing', () => {
  const { call, outbox, take, drain } = setUp()
  call.room = 1
  for (const name of ['a', 'b']) outbox.send(control(name))
  outbox.quote(quote('AAPL', 1))
  outbox.close()
  drain(9)
  outbox.send(control('c'))
  outbox.quote(quote('AAPL', 2))
  expect(take()).toEqual(['a'])
  expect(call.requestsPaused).toBe(true)
})

function setUp() {
  const call = new ScriptedCall()
  const outbox = new ResponseOutbox({ call, maxControl: () => 3 })
  let taken = 0
  return {
    call,
    outbox,
    drain(room: number) {
      call.room = room
      outbox.drained()
    },
    /** What was written since the last call. */
    take() {
      const fresh = call.written.slice(taken).map((message) => names.get(message))
      taken = call.written.length
      return fresh
    },
  }
}

const names = new Map<Uint8Array, string>()

function control(name: string): Uint8Array {
  const message = Buffer.from(name)
  names.set(message, name)
  return message
}

function quote(symbol: string, price: number): EncodedQuote {
  const encoded = new EncodedQuote({ symbol, price, timestampMs: 1_000 }, { snapshot: false, delayed: false })
  names.set(encoded.response, `${symbol} ${price}`)
  return encoded
}
