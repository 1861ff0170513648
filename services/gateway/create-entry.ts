/**
 * Builds what decides who comes in and what he may have: keys, entitlements, connection counts, revocations. Beside
 * main.ts because these belong together and start and stop as one.
 */
import type { Clock } from '../shared/clock.ts'
import { SessionClose } from '../shared/errors.ts'
import type { Component } from '../shared/lifecycle.ts'
import type { Logger } from '../shared/logger.ts'
import { connectInBackground, createRedis } from '../shared/redis.ts'
import { redisAccess } from '../shared/redis-settings.ts'
import { RevocationChannel } from '../shared/revocation-channel.ts'
import { Revocations } from '../shared/revocations.ts'
import { createTokenVerifier } from '../shared/tokens.ts'
import type { GatewayConfig } from './config.ts'
import { ConnectRates } from './connect-rates.ts'
import { type ConnectionCounts, InProcessConnectionCounts } from './connection-counts.ts'
import { RedisConnectionCounts } from './connection-counts-redis.ts'
import { EntitlementReview } from './entitlement-review.ts'
import { Entitlements } from './entitlements.ts'
import type { GatewayMetrics } from './metrics.ts'
import type { SessionSet } from './session-set.ts'
import type { Upstream } from './upstream.ts'
import { UpstreamAuthority } from './upstream-authority.ts'
import { UserEntry } from './user-entry.ts'

export interface Entry extends Component {
  readonly users: UserEntry
  readonly entitlements: Entitlements
  readonly review: EntitlementReview
  /** Jittered, so that the refused do not come back together. */
  readonly retryAfterMs: () => number
}

export interface EntryDependencies {
  readonly config: GatewayConfig
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly metrics: GatewayMetrics
  readonly upstream: Upstream
  readonly sessions: SessionSet
}

const retryAfter = { leastMs: 1_000, spreadMs: 4_000 }

export function createEntry(dependencies: EntryDependencies): Entry {
  const { config, clock, random, logger, metrics, upstream, sessions } = dependencies
  const tokens = createTokenVerifier(config, { clock, logger, random })
  const entitlements = new Entitlements({
    authority: new UpstreamAuthority({ upstream }),
    clock,
    logger,
    defaults: {
      symbols: config.MAX_SYMBOLS_PER_SESSION,
      connections: config.MAX_CONNECTIONS_PER_USER,
      messagesPerSecond: config.MAX_MESSAGES_PER_SECOND,
    },
    onChange: () => review.start(),
  })
  const onReviewed = (result: 'ok' | 'failed') => metrics.reviewed(result)
  const review = new EntitlementReview({ entitlements, subjects: () => sessions, clock, random, logger, onReviewed })
  const revocations: Revocations = new Revocations({
    wallMs: () => clock.wallMs(),
    onRevoked: (userId) => sessions.closeUser(userId, new SessionClose('revoked', 'revoked')),
    onLearnt: () => sessions.closeRevoked(revocations, new SessionClose('revoked', 'revoked')),
    toleranceMs: config.JWT_CLOCK_TOLERANCE_S * 1_000,
  })
  const { counts, components } = createCounts(dependencies, revocations)
  metrics.watchTierRevision(() => entitlements.revision)
  const rates = new ConnectRates({ clock })
  const retryAfterMs = () => Math.round(retryAfter.leastMs + random() * retryAfter.spreadMs)
  return {
    users: new UserEntry({ tokens, entitlements, counts, rates, revocations, retryAfterMs }),
    entitlements,
    review,
    retryAfterMs,
    async run() {
      for (const component of components) await component.run()
    },
    async stop() {
      tokens.stop()
      review.stop()
      entitlements.stop()
      for (const component of components) await component.stop()
    },
  }
}

function createCounts(
  { config, clock, random, logger, metrics }: EntryDependencies,
  revocations: Revocations,
): { counts: ConnectionCounts; components: Component[] } {
  if (config.REDIS_URL === '') return { counts: new InProcessConnectionCounts(), components: [] }
  const access = redisAccess(config)
  const commands = createRedis({ ...access, name: 'quotewire-limits', logger, random })
  const counts = new RedisConnectionCounts({
    redis: commands,
    clock,
    logger,
    withoutRedis: config.CONNECTION_LIMIT_WITHOUT_REDIS,
    observer: metrics.connectionCountsObserver(),
  })
  const counting: Component = {
    async run() {
      connectInBackground(commands)
      await counts.run()
    },
    async stop() {
      await counts.stop()
      commands.disconnect()
    },
  }
  const redis = createRedis({ ...access, role: 'subscriber', name: 'quotewire-revocations', logger, random })
  const channel = new RevocationChannel({
    redis,
    logger,
    revoke: (userId) => revocations.revoke(userId),
    recorded: {
      redis: createRedis({ ...access, name: 'quotewire-recorded-revocations', logger, random }),
      learn: (recorded) => revocations.learn(recorded),
    },
  })
  metrics.watchRedis({ counts: () => counts.isRegistered, revocations: () => channel.isListening })
  return { counts, components: [counting, channel] }
}
