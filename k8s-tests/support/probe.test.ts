import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { probePod } from './probe.ts'

test('the script of the probe tells which addresses take a connection, in their order', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const [container] = probePod(['127.0.0.1:1', `127.0.0.1:${port}`, `localhost:${port}`], 300).spec.containers
  const [, ...args] = container?.command ?? []
  const { stdout } = await promisify(execFile)(process.execPath, args)
  server.close()
  expect(JSON.parse(stdout)).toEqual([false, true, true])
})
