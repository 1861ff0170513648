/**
 * The settings by which every process reaches Redis: one form for one server, Sentinels and Cluster, with and without
 * TLS (docs/REDIS.md).
 *
 * In:  parsed settings.
 * Out: what `createRedis` needs. Throws ConfigError, naming the variable, for what cannot work whatever Redis answers.
 */
import { z } from 'zod'
import { custom, type Setting, text } from './config-schema.ts'
import { ConfigError } from './errors.ts'
import type { RedisAccess } from './redis.ts'
import { parseRedisUrl, withCredentials } from './redis-target.ts'
import { loadRedisTls } from './redis-tls.ts'

export interface RedisSettings {
  readonly REDIS_URL: string
  readonly REDIS_USERNAME: string
  readonly REDIS_PASSWORD: string
  readonly REDIS_TLS_CA_FILE: string
  readonly REDIS_TLS_CERT_FILE: string
  readonly REDIS_TLS_KEY_FILE: string
  readonly REDIS_TLS_SERVER_NAME: string
}

const redisUrl = z.string().superRefine((value, context) => {
  try {
    parseRedisUrl(value)
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'unreadable' })
  }
})

export interface RedisSettingsOptions {
  /** Empty where a process can do without Redis. */
  readonly defaultUrl: string
  /** What this process has Redis for. */
  readonly purpose: string
}

export function redisSettings({ defaultUrl, purpose }: RedisSettingsOptions) {
  return {
    REDIS_URL: custom({
      type: 'redis://, rediss://, redis+sentinel:// or redis+cluster:// URL',
      schema: redisUrl,
      // A URL may hold a password.
      secret: true,
      description: `${purpose} docs/REDIS.md has the forms.`,
      default: defaultUrl,
      shownDefault: defaultUrl === '' ? 'none' : defaultUrl,
      example: 'redis://:password@redis:6379',
    }),
    ...redisAccessSettings,
  } satisfies { readonly [Name in keyof RedisSettings]: Setting<string> }
}

const redisAccessSettings = {
  REDIS_USERNAME: text({
    description: 'User of Redis’s ACL, instead of the URL’s.',
    default: '',
    shownDefault: 'none',
  }),
  REDIS_PASSWORD: text({
    description: 'Password, instead of the URL’s.',
    secret: true,
    default: '',
    shownDefault: 'none',
  }),
  REDIS_TLS_CA_FILE: text({
    type: 'path',
    description: 'PEM of the authorities that may have signed the certificates of rediss:// servers.',
    default: '',
    shownDefault: 'those of Node',
    example: '/tls/ca.crt',
  }),
  REDIS_TLS_CERT_FILE: text({
    type: 'path',
    description: 'PEM of the certificate to show to servers that ask for one; with REDIS_TLS_KEY_FILE.',
    default: '',
    shownDefault: 'none',
    example: '/tls/tls.crt',
  }),
  REDIS_TLS_KEY_FILE: text({
    type: 'path',
    description: 'PEM of the key to that certificate.',
    default: '',
    shownDefault: 'none',
    example: '/tls/tls.key',
  }),
  REDIS_TLS_SERVER_NAME: text({
    description: 'The name that certificates have to carry, where Sentinels or nodes are known by IP addresses.',
    default: '',
    shownDefault: 'the host',
    example: 'redis.example.com',
  }),
}

export function redisAccess(settings: RedisSettings): RedisAccess {
  const { REDIS_USERNAME: username, REDIS_PASSWORD: password } = settings
  const target = withCredentials(parseRedisUrl(settings.REDIS_URL), { username, password })
  if (target.credentials.username !== undefined && target.credentials.password === undefined) {
    throw new ConfigError(
      'REDIS_USERNAME, or the user in REDIS_URL, needs a password. Example: REDIS_PASSWORD=password',
    )
  }
  const tls = loadRedisTls({
    caFile: settings.REDIS_TLS_CA_FILE,
    certFile: settings.REDIS_TLS_CERT_FILE,
    keyFile: settings.REDIS_TLS_KEY_FILE,
    serverName: settings.REDIS_TLS_SERVER_NAME,
  })
  if (tls && !target.tls) {
    throw new ConfigError('REDIS_URL: REDIS_TLS_… settings need rediss://, rediss+sentinel:// or rediss+cluster://')
  }
  return { target, ...(tls ? { tls } : {}) }
}
