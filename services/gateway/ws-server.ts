/**
 * Stage: browser → ws-server → session. Owns ws and the HTTP port: upgrades on /ws, the watch page on all else.
 *
 * In:  HTTP requests. Node answers 431 itself to a URL or headers beyond 16 KiB.
 * Out: `onConnection` with a ticket from admission; refusals by HTTP as JSON.
 * Bound: `maxSockets`, of an address that is no proxy `peers`, and the time in accept-queue.ts, each `onDropped` beyond;
 * `headersTimeoutMs` and `requestTimeoutMs` until a request is there, `idleTimeoutMs` while its answer is not read; admission's places; messages
 * of `maxMessageBytes`, and of who is not known yet as stranger-limit.ts says; closing handshakes of `closeTimeoutMs`.
 * Closed by: the application. `stopAccepting` comes first, then drain, then `stop`.
 *
 * permessage-deflate stays off: 227 KiB a connection after one message.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { listen } from '../shared/admin-server.ts'
import type { Clock } from '../shared/clock.ts'
import { LogLimit } from '../shared/log-limit.ts'
import type { Logger } from '../shared/logger.ts'
import { AcceptQueue } from './accept-queue.ts'
import { acceptQueueLength } from './accept-queue-length.ts'
import type { Admission, HttpRefusal, Ticket, UpgradeRequest } from './admission.ts'
import type { AddressCounts, ClientAddresses } from './client-address.ts'
import {
  BrowserSocket,
  Connection,
  type ConnectionContext,
  type ConnectionStyle,
  closeTimeoutMs,
} from './connection.ts'
import type { Page } from './page.ts'
import { StrangerLimit } from './stranger-limit.ts'

export interface WsServerOptions {
  readonly port: number
  readonly maxMessageBytes: number
  /** TCP connections of any kind; one more is closed at once. */
  readonly maxSockets: number
  /** TCP connections that may wait to be taken however long it takes (accept-queue.ts). */
  readonly mayWait: number
  readonly admission: Admission
  readonly addresses: ClientAddresses
  /** TCP connections of any kind of an address, counted from the moment they are open. */
  readonly peers: AddressCounts
  /** What GET answers; undefined: 404 for all. */
  readonly page: Page | undefined
  readonly clock: Clock
  readonly logger: Logger
  readonly connections: Omit<ConnectionContext, 'clock' | 'idPrefix'>
  /** `stranger`: where the user is not known yet. */
  readonly onConnection: (connection: Connection, ticket: Ticket, stranger: StrangerLimit | undefined) => void
  readonly onRefused: (code: string) => void
  /** A TCP connection was closed at once; no answer says why. */
  readonly onDropped: (code: DropCode) => void
}

export type DropCode = 'server_full' | 'address_limit' | 'busy'

/** Who has a connection and asks for nothing keeps others out. */
const headersTimeoutMs = 5_000
const requestTimeoutMs = 10_000
const idleTimeoutMs = 10_000
/** Node's own 30 s would let them live that much longer. */
const checkTimeoutsMs = 1_000
const keepAliveMs = 2_000
/** Within it, and what entry itself takes, a client that is kept is fresh; those beyond come again. */
const longestWaitMs = 800
/** Quotes as JSON, or as protobuf in binary frames. */
const subprotocols = { 'quotewire.v1': 'json', 'quotewire.v1.protobuf': 'protobuf' } as const
const tokenProtocolPrefix = 'bearer.'
/** Nobody has it (RFC 5737). */
const documentationAddress = '192.0.2.1'

export class WsServer {
  readonly #options: WsServerOptions
  readonly #http: Server
  readonly #ws: WebSocketServer
  readonly #connections: ConnectionContext
  readonly #queue: AcceptQueue
  readonly #refusedLog: LogLimit
  readonly #dropLogs: Readonly<Record<DropCode, LogLimit>>
  #isLate = false
  #opened = 0

