/** What a user's tier allows, as market-data answered it; gaps are filled from this gateway's settings. */

import { intervalOf, type Pace } from '../shared/pacing.ts'
import type { messages } from '../shared/protobuf.ts'

export interface Limits {
  /** Symbols of a session. */
  readonly symbols: number
  /** Connections of a user, over all gateways. */
  readonly connections: number
  /** Messages of a session a second. */
  readonly messagesPerSecond: number
}

export interface Terms {
  readonly tier: string
  /** No symbol needs to be asked about. */
  readonly allSymbols: boolean
  readonly pace: Pace
  readonly limits: Limits
  /** Market-data could not be asked: the token's own word, until it can. */
  readonly isProvisional: boolean
  /** Of the tier data they come from. */
  readonly digest: string
}

export function readTerms(tier: messages.v1.Tier.$Properties, defaults: Limits, digest: string): Terms {
  return {
    tier: tier.name ?? '',
    allSymbols: tier.allSymbols ?? false,
    pace: { delayMs: tier.delayMs ?? 0, intervalMs: intervalOf(tier.maxRate ?? undefined) },
    limits: {
      symbols: tier.symbols ?? defaults.symbols,
      connections: tier.connections ?? defaults.connections,
      messagesPerSecond: tier.messagesPerSecond ?? defaults.messagesPerSecond,
    },
    isProvisional: false,
    digest,
  }
}

export function provisionalTerms(tier: string, defaults: Limits): Terms {
  const pace = { delayMs: 0, intervalMs: 0 }
  return { tier, allSymbols: false, pace, limits: defaults, isProvisional: true, digest: '' }
}

/** What both allow, of the same tier. */
export function stricterOf(a: Terms, b: Terms): Terms {
  return {
    ...a,
    allSymbols: a.allSymbols && b.allSymbols,
    pace: {
      delayMs: Math.max(a.pace.delayMs, b.pace.delayMs),
      intervalMs: Math.max(a.pace.intervalMs, b.pace.intervalMs),
    },
    limits: {
      symbols: Math.min(a.limits.symbols, b.limits.symbols),
      connections: Math.min(a.limits.connections, b.limits.connections),
      messagesPerSecond: Math.min(a.limits.messagesPerSecond, b.limits.messagesPerSecond),
    },
  }
}

export function isSameTerms(a: Terms, b: Terms): boolean {
  return (
    a.tier === b.tier &&
    a.pace.delayMs === b.pace.delayMs &&
    a.pace.intervalMs === b.pace.intervalMs &&
    a.limits.symbols === b.limits.symbols &&
    a.limits.connections === b.limits.connections &&
    a.limits.messagesPerSecond === b.limits.messagesPerSecond
  )
}
