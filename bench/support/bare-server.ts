/**
 * A WebSocket server that does nothing: `ws` with its defaults, as memory is compared with it. It takes every connection
 * and ignores what it is told.
 *
 *   node bench/support/bare-server.ts --port 8082
 */
import { parseArgs } from 'node:util'
import { WebSocketServer } from 'ws'

const { values } = parseArgs({ options: { port: { type: 'string' } } })
new WebSocketServer({ host: '127.0.0.1', port: Number(values.port), perMessageDeflate: false }).on(
  'connection',
  (ws) => {
    ws.on('message', () => {})
    ws.on('error', () => {})
  },
)
