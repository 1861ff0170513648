/** Sessions as main.ts builds them, on recorded connections and an upstream that answers by hand. */
import { SessionClose } from '../../shared/errors.ts'
import { Revocations } from '../../shared/revocations.ts'
import { ManualClock } from '../../shared/testing/manual-clock.ts'
import { silentLogger } from '../../shared/testing/silent-logger.ts'
import { createTokenVerifier, type Identity, signToken } from '../../shared/tokens.ts'
import type { Credential, Ticket } from '../admission.ts'
import { ConnectRates } from '../connect-rates.ts'
import { InProcessConnectionCounts } from '../connection-counts.ts'
import { FanOut } from '../fan-out.ts'
import type { Encoding } from '../frame.ts'
import { Heartbeats } from '../heartbeats.ts'
import { Session } from '../session.ts'
import { newSymbolBurst } from '../session-symbols.ts'
import { Subscriptions } from '../subscriptions.ts'
import type { Terms } from '../terms.ts'
import { UserEntry } from '../user-entry.ts'
import { ManualEntitlements } from './manual-entitlements.ts'
import { ManualUpstream } from './manual-upstream.ts'
import { RecordedConnection } from './recorded-connection.ts'

export const heartbeatMs = 30_000
export const authTimeoutMs = 10_000
const secret = 'a secret of tests'

export interface OpenOptions {
  readonly userId?: string
  readonly tier?: string
  readonly expiresAtMs?: number
  /** Came without a token. */
  readonly isAnonymous?: boolean
  /** Came with a token that was refused. */
  readonly refusedWith?: SessionClose
  readonly maxSymbols?: number
  readonly terms?: Partial<Terms>
  readonly encoding?: Encoding
  readonly messagesPerSecond?: number
  readonly newSymbolsPerSecond?: number
}

export interface TestSession {
  readonly session: Session
  readonly connection: RecordedConnection
  /** What observers were told. */
  readonly counted: string[]
  releases(): number
  receive(message: object): void
  /** The connection's end, as ws reports it. */
  hangUp(): void
}

export class SessionHarness {
  readonly clock = new ManualClock()
  readonly upstream = new ManualUpstream()
  readonly fanOut = new FanOut({
    clock: this.clock,
    observer: { quote: () => {}, delivered: () => {}, conflated: () => {}, gap: () => {} },
  })
  readonly heartbeats = new Heartbeats({ clock: this.clock, heartbeatMs })
  readonly subscriptions = new Subscriptions({ upstream: this.upstream, fanOut: this.fanOut, clock: this.clock })
  readonly entitlements = new ManualEntitlements()
  readonly revocations = new Revocations({ wallMs: () => this.clock.wallMs(), onRevoked: () => {} })
  readonly users = new UserEntry({
    tokens: createTokenVerifier(tokenSettings, { clock: this.clock, logger: silentLogger }),
    entitlements: this.entitlements,
    counts: new InProcessConnectionCounts(),
    rates: new ConnectRates({ clock: this.clock }),
    revocations: this.revocations,
    retryAfterMs: () => 3_000,
  })
  reviews = 0
  #opened = 0

  constructor() {
    this.upstream.listen(this.subscriptions)
  }

  token(options: { readonly userId?: string; readonly tier?: string; readonly expiresAtMs?: number } = {}): string {
    return signToken({ secret, userId: 'ann', ...options })
  }

  open(options: OpenOptions = {}): TestSession {
    const { clock, subscriptions, fanOut, entitlements } = this
    const { encoding = 'json', messagesPerSecond = 1_000, newSymbolsPerSecond = 100 } = options
    const connection = new RecordedConnection({ id: `c-${++this.#opened}`, clock, encoding })
    const counted: string[] = []
    let releases = 0
    const session = new Session({
      connection,
      ticket: this.#ticket(options, () => releases++),
      context: {
        subscriptions,
        fanOut,
        entitlements,
        review: { start: () => this.reviews++ },
        heartbeats: this.heartbeats,
        messageBytes: 262_144,
        messagesPerSecond,
        newSymbols: { perSecond: newSymbolsPerSecond, burst: newSymbolBurst },
        authTimeoutMs,
        clock,
        logger: silentLogger,
        observer: {
          symbolRejected: (code) => counted.push(`rejected ${code}`),
          symbolsRevoked: (count) => counted.push(`revoked ${count}`),
          messageReceived: (type) => counted.push(`received ${type}`),
          requestFailed: (code) => counted.push(`failed ${code}`),
          closed: (code) => counted.push(`closed ${code}`),
        },
        onGone: () => {},
      },
    })
    return {
      session,
      connection,
      counted,
      releases: () => releases,
      receive: (message) => {
        connection.lastHeardMs = clock.nowMs()
        session.onText(JSON.stringify(message))
      },
      hangUp: () => session.onClosed(undefined),
    }
  }

  /** Until the answers to `auth` are there. */
  async settle(): Promise<void> {
    for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve))
  }

  #ticket(options: OpenOptions, onRelease: () => void): Ticket {
    const { users, entitlements } = this
    const { userId = 'ann', tier = 'default', expiresAtMs, isAnonymous, refusedWith, maxSymbols, terms } = options
    const identity: Identity = { userId, tier, expiresAtMs, issuedAtMs: undefined }
    if (maxSymbols !== undefined) entitlements.limits = { ...entitlements.limits, symbols: maxSymbols }
    const user: Credential = { kind: 'user', identity, terms: { ...entitlements.termsOf(tier), ...terms } }
    const refused = refusedWith && ({ kind: 'refused', close: refusedWith } as const)
    return {
      credential: refused ?? (isAnonymous ? { kind: 'none' } : user),
      authenticate: async (token) => await users.enter(token),
      refresh: async (token, current) => await users.refresh(token, current),
      release: onRelease,
    }
  }
}

const tokenSettings = {
  JWT_SECRET: secret,
  JWT_PUBLIC_KEY: '',
  JWT_JWKS_URL: '',
  JWT_ISSUER: '',
  JWT_AUDIENCE: '',
  JWT_CLOCK_TOLERANCE_S: 5,
}

/** What main.ts does when an outbox overflows. */
export function closeAsTooSlow(session: Session): void {
  session.close(new SessionClose('too_slow', 'reads too slowly'))
}
