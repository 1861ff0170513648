/**
 * User tokens (JWT). Owns jsonwebtoken: both services verify with this class, neither trusts the other's word.
 *
 * In:  the token as it came, `Bearer ` stripped by `stripBearer`.
 * Out: the identity, or a RequestError: `unauthorized`, whose message says what is wrong but never quotes the token, or
 *      `service_unavailable` (retryable) where no key can be had to tell.
 * Bound: tokens longer than 16 KiB are refused before any parsing.
 * Closed by: whoever created the verifier, with `stop`.
 */
import type { KeyObject } from 'node:crypto'
import jwt from 'jsonwebtoken'
import type { Clock } from './clock.ts'
import { ConfigError, RequestError } from './errors.ts'
import { defaultOldKeysS, RemoteKeys } from './jwks.ts'
import type { Logger } from './logger.ts'
import {
  algorithmOf,
  FixedKeys,
  readPublicKeys,
  secretKey,
  type TokenHeader,
  type TokenKey,
  type TokenKeySource,
} from './token-keys.ts'

export interface Identity {
  /** Claim `sub`. */
  readonly userId: string
  /** Claim `tier`, else `default`. */
  readonly tier: string
  /**
   * Until when it counts, in Unix milliseconds: claim `exp`, or where that had passed already, within the tolerance, the
   * end of the tolerance. Undefined for a token without `exp`, which never expires.
   */
  readonly expiresAtMs: number | undefined
  /** Claim `iat` in Unix milliseconds. */
  readonly issuedAtMs: number | undefined
}

export const longestTokenBytes = 16 * 1024
const longestClaimCharacters = 256
/** Later times cannot be written as ISO 8601. */
const latestTimeS = 8.64e12

export interface TokenSettings {
  readonly JWT_SECRET: string
  /** Default: none. */
  readonly JWT_SECRET_PREVIOUS?: string
  readonly JWT_PUBLIC_KEY: string
  readonly JWT_JWKS_URL: string
  /** Default: a day. */
  readonly JWT_JWKS_OLD_KEYS_S?: number
  readonly JWT_ISSUER: string
  readonly JWT_AUDIENCE: string
  readonly JWT_CLOCK_TOLERANCE_S: number
}

export interface TokenVerifierDependencies {
  readonly clock: Clock
  readonly logger: Logger
  /** Uniform in [0, 1). */
  readonly random?: () => number
}

/** With every source of keys that is set. Throws ConfigError where none is, or one cannot be read. */
export function createTokenVerifier(config: TokenSettings, dependencies: TokenVerifierDependencies): TokenVerifier {
  const { clock, logger, random = Math.random } = dependencies
  const fixed: TokenKey[] = []
  for (const secret of [config.JWT_SECRET, config.JWT_SECRET_PREVIOUS ?? '']) {
    if (secret !== '') fixed.push(secretKey(secret))
  }
  if (config.JWT_PUBLIC_KEY !== '') fixed.push(...readPublicKeys(config.JWT_PUBLIC_KEY))
  const keys: TokenKeySource[] = []
  if (fixed.length > 0) keys.push(new FixedKeys({ keys: fixed }))
  if (config.JWT_JWKS_URL !== '') {
    const { JWT_JWKS_URL: url, JWT_JWKS_OLD_KEYS_S: oldKeysS = defaultOldKeysS } = config
    keys.push(new RemoteKeys({ url, oldKeysS, clock, logger, random }))
  }
  if (keys.length === 0) throw new ConfigError('JWT_SECRET, JWT_PUBLIC_KEY or JWT_JWKS_URL is required')
  return new TokenVerifier({
    keys,
    issuer: config.JWT_ISSUER,
    audience: config.JWT_AUDIENCE,
    clockToleranceS: config.JWT_CLOCK_TOLERANCE_S,
    wallMs: () => clock.wallMs(),
  })
}

export interface TokenVerifierOptions {
  /** Asked in this order, so those that need no waiting come first. */
  readonly keys: readonly TokenKeySource[]
  /** Empty: any. */
  readonly issuer: string
  readonly audience: string
  /** By how much the issuer's clock may differ from ours. */
  readonly clockToleranceS: number
  readonly wallMs: () => number
}

export class TokenVerifier {
  readonly #keys: readonly TokenKeySource[]
  readonly #checks: { issuer?: string; audience?: string; clockTolerance: number }
  readonly #wallMs: () => number

