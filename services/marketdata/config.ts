/** Every setting of the market-data service; the only file of it that reads the environment. */
import { isIP } from 'node:net'
import { z } from 'zod'
import { commonSettings, requireTokenKey } from '../shared/common-settings.ts'
import {
  boolean,
  custom,
  type Environment,
  integer,
  type Parsed,
  parseSettings,
  port,
  text,
} from '../shared/config-schema.ts'
import { redisSettings } from '../shared/redis-settings.ts'
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
  ...redisSettings({ defaultUrl: 'redis://localhost:6379', purpose: 'Redis that carries the quotes.' }),
  PUBLISHER_SHARDS: integer({
    description:
      'Into how many leases the symbols are divided, so that several publishers share them; the same everywhere.',
    default: 1,
    min: 1,
    max: 64,
  }),
  ...feedSettings,
  TIERS_FILE: text({
    type: 'path of a YAML or JSON file',
    description:
      'Which tier may have which symbols, and which user is in which tier (docs/TIERS.md); read again when it changes.',
    default: '',
    shownDefault: 'none: every tier may have everything',
    example: '/etc/quotewire/tiers.yaml',
  }),
  TIER_RESOURCES: boolean({
    description:
      'Whether tiers that the operator writes to Redis (QuotewireTier, docs/TIERS.md) override those of TIERS_FILE; then nothing is served before Redis has answered once.',
    default: false,
  }),
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
  MAX_REQUESTS_PER_SECOND: integer({
    description:
      'Requests of one StreamQuotes call, and unary calls of one user on one process, where the tier says nothing; more than twice that at once ends the call with RESOURCE_EXHAUSTED.',
    default: 100,
    min: 1,
    max: 100_000,
  }),
  MAX_NEW_SYMBOLS_PER_SECOND: integer({
    description:
      'Symbols a StreamQuotes call may newly subscribe to, beyond 2,000 at once; more are refused as churn_limit.',
    default: 100,
    min: 1,
    max: 100_000,
  }),
  DRAIN_WINDOW_MS: integer({
    description: 'How long gateways have to read elsewhere before their streams are ended.',
    default: 10_000,
    min: 0,
    max: 600_000,
  }),
  MAX_CONNECTION_AGE_MS: integer({
    description:
      'About how long a gRPC connection may live (± 20 %); gateways move away first. A backstop for clients that never look the name up again, for two processes or more; 0 is for ever.',
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
  ...commonSettings,
}

export type MarketDataConfig = Parsed<typeof marketDataSettings>

/** Throws a ConfigError that names each setting that is missing or malformed. */
export function loadConfig(environment: Environment): MarketDataConfig {
  const config = parseSettings(marketDataSettings, environment)
  // Only who serves verifies tokens.
  if (config.MARKETDATA_ROLES.includes('serve')) requireTokenKey(config)
  return config
}

export function readEnvironment(): Environment {
  // biome-ignore lint/style/noProcessEnv: this file is the door to the environment
  return process.env
}