  constructor(options: WsServerOptions) {
    this.#options = options
    this.#queue = new AcceptQueue({
      clock: options.clock,
      longestMs: longestWaitMs,
      mayWait: options.mayWait,
      length: () => acceptQueueLength(this.#http.address() as AddressInfo),
      soon: setImmediate,
      onLate: (isLate) => this.#setLate(isLate),
    })
    const log = () => new LogLimit(options)
    this.#refusedLog = log()
    this.#dropLogs = { server_full: log(), address_limit: log(), busy: log() }
    // Ids tell connections of all gateways apart; one process counts its own.
    this.#connections = { ...options.connections, clock: options.clock, idPrefix: `c-${randomUUID().slice(0, 8)}-` }
    // Others (h2c, say) are answered as if they had not asked.
    const shouldUpgradeCallback = ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket'
    const timeouts = {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: checkTimeoutsMs,
      keepAliveTimeout: keepAliveMs,
    }
    this.#http = createServer({ shouldUpgradeCallback, ...timeouts }, (request, response) => {
      // Not for every socket: its timer would stay with those that become WebSockets.
      request.socket.setTimeout(idleTimeoutMs)
      if (options.page) return options.page.answer(request, response)
      response.writeHead(404).end()
    })
    this.#http.maxConnections = options.maxSockets
    this.#http.on('connection', (socket) => this.#onSocket(socket))
    this.#http.on('drop', () => this.#onDrop())
    this.#http.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head))
    const wsOptions = {
      noServer: true,
      WebSocket: BrowserSocket,
      maxPayload: options.maxMessageBytes,
      perMessageDeflate: false,
      clientTracking: false,
      autoPong: false,
      // Known to ws 8.23, not yet to its types. Its defaults let 100 kB of one-byte fragments hold 3 MB.
      closeTimeout: closeTimeoutMs,
      maxFragments: 64,
      maxBufferedChunks: 1_024,
      handleProtocols: (offered: Set<string>) => [...offered].find(isSubprotocol) ?? false,
    } as const
    this.#ws = new WebSocketServer(wsOptions)
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port
  }

  async run(): Promise<void> {
    await listen(this.#http, this.#options.port, 'GATEWAY_PORT')
  }

  /** Closes the listening socket; established connections live on. */
  stopAccepting(): void {
    this.#http.close()
    this.#http.closeIdleConnections()
  }

  async stop(): Promise<void> {
    if (this.#http.listening) this.stopAccepting()
    this.#http.closeAllConnections()
  }

  /** Node closes whoever is beyond its limit before it makes a socket of him: no cheaper way is known. */
  #setLate(isLate: boolean): void {
    this.#isLate = isLate
    this.#http.maxConnections = isLate ? 0 : this.#options.maxSockets
  }

  #onDrop(): void {
    const isLate = this.#isLate
    this.#queue.taken(false)
    if (!isLate) return this.#dropped('server_full')
    // A full port would have closed it all the same.
    this.#http.getConnections((_, count) => this.#dropped(count < this.#options.maxSockets ? 'busy' : 'server_full'))
  }

  #onSocket(socket: Socket): void {
    const { addresses, peers } = this.#options
    this.#queue.taken(true)
    const address = peerAddressOf(addresses, socket)
    if (address === undefined) return
    if (!peers.enter(address)) {
      socket.destroy()
      return this.#dropped('address_limit')
    }
    socket.once('close', () => peers.leave(address))
  }

  #dropped(code: DropCode): void {
    const { logger, onDropped } = this.#options
    onDropped(code)
    const sockets = this.#dropLogs[code].count()
    if (sockets > 0) logger.warn({ code, sockets }, 'sockets dropped')
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until ws takes over, a reset of the connection would be an uncaught exception.
    socket.on('error', destroyAfterError)
    // The target as it came: a parsed URL would also take //x/ws and /y/../ws, which pass by a proxy's path rules.
    const [path, query] = (request.url ?? '').split('?', 2)
    if (path !== '/ws') {
      return this.#refuse(socket, { status: 404, code: 'not_found', message: 'WebSockets are at /ws' })
    }
    const { admission, addresses } = this.#options
    const upgrade = readUpgrade(request, query ?? '', addresses.addressOf(request))
    // What the client sends meanwhile stays in the socket, which nobody reads.
    void admission.admit(upgrade).then((decision) => {
      if ('status' in decision) return this.#refuse(socket, decision)
      if (socket.destroyed) return decision.release()
      this.#accept({ request, socket, head, ticket: decision })
    })
  }

  #accept({ request, socket, head, ticket }: Admitted): void {
    // A handshake that ws itself refuses ends the socket without a connection.
    const release = () => ticket.release()
    socket.once('close', release)
    this.#ws.handleUpgrade(request, socket, head, (webSocket) => {
      const ws = webSocket as BrowserSocket
      socket.removeListener('close', release)
      // From here on ws listens to it.
      socket.removeListener('error', destroyAfterError)
      const style = readStyle(request, ws.protocol)
      const number = ++this.#opened
      const connection = new Connection({ number, ws, socket, context: this.#connections, ...style })
      const { kind } = ticket.credential
      const onTooMuch = () => {
        connection.tooMuch()
        // The rest stays with the kernel until the time for the closing handshake is over.
        ws.pause()
      }
      const stranger =
        kind === 'user' ? undefined : new StrangerLimit({ socket, isRefused: kind === 'refused', onTooMuch })
      this.#options.onConnection(connection, ticket, stranger)
    })
  }

  #refuse(socket: Duplex, refusal: HttpRefusal | NotFound): void {
    const { status, code, message } = refusal
    const retryAfterMs = 'retryAfterMs' in refusal ? refusal.retryAfterMs : undefined
    this.#options.onRefused(code)
    const upgrades = this.#refusedLog.count()
    if (upgrades > 0) this.#options.logger.info({ code, status, upgrades }, 'upgrade refused')
    const body = JSON.stringify({ error: code, type: 'error', code, message, retryAfterMs })
    const lines = [
      `HTTP/1.1 ${status} ${reasonPhrases[status]}`,
      'Connection: close',
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...(retryAfterMs === undefined ? [] : [`Retry-After: ${Math.ceil(retryAfterMs / 1000)}`]),
      ...(status === 401 ? ['WWW-Authenticate: Bearer'] : []),
    ]
    socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
    socket.once('finish', () => socket.destroy())
  }
}