  constructor({ keys, issuer, audience, clockToleranceS, wallMs }: TokenVerifierOptions) {
    this.#keys = keys
    this.#checks = {
      ...(issuer === '' ? {} : { issuer }),
      ...(audience === '' ? {} : { audience }),
      clockTolerance: clockToleranceS,
    }
    this.#wallMs = wallMs
  }

  async verify(token: string): Promise<Identity> {
    if (token === '') throw unauthorized('no token')
    if (token.length > longestTokenBytes) throw unauthorized(`token longer than ${longestTokenBytes} bytes`)
    const header = readHeader(token)
    let refusal = 'no key for this token'
    for (const source of this.#keys) {
      for await (const key of source.candidates(header)) {
        const claims = this.#verifiedClaims(token, key)
        if (claims === undefined) refusal = 'invalid signature'
        else return this.#identity(claims, key)
      }
    }
    throw unauthorized(refusal)
  }

  /** Ends what the sources of keys have under way. */
  stop(): void {
    for (const source of this.#keys) source.stop()
  }

  /** Undefined where the signature is not of this key. */
  #verifiedClaims(token: string, { algorithm, key }: TokenKey): jwt.JwtPayload | string | undefined {
    try {
      // The key's algorithm, never the token's: this refuses `alg: none` and a public key passed off as a secret.
      return jwt.verify(token, key, {
        algorithms: [algorithm],
        clockTimestamp: Math.floor(this.#wallMs() / 1000),
        ...this.#checks,
      })
    } catch (error) {
      if (error instanceof jwt.TokenExpiredError) throw unauthorized('token expired')
      if (!(error instanceof jwt.JsonWebTokenError)) throw unauthorized('unreadable token')
      if (error.message === 'invalid signature') return undefined
      throw unauthorized(error.message)
    }
  }

  #identity(claims: jwt.JwtPayload | string, { withdrawnAtMs }: TokenKey): Identity {
    if (typeof claims === 'string') throw unauthorized('token without claims')
    const userId = claims.sub
    if (typeof userId !== 'string' || userId === '' || userId.length > longestClaimCharacters) {
      throw unauthorized('token without a usable sub')
    }
    const tier: unknown = claims.tier ?? 'default'
    if (typeof tier !== 'string' || tier === '' || tier.length > longestClaimCharacters) {
      throw unauthorized('token with an unusable tier')
    }
    const expiresAtMs = this.#end(timeMs('exp', claims.exp))
    const issuedAtMs = timeMs('iat', claims.iat)
    if (withdrawnAtMs !== undefined) {
      const latestIssueMs = withdrawnAtMs + this.#checks.clockTolerance * 1000
      if (expiresAtMs === undefined || (issuedAtMs ?? 0) > latestIssueMs) {
        throw unauthorized('token of a key that its issuer has withdrawn')
      }
    }
    return { userId, tier, expiresAtMs, issuedAtMs }
  }

  /** Whoever is let in by the tolerance is not put out again at once. */
  #end(expMs: number | undefined): number | undefined {
    if (expMs === undefined || expMs > this.#wallMs()) return expMs
    return expMs + this.#checks.clockTolerance * 1000
  }
}

export interface SignOptions {
  /** HS256 with this, unless there is a private key. */
  readonly secret?: string
  /** RSA for RS256, EC P-256 for ES256. */
  readonly privateKey?: KeyObject
  readonly kid?: string
  readonly userId: string
  readonly tier?: string
  readonly expiresAtMs?: number
  /** Without it the token has no `iat`: what time it is, the caller knows. */
  readonly issuedAtMs?: number
  readonly issuer?: string
  readonly audience?: string
}

/** For development tokens, tests and load generators; production tokens come from your identity provider. */
export function signToken(options: SignOptions): string {
  const { secret = '', privateKey, kid, userId, tier, expiresAtMs, issuedAtMs, issuer, audience } = options
  const claims = {
    sub: userId,
    ...(tier === undefined ? {} : { tier }),
    ...(expiresAtMs === undefined ? {} : { exp: Math.floor(expiresAtMs / 1000) }),
    ...(issuedAtMs === undefined ? {} : { iat: Math.floor(issuedAtMs / 1000) }),
    ...(issuer === undefined ? {} : { iss: issuer }),
    ...(audience === undefined ? {} : { aud: audience }),
  }
  const settings = { noTimestamp: issuedAtMs === undefined, ...(kid === undefined ? {} : { keyid: kid }) }
  if (privateKey === undefined) return jwt.sign(claims, secret, { algorithm: 'HS256', ...settings })
  return jwt.sign(claims, privateKey, { algorithm: algorithmOf(privateKey), ...settings })
}

export function stripBearer(header: string): string {
  return header.replace(/^Bearer +/i, '').trim()
}

/** Only what chooses the key; jsonwebtoken reads the header again when it verifies. */
function readHeader(token: string): TokenHeader {
  const signature = token.slice(token.lastIndexOf('.') + 1)
  // Base64 has several spellings for the same bytes; a token shall have one.
  if (Buffer.from(signature, 'base64url').toString('base64url') !== signature) throw unauthorized('malformed token')
  let header: unknown
  try {
    header = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString())
  } catch {
    throw unauthorized('malformed token')
  }
  if (typeof header !== 'object' || header === null) throw unauthorized('malformed token')
  const { alg, kid, crit } = header as Readonly<Record<string, unknown>>
  if (alg !== 'HS256' && alg !== 'RS256' && alg !== 'ES256') throw unauthorized('token with an unsupported alg')
  if (kid !== undefined && typeof kid !== 'string') throw unauthorized('token with an unusable kid')
  // RFC 7515, 4.1.11: who does not understand a critical extension must refuse; we understand none.
  if (crit !== undefined) throw unauthorized('token with an unsupported crit')
  return { algorithm: alg, kid }
}

function timeMs(claim: string, timeS: unknown): number | undefined {
  if (timeS === undefined) return undefined
  if (typeof timeS !== 'number' || Math.abs(timeS) > latestTimeS) throw unauthorized(`token with an unusable ${claim}`)
  return timeS * 1000
}

function unauthorized(message: string): RequestError {
  return new RequestError('unauthorized', message)
}
