/** Settings that both services read, declared once so that they cannot drift apart. */
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { choice, custom, integer, text } from './config-schema.ts'
import { defaultDelayedItems } from './delay-budget.ts'
import { ConfigError } from './errors.ts'
import { defaultOldKeysS } from './jwks.ts'

const shortestProductionSecretBytes = 32

export const commonSettings = {
  JWT_SECRET: text({
    secret: true,
    description: 'Secret of HS256 user tokens; at least 32 bytes when NODE_ENV is production.',
    default: '',
    shownDefault: 'none; this, JWT_PUBLIC_KEY or JWT_JWKS_URL is required',
    example: '$(openssl rand -hex 32)',
  }),
  JWT_SECRET_PREVIOUS: text({
    secret: true,
    description: 'Another one that counts as well, while the two are exchanged (docs/OPERATIONS.md).',
    default: '',
    shownDefault: 'none',
    example: '$(openssl rand -hex 32)',
  }),
  JWT_PUBLIC_KEY: text({
    type: 'PEM, or @ and the path of a PEM file',
    // Somebody will paste the private key.
    secret: true,
    description:
      'Public keys or certificates of RS256 (RSA, 2048 bits or more) and ES256 (P-256) user tokens; `\\n` counts as a line break. Read at start.',
    default: '',
    shownDefault: 'none',
    example: '@/etc/quotewire/jwt.pem',
  }),
  JWT_JWKS_URL: custom({
    type: 'https:// URL without a password',
    schema: z.string().refine(isJwksUrl),
    // One with a password is refused, and shall not be shown then.
    secret: true,
    description:
      'The identity provider’s key set (JWKS) for RS256 and ES256 user tokens; http:// for loopback, or outside production.',
    default: '',
    shownDefault: 'none',
    example: 'https://idp.example.com/.well-known/jwks.json',
  }),
  JWT_JWKS_OLD_KEYS_S: integer({
    description:
      'How long a key that has left the set verifies the tokens it signed before; 0 is not at all. After a key was compromised: 0, or restart.',
    default: defaultOldKeysS,
    min: 0,
    max: 31_536_000,
  }),
  JWT_ISSUER: text({ description: 'If set, the `iss` a token must carry.', default: '', shownDefault: 'any' }),
  JWT_AUDIENCE: text({ description: 'If set, the `aud` a token must carry.', default: '', shownDefault: 'any' }),
  JWT_CLOCK_TOLERANCE_S: integer({
    description:
      'By how much the clock of who issues tokens may differ, for `exp` and `nbf`; a token that comes within it counts until it is over.',
    default: 5,
    min: 0,
    max: 300,
  }),
  UPSTREAM_TOKEN: custom({
    type: 'printable ASCII without spaces',
    schema: z.string().regex(/^[\x21-\x7e]+$/),
    secret: true,
    description: 'What gateways present to market-data. Set the same on both sides.',
    default: '',
    shownDefault: 'derived from JWT_SECRET; required without one',
    example: '4f8d0c2e9b7a6153',
  }),
  UPSTREAM_TOKEN_PREVIOUS: custom({
    type: 'printable ASCII without spaces',
    schema: z.string().regex(/^[\x21-\x7e]*$/),
    secret: true,
    description: 'Another one that market-data takes as well, while the two are exchanged (docs/OPERATIONS.md).',
    default: '',
    shownDefault: 'derived from JWT_SECRET_PREVIOUS, where there is one',
    example: '4f8d0c2e9b7a6153',
  }),
  MAX_DELAYED_QUOTES: integer({
    description:
      'Quotes that wait for delayed tiers, over all symbols of a process, about 0.5 kB each; where many symbols have some, each gets fewer than 1,000, evenly over its delay.',
    default: defaultDelayedItems,
    min: 1_000,
    max: 100_000_000,
  }),
  LOG_LEVEL: choice({
    of: ['info', 'fatal', 'error', 'warn', 'debug', 'trace', 'silent'],
    description: 'Least severity that is logged.',
    default: 'info',
  }),
  NODE_ENV: choice({
    of: ['development', 'production', 'test'],
    description: 'production refuses short secrets and turns gRPC reflection off; the images set it.',
    default: 'development',
  }),
}

/** ADMIN_TOKEN, of gateways and of the operator, which has to have the same; required where there is no default. */
export function adminToken(options: { description: string; default?: string; shownDefault?: string }) {
  return custom({
    type: 'printable ASCII without spaces, at least 16 characters',
    schema: z.string().regex(/^[\x21-\x7e]{16,}$/),
    secret: true,
    example: '4f8d0c2e9b7a6153',
    ...options,
  })
}

