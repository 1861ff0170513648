/** Sessions as main.ts builds them, on recorded connections and an upstream that answers by hand. */
import { SessionClose } from '../../shared/errors.ts'
import { ManualClock } from '../../shared/testing/manual-clock.ts'
import { silentLogger } from '../../shared/testing/silent-logger.ts'
import { signToken, TokenVerifier } from '../../shared/tokens.ts'
import { Admission } from '../admission.ts'
import { FanOut } from '../fan-out.ts'
import { Session } from '../session.ts'
import { Subscriptions } from '../subscriptions.ts'
import { ManualUpstream } from './manual-upstream.ts'
import { RecordedConnection } from './recorded-connection.ts'

export const heartbeatMs = 30_000
export const authTimeoutMs = 10_000
const secret = 'a secret of tests'

export interface OpenOptions {
  readonly userId?: string
  readonly expiresAtMs?: number
  /** What came as `?token=`; null: none. */
  readonly token?: string | null
  readonly maxSymbols?: number
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
  readonly fanOut = new FanOut({ observer: { delivered: () => {}, gap: () => {} } })
  readonly subscriptions = new Subscriptions({ upstream: this.upstream, fanOut: this.fanOut, clock: this.clock })
  readonly admission = new Admission({
    tokens: new TokenVerifier({ secret, issuer: '', audience: '', wallMs: () => this.clock.wallMs() }),
    allowedOrigins: [],
    maxSessions: 10_000,
    maxConnectionsPerUser: 100,
    random: () => 0.5,
  })
  #opened = 0

  constructor() {
    this.upstream.listen(this.subscriptions)
  }

  token(options: { readonly userId?: string; readonly tier?: string; readonly expiresAtMs?: number } = {}): string {
    return signToken({ secret, userId: 'ann', ...options })
  }

  open({ userId = 'ann', expiresAtMs, token, maxSymbols = 10 }: OpenOptions = {}): TestSession {
    const { clock, subscriptions, fanOut } = this
    const queryToken = token ?? this.token({ userId, ...(expiresAtMs === undefined ? {} : { expiresAtMs }) })
    const ticket = this.admission.admit({
      origin: undefined,
      host: undefined,
      authorization: undefined,
      queryToken: token === null ? undefined : queryToken,
      protocolToken: undefined,
    })
    if ('status' in ticket) throw new Error(`refused with ${ticket.status}`)
    const connection = new RecordedConnection({ id: `c-${++this.#opened}`, clock })
    const counted: string[] = []
    let releases = 0
    const release = () => {
      releases++
      ticket.release()
    }
    const session = new Session({
      connection,
      ticket: { ...ticket, release },
      subscriptions,
      fanOut,
      limits: { symbols: maxSymbols, messageBytes: 262_144, connections: 5 },
      heartbeatMs,
      authTimeoutMs,
      clock,
      logger: silentLogger,
      observer: {
        messageReceived: (type) => counted.push(`received ${type}`),
        requestFailed: (code) => counted.push(`failed ${code}`),
        closed: (code) => counted.push(`closed ${code}`),
      },
    })
    return {
      session,
      connection,
      counted,
      releases: () => releases,
      receive: (message) => {
        connection.lastHeardMs = clock.nowMs()
        session.receive(JSON.stringify(message))
      },
      hangUp: () => session.connectionClosed('client'),
    }
  }
}

/** What main.ts does when an outbox overflows. */
export function closeAsTooSlow(session: Session): void {
  session.close(new SessionClose('too_slow', 'reads too slowly'))
}
