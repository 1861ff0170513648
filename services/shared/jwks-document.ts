/**
 * One key set (JWKS, RFC 7517): how it is fetched and read. Knows nothing of earlier ones; services/shared/jwks.ts does.
 *
 * In:  the URL; the entries of its `keys`.
 * Out: keys for signatures of users' tokens, and why others were skipped. Throws for everything that is no key set.
 * Bound: 5 s for the whole answer, 1 MiB of it (unpacked), 100 keys; more of either is an error. Redirects are refused:
 *      the address that was configured is the one that is trusted.
 */
import { createPublicKey, type JsonWebKey } from 'node:crypto'
import type { Clock } from './clock.ts'
import { algorithmOf, type PublicKeyAlgorithm, type TokenKey } from './token-keys.ts'

export const fetchTimeoutMs = 5_000
export const longestBodyBytes = 1_048_576
export const mostKeys = 100

export interface SetKey extends TokenKey {
  readonly algorithm: PublicKeyAlgorithm
  readonly kid: string | undefined
}

export async function fetchJwks(options: {
  readonly url: string
  readonly clock: Clock
  readonly stop: AbortSignal
}): Promise<readonly unknown[]> {
  const { url, clock, stop } = options
  const end = new AbortController()
  const late = new Error(`no whole answer within ${fetchTimeoutMs} ms`)
  const cancelTimeout = clock.after(fetchTimeoutMs, () => end.abort(late))
  try {
    const signal = AbortSignal.any([end.signal, stop])
    const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } })
    if (response.status !== 200) throw new Error(`status ${response.status}`)
    const body: unknown = JSON.parse(await readBody(response))
    const keys = typeof body === 'object' && body !== null && 'keys' in body ? body.keys : undefined
    if (!Array.isArray(keys)) throw new Error('not a key set: no array of keys')
    if (keys.length > mostKeys) throw new Error(`${keys.length} keys; at most ${mostKeys} are read`)
    return keys
  } finally {
    cancelTimeout()
    // Lets go of a body that was not read to its end.
    end.abort()
  }
}

/** Skips what cannot be used, so that one odd key does not cost the others; those for encryption silently. */
export function readJwks(entries: readonly unknown[]): { keys: readonly SetKey[]; skipped: readonly string[] } {
  const keys: SetKey[] = []
  const skipped: string[] = []
  for (const [index, entry] of entries.entries()) {
    try {
      const key = readJwk(entry)
      if (key) keys.push(key)
    } catch (error) {
      skipped.push(`key ${index + 1}: ${error instanceof Error ? error.message : 'unreadable'}`)
    }
  }
  return { keys, skipped }
}

async function readBody(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > longestBodyBytes) throw new Error(`an answer of more than ${longestBodyBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function readJwk(entry: unknown): SetKey | undefined {
  if (typeof entry !== 'object' || entry === null) throw new Error('not an object')
  const { kty, use, key_ops: operations, alg, kid } = entry as Readonly<Record<string, unknown>>
  if (use !== undefined && use !== 'sig') return undefined
  if (Array.isArray(operations) && !operations.includes('verify')) return undefined
  if (kty !== 'RSA' && kty !== 'EC') throw new Error('kty is neither RSA nor EC')
  if (kid !== undefined && typeof kid !== 'string') throw new Error('kid is not text')
  const key = createPublicKey({ key: entry as JsonWebKey, format: 'jwk' })
  const algorithm = algorithmOf(key)
  if (alg !== undefined && alg !== algorithm) throw new Error(`alg is not ${algorithm}, the one this key is used for`)
  return { algorithm, key, kid }
}
