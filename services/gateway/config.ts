/** Every setting of the gateway; the only file of it that reads the environment. */
import { z } from 'zod'
import { adminToken, commonSettings, requireTokenKey, target } from '../shared/common-settings.ts'
import {
  boolean,
  choice,
  custom,
  type Environment,
  integer,
  list,
  type Parsed,
  parseSettings,
  port,
} from '../shared/config-schema.ts'
import { redisSettings } from '../shared/redis-settings.ts'
import { ClientAddresses } from './client-address.ts'

const origin = z.string().refine((value) => value === '*' || URL.parse(value)?.origin === value, 'not an origin')

/** Parsed once, here. */
const clientAddresses = z.string().transform((value, context) => {
  try {
    return ClientAddresses.parse(value)
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'unreadable' })
    return z.NEVER
  }
})

export const gatewaySettings = {
  GATEWAY_PORT: port({ description: 'Port of the WebSocket (/ws) and the watch page (/).', default: 8_080 }),
  GATEWAY_ADMIN_PORT: port({ description: 'Port of /livez, /readyz and /metrics.', default: 9_090 }),
  ADMIN_TOKEN: adminToken({
    description: 'Who presents it to the admin port may drain this pod by a lease and shed sessions; none: nobody may.',
    default: '',
    shownDefault: 'none',
  }),
  MARKETDATA_ADDRESSES: list({
    type: 'host:port or dns:///host:port, comma-separated',
    entry: target,
    minEntries: 1,
    default: ['localhost:50051'],
    description: 'Where market-data is. A dns:/// name stands for all its addresses and is resolved every second.',
    example: 'dns:///marketdata:50051',
  }),
  ...redisSettings({
    defaultUrl: '',
    purpose:
      'Redis that counts connections over all gateways and carries revocations; none: each gateway counts its own.',
  }),
  CONNECTION_LIMIT_WITHOUT_REDIS: choice({
    of: ['open', 'closed'],
    description:
      'While the Redis of REDIS_URL is away: open lets users in up to the limit on each gateway, closed refuses them.',
    default: 'open',
  }),
  MAX_CONNECTIONS_PER_USER: integer({
    description:
      'Connections of one user over all gateways, where his tier says nothing; one more is closed with 4030.',
    default: 5,
    min: 1,
    max: 1_000_000,
  }),
  MAX_SYMBOLS_PER_SESSION: integer({
    description: 'Symbols a session may hold; more are rejected one by one as symbol_limit.',
    default: 500,
    min: 1,
    max: 100_000,
  }),
  MAX_SESSIONS: integer({
    description: 'Connections of this gateway; one more is refused as server_full.',
    default: 10_000,
    min: 1,
    max: 1_000_000,
  }),
  MAX_HANDSHAKES: integer({
    description:
      'Tokens that are looked at in the same moment, of auth messages too; one more is refused as handshake_limit, a refresh as busy. As many TCP connections may wait to be taken; more are closed at once where they would wait for over 0.8 s.',
    default: 500,
    min: 1,
    max: 100_000,
  }),
  MAX_UNAUTHENTICATED: integer({
    description: 'Connections that have not sent auth yet; one more is refused as unauthenticated_limit.',
    default: 1_000,
    min: 1,
    max: 1_000_000,
  }),
  TRUSTED_PROXIES: custom({
    type: 'none, or addresses, CIDRs, loopback, linklocal, uniquelocal, comma-separated',
    schema: clientAddresses,
    description:
      'Whose X-Forwarded-For to believe; none: nobody is in front. Only when set, MAX_CONNECTIONS_PER_ADDRESS counts.',
    default: ClientAddresses.parse(''),
    shownDefault: 'not set',
    example: '10.0.0.0/8',
  }),
  MAX_CONNECTIONS_PER_ADDRESS: integer({
    description:
      'Connections of one client address (IPv6: one /64) on this gateway; one more is closed with 4031. TCP sockets: 20 more.',
    default: 100,
    min: 1,
    max: 1_000_000,
  }),
  MAX_MESSAGES_PER_SECOND: integer({
    description:
      'Messages of a session, where its tier says nothing; a text counts as one for each 4,096 characters or 100 symbols. More than twice that at once closes with 4029.',
    default: 100,
    min: 1,
    max: 100_000,
  }),
  MAX_NEW_SYMBOLS_PER_SECOND: integer({
    description: 'Symbols a session may newly subscribe to, beyond 2,000 at once; more are rejected as churn_limit.',
    default: 100,
    min: 1,
    max: 100_000,
  }),
  MAX_MESSAGE_BYTES: integer({
    description: 'Longest message of a client; a longer one closes with 1009.',
    default: 262_144,
    min: 1_024,
    max: 16_777_216,
  }),
  ALLOWED_ORIGINS: list({
    type: 'origins or *, comma-separated',
    entry: origin,
    default: [],
    shownDefault: 'the host that the request names',
    description: 'Origins of pages that may connect beside the gateway’s own.',
    example: 'https://app.example.com',
  }),
  WATCH_PAGE: boolean({ description: 'Serve the watch page at /.', default: true }),
  AUTH_TIMEOUT_MS: integer({
    description: 'How long a connection without a token may take to send auth.',
    default: 10_000,
    min: 100,
    max: 600_000,
  }),
  HEARTBEAT_MS: integer({
    description: 'Between heartbeats to a client; silence of two closes with 4012.',
    default: 30_000,
    min: 100,
    max: 3_600_000,
  }),
  MAX_SESSION_AGE_MS: integer({
    description:
      'About how long a session may live (± 20 %) before it is told to reconnect, so that connections spread over new gateways; 0 is for ever.',
    default: 0,
    min: 0,
    max: 2_592_000_000,
  }),
  FLUSH_WINDOW_MS: integer({
    description:
      'For how long quotes may wait at most, so that several go out in one write; none do while the event loop has time.',
    default: 20,
    min: 0,
    max: 1_000,
  }),
  CONFLATE: boolean({
    description:
      'While quotes wait for their window, send only the newest of each symbol; false: all of them, as long as a client reads.',
    default: true,
  }),
  ENDPOINT_REMOVAL_WAIT_MS: integer({
    description: 'How long to go on serving after readiness fell, so that load balancers notice first.',
    default: 0,
    min: 0,
    max: 600_000,
  }),
  DRAIN_WINDOW_MS: integer({
    description: 'Over how long the closes of a drain are spread.',
    default: 20_000,
    min: 0,
    max: 3_600_000,
  }),
  ...commonSettings,
}

export type GatewayConfig = Parsed<typeof gatewaySettings>

/** Throws a ConfigError that names each setting that is missing or malformed. */
export function loadConfig(environment: Environment): GatewayConfig {
  const config = parseSettings(gatewaySettings, environment)
  requireTokenKey(config)
  return config
}

export function readEnvironment(): Environment {
  // biome-ignore lint/style/noProcessEnv: this file is the door to the environment
  return process.env
}