/**
 * The service token: UPSTREAM_TOKEN, else the hex HMAC-SHA256 of "quotewire upstream v1" under JWT_SECRET. Without
 * either there is none: an HMAC under the empty key is one that anybody can compute.
 */
export function upstreamToken(config: { UPSTREAM_TOKEN: string; JWT_SECRET: string }): string {
  if (config.UPSTREAM_TOKEN !== '') return config.UPSTREAM_TOKEN
  if (config.JWT_SECRET === '') {
    throw new ConfigError(
      'UPSTREAM_TOKEN is required without JWT_SECRET, which it would be derived from. Example: UPSTREAM_TOKEN=$(openssl rand -hex 32)',
    )
  }
  return derivedUpstreamToken(config.JWT_SECRET)
}

/** What market-data takes: the one that gateways present, and the one before it. */
export function acceptedUpstreamTokens(config: UpstreamTokenSettings): readonly string[] {
  const { UPSTREAM_TOKEN_PREVIOUS, JWT_SECRET_PREVIOUS } = config
  const current = upstreamToken(config)
  if (UPSTREAM_TOKEN_PREVIOUS !== '') return [current, UPSTREAM_TOKEN_PREVIOUS]
  return JWT_SECRET_PREVIOUS === '' ? [current] : [current, derivedUpstreamToken(JWT_SECRET_PREVIOUS)]
}

export interface UpstreamTokenSettings {
  readonly UPSTREAM_TOKEN: string
  readonly UPSTREAM_TOKEN_PREVIOUS: string
  readonly JWT_SECRET: string
  readonly JWT_SECRET_PREVIOUS: string
}

function derivedUpstreamToken(jwtSecret: string): string {
  return createHmac('sha256', jwtSecret).update('quotewire upstream v1').digest('hex')
}

export interface TokenKeySettings {
  readonly JWT_SECRET: string
  readonly JWT_SECRET_PREVIOUS: string
  readonly JWT_PUBLIC_KEY: string
  readonly JWT_JWKS_URL: string
  readonly UPSTREAM_TOKEN: string
  readonly NODE_ENV: string
}

/** For who verifies user tokens: throws a ConfigError unless there is something good to verify them with. */
export function requireTokenKey(config: TokenKeySettings): void {
  const { JWT_SECRET, JWT_PUBLIC_KEY, JWT_JWKS_URL } = config
  if (JWT_SECRET === '' && JWT_PUBLIC_KEY === '' && JWT_JWKS_URL === '') {
    throw new ConfigError(
      'JWT_SECRET, JWT_PUBLIC_KEY or JWT_JWKS_URL is required. Example: JWT_SECRET=$(openssl rand -hex 32)',
    )
  }
  requireStrongSecret(config)
  upstreamToken(config)
  if (config.NODE_ENV !== 'production' || URL.parse(JWT_JWKS_URL)?.protocol !== 'http:' || isLoopback(JWT_JWKS_URL))
    return
  throw new ConfigError(
    'JWT_JWKS_URL: NODE_ENV=production refuses http:// to another host, where anybody on the way could put in a key. ' +
      'Example: JWT_JWKS_URL=https://idp.example.com/.well-known/jwks.json',
  )
}

/** A guessable secret lets anyone mint tokens (RFC 7518 asks for 256 bits with HS256). */
export function requireStrongSecret(
  config: Pick<TokenKeySettings, 'JWT_SECRET' | 'JWT_SECRET_PREVIOUS' | 'NODE_ENV'>,
): void {
  if (config.NODE_ENV !== 'production') return
  for (const name of ['JWT_SECRET', 'JWT_SECRET_PREVIOUS'] as const) requireLong(name, config[name])
}

function requireLong(name: string, secret: string): void {
  if (secret === '' || Buffer.byteLength(secret) >= shortestProductionSecretBytes) return
  throw new ConfigError(
    `${name}: its value has fewer than ${shortestProductionSecretBytes} bytes, which NODE_ENV=production refuses. ` +
      `Example: ${name}=$(openssl rand -hex 32)`,
  )
}

function isJwksUrl(value: string): boolean {
  const url = URL.parse(value)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return false
  // `fetch` refuses a URL with a password, and the log would show it.
  return url.username === '' && url.password === ''
}

function isLoopback(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? ''
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
}

/** A network target, `host:port` or `dns:///host:port`. */
export const target = z
  .string()
  .regex(/^(dns:\/\/\/)?(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5}$/)
  .refine((value) => Number(value.slice(value.lastIndexOf(':') + 1)) <= 65_535)
