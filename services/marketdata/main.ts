/**
 * Entry point of the market-data service, and the one place that builds its objects.
 *
 * Roles: `publish` runs feed → publisher → bus; `serve` runs bus → symbol registry → streams.
 * Stop: readiness and health fall, the wait for endpoint removal, gateways move away, then feed, publisher and bus, the
 * admin port last.
 */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { AdminServer } from '../shared/admin-server.ts'
import { type Clock, systemClock } from '../shared/clock.ts'
import { acceptedUpstreamTokens } from '../shared/common-settings.ts'
import { describeSettings } from '../shared/config-schema.ts'
import { delayBudget } from '../shared/delay-budget.ts'
import { Application, type Component, reportStartFailure, runProcess } from '../shared/lifecycle.ts'
import { createLogger, type Logger } from '../shared/logger.ts'
import { Readiness } from '../shared/readiness.ts'
import { createRedis } from '../shared/redis.ts'
import { redisAccess } from '../shared/redis-settings.ts'
import { RevocationChannel } from '../shared/revocation-channel.ts'
import { Revocations } from '../shared/revocations.ts'
import { startOperation } from '../shared/telemetry.ts'
import { createTokenVerifier, type TokenVerifier } from '../shared/tokens.ts'
import { loadConfig, type MarketDataConfig, marketDataSettings, readEnvironment } from './config.ts'
import { createFeed } from './create-feed.ts'
import { CurrentTiers } from './current-tiers.ts'
import { EntitlementService } from './entitlement-service.ts'
import { GrpcServer } from './grpc-server.ts'
import { LastValueService } from './last-value-service.ts'
import { MarketDataMetrics } from './metrics.ts'
import { PublisherGroup } from './publisher-group.ts'
import type { BusObserver, QuoteBusReader, QuoteBusWriter } from './quote-bus.ts'
import { RedisQuoteBus } from './quote-bus-redis.ts'
import { QuoteStream } from './quote-stream.ts'
import { SymbolPaces } from './symbol-paces.ts'
import { SymbolRegistry } from './symbol-registry.ts'
import { TierResources } from './tier-resources.ts'
import { TierSources } from './tier-sources.ts'
import { TierTable } from './tiers.ts'
import { startRevision, TiersFile } from './tiers-file.ts'
import { UserRates } from './user-rates.ts'
import { UserStream } from './user-stream.ts'

/** On top of the drain window and the wait for endpoint removal. */
const stopSlackMs = 10_000

type QuoteBus = QuoteBusReader & QuoteBusWriter & Component

export interface MarketDataDependencies {
  readonly config: MarketDataConfig
  readonly logger: Logger
  readonly clock: Clock
  readonly random: () => number
  /** Instead of Redis; the development process gives the in-process bus. */
  readonly createBus?: (observer: BusObserver) => QuoteBus
}

export interface MarketData extends Component {
  /** The bound port; 0 while not serving. */
  readonly port: number
  readonly feedDescription: string | undefined
}

interface Parts extends MarketDataDependencies {
  readonly metrics: MarketDataMetrics
  readonly readiness: Readiness
  readonly bus: QuoteBus
}

export function createMarketData(dependencies: MarketDataDependencies): MarketData {
  const { config, logger } = dependencies
  delayBudget.resize(config.MAX_DELAYED_QUOTES)
  const metrics = new MarketDataMetrics()
  const serves = config.MARKETDATA_ROLES.includes('serve')
  // Redis may be there long before the tiers are known: who is ready has to answer.
  const readiness = new Readiness(serves ? ['quote bus', 'gRPC server'] : ['quote bus'])
  const observer = metrics.busObserver(() => readiness.succeeded('quote bus'))
  const bus = (dependencies.createBus ?? redisBus(dependencies))(observer)
  const parts: Parts = { ...dependencies, metrics, readiness, bus }
  const admin = new AdminServer({
    port: config.MARKETDATA_ADMIN_PORT,
    portSetting: 'MARKETDATA_ADMIN_PORT',
    registry: metrics.registry,
    readiness,
    logger,
  })
  const components: { name: string; component: Component }[] = [
    { name: 'admin server', component: admin },
    { name: 'quote bus', component: bus },
  ]
  const publishing = config.MARKETDATA_ROLES.includes('publish') ? createPublishing(parts) : undefined
  if (publishing) components.push({ name: 'publisher', component: publishing })
  const serving = serves ? createServing(parts) : undefined
  if (serving) components.push({ name: 'gRPC server', component: serving.component })
  const application = new Application({ logger, components })
  return {
    run: () => application.run(),
    stop: () => application.stop(),
    get port() {
      return serving?.server.port ?? 0
    },
    feedDescription: publishing?.feedDescription,
  }
}

