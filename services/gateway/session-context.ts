/** What a session needs of its connection, and what all sessions share. */
import type { EntitlementReview } from './entitlement-review.ts'
import type { Entitlements } from './entitlements.ts'
import type { Heartbeats } from './heartbeats.ts'
import type { Member } from './member-group.ts'
import type { Session } from './session.ts'
import type { SymbolsContext, SymbolsObserver } from './session-symbols.ts'

export interface SessionConnection extends Member {
  readonly id: string
  /** Monotonic ms when the last frame of any kind arrived. */
  readonly lastHeardMs: number
  ping(): void
  /** Nothing is sent after it. */
  close(code: number, reason: string): void
}

export interface SessionObserver extends SymbolsObserver {
  messageReceived(type: string): void
  requestFailed(code: string): void
  closed(code: string): void
}

/** What all sessions share. */
export interface SessionContext extends SymbolsContext {
  readonly entitlements: Pick<Entitlements, 'check' | 'digest'>
  readonly review: Pick<EntitlementReview, 'start'>
  readonly heartbeats: Heartbeats
  readonly messageBytes: number
  /** Before the user's tier is known. */
  readonly messagesPerSecond: number
  readonly authTimeoutMs: number
  readonly observer: SessionObserver
  /** Its connection is gone. */
  readonly onGone: (session: Session) => void
}
