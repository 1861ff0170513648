/** An outbox on a real socket whose other end does not read: what the kernel does not take is counted. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { textFrame } from './frame.ts'
import { Outbox, outboxLimitBytes } from './outbox.ts'
import { immediateCycle } from './testing/immediate-cycle.ts'

test.for([false, true])(
  'rule 22: it never holds more than its limit, Node’s share included, and tells when it has come to it (batch: %s)',
  async (batches) => {
    const socket = await unreadSocket()
    let overflows = 0
    const owner = { number: 1, onOverflow: () => overflows++, onUnread: () => {} }
    const phase = immediateCycle().assignPhase()
    const outbox = new Outbox({ socket, phase, batches, owner })
    const frame = textFrame('x'.repeat(10_000))
    let most = 0
    // Far beyond what the kernel takes.
    for (let i = 0; overflows === 0 && i < 5_000; i++) {
      outbox.push(frame)
      most = Math.max(most, outbox.bytes)
      expect(outbox.bytes).toBeGreaterThanOrEqual(socket.writableLength)
      await setImmediate()
    }
    expect(overflows).toBe(1)
    expect(most).toBeLessThanOrEqual(outboxLimitBytes)
    expect(most).toBeGreaterThan(outboxLimitBytes - 2 * frame.length)
    expect(socket.writableLength).toBe(most)
  },
)

async function unreadSocket(): Promise<Socket> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const peer = connect((server.address() as AddressInfo).port, '127.0.0.1').pause()
  const [socket] = (await once(server, 'connection')) as [Socket]
  onTestFinished(() => {
    for (const each of [peer, socket]) each.destroy()
    server.close()
  })
  return socket
}