function redisBus({ config, logger, clock, random }: MarketDataDependencies) {
  return (observer: BusObserver) =>
    new RedisQuoteBus({
      redis: redisAccess(config),
      logger,
      wallMs: () => clock.wallMs(),
      random,
      observer,
      subscribes: config.MARKETDATA_ROLES.includes('serve'),
      shards: config.PUBLISHER_SHARDS,
    })
}

function createPublishing(parts: Parts): PublisherGroup {
  const { config, logger, clock, random, metrics, bus } = parts
  const group = new PublisherGroup({
    shards: config.PUBLISHER_SHARDS,
    publisherId: randomUUID(),
    bus,
    clock,
    random,
    logger,
    observer: metrics.publisherObserver(),
    createFeed: (onQuotes) => createFeed({ ...parts, onQuotes }),
  })
  return group
}

function createServing(parts: Parts): { server: GrpcServer; component: Component } {
  const { config, clock, logger, readiness } = parts
  const registry = createRegistry(parts)
  const paces = new SymbolPaces({ registry, clock })
  const tokens = createTokenVerifier(config, { clock, logger })
  const tiers = new CurrentTiers({ table: TierTable.open, revision: startRevision(clock) })
  const sources = new TierSources({
    revision: startRevision(clock),
    onChange: (table, revision) => tiers.replace(table, revision),
  })
  const tiersFile = config.TIERS_FILE === '' ? undefined : createTiersFile(parts, sources)
  const tierResources = createTierResources(parts, sources)
  const revocations = new Revocations({
    wallMs: () => clock.wallMs(),
    onRevoked: (userId) => server.revoke(userId),
    onLearnt: () => server.endRevoked(),
    toleranceMs: config.JWT_CLOCK_TOLERANCE_S * 1_000,
  })
  const channel = createRevocationChannel(parts, revocations)
  if (channel) parts.metrics.watchRevocations(() => channel.isListening)
  const server = createGrpcServer(parts, { registry, paces, tokens, tiers, revocations })
  const component: Component = {
    async run() {
      await tiersFile?.run()
      await tierResources?.run()
      await channel?.run()
      await server.run()
      readiness.succeeded('gRPC server')
      logger.info({ port: server.port }, 'serving gRPC')
    },
    async stop() {
      readiness.drain()
      server.drain()
      await new Promise<void>((resolve) => void clock.after(config.ENDPOINT_REMOVAL_WAIT_MS, resolve))
      await server.stop()
      await channel?.stop()
      await tierResources?.stop()
      await tiersFile?.stop()
      tokens.stop()
      paces.stop()
      registry.stop()
    },
  }
  return { server, component }
}

function createRegistry({ config, logger, clock, random, bus }: Parts): SymbolRegistry {
  return new SymbolRegistry({ bus, clock, random, logger, maxSymbols: config.MAX_SYMBOLS })
}

function createTiersFile({ config, logger, clock, metrics }: Parts, sources: TierSources): TiersFile {
  return new TiersFile({
    path: config.TIERS_FILE,
    clock,
    logger,
    observer: metrics.tiersObserver(),
    onChange: (content, revision) => sources.file(content, revision),
  })
}

