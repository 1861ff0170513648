/**
 * Entry point of the gateway, and the one place that builds its objects.
 *
 * Stop: readiness falls, the wait for endpoint removal, no more connections, sessions drain over the window, then the
 * upstream closes, the admin port last.
 */
import { AdminServer } from '../shared/admin-server.ts'
import { type Clock, systemClock } from '../shared/clock.ts'
import { upstreamToken } from '../shared/common-settings.ts'
import { describeSettings } from '../shared/config-schema.ts'
import { delayBudget } from '../shared/delay-budget.ts'
import { Application, type Component, reportStartFailure, runProcess } from '../shared/lifecycle.ts'
import { createLogger, type Logger } from '../shared/logger.ts'
import { Readiness } from '../shared/readiness.ts'
import { AddressSource } from './address-source.ts'
import { Admission } from './admission.ts'
import { AddressCounts } from './client-address.ts'
import { Cohorts } from './cohorts.ts'
import { type GatewayConfig, gatewaySettings, loadConfig, readEnvironment } from './config.ts'
import type { Connection, ConnectionContext } from './connection.ts'
import { createActions } from './create-actions.ts'
import { createEntry, type Entry } from './create-entry.ts'
import { DrainLease } from './drain-lease.ts'
import { FanOut } from './fan-out.ts'
import { FlushCycle } from './flush-cycle.ts'
import { Heartbeats } from './heartbeats.ts'
import { GatewayMetrics } from './metrics.ts'
import { Page } from './page.ts'
import { Session, type SessionOptions } from './session.ts'
import type { SessionContext } from './session-context.ts'
import { SessionSet } from './session-set.ts'
import { newSymbolBurst } from './session-symbols.ts'
import { SlowClients } from './slow-clients.ts'
import { Subscriptions } from './subscriptions.ts'
import { Upstream } from './upstream.ts'
import { WsServer } from './ws-server.ts'

/** For the page, and for those beyond MAX_SESSIONS who are told so. */
const spareSockets = 1_000
const spareSocketsPerAddress = 20
/** On top of the drain window and the wait for endpoint removal. */
const stopSlackMs = 10_000

export interface GatewayDependencies {
  readonly config: GatewayConfig
  readonly logger: Logger
  readonly clock: Clock
  readonly random: () => number
}

export interface Gateway extends Component {
  /** The bound ports, once running. */
  readonly port: number
  readonly adminPort: number
}

interface Parts extends GatewayDependencies {
  readonly metrics: GatewayMetrics
  readonly readiness: Readiness
  readonly upstream: Upstream
  readonly fanOut: FanOut
  readonly cycle: FlushCycle
  readonly slowClients: SlowClients
  readonly cohorts: Cohorts
  readonly subscriptions: Subscriptions
  readonly sessions: SessionSet
  readonly entry: Entry
  readonly admission: Admission
  readonly addresses: AddressCounts
  readonly drainLease: DrainLease
}

export function createGateway(dependencies: GatewayDependencies): Gateway {
  const { config, logger } = dependencies
  const parts = createParts(dependencies)
  const { metrics, readiness } = parts
  connectUpstream(parts)
  const admin = new AdminServer({
    port: config.GATEWAY_ADMIN_PORT,
    portSetting: 'GATEWAY_ADMIN_PORT',
    registry: metrics.registry,
    readiness,
    actions: createActions({ ...parts, token: config.ADMIN_TOKEN, deliveries: () => metrics.deliveries }),
    logger,
  })
  const server = createWsServer(parts)
  const application = new Application({
    logger,
    components: [
      { name: 'admin server', component: admin },
      { name: 'entry', component: parts.entry },
      { name: 'upstream', component: upstreamComponent(parts) },
      { name: 'WebSocket server', component: serverComponent(parts, server) },
    ],
  })
  return {
    run: () => application.run(),
    stop: () => application.stop(),
    get port() {
      return server.port
    },
    get adminPort() {
      return admin.port
    },
  }
}

