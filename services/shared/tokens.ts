/**
 * User tokens (JWT). Owns jsonwebtoken: both services verify with this class, neither trusts the other's word.
 *
 * In:  the token as it came, `Bearer ` stripped by `stripBearer`.
 * Out: the identity, or a RequestError `unauthorized` whose message says what is wrong but never quotes the token.
 * Bound: tokens longer than 16 KiB are refused before any parsing.
 */
import jwt from 'jsonwebtoken'
import { RequestError } from './errors.ts'

export interface Identity {
  /** Claim `sub`. */
  readonly userId: string
  /** Claim `tier`, else `default`. */
  readonly tier: string
  /** Claim `exp` in Unix milliseconds; undefined for a token without one, which never expires. */
  readonly expiresAtMs: number | undefined
}

export const longestTokenBytes = 16 * 1024
const longestClaimCharacters = 256
/** Later times cannot be written as ISO 8601. */
const latestExpiryS = 8.64e12

export interface TokenVerifierOptions {
  readonly secret: string
  /** Empty: any. */
  readonly issuer: string
  readonly audience: string
  readonly wallMs: () => number
}

export class TokenVerifier {
  readonly #secret: string
  readonly #options: { issuer?: string; audience?: string }
  readonly #wallMs: () => number

  constructor({ secret, issuer, audience, wallMs }: TokenVerifierOptions) {
    this.#secret = secret
    this.#options = { ...(issuer === '' ? {} : { issuer }), ...(audience === '' ? {} : { audience }) }
    this.#wallMs = wallMs
  }

  verify(token: string): Identity {
    if (token === '') throw unauthorized('no token')
    if (token.length > longestTokenBytes) throw unauthorized(`token longer than ${longestTokenBytes} bytes`)
    const claims = this.#verifiedClaims(token)
    if (typeof claims === 'string') throw unauthorized('token without claims')
    const userId = claims.sub
    if (typeof userId !== 'string' || userId === '' || userId.length > longestClaimCharacters) {
      throw unauthorized('token without a usable sub')
    }
    const tier: unknown = claims.tier ?? 'default'
    if (typeof tier !== 'string' || tier === '' || tier.length > longestClaimCharacters) {
      throw unauthorized('token with an unusable tier')
    }
    if (claims.exp === undefined) return { userId, tier, expiresAtMs: undefined }
    if (claims.exp > latestExpiryS) throw unauthorized('token with an unusable exp')
    return { userId, tier, expiresAtMs: claims.exp * 1000 }
  }

  #verifiedClaims(token: string): jwt.JwtPayload | string {
    try {
      // The allow-list is what refuses `alg: none` and a public key passed off as an HMAC secret.
      return jwt.verify(token, this.#secret, {
        algorithms: ['HS256'],
        clockTimestamp: Math.floor(this.#wallMs() / 1000),
        ...this.#options,
      })
    } catch (error) {
      if (error instanceof jwt.TokenExpiredError) throw unauthorized('token expired')
      throw unauthorized(error instanceof jwt.JsonWebTokenError ? error.message : 'unreadable token')
    }
  }
}

/** For development tokens, tests and load generators; production tokens come from your identity provider. */
export function signToken(options: { secret: string; userId: string; tier?: string; expiresAtMs?: number }): string {
  const { secret, userId, tier, expiresAtMs } = options
  const claims = {
    sub: userId,
    ...(tier === undefined ? {} : { tier }),
    ...(expiresAtMs === undefined ? {} : { exp: Math.floor(expiresAtMs / 1000) }),
  }
  return jwt.sign(claims, secret, { algorithm: 'HS256' })
}

export function stripBearer(header: string): string {
  return header.replace(/^Bearer +/i, '').trim()
}

function unauthorized(message: string): RequestError {
  return new RequestError('unauthorized', message)
}
