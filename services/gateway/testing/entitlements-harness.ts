/**
 * The real entitlements before processes in the hand of a test (manual-authority.ts), with the questions a test asks.
 *
 * Closed by the test's end, which shows that no timer is left.
 */
import { expect, onTestFinished } from 'vitest'
import { ManualClock } from '../../shared/testing/manual-clock.ts'
import { silentLogger } from '../../shared/testing/silent-logger.ts'
import { Entitlements } from '../entitlements.ts'
import type { Refusal } from '../subscriptions.ts'
import type { Terms } from '../terms.ts'
import { settle } from './gate.ts'
import { ManualAuthority, type Rules } from './manual-authority.ts'

export const defaults = { symbols: 100, connections: 5, messagesPerSecond: 50 }
export const one: Rules = { revision: 1, digest: 'one', denied: { basic: ['GOLD', 'OIL'] } }
export const two: Rules = { revision: 2, digest: 'two', denied: { basic: ['AAPL'] } }

/** Of each question that was about symbols. */
export function checksOf({ questions }: ManualAuthority): (readonly string[])[] {
  return questions.filter(({ call }) => call === 'checkSymbols').map(({ about }) => about)
}

export function openEntitlements() {
  const clock = new ManualClock()
  const authority = new ManualAuthority()
  let changed = 0
  const onChange = () => void changed++
  const entitlements = new Entitlements({ authority, clock, logger: silentLogger, defaults, onChange })
  const announce = (address: string, rules: Rules) => {
    authority.rules.set(address, rules)
    entitlements.announced(address, { revision: rules.revision, digest: rules.digest })
  }
  const authorize = async (userId: string, tier: string) => {
    const identity = { userId, tier, expiresAtMs: undefined, issuedAtMs: undefined }
    return await entitlements.authorize(`${userId}/${tier}`, identity)
  }
  /** What is refused; told exactly once. */
  const checked = async (terms: Terms, symbols: readonly string[]) => {
    const told: (readonly Refusal[])[] = []
    const first = await new Promise<readonly Refusal[]>((resolve) => {
      entitlements.check(terms, symbols, (refused) => {
        told.push(refused)
        resolve(refused)
      })
    })
    await settle()
    expect(told).toHaveLength(1)
    return first
  }
  const check = async (terms: Terms, symbols: readonly string[]) =>
    (await checked(terms, symbols)).map(({ symbol }) => symbol).sort()
  /** Undefined: it was not known at once. */
  const refusedAtOnce = (terms: Terms, symbols: readonly string[]) => {
    let refused: readonly Refusal[] | undefined
    entitlements.check(terms, symbols, (found) => {
      refused = found
    })
    return refused
  }
  const it = { clock, authority, entitlements, announce, authorize, checked, check, refusedAtOnce }
  onTestFinished(() => {
    entitlements.stop()
    expect(clock.pending).toBe(0)
  })
  return { ...it, changes: () => changed }
}