function destroyAfterError(this: Duplex): void {
  this.destroy()
}

interface NotFound {
  readonly status: 404
  readonly code: string
  readonly message: string
}

const reasonPhrases = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
} as const

interface Admitted {
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
  readonly ticket: Ticket
}

/** Undefined for a proxy, and where addresses have no limit: who is behind it, only a request tells. */
function peerAddressOf(addresses: ClientAddresses, socket: Socket): string | undefined {
  const peer = addresses.addressOf({ headers: {}, socket })
  // Only a proxy is believed that it forwards for somebody else.
  const believed = addresses.addressOf({ headers: { 'x-forwarded-for': documentationAddress }, socket })
  return believed === peer ? peer : undefined
}

function readUpgrade(request: IncomingMessage, query: string, address: string | undefined): UpgradeRequest {
  const { origin, host, authorization } = request.headers
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  const protocolToken = offered.find((name) => name.startsWith(tokenProtocolPrefix))?.slice(tokenProtocolPrefix.length)
  const queryToken = new URLSearchParams(query).get('token') ?? undefined
  return { origin, host, address, authorization, queryToken, protocolToken }
}

function readStyle({ url = '' }: IncomingMessage, protocol: string): ConnectionStyle {
  const batch = new URLSearchParams(url.split('?', 2)[1]).get('batch')
  return {
    batches: batch === 'true' || batch === '1',
    encoding: isSubprotocol(protocol) ? subprotocols[protocol] : 'json',
  }
}

function isSubprotocol(name: string): name is keyof typeof subprotocols {
  return Object.hasOwn(subprotocols, name)
}
