/**
 * The development secret and token, kept in one ignored file so that open tabs survive a restart.
 *
 * The secret stays for good; the token is minted anew on its last day, and old ones stay valid until their expiry.
 * JWT_SECRET, where set, takes the place of the file's secret.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { Clock } from '../shared/clock.ts'
import { FixedKeys, secretKey } from '../shared/token-keys.ts'
import { signToken, TokenVerifier } from '../shared/tokens.ts'

export interface DevelopmentCredentials {
  readonly secret: string
  readonly token: string
}

const fileFormat = z.object({ secret: z.string().min(32), token: z.string() })
const msPerDay = 86_400_000
const tokenLifeMs = 30 * msPerDay

export async function developmentCredentials(options: {
  readonly file: string
  readonly clock: Clock
  /** Empty: the file's. */
  readonly secret: string
}): Promise<DevelopmentCredentials> {
  const { file, clock } = options
  const kept = readKept(file)
  const secret = options.secret || kept?.secret || randomBytes(32).toString('hex')
  if (kept && (await isGood(kept.token, secret, clock))) return { secret, token: kept.token }
  const expiresAtMs = clock.wallMs() + tokenLifeMs
  const token = signToken({ secret, userId: 'developer', tier: 'development', expiresAtMs })
  // A secret from the environment is not ours to write down.
  const keptSecret = kept?.secret ?? (options.secret ? randomBytes(32).toString('hex') : secret)
  writeFileSync(file, `${JSON.stringify({ secret: keptSecret, token }, null, 2)}\n`, { mode: 0o600 })
  return { secret, token }
}

/** Undefined where there is no file yet, or one that was damaged: then a new one takes its place. */
function readKept(file: string): DevelopmentCredentials | undefined {
  try {
    return fileFormat.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data
  } catch {
    return undefined
  }
}

async function isGood(token: string, secret: string, clock: Clock): Promise<boolean> {
  const tomorrowMs = clock.wallMs() + msPerDay
  const keys = [new FixedKeys({ keys: [secretKey(secret)] })]
  const checks = { issuer: '', audience: '', clockToleranceS: 0, wallMs: () => tomorrowMs }
  try {
    await new TokenVerifier({ keys, ...checks }).verify(token)
    return true
  } catch {
    return false
  }
}
