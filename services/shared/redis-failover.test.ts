import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { followFailovers } from './redis-failover.ts'
import { silentLogger } from './testing/silent-logger.ts'

const switched = 'mymaster 10.0.0.1 6379 10.0.0.2 6379'

test('a Sentinel is asked as soon as the connection is, and left when the owner ends it', async () => {
  const { redis, sentinel } = setUp()
  expect(sentinel.events).toEqual([])
  redis.emit('connecting')
  sentinel.become('ready')
  redis.emit('connecting')
  expect(sentinel.events).toEqual(['connect', 'subscribe +switch-master'])
  redis.emit('closing')
  expect(sentinel.events.at(-1)).toBe('disconnect')
})

test('a connection that ended for good and begins again hears of failovers again', () => {
  const { redis, sentinel } = setUp()
  redis.emit('connecting')
  redis.emit('end')
  sentinel.status = 'end'
  redis.emit('connecting')
  expect(sentinel.events).toEqual(['connect', 'disconnect', 'connect'])
})

test('another master is gone to, once the connection is with the old one', () => {
  const { redis, sentinel } = setUp()
  sentinel.emit('message', '+switch-master', switched)
  expect(redis.events).toEqual(['reconnect'])
})

test.each([
  ['of other masters', 'other 10.0.0.1 6379 10.0.0.2 6379', 'ready', '10.0.0.1'],
  ['about the master that the connection has', switched, 'ready', '10.0.0.2'],
  ['while it connects anyway', switched, 'connecting', '10.0.0.1'],
])('news %s changes nothing', (_, text, status, remoteAddress) => {
  const { redis, sentinel } = setUp({ status, remoteAddress })
  sentinel.emit('message', '+switch-master', text)
  expect(redis.events).toEqual([])
})

function setUp({ status = 'ready', remoteAddress = '10.0.0.1' } = {}) {
  const redis = new FakeLink(status, remoteAddress)
  const sentinel = new FakeLink('wait', '10.0.0.9')
  const start = (link: FakeLink) => void link.connect()
  followFailovers({ redis, sentinel, masterName: 'mymaster', log: silentLogger, start })
  return { redis, sentinel }
}

class FakeLink extends EventEmitter {
  readonly events: string[] = []
  readonly stream: { readonly remoteAddress: string; readonly remotePort: number }
  status: string

  constructor(status: string, remoteAddress: string) {
    super()
    this.status = status
    this.stream = { remoteAddress, remotePort: 6379 }
  }

  become(status: string): void {
    this.status = status
    this.emit(status)
  }

  async connect(): Promise<void> {
    this.status = 'connecting'
    this.events.push('connect')
  }

  async subscribe(channel: string): Promise<void> {
    this.events.push(`subscribe ${channel}`)
  }

  async ping(): Promise<void> {}

  disconnect(reconnect = false): void {
    this.events.push(reconnect ? 'reconnect' : 'disconnect')
  }
}