function createParts(dependencies: GatewayDependencies): Parts {
  const { config, clock, random, logger } = dependencies
  delayBudget.resize(config.MAX_DELAYED_QUOTES)
  const metrics = new GatewayMetrics()
  const onStreamEnded = (durationMs: number) => metrics.streamEnded(durationMs)
  const upstream = new Upstream({ token: upstreamToken(config), clock, random, logger, onStreamEnded })
  const fanOut = new FanOut({ clock, observer: metrics.fanOutObserver() })
  const cycle = createFlushCycle(dependencies)
  const slowClients = new SlowClients({ clock })
  const cohorts = new Cohorts({ clock })
  const subscriptions = new Subscriptions({ upstream, fanOut, clock })
  const sessions = new SessionSet({ clock, random, maxAgeMs: config.MAX_SESSION_AGE_MS })
  const entry = createEntry({ ...dependencies, metrics, upstream, sessions })
  const addresses = new AddressCounts({ limit: config.MAX_CONNECTIONS_PER_ADDRESS })
  const admission = new Admission({
    users: entry.users,
    allowedOrigins: config.ALLOWED_ORIGINS,
    maxSessions: config.MAX_SESSIONS,
    maxHandshakes: config.MAX_HANDSHAKES,
    maxUnauthenticated: config.MAX_UNAUTHENTICATED,
    addresses,
    retryAfterMs: entry.retryAfterMs,
    isStranded: () => sessions.isStranded,
  })
  metrics.watch({
    sessions: () => sessions.size,
    symbols: () => subscriptions.symbolCount,
    readyLinks: () => upstream.readyLinkCount,
    slowClients: () => slowClients.size,
    sharing: () => cohorts.size,
    flushWindowMs: () => cycle.windowMs,
    handshakes: () => admission.taken.handshakes,
    unauthenticated: () => admission.taken.unauthenticated,
  })
  const readiness = new Readiness(['upstream'])
  const drainLease = new DrainLease({ clock, logger, readiness, sessions })
  const engine = { upstream, fanOut, cycle, slowClients, cohorts, subscriptions }
  return { ...dependencies, metrics, readiness, ...engine, sessions, entry, admission, addresses, drainLease }
}

function createFlushCycle({ config, clock }: GatewayDependencies): FlushCycle {
  let measured = performance.eventLoopUtilization()
  return new FlushCycle({
    clock,
    windowMs: config.FLUSH_WINDOW_MS,
    conflates: config.CONFLATE,
    busyShare: () => {
      const before = measured
      measured = performance.eventLoopUtilization()
      return performance.eventLoopUtilization(measured, before).utilization
    },
    soon: setImmediate,
  })
}

/** The data path from upstream on: what it calls, in one place. */
function connectUpstream({ upstream, fanOut, subscriptions, sessions, entry, readiness, logger }: Parts): void {
  upstream.listen({
    subscribed: (symbol, last) => subscriptions.subscribed(symbol, last),
    rejected: (symbol, code, message) => subscriptions.rejected(symbol, code, message),
    quote: (quote) => fanOut.quote(quote),
    gap: (symbol, gap) => fanOut.gap(symbol, gap),
    stale: (symbols) => fanOut.tell('stale', symbols),
    fresh: (symbols) => fanOut.tell('fresh', symbols),
    tierData: (address, data) => entry.entitlements.announced(address, data),
    linkLost: (address) => entry.entitlements.lost(address),
    available: (isAvailable) => {
      logger[isAvailable ? 'info' : 'error']({ isAvailable }, 'upstream availability changed')
      if (isAvailable) readiness.succeeded('upstream')
      sessions.upstreamAvailable(isAvailable)
    },
  })
}

