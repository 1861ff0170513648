/**
 * The gateway of the founding design as a program: what the platform is compared with, and used for nothing else.
 *
 *   node bench/founding/gateway.ts --port 8080 --market-data 127.0.0.1:50051 --jwt-secret …
 *
 * Where each part comes from, by the design's decisions:
 * - One WebSocket, one gRPC stream: `HandleConnection` opens `StreamQuotes` for each browser. All streams share one
 *   channel, as its handler holds one client.
 * - The token comes in `?token=`, is verified here, and travels on with the user's id as gRPC metadata.
 * - At most 5 connections of a user, counted in this process.
 * - Messages are translated one by one: a JSON message becomes a `StreamQuotesRequest`, and each `StreamQuotesResponse`
 *   becomes an object that is made JSON again for each browser (`WriteJSON`), with `type`, `symbol`, `price` and
 *   `timestamp`, and is written at once. Nothing is batched, conflated or bounded.
 * - A stream that fails to open is told as `service_unavailable`, one that ends as `connection_lost`; then it closes.
 *
 * The design's handlers block in a goroutine where Node goes on with events; the calls and their order are the same. Its
 * metrics, logs and spans are left out, which makes it faster than as drawn.
 */
import { createServer, type IncomingMessage } from 'node:http'
import { parseArgs } from 'node:util'
import * as grpc from '@grpc/grpc-js'
import jwt from 'jsonwebtoken'
import { type WebSocket, WebSocketServer } from 'ws'
import { MarketDataService, type StreamQuotesResponse } from './contract.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    'market-data': { type: 'string', default: '127.0.0.1:50051' },
    'jwt-secret': { type: 'string', default: '' },
  },
})

const maxConnectionsPerUser = 5
const connections = new Map<string, number>()
const marketData = new MarketDataService(values['market-data'], grpc.credentials.createInsecure())

function authenticate(token: string): string | undefined {
  try {
    const claims = jwt.verify(token, values['jwt-secret'], { algorithms: ['HS256'] })
    return typeof claims === 'string' ? undefined : claims.sub
  } catch {
    return undefined
  }
}

function allowConnection(userId: string): boolean {
  const held = connections.get(userId) ?? 0
  if (held >= maxConnectionsPerUser) return false
  connections.set(userId, held + 1)
  return true
}

function leave(userId: string): void {
  const held = connections.get(userId) ?? 0
  if (held <= 1) connections.delete(userId)
  else connections.set(userId, held - 1)
}

function refuse(socket: WebSocket, error: string): void {
  socket.send(JSON.stringify({ error }))
  socket.close()
}

function handleConnection(socket: WebSocket, request: IncomingMessage): void {
  // What the client sends into a broken connection is told by `close`.
  socket.on('error', () => {})
  const token = new URL(request.url ?? '/', 'http://localhost').searchParams.get('token') ?? ''
  const userId = authenticate(token)
  if (userId === undefined) return refuse(socket, 'unauthorized')
  if (!allowConnection(userId)) return refuse(socket, 'too_many_connections')
  const metadata = new grpc.Metadata()
  metadata.set('user_id', userId)
  metadata.set('authorization', token)
  const stream = marketData.StreamQuotes(metadata)
  socket.on('message', (data) => {
    const { type, symbols } = JSON.parse(data.toString()) as { type: string; symbols: string[] }
    stream.write({ action: type, symbols })
  })
  stream.on('data', (quote: StreamQuotesResponse) => {
    const { symbol, price, timestamp } = quote
    socket.send(JSON.stringify({ type: 'quote', symbol, price, timestamp }))
  })
  stream.on('error', ({ code }: grpc.ServiceError) => {
    if (code !== grpc.status.CANCELLED) refuse(socket, 'service_unavailable')
  })
  stream.on('end', () => refuse(socket, 'connection_lost'))
  socket.on('close', () => {
    leave(userId)
    stream.end()
    stream.cancel()
  })
}

const server = createServer()
new WebSocketServer({ server, path: '/ws' }).on('connection', handleConnection)
server.listen(Number(values.port), () => process.stdout.write(`listening on ${values.port}\n`))