/** None with the in-process bus, or unless it is asked for. */
function createTierResources(parts: Parts, sources: TierSources): TierResources | undefined {
  const { config, logger, random, clock, metrics, createBus } = parts
  if (createBus || !config.TIER_RESOURCES) return undefined
  const access = { ...redisAccess(config), logger, random }
  return new TierResources({
    isNeeded: config.TIERS_FILE === '',
    subscriber: createRedis({ ...access, role: 'subscriber', name: 'quotewire-tiers' }),
    commands: createRedis({ ...access, name: 'quotewire-tier-commands' }),
    instance: hostname(),
    clock,
    logger,
    observer: metrics.tierResourcesObserver(),
    onChange: (tiers, revision) => sources.resources(tiers, revision),
  })
}

/** None with the in-process bus, which is for development. */
function createRevocationChannel(parts: Parts, revocations: Revocations): RevocationChannel | undefined {
  const { config, logger, random, createBus } = parts
  if (createBus) return undefined
  const name = 'quotewire-revocations'
  const redis = createRedis({ ...redisAccess(config), role: 'subscriber', name, logger, random })
  const recorded = createRedis({ ...redisAccess(config), name: 'quotewire-recorded-revocations', logger, random })
  return new RevocationChannel({
    redis,
    logger,
    revoke: (userId) => revocations.revoke(userId),
    recorded: { redis: recorded, learn: (read) => revocations.learn(read) },
  })
}

interface Serving {
  readonly revocations: Revocations
  readonly registry: SymbolRegistry
  readonly paces: SymbolPaces
  readonly tokens: TokenVerifier
  readonly tiers: CurrentTiers
}

function createGrpcServer(parts: Parts, { registry, paces, tokens, tiers, revocations }: Serving): GrpcServer {
  const { config, logger, clock, random, metrics } = parts
  return new GrpcServer({
    host: config.MARKETDATA_HOST,
    port: config.MARKETDATA_PORT,
    clock,
    logger,
    tokens,
    revocations,
    upstreamTokens: acceptedUpstreamTokens(config),
    maxStreamsPerUser: config.MAX_STREAMS_PER_USER,
    rates: new UserRates({ clock, tiers, requestsPerSecond: config.MAX_REQUESTS_PER_SECOND }),
    drainMs: config.DRAIN_WINDOW_MS,
    maxConnectionAgeMs: config.MAX_CONNECTION_AGE_MS,
    random,
    reflection: config.NODE_ENV !== 'production',
    lastValues: new LastValueService({ paces, tiers }),
    entitlements: new EntitlementService({ tokens, revocations, tiers }),
    openQuoteStream: (call) => {
      const observer = { conflated: (quotes: number) => metrics.streamConflated(quotes) }
      return new QuoteStream({ call, registry, tiers, clock, observer })
    },
    openUserStream: (call, user, onClosed) => {
      const onChanged = (action: string, symbols: readonly string[]) => {
        logger.info({ user: user.userId, action, symbols }, 'StreamQuotes request')
        startOperation('StreamQuotes request', { user_id: user.userId, action, symbols: [...symbols] }).end({})
      }
      return new UserStream({
        ...{ call, user, tiers, paces, clock, onChanged, onClosed },
        maxSymbols: config.MAX_SYMBOLS_PER_STREAM,
        requestsPerSecond: config.MAX_REQUESTS_PER_SECOND,
        newSymbolsPerSecond: config.MAX_NEW_SYMBOLS_PER_SECOND,
        observer: { refused: (code) => metrics.streamRefused(code) },
      })
    },
    observer: metrics,
  })
}

async function main(): Promise<void> {
  try {
    const config = loadConfig(readEnvironment())
    const logger = createLogger({ service: 'marketdata', level: config.LOG_LEVEL })
    logger.info({ config: describeSettings(marketDataSettings, config) }, 'starting')
    const application = createMarketData({ config, logger, clock: systemClock, random: Math.random })
    const deadlineMs = stopSlackMs + config.DRAIN_WINDOW_MS + config.ENDPOINT_REMOVAL_WAIT_MS
    await runProcess({ logger, clock: systemClock, application, stopDeadlineMs: deadlineMs })
  } catch (error) {
    reportStartFailure(error)
    process.exit(1)
  }
}

if (import.meta.main) await main()
