/** Every setting of the market-data service; the only file of it that reads the environment. */
import { isIP } from 'node:net'
import { z } from 'zod'
import { commonSettings, redisUrl, requireStrongSecret } from '../shared/common-settings.ts'
import {
  custom,
  type Environment,
  integer,
  type Parsed,
  parseSettings,
  port,
  type Setting,
} from '../shared/config-schema.ts'
import { ConfigError } from '../shared/errors.ts'
import { feedSettings } from './feed-settings.ts'

type Role = 'serve' | 'publish'

const roles = z
  .string()
  .transform((value) => value.split(',').map((role) => role.trim()))
  .pipe(z.array(z.enum(['serve', 'publish', 'both'])))
  .transform((names) => names.flatMap((name): Role[] => (name === 'both' ? ['serve', 'publish'] : [name])))

export const marketDataSettings = {
  MARKETDATA_HOST: custom({
    type: 'IP address',
    schema: z.string().refine((value) => isIP(value) !== 0),
    description: 'Address the gRPC port listens on; `::` is every one, IPv4 included.',
    default: '::',
    example: '127.0.0.1',
  }),
  MARKETDATA_PORT: port({ description: 'gRPC port.', default: 50_051 }),
  MARKETDATA_ADMIN_PORT: port({ description: 'Port of /livez, /readyz and /metrics.', default: 9_091 }),
  MARKETDATA_ROLES: custom<readonly Role[]>({
    type: 'serve, publish or both',
    schema: roles,
    default: ['serve'],
    shownDefault: 'serve',
    description: 'serve answers gRPC; publish competes for the leases and runs the feed while it holds one.',
    example: 'both',
  }),
  REDIS_URL: custom({
    type: 'redis:// or rediss:// URL',
    schema: redisUrl,
    // A URL may hold a password.
    secret: true,
    description: 'Redis that carries the quotes.',
    default: 'redis://localhost:6379',
    example: 'redis://:password@redis:6379',
  }),
  PUBLISHER_SHARDS: integer({
    description:
      'Into how many leases the symbols are divided, so that several publishers share them; the same everywhere.',
    default: 1,
    min: 1,
    max: 64,
  }),
  ...feedSettings,
  MAX_SYMBOLS: integer({
    description: 'Distinct symbols a serving process subscribes to; one more is rejected as busy.',
    default: 100_000,
    min: 1,
    max: 10_000_000,
  }),
  MAX_SYMBOLS_PER_STREAM: integer({
    description: 'Symbols of one StreamQuotes call.',
    default: 500,
    min: 1,
    max: 100_000,
  }),
  MAX_STREAMS_PER_USER: integer({
    description: 'StreamQuotes calls of one user on one process.',
    default: 5,
    min: 1,
    max: 100_000,
  }),
  DRAIN_WINDOW_MS: integer({
    description: 'How long gateways have to read elsewhere before their streams are ended.',
    default: 10_000,
    min: 0,
    max: 600_000,
  }),
  ENDPOINT_REMOVAL_WAIT_MS: integer({
    description: 'How long to go on serving after readiness fell, so that load balancers notice first.',
    default: 0,
    min: 0,
    max: 600_000,
  }),
  ...commonSettings,
}

export type MarketDataConfig = Parsed<typeof marketDataSettings>

/** Throws a ConfigError that names each setting that is missing or malformed. */
export function loadConfig(environment: Environment): MarketDataConfig {
  const { JWT_SECRET } = marketDataSettings
  const optionalSecret: Setting<string> = { ...JWT_SECRET, fallback: () => '' }
  const config = parseSettings({ ...marketDataSettings, JWT_SECRET: optionalSecret }, environment)
  if (!config.MARKETDATA_ROLES.includes('serve')) return config
  // Only who serves verifies tokens.
  if (config.JWT_SECRET === '') {
    throw new ConfigError(
      `JWT_SECRET is required to serve (${JWT_SECRET.type}). Example: JWT_SECRET=${JWT_SECRET.example}`,
    )
  }
  requireStrongSecret(config)
  return config
}

export function readEnvironment(): Environment {
  // biome-ignore lint/style/noProcessEnv: this file is the door to the environment
  return process.env
}
