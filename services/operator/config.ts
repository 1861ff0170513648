/** Every setting of the operator; the only file of it that reads the environment. */
import { adminToken, commonSettings } from '../shared/common-settings.ts'
import { boolean, type Environment, integer, type Parsed, parseSettings, port, text } from '../shared/config-schema.ts'
import { redisSettings } from '../shared/redis-settings.ts'

export const operatorSettings = {
  OPERATOR_ADMIN_PORT: port({ description: 'Port of /livez, /readyz and /metrics.', default: 9_092 }),
  NAMESPACE: text({ description: 'Whose fleets it looks after; its Lease is there too.', example: 'default' }),
  POD_NAME: text({ description: 'Of this process alone: who holds the Lease.', example: 'operator-7d4b9c-x2x4p' }),
  ADMIN_TOKEN: adminToken({ description: 'The ADMIN_TOKEN of the gateways.' }),
  ...redisSettings({
    defaultUrl: '',
    purpose: 'Redis through which QuotewireTier resources reach market-data; none: they are not looked at.',
  }),
  INSTANCE: text({
    description:
      'Label app.kubernetes.io/instance of the gateways and market-data pods that have this Redis: whom QuotewireTier resources reach.',
    default: '',
    shownDefault: 'any',
    example: 'quotewire',
  }),
  DRY_RUN: boolean({ description: 'Only say by status and events what would be done.', default: false }),
  PLATFORMS: boolean({
    description: 'Apply QuotewirePlatform resources; needs rights to write what they stand for.',
    default: false,
  }),
  WATCH_NODES: boolean({
    description: 'Look at nodes, so that nothing is scaled down while one is cordoned; needs a ClusterRole.',
    default: true,
  }),
  RELIST_S: integer({
    description: 'How often everything is listed anew, for what a watch may have missed.',
    default: 300,
    min: 10,
    max: 86_400,
  }),
  LOG_LEVEL: commonSettings.LOG_LEVEL,
}

export type OperatorConfig = Parsed<typeof operatorSettings>

/** Throws ConfigError. */
export function loadConfig(environment: Environment): OperatorConfig {
  return parseSettings(operatorSettings, environment)
}

export function readEnvironment(): Environment {
  // biome-ignore lint/style/noProcessEnv: this file is the door to the environment
  return process.env
}
