/** A verifier whose keys come from a real endpoint, by a manual clock and random() = 1. Closed by the test's end. */
import { expect, onTestFinished } from 'vitest'
import { RequestError } from '../errors.ts'
import { createTokenVerifier, signToken, type TokenSettings, type TokenVerifier } from '../tokens.ts'
import { KeySetServer, type SigningKey } from './key-set-server.ts'
import { ManualClock } from './manual-clock.ts'
import { silentLogger } from './silent-logger.ts'

const tokenLifeMs = 600_000

export async function verifierWithKeySet(settings: Partial<TokenSettings> = {}) {
  const server = new KeySetServer()
  await server.run()
  const clock = new ManualClock()
  const defaults = { JWT_SECRET: '', JWT_PUBLIC_KEY: '', JWT_JWKS_URL: server.url, JWT_CLOCK_TOLERANCE_S: 0 }
  const config = { ...defaults, JWT_ISSUER: '', JWT_AUDIENCE: '', ...settings }
  const verifier = createTokenVerifier(config, { clock, logger: silentLogger, random: () => 1 })
  onTestFinished(async () => {
    verifier.stop()
    await server.stop()
    expect(clock.pending).toBe(0)
  })
  /** Issued now, for ten minutes. */
  const mint = (key: SigningKey, claims: { kid?: string; expiresAtMs?: number; issuedAtMs?: number } = {}) =>
    signToken({
      ...{ privateKey: key.privateKey, kid: key.kid, userId: 'ada' },
      ...{ issuedAtMs: clock.wallMs(), expiresAtMs: clock.wallMs() + tokenLifeMs, ...claims },
    })
  return { server, clock, verifier, mint }
}

export async function refusal(verifier: TokenVerifier, token: string): Promise<RequestError> {
  const thrown: unknown = await verifier.verify(token).catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(RequestError)
  return thrown as RequestError
}