function createWsServer(parts: Parts): WsServer {
  const { config, clock, logger, metrics, admission, cycle, slowClients, cohorts } = parts
  const context = sessionContext(parts)
  const onConflated = (quotes: number) => metrics.conflatedByOutbox(quotes)
  const connections: Omit<ConnectionContext, 'clock' | 'idPrefix'> = { cycle, slowClients, cohorts, onConflated }
  return new WsServer({
    port: config.GATEWAY_PORT,
    maxMessageBytes: config.MAX_MESSAGE_BYTES,
    maxSockets: config.MAX_SESSIONS + spareSockets,
    mayWait: config.MAX_HANDSHAKES,
    admission,
    addresses: config.TRUSTED_PROXIES,
    peers: new AddressCounts({ limit: config.MAX_CONNECTIONS_PER_ADDRESS + spareSocketsPerAddress }),
    page: config.WATCH_PAGE ? new Page(new URL('public/', import.meta.url)) : undefined,
    clock,
    logger,
    connections,
    onConnection: (connection, ticket, stranger) => openSession(parts, context, { connection, ticket, stranger }),
    onRefused: (code) => metrics.upgradeRefused(code),
    onDropped: (code) => metrics.socketDropped(code),
  })
}

function sessionContext(parts: Parts): SessionContext {
  const { config, sessions, subscriptions, fanOut, entry, clock, logger, metrics } = parts
  return {
    subscriptions,
    fanOut,
    entitlements: entry.entitlements,
    review: entry.review,
    heartbeats: new Heartbeats({ clock, heartbeatMs: config.HEARTBEAT_MS }),
    messageBytes: config.MAX_MESSAGE_BYTES,
    messagesPerSecond: config.MAX_MESSAGES_PER_SECOND,
    newSymbols: { perSecond: config.MAX_NEW_SYMBOLS_PER_SECOND, burst: newSymbolBurst },
    authTimeoutMs: config.AUTH_TIMEOUT_MS,
    clock,
    logger,
    observer: metrics.sessionObserver(),
    onGone: (session) => sessions.delete(session),
  }
}

function openSession(
  { sessions }: Parts,
  context: SessionContext,
  parts: Pick<SessionOptions, 'ticket' | 'stranger'> & { readonly connection: Connection },
): void {
  const { connection } = parts
  const session = new Session({ ...parts, context })
  sessions.add(session)
  connection.handle(session)
}

function upstreamComponent({ config, clock, logger, upstream, sessions, subscriptions, cycle }: Parts): Component {
  const addresses = new AddressSource({
    targets: config.MARKETDATA_ADDRESSES,
    clock,
    logger,
    onAddresses: (found) => upstream.setAddresses(found),
  })
  return {
    async run() {
      await upstream.run()
      addresses.run()
      sessions.run()
    },
    async stop() {
      addresses.stop()
      sessions.stop()
      subscriptions.stop()
      cycle.stop()
      await upstream.stop()
    },
  }
}

function serverComponent(
  { config, clock, logger, readiness, admission, sessions, drainLease }: Parts,
  server: WsServer,
): Component {
  return {
    async run() {
      await server.run()
      logger.info({ port: server.port }, 'serving WebSockets')
    },
    async stop() {
      readiness.drain()
      drainLease.stop()
      await new Promise<void>((resolve) => void clock.after(config.ENDPOINT_REMOVAL_WAIT_MS, resolve))
      admission.close()
      server.stopAccepting()
      logger.info({ sessions: sessions.size, windowMs: config.DRAIN_WINDOW_MS }, 'draining')
      await sessions.drain(config.DRAIN_WINDOW_MS)
      await server.stop()
    },
  }
}

async function main(): Promise<void> {
  try {
    const config = loadConfig(readEnvironment())
    const logger = createLogger({ service: 'gateway', level: config.LOG_LEVEL })
    logger.info({ config: describeSettings(gatewaySettings, config) }, 'starting')
    const application = createGateway({ config, logger, clock: systemClock, random: Math.random })
    const stopDeadlineMs = config.ENDPOINT_REMOVAL_WAIT_MS + config.DRAIN_WINDOW_MS + stopSlackMs
    await runProcess({ logger, clock: systemClock, application, stopDeadlineMs })
  } catch (error) {
    reportStartFailure(error)
    process.exit(1)
  }
}

if (import.meta.main) await main()
