/**
 * The keys that verify user tokens, and the two sources that never change while the process runs: the HS256 secret and
 * the fixed public keys.
 *
 * In:  JWT_SECRET as text; JWT_PUBLIC_KEY as PEM, or `@` and the name of a file with it, read once at the start.
 * Out: candidate keys for a token's header. A key has one algorithm, its own: the header only narrows the choice.
 * Bound: 16 fixed keys; more are a ConfigError, because a token is tried on each key of its algorithm.
 */
import { createPublicKey, createSecretKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ConfigError } from './errors.ts'

export type PublicKeyAlgorithm = 'RS256' | 'ES256'
export type TokenAlgorithm = 'HS256' | PublicKeyAlgorithm

/** What a token says about its key, before anything is verified. */
export interface TokenHeader {
  readonly algorithm: TokenAlgorithm
  readonly kid: string | undefined
}

export interface TokenKey {
  readonly algorithm: TokenAlgorithm
  readonly key: KeyObject
  /** Unix milliseconds at which the issuer was seen to have withdrawn the key; undefined while it is in use. */
  readonly withdrawnAtMs?: number
}

export interface TokenKeySource {
  /**
   * Keys that may have signed such a token, the likeliest first. A reader that finds the right one stops reading: a
   * source may do expensive work only before it gives the next. Throws a RequestError `service_unavailable` where it
   * cannot know.
   */
  candidates(header: TokenHeader): Iterable<TokenKey> | AsyncIterable<TokenKey>
  stop(): void
}

const leastRsaBits = 2_048
const mostFixedKeys = 16
const pemBlock = /-----BEGIN ([A-Z0-9 ]+)-----[^-]+-----END \1-----/g

export function secretKey(secret: string): TokenKey {
  return { algorithm: 'HS256', key: createSecretKey(secret, 'utf8') }
}

/** The one algorithm that a public key is good for. Throws an Error that says why it is good for none. */
export function algorithmOf(key: KeyObject): PublicKeyAlgorithm {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type === 'rsa') {
    const bits = details?.modulusLength ?? 0
    if (bits < leastRsaBits) throw new Error(`an RSA key of ${bits} bits; at least ${leastRsaBits} are needed`)
    return 'RS256'
  }
  if (type !== 'ec') throw new Error(`a key of type ${type}; only RSA and EC P-256 are supported`)
  if (details?.namedCurve !== 'prime256v1')
    throw new Error(`an EC key on ${details?.namedCurve}; only P-256 is supported`)
  return 'ES256'
}

/** Throws a ConfigError that names JWT_PUBLIC_KEY and never shows what it holds: that may be a private key. */
export function readPublicKeys(setting: string): readonly TokenKey[] {
  const pem = setting.startsWith('@') ? readPemFile(setting.slice(1)) : setting.replaceAll('\\n', '\n')
  const blocks = [...pem.matchAll(pemBlock)]
  const stray = pem.replace(pemBlock, '').includes('-----')
  if (blocks.length === 0 || stray) throw badPublicKey('not PEM')
  if (blocks.length > mostFixedKeys) throw badPublicKey(`${blocks.length} keys; at most ${mostFixedKeys} are accepted`)
  return blocks.map(([block, label = ''], index) => {
    try {
      const key = publicKeyOf(block, label)
      return { algorithm: algorithmOf(key), key }
    } catch (error) {
      const why = error instanceof Error ? error.message : 'unreadable'
      throw badPublicKey(`PEM block ${index + 1}: ${why}`)
    }
  })
}

/** Keys that never change: no lookup by `kid`, because PEM has no place for one. */
export class FixedKeys implements TokenKeySource {
  readonly #keys: readonly TokenKey[]

  constructor({ keys }: { readonly keys: readonly TokenKey[] }) {
    this.#keys = keys
  }

  candidates({ algorithm }: TokenHeader): readonly TokenKey[] {
    return this.#keys.filter((key) => key.algorithm === algorithm)
  }

  stop(): void {}
}

/** Only these two: `createPublicKey` would take a private key too, and quietly use its public half. */
function publicKeyOf(block: string, label: string): KeyObject {
  if (label === 'PUBLIC KEY') return createPublicKey(block)
  if (label === 'CERTIFICATE') return new X509Certificate(block).publicKey
  throw new Error(`${label}; expected PUBLIC KEY or CERTIFICATE`)
}

function readPemFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw badPublicKey(error instanceof Error ? error.message : 'unreadable')
  }
}

function badPublicKey(why: string): ConfigError {
  return new ConfigError(`JWT_PUBLIC_KEY: ${why}`)
}
