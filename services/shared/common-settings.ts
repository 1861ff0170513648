/** Settings that both services read, declared once so that they cannot drift apart. */
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { choice, custom, text } from './config-schema.ts'
import { ConfigError } from './errors.ts'

const shortestProductionSecretBytes = 32

export const commonSettings = {
  JWT_SECRET: text({
    secret: true,
    description: 'Secret of HS256 user tokens; at least 32 bytes when NODE_ENV is production.',
    example: '$(openssl rand -hex 32)',
  }),
  JWT_ISSUER: text({ description: 'If set, the `iss` a token must carry.', default: '', shownDefault: 'any' }),
  JWT_AUDIENCE: text({ description: 'If set, the `aud` a token must carry.', default: '', shownDefault: 'any' }),
  UPSTREAM_TOKEN: custom({
    type: 'printable ASCII without spaces',
    schema: z.string().regex(/^[\x21-\x7e]+$/),
    secret: true,
    description: 'What gateways present to market-data. Set the same on both sides.',
    default: '',
    shownDefault: 'derived from JWT_SECRET',
    example: '4f8d0c2e9b7a6153',
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

/** The service token: UPSTREAM_TOKEN, else the hex HMAC-SHA256 of "quotewire upstream v1" under JWT_SECRET. */
export function upstreamToken(config: { UPSTREAM_TOKEN: string; JWT_SECRET: string }): string {
  if (config.UPSTREAM_TOKEN !== '') return config.UPSTREAM_TOKEN
  return createHmac('sha256', config.JWT_SECRET).update('quotewire upstream v1').digest('hex')
}

/** A guessable secret lets anyone mint tokens (RFC 7518 asks for 256 bits with HS256). */
export function requireStrongSecret(config: { JWT_SECRET: string; NODE_ENV: string }): void {
  if (config.NODE_ENV !== 'production' || Buffer.byteLength(config.JWT_SECRET) >= shortestProductionSecretBytes) return
  throw new ConfigError(
    `JWT_SECRET: its value has fewer than ${shortestProductionSecretBytes} bytes, which NODE_ENV=production refuses. ` +
      'Example: JWT_SECRET=$(openssl rand -hex 32)',
  )
}

/** A network target, `host:port` or `dns:///host:port`. */
export const target = z
  .string()
  .regex(/^(dns:\/\/\/)?(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5}$/)
  .refine((value) => Number(value.slice(value.lastIndexOf(':') + 1)) <= 65_535)

export const redisUrl = z.string().refine((value) => {
  const url = URL.parse(value)
  return url !== null && (url.protocol === 'redis:' || url.protocol === 'rediss:') && url.hostname !== ''
})
