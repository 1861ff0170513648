/**
 * Owns ioredis. Hands out connections to one server, to the master behind Sentinels or to a Cluster.
 *
 * In:  a target (redis-target.ts), TLS, a role.
 * Out: a connection that reconnects by itself with full jitter, logs its state without credentials and never emits an
 * unhandled error. `ready` means that Redis answered a PING: a wrong password or a frozen server is not ready.
 * Bound: nothing is queued while disconnected: a command fails at once, and its caller decides. A command without
 * an answer fails after `commandTimeoutMs`. A link that is silent is pinged, and dropped when nothing comes back: about
 * 4 s after a network swallowed it or the server froze, which a subscriber would otherwise never notice.
 * Closed by: whoever asked for it, with `quit` or `disconnect`.
 */
import { createConnection } from 'node:net'
import { connect as createTlsConnection } from 'node:tls'
import {
  AbstractConnector,
  type ChainableCommander,
  Cluster,
  type RedisOptions as IoredisOptions,
  Redis,
  type RedisCommander,
} from 'ioredis'
import { Backoff } from './backoff.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Logger } from './logger.ts'
import { followFailovers } from './redis-failover.ts'
import { type Link, logError, logState, watch } from './redis-link.ts'
import { NodeRing, nodesOfSlots } from './redis-nodes.ts'
import { type Credentials, describeTarget, type RedisTarget } from './redis-target.ts'
import { connectionOptions, type RedisTls } from './redis-tls.ts'

/** What a connection of every kind can do. */
export interface RedisConnection extends RedisCommander<{ type: 'default' }>, Pick<Link, 'status' | 'on'> {
  once(event: 'ready' | 'close' | 'end', listener: () => void): unknown
  pipeline(commands?: unknown[][]): ChainableCommander
  connect(): Promise<void>
  /** With true: drops the link and connects anew. */
  disconnect(reconnect?: boolean): void
}

/** A subscriber can only subscribe in a Cluster; elsewhere the two are the same. */
export type RedisRole = 'commands' | 'subscriber'

/** Where Redis is and how it lets us in. */
export interface RedisAccess {
  readonly target: RedisTarget
  /** For a target with TLS only; without, Node's own authorities are trusted. */
  readonly tls?: RedisTls
}

export interface RedisOptions extends RedisAccess {
  /** 'commands' where left out. */
  readonly role?: RedisRole
  /** Shown in CLIENT LIST and in the log. */
  readonly name: string
  readonly logger: Logger
  readonly random: () => number
  readonly clock?: Clock
}

interface Setup {
  readonly name: string
  readonly log: Logger
  readonly random: () => number
  readonly clock: Clock
  readonly credentials: Credentials
  readonly tls: RedisTls | undefined
}

type TargetOf<Kind> = Extract<RedisTarget, { readonly kind: Kind }>

const commandTimeoutMs = 2_000
/** Also how long a vanished Sentinel or node holds up the way to the next one. */
const connectTimeoutMs = 2_000
/** A dead peer does not answer the end of the connection either. */
const disconnectTimeoutMs = 100
/** A failover takes seconds: whoever waits longer comes late to the new master. */
const longestWaitMs = 1_000
/** For a Cluster that moved while no command was told so. */
const slotsRefreshMs = 10_000

/** Throws where TLS is configured for a target without: nothing is sent in the clear by mistake. */
export function createRedis(options: RedisOptions): RedisConnection {
  const { target, name, random, clock = systemClock, role = 'commands' } = options
  if (options.tls && !target.tls) throw new Error('TLS settings need a rediss:// URL')
  const log = options.logger.child({ redis: describeTarget(target), connectionName: name })
  const tls = target.tls ? (options.tls ?? {}) : undefined
  const setup = { name, log, random, clock, credentials: target.credentials, tls }
  if (target.kind === 'single') return open({ ...target.server, db: target.db }, setup)
  if (target.kind === 'sentinel') return openBehindSentinels(target, setup)
  return role === 'subscriber' ? openClusterSubscriber(target, setup) : openCluster(target, setup)
}

/** Starts connecting; the first failure is not fatal, because reconnecting goes on. */
export function connectInBackground(redis: RedisConnection): void {
  redis.connect().catch(() => {
    // Logged by the `error` listener; the retry strategy takes over.
  })
}

function openBehindSentinels(target: TargetOf<'sentinel'>, setup: Setup): Redis {
  const { sentinels, masterName, db, sentinelCredentials } = target
  const { username, password } = sentinelCredentials
  const backoff = newBackoff(setup)
  const options: IoredisOptions = {
    sentinels: [...sentinels],
    name: masterName,
    db,
    ...(username === undefined ? {} : { sentinelUsername: username }),
    ...(password === undefined ? {} : { sentinelPassword: password }),
    ...(setup.tls ? { sentinelTLS: connectionOptions(setup.tls), enableTLSForSentinelMode: true } : {}),
    sentinelCommandTimeout: commandTimeoutMs,
    sentinelRetryStrategy: () => 50 + backoff.nextMs(),
    // See redis-failover.ts for the one we have.
    failoverDetector: false,
  }
  const redis = open(options, setup)
  redis.on('ready', () => backoff.reset())
  redis.on('sentinelError', (error) => logError(setup.log, error, 'a sentinel does not know the redis master'))
  const name = `${setup.name}-failover`
  const log = setup.log.child({ connectionName: name })
  const ring = new NodeRing({ seeds: sentinels, random: setup.random })
  const sentinel = openRoving(ring, { ...setup, name, log, credentials: sentinelCredentials })
  followFailovers({ redis, sentinel, masterName, log, start: connectInBackground })
  return redis
}

