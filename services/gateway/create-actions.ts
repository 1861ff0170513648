/**
 * What who has ADMIN_TOKEN, the operator, may do to this gateway over its admin port: ask what it has to do (`GET /load`, `GET /tiers`),
 * empty it before its pod is removed (`/drain`), and send sessions to pods that have room (`POST /shed`). docs/OPERATIONS.md has the requests.
 */
import { z } from 'zod'
import { AdminActions, parseBody } from '../shared/admin-actions.ts'
import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import { type DrainLease, longestLeaseMs } from './drain-lease.ts'
import type { Session } from './session.ts'
import type { SessionSet } from './session-set.ts'

export interface ActionParts {
  /** '': there are none. */
  readonly token: string
  readonly drainLease: DrainLease
  readonly sessions: Pick<SessionSet, 'shed' | 'size'> & Iterable<Pick<Session, 'user' | 'terms'>>
  /** Quotes that went to sessions since the start. */
  readonly deliveries: () => number
  readonly clock: Clock
  readonly logger: Logger
}

/** Two readiness probes that fail, the endpoints, and those who watch them. */
const endpointRemovalMs = 7_000
const longestWindowMs = 3_600_000
/** A stop waits for those that were told, which has to fit into its slack. */
const longestShedMs = 10_000
/** As many as a tiers file may have. */
const mostTiers = 1_000
/** In one request. */
const mostShed = 10_000

const drainTerms = z.strictObject({
  leaseMs: z.int().min(1_000).max(longestLeaseMs).default(longestLeaseMs),
  waitMs: z.int().min(0).max(longestLeaseMs).default(endpointRemovalMs),
  windowMs: z.int().min(0).max(longestWindowMs),
})
const shedTerms = z.strictObject({
  sessions: z.int().min(1).max(mostShed),
  overMs: z.int().min(0).max(longestShedMs),
})

export function createActions(parts: ActionParts): AdminActions | undefined {
  const { token, drainLease, sessions, deliveries, clock, logger } = parts
  if (token === '') return undefined
  return new AdminActions({
    token,
    clock,
    logger,
    actions: {
      '/tiers': { get: () => ({ sessions: sessionsByTier(sessions) }) },
      '/load': { get: () => ({ ...drainLease.state, deliveries: deliveries() }) },
      '/drain': {
        get: () => drainLease.state,
        post: (body) => drainLease.hold(parseBody(drainTerms, body)),
        delete: () => drainLease.release(),
      },
      '/shed': {
        post: (body) => {
          const { sessions: count, overMs } = parseBody(shedTerms, body)
          return { shed: sessions.shed(count, overMs), sessions: sessions.size }
        },
      },
    },
  })
}

/** Of those who were let in; the tiers with the most, where tokens name more than `mostTiers`. */
function sessionsByTier(sessions: Iterable<Pick<Session, 'user' | 'terms'>>): Record<string, number> {
  const counts = new Map<string, number>()
  for (const { user, terms } of sessions) if (user) counts.set(terms.tier, (counts.get(terms.tier) ?? 0) + 1)
  const most = [...counts].sort(([, a], [, b]) => b - a).slice(0, mostTiers)
  return Object.fromEntries(most)
}
