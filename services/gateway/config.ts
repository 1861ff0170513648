/** Every setting of the gateway; the only file of it that reads the environment. */
import { z } from 'zod'
import { commonSettings, requireStrongSecret, target } from '../shared/common-settings.ts'
import { boolean, type Environment, integer, list, type Parsed, parseSettings, port } from '../shared/config-schema.ts'

const origin = z.string().refine((value) => value === '*' || URL.parse(value)?.origin === value, 'not an origin')

export const gatewaySettings = {
  GATEWAY_PORT: port({ description: 'Port of the WebSocket (/ws) and the watch page (/).', default: 8_080 }),
  GATEWAY_ADMIN_PORT: port({ description: 'Port of /livez, /readyz and /metrics.', default: 9_090 }),
  MARKETDATA_ADDRESSES: list({
    type: 'host:port or dns:///host:port, comma-separated',
    entry: target,
    minEntries: 1,
    default: ['localhost:50051'],
    description: 'Where market-data is. A dns:/// name stands for all its addresses and is resolved every second.',
    example: 'dns:///marketdata:50051',
  }),
  MAX_CONNECTIONS_PER_USER: integer({
    description: 'Connections of one user on this gateway; one more is closed with 4030.',
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
  requireStrongSecret(config)
  return config
}

export function readEnvironment(): Environment {
  // biome-ignore lint/style/noProcessEnv: this file is the door to the environment
  return process.env
}