function openCluster({ nodes }: TargetOf<'cluster'>, setup: Setup): Cluster {
  const backoff = newBackoff(setup)
  const cluster = new CheckedCluster([...nodes], {
    lazyConnect: true,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    clusterRetryStrategy: () => 50 + backoff.nextMs(),
    // ioredis would repeat a command whose connection broke: a script might run twice, and nobody would know.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshInterval: slotsRefreshMs,
    // A certificate is for a name; ioredis would put the address in its place.
    dnsLookup: (name, done) => done(null, name),
    redisOptions: commonOptions(setup),
  })
  logState({ link: cluster, log: setup.log, onReady: () => backoff.reset() })
  cluster.on('node error', (error, node) => logError(setup.log.child({ node }), error, 'redis node error'))
  cluster.on('+node', (node: Redis) => {
    watch({ ...setup, link: node })
    node.on('ready', () => nameLink(node, setup.name))
    // Connecting is left to the first command otherwise, and the next ones fail until it is done.
    if (!node.options.readOnly) setImmediate(() => node.ping().catch(() => {}))
  })
  return cluster
}

/**
 * A plain connection, because classic PUBLISH reaches every node of a Cluster. ioredis's own subscriber tells nobody when
 * its link is lost, pings nothing and resubscribes by itself: a hole in the quotes would go unnoticed.
 */
function openClusterSubscriber({ nodes }: TargetOf<'cluster'>, setup: Setup): Redis {
  const ring = new NodeRing({ seeds: nodes, random: setup.random })
  const redis = openRoving(ring, setup)
  // Before the owner's listener, which subscribes: this cannot be asked afterwards.
  redis.on('ready', () => {
    const learn = (slots: unknown) => ring.learn(nodesOfSlots(slots))
    redis.cluster('SLOTS').then(learn, (error) => logError(setup.log, error, 'cannot ask for the nodes of the cluster'))
  })
  return redis
}

/** One plain connection, each time to the next node of the ring. */
function openRoving(ring: NodeRing, setup: Setup): CheckedRedis {
  class RovingConnector extends AbstractConnector {
    constructor() {
      super(disconnectTimeoutMs)
    }

    override async connect() {
      const node = ring.next()
      this.connecting = true
      this.stream = setup.tls
        ? createTlsConnection({ ...connectionOptions(setup.tls), host: node.host, port: node.port })
        : createConnection({ host: node.host, port: node.port })
      this.stream.once('error', (error) => {
        this.firstError = error
      })
      return this.stream
    }
  }
  return open({ Connector: RovingConnector }, setup)
}

function open(options: IoredisOptions, setup: Setup): CheckedRedis {
  const backoff = newBackoff(setup)
  const redis = new CheckedRedis(setup.name, {
    ...commonOptions(setup),
    ...options,
    retryStrategy: () => 50 + backoff.nextMs(),
    // A master that became a replica, behind a Sentinel or a name that moved.
    reconnectOnError: (error) => error.message.includes('READONLY '),
  })
  logState({ link: redis, log: setup.log, onReady: () => backoff.reset() })
  watch({ ...setup, link: redis })
  return redis
}

function commonOptions({ credentials, tls }: Setup): IoredisOptions {
  return {
    ...credentials,
    ...(tls ? { tls: connectionOptions(tls) } : {}),
    disableClientInfo: true,
    lazyConnect: true,
    enableOfflineQueue: false,
    // A SUBSCRIBE between the TCP connect and the INFO reply of the check kills the connection (ioredis issue 2037).
    enableReadyCheck: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    disconnectTimeout: disconnectTimeoutMs,
  }
}

/**
 * `ready` once a PING was answered; `closing` when the owner ends it, in whatever state it is. It names itself, because
 * ioredis, when the link breaks while it waits for the answer, believes to be ready for ever.
 */
class CheckedRedis extends Redis {
  readonly #name: string

  constructor(name: string, options: IoredisOptions) {
    super(options)
    this.#name = name
  }

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event !== 'ready') return super.emit(event, ...args)
    const isOpen = () => this.status === 'ready' && this.stream.writable
    const onRefused = (error: unknown) => {
      if (!isOpen()) return
      super.emit('error', error)
      this.disconnect(true)
    }
    // After a wrong password ioredis is ready as well, for a moment.
    if (!isOpen()) return true
    nameLink(this, this.#name)
    this.ping().then(() => isOpen() && super.emit('ready'), onRefused)
    return true
  }

  override disconnect(reconnect = false): void {
    if (!reconnect) super.emit('closing')
    super.disconnect(reconnect)
  }
}

/** `ready` once every master that answers has a connection. */
class CheckedCluster extends Cluster {
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event !== 'ready') return super.emit(event, ...args)
    void Promise.allSettled(this.nodes('master').map((node) => node.ping())).then((outcomes) => {
      if (this.status !== 'ready') return
      if (outcomes.some(({ status }) => status === 'fulfilled')) super.emit('ready')
      else this.disconnect(true)
    })
    return true
  }
}

/** For CLIENT LIST only: an ACL may refuse it. */
function nameLink(link: Redis, name: string): void {
  link.client('SETNAME', name).catch(() => {})
}

function newBackoff({ random }: Setup): Backoff {
  return new Backoff({ baseMs: 100, capMs: longestWaitMs, random })
}
